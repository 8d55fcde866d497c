"""A page of earlier results is never presented as one of the present ones."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shared import ROOT

from sim import simulate
from sim.cli import console
from sim.dashboard import write_dashboard
from sim.dashboard.page import page
from sim.results.results import Results

SCENARIO = "two-rivals-one-patron"
QUICK = ["run", SCENARIO, "--replicates", "20", "--weeks", "6", "--out", "out"]


def runs_on(file):
    """Simulated histories that a page says it is of."""
    return int(re.search(r"([\d,]+) runs?, each a simulated history", file.read_text())[1].replace(",", ""))


def test_page_carries_the_seal_of_its_results_and_stays_the_same_text(tmp_path):
    results = simulate(SCENARIO, 20, weeks=6, out=tmp_path / "out")
    text = page(results)
    assert f'<meta name="counterpoise-results" content="{results.manifest["seal"]}">' in text
    assert write_dashboard(tmp_path / "out").read_text() == text == page(Results.open(tmp_path / "out"))


def test_page_is_of_the_present_runs_after_an_extension_in_python(counterpoise):
    counterpoise(*QUICK)
    simulate(SCENARIO, 30, weeks=6, out="out", extend=True)
    assert not Path("out/dashboard.html").exists()
    assert "open out/dashboard.html" in counterpoise(*QUICK, "--replicates", "30").stdout
    assert runs_on(Path("out/dashboard.html")) == 30


@pytest.mark.parametrize("harm", ["empty", "cut", "of other results", "without a mark", "link", "pipe"])
def test_page_that_is_not_of_these_results_is_drawn_again(counterpoise, harm):
    counterpoise(*QUICK)
    file = Path("out/dashboard.html")
    whole, other = file.read_bytes(), simulate(SCENARIO, 19, weeks=6, out="other")
    file.unlink()
    if harm == "pipe":
        os.mkfifo(file)
    elif harm == "link":
        file.symlink_to(write_dashboard(other.folder).resolve())
    else:
        harmed = {"empty": b"", "cut": whole[:-100], "without a mark": re.sub(b"<meta name=.counter[^>]*>", b"", whole)}
        file.write_bytes(harmed.get(harm) or b"" if harm in harmed else page(other).encode())
    assert "open out/dashboard.html" in counterpoise(*QUICK).stdout
    assert file.read_bytes() == whole
    assert not file.is_symlink()


def test_page_of_results_that_are_there_is_left_alone(counterpoise):
    counterpoise(*QUICK)
    before = Path("out/dashboard.html").stat()
    counterpoise(*QUICK)
    after = Path("out/dashboard.html").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_page_that_is_not_drawn_unasked_is_said_to_be_old(counterpoise, monkeypatch):
    monkeypatch.setattr(console, "MOST_DRAWN", 10)
    assert "counterpoise dashboard out draws their page" in counterpoise(*QUICK).stdout
    counterpoise("dashboard", "out")
    assert counterpoise(*QUICK).stdout.splitlines()[-1] == "open out/dashboard.html"
    Path("out/dashboard.html").write_text("<!doctype html><html>of an earlier version</html>")
    assert "out/dashboard.html is of earlier runs" in counterpoise(*QUICK).stdout
    more = counterpoise(*QUICK, "--replicates", "30", "--extend").stdout
    assert "counterpoise dashboard out draws their page" in more
    assert "open" not in more


def test_page_is_of_the_present_runs_after_an_extension_was_killed(counterpoise, tmp_path):
    counterpoise("run", "post-soviet-2020", "--replicates", "20", "--out", "out")
    more = ["run", "post-soviet-2020", "--replicates", "2000000", "--out", "out", "--extend"]
    child = subprocess.Popen(
        [sys.executable, "-m", "sim", *more], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    end = time.monotonic() + 120
    while len(list(Path("out/runs").glob("part-*.parquet"))) < 3:
        assert child.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not Path("out/dashboard.html").exists()
    assert counterpoise("dashboard", "out").exit_code == 0
    assert runs_on(Path("out/dashboard.html")) > 20


def test_page_that_cannot_be_drawn_again_spoils_no_results_that_are_there(counterpoise):
    counterpoise(*QUICK)
    page = Path("out/dashboard.html")
    page.unlink()
    page.mkdir()
    again = counterpoise(*QUICK)
    assert again.exit_code == 0
    assert "warning: out/dashboard.html cannot be written" in again.stderr
    assert "out is complete" in again.stdout
    assert "open out" not in again.stdout
