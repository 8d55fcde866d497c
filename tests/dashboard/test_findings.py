"""Findings: numbers that the tables bear out, words that follow the numbers, no scenario built in."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.dashboard import findings
from sim.dashboard.findings.certainty import often
from sim.dashboard.findings.contests import leader
from sim.dashboard.outcomes import outcomes
from sim.dashboard.page import page
from sim.dashboard.sections.crises.strip import crises
from sim.dashboard.statistics import mean_estimate, share_estimate
from sim.dashboard.study import study
from sim.dashboard.words import percent, posture_words
from sim.quantities import FIGHTING, QUIET

pytestmark = pytest.mark.quick


def test_wilson_interval_of_a_published_example() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263.
    found = share_estimate(np.arange(263) < 81)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_mean_leaves_out_missing_values() -> None:
    found = mean_estimate(np.array([1.0, np.nan, 3.0]))
    assert (found.value, found.runs) == (2.0, 2)


def test_a_share_is_never_rounded_to_none_or_all() -> None:
    assert [percent(share) for share in (0, 0.001, 0.5, 0.999, 1)] == [
        "0%",
        "under 1%",
        "50%",
        "over 99%",
        "100%",
    ]


@pytest.mark.parametrize(
    ("share", "word"), [(0, "never"), (0.01, "almost never"), (0.5, "more often than not"), (1, "always")]
)
def test_words_follow_the_share(share: float, word: str) -> None:
    assert often(share) == word


def test_findings_state_what_the_tables_hold(synthetic) -> None:
    results = synthetic.folder(replicates=20, weeks=20)
    found = findings(results)
    broken = (results.runs["truces_broken.NK:final"] >= 1).mean()
    assert found[0].number == percent(broken)
    assert found[0].runs == 20
    assert 3 <= len(found) <= 6
    assert all(finding.interval and finding.anchor for finding in found)


def test_failed_runs_count_in_no_finding(synthetic) -> None:
    results = synthetic.folder(replicates=20, weeks=20)
    marked = results.runs.copy()
    marked["failure"] = marked["failure"].astype(object)
    marked.loc[:4, "failure"] = "not finite"
    assert findings(replace(results, runs=marked))[0].runs == 15


def test_sweep_findings_compare_in_pairs(synthetic) -> None:
    results = synthetic.folder(replicates=12, weeks=16, swept=True)
    first = findings(results)[0]
    runs = results.runs.merge(results.design, on="point")
    outcome = next(one for one in outcomes(study(results)) if one.anchor == first.anchor)
    means = runs.groupby("states.RUS.arms_policy")[outcome.column].mean()
    assert first.number == f"{100 * (means['both'] - means['endogenous']):+.1f}".replace("-", "−")
    assert "pairs" in first.about


def test_names_come_from_the_scenario(synthetic) -> None:
    results = synthetic.folder(replicates=8, weeks=10)
    results.manifest["scenario"]["names"] = results.manifest["scenario"]["names"] | {
        "NK": "The valley",
        "AZE": "Borea",
    }
    said = " ".join(finding.title + finding.text for finding in findings(results))
    assert "In the valley" in said
    assert "Borea" in said
    assert "Karabakh" not in said


def test_every_posture_has_words_with_the_side_in_them(synthetic) -> None:
    what = study(synthetic.folder(replicates=2, weeks=3))
    words = [posture_words(posture, what.contests[0]) for posture in what.postures]
    assert words[0] == "stays out"
    assert words[7] == "fights for Azerbaijan"
    assert len(set(words)) == len(words)


def test_a_lone_patron_is_compared_with_its_own_start(synthetic) -> None:
    results = synthetic.folder(replicates=12, weeks=10)
    structure = results.manifest["scenario"]["structure"]
    structure |= {"clients": ["ARM", "AZE"], "patrons": ["RUS"]}
    structure["contests"] = [contest for contest in structure["contests"] if contest["code"] == "NK"]
    last = findings(results)[-1]
    assert last.anchor == "influence-ARM"
    assert "Russia" in last.title
    assert "strongest" not in last.title
    assert 'id="crisis-NK"' in page(results)


@pytest.mark.parametrize(("by", "word"), [(-0.001, "loses"), (0.004, "gains"), (-0.03, "")])
def test_change_that_rounds_away_is_neither_gain_nor_loss(synthetic, by: float, word: str) -> None:
    """However sure it is: a title never says what the percentages below it do not show."""
    results = synthetic.folder(replicates=30, weeks=6)
    structure = results.manifest["scenario"]["structure"]
    structure |= {"clients": ["ARM", "AZE"], "patrons": ["RUS"]}
    structure["contests"] = [contest for contest in structure["contests"] if contest["code"] == "NK"]
    for name in ("influence.RUS.ARM", "influence.RUS.AZE"):
        results.series[name] = 0.4 + by * results.series["week"] / 5
        results.runs[f"{name}:final"] = 0.4 + by
    last = findings(results)[-1]
    assert ("stays at 40%" in last.text) == bool(word)
    assert not word or word not in last.title
    assert word or "37%" in last.text


def test_findings_and_figures_speak_of_the_stake_that_the_scenario_names(synthetic) -> None:
    results = synthetic.folder(replicates=4, weeks=4)
    [usual] = [one for one in findings(results) if "gains ground in" in one.title]
    assert "of the disputed ground. At the end" in usual.text
    results.manifest["scenario"]["stakes"] = {"NK": "the dam's water"}
    [found] = [one for one in findings(results) if " gains more of the dam's water" in one.title]
    assert "of the dam's water. At the end" in found.text
    html = page(results)
    assert "how much of the dam&#39;s water Azerbaijan holds" in html
    assert "disputed ground" not in html


def test_postures_with_different_names_have_different_words(synthetic) -> None:
    what = study(synthetic.folder(replicates=1, weeks=2))
    names = ("abstain", "mediate", "mediate-hard", "back-holder", "back-holder-quietly", "Mediate", "lend", "lend-more")
    postures = [replace(what.postures[1], name=name, side=-1) for name in names]
    assert len({posture_words(one, what.contests[0]) for one in postures}) == len(names)


def test_on_a_terminal_a_finding_is_one_line_with_its_figure(synthetic) -> None:
    told = findings(synthetic.folder(replicates=12, weeks=12))
    told += findings(synthetic.folder(replicates=12, weeks=16, swept=True))
    assert len(told) > 8
    for one in told:
        assert one.spoken.startswith(f"[{one.badge}] {one.title}")
        assert (one.interval or one.number) in one.spoken
        assert one.spoken.count(one.interval) == 1
        assert len(one.spoken) < 250


def test_the_first_power_is_that_of_the_strongest_ties_where_no_influence_was_kept(synthetic: Any) -> None:
    made = synthetic.folder(replicates=4, weeks=6)
    assert study(made).patrons[0] == "RUS"
    bare = replace(
        made,
        runs=made.runs.drop(columns=[name for name in made.runs if name.startswith("influence.")]),
        series=made.series.drop(columns=[name for name in made.series if name.startswith("influence.")]),
    )
    what = study(bare)
    assert what.patrons[0] == "RUS"
    assert leader(what, what.contests[0], what.views[0]) == "RUS"


def test_what_a_power_does_in_a_war_rests_on_the_weeks_of_fighting(synthetic) -> None:
    results = synthetic.folder(replicates=20, weeks=60)
    week, run = results.series["week"], results.series["replicate"]
    results.series["phase.NK"] = np.where((week < 4) & (run < 15), FIGHTING, QUIET).astype(float)
    results.series["posture.NK.RUS"] = (week < 3).astype(float)
    found = next(one for one in findings(results) if "Russia most often" in one.title)
    assert found.title == "In Nagorno-Karabakh, while there is fighting, Russia most often mediates"
    assert (found.number, found.runs) == ("75%", 15)
    assert "mediates in 75% of weeks of fighting and stays out in 25%" in found.text
    assert {fact.what for fact in found.numbers} >= {"Weeks of fighting in which Russia mediates"}
    what = study(results)
    strip = next(slot for slot in crises(what, what.views) if slot.anchor == "crisis-NK").points[0]
    assert "Russia</b><br>most often mediates (75% of weeks of fighting)" in json.dumps(strip.layout)
    results.series["phase.NK"] = float(QUIET)
    assert "In Nagorno-Karabakh, Russia most often stays out" in {one.title for one in findings(results)}
