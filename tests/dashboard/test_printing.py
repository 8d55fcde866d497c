"""On paper: a page that is printed as soon as it is loaded has its figures; without scripts it says what it lacks."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_pages import new_tab


@pytest.fixture(scope="module")
def paper(run_page: Path, chromium_command: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The page as Chromium prints it at once."""
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")
    chromium, flags = chromium_command
    if not chromium.exists():
        pytest.skip(f"{chromium} is not installed")
    file = tmp_path_factory.mktemp("paper") / "page.pdf"
    subprocess.run(
        [str(chromium), *flags, "--no-pdf-header-footer", f"--print-to-pdf={file}", run_page.as_uri()],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return pdfium.PdfDocument(file)


def test_every_figure_is_on_paper(paper: Any) -> None:
    said = " ".join(page.get_textpage().get_text_range() for page in paper)
    drawn = (
        "Held by Azerbaijan",  # a strip's heading
        "most often",
        "Oct\r\n2020",  # a time axis
        "← against",  # reasons
        "BLR",  # the map's label
        "United States",
    )
    assert [words for words in drawn if words not in said] == []


def test_figures_are_drawn_in_colour_on_paper(paper: Any) -> None:
    coloured = 0
    for page in paper:
        saturation = page.render(scale=0.3).to_pil().convert("HSV").split()[1]
        coloured += sum(saturation.histogram()[81:])
    assert coloured > 10_000  # text and legends alone have fewer than 1,000


def test_printing_while_figures_are_drawn_draws_them(browser: Any, run_page: Path) -> None:
    page = new_tab(browser, height=720)
    page.add_init_script(
        "addEventListener('load', () => { dispatchEvent(new Event('beforeprint'));"
        " window.drawn = document.querySelectorAll('.plot .main-svg').length; });"
    )
    page.goto(f"file://{run_page}")
    assert page.evaluate("window.drawn") >= page.locator(".plot").count()
    page.close()


def test_without_scripts_the_page_says_so_at_its_top(browser: Any, run_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"file://{run_page}")
    notice = page.locator("body > noscript > p")
    assert "The large figures need JavaScript" in notice.text_content()
    assert notice.bounding_box()["y"] < page.locator("h1").bounding_box()["y"]
    assert page.locator(".card").first.is_visible()
    assert page.locator(".question svg").first.is_visible()
    assert page.locator(".facts").first.is_visible()
    assert not page.locator(".plot").first.is_visible()
    assert not page.locator("[data-csv]").first.is_visible()
    context.close()


def test_a_browser_that_cannot_unpack_says_so(browser: Any, run_page: Path) -> None:
    page = new_tab(browser, height=720)
    page.add_init_script("delete window.DecompressionStream;")
    page.goto(f"file://{run_page}")
    assert page.locator("#trouble").is_visible()
    page.close()


def test_printing_leaves_the_screen_as_it_was(run_page: Path, opened: Callable[..., Any]) -> None:
    page = opened(run_page, scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_no_heading_stands_alone_at_the_foot_of_a_sheet(browser: Any, run_page: Path) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")
    page = new_tab(browser, height=720)
    page.goto(f"file://{run_page}")
    page.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    headings = page.locator("main section > h2").all_text_contents()
    for lower in (0, 250, 500, 750):  # pixels by which the page begins lower, so that headings come to stand elsewhere
        page.evaluate("(lower) => { document.querySelector('header').style.paddingBottom = `${lower}px`; }", lower)
        paper = pdfium.PdfDocument(page.pdf(format="A4"))
        sheets = [sheet.get_textpage().get_text_range().split("\r\n") for sheet in paper]
        after = {line: len(lines) - place for lines in sheets for place, line in enumerate(lines) if line in headings}
        assert len(after) > 4
        assert [heading for heading, lines in after.items() if lines < 4] == []
    page.close()


def test_the_first_sheet_is_filled_with_questions_side_by_side(paper: Any) -> None:
    image = paper[0].render(scale=0.5).to_pil().convert("L").point(lambda level: 255 if level < 200 else 0)
    *_, bottom = image.getbbox()
    assert bottom > 0.7 * image.height
    said = paper[0].get_textpage().get_text_range()
    assert said.count("See: ") >= 2
