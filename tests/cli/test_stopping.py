"""Stopping a command and going on: signals, what another terminal sees, and who may write."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shared import ROOT

SCENARIO = "two-rivals-one-patron"
LARGE = ["run", "post-soviet-2020", "--replicates", "2000000", "--out", "out"]
LONG = ["run", SCENARIO, "--replicates", "2000000", "--out", "out"]
QUICK = ["run", SCENARIO, "--replicates", "200", "--weeks", "6", "--out", "out"]


@pytest.fixture
def start(tmp_path):
    """Starts a command beside this process, and ends it with the test."""
    begun = []

    def start(*arguments):
        command = [sys.executable, "-m", "sim", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        begun.append(
            subprocess.Popen(
                command, cwd=tmp_path, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        )
        return begun[-1]

    # a shell in the background leaves a Ctrl-C ignored to all that it starts; what answers one passes on none of that
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield start
    signal.signal(signal.SIGINT, usual)
    for child in begun:
        child.kill()
        child.communicate()


def wait_until(is_so, what, child=None, seconds=120.0):
    end = time.monotonic() + seconds
    while not is_so():
        assert child is None or child.poll() is None, child.communicate()
        assert time.monotonic() < end, f"{what} did not appear"
        time.sleep(0.02)


def wait_for(file, child=None):
    wait_until(file.exists, file, child)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_within_a_second_and_the_command_goes_on(counterpoise, start, tmp_path, number):
    child = start(*LARGE)
    wait_for(tmp_path / "out" / "runs" / "part-00000.parquet", child)
    child.send_signal(number)
    asked = time.monotonic()
    _, said = child.communicate(timeout=60)
    assert time.monotonic() - asked < 2, said
    assert child.returncode == 128 + number
    assert "can be read in out; the same command goes on" in said
    assert "Traceback" not in said
    found = json.loads(counterpoise("status", "out", "--json").stdout)
    assert found["state"] == "stopped"
    assert found["done"] > 8000
    assert [line["event"] for line in found["lines"]][-1] == "stopped"


def test_what_nohup_started_goes_on_when_the_terminal_ends(counterpoise, start, tmp_path):
    usual = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        child = start(*LARGE)
    finally:
        signal.signal(signal.SIGHUP, usual)
    wait_for(tmp_path / "out" / "runs" / "part-00000.parquet", child)
    child.send_signal(signal.SIGHUP)
    runs = tmp_path / "out" / "runs"
    wait_until(lambda: len(list(runs.glob("part-*.parquet"))) > 2, "a third part", child)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=60) == 128 + signal.SIGTERM


def test_terminal_that_is_closed_stops_the_command_as_its_signal_says(counterpoise, tmp_path):
    terminal, inside = os.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "sim", *LONG], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdin=inside, stdout=inside, stderr=inside, start_new_session=True,
    )  # fmt: skip
    os.close(inside)
    try:
        wait_for(tmp_path / "out" / "runs" / "part-00000.parquet", child)
        os.close(terminal)
        child.send_signal(signal.SIGHUP)
        assert child.wait(timeout=60) == 128 + signal.SIGHUP
    finally:
        child.kill()
    assert json.loads(counterpoise("status", "out", "--json").stdout)["state"] == "stopped"


def test_running_command_is_seen_from_elsewhere_and_keeps_others_out(counterpoise, start, tmp_path):
    child = start(*LONG)
    wait_for(tmp_path / "out" / "runs" / "part-00000.parquet", child)
    time.sleep(1.5)
    result = counterpoise("status", "out")
    assert result.exit_code == 3
    assert "running, " in result.stdout
    assert f"process {child.pid} on " in result.stdout
    assert "runs/s" in result.stdout
    assert "left" in result.stdout
    refused = counterpoise(*LONG)
    assert refused.exit_code == 1
    assert f"being written by another process (process {child.pid} on " in refused.stderr
    assert "--wait" in refused.stderr
    assert child.poll() is None


def test_lock_of_a_dead_process_is_taken_over_in_silence(counterpoise, start, tmp_path):
    child = start(*LONG)
    wait_for(tmp_path / "out" / "runs" / "part-00000.parquet", child)
    child.kill()
    child.wait()
    assert (tmp_path / "out" / ".lock").exists()
    assert counterpoise("status", "out").exit_code == 4
    taken = counterpoise(*QUICK, "--force")
    assert taken.exit_code == 0, taken.stderr
    assert "lock" not in taken.output
    assert not (tmp_path / "out" / ".lock").exists()


def test_wait_waits_for_the_other_process_and_hears_a_stop(counterpoise, start, tmp_path):
    first = start(*LONG)
    wait_for(tmp_path / "out" / "runs" / "part-00000.parquet", first)
    patient, stopped = start(*QUICK, "--wait", "--force"), start(*QUICK, "--wait")
    assert "waiting for another process" in stopped.stderr.readline()
    stopped.send_signal(signal.SIGINT)
    assert stopped.wait(timeout=5) == 130
    assert patient.poll() is None
    first.send_signal(signal.SIGINT)
    assert patient.wait(timeout=60) == 0, patient.communicate()
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["replicates"] == 200


def test_status_tells_complete_from_nothing(counterpoise):
    counterpoise(*QUICK)
    result = counterpoise("status", "out")
    assert result.exit_code == 0
    assert "complete, 200 of 200 runs (100.0%)" in result.stdout
    assert "complete  runs 200" in result.stdout
    assert counterpoise("status", "nowhere").exit_code == 1


def test_status_of_a_torn_log_and_a_strange_lock(counterpoise):
    counterpoise(*QUICK)
    Path("out/log.jsonl").write_bytes(b'{"time": "then", "event": "part"}\n[[[[\n{"time"')
    Path("out/.lock").write_bytes(b"\xff\xfe")
    result = counterpoise("status", "out")
    assert result.exit_code == 0, result.stderr
    assert "then  part" in result.stdout


def test_log_of_a_stranger_reaches_no_terminal_as_it_is(counterpoise):
    counterpoise(*QUICK)
    strange = "\x1b]0;owned\x07\u202e"
    line = {"time": f"now{strange}", "event": f"part{strange}", "done": 4, f"key{strange}": strange}
    with Path("out/log.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    said = counterpoise("status", "out").stdout
    assert "now" in said
    assert all(letter.isprintable() or letter == "\n" for letter in said)


def test_shards_are_run_watched_and_merged_by_commands(counterpoise):
    shards = ["run", SCENARIO, "--replicates", "200", "--weeks", "6"]
    done = counterpoise(*shards, "--shard", "1/2")
    assert done.exit_code == 0
    assert "counterpoise merge" in done.stdout
    folder = f"results/{SCENARIO}.shards"
    lacking = counterpoise("merge", folder, "--out", "out")
    assert lacking.exit_code == 1
    assert "shards 2 of 2 are missing: run counterpoise sweep SWEEP --shard 2/2" in lacking.stderr
    assert counterpoise(*shards, "--shard", "2/2").exit_code == 0
    assert counterpoise("status", folder).stdout.splitlines()[-1] == "2 shards: 200 of 200 runs (100.0%)"
    merged = counterpoise("merge", folder, "--out", "out")
    assert merged.exit_code == 0, merged.stderr
    assert "open out/dashboard.html" in merged.stdout
    counterpoise(*QUICK[:-1], "whole")
    for file in Path("whole").rglob("*.parquet"):
        assert file.read_bytes() == Path("out", file.relative_to("whole")).read_bytes()


def test_plan_says_what_a_sweep_takes_and_runs_nothing(counterpoise):
    result = counterpoise("sweep", "arms-policy", "--plan", "--replicates", "300")
    assert result.exit_code == 0, result.stderr
    assert "runs        4,200" in result.stdout
    assert not Path("results").exists()


def test_extend_by_command(counterpoise):
    counterpoise(*QUICK)
    more = [*QUICK, "--replicates", "210"]
    refused = counterpoise(*more)
    assert refused.exit_code == 1
    assert "replicates from 200 to 210" in refused.stderr
    assert "--out out-2, add to them with --extend" in refused.stderr
    assert counterpoise(*more, "--extend").exit_code == 0
    assert "is complete" in counterpoise(*more).stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--shard", "3/2"], "must be I/N"),
        (["--most-failures", "2"], "--most-failures"),
        (["--engine", "abacus"], "must be one of ensemble, mesa"),
        (["--time-limit", "-1"], "--time-limit"),
        (["--time-limit", "0", "--engine", "mesa"], "must be a positive number of seconds"),
        (["--cluster", ""], "must be an address"),
        (["--cluster", "tcp://nowhere:8786", "--threads", "2"], "is for the ensemble on this machine"),
        (["--shard", ""], "must be I/N"),
        (["--time-limit", "5"], "is for Mesa runs in processes of this machine"),
        (["--model", "nowhere:Model"], "cannot be imported"),
        (["--model", "nowhere", "--engine", "mesa"], "must be package.module:Class"),
        (["--processes", "2"], "is for Mesa runs in processes of this machine"),
        (["--cluster", "nowhere"], "must be an address"),
        (["--cluster", "tcp://nowhere:8786", "--mpi"], "does not go with --cluster"),
        (["--shard", "1/2", "--extend"], "cannot be combined"),
    ],
)
def test_faulty_option_is_one_clear_error(counterpoise, options, said):
    result = counterpoise("run", SCENARIO, *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.fixture
def unlucky(monkeypatch):
    """Every fiftieth run fails."""
    from dataclasses import replace

    from sim.execution import engine

    usual = engine.Engine.blocks

    def failing(self, chunks, stop):
        for block in usual(self, chunks, stop):
            lost = ((block.first + i) % 50 == 0 for i in range(len(block.failure)))
            yield replace(block, failure=tuple("no luck" if unlucky else None for unlucky in lost))

    monkeypatch.setattr(engine.Engine, "blocks", failing)


def test_no_failure_at_all_may_be_asked_for(counterpoise, unlucky):
    assert counterpoise(*QUICK, "--most-failures", "0").exit_code == 1


def test_too_many_failures_stop_and_the_same_command_goes_on(counterpoise, unlucky):
    result = counterpoise(*QUICK, "--most-failures", "0.01")
    assert result.exit_code == 1
    assert "4 of 200 runs failed (2%), more than the chosen 1%" in result.stderr
    assert counterpoise(*QUICK, "--most-failures", "0.5").exit_code == 0
    assert json.loads(Path("out/manifest.json").read_text())["failures"] == 4
