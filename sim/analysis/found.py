"""What became of the draws of a fit: one row a draw, in the order of their numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.patterns import Patterns
from sim.outcomes import Column

Floats = NDArray[np.float64]
SHARE = "share."
DRAW, WAVE, RUNS = "draw", "wave", "replicates"


def columns_of(patterns: Patterns) -> tuple[Column, ...]:
    """What is stored of a draw."""
    return (
        Column(DRAW, "index", "number of the draw", False),
        Column(WAVE, "index", "wave of draws that it belongs to, from 0", False),
        Column(RUNS, "count", "runs after which it was judged; fewer than of others where it was dropped", False),
        *(Column(f"{SHARE}{one.name}", "share", one.text, False) for one in patterns.patterns),
        Column("passed", "count", "patterns that the draw shows", False),
        Column("distance", "share", "how far its shares lie outside of what is accepted, added up", False),
        Column("margin", "standard errors", "how far inside of what is accepted its narrowest share lies", False),
    )


def judged(patterns: Patterns, first: int, wave: int, runs: NDArray[np.int64], shares: Floats) -> pd.DataFrame:
    """Rows of draws that are done.

    Parameters
    ----------
    patterns : Patterns
    first : int
        Number of the first draw.
    wave : int
    runs : ndarray of int, shape (draws,)
        Runs that were looked at.
    shares : ndarray, shape (draws, patterns)
        Share that meets each pattern; NaN where that was not looked at.
    """
    known = np.isfinite(shares)
    passed, distance, margin = np.zeros(len(shares), np.int64), np.zeros(len(shares)), np.full(len(shares), np.inf)
    for pattern, share, seen in zip(patterns.patterns, shares.T, known.T, strict=True):
        passed += pattern.accepts(share)
        distance += np.where(seen, pattern.distance(share), 0.0)
        margin = np.minimum(margin, np.where(seen, pattern.margin(share, runs), np.inf))
    names = [f"{SHARE}{one.name}" for one in patterns.patterns]
    head = {DRAW: np.arange(first, first + len(shares)), WAVE: np.full(len(shares), wave), RUNS: runs}
    tail = {"passed": passed, "distance": distance, "margin": margin}
    return pd.DataFrame({**head, **dict(zip(names, shares.T, strict=True)), **tail})


class Found:
    """Rows of the draws that are done.

    Parameters
    ----------
    patterns : Patterns
    frame : DataFrame, optional
        Those that were there already.
    """

    def __init__(self, patterns: Patterns, frame: pd.DataFrame | None = None) -> None:
        self.patterns = patterns
        nothing = judged(patterns, 0, 0, np.zeros(0, np.int64), np.zeros((0, len(patterns.patterns))))
        self._frames = [nothing if frame is None else frame]

    def __len__(self) -> int:
        return sum(map(len, self._frames))

    def add(self, frame: pd.DataFrame) -> None:
        """Take the rows of the draws that follow."""
        self._frames.append(frame)

    @property
    def frame(self) -> pd.DataFrame:
        """All rows."""
        if len(self._frames) > 1:
            filled = [one for one in self._frames if len(one)] or self._frames[:1]
            self._frames = [pd.concat(filled, ignore_index=True)]
        return self._frames[0]

    def before(self, wave: int) -> pd.DataFrame:
        """Rows of the waves before one."""
        return self.frame[self.frame[WAVE] < wave]


def plausible(frame: pd.DataFrame, patterns: Patterns) -> pd.DataFrame:
    """Rows of the draws that show every pattern."""
    return frame[frame["passed"] == len(patterns.patterns)]
