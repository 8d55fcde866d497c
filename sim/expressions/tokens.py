"""The words and signs that an expression consists of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.expressions.faults import slip
from sim.expressions.names import Names

NUMBER, TEXT, NAME, SIGN, END = "number", "text", "name", "sign", "end"
LONGEST, MOST_TOKENS = 400, 256
"""Letters, and words and signs, that an expression may have."""
LARGEST = 1e300

_TOKEN = re.compile(
    r"(?P<space>[ \t]+)"
    r"|(?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![A-Za-z_])"
    r"|\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|`(?P<quoted>[^`]+)`"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*(?::[a-z][a-z-]*)?)"
    r"|(?P<sign>\.\.|<=|>=|==|!=|[<>()+\-*/,])",
    re.ASCII,
)
KEYWORDS = ("and", "or", "not", "in", "weeks", "week")


@dataclass(frozen=True)
class Token:
    """A word or sign: its kind, its text, whether it stood in backquotes, and its letter, counted from 1."""

    kind: str
    text: str
    letter: int
    quoted: bool = False

    def is_(self, *texts: str) -> bool:
        """Whether it is one of these signs or keywords."""
        return self.kind in (SIGN, NAME) and not self.quoted and self.text in texts


def tokens(text: str, names: Names, example: str) -> list[Token]:
    """The words and signs of a text, with one of kind `END` behind the last.

    Raises
    ------
    ExpressionError
        For a text that is too long, or holds a sign that no expression has.
    """
    if len(text) > LONGEST:
        raise slip(f"must be at most {LONGEST} letters", f"{len(text)}", "make several of it")
    found = list(_scan(text, names, example))
    if len(found) > MOST_TOKENS:
        raise slip(f"must have at most {MOST_TOKENS} words and signs", f"{len(found)}", "make several of it")
    return [*found, Token(END, "the end", len(text) + 1)]


def _scan(text: str, names: Names, example: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise slip("must be " + example, text, "names of more than one word stand in backquotes", at + 1)
        token = _token(match, names)
        at = match.end()
        if token is not None:
            if token.kind == NAME and not token.quoted:
                at = token.letter - 1 + len(token.text)
            yield token


def _token(match: re.Match[str], names: Names) -> Token | None:
    kind, letter = match.lastgroup or "", match.start() + 1
    said = match.group(kind)
    if kind == "space":
        return None
    if kind == NUMBER and float(said) >= LARGEST:
        raise slip(f"must have numbers below {LARGEST:g}", said, "", letter)
    if kind in ("double", "single"):
        return Token(TEXT, said, letter)
    if kind == "quoted":
        return Token(NAME, said, letter, quoted=True)
    return Token(kind, _longest(said, names) if kind == NAME else said, letter)


def _longest(path: str, names: Names) -> str:
    """The longest known name or word that a path begins with, for a hyphen in it may be a minus."""
    if "-" not in path or path in names or path in names.all_words:
        return path
    ends = (index for index in range(len(path) - 1, 0, -1) if path[index] == "-")
    return next((path[:end] for end in ends if path[:end] in names or path[:end] in KEYWORDS), path)
