"""What a targets file says, read and checked: dated facts, and what an expression must be to meet them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sim.expressions import Expression

BINARY, NUMERIC, SIGN, ORDER = KINDS = ("binary", "numeric", "sign", "order")
"""What a target is about: whether something holds, a number, which way it moves, or which of some is the largest."""
RISE, FALL = SIGNS = ("rise", "fall")
RIGHT, WRONG = ("right", "wrong")
HALF_OF_RUNS, MOST_RUNS = "the range of half of the runs", "the range of nine runs in ten"
"""Where a number lies among all runs; both intervals of what the model says are of their median."""


@dataclass(frozen=True)
class BaseRate:
    """How often something held in like cases before.

    Attributes
    ----------
    of : str
        The reference class.
    cases, times : int
        Its cases, and those in which it held.
    source : str
    """

    of: str
    cases: int
    times: int
    source: str

    @property
    def probability(self) -> float:
        """Rule of succession: one case either way is added, so that a few cases never give certainty (Laplace 1774)."""
        return (self.times + 1) / (self.cases + 2)


@dataclass(frozen=True)
class Forecast:
    """What a text expected of a target before it came: whether it holds. A text that gives no odds gets none here."""

    expects: bool
    source: str


@dataclass(frozen=True)
class Target:
    """A dated fact.

    Attributes
    ----------
    name, text : str
        Short name, and the fact in one sentence.
    day, known_from : date
        When it was so, and since when that could be known.
    week : float
        Row of a run's course that the day lies in.
    kind : str
        One of `KINDS`.
    expressions : tuple of Expression
        One, or those of an order, which was from the largest to the smallest.
    value : float
        1 or 0 for a fact that held or did not, a number, or 1 for a rise and -1 for a fall; 1 for an order.
    uncertainty : float
        Standard deviation of a number; 0 for the rest.
    source, split : str
        Original publication; and the part of all targets that it is reported with.
    near : mapping of str to str
        Patterns of the fit that say something close, with their texts.
    outside : str
        Why the model cannot get it right by its construction; empty where it can.
    base_rate : BaseRate or None
    forecast : Forecast or None
    """

    name: str
    text: str
    day: date
    known_from: date
    week: float
    kind: str
    expressions: tuple[Expression, ...]
    value: float
    uncertainty: float
    source: str
    split: str
    near: Mapping[str, str] = field(default_factory=dict)
    outside: str = ""
    base_rate: BaseRate | None = None
    forecast: Forecast | None = None

    @property
    def is_independent(self) -> bool:
        """Whether it tests the model: nothing close was fitted, and the model could get it right."""
        return not self.near and not self.outside

    @property
    def happened(self) -> str:
        """What happened, in words."""
        if self.kind == NUMERIC:
            return f"{self.value:g} ± {self.uncertainty:g}"
        if self.kind == SIGN:
            return RISE if self.value > 0 else FALL
        return "yes" if self.value else "no"

    @property
    def needs(self) -> tuple[str, ...]:
        """Outcomes over time that it is worked out of."""
        return tuple(dict.fromkeys(name for one in self.expressions for name in one.needs_series))


@dataclass(frozen=True)
class Targets:
    """A targets file.

    Attributes
    ----------
    name, title : str
    digest : str
        SHA-256 of its content, in hexadecimal.
    known_until : date
        Last day of what the fit knew.
    known_week : float
        Row of a run's course that this day lies in.
    targets : tuple of Target
    """

    name: str
    title: str
    digest: str
    known_until: date
    known_week: float
    targets: tuple[Target, ...]

    @property
    def last_week(self) -> float:
        """Row of a run's course beyond which no target looks."""
        return max(target.week for target in self.targets)

    @property
    def needs(self) -> tuple[str, ...]:
        """Outcomes over time that the targets are worked out of."""
        return tuple(dict.fromkeys(name for target in self.targets for name in target.needs))
