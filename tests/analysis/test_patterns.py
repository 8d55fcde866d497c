"""The shipped base scenario shows the patterns of October 2020, on shocks that the fit never saw."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from sim.analysis.fit import fit
from sim.analysis.pattern_shares import met, spread
from sim.analysis.patterns import Pattern, load_patterns
from sim.analysis.simulator import groups_of
from sim.ensemble import BASE, Ensemble
from sim.errors import ConfigError
from sim.execution.run import simulate
from sim.scenario.load import load_scenario

pytestmark = pytest.mark.quick

UNSEEN_SEED = 20201022
REPLICATES = 1000
NO_NUMBERS = np.zeros((1, 0))


@pytest.fixture(scope="module")
def base():
    scenario = load_scenario("post-soviet-2020")
    outcomes = [f"influence.{i}.{j}" for j in ("ARM", "AZE", "KGZ", "BLR") for i in scenario.structure.states if i != j]
    ensemble = Ensemble(scenario.structure, scenario.inputs(), columns=(), series=(*outcomes, "clashes.NK"))
    runs = np.stack([np.zeros(REPLICATES, np.int64), np.arange(REPLICATES)], axis=1)
    blocks = ensemble.blocks(BASE, runs, UNSEEN_SEED, series_replicates=REPLICATES)
    stored = np.concatenate([block.series for block in blocks])
    at = {name: index for index, name in enumerate(ensemble.series_columns)}
    return scenario, lambda name: stored[:, :, at[name]]


@pytest.fixture(scope="module")
def unseen() -> dict[str, float]:
    """Share of each pattern over runs of the base scenario, and of spreads over outcomes."""
    scenario, patterns = load_scenario("post-soviet-2020"), load_patterns("october-2020")
    found = {}
    for group in groups_of(scenario, patterns, ()):
        parts = group.shares(NO_NUMBERS, 0, REPLICATES, UNSEEN_SEED, None, threading.Event())[0]
        for pattern, part in zip(group.patterns, parts, strict=True):
            found[pattern.name] = part if pattern.is_spread else part / (REPLICATES * pattern.parts)
    return found


@pytest.mark.parametrize("name", [p.name for p in load_patterns("october-2020").patterns])
def test_base_scenario_shows_the_pattern_on_other_shocks_as_far_as_chance_allows(unseen, name):
    pattern = next(p for p in load_patterns("october-2020").patterns if p.name == name)
    # Chosen for its shares over 200 runs of other shocks: the errors of both samples count.
    error = np.sqrt(1.0 + REPLICATES / load_patterns("october-2020").replicates)
    assert pattern.margin(unseen[name], REPLICATES) >= -3.0 * error, f"{pattern.text}: {unseen[name]:.3f}"


@pytest.mark.parametrize(("client", "rank"), [("ARM", 1), ("KGZ", 1), ("BLR", 1), ("AZE", 2)])
def test_russia_is_first_in_influence_or_second_in_azerbaijan(base, client, rank):
    scenario, series = base
    others = [s for s in scenario.structure.states if s not in ("RUS", client)]
    mine = series(f"influence.RUS.{client}")
    above = sum((series(f"influence.{other}.{client}") > mine).astype(int) for other in others)
    assert (above[:, 0] < rank).all()
    assert (above[:, 26] < rank).mean() >= 0.8


def test_opposed_backers_in_karabakh_do_not_clash_in_the_first_year(base):
    _, series = base
    assert (series("clashes.NK")[:, 51] == 0).mean() >= 0.95


def pattern_of(test: str, against: object, weeks: tuple[int, int] = (1, 2), **more: object) -> Pattern:
    said = {"of_weeks": False, "at_least": 0.0, "at_most": 1.0, **more}
    return Pattern("P", "", "", "control.VAL", weeks, test, against, **said)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (pattern_of("above", 0.35), [0, 1, 1]),
        (pattern_of("above", 0.35, of_weeks=True), [1, 2, 2]),
        (pattern_of("ever_above", 0.35), [1, 1, 1]),
        (pattern_of("above_start", "x"), [0, 1, 1]),
        (pattern_of("rises_by", (0.05, 0.3)), [0, 1, 0]),
        (pattern_of("rises_by", (0.15, 0.3), weeks=(1, 1)), [0, 0, 1]),
        (pattern_of("falls_by", 0.05, weeks=(2, 2)), [1, 0, 0]),
    ],
)
def test_conditions_count_the_runs_or_weeks_that_meet_them(pattern, expected):
    scenario = load_scenario("two-rivals-one-patron")
    values = np.array([[0.3, 0.4, 0.2], [0.3, 0.4, 0.4], [0.3, 0.5, 0.9]])
    assert met(pattern, scenario, values, np.full(3, 0.3)).tolist() == expected


def test_words_count_where_the_outcome_is_one_of_them():
    scenario = load_scenario("two-rivals-one-patron")
    phases = np.array([[0.0, 1.0, 2.0], [0.0, 0.0, 3.0]])  # quiet, fighting, truce; quiet, quiet, settled
    for test, against, expected in (("is", ("fighting", "truce"), [1, 0]), ("never", ("settled",), [1, 0])):
        pattern = Pattern("P", "", "", "phase.VAL", (1, 2), test, against, False, 0.0, 1.0)
        assert met(pattern, scenario, phases, phases[:, 0]).tolist() == expected


def test_spread_is_the_share_of_outcomes_whose_runs_lie_close():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(2, 500, 4)) * np.array([[0.1, 0.2, 0.3, 0.4], [0.1, 0.1, 0.1, 0.1]])[:, None, :]
    assert spread(pattern_of("spread_at_most", 0.25), values).tolist() == [0.5, 1.0]
    assert np.isnan(spread(pattern_of("spread_at_most", 0.25), values[:, :1])).all()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("name: x\n", "patterns is missing"),
        ("name: x\npatterns: {P: {outcome: phase.NK, week: 1, iss: [fighting]}}\n", "is not a key here"),
        ("name: x\npatterns: {P: {outcome: phase.NK, is: [fighting]}}\n", "either week or weeks"),
        ("name: x\npatterns: {P: {outcome: a, week: 1, is: [b], at_least: 7}}\n", "must lie in [0, 1]"),
        ("name: x\npatterns: {P: {outcome: a, weeks: 5, is: [b]}}\n", "must be [first, last]"),
        ("name: x\npatterns: {P: {outcome: a, week: 1, is: b}}\n", "must be a list of words"),
        ("name: x\npatterns: {P: {outcome: a, week: 1, above: high}}\n", "must be a number"),
        ("name: x\nreplicates: none\npatterns: {P: {outcome: a, week: 1, is: [b]}}\n", "whole number"),
    ],
)
def test_a_faulty_patterns_file_is_refused_with_its_place(tmp_path, written, says):
    file = tmp_path / "patterns.yaml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_patterns(file)
    assert says in str(raised.value)
    assert "patterns.yaml:" in str(raised.value)


HOLDING = """
name: x
weeks: 6
replicates: 40
parameters: ["weights.*"]
patterns:
  ground: {holds: gain > 0, at_least: 0.1}
  truce: {holds: ever(phase.VAL == truce), at_most: 0.9}
  same: {outcome: control.VAL, week: 5, above: 0.2, at_least: 0.1}
  near: {outcome: "control.VAL", week: 5, spread_at_most: 0.5}
  rest: {holds: "max(control.VAL) == min(control.VAL)", in: rest}
"""


def test_a_pattern_may_be_a_condition_over_declared_outcomes(tmp_path):
    file = tmp_path / "patterns.yaml"
    file.write_text(HOLDING, encoding="utf-8")
    scenario = load_scenario("two-rivals-one-patron", {"outcomes.gain": "control.VAL:final - 0.2"})
    patterns, found = load_patterns(file), {}
    for group in groups_of(scenario, patterns, ()):
        parts = group.shares(NO_NUMBERS, 0, 40, 1, 1, threading.Event())[0]
        found |= {pattern.name: part for pattern, part in zip(group.patterns, parts, strict=True)}
    runs = simulate(scenario, 40, weeks=6, threads=1).runs
    assert found["ground"] == (runs["control.VAL:final"] > 0.2).sum() == found["same"]
    assert found["truce"] == runs["first_truce.VAL:final"].notna().sum()
    assert 0 < found["ground"] < 40
    assert found["rest"] == 40
    assert {"share.ground", "share.truce"} <= set(fit(scenario, file, draws=2, threads=1).draws)


@pytest.mark.parametrize(("condition", "said"), [
    ("gian > 0", "did you mean gain"),
    ("control.VAL:final", "must be a comparison"),
    ("mean(control.VAL, weeks 0..40) > 0", "must look at weeks of the run, 0 to 6"),
])  # fmt: skip
def test_a_condition_that_is_none_is_refused_before_anything_runs(tmp_path, condition, said):
    file = tmp_path / "patterns.yaml"
    file.write_text(HOLDING.replace("gain > 0", f'"{condition}"'), encoding="utf-8")
    scenario = load_scenario("two-rivals-one-patron", {"outcomes.gain": "control.VAL:final - 0.2"})
    with pytest.raises(ConfigError, match=r"patterns\.ground\.holds") as caught:
        fit(scenario, file, draws=1, threads=1)
    assert said in str(caught.value)


def test_a_pattern_on_an_unknown_outcome_is_refused_before_anything_runs(tmp_path):
    file = tmp_path / "patterns.yaml"
    file.write_text("name: x\nweeks: 5\npatterns: {P: {outcome: phase.XX, week: 1, is: [fighting]}}\n")
    with pytest.raises(ConfigError, match=r"phase\.XX"):
        fit(load_scenario("two-rivals-one-patron"), load_patterns(file), draws=2)


@pytest.mark.parametrize(
    ("test", "says"),
    [
        ("is: [fightin]", "fightin"),
        ("above_start: contests.XX.control", "contests.XX.control"),
        ("rises_by: [0, 1], from: contests.XX.control", "contests.XX.control"),
    ],
)
def test_a_pattern_of_what_the_scenario_lacks_is_refused_before_any_run(tmp_path, test, says):
    file = tmp_path / "patterns.yaml"
    file.write_text(f"name: x\nweeks: 5\npatterns: {{P: {{outcome: phase.VAL, week: 1, {test}}}}}\n")
    with pytest.raises(ConfigError, match=says):
        fit(load_scenario("two-rivals-one-patron"), load_patterns(file), draws=2)


def test_a_spread_of_no_outcome_is_refused_before_any_run(tmp_path):
    file = tmp_path / "patterns.yaml"
    file.write_text("name: x\nweeks: 5\npatterns: {P: {outcome: alinment.*, week: 1, spread_at_most: 0.1, in: rest}}\n")
    with pytest.raises(ConfigError, match=r"alinment\.\*"):
        fit(load_scenario("two-rivals-one-patron"), load_patterns(file), draws=2)
