"""Tables are whole: every row and every column that the figure has, with their count."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import sweep
from sim.dashboard import write_dashboard

pytestmark = pytest.mark.quick


def with_tables(opened: Callable[..., Any], file: Path) -> Any:
    """A page whose tables are all open."""
    page = opened(file)
    page.evaluate("document.querySelectorAll('details[data-table]').forEach((one) => { one.open = true; })")
    return page


KEPT = "URL.createObjectURL = (file) => { window.saved = file; return '#'; }; HTMLAnchorElement.prototype.click = () => {};"
"""Keep what would be downloaded: Chromium drops the eleventh of many files in a row, and others test downloads."""
SAVED = "(anchor) => { document.querySelector(`[data-csv='${anchor}']`).click(); return window.saved.text(); }"


@pytest.mark.parametrize("which", ["run_page", "sweep_page"])
def test_every_table_has_every_row_of_its_figure(which: str, request: Any, opened: Callable[..., Any]) -> None:
    page = with_tables(opened, request.getfixturevalue(which))
    page.evaluate(KEPT)
    anchors = page.evaluate("[...document.querySelectorAll('details[data-table]')].map((one) => one.dataset.table)")
    assert anchors
    for anchor in anchors:
        table = page.locator(f'details[data-table="{anchor}"] table')
        table.wait_for()
        shown = table.locator("tbody tr").count()
        note = table.locator("caption").text_content()
        assert note.startswith(f"{shown} row")
        rows = list(csv.reader(io.StringIO(page.evaluate(SAVED, anchor), newline="")))
        assert table.locator("thead th").count() == len(rows[0])
        if "the CSV file has all" in note:  # a week of all, and the week is named
            assert (len(rows) - 1) % shown == 0
            assert f"has all {(len(rows) - 1) // shown} weeks" in note
        else:
            assert shown == len(rows) - 1


def test_thinned_weeks_are_said_with_their_count(opened: Any, synthetic: Any, tmp_path: Path) -> None:
    page = opened(write_dashboard(synthetic.write(tmp_path, synthetic.folder(replicates=2, weeks=150))))
    page.locator("#matrix-alignment details").evaluate("(one) => { one.open = true; }")
    note = page.locator("#matrix-alignment caption")
    note.wait_for()
    assert "the CSV file has 120 of 150 weeks, evenly spaced" in note.text_content()
    page.locator("#crisis-NK details[data-table]").evaluate("(one) => { one.open = true; }")
    page.locator("#crisis-NK caption").wait_for()
    assert page.locator("#crisis-NK [data-table] tbody tr").count() == 150


def test_comparison_of_many_versions_lists_them_all(opened: Any, tmp_path: Path) -> None:
    head = "name: many\nscenario: two-rivals-one-patron\nweeks: 3\nreplicates: 2\n"
    (tmp_path / "many.yaml").write_text(f"{head}factors: [{{path: weights.order, values: {list(range(14))}}}]\n")
    page = opened(write_dashboard(Path(str(sweep(tmp_path / "many.yaml", out=tmp_path / "out").folder))))
    table = page.locator("#comparison [id^=compare-] details[data-table]").first
    table.evaluate("(one) => { one.open = true; }")
    table.locator("tbody tr").first.wait_for()
    assert table.locator("tbody tr").count() == 14
