"""The names that an expression may speak of, and what is known of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sim.phrases import choose_from

SPEAK = "must speak of outcomes, or of columns such as control.NK:final"


@dataclass(frozen=True)
class Names:
    """What an expression may speak of.

    Attributes
    ----------
    columns : collection of str
        What has one value a run, such as ``control.NK:final``.
    series : collection of str
        Outcomes, which have a value a run and week, such as ``phase.NK``.
    factors : collection of str
        Paths, columns and labels of what differs between runs; one value a run, a number or a text.
    words : mapping
        For each name of `columns` and `series` that holds codes, the words that they stand for, in the order of
        the codes 0, 1, and so on.
    units : mapping
        Units by name; nothing is known of the unit of a name that is not there.
    last_week : float, optional
        Last week of a run, beyond which an expression may not look.
    rule : str
        What a name must be, for faults.
    """

    columns: Collection[str] = ()
    series: Collection[str] = ()
    factors: Collection[str] = ()
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    last_week: float | None = None
    rule: str = SPEAK

    def __contains__(self, name: object) -> bool:
        return name in self.series or name in self.columns or name in self.factors

    @cached_property
    def all_words(self) -> frozenset[str]:
        """Every word that some name has."""
        return frozenset(word for words in self.words.values() for word in words)

    def near(self, name: str) -> str:
        """The known name that is most like another, or the first of those known."""
        if ":" in name:
            return choose_from(name, [*self.columns, *self.factors])
        return choose_from(name, [*self.series, *self.factors] or list(self.columns))
