"""The logit choice between postures."""

from __future__ import annotations

from sim.kernel.compiler import rule
from sim.kernel.lanes import exp


@rule
def logit_weight(rationality: float, utility: float, best: float) -> float:
    """Unnormalised probability of an option: e^(λ(U − best)) (McKelvey and Palfrey 1995).

    Subtracting the best utility changes no probability and keeps the exponential in range.
    """
    return exp(rationality * (utility - best))
