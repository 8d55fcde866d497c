"""Runs through a Mesa model, whose code may do anything, in the shape of the ensemble's blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Block, Design, Ensemble
from sim.kernel.tally import Tally
from sim.model import InfluenceModel
from sim.phrases import printable
from sim.scenario.scenario import Scenario

ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
"""Where an object lies in memory, which differs between two equal runs."""


def run_replicates(
    scenario: Scenario,
    design: Design,
    runs: NDArray[np.int64],
    seed: int,
    ensemble: Ensemble,
    series_replicates: int = 0,
    model: type[InfluenceModel] = InfluenceModel,
) -> Iterator[Block]:
    """Runs through the Mesa front, in the shape of the ensemble's blocks, one run a block.

    Parameters
    ----------
    scenario : Scenario
        What all runs share.
    design : Design
        Points that the runs refer to.
    runs : ndarray of int, shape (R, 2)
        Point and replicate of each run.
    ensemble : Ensemble
        Says which columns and series to keep.
    series_replicates : int
        Keep the series of runs whose replicate is smaller.
    model : subclass of InfluenceModel
        What runs; it is made with a scenario, `seed` and `replicate`. A run in which its code raises, or which
        does not end at the scenario's horizon, is a failure that says so, and the others go on.
    """
    for first, replicate in enumerate(runs[:, 1]):
        row, keep = runs[first : first + 1], int(replicate) < series_replicates and bool(ensemble.series_columns)
        setting = scenario.at(dict(zip(design.paths, design.at(row[:, 0])[0], strict=True)))
        tally = ensemble.tally(keep)
        why = _run(model, setting, seed, int(replicate), tally)
        if why:
            yield ensemble.lost(row, first, seed, series_replicates, why)
        else:
            yield ensemble.read(tally, row, first, seed, keep)


def _run(model: type[InfluenceModel], setting: Scenario, seed: int, replicate: int, tally: Tally) -> str:
    """Run a model whose code may do anything, and say why there is nothing to read in the tally, if so."""
    running: Any = None
    try:
        running = model(setting, seed=seed, replicate=replicate)
        if running.structure != setting.structure:
            return "its states, contests or weeks are not those of the scenario that it was made from"
        running.tally = tally
        running.run_model()
        if running.tick != setting.structure.ticks:
            return f"stopped after {running.tick} of {setting.structure.ticks} ticks"
    except BaseException as error:  # noqa: BLE001 (whatever it is, the other runs go on)
        return f"{_said(error)} in week {_week(running):g}"
    return ""


def _week(running: Any) -> float:
    """Weeks that a model has run, whatever has become of it."""
    try:
        return float(running.week)
    except Exception:  # noqa: BLE001
        return 0.0


def _said(error: BaseException) -> str:
    """An error in a line, the same in any process."""
    try:
        text = printable(" ".join(ADDRESS.sub("0x...", str(error)).split()))
    except Exception:  # noqa: BLE001 (its own text may raise)
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
