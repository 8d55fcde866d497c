"""Why they did it: inertia is no reason of the case, and sentence, key, figure and table name the same."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_pages import address_at_rest, go, until

from sim.dashboard import write_dashboard
from sim.dashboard.words import INERTIA, REASON_WORDS
from sim.quantities import FIGHTING, QUIET

SAID = "document.getElementById('why-said').textContent"
KEY = "[...document.querySelectorAll('#why-key li')].map((one) => one.textContent)"
TIPPED = "document.getElementById('why-tipped').textContent"
STEPS = (
    "document.getElementById('plot-why-steps').data.filter((one) => one.type === 'bar').map((one) => ({"
    " size: one.x[0], begin: one.base[0], color: one.marker.color, shape: one.marker.pattern.shape }))"
)
ROWS = "[...document.querySelectorAll('#why-steps tbody tr')].map((row) => [...row.cells].map((one) => one.textContent.replace('−', '-')))"
BALANCES = "balance(Number(document.getElementById('posture').value)), document.getElementById('plot-why-postures').data.at(-1).x"
KNOWN = {
    "abstain": {"habit": (0.0, 0.0)},
    "mediate": {"order": (0.0, 0.5), "wedge": (-0.2, -0.2), "habit": (0.1, 0.1)},
    "back-challenger": {"fidelity": (0.4, 0.4), "wedge": (-0.3, -0.3), "habit": (0.0, 0.0)},
}
"""What speaks for each posture before and from week 4 on; the other postures have much against them."""
LONG = "The Most Serene and Forever United Confederation of the Upper and the Lower Provinces beyond the Eleven Great <i>Rivers</i>"
DRAWN = "document.getElementById('plot-why-postures').data.map((trace) => trace.name).filter(Boolean)"


AT_EACH = """([outer, inner, most]) => {
  const choose = (name, value) => {
    const one = document.getElementById(name);
    one.value = value;
    one.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const valuesOf = (name) => [...document.getElementById(name).options].map((one) => one.value), found = [];
  valuesOf(outer).slice(0, most).forEach((first) => {
    choose(outer, first);
    valuesOf(inner).forEach((second) => {
      choose(inner, second);
      found.push(%s);
    });
  });
  return found;
}"""


def at_each(page: Any, outer: str, inner: str, read: str, most: int | None = None) -> list[Any]:
    """What a page says after each choice from one list and then another; asked at once, as there are a hundred of them."""
    return page.evaluate(AT_EACH % read, [outer, inner, most or 1000])  # type: ignore[no-any-return]


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


@pytest.mark.parametrize("which", ["run_page", "sweep_page"])
def test_what_the_sentence_names_has_a_colour_of_its_own(which: str, request: Any, opened: Callable[..., Any]) -> None:
    page = opened(request.getfixturevalue(which))
    inert = {lowered(REASON_WORDS[term]) for term in INERTIA}
    terms = {lowered(words) for words in REASON_WORDS.values()}
    named_once = False
    for said, whole_key, drawn in at_each(page, "case", "posture", f"[{SAID}, {KEY}, {DRAWN}]"):
        named = set(re.findall(r"“([^”]*)”", said)) & terms
        key = [lowered(words) for words in whole_key]
        assert named <= set(key)
        assert not named & inert
        assert key == [lowered(words) for words in drawn]
        assert key[-1].startswith("inertia")
        assert not inert & set(key)
        named_once = named_once or bool(named)
    assert named_once


GROUPS = """() => { const groups = reasonGroups(chosenPosture()), { main, rest } = mainReasons(chosenPosture());
  const size = (term) => Math.max(...theValues().flatMap((_, place) => [Math.abs(against(place, term)), ...spanLengths().map((_, span) => Math.abs(raw(place, term, span) - raw(0, term, span)))]));
  return { main: main.map(size), rest: rest.map(size), styles: groups.map(({ base, pattern }) => base + pattern) }; }"""
OTHERS = """(figure) => document.getElementById(figure).data.filter((one) => (one.hovertemplate || "").startsWith("All other reasons"))
  .flatMap((one) => one.customdata.map((words, at) => [[words].flat().at(-1), (one.orientation === "h" ? one.x : one.y)[at]]))"""


@pytest.mark.parametrize("which", ["run_page", "sweep_page"])
def test_other_reasons_are_small_or_what_is_left_of_many_and_a_tooltip_names_them(
    which: str, request: Any, opened: Callable[..., Any]
) -> None:
    page = opened(request.getfixturevalue(which))
    told = 0
    for case in range(page.locator("#case option").count()):
        page.locator("#case").select_option(str(case))
        sizes = page.evaluate(GROUPS)
        assert len(set(sizes["styles"])) == len(sizes["styles"])
        if len(sizes["main"]) < 9:
            assert max(sizes["rest"], default=0) < 0.02 * max(sizes["main"])
        for figure in ("plot-why-postures", "plot-why-weeks"):
            for words, whole in page.evaluate(OTHERS, figure):
                parts = [float(part.replace("−", "-")) for part in re.findall(r": ([+−]?[\d.]+)", words)]
                assert sum(parts) == pytest.approx(whole, abs=0.0006 * (len(sizes["rest"]) + 1))
                told += len(parts)
    assert told


def test_table_and_figure_give_the_same_quantity(run_page: Path, opened: Callable[..., Any]) -> None:
    page = opened(run_page)
    page.evaluate("document.querySelectorAll('#why details[data-table]').forEach((one) => { one.open = true; })")
    page.locator("#why-postures tbody tr").first.wait_for()
    rows = page.evaluate(
        "[...document.querySelectorAll('#why-postures tbody tr')].map((row) => [...row.cells].map((one) => one.textContent.replace('−', '-')))"
    )
    balance = page.evaluate("(place) => balance(place)", 1)
    assert float(rows[1][2]) == pytest.approx(balance, abs=0.0006)
    assert float(rows[0][2]) == 0
    assert sum(float(value) for value in rows[1][3:]) == pytest.approx(balance, abs=0.01)
    week = page.evaluate("document.getElementById('plot-why-weeks').data.at(-1).y[0]")
    first = page.evaluate("document.querySelector('#why-weeks tbody tr').cells[3].textContent.replace('−', '-')")
    assert float(first) == pytest.approx(week, abs=0.0006)


def test_open_tables_of_a_version_without_reasons_are_empty(sweep_page: Path, opened: Callable[..., Any]) -> None:
    page = opened(sweep_page)
    page.evaluate("document.querySelectorAll('#why details[data-table]').forEach((one) => { one.open = true; })")
    page.locator("#why-postures tbody tr").first.wait_for()
    page.evaluate("data.reasons.cases.forEach((one) => { one.points[1].values = null; })")
    page.select_option("#point", index=1)
    until(page, "document.querySelectorAll('#why details[data-table] tbody tr').length === 0")
    assert page.heard == []
    page.select_option("#point", index=0)
    until(page, "document.querySelectorAll('#why-postures tbody tr').length > 0")


def known(results: Any) -> Any:
    """The results with known reasons of Russia in Nagorno-Karabakh, where it stays out for four weeks and then mediates."""
    table = results.reasons
    own = (table["contest"] == "NK") & (table["party"] == "RUS")
    late = table.loc[own, "week"].to_numpy() >= 4
    table.loc[own, "value"] = [
        KNOWN.get(posture, {"effort": (-2.0, -2.0)}).get(term, (0.0, 0.0))[int(then)]
        for posture, term, then in zip(table.loc[own, "posture"], table.loc[own, "term"], late, strict=True)
    ]
    results.series["posture.NK.RUS"] = np.where(results.series["week"] < 4, 0.0, 1.0)
    return results


@pytest.fixture(scope="module")
def known_page(synthetic: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("known")
    return write_dashboard(synthetic.write(folder, known(synthetic.folder(replicates=4, weeks=8))))


def steps_table(page: Any) -> list[list[str]]:
    """Rows of the table of steps, which is opened."""
    page.evaluate("document.querySelector('#why-steps details[data-table]').open = true")
    until(page, f"({ROWS}).length > 0")
    return page.evaluate(ROWS)


def test_known_reasons_give_known_steps_and_a_known_tipping(known_page: Path, opened: Callable[..., Any]) -> None:
    page = opened(known_page, hash="#why&posture=mediates&when=2020-10-25")
    assert page.heard == []
    assert page.evaluate(SAID).startswith(
        "In Nagorno-Karabakh, Russia most often mediates in the week from 25 Oct 2020."
    )
    assert page.evaluate(TIPPED) == (
        "What would have tipped it, in the week from 25 Oct 2020: “mediates”, the most frequent choice, leads the next best, "
        "“backs Azerbaijan”, by 0.3. Had “restoring order where it can” alone been 0, “backs Azerbaijan” would lead by 0.2."
    )
    rows = {row[0]: row[1:] for row in steps_table(page)}
    assert list(rows)[:2] == ["Restoring order where it can", "Not pushing the other side away"]
    assert list(rows)[-2].startswith("Inertia")
    assert rows["Restoring order where it can"] == ["0.5", "0.5", "0.5", "-0.2", "backs Azerbaijan"]
    assert rows["Not pushing the other side away"] == ["-0.2", "0.3", "0.1", "0.2", "backs Azerbaijan"]
    assert rows["Standing by the side it likes"] == ["0", "0.3", "-0.4", "0.4", "stays out"]
    assert rows["Balance"] == ["0.4", "0.4", "0.3", "0.3", "backs Azerbaijan"]
    page.locator("#when").select_option("0")
    assert "“stays out”, the most frequent choice, is behind “backs Azerbaijan” by 0.1." in page.evaluate(TIPPED)
    page.locator("#when").select_option(label="All weeks")
    assert page.evaluate(TIPPED).startswith("What would have tipped it: ")
    page.locator("#when").select_option(label="Weeks of fighting")
    assert page.evaluate(TIPPED).startswith("What would have tipped it, in weeks of fighting: ")


@pytest.mark.parametrize("which", ["run_page", "sweep_page", "known_page"])
def test_numbers_of_the_sentence_stand_in_the_table_and_the_steps_end_at_the_balance(
    which: str, request: Any, opened: Callable[..., Any]
) -> None:
    page = opened(request.getfixturevalue(which))
    steps_table(page)
    for rows, tipped, drawn, balance, diamond in at_each(
        page, "case", "when", f"[{ROWS}, {TIPPED}, {STEPS}, {BALANCES}]", 3
    ):
        said = re.findall(r"(?<![\w.])\d+\.\d+", tipped)
        assert said
        assert set(said) <= {cell.removeprefix("-") for row in rows for cell in row[3:5]}
        *steps, last = drawn
        assert last["begin"] == 0
        assert last["size"] == pytest.approx(balance, abs=1e-9)
        assert steps[-1]["begin"] + steps[-1]["size"] == pytest.approx(balance, abs=0.01)
        assert all(b["begin"] == pytest.approx(a["begin"] + a["size"], abs=0.01) for a, b in pairwise(steps))
        assert min(abs(one - balance) for one in diamond) < 1e-9
        assert float(rows[-1][1]) == pytest.approx(balance, abs=0.0006)
        sizes = [abs(one["size"]) for one in steps[:-1]]
        assert sizes == sorted(sizes, reverse=True)
        assert {float(row[1]) for row in rows} <= {round(one["size"], 3) for one in drawn} | {0}
    assert page.heard == []


def test_a_step_has_the_colour_and_texture_of_its_reason_in_the_key(run_page: Path, seen: Callable[..., Any]) -> None:
    page = seen(run_page)
    styles = page.evaluate("reasonGroups(chosenPosture()).map((one) => [colour(one.base), one.pattern])")
    drawn = [(one["color"], one["shape"]) for one in page.evaluate(STEPS)]
    assert set(drawn[:-1]) <= {tuple(pair) for pair in styles}
    assert drawn[-2] == tuple(styles[-1])


def test_a_decision_is_in_the_address_by_its_day_and_back_undoes_it(
    known_page: Path, opened: Callable[..., Any]
) -> None:
    page = opened(known_page)
    assert page.locator("#when option").all_text_contents() == [
        "Weeks of fighting", "All weeks", "from 27 September 2020: the first week", "from 25 October 2020: now most often mediates (before: stays out)",
    ]  # fmt: skip
    page.locator("#when").select_option("4")
    assert "when=2020-10-25" in address_at_rest(page)
    sent = opened(known_page, hash=page.url[page.url.index("#") :])
    assert sent.locator("#when").input_value() == "4"
    assert sent.evaluate(TIPPED) == page.evaluate(TIPPED)
    go(page, "back", "document.getElementById('when').value === '-1'")
    page.locator("#when").select_option("4")
    page.locator("#case").select_option("1")
    assert page.locator("#when").input_value() == "-1"
    other = opened(known_page, hash="#why&when=2020-10-18")
    assert other.locator("#when").input_value() == "-1"
    assert other.heard == []


def test_a_case_opens_with_the_weeks_of_fighting_and_with_all_where_nobody_fights(
    synthetic: Any, opened: Callable[..., Any], tmp_path: Path
) -> None:
    results = known(synthetic.folder(replicates=4, weeks=8))
    week = results.series["week"]
    results.series["phase.NK"] = np.where(week >= 4, FIGHTING, QUIET).astype(float)
    results.series["phase.KG"] = float(QUIET)
    page = opened(write_dashboard(synthetic.write(tmp_path, results)))
    assert page.evaluate(SAID).startswith("In Nagorno-Karabakh, Russia most often mediates in weeks of fighting.")
    fought = steps_table(page)
    page.locator("#when").select_option(label="from 25 October 2020: now most often mediates (before: stays out)")
    assert page.evaluate(ROWS) == fought
    page.locator("#when").select_option(label="All weeks")
    assert page.evaluate(SAID).startswith("In Nagorno-Karabakh, Russia most often stays out.")
    assert "when=all-weeks" in address_at_rest(page)
    sent = opened(tmp_path / "dashboard.html", hash=page.url[page.url.index("#") :])
    assert sent.evaluate(SAID) == page.evaluate(SAID)
    page.locator("#case").select_option(label="Russia in Kyrgyzstan")
    assert page.locator("#when option").all_text_contents()[0] == "All weeks"
    assert page.locator("#when").input_value() == "-1"
    assert "fighting" not in page.evaluate(SAID)


def test_steps_are_saved_as_they_stand_in_the_table(
    known_page: Path, opened: Callable[..., Any], tmp_path: Path
) -> None:
    page = opened(known_page, hash="#why&when=2020-10-25")
    with page.expect_download() as waiting:
        page.locator('[data-csv="why-steps"]').click()
    waiting.value.save_as(tmp_path / "steps.csv")
    with (tmp_path / "steps.csv").open(newline="") as lines:
        assert list(csv.reader(lines))[1:] == steps_table(page)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_long_names_and_markup_stay_text_and_within_their_figure(
    synthetic: Any, opened: Callable[..., Any], tmp_path: Path, width: int, scheme: str
) -> None:
    results = known(synthetic.folder(replicates=4, weeks=8))
    results.manifest["scenario"]["names"] |= {"AZE": LONG, "RUS": "<b>Russia</b>"}
    page = opened(write_dashboard(synthetic.write(tmp_path, results)), hash="#why&when=2020-10-25", width=width, scheme=scheme)  # fmt: skip
    assert page.heard == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert f"“backs {LONG}” would lead by 0.2." in page.evaluate(TIPPED)
    assert f"“backs {LONG}”" in page.locator("#why-steps-title").text_content()
    assert page.locator("#why i, #why-steps b").count() == 0
    outside = page.evaluate(
        "[...document.querySelectorAll('#plot-why-steps text')].filter((one) => {"
        " const box = one.getBoundingClientRect(), room = one.closest('.plot').getBoundingClientRect();"
        " return box.width && (box.left < room.left - 1 || box.right > room.right + 1); }).map((one) => one.textContent)"
    )
    assert outside == []


ON_ZERO = """(() => {
  const room = document.getElementById('plot-why-steps'), zero = room.querySelector('.zl').getBoundingClientRect();
  const sizes = [...room.querySelectorAll('.textpoint text')].map((one) => one.getBoundingClientRect());
  const drawn = room.querySelectorAll('.bars .point').length;
  return [sizes.length - drawn, sizes.filter((box) => box.left < zero.left && box.right > zero.right).length];
})()"""


@pytest.mark.parametrize("width", [390, 1280])
def test_no_size_of_a_step_lies_on_the_line_at_zero(
    synthetic: Any, opened: Callable[..., Any], tmp_path: Path, width: int
) -> None:
    """Steps that end just short of zero, from either side, have their size beside their beginning."""
    results = known(synthetic.folder(replicates=4, weeks=8))
    page = opened(write_dashboard(synthetic.write(tmp_path, results)), hash="#why-steps", width=width)
    found = at_each(page, "posture", "when", ON_ZERO)
    assert found
    assert [one for one in found if one != [0, 0]] == []


def test_without_weeks_kept_the_best_choice_stands_for_the_most_frequent(
    synthetic: Any, opened: Callable[..., Any], tmp_path: Path
) -> None:
    results = known(synthetic.folder(replicates=2, weeks=8))
    kept = results.series.drop(columns="posture.NK.RUS")
    page = opened(write_dashboard(synthetic.write(tmp_path, replace(results, series=kept))))
    assert page.heard == []
    assert page.locator("#when option").all_text_contents() == [
        "Weeks of fighting", "All weeks", "from 27 September 2020: the first week",
    ]  # fmt: skip
    assert ", which has most in its favour, leads the next best, " in page.evaluate(TIPPED)
