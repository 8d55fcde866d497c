"""What a notebook shows: the page's figures as Plotly's own, and short facts about objects, nothing of them as HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim import InfluenceModel, Results, compare, load_scenario, simulate
from sim.comparison.compare import Comparison
from sim.dashboard.notebook import colours
from sim.errors import ConfigError, ResultsError, UnknownNameError
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plan import single

HOSTILE = "<img src=x onerror=alert(1)>"
NAME = re.compile(r'id="([a-z]+-[A-Za-z]+|primacy)"')


@pytest.fixture(scope="module")
def results(run_page: Path) -> Results:
    return Results.open(run_page.parent)


@pytest.fixture(scope="module")
def swept(sweep_page: Path) -> Results:
    return Results.open(sweep_page.parent)


def comparison() -> Comparison:
    """Of a few runs with themselves."""
    results = simulate("two-rivals-one-patron", 3, weeks=3)
    return compare(results, results)


def values(part: Any) -> list[str]:
    """All texts of a figure."""
    if isinstance(part, dict):
        return [text for value in part.values() for text in values(value)]
    if isinstance(part, list | tuple):
        return [text for value in part for text in values(value)]
    return [part] if isinstance(part, str) else []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_figure_is_plotlys_with_colours_that_need_no_page(results: Results, swept: Results, theme: str) -> None:
    from plotly.graph_objects import Figure

    for one in (results, swept):
        assert len(one.figures) > 8
        for name, title in one.figures.items():
            drawn = one.figure(name, theme=theme)
            assert isinstance(drawn, Figure)
            assert drawn.layout.title.text == title
            assert drawn.layout.paper_bgcolor == colours()[theme]["card"]
            assert len(drawn.data) > 0
            assert not [text for text in values(drawn.to_plotly_json()) if text.startswith("$")]


def test_figures_are_called_as_on_the_page_and_hold_its_data(results: Results, run_page: Path) -> None:
    assert set(results.figures) <= set(NAME.findall(run_page.read_text()))
    drawn = results.figure("influence-ARM")
    medians = [trace for trace in drawn.data if trace.line.width == 2.4]
    last = results.series[results.series["week"] == results.series["week"].max()]
    expected = [round(float(last[f"influence.{patron}.ARM"].median()), 3) for patron in ("RUS",)]
    assert expected[0] in [round(float(trace.y[-1]), 3) for trace in medians]


def test_section_stands_for_its_first_figure(swept: Results) -> None:
    for section, first in (("crises", "crisis-NK"), ("influence", "primacy"), ("alignment", "matrix-alignment")):
        assert swept.figure(section) == swept.figure(first)
    assert swept.figure("comparison").layout.title.text in swept.figures.values()


def test_each_design_point_has_its_figure(swept: Results) -> None:
    points = swept.design["point"].tolist()
    assert len({swept.figure("crises", point).to_json() for point in points}) == len(points)


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (("inflence",), {}, "did you mean influence?"),
        (("influence-ARN",), {}, "did you mean influence-ARM?"),
        (("map",), {}, 'drawn by the page alone (found "map"); `counterpoise figure DIR map` gives it'),
        (("crises", 7), {}, "point must be a design point"),
        (("crises", 0.0), {}, "point must be a design point"),
        (("crises", True), {}, "point must be a design point"),
        (("crises",), {"theme": "drak"}, "did you mean dark?"),
    ],
)
def test_unknown_figure_point_or_theme_is_refused(
    results: Results, arguments: tuple[Any, ...], options: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        results.figure(*arguments, **options)
    assert issubclass(UnknownNameError, ConfigError)


def test_section_without_data_is_told_from_an_unknown_one(results: Results) -> None:
    with pytest.raises(ResultsError, match="hold no data for the figures of comparison"):
        results.figure("comparison")


def test_results_without_a_finished_run_have_no_figures(tmp_path: Path) -> None:
    empty = simulate("two-rivals-one-patron", 2, weeks=2, shard=(1, 2), out=tmp_path / "out")
    assert empty.figures == {}
    with pytest.raises(ResultsError, match="no finished run"):
        empty.figure("crises")


def test_nothing_of_a_hostile_name_is_markup(hostile_page: Path) -> None:
    results = Results.open(hostile_page.parent)
    shown = [
        results._repr_html_(),
        *(text for name in results.figures for text in values(results.figure(name).to_plotly_json())),
    ]
    for text in shown:
        assert not re.search(r"<(img|script)", text)
    scenario = replace(
        load_scenario("two-rivals-one-patron"),
        name=f"{HOSTILE}\x1b[2J", title=HOSTILE, names={"ALD": HOSTILE, "VAL": "</table><script>alert(2)</script>"},
    )  # fmt: skip
    model = InfluenceModel(scenario, weeks=2)
    compared = comparison()
    for one in (scenario, model, replace(compared, names=(HOSTILE, HOSTILE), notes=(HOSTILE,))):
        assert not re.search(r"<(img|script)", one._repr_html_())
        assert repr(one).isprintable()


def test_objects_are_shown_in_a_line(results: Results) -> None:
    scenario = load_scenario("post-soviet-2020")
    model = InfluenceModel(scenario, weeks=2, replicate=3)
    compared = comparison()
    plans = load_sweep("robust-arms"), single(scenario, 3, 1)
    for one in (scenario, results, compared, model, model.state("RUS"), model.contest("NK"), *plans):
        assert 10 < len(repr(one)) < 160
    assert "9 states" in repr(scenario)
    assert "replicate 3, week 0 of 2" in repr(model)
    assert repr(model.state("RUS")) == "<State RUS>"


def test_page_of_a_folder_is_drawn_there(results: Results, run_page: Path) -> None:
    before = run_page.read_bytes()
    assert results.dashboard() == run_page
    assert run_page.read_bytes() == before


def test_page_is_drawn_where_it_is_wanted_and_replaces_only_by_force(results: Results, tmp_path: Path) -> None:
    file = tmp_path / "new" / "page.html"
    assert results.dashboard(str(file)) == file
    drawn = file.read_text()
    file.write_text("mine")
    with pytest.raises(ResultsError, match="force=True replaces it"):
        results.dashboard(file)
    assert file.read_text() == "mine"
    assert results.dashboard(file, force=True).read_text() == drawn
    assert [one.name for one in file.parent.iterdir()] == ["page.html"]


@pytest.mark.parametrize("force", [False, True])
def test_page_is_not_written_through_a_link_or_over_a_folder(results: Results, tmp_path: Path, force: bool) -> None:
    target, link = tmp_path / "target", tmp_path / "link.html"
    link.symlink_to(target)
    for path in (link, tmp_path):
        with pytest.raises(ResultsError, match="is left alone"):
            results.dashboard(path, force=force)
    assert not target.exists()
    target.write_text("mine")
    with pytest.raises(ResultsError, match="is left alone"):
        results.dashboard(link, force=force)
    assert target.read_text() == "mine"


def test_results_in_memory_need_a_path(results: Results, tmp_path: Path) -> None:
    memory = Results(
        results.manifest, {kind: list(results.tables(kind)) for kind in ("runs", "series", "design.parquet")}
    )
    with pytest.raises(ResultsError, match="give the path of a file"):
        memory.dashboard()
    assert memory.dashboard(tmp_path / "page.html").stat().st_size > 1_000_000
