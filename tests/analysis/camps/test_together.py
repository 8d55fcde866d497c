"""Camps of runs: the model's own measure of the best split, shares by hand, and what is stored and printed."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from sim import Results, load_scenario, simulate
from sim.analysis import camps_of
from sim.cli import app
from sim.errors import ConfigError, ResultsError
from sim.storage.findings import stored_finding


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    scenario = load_scenario("two-rivals-one-patron").with_({"weeks": 9})
    return simulate(scenario, 12, threads=1, out=tmp_path_factory.mktemp("camps") / "two")


def test_best_splits_have_the_frustration_that_the_model_reports():
    results = simulate(load_scenario("post-soviet-2020").with_({"weeks": 9}), 1, threads=1)
    found, row = camps_of(results, weeks=9), results.series[results.series["week"] == 8].iloc[0]
    same, weight, total = found.together[-1], 0.0, 0.0
    for i, one in enumerate(found.states):
        for j, other in enumerate(found.states[:i]):
            mutual = (row[f"alignment.{one}.{other}"] + row[f"alignment.{other}.{one}"]) / 2
            total += abs(mutual)
            weight += abs(mutual) * ((mutual < 0) == bool(same[i, j]) and mutual != 0)
    assert len(found.states) == 9
    assert weight / total == pytest.approx(row["frustration"], abs=1e-5)


def test_foes_stand_apart_and_every_state_with_itself(results):
    found = camps_of(results, weeks=3)
    at = {code: place for place, code in enumerate(found.states)}
    assert found.weeks == (0.0, 4.0, 8.0)
    assert (found.together[:, at["BOR"], at["COR"]] == 0).all()
    assert (np.diagonal(found.together, axis1=1, axis2=2) == 1).all()
    # the patron is with one of the two in every run
    assert found.together[:, at["ALD"], at["BOR"]] + found.together[:, at["ALD"], at["COR"]] == pytest.approx(1)
    assert found.splits["share"].sum() == pytest.approx(1)
    assert found.runs == 12


def test_the_command_stores_what_python_gives(results):
    said = CliRunner().invoke(app, ["camps", str(results.folder), "--json"])
    assert said.exit_code == 0
    found = camps_of(results).to_dict()
    assert json.loads(said.stdout) == json.loads(json.dumps(found)) == stored_finding(results.folder, "camps")
    assert "camps-together" in Results.open(results.folder).figures
    plain = CliRunner().invoke(app, ["camps", str(results.folder)])
    assert "ALD\tCOR" in plain.stdout


def test_unknown_sizes_and_states_and_missing_series_are_refused(results):
    with pytest.raises(ConfigError, match="must be one of equal, capability"):
        camps_of(results, size="large")
    with pytest.raises(ConfigError, match="states of the scenario"):
        camps_of(results, states=["ALD", "XXX"])
    bare = load_scenario("two-rivals-one-patron").with_({"weeks": 2})
    from dataclasses import replace

    with pytest.raises(ResultsError, match="series"):
        camps_of(simulate(replace(bare, series=replace(bare.series, replicates=0)), 2, threads=1))
