"""The index of a folder that holds several results."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from made_pages import new_tab
from playwright.sync_api import Browser
from typer.testing import CliRunner

from sim import simulate
from sim.cli.commands import app
from sim.dashboard import findings
from sim.dashboard.folder import MOST_TOLD
from sim.scenario.load import shipped
from sim.storage.findings import store_finding

HOSTILE = '<b>"x"</b></script><script>alert(1)</script>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two results, one of which has a title full of markup, and a link to one of them."""
    folder = tmp_path_factory.mktemp("several")
    simulate("two-rivals-one-patron", 4, weeks=6, out=folder / "a b#1", threads=1)
    scenario = folder / "hostile.yaml"
    text = shipped()["two-rivals-one-patron"].read_text()
    scenario.write_text(re.sub("^title: .*$", lambda _: f"title: '{HOSTILE}'", text, flags=re.MULTILINE))
    simulate(scenario, 4, weeks=6, out=folder / "hostile", threads=1)
    (folder / "linked").symlink_to(folder / "hostile")
    done = CliRunner().invoke(app, ["dashboard", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def test_index_leads_to_the_page_of_each_results_folder(folder: Path) -> None:
    html = (folder / "index.html").read_text()
    pages = {link.partition("#")[0] for link in re.findall(r'href="([^"]*dashboard\.html[^"]*)"', html)}
    assert pages == {"a%20b%231/dashboard.html", "hostile/dashboard.html"}  # nothing follows a link
    assert all((folder / name / "dashboard.html").is_file() for name in ("a b#1", "hostile"))
    assert "<script" not in html
    assert "&lt;script&gt;alert" in html


def test_numbers_of_results_of_other_times_say_of_which_they_are(folder: Path, tmp_path: Path) -> None:
    assert "different scenarios or times" not in (folder / "index.html").read_text()
    for weeks in (6, 9):
        simulate("two-rivals-one-patron", 4, weeks=weeks, out=tmp_path / f"of-{weeks}", threads=1)
    assert CliRunner().invoke(app, ["dashboard", str(tmp_path)]).exit_code == 0
    html = (tmp_path / "index.html").read_text()
    assert "These results are of different scenarios or times" in html
    assert html.count('<article class="card">') == 2 * MOST_TOLD
    for weeks in (6, 9):
        assert html.count(f"<br>In two-rivals-one-patron, {weeks} weeks from 7 January 2030</span>") == MOST_TOLD


def test_index_tells_of_different_figures_before_a_second_of_any(tmp_path: Path) -> None:
    made = simulate("post-soviet-2020", 4, weeks=6, out=tmp_path / "autumn", threads=1)
    assert CliRunner().invoke(app, ["dashboard", str(tmp_path)]).exit_code == 0
    told = re.findall(
        r'<a href="autumn/dashboard\.html#([\w-]+)(?:&amp;[\w=-]+)?">See', (tmp_path / "index.html").read_text()
    )
    known = [one.anchor for one in findings(made)]
    assert len(set(known)) < len(known)
    assert set(told) == set(list(dict.fromkeys(known))[:MOST_TOLD])
    assert len(told) == MOST_TOLD
    page = (tmp_path / "autumn" / "dashboard.html").read_text()
    assert re.search('<p class="see"><a href="#crisis-NK&amp;zoom=All-weeks">See: Nagorno-Karabakh, week by week', page)


def test_index_tells_what_was_found_out_about_results_and_where_it_stands(tmp_path: Path) -> None:
    out = tmp_path / "levers"
    analysed = CliRunner().invoke(
        app, ["influence", "two-rivals-one-patron", "--replicates", "4", "--no-dashboard", "--out", str(out)]
    )
    assert analysed.exit_code == 0, analysed.output
    assert CliRunner().invoke(app, ["dashboard", str(tmp_path)]).exit_code == 0
    html = (tmp_path / "index.html").read_text()
    asked = "<strong>Which levers give influence\\?</strong>"
    assert re.search(
        rf'<p class="answer">{asked} \d+ of \d+ effects of all levers of a patron are clear of chance', html
    )
    assert 'href="levers/dashboard.html#exercised"' in html
    assert 'id="exercised"' in (out / "dashboard.html").read_text()
    assert '<article class="card">' not in html
    assert "<h1>Which levers give influence?</h1>" in html
    assert "counterpoise evidence" not in html  # no claims about this world are known


def test_index_is_headed_by_what_is_asked_and_names_what_tests_the_claims(tmp_path: Path) -> None:
    made = simulate("post-soviet-2020", 2, weeks=2, out=tmp_path / "autumn", threads=1)
    assert CliRunner().invoke(app, ["dashboard", str(tmp_path)]).exit_code == 0
    html = (tmp_path / "index.html").read_text()
    assert "<h1>What happens?</h1>" in html
    assert "<code>counterpoise evidence post-soviet-2020</code>" in html
    assert CliRunner().invoke(app, ["evidence", "post-soviet-2020", "--quick", "--plan"]).exit_code == 0
    stored = json.loads(Path(__file__).with_name("findings.json").read_text(encoding="utf-8"))["run"]
    for kind in ("hindcast", "claims"):
        store_finding(tmp_path / "autumn", kind, stored[kind], made.manifest)
    again = simulate("post-soviet-2020", 2, weeks=2, out=tmp_path / "plain", threads=1)
    assert CliRunner().invoke(app, ["dashboard", str(tmp_path)]).exit_code == 0
    html = (tmp_path / "index.html").read_text()
    assert "<h1>What happens? Do the claims hold? Was it right about what came later?</h1>" in html
    assert "counterpoise evidence" not in html
    assert html.count('<article class="card">') == 2 * MOST_TOLD  # of the tested runs too, and of those without a test
    store_finding(tmp_path / "plain", "claims", stored["claims"], again.manifest)
    assert CliRunner().invoke(app, ["dashboard", str(tmp_path)]).exit_code == 0
    html = (tmp_path / "index.html").read_text()
    assert html.count('<article class="card">') == MOST_TOLD  # what happens is told once
    assert html.count("<strong>Do the claims hold?</strong>") == 2


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("claims", {}),
        ("claims", {"parts": []}),
        ("claims", {"parts": 1}),
        ("influence", {}),
        ("hindcast", {"sentences": 1}),
    ],
)
def test_index_of_a_finding_that_no_command_made_is_one_clear_error(
    tmp_path: Path, kind: str, content: dict[str, object]
) -> None:
    made = simulate("two-rivals-one-patron", 4, weeks=4, out=tmp_path / "made", threads=1)
    assert CliRunner().invoke(app, ["dashboard", str(tmp_path)]).exit_code == 0
    store_finding(tmp_path / "made", kind, content, made.manifest)
    done = CliRunner().invoke(app, ["dashboard", str(tmp_path)])
    assert isinstance(done.exception, SystemExit)
    assert f"the stored finding {kind} is none that a command made; make it again" in done.output


def test_index_draws_in_silence_and_is_as_wide_as_a_phone(
    folder: Path, browser: Browser, violations: Callable[..., list[str]]
) -> None:
    page = new_tab(browser, 390, 800, "dark")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((folder / "index.html").as_uri(), wait_until="commit")
    assert page.locator("main section").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
    assert violations(page, "dark") == []
    page.locator("main section a").first.click()
    assert "dashboard.html" in page.url
    assert said == []
    page.close()


def test_index_is_drawn_again_and_a_foreign_one_is_kept(folder: Path, tmp_path: Path) -> None:
    before = (folder / "index.html").read_bytes()
    assert CliRunner().invoke(app, ["dashboard", str(folder)]).exit_code == 0
    assert (folder / "index.html").read_bytes() == before
    (tmp_path / "one").symlink_to(folder / "hostile")
    assert (
        CliRunner().invoke(app, ["dashboard", str(tmp_path)]).exit_code != 0
    )  # a link is no results folder of its own
    simulate("two-rivals-one-patron", 2, weeks=2, out=tmp_path / "two", threads=1)
    (tmp_path / "index.html").write_text("my own page")
    done = CliRunner().invoke(app, ["dashboard", str(tmp_path)])
    assert done.exit_code == 1
    assert "no index that Counterpoise wrote" in done.output
    assert (tmp_path / "index.html").read_text() == "my own page"


def test_each_page_leads_back_to_the_index_whatever_was_drawn_first(
    folder: Path, browser: Browser, tmp_path: Path
) -> None:
    page = new_tab(browser, height=720)
    page.goto((folder / "hostile" / "dashboard.html").as_uri(), wait_until="commit")
    page.get_by_role("link", name="All results").click()
    page.wait_for_url((folder / "index.html").as_uri())
    page.close()
    alone = tmp_path / "alone"
    simulate("two-rivals-one-patron", 2, weeks=2, out=alone, threads=1)
    assert CliRunner().invoke(app, ["dashboard", str(alone)]).exit_code == 0
    by_itself = (alone / "dashboard.html").read_bytes()
    assert b"All results" not in by_itself
    assert CliRunner().invoke(app, ["dashboard", str(tmp_path)]).exit_code == 0
    linked = (alone / "dashboard.html").read_bytes()
    assert linked.count(b'<a href="../index.html">All results</a>') == 1
    assert CliRunner().invoke(app, ["dashboard", str(alone)]).exit_code == 0  # drawn again, beside an index
    assert (alone / "dashboard.html").read_bytes() == linked
