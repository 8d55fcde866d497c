"""What may be wrong with the text of an expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Slip:
    """One thing wrong: what must hold, what stands there, what to do, and at which letter, counted from 1."""

    rule: str
    found: str
    remedy: str = ""
    letter: int = 0

    @property
    def shown(self) -> str:
        """What stands there and where, ``control.NX:final, at letter 7``."""
        at = f"at letter {self.letter}" if self.letter else ""
        return ", ".join(filter(None, (self.found, at)))


class ExpressionError(ValueError):
    """A text that is no expression; `slips` says all that was found, the properties say the first of it."""

    def __init__(self, slips: Sequence[Slip]) -> None:
        self.slips = tuple(dict.fromkeys(slips))
        super().__init__("; ".join(f"{one.rule} ({one.shown})" for one in self.slips))

    @property
    def rule(self) -> str:
        """What must hold."""
        return self.slips[0].rule

    @property
    def found(self) -> str:
        """What stands there instead, and where."""
        return self.slips[0].shown

    @property
    def remedy(self) -> str:
        """What the author can do."""
        return self.slips[0].remedy


def slip(rule: str, found: str, remedy: str = "", letter: int = 0) -> ExpressionError:
    """An error of one slip."""
    return ExpressionError([Slip(rule, found, remedy, letter)])
