"""Experiments and outcomes for the EMA Workbench."""

from __future__ import annotations

import numpy as np
import pytest

from sim import load_scenario, sweep
from sim.experiments.factors import Factor, Level
from sim.experiments.plan import Plan
from sim.experiments.points import Grid


@pytest.fixture(scope="module")
def results():
    scenario = load_scenario("two-rivals-one-patron").with_({"weeks": 3})
    path = "contests.VAL.control"
    factor = Factor(path, path, tuple(Level(f"{value}", ((path, value),)) for value in (0.2, 0.5, 0.7)), numeric=True)
    return sweep(Plan("x", "x", "sweep", scenario, Grid((factor,)), 4, 1, scenario.series), threads=1)


def test_rows_are_runs_beside_the_factors_of_their_points(results):
    experiments, outcomes = results.to_ema()
    assert len(experiments) == 12
    assert experiments["contests.VAL.control"].tolist() == [value for value in (0.2, 0.5, 0.7) for _ in range(4)]
    assert {"replicate", "scenario", "policy", "model"} <= set(experiments)
    assert all(values.shape == (12,) and values.dtype == np.float64 for values in outcomes.values())
    assert outcomes["control.VAL:final"].tolist() == results.runs["control.VAL:final"].tolist()
    assert "phase.VAL:final" not in outcomes  # a code has no mean
