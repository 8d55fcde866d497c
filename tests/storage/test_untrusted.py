"""Folders that others can write to: links, pipes, files that nobody lists, and disks that do not answer."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from contextlib import suppress

import pytest

from sim.errors import ResultsError, UnreadableError
from sim.execution.run import simulate
from sim.experiments import stages
from sim.kernel.lanes import LANES
from sim.results.merge import merge
from sim.results.results import Results
from sim.results.status import status

SCENARIO = "two-rivals-one-patron"
PARTS = ("runs/part-00000.parquet", "series/part-00000.parquet", "design.parquet", "reasons.parquet")


def small(out, replicates=20, **options):
    return simulate(SCENARIO, replicates, weeks=6, out=out, **options)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A complete folder, to be copied."""
    out = tmp_path_factory.mktemp("whole") / "out"
    small(out)
    return out


@pytest.fixture
def out(tmp_path, whole):
    return shutil.copytree(whole, tmp_path / "out")


def content(folder):
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


@pytest.mark.parametrize("name", PARTS)
def test_open_results_give_the_rows_that_were_verified_or_none(tmp_path, out, name):
    other = small(tmp_path / "other", seed=2).folder
    opened, before = Results.open(out), Results.open(out)
    kept = {kind: len(getattr(before, kind)) for kind in ("design", "runs", "series", "reasons")}
    os.replace(other / name.replace("design", "reasons"), out / name)  # any other table of ours
    with pytest.raises(ResultsError, match="was changed or damaged"):
        getattr(opened, name.split("/")[0].removesuffix(".parquet"))
    assert {kind: len(getattr(before, kind)) for kind in kept} == kept


MORE, OTHER = {"replicates": 30, "extend": True}, {"seed": 2, "force": True}


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.EHOSTDOWN])
@pytest.mark.parametrize(
    ("name", "change"),
    [*((name, change) for name in (*PARTS, "manifest.json") for change in ({}, MORE)), ("manifest.json", OTHER)],
)
def test_what_cannot_be_read_now_is_neither_dropped_nor_replaced(out, monkeypatch, name, number, change):
    usual, before = os.open, content(out)

    def refusing(path, *more, **named):
        if str(path) == str(out / name):
            raise OSError(number, os.strerror(number), str(path))
        return usual(path, *more, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refusing)
        with pytest.raises(UnreadableError, match=os.strerror(number)):
            small(out, **change)
    after = {name: data for name, data in content(out).items() if name != "log.jsonl"}
    del before["log.jsonl"]
    assert after == before
    assert small(out).found


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("strange", ["link to itself elsewhere", "link to nowhere", "pipe"])
@pytest.mark.parametrize("name", PARTS)
def test_strange_file_in_the_place_of_a_part_is_never_read_and_gives_way(tmp_path, out, name, strange, force):
    before, elsewhere = (out / name).read_bytes(), tmp_path / "elsewhere"
    os.replace(out / name, elsewhere)
    if strange == "pipe":
        os.mkfifo(out / name)
    else:
        (out / name).symlink_to(elsewhere if "itself" in strange else tmp_path / "nowhere")
    with pytest.raises(ResultsError, match="is a link" if "link" in strange else "is no ordinary file"):
        Results.open(out)
    assert not small(out, force=force).warning
    assert not (out / name).is_symlink()
    assert (out / name).read_bytes() == elsewhere.read_bytes() == before


NAMES = ("manifest.json", ".manifest.json", "dashboard.html", "dashboard.html.part", *PARTS)


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("name", [*NAMES, "log.jsonl", ".lock"])
def test_no_writer_follows_a_link(tmp_path, whole, out, name, hard):
    from sim.dashboard import write_dashboard

    victim = tmp_path / "victim"
    victim.write_bytes((out / name).read_bytes() if (out / name).exists() else b"mine\n")
    kept = victim.read_bytes()
    (out / name).unlink(missing_ok=True)
    if hard:
        (out / name).hardlink_to(victim)
    else:
        (out / name).symlink_to(victim)
    for change in ({}, {"replicates": 25, "extend": True}, {"replicates": 5, "force": True}):
        with suppress(ResultsError):
            write_dashboard(small(out, **change).folder)
        assert victim.read_bytes() == kept, change


@pytest.mark.parametrize("name", [*NAMES, "log.jsonl", ".lock", "runs", "series"])
def test_nothing_waits_for_a_pipe(out, name):
    from sim.dashboard import write_dashboard

    if (out / name).is_dir():
        shutil.rmtree(out / name)
    (out / name).unlink(missing_ok=True)
    os.mkfifo(out / name)

    def use() -> None:
        for door in (status, Results.open, write_dashboard, small, lambda where: small(where, seed=2, force=True)):
            with suppress(ResultsError):
                door(out)

    worker = threading.Thread(target=use, daemon=True)
    worker.start()
    worker.join(60)
    assert not worker.is_alive()


@pytest.mark.parametrize(
    "stray", [".lock", ".manifest.json.writing", "runs/.part-00000.parquet.writing", "dashboard.html.part"]
)
def test_what_a_dead_process_left_in_a_complete_folder_goes(out, stray):
    (out / stray).write_bytes(b"half")
    assert small(out).found
    assert not (out / stray).exists()
    assert small(out).found


@pytest.mark.parametrize(
    "said", ['{"done": NaN}', '{"rate": 1e999}', '{"total": 1e308, "done": -5}', '{"pid": {}}', "[" * 4000]
)
def test_status_takes_no_numbers_that_cannot_be(out, said):
    from sim.storage.lock import Lock

    lock = Lock(out)
    lock.take()
    (out / ".lock").write_text(said)
    (found,) = status(out)
    lock.release()
    assert found.state == "running"
    assert (found.done, found.total) == (20, 20)
    assert found.left is None


def test_status_reads_the_end_of_a_log_alone(out):
    with (out / "log.jsonl").open("r+b") as stream:
        stream.truncate(2**40)
        stream.seek(0, os.SEEK_END)
        stream.write(b'\n{"time": "now", "event": "part"}\n')
    (found,) = status(out)
    assert [line["event"] for line in found.lines] == ["part"]


@pytest.fixture
def shards(tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "PART_RUNS", LANES)
    return [small(tmp_path / f"{index}-of-2", 4 * LANES, shard=(index, 2)).folder for index in (1, 2)]


def test_merge_takes_what_the_manifests_list_and_nothing_else(tmp_path, shards):
    def unlist_series(manifest):
        manifest["parts"] = {
            name: {**part, "series": 0} if "runs/" in name else part
            for name, part in manifest["parts"].items()
            if not name.startswith("series/")
        }

    for shard in shards:
        reseal(shard, unlist_series)
    merged = merge(shards, tmp_path / "merged")
    assert len(merged.runs) == 4 * LANES
    assert merged.series.empty


@pytest.mark.parametrize("name", ["design.parquet", "runs/part-00000.parquet", "series/part-00000.parquet"])
def test_merge_takes_no_linked_part(tmp_path, shards, name):
    os.replace(shards[0] / name, tmp_path / "elsewhere")
    (shards[0] / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ResultsError, match="missing or harmed"):
        merge(shards, tmp_path / "merged")


@pytest.mark.parametrize("edge", ["first", "last"])
def test_merge_refuses_shards_that_leave_runs_out(tmp_path, shards, edge):
    reseal(shards[1], lambda manifest: manifest["shard"].update({edge: manifest["shard"][edge] - LANES}))
    with pytest.raises(ResultsError, match="2-of-2"):
        merge(shards, tmp_path / "merged")


def reseal(folder, change):
    """Change a manifest and give it the right seal."""
    from sim.storage.manifest import sealed

    manifest = json.loads((folder / "manifest.json").read_text())
    change(manifest)
    (folder / "manifest.json").write_text(sealed(manifest))
