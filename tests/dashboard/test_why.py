"""Why they did it: inertia is no reason of the case, and sentence, key, figure and table name the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.dashboard.words import INERTIA, REASON_WORDS

SAID = "document.getElementById('why-said').textContent"
KEY = "[...document.querySelectorAll('#why-key li')].map((one) => one.textContent)"
DRAWN = "document.getElementById('plot-why-postures').data.map((trace) => trace.name).filter(Boolean)"


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


@pytest.mark.parametrize("which", ["run_page", "sweep_page"])
def test_what_the_sentence_names_has_a_colour_of_its_own(which: str, request: Any, opened: Callable[..., Any]) -> None:
    page = opened(request.getfixturevalue(which))
    inert = {lowered(REASON_WORDS[term]) for term in INERTIA}
    terms = {lowered(words) for words in REASON_WORDS.values()}
    named_once = False
    for case in range(page.locator("#case option").count()):
        page.locator("#case").select_option(str(case))
        for posture in range(page.locator("#posture option").count()):
            page.locator("#posture").select_option(str(posture))
            named = set(re.findall(r"“([^”]*)”", page.evaluate(SAID))) & terms
            key = [lowered(words) for words in page.evaluate(KEY)]
            assert named <= set(key)
            assert not named & inert
            assert key == [lowered(words) for words in page.evaluate(DRAWN)]
            assert key[-1].startswith("inertia")
            assert not inert & set(key)
            named_once = named_once or bool(named)
    assert named_once


def test_table_and_figure_give_the_same_quantity(run_page: Path, opened: Callable[..., Any]) -> None:
    page = opened(run_page)
    page.evaluate("document.querySelectorAll('#why details[data-table]').forEach((one) => { one.open = true; })")
    page.locator("#why-postures tbody tr").first.wait_for()
    rows = page.evaluate(
        "[...document.querySelectorAll('#why-postures tbody tr')].map((row) => [...row.cells].map((one) => one.textContent))"
    )
    balance = page.evaluate("(place) => balance(place)", 1)
    assert float(rows[1][2]) == pytest.approx(balance, abs=0.0006)
    assert float(rows[0][2]) == 0
    assert sum(float(value) for value in rows[1][3:]) == pytest.approx(balance, abs=0.01)
    week = page.evaluate("document.getElementById('plot-why-weeks').data.at(-1).y[0]")
    first = page.evaluate("document.querySelector('#why-weeks tbody tr').cells[3].textContent")
    assert float(first) == pytest.approx(week, abs=0.0006)
