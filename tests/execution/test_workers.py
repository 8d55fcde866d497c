"""Models of one's own, whose agents raise, hang, die or return nonsense: a row that says so, and the others go on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pandas as pd
import pytest
from shared import ROOT
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.errors import ConfigError, ResultsError
from sim.execution.run import simulate, sweep
from sim.execution.workers import Isolated, LostError
from sim.results.results import Results

SCENARIO, WEEKS, RUNS = "two-rivals-one-patron", 6, 5
MINDS = """
    import asyncio, os, signal, subprocess, time
    from pathlib import Path

    from sim import InfluenceModel, State

    class Mind(State):
        ill = 2

        def choose_posture(self, contest):
            return self.fall_ill() if self.model.replicate == self.ill else None

    class Sane(Mind):
        ill = None

    class Raises(Mind):
        def fall_ill(self):
            if self.model.week >= 3:
                raise ValueError(f"no idea\\n of {object()!r}")

    class Leaves(Mind):
        def fall_ill(self):
            raise SystemExit(3)

    class Hangs(Mind):
        def fall_ill(self):
            Path("hangs").touch()
            time.sleep(1000)

    class Dies(Mind):
        def fall_ill(self):
            os._exit(3)

    class DiesOnce(Mind):
        def fall_ill(self):
            mark = Path("died-once")
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)

    class Cancels(Mind):
        def fall_ill(self):
            raise asyncio.CancelledError

    class Interrupts(Mind):
        def fall_ill(self):
            raise KeyboardInterrupt

    class Mute(Exception):
        def __str__(self):
            raise ValueError("no text")

    class RaisesMute(Mind):
        def fall_ill(self):
            raise Mute

    class Forks(Mind):
        def fall_ill(self):
            Path("child").write_text(str(subprocess.Popen(["sleep", "1234"]).pid))
            time.sleep(1000)

    class Nonsense(Mind):
        def fall_ill(self):
            return float("nan")

    class Poisons(Mind):
        def fall_ill(self):
            self.model.world.now.states[0].capability[:] = float("nan")

    class Follows(State):
        def choose_posture(self, contest):
            salience = self.model.setting.numbers[f"contests.{contest.code}.parties.ALD.salience"].value
            return "back-holder" if salience > 0.5 else "back-challenger"

    def minded(mind):
        class Model(InfluenceModel):
            def __init__(self, scenario, *, seed=1, replicate=0):
                self.replicate = replicate
                super().__init__(scenario, seed=seed, replicate=replicate, agents={"ALD": mind})
        Model.__qualname__, Model.__module__ = f"{mind.__name__}Model", __name__
        return Model

    SaneModel, RaisesModel, HangsModel = map(minded, (Sane, Raises, Hangs))
    DiesOnceModel, ForksModel, FollowsModel = map(minded, (DiesOnce, Forks, Follows))

    class Frail(InfluenceModel):
        # every third run has an ill of its own
        ills = (Raises, Leaves, Hangs, Dies, Nonsense, Poisons, Cancels, Interrupts, RaisesMute,
                "shorter", "elsewhere", "early", "unmade")

        def __init__(self, scenario, *, seed=1, replicate=0):
            self.ill = self.ills[replicate // 3] if replicate % 3 == 2 else Sane
            if self.ill == "unmade":
                return
            world = "post-soviet-2020" if self.ill == "elsewhere" else scenario
            given = {"weeks": 3} if self.ill == "shorter" else {}
            if isinstance(self.ill, type):
                ill = None if self.ill is Sane else replicate
                given["agents"] = {"ALD": type(self.ill.__name__, (self.ill,), {"ill": ill})}
            self.replicate = replicate
            super().__init__(world, seed=seed, replicate=replicate, **given)

        def run_model(self):
            if self.ill == "early":
                self.step()
                self.step()
            else:
                super().run_model()

    class Misnamed(InfluenceModel):
        def __init__(self, scenario, *, seed=1, replicate=0):
            super().__init__(scenario, seed=seed, replicate=replicate, agents={"ALDIA": Sane})

    class Idle(InfluenceModel):
        def __init__(self, scenario, *, seed=1, replicate=0):
            super().__init__(scenario, seed=seed, replicate=replicate, agents={"BOR": Sane})

    class Odd(InfluenceModel):
        def __init__(self, scenario, *, wind):
            super().__init__(scenario)

    class Other:
        pass
"""


@pytest.fixture(autouse=True)
def minds(tmp_path, monkeypatch):
    """A folder with a module of models, which is the current one."""
    (tmp_path / "minds.py").write_text(textwrap.dedent(MINDS))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    sys.modules.pop("minds", None)


@pytest.fixture(scope="module")
def plain():
    return simulate(SCENARIO, RUNS, weeks=WEEKS)


def run(name, **options):
    return simulate(SCENARIO, RUNS, weeks=WEEKS, model=f"minds:{name}", **{"processes": 2, **options})


def test_own_model_that_changes_nothing_gives_the_rows_of_the_ensemble(plain):
    found = run("SaneModel")
    pd.testing.assert_frame_equal(found.runs, plain.runs, check_exact=True)
    pd.testing.assert_frame_equal(found.series, plain.series, check_exact=True)
    assert found.reasons.empty  # what moves a model of one's own is not known


FAILURES = {
    "Raises": r"ValueError: no idea of <object object at 0x...> in week 3",
    "Leaves": r"SystemExit: 3 in week 0",
    "Hangs": r"took longer than 3 s",
    "Dies": r"ended its process",
    "Nonsense": r"CounterpoiseError: Nonsense.choose_posture returned nan in contest VAL.* in week 0",
    "Poisons": r"not finite by week 0",
    "Cancels": r"CancelledError in week 0",
    "Interrupts": r"KeyboardInterrupt in week 0",
    "RaisesMute": r"Mute in week 0",
    "Shorter": r"its states, contests or weeks are not those of the scenario that it was made from",
    "Elsewhere": r"its states, contests or weeks are not those of the scenario that it was made from",
    "Early": r"stopped after 2 of 6 ticks",
    "Unmade": r"AttributeError: 'Frail' object has no attribute 'structure' in week 0",
}
"""What becomes of a run by what is wrong with it, in the order of `Frail.ills`: every third run has one."""


@pytest.fixture(scope="module")
def frail(tmp_path_factory):
    """Runs of the model whose runs fail in every way, made by one process after another, and those without a model."""
    count = 3 * len(FAILURES)
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("frail")
        (folder / "minds.py").write_text(textwrap.dedent(MINDS))
        patch.chdir(folder)
        patch.setattr(sys, "path", list(sys.path))
        found = simulate(
            SCENARIO, count, weeks=WEEKS, model="minds:Frail", processes=1, time_limit=3.0, most_failures=1.0
        )
    sys.modules.pop("minds", None)
    return found.runs, simulate(SCENARIO, count, weeks=WEEKS).runs


@pytest.mark.parametrize("ill", FAILURES)
def test_run_that_fails_is_a_row_that_says_why(frail, ill):
    replicate = 3 * list(FAILURES).index(ill) + 2
    said = frail[0]["failure"][replicate]
    assert re.fullmatch(FAILURES[ill] + rf" \(seed 1, replicate {replicate}, point 0\)", said), said


def test_runs_beside_those_that_fail_go_on(frail):
    found, plain = frail
    others = found["replicate"] % 3 != 2
    assert (found["failure"].isna() == others).all()
    pd.testing.assert_frame_equal(found[others], plain[others], check_exact=True)


def test_what_a_run_has_started_ends_with_its_process():
    run("ForksModel", time_limit=1.0, processes=1)
    assert not running({int(Path("child").read_text())})


def test_script_needs_no_guard_and_no_file():
    code = (
        "from sim import simulate\n"
        f"runs = simulate({SCENARIO!r}, 2, weeks=4, model='minds:SaneModel', processes=1).runs\n"
        "print(runs['failure'].isna().all())\n"
    )
    done = subprocess.run(
        [sys.executable, "-"],
        input=code,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "True\n", done.stderr


def installed(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command, which does not look for its package in the current folder."""
    start = "import sys; sys.argv[0] = 'counterpoise'; from sim.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-P", "-c", start, *arguments], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("stray", ["sim.py", "sim/__init__.py", "pickle.py"])
def test_module_with_the_name_of_the_package_misleads_no_worker(tmp_path, stray):
    (tmp_path / "minds.py").write_text(textwrap.dedent(MINDS))
    (tmp_path / stray).parent.mkdir(exist_ok=True)
    (tmp_path / stray).write_text("raise SystemExit('a module of somebody else')\n")
    quick = ["--replicates", "2", "--weeks", "3", "--processes", "1", "--no-dashboard", "--out", "out"]
    done = installed(tmp_path, "run", SCENARIO, "--model", "minds:SaneModel", *quick)
    assert done.returncode == 0, done.stderr
    assert "failed" not in done.stderr
    assert len(Results.open(tmp_path / "out").runs) == 2


def test_model_in_a_file_named_like_the_package_is_told_to_be_renamed(tmp_path):
    (tmp_path / "sim.py").write_text("class Windy: pass\n")
    done = installed(tmp_path, "run", SCENARIO, "--model", "sim:Windy")
    assert done.returncode == 2
    assert (
        "sim:Windy has the name of Counterpoise's own package (found sim in the current folder); rename it"
        in done.stderr
    )


def test_failures_are_stored_and_counted_like_any_other_row(tmp_path):
    stored = run("RaisesModel", out=tmp_path / "out", processes=1)
    assert stored.manifest["failures"] == 1
    assert stored.manifest["provenance"]["engine"] == "mesa"
    assert Results.open(tmp_path / "out").runs["failure"].notna().sum() == 1
    assert run("RaisesModel", out=tmp_path / "out").found


def test_worker_killed_from_outside_costs_no_row(plain):
    found = run("DiesOnceModel")
    assert Path("died-once").exists()
    pd.testing.assert_frame_equal(found.runs, plain.runs, check_exact=True)


def test_model_of_ones_own_sees_the_numbers_of_its_point(tmp_path):
    file = tmp_path / "points.yaml"
    path = "contests.VAL.parties.ALD.salience"
    file.write_text(
        f"name: points\nscenario: {SCENARIO}\nweeks: 6\nreplicates: 2\nfactors: [{{path: {path}, values: [0.1, 0.9]}}]\n"
    )
    found = sweep(file, model="minds:FollowsModel")
    names = found.manifest["postures"]
    taken = found.wide().groupby(path)["posture.VAL.ALD:final"].agg(lambda codes: {names[int(code)] for code in codes})
    assert taken.to_dict() == {0.1: {"back-challenger"}, 0.9: {"back-holder"}}


def test_results_of_a_changed_model_are_other_results(tmp_path, minds):
    run("SaneModel", out=tmp_path / "out")
    with pytest.raises(ResultsError, match=r"model from minds:SaneModel to the project's own"):
        simulate(SCENARIO, RUNS, weeks=WEEKS, out=tmp_path / "out")
    (minds / "minds.py").write_text(textwrap.dedent(MINDS) + "\n# changed\n")
    with pytest.raises(ResultsError, match=r"the file of model minds:SaneModel"):
        run("SaneModel", out=tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("minds", "must be package.module:Class"),
        ("minds:", "must be package.module:Class"),
        ("../minds:Sane", "must be package.module:Class"),
        ("minds:Absent", "cannot be imported .found AttributeError"),
        ("absent.module:Class", "cannot be imported .found ModuleNotFoundError"),
        ("minds:Other", "must be a subclass of sim.InfluenceModel"),
        ("minds:minded", "must be a subclass of sim.InfluenceModel"),
        ("minds:Odd", "must be made from a scenario, seed= and replicate= .found missing a required argument: 'wind'"),
        ("__main__:Model", "stands where workers cannot import it"),
    ],
)
def test_model_that_cannot_be_used_is_one_error_before_anything_runs(tmp_path, name, said):
    with pytest.raises(ConfigError, match=said):
        simulate(SCENARIO, 1, model=name, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"time_limit": 1.0}, "time_limit is for Mesa runs"),
        ({"processes": 2}, "processes is for Mesa runs"),
        ({"engine": "mesa", "threads": 2}, "threads is for the ensemble"),
        ({"engine": "mesa", "time_limit": 0.0}, "time_limit must be a positive number of seconds"),
        ({"engine": "mesa", "time_limit": float("nan")}, "time_limit must be a positive number of seconds"),
        ({"engine": "mesa", "processes": 0}, "processes must be a whole number"),
        ({"engine": "ensemble", "model": "minds:SaneModel"}, "model runs through Mesa only"),
        ({"engine": "steam"}, "engine must be one of ensemble, mesa"),
        ({"engine": "mesa", "time_limit": "3"}, "time_limit must be a positive number of seconds"),
        ({"engine": "mesa", "time_limit": True}, "time_limit must be a positive number of seconds"),
        ({"engine": "mesa", "processes": "2"}, "processes must be a whole number"),
        ({"model": 3}, "model must be package.module:Class or a class"),
        ({"executor": "x"}, "executor must be a concurrent.futures.Executor"),
        ({"most_failures": "a"}, "most_failures must lie in .0, 1."),
        ({"shard": (3, 2), "out": "out"}, "shard must be .i, n."),
        ({"shard": "1/2", "out": "out"}, "shard must be .i, n."),
    ],
)
def test_options_that_do_not_go_together_are_refused(options, said):
    with pytest.raises(ConfigError, match=said):
        simulate(SCENARIO, 1, **options)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Misnamed", 'agents must be codes of states (found "ALDIA"); did you mean ALD?'),
        ("Idle", "agents['BOR'] is a third party in no contest"),
        ("SaneModle", "did you mean SaneModel?"),
    ],
)
def test_names_that_a_model_gets_wrong_are_told_before_anything_runs(name, said, tmp_path):
    with pytest.raises(ConfigError, match=re.escape(said)):
        run(name, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    arguments = [SCENARIO, "--model", f"minds:{name}", "--replicates", "2", "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, ["run", *arguments])
    assert told.exit_code == 2
    assert " ".join(said.split()) in " ".join(told.output.split())


def command(*more):
    arguments = [sys.executable, "-m", "sim", "run", SCENARIO, "--model", "minds:HangsModel", "--processes", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*arguments, "--replicates", "6", "--out", "out", *more], env=environment, stderr=subprocess.PIPE, text=True
    )


def children(process):
    """Processes whose parents lead to one, as pairs of number and command."""
    rows = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    table = [line.split(None, 2) for line in rows.splitlines()]
    found, level = set(), {str(process)}
    while level:
        level = {pid for pid, parent, _ in table if parent in level} - found
        found |= level
    return {int(pid) for pid in found}


def hanging(child):
    """Wait until one of its two workers is at a run that hangs; their numbers."""
    end = time.monotonic() + 120
    while not Path("hangs").exists() or len(found := children(child.pid)) < 2:
        assert child.poll() is None, child.stderr.read()
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


def running(numbers):
    """Those processes that are there and no mere entry in the table."""
    found = {number: Path(f"/proc/{number}/stat") for number in numbers}
    return {number for number, stat in found.items() if stat.exists() and stat.read_text().split()[2] != "Z"}


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_workers_that_hang_do_not_outlive_the_command(number):
    child = command()
    try:
        workers = hanging(child)
        child.send_signal(number)
        begun = time.monotonic()
        child.wait(10)
        assert time.monotonic() - begun < 2
        if number == signal.SIGINT:
            said = child.stderr.read()
            assert "Traceback" not in said
            assert child.returncode == 128 + signal.SIGINT
        end = time.monotonic() + 10
        while running(workers) and time.monotonic() < end:
            time.sleep(0.1)
        assert not running(workers)
    finally:
        child.kill()
        child.communicate()


def test_limit_counts_each_task_alone():
    with Isolated(1, 2.0, int) as pool:
        futures = [pool.submit(time.sleep, seconds) for seconds in (0.9, 0.9, 0.9, 60.0)]
        last = pool.submit(pow, 2, 3)
        assert [future.result() for future in futures[:3]] == [None] * 3
        with pytest.raises(LostError, match="longer than 2 s"):
            futures[3].result()
        assert last.result() == 8


@pytest.mark.parametrize("wait", [0.0, 0.05, 0.2])
def test_workers_killed_in_the_middle_of_an_answer_leave_nobody_waiting(wait):
    with Isolated(2, None, int) as pool:
        first = [pool.submit(bytes, 10) for _ in range(2)]
        assert [len(one.result()) for one in first] == [10, 10]
        pending = [pool.submit(bytes, 100_000_000) for _ in range(6)]
        time.sleep(wait)
        begun = time.monotonic()
    assert time.monotonic() - begun < 3
    assert all(one.done() for one in pending)


def test_worker_that_cannot_be_made_ready_is_one_error():
    with Isolated(1, None, os._exit, 1) as pool, pytest.raises(ResultsError, match="ended before it could begin"):
        pool.submit(pow, 2, 3).result()


def test_what_preparing_raises_is_raised():
    with Isolated(1, None, int, "no number") as pool, pytest.raises(ValueError, match="no number"):
        pool.submit(pow, 2, 3).result()
