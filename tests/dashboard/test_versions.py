"""Versions compared: questions, the matrix of differences, and each difference over time, of designs and of two folders."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from made_pages import address_at_rest, go, until
from made_sets import make_sets

from sim import load_scenario, simulate, together
from sim.dashboard.evidence import Evidence, gather
from sim.dashboard.page import page_of
from sim.dashboard.sections.comparison.fan import APART, fans
from sim.dashboard.sections.questions.choice import questions
from sim.errors import ResultsError

BASE = "two-rivals-one-patron"
NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?%?")
ASKED = [
    "What differs most from", "Does it change how it ends in", "Does the influence of", "What does not change?",
    "How sure is that?", "Where do the numbers come from?",
]  # fmt: skip
REPLICATES, WEEKS = 12, 10
CONTROL = "control.VAL:final"


@pytest.fixture(scope="module")
def sides() -> tuple[Any, Any, Any]:
    """Results of one scenario, of one with another number, and of the second with another seed."""
    scenario = load_scenario(BASE).with_({"weeks": WEEKS})
    moved = scenario.with_({"contests.VAL.control": 0.6})
    return simulate(scenario, REPLICATES), simulate(moved, REPLICATES), simulate(moved, REPLICATES, seed=2)


@pytest.fixture(scope="module")
def paired(sides: tuple[Any, Any, Any]) -> Evidence:
    """The first two, put together."""
    return gather(together(sides[:2]))


@pytest.fixture(scope="module")
def apart(sides: tuple[Any, Any, Any]) -> Evidence:
    """Two of different seeds, put together."""
    return gather(together(sides[::2]))


def effect_on(evidence: Evidence, column: str) -> Any:
    """Difference of an outcome between two folders."""
    assert evidence.versions is not None
    return next(one for one in evidence.versions.effects if one.outcome.column == column)


def test_a_page_of_two_folders_answers_what_differs(paired: Evidence) -> None:
    found = questions(paired)
    assert [one.asked.startswith(stem) for one, stem in zip(found, ASKED, strict=True)] == [True] * len(ASKED)
    matrix = re.search(r'<figure id="differences".*?</figure>', page_of(paired), re.DOTALL)
    assert matrix is not None
    linked = set(NUMBER.findall(html.unescape(matrix[0])))
    told = [one for one in found if one.anchor == "differences"]
    assert len(told) == 4
    for one in told:
        assert set(NUMBER.findall(one.answer)) <= linked, one.asked
        headings = {heading for heading, _ in one.sure}
        assert headings - {"Intervals of"} == {"Chance", "Assumptions", "Pairs", "Simple rule"}
        assert ("Intervals of" in headings) is (len(one.chart.rows) > 1)
    assert dict(found[0].sure)["Assumptions"].startswith("unknown")


def test_differences_are_those_of_pairs_or_of_means(
    sides: tuple[Any, Any, Any], paired: Evidence, apart: Evidence
) -> None:
    one, two, other = (side.runs[CONTROL].to_numpy() for side in sides)
    found = effect_on(paired, CONTROL)
    half = 2.200985 * (two - one).std(ddof=1) / np.sqrt(REPLICATES)  # Student's t with 11 degrees of freedom
    assert (found.kind, found.estimate.value) == ("pairs", pytest.approx((two - one).mean()))
    assert found.estimate.high - found.estimate.value == pytest.approx(half, rel=1e-4)
    assert paired.versions is not None
    wide = paired.versions.without_pairs(found)
    assert wide.value == pytest.approx(found.estimate.value)
    assert wide.high - wide.value == pytest.approx(
        2.200985 * np.hypot(*(side.std(ddof=1) for side in (one, two))) / np.sqrt(REPLICATES), rel=1e-4
    )
    found = effect_on(apart, CONTROL)
    assert (found.kind, found.estimate.value) == ("apart", pytest.approx(other.mean() - one.mean()))
    assert dict(questions(apart)[0].sure)["Pairs"] == "none: seeds differ"
    assert "not paired" in questions(apart)[4].answer


def test_a_fan_is_of_the_differences_of_pairs_week_by_week(sides: tuple[Any, Any, Any], paired: Evidence) -> None:
    assert paired.versions is not None
    found = effect_on(paired, CONTROL)
    weeks = [side.series.pivot(index="week", columns="replicate", values="control.VAL") for side in sides[:2]]
    moved = 100 * (weeks[1] - weeks[0])
    drawn = fans(paired.versions)
    figure = drawn.slot.points[drawn.places[found]]
    assert figure is not None
    for part, name in ((0.05, "5%"), (0.25, "25%"), (0.5, "median"), (0.75, "75%"), (0.95, "95%")):
        column = figure.columns[f"Difference, percentage points, {name}"]
        assert column == pytest.approx(moved.quantile(part, axis=1).to_list(), abs=1e-3)
    assert f"{REPLICATES} pairs" in figure.layout["annotations"][0]["text"]


def test_runs_of_other_seeds_have_no_difference_over_time(apart: Evidence) -> None:
    assert apart.versions is not None
    drawn = fans(apart.versions)
    assert drawn.slot.points
    assert not any(drawn.slot.points)
    assert set(drawn.why) == {APART}


def test_results_over_the_same_sets_have_both_intervals_in_their_answers() -> None:
    sets = make_sets(load_scenario(BASE), "behaviour.*", "contests.VAL.control", count=6)
    scenario = load_scenario(BASE).with_({"weeks": WEEKS})
    both = [simulate(one, 4, plausible=sets) for one in (scenario, scenario.with_({"contests.VAL.pace": 0.5}))]
    found = questions(gather(together(both)))
    assert found[0].asked.startswith(ASKED[0])
    assert not any(words.startswith("unknown") for _, words in found[0].sure)
    assert "Over plausible sets" in found[4].answer


def test_a_folder_differs_from_itself_in_nothing(sides: tuple[Any, Any, Any]) -> None:
    same = gather(together([sides[0], sides[0]]))
    assert same.versions is not None
    assert set(same.versions.unmoved) == set(same.versions.by_outcome)
    assert same.study.factors[0]["values"] == [f"{BASE} (1)", f"{BASE} (2)"]
    assert 'id="difference"' not in page_of(same)


def test_what_differs_between_scenarios_is_said_and_other_horizons_are_refused(
    sides: tuple[Any, Any, Any], paired: Evidence
) -> None:
    assert "contests.VAL.control is 0.6 instead of" in paired.study.scenario["description"]
    shorter = simulate(load_scenario(BASE).with_({"weeks": WEEKS - 1}), 2)
    with pytest.raises(ResultsError, match="differ in their number of weeks"):
        together([sides[0], shorter])


PRESSED = "[...document.querySelectorAll('[data-cell][aria-pressed=true]')].map((one) => Number(one.dataset.cell))"
TITLE = "document.getElementById('plot-difference')._fullLayout.annotations[0].text"


def test_a_cell_opens_its_difference_over_time_by_mouse_and_keys(sweep_page: Path, opened: Any) -> None:
    page = opened(sweep_page)
    assert page.evaluate(PRESSED) == [0]
    cells = page.locator("#differences tbody tr:first-child [data-cell]")
    cells.first.click()
    place = int(cells.first.get_attribute("data-cell"))
    name = page.evaluate("(place) => data.differences.names[place]", place)
    until(page, f"{TITLE}.includes('Whom Russia arms: arms both sides')")
    drawn = page.evaluate("[...document.getElementById('plot-difference')._fullData.at(-1).y]")
    stored = page.evaluate("(place) => data.figures.difference[place].columns[4]", place)
    assert drawn == stored
    assert f"difference={quote(name.replace(' ', '-'), safe='')}" in address_at_rest(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    until(page, f"{TITLE}.includes('may back Azerbaijan: no')")
    assert page.evaluate(PRESSED) == [int(cells.nth(1).get_attribute("data-cell"))]
    with page.expect_download() as waiting:
        page.locator("#difference [data-csv]").click()
    rows = list(csv.reader(Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][:2] == ["Week", "Week from"]
    assert len(rows) == 1 + len(drawn)
    link = address_at_rest(page)
    go(page, "back", f"{PRESSED}[0] === {place}")
    page.goto(link)
    until(page, f"{PRESSED}[0] === {int(cells.nth(1).get_attribute('data-cell'))}")
    weeks = page.locator("#differences tbody tr", has_text="weeks of fighting").locator("[data-cell]").first
    weeks.click()
    absent = page.locator("#difference .absent")
    absent.wait_for()
    assert "weeks of this outcome are not kept" in absent.text_content()
    assert page.heard == []


def test_the_heading_of_a_version_orders_outcomes_by_its_differences_and_a_link_keeps_that(
    sweep_page: Path, opened: Any
) -> None:
    sizes = "[...document.querySelectorAll('#differences tbody tr')].map(({ cells }) => [cells[2].matches('.clear'), Number(cells[2].dataset.size)])"
    names = "[...document.querySelectorAll('#differences tbody th')].map((one) => one.textContent)"
    page = opened(sweep_page)
    *others, last = page.evaluate(names)
    page.evaluate(
        "Object.assign([...document.querySelectorAll('#differences tbody tr')].at(-1).cells[2], { className: 'n clear' }).dataset.size = 9"
    )
    heading = page.locator("#differences thead button").first
    heading.click()
    assert page.evaluate(names) == [last, *others]
    found = page.evaluate(sizes)
    assert found == sorted(found, reverse=True)
    said = page.locator("#differences [data-order]")
    assert f"“{heading.text_content()}”" in said.text_content()
    link = address_at_rest(page)
    assert "column=" in link
    heading.click()
    assert page.evaluate(names) == [*others, last]
    assert said.text_content().startswith("First stands the outcome with the strongest clear difference")
    assert "column=" not in address_at_rest(page)
    page.goto(link)
    until(page, f"({names})[0] === {json.dumps(last)}")
    assert page.heard == []


def test_results_bear_the_names_that_they_are_given(sides: tuple[Any, Any, Any]) -> None:
    names = ["as it was", "<b>moved</b>", "again"]
    of_three = together(dict(zip(names, [*sides[:2], sides[1]], strict=True)))
    assert of_three.manifest["factors"][-1]["values"] == names
    assert len(of_three.design) == len(names)
    drawn = page_of(gather(of_three))
    assert "<b>moved</b>" not in drawn
    assert html.escape("<b>moved</b>") in drawn
