"""Whatever happens to a process or a file: no wrong row is read, and a second call leaves an unbroken run's bytes."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest
from shared import ROOT

from sim.errors import ResultsError
from sim.execution.run import Stopped, sweep
from sim.experiments import stages
from sim.experiments.files.sweep_file import load_sweep
from sim.kernel.lanes import LANES
from sim.results.results import Results
from sim.storage import folder
from sim.storage.manifest import BEFORE

KILLS = 20
POINTS, REPLICATES = 3, 5 * LANES + 30
SWEEP = (
    "name: small\nscenario: two-rivals-one-patron\nweeks: 8\nseries: {replicates: 40}\nfactors:\n"
    "  - {path: contests.VAL.parties.ALD.salience, values: [0.2, 0.5, 0.9]}\n"
)
PARENT = """
import os, sys
from sim.execution import engine
from sim.storage import recording
from sim.experiments import stages
from sim.execution.run import sweep
from sim.experiments.files.sweep_file import load_sweep
stages.PART_RUNS, recording.CHECKPOINT = 2 * stages.LANES, 0.02
plan = load_sweep(sys.argv[1], int(sys.argv[3]))
engine.ensemble_of(plan, *engine.outcomes_of(plan)).compile()
for _ in sys.stdin:
    process = os.fork()
    if process == 0:
        try:
            sweep(plan, out=sys.argv[2], threads=1)
        finally:
            os._exit(0)
    print(process, flush=True)
    os.waitpid(process, 0)
    print("dead", flush=True)
"""
"""Forks a process for each line that it reads, so that what is killed need not import and compile first."""


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(stages, "PART_RUNS", 2 * LANES)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    found = tmp_path_factory.mktemp("file") / "small.yaml"
    found.write_text(SWEEP)
    return found


@pytest.fixture(scope="module")
def stored(tmp_path_factory, file):
    """Folder of an unbroken run."""
    out = tmp_path_factory.mktemp("stored") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "PART_RUNS", 2 * LANES)
        sweep(load_sweep(file, REPLICATES), out=out)
    return out


@pytest.fixture(scope="module")
def whole(stored):
    """Bytes of an unbroken run."""
    return results(stored)


def results(folder):
    found = {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*.parquet"))}
    manifest = json.loads((folder / "manifest.json").read_text())
    return found, {key: value for key, value in manifest.items() if key not in ("provenance", "seal")}


def rows_are_right(folder, whole):
    """Whether every row that can be read is that of the unbroken run."""
    try:
        with warnings.catch_warnings(action="ignore"):
            found = Results.open(folder)
    except ResultsError:
        return True
    keyed = whole.set_index(["point", "replicate"])
    mine = found.runs.set_index(["point", "replicate"]) if len(found.runs) else keyed.head(0)
    return mine.equals(keyed.loc[mine.index])


@pytest.fixture
def parent(file, tmp_path):
    """A process that forks those which are killed."""
    command = [sys.executable, "-c", PARENT, str(file), str(tmp_path / "out"), str(REPLICATES)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as begun:
        yield begun
        begun.stdin.close()


def killed_after(parent, seconds):
    """Whether a process that ran the sweep was killed after so many seconds, and had not ended by itself."""
    parent.stdin.write("\n")
    parent.stdin.flush()
    process = int(parent.stdout.readline())
    time.sleep(seconds)
    killed = True
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        killed = False
    assert parent.stdout.readline() == "dead\n"
    return killed


def test_killed_at_random_moments_it_leaves_the_bytes_of_an_unbroken_run(tmp_path, file, whole, parent):
    out, plan, chance = tmp_path / "out", load_sweep(file, REPLICATES), random.Random(1)
    begun = time.monotonic()
    expected = sweep(plan, out=tmp_path / "timed", threads=1).runs
    lasting = time.monotonic() - begun
    killed = stopped = 0
    while killed < KILLS:
        killed += killed_after(parent, chance.uniform(0, 0.5 * lasting))
        if not (out / "manifest.json").exists():
            continue
        assert rows_are_right(out, expected)
        if json.loads((out / "manifest.json").read_text())["complete"]:
            for name in chance.sample(sorted(whole[0]), 5):
                (out / name).unlink(missing_ok=True)
        else:
            stopped += 1
    sweep(plan, out=out)
    assert results(out) == whole
    assert [path.name for path in out.rglob(".*")] == [BEFORE]
    assert stopped >= KILLS // 4


HARMS = {
    "first byte": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "a byte": lambda content: content[: len(content) // 3] + b"\x07" + content[len(content) // 3 + 1 :],
    "last byte": lambda content: content[:-1] + bytes([content[-1] ^ 128]),
    "cut": lambda content: content[: len(content) // 2],
    "emptied": lambda content: b"",
    "longer": lambda content: content + b"\0",
}


@pytest.mark.parametrize("harm", HARMS)
def test_harm_to_any_file_is_refused_and_mended(tmp_path, file, whole, stored, harm):
    plan = load_sweep(file, REPLICATES)
    names = [str(path.relative_to(stored)) for path in sorted(stored.rglob("*")) if path.is_file()]
    assert {"manifest.json", BEFORE, "log.jsonl", "design.parquet", "reasons.parquet"} < set(names)
    for name in names:
        out = tmp_path / name.replace("/", "-")
        shutil.copytree(stored, out)
        (out / name).write_bytes(HARMS[harm]((out / name).read_bytes()))
        if name.endswith(".parquet"):
            with pytest.raises(ResultsError, match=Path(name).name):
                Results.open(out)
        elif name == "manifest.json":
            with pytest.raises(ResultsError, match=r"manifest\.json"):
                Results.open(out)
        sweep(plan, out=out)
        assert results(out) == whole, name
        shutil.rmtree(out)


def test_full_disk_is_one_error_and_the_same_command_goes_on(tmp_path, file, whole):
    """On a file system of its own, which only root can mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        plan, out = load_sweep(file, REPLICATES), disk / "out"
        (disk / "ballast").write_bytes(b"x" * 200_000)
        for size in (150_000, 100_000, 0):
            with pytest.raises(ResultsError, match=r"cannot be written \(No space left.*same command again"):
                sweep(plan, out=out)
            assert not list(out.rglob(f".*{folder.TEMPORARY}"))
            if (out / "manifest.json").exists():
                assert rows_are_right(out, sweep(plan).runs)
            (disk / "ballast").write_bytes(b"x" * size)
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        sweep(plan, out=out)
        assert results(out) == whole
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_second_writer_in_the_same_process_is_refused(tmp_path, file):
    plan = load_sweep(file, REPLICATES)

    def write_too(done, total):
        with pytest.raises(ResultsError, match=f"being written by another process .process {os.getpid()} on "):
            sweep(plan, out=tmp_path / "out")
        raise KeyboardInterrupt

    with pytest.raises(Stopped):
        sweep(plan, out=tmp_path / "out", progress=write_too)


def test_folder_that_appears_while_it_is_waited_for_is_not_run_again(tmp_path, file):
    """What waits looks again at what the other process has made."""
    plan, out = load_sweep(file, REPLICATES), tmp_path / "out"
    found = []

    def wait_too(done, total):
        if not found:
            found.append(threading.Thread(target=lambda: found.append(sweep(plan, out=out, wait=True).found)))
            found[0].start()

    sweep(plan, out=out, progress=wait_too)
    found[0].join()
    assert found[1] is True
