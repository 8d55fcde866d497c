"""What commands print and where: JSON, silence, a standard output that takes nothing, text that a terminal could obey."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import ROOT

from sim import Results
from sim.errors import visible

SCENARIO = "two-rivals-one-patron"
RUN = ["run", SCENARIO, "--replicates", "8", "--weeks", "4", "--out", "out"]
SWEEP = f"""
name: few
scenario: {SCENARIO}
weeks: 4
replicates: 4
factors: [{{path: weights.order, values: [1, 2]}}]
"""
EVIL = r"A \e[2J\e]0;pwned\a\x9b1m title \u202e\u2028"
CONFIG = f"""
name: evil
title: "{EVIL}"
start: 2031-03-01
weeks: 4
states:
  UPP: {{name: "Up {EVIL}", capability: {{value: 1, range: [0.8, 1.2], source: assumption, note: "{EVIL}"}}}}
  DEL: {{name: "Delta", capability: {{value: 2, range: [1.5, 2.5], source: assumption, note: twice}}}}
contests:
  DAM: {{name: "Dam {EVIL}", challenger: DEL, holder: UPP}}
"""


@pytest.fixture
def counterpoise(counterpoise):
    """The command in a folder with a small sweep."""
    Path("few.yaml").write_text(SWEEP)
    return counterpoise


def test_run_gives_one_json_object(counterpoise):
    found = json.loads(counterpoise(*RUN, "--json").stdout)
    assert (found["folder"], found["dashboard"]) == ("out", "out/dashboard.html")
    assert (found["runs"], found["points"], found["failures"], found["found"]) == (8, 1, 0, False)
    assert found["warnings"] == []
    assert all(finding["title"] and finding["text"] for finding in found["findings"])
    assert len(found["findings"]) > 1
    assert any("Without any model" in said for finding in found["findings"] for said in finding["beside"])
    again = json.loads(counterpoise(*RUN, "--json").stdout)
    assert again == found | {"found": True}


def test_sweep_and_its_plan_give_one_json_object(counterpoise):
    plan = json.loads(counterpoise("sweep", "few.yaml", "--plan", "--json").stdout)
    assert (plan["points"], plan["runs"]) == (2, [8, 8])
    assert plan["seconds"][0] > 0
    found = json.loads(counterpoise("sweep", "few.yaml", "--no-dashboard", "--json").stdout)
    assert (found["points"], found["runs"], found["dashboard"]) == (2, 8, None)
    shard = json.loads(counterpoise("sweep", "few.yaml", "--shard", "1/2", "--json").stdout)
    assert shard["shard"]["of"] == 2


def test_guide_says_what_every_key_holds(counterpoise):
    guide = (ROOT / "sim" / "guide" / "commands.md").read_text(encoding="utf-8")
    commands = [
        [*RUN, "--json"],
        ["sweep", "few.yaml", "--plan", "--json"],
        ["check", SCENARIO, "--json"],
        ["sources", SCENARIO, "--json"],
    ]
    for command in commands:
        found = json.loads(counterpoise(*command).stdout)
        inner = [
            key
            for value in found.values()
            if isinstance(value, list)
            for one in value
            if isinstance(one, dict)
            for key in one
        ]
        assert len(found) >= 2
        assert not [key for key in (*found, *inner) if f"`{key}`" not in guide]


def test_check_gives_one_json_object_with_all_faults(counterpoise):
    Path("bad.yaml").write_text("name: bad\nstats: {}\nstart: soon\n")
    result = counterpoise("check", SCENARIO, "bad.yaml", "few.yaml", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 2
    assert found["good"] is False
    assert [one["good"] for one in found["files"]] == [True, False, True]
    faults = found["files"][1]["faults"]
    assert {"bad.yaml:2", "bad.yaml:3"} <= {fault["where"] for fault in faults}
    assert set(faults[0]) == {"where", "path", "rule", "found", "remedy"}
    assert json.loads(counterpoise("check", SCENARIO, "--json").stdout)["good"] is True


def test_sources_gives_one_json_object(counterpoise):
    from sim import load_scenario

    found = json.loads(counterpoise("sources", SCENARIO, "--json").stdout)
    scenario = load_scenario(SCENARIO)
    assert [row["path"] for row in found["numbers"]] == list(scenario.numbers)
    assert sum(found["counts"].values()) == len(scenario.numbers)
    values = {row["path"]: row["value"] for row in found["numbers"]}
    assert values["contests.VAL.control"] == scenario.numbers["contests.VAL.control"].value
    assert values["states.ALD.arms_policy"] == "endogenous"


@pytest.mark.parametrize("command", [RUN, ["sweep", "few.yaml"]])
def test_quiet_prints_nothing(counterpoise, command):
    result = counterpoise(*command, "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert "failed" not in counterpoise(*command, "--quiet").output


def test_quiet_keeps_errors(counterpoise):
    counterpoise(*RUN)
    assert "seed from 1 to 2" in counterpoise(*RUN, "--seed", "2", "--quiet").stderr


@pytest.mark.parametrize("command", [RUN, ["sweep", "few.yaml", "--out", "out"]])
def test_no_page_is_drawn_unless_wanted(counterpoise, command):
    result = counterpoise(*command, "--no-dashboard")
    assert result.exit_code == 0
    assert "8 runs in out; counterpoise dashboard out draws their page" in result.stdout
    assert not Path("out/dashboard.html").exists()
    assert counterpoise("dashboard", "out").exit_code == 0
    assert Path("out/dashboard.html").exists()


def start(*arguments: str, folder: Path, stdout) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim", *arguments], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=300, check=False,
    )  # fmt: skip


COMMANDS = [RUN, ["sources", SCENARIO], ["check", SCENARIO], ["schema"], ["configs"], ["--version"], ["--help"]]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_full_standard_output_is_one_clear_line(tmp_path, command):
    with Path("/dev/full").open("w") as full:
        done = start(*command, folder=tmp_path, stdout=full)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[-1] == (
        "error: standard output cannot be written (No space left on device); results that were stored are safe"
    )
    assert "Traceback" not in done.stderr
    if command is RUN:
        assert len(Results.open(tmp_path / "out").runs) == 8


@pytest.mark.parametrize("command", COMMANDS[:-2], ids=lambda command: command[0])
def test_closed_pipe_is_one_clear_line_and_the_code_of_its_signal(tmp_path, command):
    read, write = os.pipe()
    os.close(read)
    try:
        done = start(*command, folder=tmp_path, stdout=write)
    finally:
        os.close(write)
    assert done.returncode == 141
    assert "standard output cannot be written (Broken pipe)" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_standard_error_that_takes_nothing_stops_no_run(tmp_path):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sim", *RUN], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=full, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert done.returncode == 0
    assert "open out/dashboard.html" in done.stdout


@given(st.text())
def test_visible_text_holds_nothing_that_a_terminal_obeys(text):
    shown = visible(text)
    assert all(letter.isprintable() or letter.isspace() for letter in shown)
    assert len(shown.splitlines()) <= 1
    if text.isprintable():
        assert shown == text


STRANGE = [
    ["check", "evil.yaml"],
    ["check", "no\x1b[2J\u202efile.yaml"],
    ["sources", "evil.yaml"],
    ["sources", "evil.yaml", "--json"],
    ["run", "evil.yaml", *RUN[2:]],
    ["run", "evil.yaml", *RUN[2:], "--json"],
    ["run", "evil.yaml", "--set", "states.UPP.\x1b[2J=1"],
    ["status", "no\x1b[2J"],
    ["configs", "copy", "evil.yaml/\x1b[2J"],
]


@pytest.mark.parametrize("command", STRANGE, ids=lambda command: " ".join(command[:2]))
@pytest.mark.parametrize("terminal", [False, True])
def test_no_command_prints_what_a_terminal_obeys(counterpoise, monkeypatch, command, terminal):
    from rich.console import Console

    Path("evil.yaml").write_text(CONFIG)
    if terminal:
        monkeypatch.setattr(Console, "is_terminal", True)
        monkeypatch.setenv("TERM", "dumb")  # in which tables have no colours of their own
    said = counterpoise(*command).output
    assert said
    assert all(letter.isprintable() or letter in "\n\t" for letter in said)
