"""What can be compared of an outcome: numbers by their mean, codes by shares, times by whether and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.experiments.lengths import are_varied, lengths_of
from sim.outcomes import is_time
from sim.quantities import ContestNow, quantities

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.stored import Stored

FAILED = "failure"
SHARE = "share of runs"
CHOICES = {name: one.choices for name, one in quantities(ContestNow).items() if one.choices}
"""Words of the codes of outcomes that are no postures, by the outcome's kind."""
PAIRS_ONLY = "where it came in both"
ROUNDING = 1e-12
"""Share of the largest of some numbers below which another one is what rounding left of 0."""


@dataclass(frozen=True)
class Measure:
    """One number of each run that a mean makes sense of.

    Attributes
    ----------
    outcome : str
        Column of the runs.
    measure : str
        What is read of it: ``mean``, ``share mediate``, ``share reached``.
    unit : str
    values : ndarray, shape (R,)
        NaN where a run has none.
    """

    outcome: str
    measure: str
    unit: str
    values: NDArray[np.float64]


def runs_of(results: Stored) -> pd.DataFrame:
    """Runs of results that have some; raises ResultsError for a sweep of which nothing is finished yet."""
    if results.runs.empty:
        where = results.folder or results.manifest["name"]
        raise ResultsError(f"{where} holds no run yet; give the command that began it again, or wait for it")
    return results.runs


def rounded(values: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values in which those are 0 that only rounding keeps from it.

    Parameters
    ----------
    values : ndarray, shape (..., Y)
    scale : ndarray, shape (..., Y)
        Numbers from which the values were computed; the largest of each column is its scale.
    """
    sizes = np.where(np.isfinite(scale), np.abs(scale), 0.0).reshape(-1, scale.shape[-1])
    return np.where(np.abs(values) < ROUNDING * sizes.max(axis=0, initial=0.0), 0.0, values)


def less(second: NDArray[np.float64], first: NDArray[np.float64]) -> NDArray[np.float64]:
    """Second less first, of shape (R, Y); differences within rounding of a column's values are 0."""
    return rounded(second - first, np.stack([first, second]))


def codes(manifest: Mapping[str, Any], outcome: str) -> Sequence[str] | None:
    """Words of the codes of an outcome, or None if it is a number."""
    if manifest["columns"].get(outcome, {}).get("unit") != "code":
        return None
    return CHOICES.get(outcome.partition(".")[0]) or list(manifest["postures"])


def comparable(outcome: str, manifest: Mapping[str, Any]) -> bool:
    """Whether a mean or share of an outcome means anything: the mean over time of a code does not."""
    return outcome.endswith(":final") or not (is_time(outcome) or codes(manifest, outcome) is not None)


def measures(results: Stored, outcomes: Sequence[str], horizon: float) -> Iterator[Measure]:
    """Read outcomes of all runs; runs that failed have only that.

    Parameters
    ----------
    results : Stored
    outcomes : sequence of str
        Columns of the runs.
    horizon : float
        Weeks at which a time that never came is counted: the shorter of two horizons that are compared.

    Yields
    ------
    Measure
        One for a number, one for each code, three for a time.
    """
    runs = results.runs
    failed = runs[FAILED].notna().to_numpy()
    yield Measure(FAILED, "share failed", SHARE, failed.astype(np.float64))
    for outcome in outcomes:
        values = runs[outcome].to_numpy(np.float64, na_value=np.nan)
        words, unit = codes(results.manifest, outcome), results.manifest["columns"][outcome]["unit"]
        if is_time(outcome):
            found = _times(values, horizon)
        elif words is not None:
            found = [(f"share {word}", SHARE, values == code) for code, word in enumerate(words)]
        else:
            found = [("mean", unit, values)]
        for measure, its_unit, read in found:
            yield Measure(outcome, measure, its_unit, np.where(failed, np.nan, read))


def _times(values: NDArray[np.float64], horizon: float) -> list[tuple[str, str, NDArray[Any]]]:
    """Whether a time came, how long it was till then, and when it was.

    The weeks until it, a time that never came counted as the horizon, are the restricted mean (Royston & Parmar
    2013, BMC Medical Research Methodology 13), which no selection of runs distorts. When it was, where it came
    in both, is a fair comparison only of pairs.
    """
    reached = values <= horizon
    return [
        (f"share reached by week {horizon:g}", SHARE, reached),
        (f"weeks without it, of {horizon:g}", "week", np.where(reached, values, horizon)),
        (f"week, {PAIRS_ONLY}", "week", np.where(reached, values, np.nan)),
    ]


def horizon(results: Stored) -> float:
    """Weeks that a run lasts; the shortest one where points last differently long."""
    if not are_varied(results.manifest):
        return float(results.manifest["scenario"]["structure"]["weeks"])
    return float(lengths_of(results.manifest, results.design).min())


def numbers(results: Stored) -> list[str]:
    """Columns of the runs that differences and means make sense of: all but codes."""
    return [str(name) for name in results.runs.columns if _is_number(results.manifest, name)]


def _is_number(manifest: Mapping[str, Any], name: str) -> bool:
    return name in manifest["columns"] and codes(manifest, name) is None
