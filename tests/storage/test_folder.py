"""The results folder: written whole or not at all, read only as far as its checksums hold."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.errors import ConfigError, ResultsError
from sim.execution.run import Stopped, simulate
from sim.experiments import stages
from sim.kernel.lanes import LANES
from sim.results.results import Results
from sim.scenario.load import load_scenario
from sim.storage.signals import uninterrupted

SCENARIO = "two-rivals-one-patron"


def small(out, replicates=20, **options):
    """Twenty short runs."""
    return simulate(SCENARIO, replicates, weeks=6, out=out, **options)


def files(folder):
    """Every file of the results, but for the log and what is hidden."""
    found = [f for f in sorted(folder.rglob("[!.]*")) if f.is_file() and f.name != "log.jsonl"]
    return {str(file.relative_to(folder)): file.read_bytes() for file in found}


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(stages, "PART_RUNS", LANES)


def test_folder_and_memory_hold_the_same_rows(tmp_path, small_parts):
    stored, kept = small(tmp_path / "out"), small(None)
    for table in ("design", "runs", "series", "reasons"):
        pd.testing.assert_frame_equal(getattr(stored, table), getattr(kept, table), check_dtype=False)
    assert len(stored.runs) == 20
    assert stored.runs["replicate"].tolist() == list(range(20))


def test_parts_have_one_size_whatever_the_blocks(tmp_path, small_parts):
    results = small(tmp_path / "out", replicates=2 * LANES + 22)
    rows = [part["rows"] for name, part in results.manifest["parts"].items() if name.startswith("runs/")]
    assert rows == [LANES, LANES, 22]


def test_two_writings_differ_in_provenance_alone(tmp_path):
    small(tmp_path / "one")
    small(tmp_path / "two")
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    first, second = json.loads(one.pop("manifest.json")), json.loads(two.pop("manifest.json"))
    assert one == two
    del first["provenance"], second["provenance"]
    assert first == second


def test_every_column_carries_unit_and_meaning(tmp_path):
    small(tmp_path / "out")
    for part in sorted((tmp_path / "out").rglob("*.parquet")):
        for column in pq.read_schema(part):
            assert column.metadata[b"unit"], (part, column.name)
            assert column.metadata[b"meaning"], (part, column.name)


def test_same_command_again_runs_nothing(tmp_path):
    small(tmp_path / "out")
    before = files(tmp_path / "out")
    again = small(tmp_path / "out", progress=lambda done, total: pytest.fail("it ran again"))
    assert again.found
    assert files(tmp_path / "out") == before


@pytest.mark.parametrize("change", [{"replicates": 21}, {"seed": 2}])
def test_other_results_are_refused_with_the_difference_in_words(tmp_path, change):
    small(tmp_path / "out")
    before = files(tmp_path / "out")
    with pytest.raises(ResultsError, match=f"{next(iter(change))} from .* to .*--out.*--force"):
        small(tmp_path / "out", **change)
    assert files(tmp_path / "out") == before


def test_force_replaces_files_of_ours_and_no_others(tmp_path, small_parts):
    out = tmp_path / "out"
    small(out, replicates=20)
    (out / "notes.txt").write_text("mine")
    (out / "runs" / "mine.parquet").write_text("mine")
    (out / "dashboard.html").write_text("old")
    results = small(out, replicates=5, force=True)
    assert len(results.runs) == 5
    assert (out / "notes.txt").read_text() == (out / "runs" / "mine.parquet").read_text() == "mine"
    assert not (out / "runs" / "part-00001.parquet").exists()
    assert not (out / "dashboard.html").exists()


@pytest.mark.parametrize("force", [False, True])
def test_folder_that_holds_something_else_is_refused(tmp_path, force):
    (tmp_path / "design.parquet").write_text("someone's")
    with pytest.raises(ResultsError, match="not empty and holds no results"):
        small(tmp_path, force=force)
    assert files(tmp_path) == {"design.parquet": b"someone's"}


def test_interrupted_run_keeps_what_is_finished_and_starts_again(tmp_path, small_parts):
    out = tmp_path / "out"

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(Stopped, match=r"can be read in .*out"):
        small(out, replicates=500, progress=interrupt)
    with pytest.warns(UserWarning, match="not complete"):
        partial = Results.open(out)
    assert 0 < len(partial.runs) <= 500
    whole = small(out, replicates=500)
    assert not whole.warning
    pd.testing.assert_frame_equal(whole.runs.head(len(partial.runs)), partial.runs)


def test_parts_of_an_interrupted_run_stay_listed_until_written_again(tmp_path, small_parts):
    out = tmp_path / "out"
    calls = []

    def interrupt(done, total):
        calls.append(done)
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(Stopped):
            small(out, replicates=500, progress=interrupt)
    with pytest.warns(UserWarning, match="not complete"):
        assert len(Results.open(out).runs) == calls[0]


def test_interrupt_waits_until_a_part_is_written():
    done = []

    def write() -> None:
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            done.append(True)

    with pytest.raises(KeyboardInterrupt):
        write()
    assert done


@pytest.mark.parametrize(
    "name", ["runs/part-00000.parquet", "series/part-00000.parquet", "design.parquet", "reasons.parquet"]
)
@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_harmed_part_is_never_read_and_is_made_again(tmp_path, name, harm):
    out = tmp_path / "out"
    small(out)
    before = (out / name).read_bytes()
    if harm == "remove":
        (out / name).unlink()
    else:
        middle = len(before) // 2
        harmed = (
            before[:middle] if harm == "cut" else before[:middle] + bytes([before[middle] ^ 1]) + before[middle + 1 :]
        )
        (out / name).write_bytes(harmed)
    with pytest.raises(ResultsError, match=name.rpartition("/")[2]):
        Results.open(out)
    small(out)
    assert (out / name).read_bytes() == before


def test_changed_manifest_is_refused_and_the_one_before_takes_its_place(tmp_path):
    out = tmp_path / "out"
    small(out)
    before = files(out)
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["seed"] = 7
    (out / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ResultsError, match="changed after it was written"):
        Results.open(out)
    assert not small(out).warning
    del before["manifest.json"]
    assert before.items() <= files(out).items()


def test_folder_without_any_whole_manifest_is_replaced_by_force_only(tmp_path):
    out = tmp_path / "out"
    small(out)
    for name in ("manifest.json", ".manifest.json"):
        (out / name).write_bytes((out / name).read_bytes()[:-40])
    with pytest.raises(ResultsError, match="is damaged"):
        small(out)
    assert not small(out, force=True).warning


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"format": 99}'])
def test_manifest_that_is_none_is_one_clear_error(tmp_path, content):
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(ResultsError):
        Results.open(tmp_path)


def test_manifest_cannot_name_a_file_outside_of_its_folder(tmp_path):
    from sim.storage.manifest import sealed

    out = tmp_path / "out"
    small(out)
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["parts"]["../secret.parquet"] = manifest["parts"]["design.parquet"]
    (out / "manifest.json").write_text(sealed(manifest))
    with pytest.raises(ResultsError, match="outside of its folder"):
        Results.open(out)


def test_linked_room_is_refused(tmp_path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    small(out)
    shutil.move(out / "runs", elsewhere)
    (out / "runs").symlink_to(elsewhere)
    with pytest.raises(ResultsError, match="link"):
        Results.open(out)
    with pytest.raises(ResultsError, match="link"):
        small(out, replicates=3, force=True)


def test_second_writer_is_refused(tmp_path):
    out = tmp_path / "out"

    def write_too(done, total):
        with pytest.raises(ResultsError, match="being written by another process"):
            small(out, replicates=500)

    small(out, replicates=500, progress=write_too)


def test_folder_that_is_a_file_is_one_clear_error(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ResultsError, match="cannot be written"):
        small(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "a file"


def test_full_disk_is_one_clear_error_and_leaves_finished_parts_readable(tmp_path, small_parts):
    """A limit on the size of files stands for the full disk: the system refuses the write in the same way."""
    out = tmp_path / "out"
    small(out, replicates=20)
    size = max(file.stat().st_size for file in out.rglob("*") if file.is_file())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def fill(done, total):
        if done > total // 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (min(size, 512), hard))

    try:
        with pytest.raises(ResultsError, match=r"cannot be written.*--out"):
            small(tmp_path / "full", replicates=500, progress=fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    with pytest.warns(UserWarning, match="not complete"):
        assert len(Results.open(tmp_path / "full").runs) > 0
    assert not list((tmp_path / "full").rglob(".*.writing"))


def test_scenario_in_the_manifest_gives_the_scenario_back(tmp_path):
    from sim.scenario.scenario import rebuilt

    results = small(tmp_path / "out")
    again = rebuilt(results.manifest["scenario"])
    assert again.digest == results.manifest["scenario_digest"]
    assert again.digest == load_scenario(SCENARIO).with_({"weeks": 6}).digest


DOORS = {
    "out": lambda path: simulate(SCENARIO, 1, weeks=1, out=path),
    "open": Results.open,
    "page": lambda path: simulate(SCENARIO, 1, weeks=1).dashboard(path),
}


@pytest.mark.parametrize("path", ["a\0b", "x" * 300, "~nobody-of-this-name/out", 3])
@pytest.mark.parametrize("door", DOORS)
def test_path_at_which_nothing_can_be_is_refused_in_one_line(door, path):
    with pytest.raises(ConfigError, match=r"must be a path that can be reached \(found .*; give another") as caught:
        DOORS[door](path)
    assert str(caught.value).isprintable()


def test_tilde_is_the_home_folder_in_python_too(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    small("~/out")
    assert len(Results.open("~/out").runs) == 20
    assert Results.open("~/out").dashboard("~/page.html").read_text() == (tmp_path / "page.html").read_text()
    assert not (tmp_path / "~").exists()
