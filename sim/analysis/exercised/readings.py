"""Outcomes by which a patron's exercised influence on a client is measured, and how each is read from runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.exercised.plan import contests_of, parties_of
from sim.kernel.structure import Structure
from sim.quantities import ENDINGS

INVOLVEMENT = (
    ("stands between", 0, "mediates or keeps the peace"),
    ("helps the challenger", 1, "helps the challenger"),
    ("helps the holder", -1, "helps the holder"),
)
"""What a third party may do but abstain, by the side of its posture."""


@dataclass(frozen=True)
class Reading:
    """One number of each run.

    Attributes
    ----------
    name : str
        Such as ``control.NK`` or ``posture.NK.RUS helps the holder``.
    words : str
        What it is, with codes of states and contests.
    unit : str
    columns : tuple of str
        Columns of the runs, which are added up.
    code : int or None
        Code that the one column must hold, where it holds codes; then it is a share of runs.
    """

    name: str
    words: str
    unit: str
    columns: tuple[str, ...]
    code: int | None = None

    @property
    def is_share(self) -> bool:
        """Whether its mean is a share of runs."""
        return self.code is not None

    @property
    def own(self) -> bool:
        """Whether it is of the patron itself, so that patrons cannot be compared by it."""
        return self.name.startswith("posture.")

    def values(self, runs: pd.DataFrame) -> NDArray[np.float64]:
        """Value of each run, shape (N,); NaN where one has none."""
        found = runs[list(self.columns)].to_numpy(np.float64, na_value=np.nan)
        if self.code is None:
            return np.asarray(found.sum(axis=1))
        return np.where(np.isfinite(found[:, 0]), found[:, 0] == self.code, np.nan)


def readings(structure: Structure, patron: str, client: str) -> Iterator[Reading]:
    """Outcomes of a patron and a client, in the order in which they are told."""
    column = f"alignment.{client}.{patron}:final"
    yield Reading("alignment", f"alignment of {client} with {patron} at the end", "alignment", (column,))
    for contest in contests_of(structure, client):
        yield from _of_contest(contest)
        if patron in parties_of(structure, contest):
            yield from _of_party(structure, contest, patron)


def _of_contest(contest: str) -> Iterator[Reading]:
    """How a contest goes, and how it ends."""
    yield Reading(f"control.{contest}", f"share of {contest} that the challenger holds at the end", "share",
                  (f"control.{contest}:final",))  # fmt: skip
    yield Reading(f"weeks_fought.{contest}", f"weeks of fighting in {contest}", "week",
                  (f"weeks_fought.{contest}:final",))  # fmt: skip
    for code, ending in enumerate(ENDINGS):
        words = f"{contest} ends with: {ending}"
        yield Reading(f"ending.{contest} {ending}", words, "share of runs", (f"ending.{contest}:final",), code)


def _of_party(structure: Structure, contest: str, patron: str) -> Iterator[Reading]:
    """What the patron itself would do in a contest of its client."""
    abstain = structure.postures[0][0]
    for name, side, does in INVOLVEMENT:
        chosen = [posture for posture, its_side in structure.postures if its_side == side and posture != abstain]
        if chosen:
            columns = tuple(f"probability.{contest}.{patron}.{posture}:mean" for posture in chosen)
            words = f"probability that {patron} {does} in {contest}, mean of all weeks"
            yield Reading(f"posture.{contest}.{patron} {name}", words, "probability", columns)
