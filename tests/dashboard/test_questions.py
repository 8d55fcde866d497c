"""The questions: asked of what the folder holds, and answered by numbers that stand in their charts, to the digit."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_pages import address_at_rest, until
from made_sets import make_sets

from sim import simulate, sweep
from sim.dashboard import findings
from sim.dashboard.evidence import gather
from sim.dashboard.figures.moves import own_words
from sim.dashboard.figures.small import BAR, LONGEST, MOST_LINES, WIDTH, Bar, Chart, folded, scale_of
from sim.dashboard.findings.finding import BADGES
from sim.dashboard.findings.fitted import fit_target, patterns_shown
from sim.dashboard.page import page as written
from sim.dashboard.page import page_of
from sim.dashboard.sections.questions.choice import MOST, questions
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.sections.questions.stored import said_of_history, stored_questions
from sim.dashboard.study import study
from sim.dashboard.words import INERTIA
from sim.errors import ResultsError
from sim.experiments.files.sweep_file import load_sweep
from sim.phrases import date_words
from sim.quantities import FIGHTING, QUIET, SETTLED
from sim.scenario.load import load_scenario

NUMBER = re.compile(r"[<>]?[+−-]?\d[\d,]*(?:\.\d+)?%?")
BASE = "two-rivals-one-patron"
DRAWN = "design: product\nof:\n  - {design: sobol, points: 32, factors: [{path: behaviour.attack_rate}, {path: contests.VAL.pace}]}\n"
POLICY = "factors: [{path: states.ALD.arms_policy, label: whom Aldia arms, values: [both, none]}]"


def asked(results: Any) -> list[Question]:
    """The questions of some results."""
    return questions(gather(results))


def missing(question: Question) -> set[str]:
    """Numbers of an answer that stand neither in its chart's rows nor in its intervals."""
    rows = [
        f"{one.words} {one.said} {one.chance_said} {one.assumptions_said} {one.runs}" for one in question.chart.rows
    ]
    held = " ".join([*rows, question.about, question.asked, *(words for _, words in question.sure)])
    said = question.answer.replace("under ", "<").replace("over ", ">")
    return set(NUMBER.findall(said)) - set(NUMBER.findall(held))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two policies in 32 drawn worlds."""
    file = tmp_path_factory.mktemp("drawn") / "drawn.yaml"
    text = (
        f"name: drawn\nscenario: {BASE}\nweeks: 8\nreplicates: 4\nseries: {{replicates: 0}}\n{DRAWN}  - {{{POLICY}}}\n"
    )
    file.write_text(text, encoding="utf-8")
    return sweep(load_sweep(file))


@pytest.mark.parametrize("replicates", [1, 3, 30])
def test_numbers_of_an_answer_are_those_of_its_chart(synthetic: Any, replicates: int) -> None:
    found = asked(synthetic.folder(replicates=replicates, weeks=12))
    assert 3 < len(found) <= MOST + 1
    assert [one.asked for one in found if one.wide] == [found[-1].asked]
    counts = found.pop(-2)  # of all numbers together, which is the sum of its rows
    total, assumed = (int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", counts.answer)[:2])
    rows = {bar.words: int(bar.said.replace(",", "")) for bar in counts.chart.rows}
    assert total == sum(rows.values())
    assert assumed == rows["Assumptions with a range"]
    assert [(one.asked, left) for one in found if (left := missing(one))] == []
    assert all(one.badge in BADGES for one in found)


def test_why_a_power_keeps_out_rests_on_the_weeks_of_fighting(synthetic: Any) -> None:
    results = synthetic.folder(replicates=6, weeks=30)
    results.series["phase.NK"] = np.where(results.series["week"] == 7, FIGHTING, QUIET).astype(float)
    results.series["posture.NK.RUS"] = (results.series["week"] == 7).astype(float)
    one = next(one for one in asked(results) if one.asked == "Why does Russia not fight in Nagorno-Karabakh?")
    assert one.about.startswith("how much more speaks for “mediates” than for “fights for Azerbaijan”")
    assert one.about.endswith("mean over weeks of fighting and explained runs (15 November 2020 to 21 November 2020)")
    own = results.reasons.query("contest == 'NK' and party == 'RUS' and week == 7")
    terms = own.pivot_table(index="posture", columns="term", values="value", observed=True)
    margin = (
        (terms.loc["mediate"] - terms.loc["fight-challenger"]).drop([term for term in INERTIA if term in terms]).sum()
    )
    assert one.chart.rows[-1].value == pytest.approx(margin, abs=1e-6)


@pytest.mark.parametrize(
    ("falls", "bars"),
    [
        (0.4, 3),  # each reason is worth .4 of the one before it: what is left after three is less than the third
        (0.8, 7),  # as many as there is room for
    ],
)
def test_what_is_left_out_of_why_a_power_keeps_out_is_small_or_counted(synthetic: Any, falls: float, bars: int) -> None:
    results = synthetic.folder(replicates=6, weeks=8)
    results.series["phase.NK"], results.series["posture.NK.RUS"] = float(FIGHTING), 1.0
    table = results.reasons
    terms = [str(term) for term in table["term"].unique() if term not in INERTIA]
    worth = {term: falls**place for place, term in enumerate(terms)}
    own = (table["contest"] == "NK") & (table["party"] == "RUS")
    value = [-worth.get(term, 0.0) if name == "fight-challenger" else -9.0 if name == "fight-holder" else 0.0
             for name, term in zip(table["posture"], table["term"], strict=True)]  # fmt: skip
    table.loc[own, "value"] = np.array(value, dtype=np.float32)[own]
    one = next(one for one in asked(results) if one.asked == "Why does Russia not fight in Nagorno-Karabakh?")
    *shown, rest, balance = one.chart.rows
    assert [bar.value for bar in shown] == pytest.approx([falls**place for place in range(bars)])
    assert rest.words == f"{len(terms) - bars} other reasons together"
    assert rest.value == pytest.approx(sum(worth.values()) - sum(bar.value for bar in shown))
    assert balance.value == pytest.approx(sum(worth.values()))
    assert (rest.value < shown[-1].value) == (bars < 7)


def test_one_history_tells_the_run_nearest_to_the_medians_from_its_own_weeks(synthetic: Any) -> None:
    results = synthetic.folder(replicates=5, weeks=8)
    series, runs = results.series, results.runs
    runs["control.NK:final"] = [0.2, 0.3, 0.5, 0.8, 0.9]
    runs["weeks_fought.NK:final"] = [1.0, 2.0, 3.0, 5.0, 7.0]
    for name in ("control", "weeks_fought", "truces_broken"):
        runs[f"{name}.KG:final"] = runs[f"{name}.BY:final"] = 1.0
    runs["truces_broken.NK:final"] = 1.0
    series["phase.KG"], series["phase.BY"] = float(QUIET), float(SETTLED)
    series["phase.NK"] = np.where(series["week"].isin([1, 3]), FIGHTING, QUIET).astype(float)
    series["posture.NK.TUR"] = (series["week"] == 3) * 3.0
    series["posture.NK.RUS"] = series["posture.NK.USA"] = series["posture.NK.EUU"] = 0.0
    series["control.BY"] = 0.1
    series["control.NK"] = 0.1 + 0.05 * series["week"] * (series["replicate"] == 2)
    told = next(one for one in asked(results) if one.wide)
    assert told.about.startswith("run 0.2, which of the 5 runs kept over time")
    assert told.answer.startswith(
        "In Nagorno-Karabakh, there is fighting from 4 October 2020 to 31 October 2020, with 1 broken truce; Turkey "
        "backs Azerbaijan. At the end, all is quiet (held by Azerbaijan, first week to last: 10% → 45%). In "
    )
    assert "In Belarus, there is no upheaval. At the end, the government camp has won all" in told.answer
    assert missing(told) == set()
    runs["control.NK:final"] = runs["weeks_fought.NK:final"] = 1.0
    runs["truces_broken.NK:final"] = [4.0, 1.0, 9.0, 0.0, 2.0]
    assert next(one for one in asked(results) if one.wide).about.startswith("run 0.4, ")
    results.manifest["series"]["every"] = 4
    assert not any(one.wide for one in asked(results))


def test_a_fit_is_said_to_be_no_test_until_claims_or_forecasts_are_tested() -> None:
    def tested(results: Any, stored: dict[str, Any]) -> list[Question]:
        found = questions(replace(gather(results), stored=stored))
        return [one for one in found if one.asked == "Is it tested, and do the claims hold?"]

    results = simulate(load_scenario("post-soviet-2020", {"weeks": 8}), 6)
    evidence = gather(results)
    fit = fit_target(evidence.study)
    assert fit is not None
    told = [one.met for one in patterns_shown(evidence.study, fit, evidence.study.views[0]) if one.met is not None]
    (said,) = tested(results, {})
    assert said.answer.startswith(f"Not by these runs. They show {sum(told)} of the {len(told)} patterns ")
    assert said.chart.rows[0].said == f"{sum(told)} of {len(told)}"
    assert said.badge == "fitted"
    assert tested(results, {"claims": STORED["claims"]}) == tested(results, {"hindcast": STORED["hindcast"]}) == []
    assert tested(simulate("two-rivals-one-patron", 6), {}) == []


@pytest.mark.parametrize("stored", [{}, "claims", "hindcast"])
def test_every_card_links_to_what_it_rests_on(stored: Any) -> None:
    evidence = gather(simulate(load_scenario("post-soviet-2020", {"weeks": 8}), 6))
    known = replace(evidence, stored={stored: STORED[stored]} if stored else {})
    text = page_of(known)
    cards = re.findall(r'<article class="question.*?</article>', text, re.DOTALL)
    assert len(cards) == len(questions(known)) > 5
    for card in cards:
        (target,) = re.findall(r'<p class="see"><a href="#([^"&]+)', card)
        assert f' id="{target}"' in text


def test_the_link_of_one_history_marks_its_run(tmp_path: Path, opened: Any) -> None:
    sets = make_sets(load_scenario(BASE), "behaviour.*", "contests.VAL.control", count=6)
    file = tmp_path / "page.html"
    file.write_text(written(simulate(BASE, 4, plausible=sets, weeks=12)), encoding="utf-8")
    page = opened(file)
    link = page.locator(".question.wide .see a")
    run = str(link.get_attribute("href")).partition("run=")[2]
    link.click()
    until(page, "(run) => byId('explorer-said').textContent.includes(`Run ${run} is marked`)", run)
    assert f"#explorer&run={run}" in address_at_rest(page)
    assert page.heard == []


def test_a_prediction_names_the_claims_about_it_that_are_built_in(synthetic: Any) -> None:
    evidence = gather(synthetic.folder(replicates=6, weeks=12))
    part = {"claim": "H9", "text": "It holds.", "measure": "mean of control.NK:final", "verdict": "built in"}

    def named(*parts: Any) -> list[str]:
        known = replace(evidence, stored={"claims": {"parts": list(parts)}})
        assert all("control.NK" in one.outcomes for one in known.findings if "H9: It holds." in one.because)
        return [one.because for one in known.findings if "control.NK" in one.outcomes]

    assert named(part)
    assert {"H9: It holds." in one for one in named(part)} == {True}
    assert not any(named({**part, "verdict": "supported"}))
    assert not any(named({**part, "measure": "mean of control.NKX:final"}, 3))
    first, *others = STORED["claims"]["parts"]
    parts = [{**first, "measure": "share of runs in which phase.NK is as named", "verdict": "built in"}, *others]
    claims = {**STORED["claims"], "parts": parts}
    asked_then = questions(replace(evidence, stored={"claims": claims}))
    about = [one.because for one in asked_then if "phase.NK" in one.outcomes]
    assert about
    assert all("built in" in one for one in about)


def test_influence_says_what_is_a_states_own_weight() -> None:
    results = simulate(load_scenario("post-soviet-2020", {"weeks": 8}), 6)
    one = next(one for one in asked(results) if one.asked == "Does Russia lose influence?")
    where, own = one.chart.rows[1].words, one.chart.rows[-1]
    assert own.words.startswith(f"{where}'s own weight")
    assert f"What no outside power holds there is {own.words}: {own.said}." in one.answer
    codes = {name: code for code, name in results.manifest["scenario"]["names"].items()}
    patrons = results.manifest["scenario"]["structure"]["patrons"]
    last = results.series[results.series["week"] == results.series["week"].max()]
    held = last[[f"influence.{patron}.{codes[where]}" for patron in patrons]].sum(axis=1)
    assert own.value == pytest.approx(1 - held.mean(), abs=1e-6)
    said = next(one.text for one in findings(results) if "strongest outside power" in one.title)
    final = results.runs[[f"influence.{patron}.ARM:final" for patron in patrons]].sum(axis=1)
    assert (
        f"What no outside power holds in Armenia, {1 - final.mean():.0%} on average, is Armenia's own weight." in said
    )


def test_what_a_state_without_a_part_in_the_count_holds_is_named(synthetic: Any) -> None:
    results = synthetic.folder(replicates=3, weeks=6)
    assert own_words(study(results), "AZE") == "Azerbaijan's own weight"
    results.manifest["scenario"]["numbers"]["ties.BLR.AZE.arms.level"] = {"value": 0.1}
    assert own_words(study(results), "AZE") == "Azerbaijan's own weight and the part of Belarus"


def test_one_run_has_no_interval_and_both_are_said_to_be_missing(synthetic: Any) -> None:
    for one in asked(synthetic.folder(replicates=1, weeks=12)):
        if one.asked == "Where do the numbers come from?":
            continue
        if one.asked == "What happens in one history?":
            assert one.about.startswith("run 0.0, which of the only run kept over time")
            assert one.sure == ()
            continue
        assert dict(one.sure)["Chance"] == "unknown from one run"
        assert dict(one.sure)["Assumptions"].startswith("unknown")
        assert all(not bar.chance_said and not bar.assumptions_said for bar in one.chart.rows)


@pytest.mark.parametrize("made", ["run", "sweep", "sets", "levels", "stored"])
def test_intervals_say_of_which_bar_they_are(made: str, synthetic: Any, tmp_path: Path) -> None:
    if made == "sets":
        sets = make_sets(load_scenario(BASE), "behaviour.*", "contests.VAL.control", count=6)
        found = asked(simulate(BASE, 4, plausible=sets, weeks=12))
    elif made == "levels":
        file = tmp_path / "levels.yaml"
        levels = POLICY.replace("[both, none]", "[both, none, holder, challenger]")
        file.write_text(f"name: levels\nscenario: {BASE}\nweeks: 26\nreplicates: 12\n{levels}\n", encoding="utf-8")
        found = asked(sweep(load_sweep(file)))
    elif made == "stored":
        found = [*stored_questions(STORED)]
    else:
        found = asked(synthetic.folder(replicates=12, weeks=12, swept=made == "sweep"))
    told = [one for one in found if sum(bool(row.chance_said) for row in one.chart.rows) > 1]
    assert told
    for one in told:
        (heading, name), chance = one.sure[:2]
        assert heading == "Intervals of"
        named = [row for row in one.chart.rows if row.words.startswith(name.removesuffix(": change in points"))]
        assert named, one.asked
        assert chance[0] == "Chance"
        assert name.endswith(": change in points") or chance[1] in [row.chance_said for row in named]


def test_plausible_sets_give_both_intervals() -> None:
    sets = make_sets(load_scenario(BASE), "behaviour.*", "contests.VAL.control", count=6)
    found = asked(simulate(BASE, 4, plausible=sets, weeks=12))
    sure = next(one for one in found if one.asked == "How sure is that?")
    assert not any(words.startswith("unknown") for _, words in sure.sure)
    assert all(bar.chance_said and bar.assumptions_said for bar in sure.chart.rows)


def test_a_drawn_design_is_asked_of_all_its_points(drawn: Any) -> None:
    found = asked(drawn)
    words = " ".join(one.asked for one in found)
    assert found[0].asked.startswith("Does “arms both sides” hold off a total victory")
    assert "whom Aldia arms" in found[1].asked
    assert "How does it end" not in words
    assert "uncertain numbers matter" in words
    bar = found[1].chart.rows[0]
    runs = drawn.runs.merge(drawn.design[["point", "states.ALD.arms_policy"]], on="point")
    lead = runs.groupby("states.ALD.arms_policy")["primacy.ALD:final"].mean()
    assert bar.value == pytest.approx(lead["none"] - lead["both"], abs=1e-6)
    assert bar.words.startswith(f"“arms neither side”: {lead['both']:.1%} → {lead['none']:.1%}")


DIFFERENCE = re.compile(r"[+−]\d+\.\d (?:percentage )?points")
LEVELS = re.compile(r"\d% → \d|goes from [\d.]+% to [\d.]+%")


@pytest.mark.parametrize("design", ["drawn", "swept"])
def test_a_difference_stands_beside_both_its_levels(drawn: Any, synthetic: Any, design: str) -> None:
    results = drawn if design == "drawn" else synthetic.folder(replicates=30, weeks=12, swept=True)
    said = [one.answer for one in asked(results)] + [f"{one.title}. {one.text}" for one in findings(results)]
    told = [text for text in said if DIFFERENCE.search(text)]
    assert told
    assert [text for text in told if not LEVELS.search(text)] == []


def test_questions_that_cannot_be_answered_are_not_asked(synthetic: Any) -> None:
    results = synthetic.folder(replicates=6, weeks=8)
    results.manifest["scenario"]["structure"] |= {"contests": [], "clients": [], "patrons": []}
    assert [one.asked for one in asked(results)] == ["Where do the numbers come from?"]


values = st.floats(-1, 1, allow_nan=False)


@given(st.lists(st.tuples(values, values, values), min_size=1, max_size=6))
def test_a_bar_ends_at_its_value_and_nothing_leaves_the_picture(rows: list[tuple[float, float, float]]) -> None:
    bars = tuple(Bar("what", f"{v:.2f}", v, chance=(min(a, b), max(a, b))) for v, a, b in rows)
    chart = Chart(bars, *scale_of(bars))
    left, right = chart.across(chart.low), chart.across(chart.high)
    for bar, mark in zip(bars, chart.marks, strict=True):
        read = chart.low + (mark.x - left) / (right - left) * (chart.high - chart.low)
        assert math.isclose(read, bar.value, abs_tol=(chart.high - chart.low) / 500)
        assert mark.left >= 0
        assert mark.left + mark.length <= WIDTH
        assert mark.top + BAR <= chart.height


@given(st.text(min_size=1, max_size=300))
def test_long_words_fit_above_their_bar(text: str) -> None:
    lines = folded(text, LONGEST, MOST_LINES)
    assert 1 <= len(lines) <= MOST_LINES
    assert all(len(line) <= LONGEST for line in lines if " " in text or len(text) > LONGEST)


@given(st.lists(st.text("abc", min_size=1, max_size=12), min_size=1, max_size=11))
def test_words_of_two_lines_and_a_half_stand_whole_above_their_bar(words: list[str]) -> None:
    (mark,) = Chart((Bar(" ".join(words), "1", 1.0),)).marks
    assert " ".join(line for line, _ in mark.lines).split() == words
    assert all(height <= mark.top for _, height in mark.lines)


def test_the_answers_can_be_read_without_scripts(browser: Any, run_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"file://{run_page}")
    first = page.locator(".question").first
    assert first.bounding_box()["y"] < 450
    assert first.locator("svg > g").count() == first.locator("tbody tr").count() > 0
    said = [text.text_content() for text in first.locator("svg .said-number").all()]
    first.locator("summary").click()
    assert said == [cell.text_content() for cell in first.locator("tbody td:nth-child(2)").all()]
    context.close()


STORED = json.loads(Path(__file__).with_name("findings.json").read_text(encoding="utf-8"))["run"]


def test_what_commands_have_stored_answers_the_first_questions() -> None:
    claims, history = stored_questions(STORED)
    verdicts = [part["verdict"] for part in STORED["claims"]["parts"]]
    assert {row.words: row.value for row in claims.chart.rows} == {
        word: verdicts.count(word) for word in ("supported", "built in", "conditional", "contradicted", "undecided")
    }
    free = next(one for one in STORED["hindcast"]["groups"] if one["group"] == "not fitted")
    facts = [one for one in STORED["hindcast"]["targets"] if one["target"] in free["targets"]]
    assert [row.value for row in history.chart.rows] == [one["model"] for one in facts if one["kind"] == "binary"]
    worse = free["rivals"]["base rate"]["judged"] == "is beaten by"
    even = {one["rivals"]["base rate"]["says"] for one in facts if "base rate" in one["rivals"]} == {0.5}
    rate = "a coin toss" if even else "the base rate"
    assert (f"worse than {rate}" in history.answer) == worse
    last = max(one["date"] for one in STORED["hindcast"]["targets"])
    assert f"facts until {date_words(date.fromisoformat(last))}, nothing later was compared" in history.about
    assert missing(claims) == missing(history) == set()


def test_only_even_odds_are_a_coin_toss() -> None:
    hindcast = json.loads(json.dumps(STORED["hindcast"]))
    assert "a coin toss" in said_of_history(hindcast)
    next(one for one in hindcast["targets"] if one["target"] == "war-over")["rivals"]["base rate"]["says"] = 0.75
    assert "the base rate" in said_of_history(hindcast)
    assert "coin" not in said_of_history(hindcast)


@pytest.mark.parametrize("kind", ["claims", "hindcast"])
@pytest.mark.parametrize("content", [{}, {"parts": [{}], "groups": [{}]}, {"parts": 1, "groups": None}])
def test_a_finding_that_no_command_has_stored_is_told(kind: str, content: dict[str, Any]) -> None:
    with pytest.raises(ResultsError, match=f"the stored finding {kind} is none of"):
        list(stored_questions({kind: content}))


def test_of_many_levels_those_that_do_most_are_told(tmp_path: Path) -> None:
    levels = ", ".join(f"s{step}: {{weights.order: {0.1 * step}}}" for step in range(12))
    file = tmp_path / "many.yaml"
    file.write_text(
        f"name: many\nscenario: {BASE}\nweeks: 6\nreplicates: 6\n{DRAWN}"
        f"  - {{factors: [{{label: order, variants: {{{levels}}}}}]}}\n"
    )
    charts = [one.chart for one in questions(gather(sweep(load_sweep(file), threads=1))) if "order" in one.asked]
    assert charts
    assert {len(chart.rows) for chart in charts} == {8}
