"""Trivial models beside findings and questions: of the sources' numbers, of the right number, judged by its intervals."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim import simulate, sweep
from sim.dashboard import findings
from sim.dashboard.evidence import gather
from sim.dashboard.findings.finding import Finding
from sim.dashboard.page import page
from sim.dashboard.sections.questions.choice import questions
from sim.dashboard.words import percent
from sim.experiments.files.sweep_file import load_sweep
from sim.scenario.load import load_scenario

BASE = "two-rivals-one-patron"
RATIO = 0.75


def known(results: Any, **figures: float) -> Any:
    """Results whose scenario gives Azerbaijan three times the capability of Armenia, and whatever else is given."""
    numbers = results.manifest["scenario"]["numbers"]
    plain = {"range": [0, 10], "unit": "index", "source": "assumption", "note": "", "where": "default"}
    sides = {"states.AZE.capability": 3.0, "states.ARM.capability": 1.0, "contests.NK.phase": 1.0}
    results.manifest["scenario"]["numbers"] = numbers | {
        path: {**plain, "value": value} for path, value in {**sides, **figures}.items()
    }
    return results


def about(results: Any, words: str) -> Finding:
    """The finding whose title has some words."""
    return next(one for one in findings(results) if words in one.title)


def test_a_model_whose_runs_all_hold_what_the_ratio_gives_is_matched_by_it(synthetic: Any) -> None:
    results = known(synthetic.folder(replicates=20, weeks=12))
    results.runs["control.NK:final"] = RATIO
    *_, held = about(results, "gains ground").beside
    assert f"the capability ratio {percent(RATIO)}" in held
    assert (
        "the model says 75% on average. Its intervals cover the capability ratio: no clear difference from so simple a rule"
        in held
    )


def test_a_model_that_is_elsewhere_in_all_runs_differs(synthetic: Any) -> None:
    results = known(synthetic.folder(replicates=20, weeks=12))
    results.runs["control.NK:final"] = 0.4
    gained, held = about(results, "gains ground").beside
    assert "the capability ratio 75%; the model says 40% on average. Its intervals leave these out." in held
    assert "as at the start 0% and the capability ratio 100%; the model says 100%." in gained


def test_a_figure_counts_and_no_value_that_a_fit_chose(synthetic: Any) -> None:
    results = known(synthetic.folder(replicates=6, weeks=8))
    results.manifest["scenario"]["numbers"]["states.AZE.capability"] |= {"value": 9.0, "figure": 3.0}
    assert "the capability ratio 75%" in about(results, "gains ground").beside[-1]


def test_each_kind_of_contest_has_its_own_rivals(synthetic: Any) -> None:
    shares = {"contests.KG.share.south": 0.2, "contests.KG.share.north": 0.6, "states.KGZ.capability": 1.0}
    results = known(synthetic.folder(replicates=20, weeks=12), **shares)
    [said] = about(results, "takes office in Kyrgyzstan").beside
    assert "as at the start 0% and the size of camps 25%" in said
    assert "capability" not in said
    assert "camps" not in " ".join(about(results, "gains ground").beside)


def test_an_ending_is_beside_that_of_the_first_phase(synthetic: Any) -> None:
    results = known(synthetic.folder(replicates=20, weeks=12))
    results.runs["ending.NK:final"] = np.repeat([1.0, 3.0], [2, 18])
    [said] = about(results, "most often ends so").beside
    assert "as at the start 0% and the capability ratio 75%; the model says 90%" in said
    card = next(one for one in questions(gather(results)) if one.asked.startswith("How does it end"))
    assert dict(card.sure)["Simple rule"].startswith("as at the start 0% and the capability ratio 75%")
    results.runs["ending.NK:final"] = 1.0
    assert "as at the start 100% and the capability ratio 0%" in about(results, "most often ends so").beside[0]


def test_one_run_is_beside_rivals_and_judged_by_none(synthetic: Any) -> None:
    told = [said for one in findings(known(synthetic.folder(replicates=1, weeks=8))) for said in one.beside]
    assert told
    assert not [said for said in told if "interval" in said or "as well" in said]


def test_every_number_of_a_real_run_that_has_a_rival_is_beside_it() -> None:
    results = simulate(load_scenario(BASE, {"weeks": 16}), 20)
    found = findings(results)
    assert len(found) > 3
    assert all(one.beside for one in found)
    asked = {one.asked: dict(one.sure) for one in questions(gather(results))}
    silent = [words for words, sure in asked.items() if "Simple rule" not in sure]
    assert silent == ["Where do the numbers come from?", "What happens in one history?"]
    text = page(results)
    assert all(said in text for one in found for said in one.beside)
    assert "Without any model.</strong> As at the start: everything stays as it is at the start" in text
    assert "The size of camps" not in text


def test_an_effect_of_capability_is_beside_what_the_ratio_gives(tmp_path: Any) -> None:
    file = tmp_path / "stronger.yaml"
    file.write_text(
        f"name: stronger\nscenario: {BASE}\nweeks: 52\nreplicates: 10\nfactors:\n"
        "  - {path: states.BOR.capability, label: Borea, values: [0.5, 20]}\n"
    )
    results = sweep(load_sweep(file), threads=1)
    said = [text for one in findings(results) for text in one.beside if "Without any model: no change 0" in text]
    gain = 100 * (20 / 21 - 0.5 / 1.5)
    assert any(f"the capability ratio +{gain:.1f}; the model says" in text for text in said)


def test_versions_that_change_nothing_are_matched_by_no_change(synthetic: Any) -> None:
    results = synthetic.folder(replicates=12, weeks=10, swept=True)
    first = results.runs[results.runs["point"] == results.runs["point"].min()]
    points = sorted(results.runs["point"].unique())
    same = [first.assign(point=point) for point in points]
    runs = type(results.runs)({name: np.concatenate([one[name].to_numpy() for one in same]) for name in first})
    [said] = findings(replace(results, runs=runs))[0].beside
    assert re.fullmatch(r"Without any model: no change (0\.0+); the model says \1\. Its intervals cover that: .*", said)


@pytest.mark.parametrize("sets", [0, 6])
def test_order_of_states_changes_no_rival(synthetic: Any, sets: int) -> None:
    results = known(synthetic.folder(replicates=6, weeks=8, sets=sets))
    said = [one.beside for one in findings(results)]
    results.manifest["scenario"]["structure"]["states"] = results.manifest["scenario"]["structure"]["states"][::-1]
    for contest in results.manifest["scenario"]["structure"]["contests"]:
        contest["parties"] = contest["parties"][::-1]
    assert [one.beside for one in findings(results)] == said
