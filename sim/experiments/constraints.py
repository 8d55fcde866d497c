"""Constraints between the numbers of a design: comparisons of plain arithmetic, read without running any code.

A constraint is a line such as ``states.RUS.capability > states.TUR.capability``. Names are paths, columns or labels
of factors; what is no plain word stands in backquotes: `` `Turkey's backing` == "off" ``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 400
DEEPEST = 24
MOST_NAMES = 64

NAME = re.compile(r'"[^"]*"|\'[^\']*\'|`([^`]*)`|(?<![A-Za-z0-9_.])([A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)')
"""A text, a name in backquotes, or a path; a text is looked for so that no name is looked for in it."""
WORDS = ("and", "or", "not", "min", "max", "abs")

_ARITHMETIC: dict[type[ast.operator], Callable[..., Value]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
_SIGNS: dict[type[ast.unaryop], Callable[..., Value]] = {ast.USub: np.negative, ast.UAdd: np.positive}
_ORDERS: dict[type[ast.cmpop], Callable[..., Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}
_SAMENESS: dict[type[ast.cmpop], Callable[..., Any]] = {ast.Eq: np.equal, ast.NotEq: np.not_equal}
_CHOICES: dict[str, Callable[..., Value]] = {"min": np.minimum, "max": np.maximum}

Value = NDArray[Any] | float | str
Columns = Mapping[str, Any]


class ConstraintError(ValueError):
    """A line that is no constraint: `rule` says what it must be, `found` what it is, `remedy` what to do."""

    def __init__(self, rule: str, found: str, remedy: str = "") -> None:
        super().__init__(rule)
        self.rule, self.found, self.remedy = rule, found, remedy


@dataclass(frozen=True)
class Constraint:
    """What must hold at every point.

    Attributes
    ----------
    text : str
        As it was written.
    names : tuple of str
        Names that occur in it.
    """

    text: str
    names: tuple[str, ...]
    _tree: ast.expr

    def holds(self, columns: Columns) -> NDArray[np.bool_]:
        """Where it holds; what is not finite never does.

        Parameters
        ----------
        columns : mapping
            For each of `names` an array of numbers or of texts, one a point, or one number for all.

        Raises
        ------
        ConstraintError
            Where texts and numbers, or numbers and conditions, are mixed.
        """
        with np.errstate(all="ignore"):
            found = _condition(self._tree, [columns[name] for name in self.names])
        return np.asarray(found, dtype=bool)


def constraint(text: str, known: Callable[[str], bool]) -> Constraint:
    """Read a constraint.

    Parameters
    ----------
    text : str
    known : callable
        Whether a name is one that the design knows.

    Raises
    ------
    ConstraintError
        For anything but comparisons of plain arithmetic between known names.
    """
    if len(text) > LONGEST:
        raise ConstraintError(f"must be at most {LONGEST} letters", f"{len(text)}", "make several constraints of it")
    names: list[str] = []
    python = _as_python(text, names, known)
    try:
        tree = ast.parse(python.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        remedy = 'write comparisons such as "a.b + c.d <= 1"; names of more than one word stand in backquotes'
        raise ConstraintError("must be a comparison", text, remedy) from None
    _check(tree, 1, len(names))
    found = Constraint(text, tuple(names), tree)
    if not isinstance(tree, ast.Compare | ast.BoolOp) and not _is_not(tree):
        raise ConstraintError("must be a comparison", text, "compare two sides by <, <=, >, >=, == or !=")
    return found


def _as_python(text: str, names: list[str], known: Callable[[str], bool]) -> str:
    """The line with each name replaced by a word that Python can read; names are gathered."""

    def place(name: str) -> str:
        if name not in names:
            names.append(name)
        return f" _{names.index(name)} "

    def replaced(match: re.Match[str]) -> str:
        quoted, path = match.group(1), match.group(2)
        if quoted is not None:
            return place(quoted)
        if path is None or path in WORDS:
            return match.group(0)
        longest = next((path[:end] for end in _ends(path) if known(path[:end])), path)
        return place(longest) + NAME.sub(replaced, path[len(longest) :])

    if "_" in re.sub(NAME, "", text):
        raise ConstraintError("must be a comparison", text, "a name begins with a letter")
    found = NAME.sub(replaced, text)
    if len(names) > MOST_NAMES:
        raise ConstraintError(
            f"must have at most {MOST_NAMES} names", f"{len(names)}", "make several constraints of it"
        )
    return found


def _ends(path: str) -> Sequence[int]:
    """Where a name may end: at the end of the word, or else before a hyphen that may be a minus."""
    return [len(path), *(index for index in range(len(path) - 1, 0, -1) if path[index] == "-")]


def _is_not(tree: ast.expr) -> bool:
    return isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)


def _check(node: ast.AST, depth: int, names: int) -> None:
    """Refuse whatever is not on the list of what a constraint is made of."""
    if depth > DEEPEST:
        raise ConstraintError(f"must not nest deeper than {DEEPEST}", "more", "make several constraints of it")
    if not _is_allowed(node, names):
        rule = "must be made of names, numbers, + - * /, comparisons, and, or, not, min, max and abs"
        raise ConstraintError(rule, type(node).__name__.lower(), "a constraint cannot do more")
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr_context):
            _check(child, depth + 1, names)


def _is_allowed(node: ast.AST, names: int) -> bool:
    if isinstance(node, ast.Constant):
        numeric = isinstance(node.value, int | float) and not isinstance(node.value, bool) and abs(node.value) < 1e300
        return numeric or isinstance(node.value, str)
    if isinstance(node, ast.Name):
        return node.id in (*WORDS[3:], *(f"_{index}" for index in range(names)))
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        fits = len(node.args) == 1 if called == "abs" else called in _CHOICES and len(node.args) >= 2
        return fits and not node.keywords
    return isinstance(node, ast.BoolOp | ast.And | ast.Or | ast.Not | ast.UnaryOp | ast.BinOp | ast.Compare) or (
        type(node) in (*_ARITHMETIC, *_SIGNS, *_ORDERS, *_SAMENESS)
    )


def _condition(node: ast.expr, values: Sequence[Value]) -> Any:
    """Value of a part that holds or does not."""
    if isinstance(node, ast.BoolOp):
        parts = [_condition(part, values) for part in node.values]
        return np.logical_and.reduce(np.broadcast_arrays(*parts)) if isinstance(node.op, ast.And) else (
            np.logical_or.reduce(np.broadcast_arrays(*parts)))  # fmt: skip
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return np.logical_not(_condition(node.operand, values))
    if not isinstance(node, ast.Compare):
        raise ConstraintError("must be a comparison", "a number", "compare it: write `... > 0`")
    sides = [_side(side, values) for side in (node.left, *node.comparators)]
    steps = [_compare(op, a, b) for op, a, b in zip(node.ops, sides[:-1], sides[1:], strict=True)]
    return np.logical_and.reduce(np.broadcast_arrays(*steps))


def _compare(op: ast.cmpop, left: Value, right: Value) -> Any:
    if _is_text(left) != _is_text(right):
        raise ConstraintError("must compare like with like", "a text and a number", 'words are compared with "words"')
    if _is_text(left) and type(op) in _ORDERS:
        raise ConstraintError("must compare words by == or !=", "an order of words", "words have no order here")
    both = np.isfinite(left) & np.isfinite(right) if not _is_text(left) else True
    return (_ORDERS | _SAMENESS)[type(op)](left, right) & both


def _side(node: ast.expr, values: Sequence[Value]) -> Value:
    """One side of a comparison: a number or text a point."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name) and node.id.startswith("_"):
        return values[int(node.id[1:])]
    return _number(node, values)


def _number(node: ast.expr, values: Sequence[Value]) -> Value:
    if isinstance(node, ast.BinOp):
        return _apply(_ARITHMETIC[type(node.op)], [node.left, node.right], values)
    if isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS:
        return _apply(_SIGNS[type(node.op)], [node.operand], values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id == "abs":
            return _apply(np.abs, node.args, values)
        choice = _CHOICES[node.func.id]
        found = _apply(choice, node.args[:2], values)
        for arg in node.args[2:]:
            found = choice(found, _apply(np.positive, [arg], values))
        return found
    raise ConstraintError("must compare numbers or words", "a condition", "join conditions by and, or, not")


def _apply(how: Callable[..., Value], parts: Sequence[ast.expr], values: Sequence[Value]) -> Value:
    sides = [_side(part, values) for part in parts]
    if any(_is_text(side) for side in sides):
        raise ConstraintError("must calculate with numbers only", "a text", "words are compared by == or !=")
    return how(*sides)


def _is_text(value: Value) -> bool:
    return isinstance(value, str) or (isinstance(value, np.ndarray) and value.dtype.kind in "UO")
