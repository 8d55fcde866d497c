"""Runs computed by any executor, by a Dask cluster or by MPI ranks: the bytes of those computed on threads here."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import warnings
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from shared import ROOT

from sim.errors import ConfigError, CounterpoiseError, ResultsError
from sim.execution import engine, job
from sim.execution.cluster import on_cluster
from sim.execution.run import simulate, sweep
from sim.experiments.files.sweep_file import load_sweep
from sim.kernel.lanes import LANES
from sim.results.results import Results

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
SWEEP = (
    "name: small\nscenario: two-rivals-one-patron\nweeks: {weeks}\nseries: {{replicates: 40}}\nfactors:\n"
    "  - {{path: contests.VAL.parties.ALD.salience, values: [0.2, 0.5, 0.9]}}\n"
)
REPLICATES = 5 * LANES + 30
LONG_REPLICATES = 200 * LANES
"""So many that workers are still at it when one of them is killed."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def file(folder):
    found = folder / "small.yaml"
    found.write_text(SWEEP.format(weeks=8))
    return found


@pytest.fixture(scope="module")
def long_file(folder):
    found = folder / "long.yaml"
    found.write_text(SWEEP.format(weeks=52))
    return found


@pytest.fixture(scope="module")
def whole(folder, file):
    sweep(file, REPLICATES, out=folder / "whole")
    return parts(folder / "whole")


@pytest.fixture(scope="module")
def long_whole(folder, long_file):
    sweep(long_file, LONG_REPLICATES, out=folder / "long")
    return parts(folder / "long")


def parts(folder):
    """Bytes of all parts of a results folder."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*.parquet"))}


def stored(folder):
    """Runs that a folder holds, finished or not."""
    with warnings.catch_warnings(action="ignore"):
        return len(Results.open(folder).runs)


class Broken(ThreadPoolExecutor):
    """An executor whose workers are gone after two tasks."""

    left = 2

    def submit(self, fn, /, *args, **kwargs):
        if self.left:
            self.left -= 1
            return super().submit(fn, *args, **kwargs)
        future = Future()
        future.set_exception(ConnectionError("the line is dead"))
        return future


def test_rows_do_not_depend_on_the_executor(tmp_path, file, whole):
    with ThreadPoolExecutor(3) as executor:
        found = sweep(file, REPLICATES, out=tmp_path, executor=executor)
    assert found.manifest["complete"]
    assert parts(tmp_path) == whole


def test_mesa_runs_on_an_executor_too(file):
    with ThreadPoolExecutor(2) as executor:
        found = sweep(file, 2, executor=executor, engine="mesa")
    assert found.runs.equals(sweep(file, 2).runs)


def test_executor_that_lost_its_workers_is_one_error_and_can_resume(tmp_path, file, whole):
    with Broken(2) as executor, pytest.raises(ResultsError, match=r"ConnectionError: the line is dead.*goes on"):
        sweep(file, REPLICATES, out=tmp_path, executor=executor)
    assert 0 < stored(tmp_path) < 3 * REPLICATES
    sweep(file, REPLICATES, out=tmp_path)
    assert parts(tmp_path) == whole


def test_worker_of_another_version_computes_nothing(monkeypatch, file):
    plan = load_sweep(file, 1)
    text = job.pack(plan, *engine.outcomes_of(plan), mesa=False, model=None)
    monkeypatch.setattr(job, "source_digest", lambda: "another")
    with pytest.raises(ResultsError, match="another version of Counterpoise"):
        job.unpack.__wrapped__(text)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"threads": 2}, "threads is for the ensemble on this machine"),
        ({"engine": "mesa", "processes": 2}, "processes is for Mesa runs in processes of this machine"),
        ({"engine": "mesa", "time_limit": 1.0}, "time_limit is for Mesa runs in processes of this machine"),
    ],
)
def test_options_of_this_machine_do_not_go_with_an_executor(options, said):
    with ThreadPoolExecutor(1) as executor, pytest.raises(ConfigError, match=said):
        simulate("two-rivals-one-patron", 1, executor=executor, **options)


@pytest.mark.parametrize(
    "address", ["", "nonsense", "tcp://", "tcp://host", "tcp://host:port", "10.0.0.1:8786", "http://host:8787"]
)
def test_what_is_no_address_is_refused_at_once(address):
    with pytest.raises(ConfigError, match="cluster must be an address"), on_cluster(address):
        pass


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def test_scheduler_that_does_not_answer_is_one_error(monkeypatch):
    monkeypatch.setattr("sim.execution.cluster.ANSWER", 1.0)
    with (
        pytest.raises(CounterpoiseError, match="no Dask scheduler answers at tcp"),
        on_cluster(f"tcp://127.0.0.1:{free_port()}"),
    ):
        pass


def listens(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


class Cluster:
    """A Dask scheduler and its workers, as a user starts them."""

    def __init__(self):
        self.address = f"tcp://127.0.0.1:{(port := free_port())}"
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", str(port))
        self.workers = []
        wait_for(lambda: listens(port), self.scheduler)

    def start(self, *arguments):
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=ENVIRONMENT, stdout=quiet, stderr=quiet)

    def add(self, count):
        for _ in range(count):
            self.workers.append(self.start("worker", self.address, "--nthreads", "1", "--no-nanny"))

    def end(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster():
    found = Cluster()
    found.add(2)
    yield found
    found.end()


def command(file, replicates, out, *more):
    arguments = [sys.executable, "-m", "sim", "sweep", str(file), "--replicates", str(replicates), "--out", str(out)]
    pipe = subprocess.PIPE
    return subprocess.Popen([*arguments, *more], env=ENVIRONMENT, stdout=pipe, stderr=pipe, text=True)


def wait_for(condition, child, seconds=120.0):
    end = time.monotonic() + seconds
    while not condition():
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


def holds(out, number):
    """Whether a folder holds a part of runs, which its manifest knows of."""
    manifest = out / "manifest.json"
    return lambda: manifest.exists() and f"runs/part-{number:05d}.parquet" in json.loads(manifest.read_text())["parts"]


def test_dask_cluster_gives_the_same_bytes(tmp_path, file, whole, cluster):
    child = command(file, REPLICATES, tmp_path / "out", "--cluster", cluster.address)
    _, said = child.communicate(timeout=180)
    assert child.returncode == 0, said
    assert parts(tmp_path / "out") == whole


def test_killed_and_continued_elsewhere_it_leaves_the_same_bytes(tmp_path, long_file, long_whole, cluster):
    out = tmp_path / "out"
    begun = command(long_file, LONG_REPLICATES, out)
    wait_for(holds(out, 0), begun)
    begun.kill()
    begun.communicate()
    assert 0 < stored(out) < 3 * LONG_REPLICATES

    on_dask = command(long_file, LONG_REPLICATES, out, "--cluster", cluster.address)
    wait_for(holds(out, 1), on_dask)
    cluster.workers[0].kill()
    wait_for(holds(out, 2), on_dask)
    cluster.scheduler.kill()
    _, said = on_dask.communicate(timeout=60)
    assert on_dask.returncode == 1
    assert "the same command goes on" in said
    assert "Traceback" not in said
    assert 0 < stored(out) < 3 * LONG_REPLICATES

    last = command(long_file, LONG_REPLICATES, out)
    _, said = last.communicate(timeout=180)
    assert last.returncode == 0, said
    assert "besides" in said  # what was there was not run again
    assert parts(out) == long_whole


def test_cluster_that_has_no_workers_yet_is_waited_for_in_words(tmp_path, file, whole):
    lonely = Cluster()
    try:
        child = command(file, REPLICATES, tmp_path / "out", "--cluster", lonely.address)
        said = child.stderr.readline()
        assert f"the cluster at {lonely.address} has no workers yet" in said
        lonely.add(1)
        _, said = child.communicate(timeout=180)
        assert child.returncode == 0, said
        assert parts(tmp_path / "out") == whole
    finally:
        lonely.end()


@pytest.fixture(scope="module")
def mpiexec():
    """A command that starts MPI ranks."""
    mpiexec = shutil.which("mpiexec")
    if mpiexec is None:
        pytest.skip("there is no mpiexec here")
    probe = [sys.executable, "-c", "from mpi4py import MPI"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("mpi4py finds no MPI library here")
    version = subprocess.run([mpiexec, "--version"], capture_output=True, text=True, check=False).stdout
    return [mpiexec, *(["--oversubscribe"] if "Open MPI" in version or "OpenRTE" in version else [])]


AS_ROOT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def on_ranks(mpiexec, count, *arguments):
    ranks = [*mpiexec, "-n", str(count), sys.executable, "-m", "sim", "sweep", *arguments, "--mpi"]
    return subprocess.run(ranks, env=ENVIRONMENT | AS_ROOT, capture_output=True, text=True, timeout=180, check=False)


def test_mpi_ranks_give_the_same_bytes(tmp_path, file, whole, mpiexec):
    done = on_ranks(mpiexec, 3, str(file), "--replicates", str(REPLICATES), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("open ") == 1  # one rank speaks
    assert parts(tmp_path / "out") == whole


def test_mpi_job_of_one_rank_is_refused(tmp_path, file, mpiexec):
    done = on_ranks(mpiexec, 1, str(file), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "the MPI job has one rank and so no workers" in done.stderr
