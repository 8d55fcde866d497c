"""The shipped base scenario shows the patterns of October 2020, on shocks that the fit never saw."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from sim.analysis.fit import fit
from sim.analysis.patterns import load_patterns, shares
from sim.analysis.search import draw_parameters, drawn_paths
from sim.ensemble import BASE, Ensemble
from sim.errors import ConfigError
from sim.scenario.load import load_scenario, shipped

pytestmark = pytest.mark.quick

UNSEEN_SEED = 20201022
REPLICATES = 1000


@pytest.fixture(scope="module")
def base():
    scenario = load_scenario("post-soviet-2020")
    outcomes = [p.outcome for p in load_patterns("october-2020").patterns]
    outcomes += [
        f"influence.{i}.{j}" for j in ("ARM", "AZE", "KGZ", "BLR") for i in scenario.structure.states if i != j
    ]
    ensemble = Ensemble(
        scenario.structure,
        scenario.inputs(),
        columns=(),
        series=tuple(dict.fromkeys([*outcomes, "clashes.NK"])),
    )
    runs = np.stack([np.zeros(REPLICATES, np.int64), np.arange(REPLICATES)], axis=1)
    blocks = ensemble.blocks(BASE, runs, UNSEEN_SEED, series_replicates=REPLICATES)
    stored = np.concatenate([block.series for block in blocks])
    at = {name: index for index, name in enumerate(ensemble.series_columns)}
    return scenario, lambda name: stored[:, :, at[name]]


@pytest.mark.parametrize("name", [p.name for p in load_patterns("october-2020").patterns])
def test_base_scenario_shows_the_pattern_with_two_standard_errors_to_spare(base, name):
    scenario, series = base
    patterns = load_patterns("october-2020")
    pattern = next(p for p in patterns.patterns if p.name == name)
    share = shares(patterns, scenario, series, scenario.inputs())[name]
    assert pattern.margin(share, REPLICATES) >= 2.0, f"{pattern.text}: {share:.3f}"


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


def test_drawn_parameters_fill_their_ranges_and_repeat_with_the_seed():
    scenario, patterns = load_scenario("post-soviet-2020"), load_patterns("october-2020")
    paths = drawn_paths(scenario, patterns)
    values = draw_parameters(scenario, paths, 64, 3)
    assert np.array_equal(values, draw_parameters(scenario, paths, 64, 3))
    low, high = np.array([scenario.numbers[path].range for path in paths]).T
    assert (values >= low * 0.99).all()
    assert (values <= high * 1.01).all()
    position = (values - low) / (high - low)
    assert (position.min(axis=0) < 0.1).all()
    assert (position.max(axis=0) > 0.9).all()


def test_a_fit_reports_rates_and_writes_a_config_that_loads(tmp_path):
    scenario, patterns = load_scenario("post-soviet-2020"), load_patterns("october-2020")
    found = fit(scenario, patterns, draws=4, replicates=64, seed=5, out=tmp_path / "fit")
    assert len(found.draws) == 4
    assert set(found.rates()["pattern"]) == {p.name for p in patterns.patterns}
    child = tmp_path / "child.yaml"
    written = (tmp_path / "fit" / "fitted.yaml").read_text(encoding="utf-8")
    child.write_text(f"name: child\nextends: base.yaml\n{written}", encoding="utf-8")
    base = shipped()["post-soviet-2020"]
    shutil.copy(base, tmp_path / "base.yaml")
    for folder in ("maps", "patterns"):
        shutil.copytree(base.parent / folder, tmp_path / folder)
    loaded = load_scenario(child)
    assert {path: loaded.numbers[path].value for path in found.paths} == dict(found.best[list(found.paths)])


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


def test_a_pattern_on_an_unknown_outcome_is_refused_before_anything_runs(tmp_path):
    file = tmp_path / "patterns.yaml"
    file.write_text("name: x\nweeks: 5\npatterns: {P: {outcome: phase.XX, week: 1, is: [fighting]}}\n")
    with pytest.raises(ConfigError, match=r"phase\.XX"):
        fit(load_scenario("two-rivals-one-patron"), load_patterns(file), draws=2)


@pytest.mark.parametrize(
    ("test", "says"), [("is: [fightin]", "fightin"), ("above_start: contests.XX.control", "contests.XX.control")]
)
def test_a_pattern_of_what_the_scenario_lacks_is_refused_before_any_run(tmp_path, test, says):
    file = tmp_path / "patterns.yaml"
    file.write_text(f"name: x\nweeks: 5\npatterns: {{P: {{outcome: phase.VAL, week: 1, {test}}}}}\n")
    with pytest.raises(ConfigError, match=says):
        fit(load_scenario("two-rivals-one-patron"), load_patterns(file), draws=2)
