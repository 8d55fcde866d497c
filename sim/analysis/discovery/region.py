"""A region of outcomes, and which points of a design lie in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arguments import argument_fault, unknown_name
from sim.errors import ConfigError, ResultsError
from sim.experiments.constraints import ConstraintError, constraint
from sim.phrases import plural
from sim.results.measures import FAILED, codes

if TYPE_CHECKING:
    from sim.results.stored import Stored

MOST_RUNS = 0.5
"""Share of a point's runs that must lie in the region for the point to do so."""


@dataclass(frozen=True)
class Region:
    """A region over the points of a design.

    Attributes
    ----------
    text : str
        As it was written.
    design : DataFrame
        Factors of the P points that have runs, one row a point.
    share : ndarray, shape (P,)
        Share of each point's runs that lie in it.
    """

    text: str
    design: pd.DataFrame
    share: NDArray[np.float64]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Points most of whose runs lie in it: the point is what was drawn, not each of its runs."""
        return np.asarray(self.share > MOST_RUNS)


def read_region(results: Stored, text: str) -> Region:
    """Find the points that lie in a region.

    Parameters
    ----------
    results : Stored
    text : str
        Comparisons of plain arithmetic between outcomes, as constraints of a design are written; codes are compared
        with their words.

    Raises
    ------
    ConfigError
        For anything else.
    ResultsError
        If no point lies in it, or all do.
    """
    columns = results.manifest["columns"]
    fault = "region"
    try:
        # an outcome's name has a colon, which no path has: it is read as a name in backquotes
        found = constraint(_quoted(text, list(columns)), columns.__contains__)
    except ConstraintError as error:
        raise ConfigError([argument_fault(fault, error.rule, error.found, error.remedy)]) from None
    unknown = [name for name in found.names if name not in columns]
    if unknown:
        faults = [one for name in unknown for one in unknown_name(fault, name, columns, "must name outcomes").faults]
        raise ConfigError(faults)
    runs = results.some(["point", FAILED, *found.names])
    runs = runs[runs[FAILED].isna()]
    try:
        inside = found.holds({name: _column(results, runs, name) for name in found.names})
    except ConstraintError as error:
        raise ConfigError([argument_fault(fault, error.rule, error.found, error.remedy)]) from None
    share = pd.Series(np.broadcast_to(inside, len(runs)).astype(np.float64)).groupby(runs["point"].to_numpy()).mean()
    design = results.design.set_index("point").loc[share.index].reset_index(drop=True)
    region = Region(text, design, np.asarray(share, np.float64))
    count = int(region.inside.sum())
    if count in (0, len(share)):
        most = f"; the largest share of a point's runs in it is {share.max():.0%}" if len(share) and not count else ""
        words = "no point lies" if not count else "all points lie"
        raise ResultsError(f"{words} in the region {text} (of {plural(len(share), 'point')}){most}; name another one")
    return region


def _quoted(text: str, names: list[str]) -> str:
    """The text with the names of outcomes in backquotes, longest names first."""
    parts = text.split("`")
    for place in range(0, len(parts), 2):
        for number, name in enumerate(sorted(names, key=len, reverse=True)):
            parts[place] = parts[place].replace(name, f"\0{number}\0")
        for number, name in enumerate(sorted(names, key=len, reverse=True)):
            parts[place] = parts[place].replace(f"\0{number}\0", f"\1{name}\1")
    return "`".join(parts).replace("\1", "`")


def _column(results: Stored, runs: pd.DataFrame, name: str) -> NDArray[np.generic]:
    """Values of an outcome by run; words instead of codes."""
    values = runs[name].to_numpy(np.float64, na_value=np.nan)
    words = codes(results.manifest, name)
    if words is None:
        return values
    at = np.where(np.isfinite(values), values, len(words)).astype(np.int64)
    return np.array([*words, ""], dtype=np.str_)[np.clip(at, 0, len(words))]
