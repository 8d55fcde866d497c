"""Lengths of runs where a design varies them: ``weeks``, a path that is no number of the scenario.

Nothing in the model looks ahead, so that a shorter run is the beginning of a longer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.quantities import Quantity
from sim.scenario.schema.fields import MOST_WEEKS

if TYPE_CHECKING:
    import pandas as pd

WEEKS = "weeks"
LENGTH = Quantity("length of a run", "week", 1, MOST_WEEKS)


def are_varied(manifest: Mapping[str, Any]) -> bool:
    """Whether the points of stored results last differently long."""
    return any(
        factor["path"] == WEEKS or any(WEEKS in settings for settings in factor.get("settings", ()))
        for factor in manifest["factors"]
    )


def lengths_of(manifest: Mapping[str, Any], design: pd.DataFrame) -> NDArray[np.float64]:
    """Weeks that the runs of each point last, shape (points,).

    Parameters
    ----------
    manifest : mapping
    design : DataFrame
        One row a point, as stored.
    """
    found = np.full(len(design), float(manifest["scenario"]["structure"]["weeks"]))
    for factor in manifest.get("factors") or ():
        column = factor["path"]
        if column == WEEKS:
            found = design[column].to_numpy(np.float64)
            continue
        pairs = zip(factor.get("values") or (), factor.get("settings") or (), strict=False)
        set_by = {value: settings[WEEKS] for value, settings in pairs if WEEKS in settings}
        if set_by:
            new = design[column].map(set_by).to_numpy(np.float64)
            found = np.where(np.isnan(new), found, new)
    return found
