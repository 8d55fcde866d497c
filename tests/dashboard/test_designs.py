"""Pages of designs: all points count, none is the result, and no link or sentence promises what is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from made_pages import until

from sim import sweep
from sim.dashboard import findings, write_dashboard
from sim.dashboard.study import study
from sim.experiments.files.sweep_file import load_sweep
from sim.results.results import Results

HEAD = "name: small\ntitle: A small design\nscenario: two-rivals-one-patron\nweeks: 6\nreplicates: 3\n"
NUMBERS = "factors: [{path: behaviour.attack_rate}, {path: contests.VAL.pace}]"
POLICY = "factors: [{path: states.ALD.arms_policy, label: whom Aldia arms, values: [endogenous, both, none]}]"
DESIGNS = {
    "grid": f"design: grid\n{POLICY}",
    "large grid": "design: grid\nfactors: [{path: weights.order, values: [0, 1, 2]}, {path: contests.VAL.pace, range: [0.1, 0.5], steps: 11},"
    " {path: behaviour.distrust, range: [0, 2], steps: 4}]\nseries: {replicates: 0}",
    "one-at-a-time": "design: one-at-a-time\nall-uncertain: {only: [states.*]}",
    "large one-at-a-time": "design: one-at-a-time\nall-uncertain: true\nseries: {replicates: 0}",
    "list": "design: list\nrows: [{weights.order: 1}, {weights.order: 2, weights.balance: 0}, {weights.balance: 3}]",
    "latin-hypercube": f"design: latin-hypercube\npoints: 20\n{NUMBERS}",
    "random with words": "design: random\npoints: 24\nfactors: [{path: behaviour.attack_rate}, {label: arms, variants:"
    " {as it is: {}, none: {states.ALD.arms_policy: none}}}]",
    "sobol": f"design: sobol\npoints: 16\n{NUMBERS}",
    "saltelli": f"design: saltelli\nsamples: 8\nsecond-order: false\n{NUMBERS}",
    "morris": "design: morris\ntrajectories: 4\nlevels: 4\nall-uncertain: {only: [behaviour.*]}",
    "product": f"design: product\nof:\n  - {{design: sobol, points: 8, {NUMBERS}}}\n  - {{{POLICY}}}",
    "lengths": "design: grid\nfactors: [{path: weeks, values: [4, 6, 8]}]",
    "lengths listed": "design: list\nrows: [{weeks: 4}, {weeks: 8}, {weights.order: 2}]",
    "union": "design: union\nof: [{factors: [{path: weights.order, values: [1, 2]}]}, {design: list, rows: [{weights.balance: 0}]}]",
}  # fmt: skip
POOLED = [
    kind for kind in DESIGNS if kind not in ("grid", "large grid", "one-at-a-time", "large one-at-a-time", "lengths")
]
UNORDERED = [kind for kind in POOLED if kind not in ("morris", "saltelli")]
"""Pooled designs whose points have no order."""


@pytest.fixture(scope="module")
def result_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Results]:
    """Gives the results of a small sweep with one of the designs, from a folder."""
    made: dict[str, Results] = {}

    def result(kind: str) -> Results:
        if kind not in made:
            room = tmp_path_factory.mktemp("sweeps")
            (room / "small.yaml").write_text(f"{HEAD}{DESIGNS[kind]}\n", encoding="utf-8")
            made[kind] = sweep(load_sweep(room / "small.yaml"), out=room / "results")
        return made[kind]

    return result


@pytest.fixture(scope="module")
def page_of(result_of: Callable[[str], Results]) -> Callable[[str], Path]:
    """Gives the page of the same small sweep."""
    return cache(lambda kind: write_dashboard(Path(str(result_of(kind).folder))))


@pytest.mark.parametrize("kind", DESIGNS)
def test_every_link_of_a_page_leads_somewhere(kind: str, page_of) -> None:
    text = page_of(kind).read_text(encoding="utf-8")
    links = set(re.findall(r'href="#([^"&]+)', text))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert links
    assert links <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", DESIGNS)
def test_no_sentence_promises_what_the_page_lacks(kind: str, page_of) -> None:
    text = page_of(kind).read_text(encoding="utf-8")
    assert ("the comparison</a> has all" in text) <= ('id="comparison"' in text)
    assert ("counts all" in text) <= ('id="variation"' in text)
    assert ("of the first version" in text) == (kind not in POOLED)


@pytest.mark.parametrize("kind", UNORDERED)
def test_no_point_of_a_drawn_design_is_the_result(kind: str, result_of, synthetic: ModuleType) -> None:
    """Findings do not change with the order of the points: the first one is like any other."""
    results = result_of(kind)
    design, runs = results.design, results.runs
    number = {point: place for place, point in enumerate(reversed(design["point"].tolist()))}
    turned = synthetic.Folder(
        manifest=results.manifest,
        reasons=results.reasons,
        design=design.assign(point=design["point"].map(number)).sort_values("point"),
        runs=runs.assign(point=runs["point"].map(number)).sort_values(["point", "replicate"]),
        series=results.series.assign(point=results.series["point"].map(number)).sort_values(
            ["point", "replicate", "week"]
        ),
    )
    assert findings(turned) == findings(results)


@pytest.mark.parametrize("kind", POOLED)
def test_mean_in_a_finding_is_that_of_all_runs(kind: str, result_of) -> None:
    results = result_of(kind)
    told = next(finding for finding in findings(results) if finding.anchor == "spread-control-VAL-final")
    points = results.runs.groupby("point")["control.VAL:final"].mean()
    assert told.number == f"{100 * results.runs['control.VAL:final'].mean():.0f}%"
    low, high = (f"{100 * end:.0f}%" for end in np.quantile(points, [0.05, 0.95] if len(points) >= 20 else [0, 1]))
    assert (f"{low} to {high} by version" if low != high else "alike in all versions") in told.title


@pytest.mark.parametrize(
    ("levels", "title"),
    [
        (("nobody stays out", "Corland stays out"), "“Corland stays out” instead of “nobody stays out”: "),
        (("none", "one"), "Staying out “one” instead of “none”: "),
    ],
)
def test_levels_that_are_sentences_need_no_name_of_their_factor(
    tmp_path: Path, levels: tuple[str, str], title: str
) -> None:
    file = tmp_path / "out.yaml"
    first, other = levels
    file.write_text(
        f"name: out\nscenario: two-rivals-one-patron\nweeks: 6\nreplicates: 4\nfactors:\n"
        f"  - {{label: staying out, variants: {{{first}: {{}}, {other}: {{weights.order: 0}}}}}}\n"
    )
    assert findings(sweep(load_sweep(file), threads=1))[0].title.startswith(title)


def test_policy_of_a_product_is_told_over_its_worlds(result_of) -> None:
    results = result_of("product")
    first = findings(results)[0]
    assert first.title.startswith("Whom Aldia arms “")
    assert "of 8 worlds" in first.text
    assert first.anchor == "effect-3"


def test_screening_says_first_how_many_numbers_matter(result_of, page_of) -> None:
    results = result_of("morris")
    first = findings(results)[0]
    assert first.anchor == "what-matters"
    assert first.about.startswith(f"of {len(results.manifest['factors'])} numbers")
    text = page_of("morris").read_text(encoding="utf-8")
    bold = set(re.findall(r"<tr><th scope=\"row\">([^<]+)(?:(?!</tr>).)*?class=\"n strong", text, re.DOTALL))
    assert first.number == str(len(bold))


@pytest.mark.parametrize("kind", POOLED)
def test_views_of_a_drawn_design_are_all_points_or_levels(kind: str, result_of) -> None:
    what = study(result_of(kind))
    every, *levels = what.views
    assert every.points == what.points
    assert all(not re.search(r"\d\.\d{3}", view.name) for view in levels)
    for label in {view.name.split(": ")[0] for view in levels}:
        points = [point for view in levels if view.name.startswith(label) for point in view.points]
        assert sorted(points) == sorted(what.points)


def test_figures_over_time_of_a_drawn_design_show_all_runs(result_of) -> None:
    results = result_of("sobol")
    what = study(results)
    kept = what.series_of(what.views[0])
    assert len(kept) == len(results.series)
    assert kept.groupby("week")["replicate"].nunique().eq(16 * 3).all()


def test_long_design_is_a_table_and_no_long_text(page_of) -> None:
    text = page_of("morris").read_text(encoding="utf-8")
    facts = re.search(r"<dt>Design</dt><dd>(.*?)</dd>", text, re.DOTALL)
    assert facts is not None
    assert len(facts.group(1)) < 200
    assert text.count('<tr><th scope="row">') > 40


def test_many_factors_of_levels_share_a_table(result_of, page_of) -> None:
    results = result_of("large one-at-a-time")
    text = page_of("large one-at-a-time").read_text(encoding="utf-8")
    assert 'id="which-levels-matter"' in text
    assert 'id="effect-1"' not in text
    assert {finding.anchor for finding in findings(results)[:3]} == {"which-levels-matter"}


def test_names_of_a_long_one_at_a_time_design_say_what_differs(result_of) -> None:
    what = study(result_of("one-at-a-time"))
    names = [what.point_name(point) for point in what.points]
    assert names[0] == "The first version"
    assert all(name.count(": ") == 1 for name in names[1:])


@pytest.mark.parametrize("kind", ["product", "morris", "large grid"])
def test_page_of_a_design_draws_in_silence(kind: str, page_of, opened) -> None:
    drawn = opened(page_of(kind))
    assert drawn.heard == []
    assert drawn.evaluate("document.documentElement.scrollWidth") <= 1280
    drawn.set_viewport_size({"width": 390, "height": 900})
    until(drawn, "document.documentElement.scrollWidth <= 390")  # figures are drawn anew when the browser is idle
    narrow = opened(page_of(kind), width=390)
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("kind", ["morris", "large one-at-a-time"])
def test_long_and_wide_tables_fit_on_paper(kind: str, page_of, opened) -> None:
    drawn = opened(page_of(kind), width=718)
    rows = "Math.max(...[...document.querySelectorAll('.scroll')].map((one) => [...one.querySelectorAll('tbody tr')].filter((row) => row.offsetHeight).length))"
    assert drawn.evaluate(rows) > 30
    drawn.emulate_media(media="print")
    drawn.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert drawn.evaluate("document.documentElement.scrollWidth") <= 718
    assert drawn.evaluate(rows) == 30


def test_heads_that_order_a_table_stand_on_every_sheet_that_it_takes(page_of, opened) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")
    drawn = opened(page_of("large one-at-a-time"))
    heading, *rows = (
        text.replace(" ", "")
        for text in drawn.locator("[data-ordered] :is(thead th:nth-child(2), tbody th)").all_text_contents()
    )
    paper = pdfium.PdfDocument(drawn.pdf(format="A4", landscape=True))
    sheets = ["".join(sheet.get_textpage().get_text_range().split()) for sheet in paper]
    of_table = [sheet for sheet in sheets if any(row in sheet for row in rows)]
    assert len(of_table) > 1
    assert [heading in sheet for sheet in of_table] == [True] * len(of_table)


def test_tables_of_a_design_are_saved_whole(result_of, page_of, opened) -> None:
    results = result_of("morris")
    drawn = opened(page_of("morris"))
    with drawn.expect_download() as download:
        drawn.locator('[data-csv="what-matters"]').click()
    saved = pd.read_csv(download.value.path())
    assert len(saved) == len(results.manifest["factors"])


def test_the_heading_of_an_outcome_puts_first_what_moves_it_most(page_of, opened) -> None:
    drawn = opened(page_of("morris"))
    said = drawn.locator("#what-matters [data-order]")
    first = said.text_content()
    headline = drawn.locator("#what-matters thead th").nth(1)
    assert first.startswith(f"In the order of “{headline.text_content()}”, what is clear of chance first.")
    assert headline.get_attribute("aria-sort") == "descending"
    names = "[...document.querySelectorAll('#what-matters tbody tr')].map((row) => row.cells[0].textContent)"
    as_given = drawn.evaluate(names)
    orders = []
    for column in range(1, drawn.locator("#what-matters thead button").count() + 1):
        heading = drawn.locator("#what-matters thead th").nth(column)
        outcome = heading.text_content()
        heading.locator("button").click()
        cells = drawn.evaluate(
            "(column) => [...document.querySelectorAll('#what-matters tbody tr')].map(({ cells }) => [cells[column].matches('.strong'), Math.abs(Number(cells[column].dataset.value || 0))])",
            column,
        )
        assert cells == sorted(cells, reverse=True)
        assert f"“{outcome}”" in said.text_content()
        assert heading.get_attribute("aria-sort") == "descending"
        orders.append(drawn.evaluate(names))
    assert orders[0] == as_given
    assert len({tuple(order) for order in orders}) > 1
    assert all(sorted(order) == sorted(as_given) for order in orders)
    drawn.locator("#what-matters thead button").last.click()
    assert drawn.evaluate(names) == as_given
    assert said.text_content() == first


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_page_of_a_design_has_no_accessibility_violation(scheme: str, width: int, page_of, opened, violations) -> None:
    drawn = opened(page_of("product"), scheme=scheme, width=width)
    assert violations(drawn, scheme) == []
