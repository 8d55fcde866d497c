"""Reading outcomes that are declared, wherever they are: in a config, in a sweep, or in Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache

import numpy as np

from sim.errors import Fault
from sim.expressions import Expression, ExpressionError, Names, Slip, parse
from sim.expressions.parser import FUNCTIONS
from sim.expressions.tokens import KEYWORDS
from sim.kernel.layout import Layout, layout
from sim.kernel.structure import Structure
from sim.phrases import shown
from sim.scenario.declared import EXAMPLE, KEEP, KEYS, LONGEST, MOST_DECLARED, OUTCOMES, DeclaredOutcome, known_names
from sim.scenario.schema.fields import CODE, LONGEST_CODE
from sim.scenario.yaml.tree import (
    Branch,
    Leaf,
    Listing,
    Node,
    Place,
    branch,
    describe,
    fault,
    grow,
    key_faults,
    nearest_place,
    text,
)

Where = tuple[str | int, ...]

RESERVED = frozenset({KEEP, "value", "figure", "point", "replicate", "failure", "table", *KEYWORDS, *FUNCTIONS})
"""Words that are keys of a config, columns of every table of runs, or words of the language."""
CONDITION = "a condition over outcomes, such as mean(phase.NK == truce) > 0.5"
CODED = ("code", "policy")
"""Units of numbers that stand for words, which an expression has none of."""


def kept_at(tree: Branch) -> tuple[str, ...]:
    """Where a config lists the outcomes that are kept: in `outcomes` itself, or below it beside declared ones."""
    return (OUTCOMES, KEEP) if isinstance(tree.entries.get(OUTCOMES), Branch) else (OUTCOMES,)


def declared_in(tree: Branch, structure: Structure, faults: list[Fault]) -> tuple[DeclaredOutcome, ...]:
    """Outcomes that a config declares; what is wrong with them is added to `faults`."""
    given = {name: node for name, node in branch(tree, OUTCOMES).items() if name != KEEP}
    return redeclared(structure, (), given, (OUTCOMES,), nearest_place(tree, (OUTCOMES,)), faults) if given else ()


def redeclared(
    structure: Structure,
    before: Iterable[DeclaredOutcome],
    given: Mapping[str, Node],
    where: Where,
    place: Place,
    faults: list[Fault],
) -> tuple[DeclaredOutcome, ...]:
    """Declared outcomes with what is said of some of them.

    Parameters
    ----------
    structure : Structure
    before : iterable of DeclaredOutcome
        Those that there are already; they are checked again, for `structure` may have become another one.
    given : mapping of str to Node
        By name an expression, or a mapping with the keys `KEYS`; null takes one of `before` away.
    where, place
        Where `given` stands.
    faults : list of Fault
        What is wrong is added here; then what is given back must not be used.
    """
    nodes: dict[str, Node] = {one.name: grow({key: asdict(one)[key] for key in KEYS}, place) for one in before}
    for name, node in given.items():
        if isinstance(node, Leaf) and node.value is None and name in nodes:
            del nodes[name]
        else:
            nodes[name] = node
    if len(nodes) > MOST_DECLARED:
        faults.append(fault(place, where, f"must declare at most {MOST_DECLARED} outcomes", f"{len(nodes)}"))
        return ()
    rows, units = layout(structure), dict[str, str]()
    names = known_names(rows).names(units, float(structure.weeks))
    found: list[DeclaredOutcome] = []
    for name, node in nodes.items():
        wrong = [*_name_faults(name, node, (*where, name), rows, names), *_shape_faults(node, (*where, name))]
        one = None if wrong else _read(name, node, (*where, name), names, wrong)
        faults += wrong
        if one is not None:
            found.append(one)
            units[name] = one.unit
    return tuple(found)


def read_condition(rows: Layout, declared: Iterable[DeclaredOutcome], last_week: float, text: str) -> Expression:
    """A condition over the outcomes of a layout, and declared ones, in runs that last so many weeks.

    Raises
    ------
    ExpressionError
        For anything else.
    """
    units = {one.name: one.unit for one in declared}
    found = parse(text, known_names(rows).names(units, last_week), CONDITION)
    _try(found)
    if not found.is_condition:
        raise ExpressionError([Slip("must be a comparison", text, "compare it: `... > 0`")])
    return found


def _name_faults(name: str, node: Node, where: Where, rows: Layout, names: Names) -> Iterator[Fault]:
    if not re.fullmatch(CODE, name) or len(name) > LONGEST_CODE:
        remedy = "use letters and digits, with - or _ between them"
        yield fault(node.place, where, f"must be a short plain name of at most {LONGEST_CODE} letters", name, remedy)
    elif name in RESERVED or name in names.all_words or name in _first_words(rows):
        yield fault(node.place, where, "must have a name that nothing else has", name, "such as lead-in-ARM")


@lru_cache(maxsize=8)
def _first_words(rows: Layout) -> frozenset[str]:
    """Kinds of outcomes, such as ``control``, by which readers tell what a column is."""
    return frozenset(part for name in rows.outcomes for part in (name, name.partition(".")[0]))


def _shape_faults(node: Node, where: Where) -> Iterator[Fault]:
    if isinstance(node, Listing) or (isinstance(node, Leaf) and not isinstance(node.value, str)):
        yield fault(node.place, where, f"must be {EXAMPLE}", describe(node), "write it as text")
    if not isinstance(node, Branch):
        return
    yield from key_faults(node, where, KEYS)
    if "expression" not in node.entries:
        yield fault(node.place, (*where, "expression"), "is missing", "", f"give {EXAMPLE}")
    for key, below in node.entries.items():
        said = below.value if isinstance(below, Leaf) else None
        if key == "expression" and not isinstance(said, str):
            yield fault(below.place, (*where, key), f"must be {EXAMPLE}", describe(below), "write it as text")
        elif key in LONGEST and not (isinstance(said, str) and len(said) <= LONGEST[key] and _is_line(said)):
            rule = f"must be one line of text of at most {LONGEST[key]} letters"
            yield fault(below.place, (*where, key), rule, describe(below))
        elif key == "unit" and said in CODED:
            remedy = "a condition has the unit share, with 1 where it holds and 0 where it does not"
            yield fault(below.place, (*where, key), "must be the unit of a number", said, remedy)


def _is_line(said: str) -> bool:
    return not said or said.isprintable()


def _read(name: str, node: Node, where: Where, names: Names, faults: list[Fault]) -> DeclaredOutcome | None:
    """An outcome whose shape is good; None with faults noted for an expression that is none."""
    said = node.entries["expression"] if isinstance(node, Branch) else node
    assert isinstance(said, Leaf), "its shape was looked at"
    here = (*where, "expression") if isinstance(node, Branch) else where
    try:
        found = parse(str(said.value), names, EXAMPLE)
        _try(found)
    except ExpressionError as error:
        faults += [fault(said.place, here, one.rule, one.shown, one.remedy) for one in error.slips]
        return None
    if not found.names:
        faults.append(
            fault(said.place, here, "must speak of an outcome", shown(found.text), "such as control.NK:final")
        )
        return None
    return DeclaredOutcome(name, found.text, text(node, "unit") or found.unit, text(node, "meaning"))


def _try(found: Expression) -> None:
    """Work it out of two runs of nothing, for what numbers cannot be compared with shows only then."""
    weeks = np.arange(2.0)
    found.evaluate(dict.fromkeys(found.needs_columns, np.zeros(2)),
                   dict.fromkeys(found.needs_series, np.zeros((2, 2))), weeks)  # fmt: skip
