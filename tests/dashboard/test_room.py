"""Pages of more runs over time than there is room for: an even sample of them, said so, in bounded memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shared import ROOT

from sim import Results, sweep
from sim.dashboard import gather
from sim.dashboard.page import page
from sim.dashboard.words import kept_runs
from sim.experiments import stages
from sim.results.sample import evenly

POINTS = 1500
BUILD = """
import sys
from pathlib import Path
from sim.dashboard import study, write_dashboard
study.MOST_VALUES = int(sys.argv[2])
write_dashboard(Path(sys.argv[1]))
held = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(held) / 1000)
"""


@pytest.fixture
def results(synthetic: Any, tmp_path: Path) -> Results:
    """Invented results of four points, of which two runs failed; all runs are kept over time."""
    made = synthetic.folder(replicates=30, weeks=6, swept=True)
    made.runs.loc[[3, 70], "failure"] = "not finite"
    said = {"unit": "share", "meaning": "invented"}
    outcomes = {name: said for name in made.series if name not in ("point", "replicate", "week")}
    made.manifest["series"] = made.manifest["series"] | {"columns": outcomes}
    return Results.open(synthetic.write(tmp_path, made))


@pytest.fixture
def little_room(results: Results, monkeypatch: pytest.MonkeyPatch) -> int:
    """Leave room for half of all values over time, and give how many these are."""
    most = len(results.series) * len(results.manifest["series"]["columns"]) // 2
    monkeypatch.setattr("sim.dashboard.study.MOST_VALUES", most)
    return most


def test_a_page_has_no_more_runs_over_time_than_there_is_room_for(results: Results, little_room: int) -> None:
    study = gather(results).study
    shown = study.series[["point", "replicate"]].drop_duplicates()
    assert len(study.kept) == 118
    assert 8 <= len(shown) == study.sampled <= 59
    assert len(study.series) * len(results.manifest["series"]["columns"]) <= little_room
    assert np.ptp(shown["point"].value_counts()) <= 1
    assert not {*shown.itertuples(index=False, name=None)} & {(0, 3), (2, 10)}
    same = results.series.merge(shown, on=["point", "replicate"])
    pd.testing.assert_frame_equal(study.series, same)


def test_a_page_says_that_figures_over_time_are_of_all_runs_kept(results: Results) -> None:
    text = page(results)
    assert "118 kept week by week for the figures over time<" in text
    assert " sampled of " not in text


@pytest.mark.usefixtures("little_room")
def test_a_page_says_that_figures_over_time_are_of_a_sample(results: Results) -> None:
    study, text = gather(results).study, page(results)
    assert f"118 kept week by week for the figures over time, which show an even sample of {study.sampled}<" in text
    few, many = (study.sampled // 4, -(-study.sampled // 4))
    each = f"{few}" if few == many else f"{few} to {many}"
    assert f"the {each} runs of each version sampled of those kept over time" in text
    shown = study.kept_of(study.views[0])
    assert kept_runs(study, study.views[:1]) == f"the {shown} runs sampled of the 29 kept over time"


@pytest.mark.usefixtures("little_room")
def test_results_in_memory_have_the_page_of_their_folder(results: Results) -> None:
    kinds = ("runs", "series", "design.parquet", "reasons.parquet")
    held = Results(results.manifest, {kind: list(results.tables(kind)) for kind in kinds})
    assert page(held) == page(results)


def test_versions_that_figures_show_one_by_one_have_half_of_the_room() -> None:
    runs = pd.DataFrame({"point": np.repeat(np.arange(200), 10), "replicate": np.tile(np.arange(10), 200)})
    counts = evenly(runs, 200, first=range(10))["point"].value_counts()
    assert counts.sum() == 200
    assert set(counts.loc[:9]) == {10}
    assert counts.loc[10:].max() == 1
    assert evenly(runs, 200, first=range(10)).equals(evenly(runs, 200, first=range(10)))


def test_a_sample_keeps_runs_that_are_pairs() -> None:
    runs = pd.DataFrame({"point": np.repeat(np.arange(30), 7), "replicate": np.tile(np.arange(7), 30)})
    chosen = evenly(runs, 70)
    assert len(chosen) == 70
    assert set(chosen["point"].value_counts()) == {2, 3}
    assert {*chosen.loc[chosen["replicate"] < 2, "point"]} == {*range(30)}
    assert chosen["replicate"].max() == 2
    assert evenly(runs, 210) is runs


def test_rows_of_some_runs_are_those_of_the_whole_series(results: Results) -> None:
    kept = results.kept
    assert kept["rows"].sum() == len(results.series)
    some = kept.iloc[[7, 40, 111]]
    same = results.series.merge(some[["point", "replicate"]], on=["point", "replicate"])
    pd.testing.assert_frame_equal(results.series_of(some), same)
    assert results.series_of(kept.head(0)).empty


def test_memory_for_a_page_does_not_grow_with_the_runs_kept_over_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for a tenth of the weeks, a page needs little more memory than one without any."""
    monkeypatch.setattr(stages, "PART_ROWS", 8192)
    lines = ["scenario: post-soviet-2020", "replicates: 1", "design: latin-hypercube", f"points: {POINTS}"]
    peaks: list[float] = []
    for kept in (0, 1):
        file = tmp_path / f"kept-{kept}.yaml"
        more = ["all-uncertain: {only: [behaviour.*]}", f"series: {{replicates: {kept}}}"]
        file.write_text("\n".join([f"name: kept-{kept}", "title: T", *lines, *more]), encoding="utf-8")
        found = sweep(file, out=tmp_path / f"kept-{kept}", large=True)
        values = sum(part["rows"] for name, part in found.manifest["parts"].items() if name.startswith("series/"))
        values *= len(found.manifest["series"]["columns"])
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", BUILD, str(found.folder), str(values // 10)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        peaks.append(float(done.stdout))
        assert gather(found).study.runs.size < found.runs.size / 2, "columns that no page speaks of"
    whole = 4 * values / 1e6
    assert whole > 100
    assert peaks[1] - peaks[0] < whole / 2
