"""A stopped run goes on where it was, and leaves the bytes of one that was never stopped."""

from __future__ import annotations

import json

import pytest

from sim.execution import engine
from sim.execution.run import Stopped, simulate, sweep
from sim.experiments import stages
from sim.kernel.lanes import LANES
from sim.results.results import Results
from sim.storage import recording

pytestmark = pytest.mark.quick

SCENARIO = "two-rivals-one-patron"
RUNS = 5 * LANES + 11


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(stages, "PART_RUNS", 2 * LANES)
    monkeypatch.setattr(engine.Engine, "chunk", LANES)


def small(out, **options):
    return simulate(SCENARIO, RUNS, weeks=6, out=out, threads=1, **options)


def results(folder):
    """Bytes of every file of the results, and the manifest without its provenance."""
    found = {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*.parquet"))}
    manifest = json.loads((folder / "manifest.json").read_text())
    return found, {key: value for key, value in manifest.items() if key not in ("provenance", "seal")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "PART_RUNS", 2 * LANES)
        small(out)
    return results(out)


def stopping_after(runs):
    def stop(done, total):
        if done >= runs:
            raise KeyboardInterrupt

    return stop


@pytest.mark.parametrize("runs", [1, LANES + 1, 2 * LANES, 3 * LANES, RUNS])
def test_stopped_run_goes_on_behind_its_unfinished_part(tmp_path, whole, runs):
    out = tmp_path / "out"
    with pytest.raises(Stopped, match=r"can be read in .*out.*goes on"):
        small(out, progress=stopping_after(runs))
    with pytest.warns(UserWarning, match="not complete"):
        stored = len(Results.open(out).runs)
    assert stored >= runs
    ran = []
    small(out, progress=lambda done, total: ran.append(done))
    assert ran[0] >= stored
    assert results(out) == whole


def test_run_stopped_at_every_block_leaves_the_same_bytes(tmp_path, whole):
    out = tmp_path / "out"
    for runs in range(1, RUNS, LANES):
        with pytest.raises(Stopped):
            small(out, progress=stopping_after(runs + 1))
    small(out)
    assert results(out) == whole


def test_slow_work_is_written_before_a_part_is_full(tmp_path, whole, monkeypatch):
    monkeypatch.setattr(recording, "CHECKPOINT", 0.0)
    small(tmp_path / "out")
    assert results(tmp_path / "out") == whole


@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_only_harmed_parts_are_run_again(tmp_path, whole, harm):
    out = tmp_path / "out"
    small(out)
    file = out / "runs" / "part-00001.parquet"
    content = file.read_bytes()
    harmed = content[:-9] if harm == "cut" else content[:40] + bytes([content[40] ^ 1]) + content[41:]
    file.unlink() if harm == "remove" else file.write_bytes(harmed)
    ran = []
    small(out, progress=lambda done, total: ran.append(done))
    assert ran[0] == RUNS - 2 * LANES
    assert results(out) == whole


def test_stopped_sweep_is_an_even_sample_of_its_points(tmp_path):
    file = tmp_path / "grid.yaml"
    file.write_text(
        f"name: grid\nscenario: {SCENARIO}\nreplicates: {LANES // 2}\nweeks: 2\nseries: {{replicates: 0}}\n"
        "factors:\n"
        "  - {path: weights.order, values: [1, 2, 3, 4]}\n"
        "  - {path: weights.balance, values: [1, 2, 3, 4, 5, 6, 7, 8]}\n",
        encoding="utf-8",
    )
    with pytest.raises(Stopped):
        sweep(file, out=tmp_path / "out", threads=1, progress=stopping_after(8 * LANES))
    with pytest.warns(UserWarning, match="not complete"):
        stopped = Results.open(tmp_path / "out")
    points = stopped.runs["point"].unique()
    assert len(points) < 32
    counts = stopped.design.set_index("point").loc[points, "weights.order"].value_counts()
    assert counts.to_dict() == dict.fromkeys([1.0, 2.0, 3.0, 4.0], len(points) / 4)
    sweep(file, out=tmp_path / "out", threads=1)
    sweep(file, out=tmp_path / "whole", threads=1)
    assert results(tmp_path / "out") == results(tmp_path / "whole")
