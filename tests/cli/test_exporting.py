"""Files that a command writes because it was asked to: never through a link, and no cell of theirs is a formula."""

from __future__ import annotations

import os

import pandas as pd
import pytest

from sim import simulate
from sim.cli.table import csv_of

pytestmark = pytest.mark.quick

SCENARIO = "two-rivals-one-patron"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return simulate(SCENARIO, 20, weeks=6, out=tmp_path_factory.mktemp("results") / "out").folder


@pytest.fixture(params=["compare", "schema"])
def ask(request, folder, counterpoise):
    """Ask a command to write a file."""
    if request.param == "schema":
        return lambda file: counterpoise("schema", "--out", file)
    return lambda file: counterpoise("compare", folder, folder, "--resamples", "100", "--csv", file)


def test_file_that_was_asked_for_takes_the_place_of_an_older_one(ask, tmp_path):
    (tmp_path / "file").write_text("old")
    assert ask(tmp_path / "file").exit_code == 0
    assert len((tmp_path / "file").read_text()) > 1000
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("strange", ["link", "link to nowhere", "pipe", "folder"])
def test_nothing_is_written_through_what_is_no_ordinary_file(ask, tmp_path, strange):
    victim, file = tmp_path / "victim", tmp_path / "file"
    if strange == "link":
        victim.write_text("mine")
    if strange == "pipe":
        os.mkfifo(file)
    elif strange == "folder":
        file.mkdir()
    else:
        file.symlink_to(victim)
    result = ask(file)
    assert result.exit_code == 1
    assert f"{file} cannot be written (is " in result.stderr
    assert victim.exists() == (strange == "link")
    assert not victim.exists() or victim.read_text() == "mine"
    assert file.is_symlink() == strange.startswith("link")


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\ufeff", "\t"])
@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_cell_of_a_csv_is_a_formula(blank, sign):
    text = f"{blank}{sign}HYPERLINK(1)"
    lines = csv_of(pd.DataFrame({"outcome": [text, "plain"], text: [-1.5, 2.0]})).splitlines()
    assert lines == [f"outcome,'{text}", f"'{text},-1.5", "plain,2.0"]
