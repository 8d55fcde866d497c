"""Findings over plausible sets: both intervals with every number, endings first, effects within sets by sign."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_pages import counts_of
from made_sets import make_sets

from sim import simulate, sweep
from sim.dashboard import findings, gather
from sim.dashboard.effects.variation import variation
from sim.dashboard.figures.bars import share_bar
from sim.dashboard.page import page
from sim.dashboard.sections.questions.choice import questions
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.statistics import Estimate
from sim.dashboard.study import study
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plausible import write_plausible
from sim.results.results import Results
from sim.scenario.load import load_scenario

BASE = "two-rivals-one-patron"
SETS, RUNS = 12, 8
BOTH = re.compile(r"\(chance: [^;)]+; assumptions: [^)]+\)|\((none of|all) [\d,]+ runs\)")
PERCENT = re.compile(
    r"\d+% (?:on average|of runs|of weeks(?: of fighting| of upheaval)?|of the [\d,]+ runs kept over time)"
)
WEIGHTS = [3, *[1] * (SETS - 1)]


@pytest.fixture(scope="module")
def over() -> Results:
    """The smallest scenario over sets of its behaviour, one of which weighs three times as much."""
    sets = make_sets(load_scenario(BASE), "behaviour.*", "contests.VAL.control", count=SETS, weights=WEIGHTS)
    return simulate(BASE, RUNS, plausible=sets, weeks=26)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Policies in each of some sets."""
    room = tmp_path_factory.mktemp("worlds")
    write_plausible(room / "worlds.parquet", make_sets(load_scenario(BASE), "behaviour.*", count=SETS))
    policy = "{factors: [{path: states.ALD.arms_policy, label: whom Aldia arms, values: [both, none]}]}"
    text = f"of: [{{plausible: worlds.parquet}}, {policy}]"
    (room / "few.yaml").write_text(
        f"name: few\nscenario: {BASE}\nweeks: 26\nreplicates: {RUNS}\ndesign: product\n{text}\n"
    )
    return sweep(load_sweep(room / "few.yaml"))


def ending(results: Results, code: int) -> np.ndarray:
    """Share of each set's runs that end so, shape (points,)."""
    runs = results.runs
    return (runs["ending.VAL:final"] == code).groupby(runs["point"]).mean().to_numpy()


def test_how_it_ends_comes_first_and_is_the_mean_over_sets(over: Results) -> None:
    first = findings(over)[0]
    shares = {code: ending(over, code).mean() for code in range(5)}
    most = max(shares, key=lambda code: shares[code])
    assert first.title.startswith("The valley most often ends so: ")
    assert first.number.strip("<>%") in f"{100 * shares[most]:.0f}" or shares[most] in (0, 1)
    assert first.sets == len(over.design.drop(columns="point").drop_duplicates()) < SETS
    others = [code for code in shares if code != most and shares[code] > 0]
    assert first.text.count(" of runs (") == len(others)


def test_every_share_of_runs_has_both_intervals(over: Results) -> None:
    said = [f"{one.title}. {one.text}" for one in findings(over)]
    numbers = [match for text in said for match in PERCENT.finditer(text)]
    assert len(numbers) > 5
    for text in said:
        for match in PERCENT.finditer(text):
            rest = text[match.end() :].lstrip()
            assert BOTH.match(rest) or "begins with" in text[: match.start()].rpartition(".")[2], text


def test_the_summary_says_over_which_sets(over: Results) -> None:
    scope = gather(over).scope
    sets = len(over.design.drop(columns="point").drop_duplicates())
    assert scope == f"Over {sets} plausible sets of assumptions (worlds), fitted to what-is-known in {BASE}."
    assert scope in page(over)
    assert "Assumptions: the second is where nine in ten plausible sets" in page(over)


def test_one_set_is_told_as_one(tmp_path: Path) -> None:
    evidence = gather(simulate(BASE, 30, weeks=10))
    assert evidence.scope.startswith("One set of assumptions: ")
    assert evidence.findings
    assert not any("assumptions" in one.title + one.text for one in evidence.findings)


def test_gain_counts_from_where_each_set_begins(over: Results) -> None:
    starts = over.design["contests.VAL.control"].to_numpy()[over.runs["point"]]
    gained = (over.runs["control.VAL:final"].to_numpy() > starts).mean()
    told = next(one for one in findings(over) if "control.VAL" in one.outcomes)
    assert told.number.strip("<>%") == f"{100 * gained:.0f}"
    assert "on average" in told.text


def how_sure(over: Results, wins: np.ndarray) -> Question:
    """The card on how sure that is, where Borea wins all in the runs of a share of each point's replicates."""
    results, runs = copy(over), over.runs.copy()
    runs["ending.VAL:final"] = np.where(runs["replicate"] < RUNS * wins[runs["point"]], 3.0, 0.0)
    results.runs = runs
    return next(one for one in questions(gather(results)) if one.asked == "How sure is that?")


def test_a_mean_of_two_camps_of_sets_is_told_as_such(over: Results) -> None:
    same = over.design.groupby(list(over.design.columns[1:]), sort=False).ngroup().to_numpy()
    sets = len(set(same))
    told = how_sure(over, (same % 2).astype(float))
    high = sum(one % 2 for one in set(same))
    assert "“The valley: Borea has won all”" in told.answer
    assert f"In {high} of {sets} sets it is so in over nine runs in ten, in {sets - high} sets in under" in told.answer
    assert f"of {sets} sets: {high} above 90%, {sets - high} below 10%, 0 between" in told.about
    for wins in (
        np.full(len(same), 0.5),
        np.ones(len(same)),
        np.where(same == 1, 1.0, 0.5),
        np.where(same % 2, 0.75, 0.25),
    ):
        assert "nine runs in ten" not in how_sure(over, wins).answer


def test_sets_that_weigh_more_are_said_to_be_taken_more_than_once(over: Results) -> None:
    sets, versions = len(over.design.drop(columns="point").drop_duplicates()), len(over.design)
    assert versions > sets
    said = f"{sets} plausible sets, those that weigh more taken more than once ({versions} in all)"
    assert f"{said}, {RUNS} runs of each" in counts_of(page(over))
    assert page(over).count(said) == 2  # on the first screen, and over what versions differ in


def test_effect_of_a_policy_is_paired_within_sets(product: Results) -> None:
    what = study(product)
    vary = variation(what)
    assert vary is not None
    column = "control.VAL:final"
    effect = next(one for one in vary.of_levels("states.ALD.arms_policy") if one.outcome.column == column)
    treated, usual = (what.runs[what.runs["point"] % 2 == side][column].to_numpy() for side in (1, 0))
    moved = (treated - usual).reshape(SETS, RUNS).mean(axis=1)
    assert moved.any()
    assert effect.estimate.value == pytest.approx(moved.mean())
    assert (effect.worlds, effect.rises, effect.falls) == (SETS, (moved > 0.0005).sum(), (moved < -0.0005).sum())
    assert effect.estimate.assumptions[0] <= np.median(moved) + 1e-9
    first, second = findings(product)[:2]
    assert "chance: " in first.interval
    assert "assumptions: " in first.interval
    assert f"of {SETS} plausible sets" in first.text
    assert "By level, share of runs in which Borea has won all in the valley: “arms neither side” " in first.text
    assert second.title.startswith("The valley most often ends so")


def test_findings_beside_effects_are_of_the_first_level_in_all_sets(product: Results) -> None:
    runs = product.runs
    at_first = runs["point"] % 2 == 0
    told = next(one for one in findings(product) if "truces_broken.VAL" in one.outcomes)
    broken = (runs.loc[at_first, "truces_broken.VAL:final"] >= 1).mean()
    assert told.number.strip("<>%") == f"{100 * broken:.0f}"
    assert told.runs == at_first.sum()


def test_pages_over_sets_promise_nothing_that_they_lack(over: Results, product: Results) -> None:
    for results in (over, product):
        text = page(results)
        links = set(re.findall(r'href="#([^"&]+)', text))
        assert links
        assert links <= set(re.findall(r'\bid="([^"]+)"', text))
        assert "plausible sets" in text
        assert "95% interval chance" not in text


def test_an_outcome_of_later_weeks_is_predicted(over: Results) -> None:
    patterns: dict[str, Any] = {
        "file": "patterns/known.yaml",
        "name": "known",
        "patterns": {"A": {"outcome": "control.VAL", "week": 3, "above": 0.1}},
    }
    over.manifest["scenario"]["fitted"] = patterns
    told = {one.outcomes[0]: one.badge for one in findings(over)}
    assert told["control.VAL"] == "predicted"
    patterns["patterns"]["A"]["week"] = 25
    told = {one.outcomes[0]: one.badge for one in findings(over)}
    assert told["control.VAL"] == "fitted"
    over.manifest["scenario"]["fitted"] = {}


def test_reasons_are_those_of_sets_at_even_steps(product: Results, over: Results) -> None:
    assert sorted(over.reasons["point"].unique()) == list(range(SETS))  # few points: all of them
    explained = product.reasons["point"].unique()
    assert len(explained) == 8
    assert (explained % 2 == 0).all()
    assert (explained.min(), explained.max()) == (0, 2 * SETS - 2)
    assert "of each of 8 plausible sets" in page(product)


def test_a_share_of_none_or_all_has_their_number_in_place_of_an_interval() -> None:
    none, some = (Estimate(value, 0.0, 0.86, 1170, 58, (0.0, 0.0)) for value in (0.0, 0.01))
    assert share_bar("It fights", none).chance_said == "none of 1,170 runs"
    assert share_bar("It fights", replace(none, value=1.0)).chance_said == "all 1,170 runs"
    assert not np.isfinite(share_bar("It fights", none).chance).any()
    assert share_bar("It fights", some).chance_said == "0 to 86"


def test_figures_of_policies_over_sets_begin_with_what_findings_speak_of(product: Results, over: Results) -> None:
    what = study(product)
    first, *others = what.views
    assert set(first.points) == set(what.baseline.points) < set(what.points)
    assert set(others[-1].points) == set(what.points)
    assert first.name == "whom Aldia arms: arms both sides"
    assert study(over).baseline.name == study(over).views[0].name


def test_sets_without_policies_ask_which_of_their_numbers_matter(over: Results) -> None:
    asked = [one.asked for one in questions(gather(over))]
    assert any(one.startswith("Which of ") and one.endswith(" uncertain numbers matter?") for one in asked)


def test_first_screen_counts_sets_and_runs_and_versions_only_where_these_are_more(product: Results) -> None:
    alone = simulate(BASE, RUNS, plausible=make_sets(load_scenario(BASE), "behaviour.*", count=SETS), weeks=4)
    for results, versions in ((alone, 0), (product, 2 * SETS)):
        said = counts_of(page(results))
        assert f"{len(results.runs)} runs" in said
        assert f"{SETS} plausible sets" in said
        assert f"{RUNS} runs of each" in said
        assert f"{versions} versions" in said if versions else "version" not in said
        assert not re.search(r"\b(?:replicates?|times)\b", said)
