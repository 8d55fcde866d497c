"""A number in a finding's sentence is a number beside the figure that it links to, to the digit."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from sim.dashboard import findings
from sim.dashboard.findings.finding import Finding
from sim.dashboard.page import page
from sim.dashboard.sections.crises.strip import crises
from sim.dashboard.sections.influence.panel import influence
from sim.dashboard.study import study
from sim.dashboard.words import percent
from sim.execution.run import simulate
from sim.scenario.load import load_scenario

NUMBER = re.compile(r"[<>]?[+−-]?\d[\d,]*(?:\.\d+)?%?")
MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"  # a date is one number
DATE = re.compile(rf"\d+ (?:{MONTH}) \d+")


def numbers(text: str) -> set[str]:
    """Numbers and dates in a text."""
    dates = set(DATE.findall(text))
    return dates | set(NUMBER.findall(DATE.sub(" ", text)))


def beside(text: str, anchor: str) -> str:
    """What stands beside the figure of an anchor, as text: the tables of numbers there."""
    start = text.index(f'id="{anchor}"')
    if anchor.startswith("why-"):
        cases = re.findall(r'id="(why-[^"]*)"', text)
        place = cases.index(anchor)
        start = text.index(f'data-stated="{place}"')
    tables = text[start : text.index("<figure", start + 1) if "<figure" in text[start + 1 :] else None]
    inside = " ".join(re.findall(r'<details class="facts".*?</details>', tables, re.DOTALL))
    return html.unescape(re.sub(r"<[^>]*>", " ", inside))


def missing(results: Any) -> list[tuple[str, set[str]]]:
    """Findings with the numbers that are not beside their figures."""
    text = page(results)

    def lacking(finding: Finding) -> set[str]:
        large = finding.number.replace("<", "under ").replace(">", "over ")
        stated = numbers(f"{finding.title} {finding.text} {large} {finding.interval} {' '.join(finding.beside)}")
        return stated - numbers(beside(text, finding.anchor))

    found = [(finding.title, lacking(finding)) for finding in findings(results)]
    assert found
    return [(title, left) for title, left in found if left]


@pytest.mark.parametrize("replicates", [1, 3, 30])
@pytest.mark.parametrize("swept", [False, True])
def test_invented_results(synthetic: Any, replicates: int, swept: bool) -> None:
    assert missing(synthetic.folder(replicates=replicates, weeks=20, swept=swept)) == []


def test_results_that_keep_the_weeks_of_some_runs_only(synthetic: Any) -> None:
    assert missing(synthetic.with_few_kept(synthetic.folder(replicates=40, weeks=20), 25)) == []


def test_results_of_one_patron(synthetic: Any) -> None:
    results = synthetic.folder(replicates=30, weeks=12)
    results.manifest["scenario"]["structure"] |= {"clients": ["ARM", "AZE"], "patrons": ["RUS"]}
    assert missing(results) == []


@pytest.mark.parametrize("name", ["two-rivals-one-patron", "post-soviet-2020"])
def test_a_real_run(name: str) -> None:
    assert missing(simulate(load_scenario(name, {"weeks": 16}), 30)) == []


def test_denominators_are_the_runs_that_were_kept(synthetic: Any) -> None:
    results = synthetic.with_few_kept(synthetic.folder(replicates=40, weeks=20), 25)
    text = html.unescape(page(results))
    assert "all runs" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "All of the 25 runs kept over time. Findings on the end count runs that were not kept too" in text
    assert "Findings on the end count" not in page(synthetic.folder(replicates=4, weeks=6))
    assert "Means over the 25 runs kept over time" in text
    said = next(one for one in findings(results) if "fights for a side" in one.text)
    assert "of the 25 runs kept over time" in said.text


@pytest.mark.parametrize(("every", "until"), [(1, ""), (2, "week 9 of 10"), (3, ""), (4, "week 9 of 10")])
def test_figures_over_time_say_where_they_end_before_the_end(every: int, until: str) -> None:
    scenario = load_scenario("two-rivals-one-patron", {"weeks": 10})
    results = simulate(replace(scenario, series=replace(scenario.series, every=every)), 4)
    text = html.unescape(page(results))
    assert f"All of the 4 runs kept over time{until and f', until {until}'}." in text
    seen = next(one for one in findings(results) if one.outcomes[0].startswith("posture."))
    assert (f"one week in {every})" in seen.about) is (every > 1)
    assert "of the runs kept over time (7 January 2030 to " in seen.about
    assert set(re.findall(r"until (week [\d.]+ of \d+)", text)) == ({until} if until else set())
    assert missing(results) == []
    moved = [one.text for one in findings(results) if "From start to" in one.text]
    assert moved
    assert all(f"From start to {until or 'end'}, " in text for text in moved)


def test_a_single_run_has_no_interval(synthetic: Any) -> None:
    found = findings(synthetic.folder(replicates=1, weeks=12))
    said = " ".join(one.title + " " + one.text for one in found)
    assert not re.search(r"always|nine runs in ten|\bnan\b", said)
    assert all(one.interval == "" for one in found)
    assert "one run, so no interval" in page(synthetic.folder(replicates=1, weeks=12))


def test_the_figure_draws_what_the_sentence_says(synthetic: Any) -> None:
    results = synthetic.folder(replicates=30, weeks=20)
    what = study(results)
    strip = next(slot for slot in crises(what, what.views) if slot.anchor == "crisis-NK").points[0]
    broken, ground = findings(results)[:2]
    by_what = {fact.what: fact.said for fact in (*broken.facts, *ground.facts)}
    assert by_what["Held by Azerbaijan at the end, middle run"] == percent(
        strip.columns["Held by Azerbaijan, median"][-1]
    )
    for row in (3, -1):
        day = what.day_words(strip.columns["Week"][row])
        assert by_what[f"Runs with fighting in the week from {day}"] == percent(strip.columns["Runs: fighting"][row])
    panel = next(slot for slot in influence(what, what.views) if slot.anchor == "influence-ARM").points[0]
    by_what = {fact.what: fact.said for fact in findings(results)[-1].facts}
    for row, week in ((0, "first"), (-1, "last")):
        median = percent(panel.columns["Russia, median"][row])
        assert by_what[f"Influence of Russia over Armenia, {week} week, middle run"] == median
