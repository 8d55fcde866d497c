"""Links work where a page may not write its address, move the focus, and leave the browser's limit alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from made_pages import address_at_rest, go, has_focus, new_tab, until

FORBIDDEN = "history.pushState = history.replaceState = () => { throw new DOMException('too many', 'SecurityError'); };"
COUNTED = "const own = history.replaceState.bind(history); window.writes = 0; history.replaceState = (...all) => { window.writes += 1; own(...all); };"
TOP = "(id) => document.getElementById(id).getBoundingClientRect().top"


def in_view(frame: Any, anchor: str) -> None:
    """Wait for a target to come into view: scrolling takes a while."""
    until(frame, f"(id) => {{ const top = ({TOP})(id); return top >= 0 && top < 300; }}", anchor)


def follow(page: Any, name: str, anchor: str) -> None:
    """Click a link, and see that its target has come into view and has the focus."""
    page.get_by_role("link", name=name).first.click()
    in_view(page, anchor)
    has_focus(page, anchor)


def test_section_links_and_skip_link_move_the_focus(run_page: Path, opened: Callable[..., Any]) -> None:
    page = opened(run_page)
    follow(page, "Influence", "influence")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('section').id") == "influence"
    page.evaluate("document.querySelector('.skip').focus()")
    page.keyboard.press("Enter")
    has_focus(page, "findings")


def test_a_findings_link_opens_the_numbers_beside_its_figure(run_page: Path, opened: Callable[..., Any]) -> None:
    page = opened(run_page)
    assert not page.locator("#crisis-NK .facts table").first.is_visible()
    page.get_by_role("link", name="See: Nagorno-Karabakh, week by week").first.click()
    assert page.locator("#crisis-NK .facts table").first.is_visible()
    page.get_by_role("link", name="See: Why Russia did so").first.click()
    assert page.locator("#why .facts table").first.is_visible()


def test_links_work_where_the_address_cannot_be_written(browser: Any, run_page: Path) -> None:
    page = new_tab(browser, height=720)
    page.add_init_script(FORBIDDEN)
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(f"file://{run_page}")
    page.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    follow(page, "Alignment", "alignment")
    page.locator("#play").click()
    until(page, "document.getElementById('week').value !== '0'")
    follow(page, "See: Why Russia did so", "why")
    assert heard == []
    page.close()


def test_links_work_in_the_frame_of_a_notebook(browser: Any, run_page: Path) -> None:
    page = new_tab(browser, 1200)
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda said: heard.append(said.text))
    page.set_content("<iframe sandbox='allow-scripts allow-downloads' style='width: 1100px; height: 800px'></iframe>")
    page.evaluate("(text) => { document.querySelector('iframe').srcdoc = text; }", run_page.read_text())
    frame = page.frame_locator("iframe")
    frame.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    inside = next(one for one in page.frames if one != page.main_frame)
    frame.get_by_role("link", name="Influence").first.click()
    in_view(inside, "influence")
    frame.get_by_role("link", name="See: Why Russia did so").first.click()
    has_focus(inside, "why")
    assert heard == []
    page.close()


def test_play_writes_the_address_once(browser: Any, run_page: Path) -> None:
    page = new_tab(browser, height=720)
    page.add_init_script(COUNTED)
    page.goto(f"file://{run_page}#week=5")
    page.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    page.locator("#play").click()
    page.locator("#play[aria-pressed=false]").wait_for(timeout=60_000)
    assert f"week={page.evaluate('data.alignment.dates[19]')}" in address_at_rest(page)
    assert page.evaluate("window.writes") <= 2
    page.close()


def test_a_choice_is_in_the_address_by_name_and_back_undoes_it(sweep_page: Path, opened: Callable[..., Any]) -> None:
    page = opened(sweep_page)
    name = page.locator("#point option").nth(3).text_content()
    page.select_option("#point", index=3)
    assert f"point={page.evaluate('called(data.points[3])')}" in address_at_rest(page)
    page.select_option("#case", index=1)
    case = page.evaluate("`${data.reasons.cases[1].contest}-${data.reasons.cases[1].party}`")
    assert f"case={case}" in address_at_rest(page)
    page.locator("#week").fill("4")
    assert "week=" in address_at_rest(page)
    go(page, "back", "document.getElementById('case').value === '0'")
    assert page.locator("#point").input_value() == "3"
    assert page.locator("#point option:checked").text_content() == name
    address_at_rest(page)
    go(page, "forward", "document.getElementById('case').value === '1'")
    sent = opened(sweep_page, hash=page.url[page.url.index("#") :])
    assert [sent.locator(one).input_value() for one in ("#case", "#point", "#week")] == ["1", "3", "4"]
