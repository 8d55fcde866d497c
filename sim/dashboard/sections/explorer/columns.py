"""Columns of the explorer: numbers as small whole numbers, which a page unpacks at once.

A column of few values holds them and the place of each, and loses nothing. Others are divided into `STEPS` equal steps
from the smallest to the largest value, so that a value is off by half a step at most.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.effects.factors import factor_words
from sim.dashboard.outcomes import Outcome
from sim.dashboard.study import MOST_LEVELS, Study, level
from sim.dashboard.words import capital

Code = Callable[[NDArray[np.float64]], dict[str, Any]]
"""How the values of a column are written: `coded`, or `ends`."""
MOST_VALUES = 255
"""Different values of a column that are kept as they are."""
STEPS = 65534
"""Steps of a column of more values; `MISSING` is beyond them."""
MISSING = {1: 255, 2: 65535}
"""Code of a missing value, by bytes."""


def coded(values: NDArray[np.float64]) -> dict[str, Any]:
    """A column as codes of one or two bytes in base64, smallest byte first.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Missing values are NaN, or infinite.

    Returns
    -------
    dict
        ``bytes`` a code, ``codes``, and either the ``values`` that they are places in, or ``low`` and ``high``.
    """
    held = np.isfinite(values)
    different, place = np.unique(values[held], return_inverse=True)
    few = len(different) <= MOST_VALUES
    size = 1 if few else 2
    codes = np.full(len(values), MISSING[size], dtype=f"<u{size}")
    if few:
        codes[held] = place
        return {"bytes": 1, "values": different.tolist(), "codes": text(codes)}
    low, high = float(different[0]), float(different[-1])
    half = values[held] / 2 - low / 2  # the range of numbers near the largest possible has no number itself
    codes[held] = np.round(half / (high / 2 - low / 2) * STEPS)
    return {"bytes": 2, "low": low, "high": high, "codes": text(codes)}


def ends(values: NDArray[np.float64]) -> dict[str, Any]:
    """Smallest and largest value of a column whose values are asked for later, each of eight ``bytes``."""
    held = values[np.isfinite(values)]
    low, high = (float(held.min()), float(held.max())) if len(held) else (0.0, 0.0)
    return {"bytes": 8, "low": low, "high": high}


def text(numbers: NDArray[Any]) -> str:
    """Bytes of whole numbers as base64."""
    return base64.b64encode(np.ascontiguousarray(numbers).tobytes()).decode()


def outcome_columns(outcomes: Sequence[Outcome], runs: pd.DataFrame, code: Code = coded) -> list[dict[str, Any]]:
    """One column an outcome, with a value for each run, written by `code`."""
    return [
        {
            "key": one.column,
            "name": capital(one.words),
            "brief": one.brief,
            "of": "run",
            "share": one.share,
            **code(runs[one.column].to_numpy(dtype=np.float64)),
        }
        for one in outcomes
    ]


def factor_columns(study: Study, design: pd.DataFrame, held: Sequence[int], code: Code = coded) -> list[dict[str, Any]]:
    """One column a factor that is held, with a value for each point of the design, written by `code`."""
    return [_factor_column(study, study.factors[place], design, code) for place in held]


def _factor_column(study: Study, factor: Mapping[str, Any], design: pd.DataFrame, code: Code) -> dict[str, Any]:
    words, values = numbers_of(factor, design)
    said = factor_words(study, factor["path"])
    column = {"key": factor["path"], "name": capital(said), "brief": said, "of": "point", "share": False}
    return {**column, **({"words": words} if words else {}), **code(values)}


def numbers_of(factor: Mapping[str, Any], design: pd.DataFrame) -> tuple[list[str], NDArray[np.float64]]:
    """A factor at each point, shape (P,), and its levels in words where the numbers are places among them."""
    here = design[factor["path"]]
    given = list(factor.get("values") or ())
    number = pd.to_numeric(here, errors="coerce").to_numpy(dtype=np.float64)
    spoken = 0 < len(given) == len(factor.get("labels") or ()) <= MOST_LEVELS
    if not spoken and np.isfinite(number).sum() == here.notna().sum():
        return [], number
    levels = given or sorted(here.dropna().unique().tolist(), key=str)
    place = {str(value): number for number, value in enumerate(levels)}
    found = [place.get(str(value), np.nan) for value in here.tolist()]
    return [level(factor, value) for value in levels], np.array(found, dtype=np.float64)
