"""A region of outcomes, and which points of a design lie in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arguments import argument_fault
from sim.errors import ConfigError, ResultsError
from sim.expressions import Expression, ExpressionError, Names, parse
from sim.phrases import plural
from sim.results.measures import FAILED, codes

if TYPE_CHECKING:
    from sim.results.stored import Stored

MOST_RUNS = 0.5
"""Share of a point's runs that must lie in the region for the point to do so."""
RULE = "must speak of outcomes that the runs keep"
EXAMPLE = "a comparison of outcomes, such as control.NK:final > 0.9"


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
        Comparisons of outcomes in the language of `sim.expressions`; codes are compared with their words.

    Raises
    ------
    ConfigError
        For anything else.
    ResultsError
        If no point lies in it, or all do.
    """
    found = _condition(results, text)
    runs = results.some(["point", FAILED, *found.names])
    runs = runs[runs[FAILED].isna()]
    inside = found.evaluate({name: runs[name].to_numpy(np.float64, na_value=np.nan) for name in found.names})
    share = pd.Series(np.broadcast_to(inside, len(runs)).astype(np.float64)).groupby(runs["point"].to_numpy()).mean()
    design = results.design.set_index("point").loc[share.index].reset_index(drop=True)
    region = Region(text, design, np.asarray(share, np.float64))
    count = int(region.inside.sum())
    if count in (0, len(share)):
        most = f"; the largest share of a point's runs in it is {share.max():.0%}" if len(share) and not count else ""
        words = "no point lies" if not count else "all points lie"
        raise ResultsError(f"{words} in the region {text} (of {plural(len(share), 'point')}){most}; name another one")
    return region


def _condition(results: Stored, text: str) -> Expression:
    """What must hold of a run that lies in the region."""
    columns = results.manifest["columns"]
    words = {name: known for name in columns if (known := codes(results.manifest, name)) is not None}
    units = {name: column["unit"] for name, column in columns.items()}
    try:
        found = parse(text, Names(columns=columns, words=words, units=units, rule=RULE), EXAMPLE)
    except ExpressionError as error:
        raise ConfigError([argument_fault("region", one.rule, one.shown, one.remedy) for one in error.slips]) from None
    if not found.is_condition:
        raise ConfigError([argument_fault("region", "must be a comparison", text, "compare it: `... > 0`")])
    return found
