"""What a design varies: factors, and their levels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One value of a factor.

    Attributes
    ----------
    label : str
        How the level is called in results: a word of a policy, a number, the name of a variant.
    settings : tuple of (path, value)
        Numeric paths that the level sets; values in the units of their quantities, policies as codes.
    """

    label: str
    settings: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Factor:
    """Something that a design varies.

    At a point a factor has a *mark*, a single number: the value itself where the factor is numeric, else the
    index of the level.

    Attributes
    ----------
    column : str
        Column in ``design.parquet``: the path, or the label of a factor of variants.
    label : str
        Name for people.
    levels : tuple of Level
        In the order of the file; the first is the baseline. None for a number that a sampler draws.
    numeric : bool
        Whether levels are numbers rather than words.
    """

    column: str
    label: str
    levels: tuple[Level, ...]
    numeric: bool

    @property
    def marks(self) -> tuple[float, ...]:
        """Mark of each level."""
        return tuple(level.settings[0][1] if self.numeric else float(i) for i, level in enumerate(self.levels))

    @property
    def paths(self) -> tuple[str, ...]:
        """Numeric paths that the factor sets."""
        if self.numeric:
            return (self.column,)
        return tuple(dict.fromkeys(path for level in self.levels for path, _ in level.settings))

    def entry(self, level: int) -> float | str:
        """What stands in ``design.parquet`` for a level."""
        return self.levels[level].settings[0][1] if self.numeric else self.levels[level].label
