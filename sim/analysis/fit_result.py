"""What a fit found."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sim.analysis.patterns import Patterns
from sim.analysis.search import Rows
from sim.scenario.scenario import Scenario

CLEARLY = 3.0
"""Standard errors that the narrowest margin of a typical draw must have."""


@dataclass(frozen=True)
class Fit:
    """What a search found.

    Attributes
    ----------
    draws : DataFrame
        One row a draw: parameters by path, the share of each pattern, `passed` (how many patterns),
        `distance` (sum of the distances from acceptance), and `margin` (the narrowest, in standard errors).
    patterns : Patterns
    paths : tuple of str
        Parameters that were drawn.
    seed, replicates : int
        Key of the runs, and runs a draw.
    folder : Path or None
        Where it is stored; None in memory.
    found : bool
        Whether the folder held it already and nothing was run.
    """

    draws: pd.DataFrame
    patterns: Patterns
    paths: tuple[str, ...]
    seed: int
    replicates: int
    folder: Path | None = None
    found: bool = False

    @property
    def plausible(self) -> pd.DataFrame:
        """Draws that show every pattern, the widest narrowest margin first."""
        kept = self.draws[self.draws["passed"] == len(self.patterns.patterns)]
        return kept.sort_values("margin", ascending=False, kind="stable")

    @property
    def best(self) -> pd.Series:
        """The most typical of the draws that show every pattern clearly; where none does, the nearest to it.

        Typical is nearest to the middle of all plausible draws, each parameter in units of its spread over
        all draws: a draw chosen for showing the patterns best would be an extreme one.
        """
        plausible = self.plausible
        clear = plausible[plausible["margin"] >= CLEARLY]
        if clear.empty:
            return self.draws.sort_values(["distance", "margin"], ascending=[True, False], kind="stable").iloc[0]
        columns = list(self.paths)
        middle = plausible[columns].to_numpy().mean(axis=0)
        spread = self.draws[columns].to_numpy().std(axis=0)
        safe = np.where(spread > 0.0, spread, 1.0)
        away = (((clear[columns].to_numpy() - middle) / safe) ** 2).sum(axis=1)
        return clear.iloc[int(away.argmin())]

    def rates(self) -> pd.DataFrame:
        """For each pattern: share of draws that pass it alone, and the median share of runs over draws."""
        rows = [
            {
                "pattern": p.name,
                "text": p.text,
                "draws that pass": float(np.mean([p.accepts(s) for s in self.draws[f"share.{p.name}"]])),
                "median share": float(self.draws[f"share.{p.name}"].median()),
            }
            for p in self.patterns.patterns
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """What was found, in few words, as JSON can hold it."""
        best = self.best
        margin = float(best["margin"])
        return {
            "folder": None if self.folder is None else str(self.folder),
            "patterns": self.patterns.name,
            "seed": self.seed,
            "replicates": self.replicates,
            "draws": len(self.draws),
            "plausible": len(self.plausible),
            "rates": self.rates().to_dict("records"),
            "best": {
                "passed": int(best["passed"]),
                "distance": float(best["distance"]),
                "margin": margin if isfinite(margin) else None,
                "values": {path: float(best[path]) for path in self.paths},
            },
        }

    def __repr__(self) -> str:
        where = "memory" if self.folder is None else self.folder
        return f"<Fit to {self.patterns.name}: {len(self.plausible):,} of {len(self.draws):,} draws in {where}>"


def frame_of(rows: Rows) -> pd.DataFrame:
    """One row a draw."""
    return pd.DataFrame(rows)


def fitted_config(found: Fit, scenario: Scenario) -> str:
    """The best draw as a config fragment, every number with its provenance."""
    best = found.best
    tree: dict[str, Any] = {}
    note = _note(found, best)
    for path in found.paths:
        *above, field = path.split(".")
        section: dict[str, Any] = tree
        for key in above:
            section = section.setdefault(key, {})
        low, high = scenario.numbers[path].range
        section[field] = {"value": float(best[path]), "range": [low, high], "source": "assumption", "note": note}
    return str(yaml.safe_dump(tree, sort_keys=False, default_flow_style=None, width=1000))


def _note(found: Fit, best: pd.Series) -> str:
    draws, name, patterns = len(found.draws), found.patterns.name, len(found.patterns.patterns)
    if best["passed"] < patterns:
        return f"of {draws} draws the nearest to {name}, of which it shows {best['passed']:.0f} of {patterns} patterns"
    return f"one of {len(found.plausible)} of {draws} draws that show {name}"
