"""Running a config over plausible sets, from the command line and from Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_sets import make_sets

from sim import Results, load_scenario, simulate
from sim.errors import ConfigError
from sim.experiments.plausible import PlausibleSets, write_plausible

BASE = "two-rivals-one-patron"
QUICK = ("--plausible", "worlds.parquet", "--replicates", "3", "--weeks", "6", "--no-dashboard")
Call = Callable[..., Any]


@pytest.fixture
def sets(tmp_path: Path) -> PlausibleSets:
    """Sets of the smallest scenario, in a file where the command starts."""
    found = make_sets(load_scenario(BASE), "weights.*", count=5)
    write_plausible(tmp_path / "worlds.parquet", found)
    return found


def test_a_config_is_run_over_all_sets(counterpoise: Call, sets: PlausibleSets) -> None:
    done = counterpoise("run", BASE, *QUICK)
    assert done.exit_code == 0, done.output
    results = Results.open(f"results/{BASE}-over-worlds")
    assert len(results.runs) == 15
    assert (results.design[list(sets.paths)].to_numpy() == sets.values).all()
    assert "5 points, 15 runs" in done.stderr
    assert counterpoise("run", BASE, *QUICK).stdout.count("already") == 1


def test_some_sets_may_be_asked_for(counterpoise: Call, sets: PlausibleSets) -> None:
    counterpoise("run", BASE, *QUICK, "--sets", "2", "--out", "few")
    assert Results.open("few").manifest["points"] == 2
    assert "sets must be a whole number in [1, 5]" in counterpoise("run", BASE, *QUICK, "--sets", "6").stderr
    assert "sets needs plausible sets" in counterpoise("run", BASE, "--sets", "2").stderr


def test_a_value_set_by_hand_is_an_experiment_in_the_same_worlds(counterpoise: Call, sets: PlausibleSets) -> None:
    done = counterpoise("run", BASE, *QUICK, "--set", "weights.order=0", "--set", "states.ALD.capability=25", "--json")
    assert "as the scenario says: weights.order (1 in all)" in done.stderr
    results = Results.open(json.loads(done.stdout)["folder"])
    assert "weights.order" not in results.design
    assert results.manifest["scenario"]["numbers"]["states.ALD.capability"]["value"] == 25


def test_a_changed_config_is_refused_in_words(counterpoise: Call, sets: PlausibleSets, tmp_path: Path) -> None:
    from sim.scenario.load import shipped

    text = shipped()[BASE].read_text(encoding="utf-8").replace("capability: {value: 20,", "capability: {value: 21,")
    (tmp_path / f"{BASE}.yaml").write_text(text, encoding="utf-8")
    done = counterpoise("run", f"{BASE}.yaml", *QUICK)
    assert done.exit_code == 2
    assert "the scenario must be as it was when the sets worlds were found" in done.stderr
    assert f"counterpoise fit {BASE} --patterns what-is-known" in done.stderr


def test_what_is_no_file_of_sets_is_refused(counterpoise: Call) -> None:
    for given, said in (("nowhere", "plausible sets"), ("nowhere.parquet", "must be readable"), (".", "ordinary file")):
        done = counterpoise("run", BASE, "--plausible", given)
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert said in done.stderr


def test_python_runs_a_scenario_over_sets(sets: PlausibleSets, tmp_path: Path) -> None:
    by_file = simulate(BASE, 2, plausible=tmp_path / "worlds.parquet", sets=3, weeks=6)
    loaded = simulate(load_scenario(BASE), 2, plausible=sets, sets=3, weeks=6)
    assert len(by_file.runs) == 6
    assert by_file.runs.equals(loaded.runs)
    assert len(simulate(BASE, plausible=sets, sets=1, weeks=2).runs) == 20
    with pytest.raises(ConfigError, match="sets needs plausible sets"):
        simulate(BASE, sets=3)
