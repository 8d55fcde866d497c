"""A tree of splits between points in a region and points outside it (CART).

Source: Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import ResultsError

MISSING = "trees need the extra `discover` (scikit-learn); install counterpoise[discover]"
DEEPEST = 3
SMALLEST = 0.05
"""Share of all points that a leaf holds at least."""


def leaves(design: pd.DataFrame, inside: NDArray[np.bool_]) -> list[tuple[list[tuple[str, str, float]], int, int]]:
    """Leaves of a tree: the splits on the way to each, its points, and those of them in the region.

    Parameters
    ----------
    design : DataFrame, P rows
        A column a factor: numbers or words.
    inside : ndarray of bool, shape (P,)

    Returns
    -------
    list of (splits, points, hits)
        A split is ``(factor, sign, value)``; of words it is ``(factor, "is" or "is not", word)`` with the word for a
        value. Leaves in falling order of the share of their points in the region.

    Raises
    ------
    ResultsError
        If scikit-learn is not installed.
    """
    try:
        from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415 (an extra that need not be there)
    except ImportError as error:
        raise ResultsError(MISSING) from error
    columns, names = _columns(design)
    least = max(1, int(np.ceil(SMALLEST * len(inside))))
    fitted = DecisionTreeClassifier(max_depth=DEEPEST, min_samples_leaf=least, random_state=0).fit(columns, inside)
    at = fitted.apply(columns)
    found = [(_way(fitted.tree_, leaf, names), int((at == leaf).sum()), int(inside[at == leaf].sum()))
             for leaf in np.unique(at)]  # fmt: skip
    return sorted(found, key=lambda one: -one[2] / one[1])


def _columns(design: pd.DataFrame) -> tuple[NDArray[np.float64], list[tuple[str, str]]]:
    """Numbers as they are, and a column for each word: 1 where it stands."""
    columns, names = [], []
    for name, values in design.items():
        if pd.api.types.is_numeric_dtype(values):
            columns.append(values.to_numpy(dtype=np.float64))
            names.append((str(name), ""))
            continue
        for word in sorted(values.astype(str).unique()):
            columns.append((values.astype(str) == word).to_numpy(dtype=np.float64))
            names.append((str(name), word))
    return np.column_stack(columns), names


def _way(tree: Any, leaf: int, names: list[tuple[str, str]]) -> list[Any]:
    """Splits from the root to a leaf."""
    parent = {int(child): (node, side) for side in ("left", "right")
              for node, child in enumerate(getattr(tree, f"children_{side}")) if child >= 0}  # fmt: skip
    way: list[Any] = []
    while leaf in parent:
        leaf, side = parent[leaf]
        path, word = names[tree.feature[leaf]]
        if word:
            way.append((path, "is not" if side == "left" else "is", word))
        else:
            way.append((path, "at most" if side == "left" else "above", float(tree.threshold[leaf])))
    return way[::-1]
