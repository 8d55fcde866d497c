"""The strips of the crises in a browser: one choice of weeks, steps, powers left out, and one line through all strips."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from made_pages import address_at_rest, go, new_tab, until

from sim.dashboard import write_dashboard

WEEKS, LAST_OF_WAR = 20, 5
MEDIATE, GUARANTEE = 1.0, 2.0  # codes of postures
DRAWN = "document.documentElement.dataset.drawn"
ROOMS = "[...document.querySelectorAll('#crises [data-figure]')]"
RANGES = f"{ROOMS}.map((room) => room._fullLayout.xaxis.range.map((day) => String(day).slice(0, 10)))"
LINES = f"{ROOMS}.map((room) => room.querySelector('.crosshair')).map((line) => (line.hidden ? null : Math.round(line.getBoundingClientRect().left - line.parentElement.getBoundingClientRect().left)))"
SAID = "#pointed-week"


@pytest.fixture(scope="module")
def page(browser: Any, synthetic: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Page of runs in which a war ends after five weeks, one power stays out, and another nearly always; it alone guarantees."""
    results = synthetic.folder(replicates=10, weeks=WEEKS)
    series = results.series
    series["phase.NK"] = (series["week"] < LAST_OF_WAR).map({True: 1.0, False: 2.0})
    series["posture.NK.USA"] = 0.0
    for party in ("RUS", "TUR"):
        series[f"posture.NK.{party}"] = series[f"posture.NK.{party}"].replace(GUARANTEE, MEDIATE)
    series["posture.NK.EUU"] = (series.index == 7) * GUARANTEE
    page = new_tab(browser)
    page.heard = []
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    page.goto(
        f"file://{write_dashboard(synthetic.write(tmp_path_factory.mktemp('strips'), results))}#crises", timeout=60_000
    )
    page.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    yield page
    assert page.heard == []
    page.close()


def dates(page: Any) -> list[str]:
    """Dates of the weeks of a strip."""
    return page.evaluate("data.figures['crisis-NK'][0].columns[1]")


def test_strips_open_with_weeks_of_fighting_and_all_weeks_are_a_choice(page: Any) -> None:
    opening = page.evaluate(RANGES)
    days = dates(page)
    assert opening == [[days[0], days[LAST_OF_WAR]]] * len(opening)
    assert address_at_rest(page)
    page.locator("#zoom").select_option(label="All weeks")
    assert page.evaluate(RANGES) == [[days[0], days[-1]]] * len(opening)
    assert "zoom=All-weeks" in address_at_rest(page)
    page.locator("#zoom").select_option(label="Weeks of fighting in Nagorno-Karabakh")
    assert page.evaluate(RANGES) == opening
    page.locator("#zoom").select_option(label="All weeks")
    assert address_at_rest(page)
    go(page, "back", "state.zoom === 0")
    assert page.evaluate(RANGES) == opening
    assert page.locator("#zoom").input_value() == "0"


def test_what_is_said_of_all_weeks_leads_to_all_of_them(page: Any) -> None:
    days, opening = dates(page), page.evaluate(RANGES)
    assert opening != [[days[0], days[-1]]] * len(opening)
    page.locator(".card a[href^='#crisis-NK&']").first.click()
    until(page, "() => state.zoom > 0")
    assert page.evaluate(RANGES) == [[days[0], days[-1]]] * len(opening)
    assert address_at_rest(page)
    go(page, "back", "state.zoom === 0")
    assert page.evaluate(RANGES) == opening


def test_what_a_power_does_is_a_ribbon_of_14_pixels(page: Any) -> None:
    heights = page.evaluate(
        f"{ROOMS}.flatMap((room) => Object.entries(room._fullLayout).filter(([key]) => /^yaxis[3-9]/.test(key)).map(([, axis]) => axis._length))"
    )
    assert len(heights) >= 4
    assert heights == pytest.approx([14] * len(heights), abs=0.1)


@pytest.mark.parametrize("zoom", ["Weeks of fighting in Nagorno-Karabakh", "All weeks"])
def test_shares_are_steps_that_fill_every_week(page: Any, zoom: str) -> None:
    page.locator("#zoom").select_option(label=zoom)
    stacks = page.evaluate(
        f"{ROOMS}.flatMap((room) => room._fullData.filter((trace) => trace.stackgroup)"
        ".map((trace) => [room.id + trace.stackgroup, trace.line.shape, [...trace.y]]))"
    )
    assert {shape for _, shape, _ in stacks} == {"hv"}
    weeks = WEEKS if zoom == "All weeks" else LAST_OF_WAR + 1
    sums: dict[str, list[float]] = {}
    for row, _, shares in stacks:
        sums[row] = [a + b for a, b in zip(sums.get(row, [0.0] * weeks), shares, strict=True)]
    assert len(sums) > 3
    assert all(total == pytest.approx(1, abs=0.004) for totals in sums.values() for total in totals)


def test_no_strip_reaches_over_what_stands_beside_it(page: Any) -> None:
    beyond = page.evaluate(
        f"{ROOMS}.flatMap((room) => {{ const {{ left, right }} = room.getBoundingClientRect();"
        " return [...room.querySelectorAll('path')].map((one) => one.getBoundingClientRect())"
        " .filter((box) => box.width && (box.left < left - 1 || box.right > right + 1)).map((box) => [left, right, box.left, box.right]); })"
    )
    assert beyond == []


def test_powers_that_stay_out_are_a_line_of_text_until_asked_for_and_on_paper(page: Any) -> None:
    line = page.locator("#crisis-NK .left-out")
    assert line.locator("> span").text_content() == "European Union and United States stay out in over 99% of weeks."
    rows = "document.getElementById('plot-crisis-NK').layout.annotations.map((one) => one.text).join()"
    height = "document.getElementById('plot-crisis-NK').clientHeight"
    short = page.evaluate(height)
    assert "European Union" not in page.evaluate(rows)
    line.locator("summary").click()
    until(page, f"({rows}).includes('United States')")
    assert page.evaluate(height) > short
    line.locator("summary").click()
    until(page, f"!({rows}).includes('United States')")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "United States" in page.evaluate(rows)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(height) == short
    assert "United States: stays out" in page.evaluate("tables.get('crisis-NK')().names")


LISTED = "[...document.querySelectorAll('#crisis-NK .key:not([hidden]) li:not(.heading, [hidden])')].map((one) => one.textContent)"
HELD = """(all) => { const { names, columns } = data.figures['crisis-NK'][0];
  return names.flatMap((name, at) => (name.includes(': ') && !name.startsWith('run ') && columns[at].slice(0, all ? undefined : 6).some((share) => share > 0) ? [name] : [])); }"""


def test_the_legend_lists_what_is_in_sight(page: Any) -> None:
    page.locator("#zoom").select_option(label="All weeks")
    until(page, DRAWN)
    stay_out = ("European Union", "United States")

    def expected(*, folded: bool, all_weeks: bool) -> set[str]:
        rows = [name.split(": ", 1) for name in page.evaluate(HELD, all_weeks)]
        return {words for who, words in rows if not (folded and who.startswith(stay_out))}

    short = page.evaluate(LISTED)
    assert set(short) == expected(folded=True, all_weeks=True)
    page.locator("#crisis-NK .left-out summary").click()
    until(page, f"({LISTED}).length > {len(short)}")
    assert set(page.evaluate(LISTED)) == expected(folded=False, all_weeks=True)
    page.locator("#crisis-NK .left-out summary").click()
    until(page, f"({LISTED}).length === {len(short)}")
    page.locator("#zoom").select_option(label="Weeks of fighting in Nagorno-Karabakh")
    until(page, DRAWN)
    assert "fighting" in page.evaluate(LISTED)
    assert set(page.evaluate(LISTED)) == expected(folded=True, all_weeks=False) < set(short)


def test_arrow_keys_move_one_line_through_all_strips_and_enter_takes_the_week(page: Any) -> None:
    page.locator("#plot-crisis-NK").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    first = page.evaluate(LINES)
    assert None not in first
    assert page.evaluate("state.week") == 0
    shown = page.evaluate("dayOf(data.figures['crisis-NK'][0].columns[1][4])")
    said = page.locator(SAID).text_content()
    assert f", week from {shown}. " in said
    assert "Runs: fighting 100%" in said
    page.keyboard.press("ArrowRight")
    assert all(after > before for before, after in zip(first, page.evaluate(LINES), strict=True))
    assert "Runs: truce 100%" in page.locator(SAID).text_content()
    page.keyboard.press("Enter")
    assert page.evaluate("state.week") == 5
    page.keyboard.press("Escape")
    assert set(page.evaluate(LINES)) == {None}


def test_the_line_goes_with_a_pointer_that_was_never_seen_to_leave(page: Any) -> None:
    page.mouse.move(2, 2)
    page.evaluate(
        "(() => { const room = byId('plot-crisis-KG'), { left, top, width } = room.getBoundingClientRect();"
        " room.dispatchEvent(new MouseEvent('click', { clientX: left + width / 2, clientY: top + 80, bubbles: true })); })()"
    )
    until(page, "pointed !== null")
    page.mouse.move(4, 4)
    until(page, "pointed === null")
    assert set(page.evaluate(LINES)) == {None}


def test_the_line_follows_the_mouse_and_a_click_takes_the_week(page: Any) -> None:
    page.evaluate("change({ week: 0, zoom: data.spans.length })")
    page.locator("#plot-crisis-KG").scroll_into_view_if_needed()
    at = page.evaluate(
        "(() => { const room = byId('plot-crisis-KG'), { left, top } = room.getBoundingClientRect(), { xaxis } = room._fullLayout;"
        " return [left + xaxis._offset + xaxis.d2p(datesOf(room)[9]) + 2, top + 80]; })()"
    )
    page.mouse.move(*at)
    until(page, "pointed !== null && pointed.place === 9")
    assert None not in page.evaluate(LINES)
    assert page.evaluate("state.week") == 0
    page.mouse.down()
    page.mouse.up()
    until(page, "state.week === 9")
    page.mouse.move(2, 2)
    until(page, "pointed === null")
    assert set(page.evaluate(LINES)) == {None}
