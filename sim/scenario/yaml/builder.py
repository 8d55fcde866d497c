"""From the events of a YAML parser to a tree; scalars follow YAML 1.2.2, section 10.3.2."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from sim.errors import ConfigError, Fault
from sim.phrases import shown
from sim.scenario.yaml.tree import Branch, Leaf, Listing, Node, Place, Scalar, fault

DEEPEST = 20
MOST_FAULTS = 100

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LARGEST_WHOLE = 2**63
_STRAY = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"}


def scalar(written: str) -> Scalar:
    """Value of a plain (unquoted) scalar in the core schema of YAML 1.2.

    A number that is whole is an int however it is written (``52``, ``52.0``, ``1e3``), as in JSON Schema, if it is
    of 64 bits; others are floats.
    """
    if written in _NULL:
        return None
    if written in _TRUE or written in _FALSE:
        return written in _TRUE
    if _BASED.fullmatch(written):
        based = int(written, 0)
        return based if based <= _LARGEST_WHOLE else float("inf")
    if _ENDLESS.fullmatch(written):
        return float(written.replace(".", ""))
    return _number(written) if _NUMBER.fullmatch(written) else written


def _number(written: str) -> int | float:
    """Number of decimal digits: in double precision, or exact where it is whole and not too large."""
    value = float(written)
    if not value:
        return 0
    if not 1 <= abs(value) <= _LARGEST_WHOLE:
        return value
    exact = Decimal(written)
    whole = exact.to_integral_value()
    return int(whole) if whole == exact else value


class Builder:
    """Builds the tree from parser events; each fault is noted and reading goes on as far as it can."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.top: Node | None = None
        self.faults: list[Fault] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take the next event of the parser."""
        kind = type(event).__name__
        place = Place(self.name, event.start_mark.line + 1)
        if kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                self._fault(place, "must hold one document", "a second one", "keep one document in a file")
        elif kind in ("MappingStartEvent", "SequenceStartEvent", "ScalarEvent", "AliasEvent"):
            self._refuse_references(event, kind, place)
            self._start(event, kind, place)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._place(self._open.pop().node())
        if len(self.faults) >= MOST_FAULTS:
            raise ConfigError(self.faults)

    def _start(self, event: Any, kind: str, place: Place) -> None:
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self._open) >= DEEPEST:
                self._fault(
                    place,
                    f"must not nest deeper than {DEEPEST}",
                    "more",
                    "a config is at most seven levels deep",
                )
                raise ConfigError(self.faults)
            above = self._open[-1] if self._open else None
            keyed = above.place if above is not None and above.mapping and above.key is not None else place
            self._open.append(_Open(kind == "MappingStartEvent", keyed))
            return
        value = None if kind == "AliasEvent" else event.value
        if kind == "ScalarEvent" and _stray(event.value):
            self._fault(place, "must be printable text", shown(_stray(event.value)), "take the control character out")
        above = self._open[-1] if self._open else None
        if above is not None and above.mapping and above.key is None:
            self._key(above, "" if value is None else value, place)
        else:
            quoted = kind == "ScalarEvent" and not event.implicit[0]
            if not value and not quoted and above is not None and above.mapping:
                place = above.place  # the parser puts an empty value where the next token stands
            self._place(Leaf(value if quoted or value is None else scalar(value), place))

    def _key(self, above: _Open, key: str, place: Place) -> None:
        if key in above.entries:
            first = above.entries[key].place.line
            above.key = key
            self._fault(place, "must be given once", f"again, first on line {first}", "remove one of the two")
        above.key, above.place = key, place

    def _place(self, node: Node) -> None:
        if not self._open:
            self.top = node if self.top is None else self.top
            return
        above = self._open[-1]
        if not above.mapping:
            above.items.append(node)
        elif above.key is None:
            self._fault(node.place, "must have plain words for keys", "a mapping or list as a key", "name the key")
            above.key = "?"
        else:
            above.entries.setdefault(above.key, node)
            above.key = None

    def _refuse_references(self, event: Any, kind: str, place: Place) -> None:
        if kind == "AliasEvent" or event.anchor is not None:
            found = f"*{event.anchor}" if kind == "AliasEvent" else f"&{event.anchor}"
            self._fault(
                place,
                "must not use anchors or aliases",
                found[:40],
                "write the value out, or share it by `extends`",
            )
        if kind != "AliasEvent" and event.tag is not None:
            self._fault(
                place,
                "must not use tags",
                str(event.tag)[:60],
                "remove the tag; quotes make text of a number",
            )

    def _fault(self, place: Place, rule: str, found: str, remedy: str) -> None:
        path = [step for above in self._open for step in above.step()]
        self.faults.append(fault(place, path, rule, found, remedy))


class _Open:
    """A mapping or list whose end has not been read."""

    def __init__(self, mapping: bool, place: Place) -> None:
        self.mapping = mapping
        self.start = place
        self.place = place
        self.key: str | None = None
        self.entries: dict[str, Node] = {}
        self.items: list[Node] = []

    def step(self) -> tuple[str | int, ...]:
        """Part of the path that leads to what is being read."""
        if not self.mapping:
            return (len(self.items),)
        return () if self.key is None else (self.key,)

    def node(self) -> Node:
        """Finish the node."""
        return Branch(self.entries, self.start) if self.mapping else Listing(tuple(self.items), self.start)


def _stray(written: str) -> str:
    """Find the first character that is no text: control, half a surrogate pair, or a turn of direction."""
    for letter in written:
        if letter in _STRAY or (unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t"):
            return letter
    return ""
