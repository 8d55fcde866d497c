"""Results as the EMA Workbench has them: a table of experiments, and an array of each outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.factors import factors_alone
from sim.results.measures import FAILED, codes, runs_of

if TYPE_CHECKING:
    from sim.results.stored import Stored


def experiments_and_outcomes(results: Stored) -> tuple[pd.DataFrame, dict[str, NDArray[np.float64]]]:
    """Factors and outcomes of all runs that did not fail; see `Results.to_ema`."""
    runs = runs_of(results)
    runs = runs[runs[FAILED].isna()].reset_index(drop=True)
    design = factors_alone(results.design).set_index("point")
    experiments = design.loc[runs["point"]].reset_index(drop=True)
    experiments = experiments.assign(
        replicate=runs["replicate"],
        scenario=runs["point"],
        policy="None",
        model=str(results.manifest["scenario"]["name"]),
    )
    names = [name for name in results.manifest["columns"] if codes(results.manifest, name) is None]
    return experiments, {name: runs[name].to_numpy(np.float64, na_value=np.nan) for name in names}
