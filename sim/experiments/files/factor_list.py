"""Reading what a design varies: its list of factors, and every number of the scenario that has a range."""

from __future__ import annotations

from fnmatch import fnmatchcase

from sim.experiments.factors import Factor
from sim.experiments.files.factor import FORM, factor_of, ranged
from sim.experiments.files.reader import Reader, Where, told
from sim.scenario.yaml.tree import Branch, Leaf, Listing

PATTERNS = ("only", "except")


def factors_of(node: Branch, where: Where, reader: Reader) -> tuple[Factor, ...] | None:
    """Factors that a design names, and those of ``all-uncertain``; None where a fault was noted."""
    before = len(reader.faults)
    factors = _listed(node, where, reader)
    if "all-uncertain" in node.entries:
        set_already = {path for factor in factors for path in factor.paths}
        factors += [ranged(path, reader) for path in _uncertain(node, where, reader) if path not in set_already]
    elif "factors" not in node.entries:
        reader.refuse(node, (*where, "factors"), "is missing", "", FORM)
    return tuple(factors) if len(reader.faults) == before else None


def _listed(node: Branch, where: Where, reader: Reader) -> list[Factor]:
    listed = node.entries.get("factors")
    if listed is None:
        return []
    if not isinstance(listed, Listing) or not listed.items:
        reader.refuse(listed, (*where, "factors"), "must be a list of factors", told(listed), FORM)
        return []
    factors: list[Factor] = []
    taken: set[str] = set()
    for index, item in enumerate(listed.items):
        factor = factor_of(item, (*where, "factors", index), reader)
        if factor is None:
            continue
        if factor.column in taken:
            reader.refuse(item, (*where, "factors", index), "must differ from the other factors", factor.column)
        taken.add(factor.column)
        factors.append(factor)
    return factors


def _uncertain(node: Branch, where: Where, reader: Reader) -> list[str]:
    """Paths of all numbers that have a range, less those that patterns leave out."""
    given, here = node.entries["all-uncertain"], (*where, "all-uncertain")
    scenario = reader.scenario
    paths = [
        path
        for path, number in scenario.numbers.items()
        if number.range[0] < number.range[1] and reader.quantity(path).unit not in ("policy", "switch")
    ]
    if isinstance(given, Branch):
        reader.known(given, here, PATTERNS)
        only, but = (_patterns(given, key, here, paths, reader) for key in PATTERNS)
        paths = [path for path in paths if (not only or _any(path, only)) and not _any(path, but)]
    elif not isinstance(given, Leaf) or given.value is not True:
        reader.refuse(given, here, "must be true or a mapping", told(given),
                      "write true, or {only: [PATTERN, ...], except: [PATTERN, ...]}")  # fmt: skip
        return []
    if not paths:
        reader.refuse(given, here, "must leave a number to vary", "none", f"{scenario.name} gives no other a range")
    return paths


def _patterns(given: Branch, key: str, where: Where, paths: list[str], reader: Reader) -> list[str]:
    listed = given.entries.get(key)
    if listed is None:
        return []
    items = listed.items if isinstance(listed, Listing) else ()
    found = []
    for index, item in enumerate(items):
        pattern = item.value if isinstance(item, Leaf) else None
        if not isinstance(pattern, str) or not any(fnmatchcase(path, pattern) for path in paths):
            reader.refuse(item, (*where, key, index), "must fit a path that has a range", told(item),
                          "write a path, * for any letters")  # fmt: skip
            continue
        found.append(pattern)
    if not items:
        reader.refuse(listed, (*where, key), "must be a list of patterns", told(listed), "write [PATTERN, ...]")
    return found


def _any(path: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)
