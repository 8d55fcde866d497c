"""Whether a scenario's rest is stable, and if not, which pair and which numbers make it unstable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt, tanh

import numpy as np

from sim.analysis.linearisation.jacobian import AT_ONCE, Linear, linearise, moving
from sim.rules.perception import danger
from sim.scenario.scenario import Scenario

MOST_VARIABLES = 1000
"""More than these are not looked at: the eigenvalues of so large a matrix take minutes."""
ROUNDING = 1e-7
"""Rate per week below which nothing moves by itself."""
ALIGNMENTS, ARMS = "latent.*", "level.*.arms"
"""Alignments; and levers that have no level of their own to return to, only the last one: their composition is neutral
by construction, so that what little feeds it makes it grow a little. They are reported apart."""
FORCES = ("fear", "pull", "balance", "gratitude", "grievance", "lever_gain")
"""Parameters of behaviour that can feed a disturbance back to itself."""


@dataclass(frozen=True)
class Rest:
    """How a scenario without crises answers a small disturbance.

    Attributes
    ----------
    rate : float
        Largest real part of the eigenvalues of the linear dynamics, per week, while arms levers stay as they are:
        above 0 some disturbance grows.
    alignment_rate : float
        The same for alignments alone.
    arms_rate : float
        The same for all variables, arms levers among them.
    slowest : str
        Outcome that takes the largest part in that disturbance, such as ``latent.RUS.TUR``.
    moves : str
        Outcome that moves by itself where the start is not at rest; else empty.
    causes : tuple of str
        Where rest is unstable: paths of the numbers each of which makes it stable when it is 0.
    said : str
        All that in words.
    """

    rate: float
    alignment_rate: float
    arms_rate: float
    slowest: str
    moves: str
    causes: tuple[str, ...]
    said: str

    @property
    def stable(self) -> bool:
        """Whether no disturbance grows."""
        return max(self.rate, self.alignment_rate) <= ROUNDING


def rest_of(scenario: Scenario) -> Rest | None:
    """How a scenario at rest answers small disturbances; None where that cannot be told.

    It cannot where variables are too many, where a block holds too few runs to disturb one, and where numbers overflow.
    Contests are quiet, nobody acts, there is no event and no noise. The eigenvalues are those of the Jacobian of one
    tick of the compiled model.
    """
    if AT_ONCE == 0 or len(moving(scenario.layout)) > MOST_VARIABLES:
        return None
    linear = linearise(scenario)
    if not np.isfinite(linear.matrix).all():
        return None
    rate, slowest = leading(_without_arms(linear))
    alone, first = leading(linear.among(ALIGNMENTS))
    unstable = max(rate, alone) > ROUNDING
    moved = int(np.abs(linear.drift).argmax())
    moves = linear.names[moved] if abs(linear.drift[moved]) > ROUNDING else ""
    causes = tuple(_causes(scenario)) if unstable else ()
    with_arms = float(np.linalg.eigvals(linear.matrix).real.max())
    found = Rest(rate, alone, with_arms, slowest if rate > alone and unstable else first, moves, causes, "")
    remedy = _remedy(scenario, linear, found) if unstable else ""
    return replace(found, said=_said(found) + remedy)


def _without_arms(linear: Linear) -> Linear:
    return linear.among("*", but=ARMS)


def leading(linear: Linear) -> tuple[float, str]:
    """Largest real part of the eigenvalues, and the variable with the largest part in that mode.

    Parts are participation factors, which do not depend on units (Perez-Arriaga, Verghese and Schweppe 1982).
    """
    from scipy.linalg import eig  # noqa: PLC0415 (takes a while to import)

    values, left, right = eig(linear.matrix, left=True, right=True)
    k = int(values.real.argmax())
    return float(values[k].real), linear.names[int(np.abs(left[:, k].conj() * right[:, k]).argmax())]


def feedback(scenario: Scenario, linear: Linear, one: str, other: str) -> float:
    """How strongly the fears of two states feed each other at the start: above `behaviour.memory` they run away.

    fear · v · √(danger_ij danger_ji (1 − a_ij²)(1 − a_ji²)) / 2: the positive eigenvalue of the pair without memory,
    over the speed of alignment.
    """
    start = dict(zip(linear.names, linear.start, strict=True))
    nearness = scenario.numbers[f"proximity.{min(one, other)}.{max(one, other)}"].value
    there, back = (1.0 - tanh(start[f"latent.{i}.{j}"]) ** 2 for i, j in ((one, other), (other, one)))
    mine, theirs = (start[f"capability.{code}"] for code in (one, other))
    dangers = danger(mine, theirs) * danger(theirs, mine)
    return float(scenario.numbers["behaviour.fear"].value * nearness * sqrt(dangers * there * back) / 2.0)


def _causes(scenario: Scenario) -> list[str]:
    """Numbers each of which, at 0, would make rest stable."""
    reactions = {f"states.{code}.reaction": 0.0 for code in scenario.structure.states}
    tries = {f"behaviour.{force}": {f"behaviour.{force}": 0.0} for force in FORCES} | {"states.*.reaction": reactions}
    return [
        name for name, values in tries.items() if leading(_without_arms(linearise(scenario.at(values))))[0] <= ROUNDING
    ]


def _said(rest: Rest) -> str:
    size = (
        f"largest real part a week: {rest.alignment_rate:.2g} for alignments alone, {rest.rate:.2g} with levers and "
        f"capabilities; {rest.arms_rate:.2g} with arms levers, which keep what they have"
    )
    if rest.moves:
        return f"the scenario does not begin at rest: {rest.moves} moves without a crisis ({size})"
    if not rest.stable:
        return f"rest is unstable, and states drift apart without a crisis, {rest.slowest} first ({size})"
    return f"rest is stable ({size})"


def _remedy(scenario: Scenario, linear: Linear, rest: Rest) -> str:
    """What would make rest stable, and the condition of the pair whose fears feed each other."""
    numbers, (kind, *states) = scenario.numbers, rest.slowest.split(".")
    memory, adaptation = (numbers[f"behaviour.{name}"].value for name in ("memory", "adaptation"))
    cures = [f"{path} at 0" for path in rest.causes]
    if rest.alignment_rate > ROUNDING:
        cures.append(f"behaviour.memory above {memory + rest.alignment_rate / adaptation:.2g}")
    said = f"; it would be stable with {' or '.join(cures)}" if cures else ""
    if kind == "latent":
        one, other = states
        fed = feedback(scenario, linear, one, other)
        pair = f"behaviour.fear, proximity.{min(states)}.{max(states)}, capability and alignment"
        said += f". The mutual fear of {one} and {other} ({pair}) comes to {fed:.2g}, against a memory of {memory:g}"
    return said
