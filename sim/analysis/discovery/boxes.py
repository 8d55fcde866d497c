"""Boxes in which most of a region lies (PRIM), with the significance of each limit.

Sources: Friedman and Fisher (1999), Statistics and Computing 9, for PRIM; Bryant and Lempert (2010), Technological
Forecasting and Social Change 77, for coverage, density and the quasi-p-values of limits.
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import bdtrc

from sim.errors import ResultsError

MISSING = "boxes need the extra `discover` (ema_workbench); install counterpoise[discover]"
MOST_BOXES = 3
SMALLEST = 0.05
"""Share of all points that a box holds at least."""
ENOUGH = 0.95
"""Share of the region that boxes hold together before no more are looked for."""
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Limit:
    """A limit of a box on one factor: a range, or the words that it allows; `p` is its quasi-p-value."""

    path: str
    low: float
    high: float
    words: tuple[str, ...]
    p: float


@dataclass(frozen=True)
class Box:
    """A box: share of the region that lies in it, share of it that lies in the region, its share of all points."""

    coverage: float
    density: float
    mass: float
    points: int
    limits: tuple[Limit, ...]


def boxes(design: pd.DataFrame, inside: NDArray[np.bool_]) -> list[Box]:
    """Boxes one after the other, each of the points that the earlier ones left.

    Parameters
    ----------
    design : DataFrame, P rows
        A column a factor: numbers or words.
    inside : ndarray of bool, shape (P,)

    Raises
    ------
    ResultsError
        If the library is not installed.
    """
    prim = _library()
    table = pd.DataFrame({name: _column(values) for name, values in design.items() if values.nunique() > 1})
    found: list[Box] = []
    with _silent():
        search = prim.Prim(table, inside, threshold=float(inside.mean()), peel_alpha=0.05, mass_min=SMALLEST)
        for _ in range(MOST_BOXES):
            box = search.find_box()
            if box is None or not len(box.peeling_trajectory):
                break
            chosen = _chosen(box.peeling_trajectory)
            box.select(chosen)
            limits = dict(box.box_lims[chosen].items())
            made = _box(table, inside, {name: list(ends) for name, ends in limits.items()})
            if not made.limits or made.density <= inside.mean():
                break
            found.append(made)
            if sum(one.coverage for one in found) >= ENOUGH:
                break
    return found


def quasi_p(inside: NDArray[np.bool_], in_box: NDArray[np.bool_], without: NDArray[np.bool_]) -> float:
    """Chance that as many points of the box lie in the region if the limit did not matter.

    Parameters
    ----------
    inside, in_box, without : ndarray of bool, shape (P,)
        The region, the box, and the box without the limit.
    """
    points, hits, rate = int(in_box.sum()), int((inside & in_box).sum()), float(inside[without].mean())
    return float(bdtrc(hits - 1, points, rate)) if hits > 0 and 0 < rate < 1 else 1.0


def _library() -> Any:
    try:
        with _silent():
            from ema_workbench.analysis import prim  # noqa: PLC0415 (an extra that need not be there)
    except ImportError as error:
        raise ResultsError(MISSING) from error
    return prim


@contextlib.contextmanager
def _silent() -> Any:
    """Keep a library from printing, warning and logging."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(before)


def _column(values: pd.Series) -> Any:
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=np.float64)
    return pd.Categorical(values.astype(str))


def _chosen(trajectory: pd.DataFrame) -> int:
    """Step of the peeling: the box whose harmonic mean of coverage and density is largest."""
    coverage, density = (trajectory[name].to_numpy(dtype=np.float64) for name in ("coverage", "density"))
    with np.errstate(invalid="ignore", divide="ignore"):
        both = np.nan_to_num(2 * coverage * density / (coverage + density))
    return int(np.argmax(both))


def _box(table: pd.DataFrame, inside: NDArray[np.bool_], ends: dict[str, list[Any]]) -> Box:
    """A box from the library's limits, with only those that leave points out and matter."""
    within = {name: _within(table[name], one) for name, one in ends.items() if name in table}
    within = {name: one for name, one in within.items() if not one.all()}
    while True:
        in_box = np.logical_and.reduce([np.ones(len(table), bool), *within.values()])
        p = {}
        for name in within:
            others = [one for other, one in within.items() if other != name]
            p[name] = quasi_p(inside, in_box, np.logical_and.reduce([np.ones(len(table), bool), *others]))
        weakest = max(p, key=lambda name: p[name], default=None)
        if weakest is None or p[weakest] <= SIGNIFICANT:
            break
        del within[weakest]
    limits = tuple(_limit(table[name], name, ends[name], p[name]) for name in within)
    hits = int((inside & in_box).sum())
    return Box(
        hits / int(inside.sum()), hits / max(1, int(in_box.sum())), float(in_box.mean()), int(in_box.sum()), limits
    )


def _within(column: pd.Series, ends: list[Any]) -> NDArray[np.bool_]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.isin(_words(ends)))
    return np.asarray((column >= ends[0]) & (column <= ends[1]))


def _limit(column: pd.Series, name: str, ends: list[Any], p: float) -> Limit:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Limit(name, float("nan"), float("nan"), tuple(sorted(_words(ends))), p)
    low, high = (float(one) for one in ends)
    open_ends = low <= float(column.min()), high >= float(column.max())
    return Limit(name, -np.inf if open_ends[0] else low, np.inf if open_ends[1] else high, (), p)


def _words(ends: list[Any]) -> set[str]:
    """Words that a limit allows: the library gives the same set for both ends."""
    return {str(word) for end in ends for word in (end if isinstance(end, set | frozenset) else {end})}
