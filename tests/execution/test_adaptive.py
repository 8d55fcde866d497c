"""Adaptive replicates: a point gets runs until its interval is narrow, and the same ones in any company."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.errors import ConfigError
from sim.execution.adaptive import Spread, next_round, spread_of
from sim.execution.run import Stopped, sweep
from sim.experiments import stages
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plan import single
from sim.experiments.replicates import Adaptive, replicates_of
from sim.kernel.lanes import LANES
from sim.scenario.load import load_scenario
from sim.scenario.yaml.tree import Place, grow

OUTCOME = "control.VAL:final"


@pytest.fixture
def plan(tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "PART_RUNS", 2 * LANES)

    def plan(rule, values=(0.2, 0.5, 0.9)):
        file = tmp_path / "small.yaml"
        file.write_text(
            "name: small\nscenario: two-rivals-one-patron\nweeks: 10\nseries: {replicates: 0}\nfactors:\n"
            f"  - {{path: contests.VAL.parties.ALD.salience, values: {list(values)}}}\n"
        )
        return replace(load_sweep(file), replicates=rule)

    return plan


def spread(*samples):
    """Spread of one sample a point."""
    points = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    return spread_of(len(samples), [(points, np.concatenate(samples).astype(float))])


def test_half_width_is_that_of_the_student_interval():
    sample = np.random.default_rng(1).normal(1000, 3, 40)
    interval = stats.t.interval(0.9, 39, sample.mean(), stats.sem(sample))
    assert spread(sample).half_width(0.9)[0] == pytest.approx((interval[1] - interval[0]) / 2, rel=1e-9)


def test_missing_values_count_as_runs_only():
    found = spread([1.0, np.nan, 3.0], [np.nan, np.nan, 2.0])
    assert found.runs.tolist() == [3, 3]
    assert found.valid.tolist() == [2, 1]
    assert found.half_width(0.95)[1] == np.inf


def test_equal_values_need_no_more_than_the_least():
    assert next_round(Adaptive(32, 1000, OUTCOME, 1e-12), spread([0.1] * 32, [0.3] * 32)) is None


def test_spread_does_not_depend_on_how_runs_are_cut_into_parts():
    generator = np.random.default_rng(2)
    point, value = generator.integers(0, 3, 500), generator.normal(size=500)
    whole, cut = Spread(3), Spread(3)
    whole.add(point, value)
    for some in np.array_split(np.arange(500), 7):
        cut.add(point[some], value[some])
    assert (whole.half_width(0.95) == cut.half_width(0.95)).all()


def test_growth_follows_the_variance_and_at_most_doubles():
    generator = np.random.default_rng(3)
    samples = [generator.normal(0, scale, 100) for scale in (0.01, 1.02, 1.2, 50.0)]
    found = next_round(Adaptive(100, 150, OUTCOME, 0.2), spread(*samples))
    assert found is not None
    assert found.points.tolist() == [2, 3]  # half-widths of about 0.002, 0.199, 0.233 and 9.9
    assert found.last.max() == 150
    free = next_round(Adaptive(100, 10_000, OUTCOME, 0.2), spread(*samples))
    assert free.last[-1] == 200
    assert (free.first == 100).all()
    assert (free.last >= 125).all()


def test_intervals_cover_nearly_as_often_as_they_say():
    """With a least of 32 the loss by looking in order to stop is below two of a hundred."""
    generator = np.random.default_rng(4)
    rule, points = Adaptive(32, 5000, OUTCOME, 0.1), 1500
    found = Spread(points)
    sums = np.zeros(points)
    stage = stages.first_stage(points, rule)
    rounds = 0
    while stage is not None:
        point = np.repeat(stage.points, stage.last - stage.first)
        value = generator.normal(0, 1, len(point))
        np.add.at(sums, point, value)
        found.add(point, value)
        stage, rounds = next_round(rule, found), rounds + 1
    assert rounds <= 8
    assert (found.half_width(0.95) <= 0.1).all()
    assert np.median(found.runs) == pytest.approx((1.96 / 0.1) ** 2, rel=0.15)
    covered = (abs(sums / found.runs) <= 0.1).mean()
    assert 0.93 <= covered <= 0.98


def test_sweep_stops_at_each_point_when_its_interval_is_narrow(tmp_path, plan):
    rule = Adaptive(16, 400, OUTCOME, 0.02)
    results = sweep(plan(rule), out=tmp_path / "out")
    grouped = results.runs.groupby("point")[OUTCOME]
    assert grouped.size().tolist() == results.manifest["adaptive"]["runs"]
    assert len(set(results.manifest["adaptive"]["runs"])) > 1
    half = stats.t.ppf(0.975, grouped.count() - 1) * grouped.sem()
    assert ((half <= 0.02) | (grouped.size() == 400)).all()
    np.testing.assert_allclose(results.manifest["adaptive"]["half_width"], half, rtol=1e-9)
    assert (results.runs.groupby("point")["replicate"].agg(list).map(lambda r: r == list(range(len(r))))).all()


def test_point_gets_the_same_runs_alone_in_company_and_after_a_stop(tmp_path, plan):
    rule = Adaptive(16, 400, OUTCOME, 0.02)
    together = sweep(plan(rule), out=tmp_path / "whole").runs
    alone = sweep(plan(rule, (0.5,))).runs
    pd.testing.assert_frame_equal(
        together[together["point"] == 1].drop(columns="point").reset_index(drop=True), alone.drop(columns="point")
    )
    for limit in (10, 100, 200):

        def stop(done, total, limit=limit):
            if done > limit:
                raise KeyboardInterrupt

        with pytest.raises(Stopped):
            sweep(plan(rule), out=tmp_path / "out", threads=1, progress=stop)
    pd.testing.assert_frame_equal(sweep(plan(rule), out=tmp_path / "out").runs, together)
    for file in (tmp_path / "whole").rglob("*.parquet"):
        assert file.read_bytes() == (tmp_path / "out" / file.relative_to(tmp_path / "whole")).read_bytes()


def test_points_can_be_added_to_an_adaptive_sweep(tmp_path, plan):
    rule = Adaptive(16, 400, OUTCOME, 0.02)
    sweep(plan(rule, (0.5,)), out=tmp_path / "out")
    added = sweep(plan(rule), out=tmp_path / "out", extend=True)
    pd.testing.assert_frame_equal(added.runs, sweep(plan(rule)).runs)
    assert sweep(plan(rule), out=tmp_path / "out").found


def test_outcome_that_is_not_kept_is_one_fault():
    scenario = load_scenario("two-rivals-one-patron")
    with pytest.raises(ConfigError, match="must be among the outcomes that are kept"):
        sweep(replace(single(scenario, 1, 1), replicates=Adaptive(8, 16, "capability.ALD:min", 0.1)))


GOOD = {"least": 32, "most": 1000, "until": {"outcome": OUTCOME, "half_width": 0.02, "confidence": 0.9}}


def read(value):
    faults = []
    found = replicates_of(grow(value, Place("x.yaml", 3)), load_scenario("two-rivals-one-patron"), faults)
    return found, [str(fault) for fault in faults]


def test_rule_is_read():
    assert read(GOOD) == (Adaptive(32, 1000, OUTCOME, 0.02, 0.9), [])
    assert read(200) == (200, [])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "must be a whole number"),
        (True, "must be a whole number"),
        ("many", "must be a whole number"),
        ([1], "must be a whole number"),
        ({}, "is missing"),
        ({**GOOD, "lest": 3}, "did you mean least?"),
        ({**GOOD, "least": 1}, "at least 2"),
        ({**GOOD, "most": 31}, "at least 32"),
        ({**GOOD, "most": 1e9}, "at most"),
        ({**GOOD, "until": 3}, "must be a mapping"),
        ({**GOOD, "until": {"outcome": OUTCOME}}, "half_width is missing"),
        ({**GOOD, "until": {"outcome": "control.VAL", "half_width": 1}}, "with a statistic"),
        ({**GOOD, "until": {"outcome": "contrl.VAL:final", "half_width": 1}}, "did you mean control.VAL"),
        ({**GOOD, "until": {"outcome": OUTCOME, "half_width": 0}}, "above 0"),
        ({**GOOD, "until": {"outcome": OUTCOME, "half_width": 1, "confidence": 1}}, "below 1"),
        ({**GOOD, "until": {"outcome": 3, "half_width": float("nan")}}, "above 0"),
    ],
)
def test_faulty_rule_is_named(value, said):
    assert any(said in fault for fault in read(value)[1])
