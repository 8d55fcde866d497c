"""What a fit found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.found import Found, plausible
from sim.analysis.patterns import Patterns
from sim.analysis.sampling.waves import Waves
from sim.analysis.search import Search
from sim.experiments.plausible import PlausibleSets

MOST_NAMED = 40
"""Ranges and pairs that `to_dict` lists; the folder's report has all."""


@dataclass(frozen=True)
class Fit:
    """What a search found.

    Attributes
    ----------
    draws : DataFrame
        One row a draw: its number, its wave, the runs after which it was judged, the share of each pattern, `passed`
        (how many patterns), `distance` (sum of the distances from acceptance), and `margin` (the narrowest, in
        standard errors). `values` gives the parameters of draws by their numbers.
    sets : PlausibleSets or None
        Draws that show all patterns, thinned where they are many; None where there is none.
    report : dict
        What it says of patterns, ranges and trade-offs, as JSON can hold it.
    search : Search
        What was searched for.
    folder : Path or None
        Where it is stored; None in memory.
    found : bool
        Whether the folder held it already and nothing was run.
    """

    draws: pd.DataFrame
    sets: PlausibleSets | None
    report: dict[str, Any]
    search: Search
    folder: Path | None = None
    found: bool = False

    @property
    def patterns(self) -> Patterns:
        """What was looked for."""
        return self.search.patterns

    @property
    def paths(self) -> tuple[str, ...]:
        """Parameters that were drawn."""
        return self.search.space.paths

    @property
    def plausible(self) -> pd.DataFrame:
        """All draws that show every pattern: their rows of `draws`, their weight, and their parameters by path."""
        kept = plausible(self.draws, self.patterns).reset_index(drop=True)
        values = self.values(kept["draw"])
        weights = pd.DataFrame({"weight": self._waves.weights(values)})
        return pd.concat([kept, weights, pd.DataFrame(values, columns=list(self.paths))], axis=1)

    def values(self, numbers: Sequence[int] | pd.Series) -> NDArray[np.float64]:
        """Parameters of draws, made again, in the order of `paths`.

        Parameters
        ----------
        numbers : sequence of int
            Numbers of the draws, ascending.

        Returns
        -------
        ndarray, shape (n, paths)
        """
        return self._waves.values(np.asarray(numbers, np.int64))

    @cached_property
    def _waves(self) -> Waves:
        made, found = self.search.waves(), Found(self.patterns, self.draws)
        made.make_all(found)
        return made

    def rates(self) -> pd.DataFrame:
        """For each pattern: share of the reference draws that show it, and the median share of runs."""
        return pd.DataFrame(self.report["rates"])

    def ranges(self) -> pd.DataFrame:
        """For each parameter how far its range narrowed, and by which patterns; the surest first."""
        return pd.DataFrame(self.report["ranges"])

    def tradeoffs(self) -> pd.DataFrame:
        """Pairs of parameters that trade off, the strongest first."""
        return pd.DataFrame(self.report["tradeoffs"])

    def to_dict(self) -> dict[str, Any]:
        """What was found, in few words, as JSON can hold it."""
        narrowed = [row for row in self.report["ranges"] if row["moved"]]
        return {
            "folder": None if self.folder is None else str(self.folder),
            "patterns": self.patterns.name,
            "seed": self.search.seed,
            "replicates": self.search.replicates,
            "parameters": len(self.paths),
            **{key: part for key, part in self.report.items() if key not in ("ranges", "tradeoffs")},
            "narrowed": len(narrowed),
            "ranges": narrowed[:MOST_NAMED],
            "tradeoffs": self.report["tradeoffs"][:MOST_NAMED],
            "sets": 0 if self.sets is None else len(self.sets),
        }

    def __repr__(self) -> str:
        where = "memory" if self.folder is None else self.folder
        kept, tried = self.report["plausible"], len(self.draws)
        return f"<Fit to {self.patterns.name}: {kept:,} of {tried:,} draws in {where}>"
