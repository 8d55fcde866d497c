"""Figures as files for a paper: with title, scenario and citation in them, the same each time, and right."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from made_pages import new_tab
from PIL import Image
from typer.testing import CliRunner

from sim import Results
from sim.cli.commands import app
from sim.dashboard.encode import script_hash
from sim.dashboard.export import browser as driven
from sim.dashboard.export.browser import VARIABLE, find_browser
from sim.dashboard.export.export import FORMATS, Wanted, exported, titles
from sim.dashboard.export.metadata import png_with
from sim.errors import ConfigError, CounterpoiseError, ResultsError

SVG = "{http://www.w3.org/2000/svg}"
BACKING = "Turkey may back Azerbaijan"
CITED = "Counterpoise 0.1.0, an agent-based model of influence among states"


@pytest.fixture(scope="module")
def results(run_page: Path) -> Results:
    return Results.open(run_page.parent)


@pytest.fixture(scope="module")
def chromium() -> None:
    try:
        find_browser()
    except CounterpoiseError as error:
        pytest.skip(str(error))


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driven.shutil, "which", lambda name: None)
    monkeypatch.delenv(VARIABLE, raising=False)


def words(svg: bytes) -> str:
    """All text of a picture, which must be well-formed."""
    return " ".join(" ".join(ET.fromstring(svg).itertext()).split())


def test_every_drawing_of_the_page_is_a_figure_with_its_title(results: Results, run_page: Path, seen: Any) -> None:
    page = seen(run_page)
    drawn = page.evaluate(
        "[...document.querySelectorAll('figure, .question')].filter((one) => one.querySelector('.plot, svg, canvas')).map((one) => one.id)"
    )
    assert set(titles(results)) == set(drawn)
    assert titles(results)["crisis-NK"] == "Nagorno-Karabakh"


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("form", ["svg", "html"])
@pytest.mark.parametrize("name", ["question-1", "influence-moves"])
def test_small_charts_need_no_browser(results: Results, name: str, form: str) -> None:
    picture = exported(results, Wanted(name, form))
    assert picture == exported(results, Wanted(name, form))
    said = picture.decode()
    assert "var(" not in said
    assert "<script" not in said
    assert titles(results)[name] in said
    assert CITED in said


def test_a_small_chart_has_the_numbers_of_its_question(results: Results) -> None:
    said = words(exported(results, Wanted("influence-moves")))
    last = results.series[results.series["week"] == results.series["week"].max()]
    for client in ("ARM", "AZE", "KGZ", "BLR"):
        assert f"{last[f'influence.RUS.{client}'].mean():.0%}" in said


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize(
    "name", ["crisis-NK", "map&week=2020-10-25&view=influence-TUR", "why-weeks", "why-steps&when=2020-09-27"]
)
def test_a_drawn_figure_is_the_same_each_time_and_says_what_it_is(results: Results, name: str) -> None:
    wanted = Wanted(name, width=700)
    picture = exported(results, wanted)
    assert picture == exported(results, wanted)
    root = ET.fromstring(picture)
    assert root.get("width") == "700"
    assert root[0].tag == f"{SVG}title"
    assert CITED in (root[1].text or "")
    assert len(list(root.iter(f"{SVG}path"))) > 5
    said = words(picture)
    assert "Scenario: The ex-Soviet space in the autumn of 2020. 20 simulated runs" in said
    shown = {
        "crisis-NK": "Held by Azerbaijan",
        "why-weeks": "Power and crisis: Russia in Nagorno-Karabakh",
        "why-steps&when=2020-09-27": "When: from 27 September 2020: the first week",
    }
    assert shown.get(name, "Week from 25 October 2020 (week 4)") in said


@pytest.mark.usefixtures("chromium")
def test_a_matrix_has_the_means_of_its_week(results: Results) -> None:
    said = words(exported(results, Wanted("matrix-influence&week=2020-10-25")))
    week = results.series[results.series["week"] == 4]
    assert f" {100 * week['influence.RUS.BLR'].mean():.0f} " in said


@pytest.mark.usefixtures("chromium")
def test_png_is_as_large_as_it_is_wanted_and_says_what_it_is(results: Results) -> None:
    height = int(ET.fromstring(exported(results, Wanted("primacy", height=200))).get("height", ""))
    picture: Any = Image.open(io.BytesIO(exported(results, Wanted("primacy", "png", height=200, scale=3))))
    assert picture.size == (3 * 760, 3 * height)
    assert picture.text["Title"] == "Who comes first in the region"
    assert CITED in picture.text["Description"]
    assert len(picture.convert("RGB").getcolors(1_000_000)) > 50


@pytest.mark.usefixtures("chromium")
def test_pdf_is_a_page_of_the_figure_and_nothing_else(results: Results) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")
    document = exported(results, Wanted("influence-ARM", "pdf", width=640))
    assert document == exported(results, Wanted("influence-ARM", "pdf", width=640))
    paper = pdfium.PdfDocument(document)
    assert len(paper) == 1
    assert paper.get_metadata_dict()["CreationDate"] == "D:20261122210000+00'00'"
    assert paper.get_metadata_dict()["Title"] == "Influence over Armenia"
    said = " ".join(paper[0].get_textpage().get_text_range().split())
    assert CITED in said
    assert "Download" not in said
    assert paper[0].get_width() == pytest.approx(640 * 0.75, abs=1)


def test_page_of_a_figure_shows_it_alone_and_is_closed(results: Results, tmp_path: Path, opened: Any) -> None:
    file = tmp_path / "figure.html"
    file.write_bytes(exported(results, Wanted("map", "html", theme="dark")))
    assert file.read_bytes() == exported(results, Wanted("map", "html", theme="dark"))
    text = file.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1).replace("&#39;", "'")  # type: ignore[union-attr]
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert policy.startswith("default-src 'none'; ")
    assert script_hash(script) in policy
    page = opened(file)
    assert page.heard == []
    assert [url for url in page.asked[1:] if not url.startswith(("data:", "blob:"))] == []
    assert page.locator("html").get_attribute("data-theme") == "dark"
    visible = "[...document.querySelectorAll('figure')].filter((one) => one.checkVisibility({ visibilityProperty: true })).map((one) => one.id)"
    assert page.evaluate(visible) == ["map"]
    page.locator("#week").fill("4")
    assert "Week from 25 October 2020" in page.locator("#day").text_content()


@pytest.mark.parametrize("name", ["crisis-NK", "map", "influence-moves"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_of_a_figure_has_no_accessibility_violation(
    results: Results, tmp_path: Path, browser: Any, violations: Any, name: str, theme: str
) -> None:
    file = tmp_path / "figure.html"
    file.write_bytes(exported(results, Wanted(name, "html", theme=theme)))
    page = new_tab(browser, 390, 800)
    page.goto(file.as_uri())
    if name != "influence-moves":
        page.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    assert violations(page, "light") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


@pytest.mark.usefixtures("chromium")
def test_a_design_point_is_shown_and_named(sweep_page: Path) -> None:
    swept = Results.open(sweep_page.parent)
    pictures = {point: words(exported(swept, Wanted("crisis-NK", point=point))) for point in (0, 3)}
    assert pictures[0] != pictures[3]
    for point, said in pictures.items():
        policy, backing = swept.design.set_index("point").loc[point, ["states.RUS.arms_policy", BACKING]]
        assert {"endogenous": "arms as it sees fit", "both": "arms both sides"}[policy] in said
        assert f"{BACKING}: {backing}" in said


@pytest.mark.usefixtures("chromium")
def test_hostile_names_are_text_in_every_picture(hostile_page: Path, opened: Any, tmp_path: Path) -> None:
    hostile = Results.open(hostile_page.parent)
    for name in ("influence-moves", "network", "influence-ARM"):
        picture = exported(hostile, Wanted(name))
        tags = {one.tag.removeprefix(SVG) for one in ET.fromstring(picture).iter()}
        assert not {"script", "img", "foreignObject"} & tags
    file = tmp_path / "figure.html"
    file.write_bytes(exported(hostile, Wanted("influence-moves", "html")))
    text = file.read_text()
    assert "<img" not in text
    assert "<script" not in text


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_figures_are_saved_from_the_page(run_page: Path, opened: Any, kind: str) -> None:
    page = opened(run_page)
    with page.expect_download() as waiting:
        page.locator(f"[data-picture={kind}][data-of=influence-ARM]").click()
    saved = Path(waiting.value.path()).read_bytes()
    assert waiting.value.suggested_filename == f"invented-run-influence-ARM.{kind}"
    if kind == "svg":
        assert CITED in words(saved)
    else:
        assert Image.open(io.BytesIO(saved)).width > 300
    assert page.heard == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("crisi-NK"), "did you mean crisis-NK?"),
        (Wanted("primacy", "svgz"), 'format must be one of svg, png, pdf, html (found "svgz"); did you mean svg?'),
        (Wanted("primacy", theme="drak"), "did you mean dark?"),
        (Wanted("primacy", width=3), "width must be a whole number in [320, 4000]"),
        (Wanted("primacy", scale=9), "scale must be a whole number in [1, 8]"),
        (Wanted("primacy", point=7), "point must be a design point"),
        (Wanted("network", height=300), "the height of this figure follows from its width"),
        (Wanted("question-1", height=300), "the height of this figure follows from its width"),
        (Wanted("question-1&week=3"), "must be the name alone"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_drawn(results: Results, wanted: Wanted, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        exported(results, wanted)


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize(("choice", "form"), [("week=2019-01-01", "svg"), ("weak=3", "png"), ("view=<img>", "pdf")])
def test_a_choice_that_the_page_does_not_have_is_refused(results: Results, choice: str, form: str) -> None:
    with pytest.raises(ConfigError, match="must be followed by what the page's address has"):
        exported(results, Wanted(f"map&{choice}", form))


def test_results_without_series_have_no_such_figure(synthetic: Any) -> None:
    from dataclasses import replace

    made = synthetic.folder(replicates=4, weeks=6, swept=True)
    part = replace(made, series=made.series[made.series["point"] > 0])
    for name in ("crisis-NK", "primacy"):
        with pytest.raises(ResultsError, match=f"hold no data for the figure {name} at point 0"):
            exported(part, Wanted(name, point=0))


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_the_remedy_is_said(results: Results) -> None:
    with pytest.raises(CounterpoiseError, match=r"install Chromium or Chrome, or name one in .* BROWSER_PATH"):
        exported(results, Wanted("primacy"))


@pytest.mark.parametrize(
    ("program", "said"),
    [("/no/such/thing", "names no program"), ("/bin/false", "failed"), ("/bin/true", "could not draw the figure")],
)
def test_a_browser_that_is_none_is_told(
    results: Results, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    monkeypatch.setenv(VARIABLE, program)
    with pytest.raises(CounterpoiseError, match=said):
        exported(results, Wanted("primacy"))


def test_the_address_of_no_png_is_refused() -> None:
    with pytest.raises(ValueError, match="no PNG"):
        png_with("data:image/png;base64,aGFsbG8=", {})


def call(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["figure", *arguments])


def test_command_lists_figures_and_writes_one(
    run_page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, results: Results
) -> None:
    monkeypatch.chdir(tmp_path)
    listed = call(str(run_page.parent))
    assert listed.exit_code == 0
    assert "influence-moves\tFrom start to end" in listed.output
    assert call(str(run_page.parent), "question-2").output == "invented-run-question-2.svg\n"
    assert Path("invented-run-question-2.svg").read_bytes() == exported(results, Wanted("question-2"))
    assert call(str(run_page.parent), "question-2", "--output", "q.html", "--theme", "dark").exit_code == 0
    assert Path("q.html").read_bytes() == exported(results, Wanted("question-2", "html", theme="dark"))
    assert set(FORMATS) == {"svg", "png", "pdf", "html"}


def test_command_refuses_a_file_of_another_format_and_a_link(run_page: Path, tmp_path: Path) -> None:
    refused = call(str(run_page.parent), "question-1", "--format", "svg", "--output", str(tmp_path / "a.png"))
    assert refused.exit_code == 2
    assert "output must end in .svg" in refused.output
    (tmp_path / "a.svg").symlink_to(tmp_path / "b.svg")
    refused = call(str(run_page.parent), "question-1", "--output", str(tmp_path / "a.svg"))
    assert refused.exit_code == 1
    assert "give another file with --output" in refused.output
    assert not (tmp_path / "b.svg").exists()


def test_opening_a_picture_runs_nothing(hostile_page: Path, tmp_path: Path, opened: Callable[..., Any]) -> None:
    hostile = Results.open(hostile_page.parent)
    file = tmp_path / "figure.html"
    file.write_bytes(exported(hostile, Wanted("influence-ARM", "html")))
    assert opened(file).heard == []
