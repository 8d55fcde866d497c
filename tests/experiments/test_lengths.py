"""Sweeps whose points last differently long: each point is the run of that length, bit for bit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from sim import Results, compare, simulate, sweep
from sim.errors import ConfigError, ResultsError
from sim.execution import engine
from sim.execution.estimate import estimate
from sim.execution.run import Stopped
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.lengths import lengths_of
from sim.results.merge import merge
from sim.scenario.load import load_scenario, shipped

SCENARIO = "two-rivals-one-patron"
HEAD = f"name: long-and-short\nscenario: {SCENARIO}\nweeks: 6\nreplicates: 3\nseries: {{every: 1, replicates: 2}}\n"
BODIES = {
    "values": "factors: [{path: weeks, values: [4, 8]}]",
    "variants": "weeks: 8\nfactors: [{label: how long, variants: {short: {weeks: 4}, long: {}}}]",
    "rows": "design: list\nrows: [{weeks: 4}, {weeks: 8}]",
    "file": "design: list\nfile: points.csv",
}


@pytest.fixture
def write(tmp_path):
    """Writes a sweep file over lengths 4 and 8."""

    def written(body):
        (tmp_path / "points.csv").write_text("weeks\n4\n8\n")
        file = tmp_path / "sweep.yaml"
        head = HEAD.replace("weeks: 6\n", "") if body.startswith("weeks: ") else HEAD
        file.write_text(head + body + "\n")
        return file

    return written


@pytest.fixture(scope="module")
def alone():
    """Runs and series of the two lengths, each run by itself."""
    scenario = load_scenario(SCENARIO)
    found = [simulate(scenario.with_({"weeks": weeks}), replicates=3, seed=1) for weeks in (4, 8)]
    runs = [one.runs.assign(point=point) for point, one in enumerate(found)]
    series = [one.series[one.series["replicate"] < 2].assign(point=point) for point, one in enumerate(found)]
    reasons = [one.reasons.assign(point=point) for point, one in enumerate(found)]
    return [pd.concat(tables, ignore_index=True) for tables in (runs, series, reasons)]


def _same(results, alone):
    for name, wanted in zip(("runs", "series", "reasons"), alone, strict=True):
        found = getattr(results, name)
        pd.testing.assert_frame_equal(
            found, wanted[found.columns], check_dtype=False, check_categorical=False, check_exact=True
        )


@pytest.mark.parametrize("threads", [1, 2])
def test_points_of_two_lengths_are_the_rows_of_two_runs(write, alone, threads):
    _same(sweep(write(BODIES["values"]), threads=threads), alone)


@pytest.mark.parametrize("body", ["variants", "rows", "file"])
def test_lengths_come_through_every_door(write, alone, body):
    _same(sweep(write(BODIES[body]), threads=1), alone)


def test_length_that_a_point_leaves_out_is_the_scenarios_own(write, tmp_path):
    own = load_scenario(SCENARIO).numbers["behaviour.rationality"].value
    file = write("weeks: 8\ndesign: list\nfile: points.csv")
    (tmp_path / "points.csv").write_text(f"weeks,behaviour.rationality\n4,\n,{own}\n")
    found = sweep(file)
    assert found.series.groupby("point")["week"].max().tolist() == [3, 7]
    assert lengths_of(found.manifest, found.design).tolist() == [4, 8]


def test_mesa_and_executors_give_the_same_rows_of_each_length(write, alone):
    _same(sweep(write(BODIES["values"]), engine="mesa", processes=1), alone)
    with ThreadPoolExecutor(2) as pool:
        _same(sweep(write(BODIES["values"]), executor=pool), alone)


def test_stopped_sweep_of_lengths_goes_on_to_the_same_rows(write, alone, tmp_path, monkeypatch):
    monkeypatch.setattr(engine.Engine, "chunk", 2)

    def stop(done, total):
        if done >= 2:
            raise KeyboardInterrupt

    file, out = write(BODIES["values"]), tmp_path / "out"
    with pytest.raises(Stopped):
        sweep(file, out=out, threads=1, progress=stop)
    with pytest.warns(UserWarning, match="not complete"):
        assert 0 < len(Results.open(out).runs) < 6
    _same(sweep(file, out=out, threads=1), alone)
    assert sweep(file, out=out).found


def test_shards_of_lengths_merge_and_a_length_is_added(write, alone, tmp_path):
    file, parts = write(BODIES["variants"]), [tmp_path / "a", tmp_path / "b"]
    for index, part in enumerate(parts, 1):
        sweep(file, out=part, shard=(index, 2))
    _same(merge(parts, tmp_path / "merged"), alone)
    shorter = "weeks: 8\nfactors: [{path: weeks, values: [4]}]"
    sweep(write(shorter), out=tmp_path / "out")
    longer = write(shorter.replace("[4]", "[4, 8]"))
    ran = []
    _same(sweep(longer, out=tmp_path / "out", extend=True, progress=lambda done, total: ran.append(done)), alone)
    assert ran[0] >= 3
    with pytest.raises(ResultsError, match="weeks from 8 to 12"):
        sweep(write(shorter.replace("[4]", "[4, 8, 12]")), out=tmp_path / "out", extend=True)


def test_tables_pairs_and_arrays_know_that_points_end_apart(write):
    found = sweep(write(BODIES["values"]))
    assert found.wide()["weeks"].tolist() == [4] * 3 + [8] * 3
    assert len(found.wide(by="point")) == 2
    pairs = found.pairs({"weeks": 4}, {"weeks": 8})
    finals = found.runs.set_index("point")["control.VAL:final"]
    assert pairs["control.VAL:final"].tolist() == pytest.approx((finals[0].to_numpy() - finals[1].to_numpy()).tolist())
    arrays = found.to_xarray(grid=True)
    assert arrays.sizes["weeks"] == 2
    assert np.isnan(arrays["control.VAL"].sel(weeks=4, week=slice(4, None))).all()
    assert np.isfinite(arrays["control.VAL"].sel(weeks=8, replicate=0)).all()


def test_comparison_counts_times_until_the_end_of_the_shortest_points(write):
    first, second = sweep(write(BODIES["values"])), sweep(write(BODIES["values"]), seed=2)
    measures = set(compare(first, second, ["first_truce.VAL:final"]).table["measure"])
    assert "share reached by week 4" in measures
    later = simulate(SCENARIO, replicates=3, weeks=8)
    assert any("4 and 8 weeks" in note for note in compare(first, later).notes)


def test_estimate_of_lengths_is_made_like_any_other(write):
    found = estimate(load_sweep(write(BODIES["values"])), workers=1)
    assert (found.points, found.runs, found.kept) == (2, 6, 4)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("factors: [{path: weeks, values: [4, 0]}]", "must be a whole number in [1, 5200]"),
        ("factors: [{path: weeks, values: [4.5]}]", "must be a whole number in [1, 5200] (found 4.5)"),
        ("factors: [{path: weeks, values: ['4']}]", "must be a whole number in [1, 5200]"),
        ("factors: [{path: weeks, values: [true]}]", "must be a whole number in [1, 5200]"),
        ("factors: [{path: weeks, range: [4, 8]}]", "weeks has no range: write values: [.., ..]"),
        ("factors: [{path: weeks}]", "weeks has no range: write values: [.., ..]"),
        ("factors: [{path: weeks, values: [4, 4]}]", "must not repeat a value"),
        ("factors: [{label: how long, variants: {a: {weeks: 7}, b: {}}}]", "must be a whole number in [1, 6]"),
        ("design: list\nrows: [{weeks: 5201}]", "must be a whole number in [1, 5200] (found 5201)"),
        ("design: list\nrows: [{weeks: none}]", "must be a whole number in [1, 5200]"),
        ("design: list\nfile: points.csv", 'points.csv:3: weeks must be a whole number in [1, 5200] (found "4.5")'),
        ("factors: [{path: dt, values: [0.5, 1]}]", "all points of a sweep have the same dt"),
    ],
)
def test_length_that_is_none_is_one_clear_line(write, tmp_path, body, said):
    file = write(body)
    (tmp_path / "points.csv").write_text("weeks\n4\n4.5\n")
    with pytest.raises(ConfigError) as caught:
        load_sweep(file)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_length_is_whole_ticks(write, tmp_path):
    text = shipped()[SCENARIO].read_text().replace("weeks: 52", "weeks: 6\ndt: 0.75")
    (tmp_path / "fine.yaml").write_text(text)
    file = write("factors: [{path: weeks, values: [3, 4]}]")
    file.write_text(file.read_text().replace(SCENARIO, "fine.yaml"))
    with pytest.raises(ConfigError, match=r"weeks must give whole ticks: .* \(found dt 0.75 of 4 weeks\)"):
        load_sweep(file)
    file.write_text(file.read_text().replace("4]", "9]"))
    assert load_sweep(file).scenario.structure.weeks == 9
