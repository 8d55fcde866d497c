"""The page as a file: the same each time, closed to the network, and readable without what a folder lacks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sim.dashboard.encode import embedded_json, script_hash
from sim.dashboard.page import page

pytestmark = pytest.mark.quick


def test_the_same_results_give_the_same_bytes(run_page: Path) -> None:
    from sim.dashboard import write_dashboard

    before = run_page.read_bytes()
    assert write_dashboard(run_page.parent).read_bytes() == before


def test_policy_allows_the_pages_own_scripts_and_nothing_else(run_page: Path) -> None:
    text = run_page.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1).replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(script) == 1
    assert script_hash(script[0]) in policy


def test_page_of_a_small_run_stays_below_its_budget(run_page: Path) -> None:
    assert run_page.stat().st_size < 6_000_000


def test_no_half_written_page_is_left_behind(run_page: Path) -> None:
    assert [file.name for file in run_page.parent.glob("dashboard*")] == ["dashboard.html"]


def test_json_in_the_page_cannot_end_its_block() -> None:
    said = embedded_json({"name": "</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(said)


def test_a_folder_without_series_and_reasons_has_findings_and_numbers(synthetic) -> None:
    results = synthetic.folder(replicates=6, weeks=8)
    bare = replace(results, series=pd.DataFrame(), reasons=pd.DataFrame())
    text = page(bare)
    assert 'id="findings"' in text
    assert 'id="numbers"' in text
    assert 'id="crises"' not in text
    assert 'id="why"' not in text


def test_a_scenario_without_a_map_shows_none(synthetic) -> None:
    results = synthetic.folder(replicates=6, weeks=8)
    del results.manifest["scenario"]["map"]  # as in folders from before there were maps
    text = page(results)
    assert 'id="alignment"' in text
    assert 'id="map"' not in text


def test_runs_of_a_world_in_which_nothing_happens_are_not_called_missing(synthetic) -> None:
    results = synthetic.folder(replicates=6, weeks=8)
    results.manifest["scenario"]["structure"] |= {"contests": [], "clients": [], "patrons": []}
    text = page(replace(results, reasons=results.reasons.iloc[:0]))
    assert "There is no finished run" not in text
    assert "nothing is disputed in it" in text


def test_a_folder_without_a_finished_run_says_so(synthetic) -> None:
    results = synthetic.folder(replicates=4, weeks=6)
    failed = replace(results, runs=results.runs.assign(failure="not finite"), series=results.series.iloc[:0])
    assert "There is no finished run in this folder." in page(failed)


def test_only_safe_links_are_links(run_page: Path) -> None:
    text = run_page.read_text()
    assert 'href="https://www.sipri.org/"' in text
    assert 'href="javascript:' not in text


def test_nothing_is_shared_with_a_server(run_page: Path) -> None:
    assert "showSendToCloud: false" in run_page.read_text()
