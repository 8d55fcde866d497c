"""Kinds of designs: which points of a parameter space each looks at, one file a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.experiments.designs.combined import PRODUCT, UNION
from sim.experiments.designs.grid import GRID
from sim.experiments.designs.kind import Kind
from sim.experiments.designs.listed import LIST
from sim.experiments.designs.morris import MORRIS
from sim.experiments.designs.one_at_a_time import ONE_AT_A_TIME
from sim.experiments.designs.plausible import SETS
from sim.experiments.designs.saltelli import SALTELLI
from sim.experiments.designs.sampled import LATIN_HYPERCUBE, RANDOM, SOBOL

KINDS = {
    kind.name: kind
    for kind in (
        GRID,
        ONE_AT_A_TIME,
        LIST,
        SETS,
        RANDOM,
        LATIN_HYPERCUBE,
        SOBOL,
        SALTELLI,
        MORRIS,
        PRODUCT,
        UNION,
    )
}
"""Every kind by its name; the first is that of a sweep file which names none."""


def kind_of(sampling: Mapping[str, Any]) -> Kind | None:
    """Kind of a stored design; None for one that this version does not know."""
    return KINDS.get(str(sampling.get("design")))
