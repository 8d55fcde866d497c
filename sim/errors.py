"""The few errors that Counterpoise raises on purpose; each says where, what, and the remedy."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import dataclass


def visible(text: str, *, spaces: bool = True) -> str:
    """One line of text in which control characters, and others that have no shape, are written as escapes.

    Without `spaces`, so are all spaces but the usual one.
    """
    kept = ("Zs",) if spaces else ()
    return "".join(
        letter if letter.isprintable() or unicodedata.category(letter) in kept else ascii(letter)[1:-1]
        for letter in text
    )


class CounterpoiseError(Exception):
    """Base of every error that a user can mend; the command line prints it without a traceback."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a config file.

    Attributes
    ----------
    where : str
        File and line, ``configs/x.yaml:41``.
    path : str
        Path of the offending value, ``ties.RUS.ARM.arms.value``.
    rule : str
        What must hold, ``must lie in [0, 1]``.
    found : str
        What stands there instead.
    remedy : str
        What the author can do.
    """

    where: str
    path: str
    rule: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        said = f"{self.where}: {self.path} {self.rule}"
        if self.found:
            said += f" (found {self.found})"
        return f"{said}; {self.remedy}" if self.remedy else said


class ConfigError(CounterpoiseError):
    """A config that cannot be used; `faults` lists all that was found, each once, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ConfigError], tuple[tuple[Fault, ...]]]:
        """Made again from its faults, so that it can come from another process."""
        return type(self), (self.faults,)


class UnknownNameError(ConfigError, KeyError):
    """A name given in Python that nothing has; also a `KeyError`, as for a key of a mapping."""

    __str__ = Exception.__str__


class ConfigWarning(UserWarning):
    """Something in a config that can be used but may not be meant; the command line prints it as a line."""


def warn(fault: Fault) -> None:
    """Warn of something in a config, in the form of a fault."""
    warnings.warn(str(fault), ConfigWarning, stacklevel=2)


class ResultsError(CounterpoiseError):
    """A results folder that cannot be read, written, or trusted."""


class UnreadableError(ResultsError):
    """A file of results that is there and cannot be read now: nothing is known of what it holds."""
