"""The run explorer: it selects exactly the runs that pandas would, by mouse, keys and link, and shows names as text."""

from __future__ import annotations

import base64
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_pages import address_at_rest, go, new_tab
from scipy.stats import spearmanr

from sim.dashboard import write_dashboard
from sim.dashboard.effects.variation import variation
from sim.dashboard.evidence import gather
from sim.dashboard.sections.explorer import data
from sim.dashboard.sections.explorer.columns import coded, numbers_of
from sim.dashboard.sections.explorer.matters import strengths
from sim.dashboard.sections.explorer.sample import sampled
from sim.dashboard.study import study

CONTROL, PRIMACY, FOUGHT = "control.NK:final", "primacy.RUS:final", "weeks_fought.NK:final"
HOSTILE = "<img src=x onerror=alert(1)>=2+2</script>"


def decoded(column: dict[str, Any]) -> np.ndarray:
    """A column as the page reads it."""
    codes = np.frombuffer(base64.b64decode(column["codes"]), dtype=f"<u{column['bytes']}")
    missing = codes == {1: 255, 2: 65535}[column["bytes"]]
    if column["bytes"] == 1:
        values = np.array([*column["values"], *[np.nan] * (256 - len(column["values"]))])[codes]
    else:
        share = codes / 65534
        values = column["low"] * (1 - share) + column["high"] * share
    return np.where(missing, np.nan, values)


@given(arrays(np.float64, st.integers(0, 400), elements=st.floats(-1e300, 1e300) | st.just(np.nan)))
def test_a_column_loses_half_a_step_at_most(values: np.ndarray) -> None:
    again, held = decoded(coded(values)), np.isfinite(values)
    assert (np.isfinite(again) == held).all()
    if held.any():
        step = values[held].max() / 65534 - values[held].min() / 65534
        assert (np.abs(again[held] - values[held]) <= 0.5001 * step + 1e-15 * np.abs(values[held]).max()).all()
    if len(np.unique(values[held])) <= 255:
        assert (again[held] == values[held]).all()


def test_a_sample_takes_a_run_of_each_version_before_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = pd.DataFrame({"point": np.repeat(np.arange(30), 7), "replicate": np.tile(np.arange(7), 30)})
    monkeypatch.setattr("sim.dashboard.sections.explorer.sample.MOST_RUNS", 70)
    chosen = sampled(runs, 1)
    counts = chosen["point"].value_counts()
    assert len(chosen) == 70
    assert len(counts) == 30
    assert set(counts) == {2, 3}
    assert chosen["replicate"].nunique() == 7
    assert sampled(runs, 1).equals(chosen)


@pytest.fixture(scope="module")
def results(synthetic: Any) -> Any:
    """Invented results of a sweep, of which a factor has hostile words."""
    made = synthetic.folder(replicates=25, weeks=4, swept=True)
    backing = made.manifest["factors"][1]
    backing["label"], backing["labels"] = HOSTILE, ["yes", HOSTILE]
    return made


@pytest.fixture(scope="module")
def page(results: Any, synthetic: Any, tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Any]:
    """The page of these results, opened once; `heard` keeps what it said."""
    file = write_dashboard(synthetic.write(tmp_path_factory.mktemp("explorer"), results))
    opened = new_tab(browser)
    opened.heard = []
    opened.on("console", lambda said: opened.heard.append(said.text))
    opened.on("pageerror", lambda error: opened.heard.append(str(error)))
    opened.on("dialog", lambda dialog: (opened.heard.append(dialog.message), dialog.dismiss()))
    opened.goto(f"file://{file}", wait_until="commit")
    opened.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def unbrushed(request: pytest.FixtureRequest) -> None:
    """Every test begins with nothing chosen."""
    if "page" in request.fixturenames:
        keys = ["run", "x", "y", "axes", "brush", "matter", "trail", "sort"]
        request.getfixturevalue("page").evaluate(
            "(keys) => change(Object.fromEntries(keys.map((key) => [key, ''])))", keys
        )


def names_in(page: Any) -> set[str]:
    """Runs in the table, all its pages."""
    found = set()
    while True:
        found |= set(page.locator("#explorer-table tbody button").all_text_contents())
        if page.locator("#explorer-after").is_disabled():
            return found
        page.locator("#explorer-after").click()


def runs_within(results: Any, **ends: tuple[float, float]) -> set[str]:
    """The runs that pandas finds between ends of columns."""
    runs = results.runs
    for column, (low, high) in ends.items():
        runs = runs[runs[column].between(low, high)]
    return {f"{point}.{replicate}" for point, replicate in zip(runs["point"], runs["replicate"], strict=True)}


def brush_of(page: Any, key: str) -> tuple[float, float]:
    """Ends of a brush as the state has them."""
    low, high = page.evaluate("(key) => explorer.brushes.get(explorer.byKey.get(key))", key)
    return low, high


def drag(page: Any, key: str, top: float, bottom: float) -> None:
    """Drag along the axis of a column between two shares of its height, counted from the top."""
    place = page.evaluate(
        "(key) => { const at = explorer.axes.findIndex((one) => one.key === key); return [axisAt(at, explorer.step), AXES.top, AXES.height]; }",
        key,
    )
    page.locator("#explorer-lines").scroll_into_view_if_needed()
    box = page.locator("#explorer-lines").bounding_box()
    x, y, height = box["x"] + place[0], box["y"] + place[1], place[2]
    page.mouse.move(x, y + top * height)
    page.mouse.down()
    page.mouse.move(x, y + bottom * height, steps=4)
    page.mouse.up()


def test_brush_by_mouse_selects_the_runs_that_pandas_does(page: Any, results: Any) -> None:
    drag(page, CONTROL, 0.4, 0.85)
    drag(page, FOUGHT, -0.02, 0.6)
    ends = {key: brush_of(page, key) for key in (CONTROL, FOUGHT)}
    wanted = runs_within(results, **ends)
    assert 0 < len(wanted) < len(results.runs)
    assert names_in(page) == wanted
    drag(page, CONTROL, 0.5, 0.5)
    assert names_in(page) == runs_within(results, **{FOUGHT: ends[FOUGHT]})


def test_brush_by_keys_selects_the_runs_that_pandas_does(page: Any, results: Any) -> None:
    ranges = page.locator("#explorer-brushes fieldset").filter(has_text="lead in the region").locator("input")
    ranges.nth(0).focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    ranges.nth(1).focus()
    page.keyboard.press("PageDown")
    low, high = brush_of(page, PRIMACY)
    wanted = runs_within(results, **{PRIMACY: (low, high)})
    assert 0 < len(wanted) < len(results.runs)
    assert names_in(page) == wanted
    page.locator("#explorer-clear").focus()
    page.keyboard.press("Enter")
    assert page.locator("#explorer-room").get_attribute("data-selected") == str(len(results.runs))


def test_opens_with_outcomes_of_many_values_and_what_they_go_with(page: Any, results: Any) -> None:
    across, up = (page.locator(one).input_value() for one in ("#explorer-x", "#explorer-y"))
    assert results.runs[up].nunique() > 2
    means = results.runs.groupby("point")[up].mean()
    factors = [one["path"] for one in results.manifest["factors"]]
    codes = {path: pd.factorize(results.design.set_index("point")[path])[0] for path in factors}
    strongest = max(factors, key=lambda path: abs(spearmanr(codes[path], means).statistic))
    assert across == strongest


def test_csv_has_a_row_for_each_selected_run(page: Any, results: Any, tmp_path: Path) -> None:
    drag(page, CONTROL, 0.3, 0.9)
    with page.expect_download() as download:
        page.locator("#explorer-csv").click()
    download.value.save_as(tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    wanted = runs_within(results, **{CONTROL: brush_of(page, CONTROL)})
    assert {f"{row['point']}.{row['replicate']}" for row in rows} == wanted
    assert len(rows) == len(wanted)
    stored = results.runs.set_index(["point", "replicate"])[CONTROL]
    for row in rows:
        assert float(row[CONTROL]) == pytest.approx(stored[int(row["point"]), int(row["replicate"])], abs=1e-5)


def test_hash_restores_and_back_undoes(page: Any, results: Any) -> None:
    address_at_rest(page)
    drag(page, CONTROL, 0.4, 0.8)
    wanted = runs_within(results, **{CONTROL: brush_of(page, CONTROL)})
    address_at_rest(page)
    page.locator("#explorer-table tbody button").nth(3).click()
    marked = page.locator("#explorer-table tr.marked button").text_content()
    assert f"run={marked}" in address_at_rest(page)
    page.reload(wait_until="commit")
    page.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    assert page.locator("#explorer-table tr.marked button").text_content() == marked
    assert names_in(page) == wanted
    address_at_rest(page)
    go(page, "back", "!location.hash.includes('run=')")
    assert "brush=" in address_at_rest(page)
    go(
        page,
        "back",
        "(all) => document.getElementById('explorer-room').dataset.selected === all",
        str(len(results.runs)),
    )


def test_marks_the_run_in_every_view_and_sorts_by_key(page: Any, results: Any) -> None:
    heading = page.locator(f'#explorer-table thead button[data-key="{CONTROL}"]')
    heading.focus()
    page.keyboard.press("Enter")
    first = page.locator("#explorer-table tbody button").first
    stored = results.runs.set_index(["point", "replicate"])[CONTROL]
    point, replicate = map(int, first.text_content().split("."))
    assert stored[point, replicate] == pytest.approx(stored.max(), abs=1e-5)
    assert page.evaluate("document.activeElement.dataset.key") == CONTROL
    first.click()
    assert f"Run {point}.{replicate} is marked" in page.locator("#explorer-said").text_content()
    assert f"the marked run, {point}.{replicate}" in page.locator("#explorer-paths-said").text_content()


def test_strange_links_choose_nothing(page: Any, results: Any) -> None:
    page.evaluate(
        "change({ brush: 'no such:0:1,%E0%A4%A:1:2,constructor:0:9', run: '__proto__', x: 'toString', axes: 'valueOf' })"
    )
    assert page.locator("#explorer-room").get_attribute("data-selected") == str(len(results.runs))
    assert page.heard == []


def test_hostile_names_are_text_and_the_page_is_silent(page: Any) -> None:
    assert page.locator("#explorer img").count() == 0
    assert HOSTILE in page.locator("#explorer-brushes").text_content()
    assert HOSTILE in page.locator("#explorer-strengths").text_content()
    assert page.heard == []


def test_strength_is_the_rank_correlation_of_means(results: Any) -> None:
    what = study(results)
    vary = variation(what)
    assert vary is not None
    found = strengths(vary)
    means = results.runs.groupby("point")[CONTROL].mean()
    column = [one.column for one in vary.outcomes].index(CONTROL)
    assert found.values[0, column] == pytest.approx(spearmanr([0, 1, 0, 1], means)[0])


@pytest.mark.parametrize(
    "factor", [{"values": [], "labels": []}, {}, {"values": list(np.linspace(0, 1, 40)), "labels": ["x"] * 40}]
)
def test_numbers_that_were_drawn_have_no_words(factor: dict[str, Any]) -> None:
    drawn = np.random.default_rng(1).random(40)
    words, number = numbers_of({"path": "a", "label": "a", **factor}, pd.DataFrame({"point": range(40), "a": drawn}))
    assert words == []
    assert (number == drawn).all()


def test_single_point_has_no_explorer(synthetic: Any) -> None:
    assert data(gather(synthetic.folder(replicates=3, weeks=4))) is None


@pytest.mark.parametrize(
    ("values", "bins"),
    [
        ([0, 1], 2),
        ([place / 20 for place in range(21)], 21),  # shares of twenty runs
        (list(range(105)), 15),  # weeks: seven to a bin
        ([0.1, 0.25, 0.31], 6),  # no multiples of a step that would be seen
        ([4.0], 1),
    ],
)
def test_bins_of_an_axis_hold_equally_many_of_few_possible_values(page: Any, values: list[float], bins: int) -> None:
    column = {"bytes": 1, "values": values, "run": values, "low": min(values), "high": max(values)}
    places, drawn = page.evaluate("(column) => [[...binsOf(column)], column.all.length]", column)
    assert drawn == bins
    counts = [places.count(place) for place in range(bins)]
    assert sum(counts) == len(values)
    if len(values) != 3:
        assert len(set(counts)) == 1


def test_bars_beside_an_axis_count_every_run_that_has_a_value(page: Any, results: Any) -> None:
    counted = page.evaluate(
        "explorer.columns.map((column) => { binsOf(column); return [[...column.all].reduce((a, b) => a + b, 0), [...valuesOf(column)].filter(Number.isFinite).length]; })"
    )
    assert len(counted) > 5
    assert all(found == known for found, known in counted)
    assert max(known for _, known in counted) == len(results.runs)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1.3723, 40.472, ["1.37", "40.5"]),
        (-0.87631, 12, ["−0.876", "12"]),
        (100.12, 100.34, ["100.1", "100.3"]),
        (3, 12345, ["3", "12345"]),
        (7.12345, 7.12345, ["7.1235", "7.1235"]),
    ],
)
def test_ends_of_an_axis_have_three_digits_or_as_many_as_tell_them_apart(
    page: Any, low: float, high: float, words: list[str]
) -> None:
    column = {"low": low, "high": high, "share": False}
    said = page.evaluate("(column) => [column.low, column.high].map((end) => saidOnAxis(column, end))", column)
    assert said == words
