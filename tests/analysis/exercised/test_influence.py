"""Exercised influence: the difference of two runs made by hand, levers that are not there, disagreement in words."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from sim import Results, exercised_influence, load_scenario, simulate
from sim.analysis.exercised.disagreements import disagreements
from sim.analysis.exercised.effects import Effect
from sim.analysis.exercised.influence import influence_in
from sim.analysis.exercised.plan import Removal, removals
from sim.analysis.exercised.readings import Reading
from sim.cli import app
from sim.comparison.over_sets import over_sets
from sim.errors import ConfigError, ResultsError
from sim.storage.findings import stored_finding

WEEKS, RUNS = 9, 12
ONE = np.ones(1, np.int64)


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("two-rivals-one-patron").with_({"weeks": WEEKS, "ties.ALD.BOR.trade": 0})


@pytest.fixture(scope="module")
def found(scenario, tmp_path_factory):
    return exercised_influence(scenario, replicates=RUNS, threads=1, out=tmp_path_factory.mktemp("influence") / "two")


def row(found, client, lever, outcome):
    table = found.table
    chosen = table[(table["client"] == client) & (table["lever"] == lever) & (table["outcome"] == outcome)]
    assert len(chosen) == 1
    return chosen.iloc[0]


@pytest.mark.parametrize(
    ("lever", "gone"), [("all", ("arms", "trade", "treaty")), ("arms", ("arms",)), ("treaty", ("treaty",))]
)
def test_an_effect_is_the_difference_of_paired_runs_with_and_without_the_lever(scenario, found, lever, gone):
    without = scenario.with_({f"ties.ALD.COR.{one}": 0 for one in gone})
    runs = [simulate(one, RUNS, threads=1).runs["alignment.COR.ALD:final"] for one in (scenario, without)]
    effect = row(found, "COR", lever, "alignment")
    assert effect["with"] == pytest.approx(runs[0].mean())
    assert effect["without"] == pytest.approx(runs[1].mean())
    assert effect["exercised"] == pytest.approx((runs[0] - runs[1]).mean(), abs=1e-12)
    assert effect["low"] <= effect["exercised"] <= effect["high"]


def test_a_lever_that_is_not_there_is_inert_in_every_outcome(found):
    trade = found.table.query("client == 'BOR' and lever == 'trade'")
    assert len(trade) > 5
    assert set(trade["verdict"]) == {"inert"}
    assert (trade["exercised"] == 0).all()
    assert row(found, "COR", "all", "alignment")["verdict"] != "inert"


def test_capacity_is_that_of_the_runs_with_all_levers(scenario, found):
    from dataclasses import replace

    kept = replace(scenario, outcomes=("capacity.ALD.COR:mean",))
    alone = simulate(kept, RUNS, threads=1).runs["capacity.ALD.COR:mean"].mean()
    held = found.capacity.set_index("client")["capacity"]
    assert held["COR"] == pytest.approx(alone)
    assert held["COR"] > held["BOR"]


def test_the_finding_lies_beside_its_runs_and_is_shown(found):
    folder = found.results.folder
    assert stored_finding(folder, "influence") == json.loads(json.dumps(found.to_dict()))
    opened = Results.open(folder)
    assert influence_in(opened).table.equals(found.table)
    assert "exercised-1" in opened.figures
    text = opened.dashboard(folder.parent / "page.html").read_text(encoding="utf-8")
    assert 'id="exercised-effects"' in text


def test_the_command_goes_on_from_the_same_folder(tmp_path):
    given = ["influence", "two-rivals-one-patron", "--replicates", "8", "--client", "BOR", "--out", str(tmp_path / "x")]
    first = CliRunner().invoke(app, [*given, "--no-dashboard"])
    assert first.exit_code == 0, first.output
    assert "ALD\tBOR" in first.stdout
    again = json.loads(CliRunner().invoke(app, [*given, "--no-dashboard", "--json"]).stdout)
    assert {one["lever"] for one in again["exercised"]} == {"all", "arms", "trade"}
    assert again["disagreements"] == stored_finding(tmp_path / "x", "influence")["disagreements"]


def test_over_plausible_sets_each_effect_has_two_intervals():
    scenario = load_scenario("nagorno-karabakh-2020").with_({"weeks": 4})
    found = exercised_influence(
        scenario, plausible="october-2020", sets=3, replicates=3, patrons=["RUS"], clients=["ARM"], threads=1
    )
    effect = row(found, "ARM", "all", "posture.NK.RUS stands between")
    assert effect["runs"] == 9
    assert effect["assumptions_low"] <= effect["assumptions_high"]
    assert effect["rises"] + effect["falls"] <= 1
    assert effect["low"] <= effect["exercised"] <= effect["high"]


def test_a_patron_with_one_lever_has_one_version():
    structure = load_scenario("nagorno-karabakh-2020").structure
    assert removals(structure, ["BLR"], ["AZE"]) == (Removal("BLR", "AZE"),)
    held = [lever for patron, client, lever in structure.ties if (patron, client) == ("TUR", "AZE")]
    assert [one.lever for one in removals(structure, ["TUR"], ["AZE"])] == ["all", *sorted(held)]


def effect(patron, pairs):
    pairs = np.asarray([pairs], float)
    reading = Reading("control.K", "share of K that the challenger holds at the end", "share", ("control.K:final",))
    return Effect(Removal(patron, "CLI"), reading, 0.5, 0.5, over_sets(pairs, ONE), pairs)


def able(**capacity):
    return {(patron, "CLI"): over_sets(np.array([[value, value]]), ONE) for patron, value in capacity.items()}


def test_another_patron_that_moves_more_than_the_ablest_is_told():
    effects = [effect("AAA", [0.01, 0.02, 0.01, 0.0]), effect("BBB", [-0.3, -0.31, -0.29, -0.3])]
    told = disagreements(effects, able(AAA=0.8, BBB=0.1), ONE, {"AAA": "Ania", "BBB": "Benia", "K": "the valley"})
    assert "Ania has the largest capacity" in told[0]
    assert "Benia exercises more: share of the valley" in told[0]
    assert not disagreements([effect("AAA", [0.3, 0.31, 0.29]), effects[1]], able(AAA=0.1, BBB=0.8), ONE, {})[1:]


def test_a_difference_within_chance_is_no_disagreement():
    effects = [effect("AAA", [0.2, 0.4, 0.3]), effect("BBB", [0.2, 0.42, 0.31])]
    assert disagreements(effects, able(AAA=0.8, BBB=0.1), ONE, {}) == []


def test_a_large_capacity_without_an_effect_is_told_and_a_small_one_is_not():
    effects = [effect("AAA", [0.0, 0.0]), effect("BBB", [0.0, 0.0])]
    told = disagreements(effects, able(AAA=0.8, BBB=0.1), ONE, {})
    assert told == [
        "AAA could use much over CLI (capacity 0.80), but without its levers nothing that is measured differs in any run."
    ]


def test_unknown_states_and_other_results_are_refused(scenario, found):
    with pytest.raises(ConfigError, match=r"patrons.*must be states"):
        exercised_influence(scenario, patrons=["ALX"])
    with pytest.raises(ConfigError, match="must have a lever"):
        exercised_influence(scenario, patrons=["COR"])
    with pytest.raises(ResultsError, match="not of exercised influence"):
        influence_in(simulate(scenario, 2, threads=1))
