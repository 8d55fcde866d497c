"""`counterpoise compare`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from sim import Results, load_scenario, simulate
from sim.cli import app

pytestmark = pytest.mark.quick

SCENARIO = "two-rivals-one-patron"
QUICK = ["--resamples", "200"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two folders that differ in one number, and a third of another seed that was stopped."""
    root = tmp_path_factory.mktemp("results")
    scenario = load_scenario(SCENARIO).with_({"weeks": 6})
    moved = scenario.with_({"contests.VAL.control": 0.6})
    simulate(scenario, 40, out=root / "one")
    simulate(moved, 40, out=root / "two")
    simulate(scenario, 40, seed=2, out=root / "three")
    return root


def compare(*arguments):
    result = CliRunner().invoke(app, ["compare", *map(str, arguments)], prog_name="counterpoise")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_table_names_differences_and_notes_what_they_rest_on(folders):
    result = compare(folders / "one", folders / "two", *QUICK, "--rows", "5")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0].split("\t")[:5] == ["outcome", "measure", "first", "second", "difference"]
    assert len(lines) == 6
    assert any(line.startswith("control.VAL:") and line.endswith("distinguishable") for line in lines)
    for words in ("paired runs:", "40 pairs of runs", "Holm (1979)", "more rows with --rows"):
        assert words in result.stderr


def test_folder_differs_from_itself_in_nothing(folders):
    rows = json.loads(compare(folders / "one", folders / "one", *QUICK, "--json").stdout)["rows"]
    assert len(rows) > 20
    assert all(row["difference"] == row["low"] == row["high"] == 0 and not row["distinguishable"] for row in rows)


def test_json_and_csv_hold_all_rows(folders, tmp_path):
    result = compare(folders / "one", folders / "two", *QUICK, "--json", "--csv", tmp_path / "all.csv", "--rows", "1")
    found = json.loads(result.stdout)
    table = pd.read_csv(tmp_path / "all.csv")
    assert found["kind"] == "paired runs"
    assert table["outcome"].tolist() == [row["outcome"] for row in found["rows"]]
    assert len(table) > 20


def test_number_that_differs_by_rounding_makes_no_difference(folders, tmp_path):
    scenario = load_scenario(SCENARIO).with_({"weeks": 6})
    for name, control in (("near", 0.3), ("nearer", 0.1 + 0.2)):
        simulate(scenario.with_({"contests.VAL.control": control}), 40, out=tmp_path / name)
    sides = [Results.open(tmp_path / name).runs["control.VAL:final"] for name in ("near", "nearer")]
    assert 0 < (sides[1] - sides[0]).abs().max() < 1e-15
    rows = json.loads(compare(tmp_path / "near", tmp_path / "nearer", *QUICK, "--json").stdout)["rows"]
    assert len(rows) > 20
    assert not any(row["difference"] or row["distinguishable"] for row in rows)
    printed = compare(tmp_path / "near", tmp_path / "nearer", *QUICK).stdout.splitlines()[1:]
    assert {line.split("\t")[4] for line in printed} == {"0"}


@pytest.mark.parametrize("width", [30, 80, 300])
@pytest.mark.parametrize("command", ["compare", "sources"])
def test_table_on_a_terminal_is_never_cut(folders, monkeypatch, width, command):
    """Whatever its width, every cell of the lines for programs stands there, if on several lines."""
    arguments = (
        ["compare", str(folders / "one"), str(folders / "two"), *QUICK] if command == "compare" else [command, SCENARIO]
    )
    cells = CliRunner().invoke(app, arguments).stdout.partition("\n")[2].split()
    monkeypatch.setattr(Console, "is_terminal", True)
    monkeypatch.setenv("COLUMNS", str(width))
    shown = re.sub(r"\x1b\[\d*m", "", CliRunner().invoke(app, arguments).stdout)
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown
    assert "..." not in shown
    bare = "".join(letter for letter in shown if not letter.isspace() and letter not in "│┃")
    assert len(cells) > 50
    assert not [word for word in cells if word not in bare]


def test_outcomes_are_chosen_by_pattern(folders):
    result = compare(
        folders / "one", folders / "two", *QUICK, "--outcomes", "control.*", "--outcomes", "truces*", "--json"
    )
    names = {row["outcome"].split(".")[0] for row in json.loads(result.stdout)["rows"]}
    assert names == {"control", "truces", "truces_broken"}


def test_other_seeds_are_not_paired_and_that_is_said(folders):
    result = compare(folders / "one", folders / "three", *QUICK, "--correction", "bh")
    assert "independent runs" in result.stderr
    assert "seeds 1 and 2 differ" in result.stderr
    assert "Benjamini & Hochberg (1995)" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["one", "none"], "is no results folder", 1),
        (["one", "two", "--outcomes", "contrl.*"], "did you mean control.VAL", 2),
        (["one", "two", "--correction", "tukey"], "must be one of holm, bh, none", 2),
        (["one", "two", "--unit", "week"], "must be one of replicate, point", 2),
        (["one", "two", "--resamples", "200", "--csv", "missing/all.csv"], "give another file with --csv", 1),
    ],
)
def test_mistakes_are_told_without_a_traceback(folders, monkeypatch, arguments, said, code):
    monkeypatch.chdir(folders)
    result = compare(*arguments)
    assert result.exit_code == code
    assert said in result.output


def test_outcomes_that_only_one_folder_has_are_refused(folders):
    with_other = load_scenario("nagorno-karabakh-2020").with_({"weeks": 2})
    simulate(with_other, 2, out=folders / "other")
    result = compare(folders / "one", folders / "other", "--outcomes", "control*")
    assert result.exit_code == 2
    assert "must name an outcome of both" in result.output


def test_a_page_shows_both_folders_side_by_side(folders, tmp_path):
    result = compare(folders / "one", folders / "two", *QUICK, "--page", tmp_path / "both.html")
    text = (tmp_path / "both.html").read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert "What differs most from “one”?" in text
    assert "In two, contests.VAL.control is 0.6 instead of" in text
