"""The page in a browser: it stays silent and offline, fits, obeys keys and links, and shows names as text."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from made_pages import address_at_rest, until

from sim import sweep
from sim.dashboard.page import page as page_of

DRAWN = "document.documentElement.dataset.drawn"


def foreign(page) -> list[str]:
    """Requests other than for the page itself and what it made itself."""
    return [url for url in page.asked[1:] if not url.startswith(("data:", "blob:"))]


def day_of(page, week: int) -> str:
    """What the address calls a week: the date on which it was observed."""
    return page.evaluate(f"data.alignment.dates[{week}]")


@pytest.mark.parametrize("which", ["run_page", "sweep_page"])
def test_page_opens_in_silence_and_its_findings_link_to_figures(which, request, seen) -> None:
    page = seen(request.getfixturevalue(which))
    assert page.heard == []
    assert foreign(page) == []
    anchors = page.evaluate(
        "[...document.querySelectorAll('.card a')].map((link) => link.getAttribute('href').slice(1).split('&')[0])"
    )
    assert anchors
    assert page.evaluate("(anchors) => anchors.every((anchor) => document.getElementById(anchor))", anchors)


@pytest.mark.parametrize("width", [390, 768, 1280, 2560])
def test_page_never_scrolls_sideways(run_page: Path, seen, width: int) -> None:
    page = seen(run_page, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_print_is_as_wide_as_the_paper(run_page: Path, opened) -> None:
    page = opened(run_page, width=718, scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    assert page.locator("html").get_attribute("data-theme") == "light"
    edges = page.evaluate(
        "[...document.querySelectorAll('.plot .main-svg')].map((one) => one.getBoundingClientRect().right)"
    )
    assert max(edges) <= 718


@pytest.mark.parametrize(
    ("which", "scheme", "width"),
    [
        ("run_page", "light", 390),
        ("run_page", "light", 1280),
        ("run_page", "dark", 1280),
        ("run_page", "dark", 2560),
        ("sweep_page", "light", 1280),
        ("sweep_page", "dark", 1280),
    ],
)
def test_page_has_no_accessibility_violation(which, request, opened, violations, scheme: str, width: int) -> None:
    page = opened(request.getfixturevalue(which), scheme=scheme, width=width)
    assert violations(page, scheme) == []


def test_theme_follows_the_system_and_then_the_button(run_page: Path, opened) -> None:
    page = opened(run_page, scheme="dark")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.locator("#theme").click()
    assert page.locator("html").get_attribute("data-theme") == "light"
    assert "theme=light" in address_at_rest(page)


def test_slider_moves_both_matrices_and_the_hash(run_page: Path, opened) -> None:
    page = opened(run_page)
    read = (
        "() => ['alignment', 'influence'].map((kind) => JSON.stringify("
        "[...document.querySelectorAll(`#plot-matrix-${kind} .cells > g`)].map((one) => one.textContent)))"
    )
    before = page.evaluate(read)
    page.locator("#week").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    until(page, DRAWN)
    after = page.evaluate(read)
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert f"week={day_of(page, 10)}" in address_at_rest(page)
    assert "(week 10)" in page.locator("#day").text_content()


def test_a_cell_that_is_pointed_at_is_read_out_below_the_matrix_in_every_week(run_page: Path, opened) -> None:
    page = opened(run_page, hash="#matrix-alignment")
    cells, read_out = page.locator("#plot-matrix-alignment .cells > g"), page.locator("#pointed-alignment")

    def at_week(week: str) -> list[str]:
        page.locator("#week").fill(week)
        until(page, DRAWN)
        return [str(one) for one in cells.locator("title").all_text_contents()]

    late, early = at_week("19"), at_week("3")
    moved = next(place for place, pair in enumerate(zip(early, late, strict=True)) if pair[0] != pair[1])
    cells.nth(moved).hover()
    assert read_out.text_content() == early[moved]
    at_week("19")
    assert read_out.text_content() == late[moved]


def test_map_follows_the_slider_the_choice_of_colours_and_the_link(run_page: Path, opened) -> None:
    page = opened(run_page, hash="#map&week=3&view=6")
    assert page.locator("#view option:checked").text_content() == "Alignment toward European Union"
    assert page.locator("#map-title").text_content() == "The region: alignment toward European Union"
    fills = (
        "() => [...document.querySelectorAll('#plot-map .states path')].map((one) => one.getAttribute('fill')).join()"
    )
    before = page.evaluate(fills)
    page.locator("#view").select_option(label="Influence of Russia")
    coloured = page.evaluate(fills)
    page.locator("#week").fill("19")
    until(page, DRAWN)
    assert len({before, coloured, page.evaluate(fills)}) == 3
    assert f"week={day_of(page, 19)}" in address_at_rest(page)
    assert "view=" not in page.url


def test_what_is_pointed_at_on_the_map_is_read_out_below_it_in_every_week_and_view(run_page: Path, opened) -> None:
    page = opened(run_page, hash="#map&week=3")
    page.locator("#plot-map .label", has_text="Armenia").hover()
    read_out = page.locator("#pointed-map")
    assert read_out.text_content() == page.locator("#plot-map .states path[data-at=sARM] title").text_content()
    assert str(read_out.text_content()).startswith("Russia holds ")
    page.locator("#view").select_option(label="Alignment toward Turkey")
    assert str(read_out.text_content()).startswith("Armenia toward Turkey: −")
    page.locator("#plot-map .mark[data-at=cNK]").hover()
    assert read_out.text_content() == "Nagorno-Karabakh: fighting in 70% of the 20 runs kept over time"


@pytest.mark.parametrize("width", [390, 1280])
def test_every_state_on_the_map_has_a_name_and_number_apart_from_others(run_page: Path, seen, width: int) -> None:
    page = seen(run_page, width=width)
    labels = page.locator("#plot-map .label text").all_text_contents()
    names = {"ARM", "AZE", "BLR", "KGZ", "RUS", "TUR", "EUU", "CHN"}
    if width > 700:
        names = {"Armenia", "Azerbaijan", "Belarus", "Kyrgyzstan", "Russia", "Turkey", "European Union", "China"}
    assert {label.rsplit(" ", 1)[0].strip() for label in labels} == names
    assert all(label.endswith("%") for label in labels if label.strip() not in ("RUS", "Russia"))
    assert "Outside the picture: United States" in page.locator("#map-key").text_content()
    boxes = page.evaluate(
        "[...document.querySelectorAll('#plot-map .label rect')].map((one) => one.getBoundingClientRect().toJSON())"
    )
    room = page.locator("#plot-map").bounding_box()
    for place, box in enumerate(boxes):
        assert room["x"] <= box["left"]
        assert box["right"] <= room["x"] + room["width"]
        for other in boxes[:place]:
            apart = box["left"] >= other["right"] or other["left"] >= box["right"]
            assert apart or box["top"] >= other["bottom"] or other["top"] >= box["bottom"]


@pytest.mark.parametrize("width", [390, 1280])
def test_names_of_small_states_leave_their_shapes_in_sight(run_page: Path, seen, width: int) -> None:
    page = seen(run_page, width=width)
    shapes, names = (
        {code: page.locator(f"#plot-map {part}[data-at=s{code}]{rest}").last.bounding_box() for code in ("ARM", "AZE")}
        for part, rest in ((".enlarged path", ""), (".label", " rect"))
    )
    for code, shape in shapes.items():
        for name in names.values():
            across = min(shape["x"] + shape["width"], name["x"] + name["width"]) - max(shape["x"], name["x"])
            down = min(shape["y"] + shape["height"], name["y"] + name["height"]) - max(shape["y"], name["y"])
            assert max(0, across) * max(0, down) < 0.25 * shape["width"] * shape["height"], code
    assert page.locator("#plot-map .mark[data-at=cNK]").count() == 1


def test_what_is_enlarged_can_be_pointed_at_and_follows_the_week(run_page: Path, opened) -> None:
    page = opened(run_page, hash="#map&week=3")
    both = [page.locator(f"#plot-map .{part} path[data-at=sAZE]") for part in ("states", "enlarged")]
    before = [one.get_attribute("fill") for one in both]
    page.locator("#week").fill("19")
    until(page, DRAWN)
    after = [one.get_attribute("fill") for one in both]
    assert before[0] == before[1] != after[0] == after[1]
    both[1].dispatch_event("pointerover")
    assert page.locator("#pointed-map").text_content() == both[0].locator("title").text_content()


def test_all_crises_are_in_the_picture(run_page: Path, opened) -> None:
    page = opened(run_page, hash="#map&week=2", width=390)
    seen = page.evaluate(
        "() => { const { view } = layOut(document.getElementById('plot-map').clientWidth);"
        " return data.region.contests.map((one) => view.at(one.x, one.y)).map(([x, y]) => x > 0 && x < view.width && y > 0 && y < view.height); }"
    )
    assert seen == [True, True, True]
    assert "Nagorno-Karabakh in" in page.locator("#map-key").text_content()
    crosses = page.evaluate(
        """[getComputedStyle([...document.querySelectorAll("#map-key span")].find((one) => one.textContent === "✖")).color,
            getComputedStyle(document.querySelector("#map .mark path:last-child, #plot-map .mark path:last-child")).stroke]"""
    )
    assert crosses[0] == crosses[1]


def test_bars_over_time_stand_where_their_weeks_are(opened, synthetic, tmp_path: Path) -> None:
    from sim.dashboard import write_dashboard

    page = opened(write_dashboard(synthetic.write(tmp_path, synthetic.folder(replicates=4, weeks=60))))
    bar = page.evaluate(
        "() => { const { x, width } = document.getElementById('plot-why-weeks').data[0]; return [x, width]; }"
    )
    assert set(bar[1]) == {3 * 7 * 24 * 3600 * 1000}
    assert all(later - sooner == length for sooner, later, length in zip(bar[0], bar[0][1:], bar[1], strict=False))


def test_play_runs_through_the_weeks_and_stops_at_the_last(run_page: Path, opened) -> None:
    page = opened(run_page, hash="#week=17")
    page.locator("#play").click()
    page.locator("#play[aria-pressed=false]").wait_for(timeout=10_000)
    assert "(week 19)" in page.locator("#day").text_content()


def test_a_link_restores_version_power_and_posture(sweep_page: Path, opened) -> None:
    page = opened(sweep_page, hash="#why&point=3&case=1&posture=3&week=5")
    assert page.locator("#point").input_value() == "3"
    assert page.locator("#case").input_value() == "1"
    assert page.locator("#posture").input_value() == "3"
    assert "(week 5)" in page.locator("#day").text_content()


def test_a_damaged_link_opens_the_page_all_the_same(run_page: Path, opened) -> None:
    page = opened(run_page, hash="#<img>&point=99&week=-4&case=x&posture=1e9&theme=pink")
    assert page.heard == []
    assert page.locator("#week").input_value() == "0"


def test_another_version_redraws_the_crises(sweep_page: Path, opened) -> None:
    page = opened(sweep_page)
    read = "() => JSON.stringify(document.getElementById('plot-crisis-NK').data.at(4).y)"
    before = page.evaluate(read)
    page.locator("#point").select_option("2")
    until(page, DRAWN)
    assert page.evaluate(read) != before


def test_number_of_each_card_stands_in_the_figure_that_it_links_to(sweep_page: Path, opened) -> None:
    page = opened(sweep_page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.locator("#comparison tbody tr").first.wait_for()
    cards = page.evaluate(
        "[...document.querySelectorAll('.card')].map((card) => {"
        " const link = card.querySelector('a').getAttribute('href').split('&')[0], aim = document.querySelector(link);"
        " return [link, card.querySelector('.big').textContent.trim(), (aim.textContent ? aim : aim.parentNode).textContent]; })"
    )
    assert len(cards) >= 2
    lacking = [one[:2] for one in cards if not re.search(rf"(?<![\d.,]){re.escape(one[1])}(?![\d.])", one[2])]
    assert lacking == []


def test_every_figure_has_a_table_and_a_csv(run_page: Path, opened) -> None:
    page = opened(run_page)
    assert (
        page.locator("figure").count()
        == page.locator("figure [data-csv]").count()
        == page.locator("figure :is([data-table], [data-rows])").count()
    )
    page.evaluate("document.querySelectorAll('details[data-table]').forEach((one) => { one.open = true; })")
    until(page, "[...document.querySelectorAll('details[data-table]')].every((one) => one.querySelector('tbody tr'))")
    assert page.locator("details[data-table] tbody tr").count() > page.locator("figure").count()


def test_hostile_names_are_shown_as_text(hostile_page: Path, opened) -> None:
    page = opened(hostile_page)
    for case in range(page.locator("#case option").count()):
        page.locator("#case").select_option(str(case))
    assert page.heard == []
    assert foreign(page) == []
    assert page.locator("img").count() == 0
    assert page.locator("h1").text_content() == "</title><script>alert(3)</script>"
    assert "<img src=x on…" in page.locator("#plot-influence-AZE").text_content()
    whole = "document.getElementById('plot-influence-AZE').layout.annotations.map((one) => one.hovertext)"
    assert "&lt;img src=x onerror=alert(1)&gt;" in page.evaluate(whole)
    assert "<b>NK</b> & {{ 7*7 }}" in page.locator("#crises h3").first.text_content()
    assert "<img src=x onerror=alert(1)>" in page.locator("#plot-map").text_content()
    assert "<b>NK</b> & {{ 7*7 }}" in page.locator("#map-key").text_content()


def test_text_cells_of_a_csv_cannot_be_formulas(hostile_page: Path, opened, tmp_path: Path) -> None:
    page = opened(hostile_page)
    with page.expect_download() as waiting:
        page.locator('[data-csv="matrix-alignment"]').click()
    waiting.value.save_as(tmp_path / "matrix.csv")
    with (tmp_path / "matrix.csv").open(newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[0] == ["Week", "Week from", "State", "Toward", "Alignment"]
    states = {row[2] for row in rows[1:]}
    assert {"'=HYPERLINK(1)", "'＝HYPERLINK(2)", "' @SUM(3)"} <= states
    assert not any(state.strip().startswith(tuple("=+-@＝＋－＠")) for state in states)
    assert any(float(row[4]) < 0 for row in rows[1:])


def test_part_of_a_state_that_lies_far_away_is_named_below_the_map(synthetic, tmp_path: Path, opened) -> None:
    results = synthetic.folder(replicates=2, weeks=3)
    overseas = "-53 4, -52 4, -52 5, -53 4"
    results.manifest["scenario"]["map"] = {
        "ARM": (overseas, "44 39, 46 39, 46 41, 44 41, 44 39"),
        "AZE": ("46 39, 48 39, 48 41, 46 41, 46 39",),
    }
    (tmp_path / "page.html").write_text(page_of(results), encoding="utf-8")
    page = opened(tmp_path / "page.html")
    assert page.heard == []
    assert "a part of Armenia" in page.locator("#map-key").text_content()


def test_versions_that_end_before_others_are_drawn_until_their_end(tmp_path: Path, opened) -> None:
    file = tmp_path / "sweep.yaml"
    head = "name: lengths\nscenario: two-rivals-one-patron\nreplicates: 3\n"
    file.write_text(head + "factors: [{path: weeks, values: [4, 16]}]\n")
    page = opened(sweep(file, out=tmp_path / "out").dashboard(), hash="#week=15")
    assert page.evaluate("data.reasons.lengths.map((one) => one.reduce((a, b) => a + b))") == [4, 16]
    drawn = "[3, 15].map((week) => matrix('influence', week).flat().some((value) => value !== null))"
    assert page.evaluate(drawn) == [True, False]
    page.select_option("#point", index=1)
    assert page.evaluate(drawn) == [True, True]
    assert "NaN" not in page.locator("main").inner_text()
    assert page.heard == []
