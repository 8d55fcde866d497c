"""Shards, merged, leave the bytes of a run that was never divided."""

from __future__ import annotations

import json

import pytest

from sim.errors import ConfigError, ResultsError
from sim.execution.run import Stopped, simulate
from sim.experiments import stages
from sim.experiments.shards import read_shard
from sim.kernel.lanes import LANES
from sim.results.merge import merge

SCENARIO = "two-rivals-one-patron"
RUNS = 7 * LANES + 11


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(stages, "PART_RUNS", 2 * LANES)


def small(out, **options):
    return simulate(SCENARIO, RUNS, weeks=6, out=out, threads=1, **options)


def shards(folder, of):
    found = [folder / f"{index}-of-{of}" for index in range(1, of + 1)]
    for index, path in enumerate(found, 1):
        small(path, shard=(index, of))
    return found


def results(folder):
    found = {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*.parquet"))}
    manifest = json.loads((folder / "manifest.json").read_text())
    return found, {key: value for key, value in manifest.items() if key not in ("provenance", "seal")}


@pytest.mark.parametrize("of", [1, 3, 12])
def test_merged_shards_equal_an_unbroken_run(tmp_path, of):
    small(tmp_path / "whole")
    found = shards(tmp_path / "shards", of)
    merged = merge(found[::-1], tmp_path / "merged")
    assert results(tmp_path / "merged") == results(tmp_path / "whole")
    assert len(merged.runs) == RUNS
    assert small(tmp_path / "merged").found


def test_merge_takes_the_shards_folder_and_goes_on_where_it_was_stopped(tmp_path):
    shards(tmp_path / "shards", 2)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        merge([tmp_path / "shards"], tmp_path / "merged", stop)
    ran = []
    merge([tmp_path / "shards"], tmp_path / "merged", lambda done, total: ran.append(done))
    small(tmp_path / "whole")
    assert results(tmp_path / "merged") == results(tmp_path / "whole")
    assert merge([tmp_path / "shards"], tmp_path / "merged").found


def test_what_shards_lack_is_said_with_the_command(tmp_path):
    one, two, three = shards(tmp_path / "shards", 3)
    with pytest.raises(ResultsError, match=r"shards 2 of 3 are missing: run .*--shard 2/3"):
        merge([one, three], tmp_path / "out")
    with pytest.raises(ResultsError, match="given twice"):
        merge([one, two, three, small(tmp_path / "again", shard=(1, 3)).folder], tmp_path / "out")
    other = simulate(SCENARIO, RUNS, 2, weeks=6, out=tmp_path / "other", shard=(3, 3)).folder
    with pytest.raises(ResultsError, match=r"different sweeps: seed from 1 to 2"):
        merge([one, two, other], tmp_path / "out")
    part = next((two / "runs").iterdir())
    part.write_bytes(part.read_bytes()[:-1])
    with pytest.raises(ResultsError, match="harmed"):
        merge([one, two, three], tmp_path / "out")
    small(two, shard=(2, 3))
    merge([one, two, three], tmp_path / "out")


def test_unfinished_shard_is_refused_and_can_go_on(tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(Stopped):
        small(tmp_path / "1-of-1", shard=(1, 1), progress=stop)
    with pytest.raises(ResultsError, match=r"shards 1 of 1 are not complete"):
        merge([tmp_path / "1-of-1"], tmp_path / "out")
    small(tmp_path / "1-of-1", shard=(1, 1))
    merge([tmp_path / "1-of-1"], tmp_path / "out")


def test_whole_results_are_no_shard_and_a_shard_is_not_the_whole(tmp_path):
    small(tmp_path / "whole")
    with pytest.raises(ResultsError, match="is no shard"):
        merge([tmp_path / "whole"], tmp_path / "out")
    small(tmp_path / "shard", shard=(1, 2))
    with pytest.raises(ResultsError, match="shard from 1/2 to all runs"):
        small(tmp_path / "shard")


@pytest.mark.parametrize("said", ["", "1", "0/2", "3/2", "a/b", "1/2/3", "-1/2", "1/999999999", "²/3"])
def test_shard_is_i_of_n(said):
    with pytest.raises(ConfigError, match="must be I/N"):
        read_shard(said)


def test_shard_is_not_extended(tmp_path):
    with pytest.raises(ConfigError, match="cannot be combined with extend"):
        small(tmp_path / "out", shard=read_shard("1/2"), extend=True)
