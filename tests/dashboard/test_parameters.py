"""The table of parameters: figures beside values, and constants apart from assumptions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sim.dashboard import write_dashboard
from sim.dashboard.parameters import RECORDS
from sim.quantities import Record, quantities

SALIENCE, GOAL, POLICY = "contests.NK.parties.RUS.salience", "contests.NK.parties.RUS.goal", "states.RUS.arms_policy"
PLAIN = {"unit": "share", "source": "assumption", "note": "a try", "where": "default"}
CONSTANT = {**PLAIN, "value": -9.0, "range": [-9.0, -9.0]}


@pytest.fixture(scope="module")
def page(synthetic: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Text of a page with a figure, a goal that is none, and a policy."""
    results = synthetic.folder(replicates=2, weeks=4)
    results.manifest["scenario"]["numbers"] |= {
        SALIENCE: {**PLAIN, "value": 0.85, "figure": 0.9, "range": [0.7, 1.0]},
        GOAL: CONSTANT,
        POLICY: {**CONSTANT, "value": 1.0, "range": [1.0, 1.0], "unit": "policy"},
    }
    folder: Path = synthetic.write(tmp_path_factory.mktemp("parameters"), results)
    return write_dashboard(folder).read_text(encoding="utf-8")


def cells(page: str, path: str) -> list[str]:
    """Texts of one row, its kind first."""
    kind, row = re.findall(
        rf'<tr data-kind="(\w+)">(<th scope="row">[^\n]*<code>{re.escape(path)}</code>.*?)</tr>', page
    )[0]
    return [kind, *re.findall(r"<td[^>]*>(.*?)</td>", row)]


def test_figure_stands_beside_the_value(page: str) -> None:
    assert cells(page, SALIENCE)[:4] == ["assumption", "0.85", "0.9", "0.7 to 1"]
    assert "source and note speak of the figure" in page


@pytest.mark.parametrize(("path", "word"), [(GOAL, "none"), (POLICY, "both")])
def test_what_has_no_range_is_a_constant_in_words(page: str, path: str, word: str) -> None:
    assert cells(page, path)[:4] == ["constant", word, "", ""]
    assert re.search(r"<strong>\d+</strong> constants", page)


MOST_LETTERS = 50
JARGON = re.compile(r"1/e|θ|logit")


@pytest.mark.parametrize("record", [one for records in RECORDS.values() for one in records])
def test_a_number_is_named_in_few_plain_words_of_its_own(record: type[Record]) -> None:
    names = [one.meaning for one in quantities(record).values()]
    assert [name for name in names if len(name) > MOST_LETTERS or JARGON.search(name)] == []
    assert len(set(names)) == len(names)
