"""A page of a comparison of policies says first whether the baseline policy works, against each other one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_sets import make_sets

from sim import sweep
from sim.dashboard import gather
from sim.dashboard.page import page
from sim.dashboard.sections.questions.choice import questions
from sim.dashboard.sections.questions.question import Question
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plausible import write_plausible
from sim.results.results import Results
from sim.scenario.load import load_scenario, shipped

BASE = "two-rivals-one-patron"
POLICY = "states.ALD.arms_policy"
ARMS = f"{{path: {POLICY}, values: [both, none, holder, challenger]}}"
LEVEL = re.compile(r"“(arms [^”]+)” \((\d+\.\d)%")


NOTED = "source: assumption, note: for a test"
EAGER = f"pace: {{value: 0.5, range: [0.1, 0.5], {NOTED}}}"
SWAPPED = f"challenger: COR, holder: BOR, control: {{value: 0.8, range: [0.1, 0.9], {NOTED}}}"


def swept(tmp_path: Path, design: str, contest: str = EAGER, replicates: int = 40) -> Results:
    """A sweep of the smallest scenario, of which something is changed in its contest."""
    base, file = tmp_path / f"{BASE}.yaml", tmp_path / "policies.yaml"
    base.write_text(shipped()[BASE].read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "eager.yaml").write_text(f"extends: {base.name}\nname: eager\ncontests: {{VAL: {{{contest}}}}}\n")
    head = f"name: policies\nscenario: eager.yaml\nweeks: 104\nreplicates: {replicates}\nseries: {{replicates: 2}}"
    file.write_text(f"{head}\n{design}\n", encoding="utf-8")
    return sweep(load_sweep(file))


def works(results: Any) -> list[Question]:
    return [one for one in questions(gather(results)) if "hold off a total victory" in one.asked]


@pytest.mark.parametrize(("contest", "victory"), [(EAGER, 3), (f"{EAGER}, {SWAPPED}", 4)])
def test_a_policy_is_compared_with_each_other_one(tmp_path: Path, contest: str, victory: int) -> None:
    results = swept(tmp_path, f"factors: [{ARMS}]", contest, 401)
    (card,) = works(results)
    assert card == questions(gather(results))[0]
    assert card.asked == "Does “arms both sides” hold off a total victory, and keep Aldia its influence?"
    runs = results.wide()
    assert set(runs["ending.VAL:final"].unique()) == {1, 2, victory}
    runs["won"] = (runs["ending.VAL:final"] == victory).astype(float)
    sides = ["Borea", "Cordia"] if victory == 3 else ["Cordia", "Borea"]
    words = {"none": "arms neither side", "challenger": f"arms only {sides[0]}", "holder": f"arms only {sides[1]}"}
    won = runs.groupby(POLICY)["won"].mean()
    said, *influence = card.answer.removesuffix(".").split(". ")
    assert said.startswith(f"In the valley, {won['both']:.1%} of runs end in a total victory: clearly ")
    named = dict(LEVEL.findall(said))
    for level, name in words.items():
        assert f"“{name}”: {won['both']:.1%} → {won[level]:.1%}" in [row.words for row in card.chart.rows]
        if name in named:
            assert named[name] == f"{100 * won[level]:.1f}"
            way = "fewer" if won[level] > won["both"] else "more"
            assert f"clearly {way} than with" in said[: said.index(name)].rpartition(";")[2]
            assert abs(paired(runs, level)) > 2
        else:
            assert abs(paired(runs, level)) < 3
    (sentence,) = influence
    assert sentence.startswith("Aldia's influence over ")
    for part, side in zip(sentence.removeprefix("Aldia's influence ").split("; "), sides, strict=True):
        held = runs.groupby(POLICY)[f"influence.ALD.{side[:3].upper()}:final"].mean()
        least, most = (held.drop("both").agg(one) for one in ("idxmin", "idxmax"))
        between = " and with ".join(f"“{words[level]}” ({held[level]:.1%})" for level in (least, most))
        assert part == f"over {side} ({held['both']:.1%}) lies clearly between that with {between}"


def paired(runs: pd.DataFrame, level: str) -> float:
    """Student's t of the difference in victories between a level and the first, in pairs of runs."""
    table = runs.pivot(index="replicate", columns=POLICY, values="won")
    apart = table[level] - table["both"]
    return float(apart.mean() / (apart.std(ddof=1) / len(apart) ** 0.5))


def test_over_sets_it_says_in_how_many_and_what_it_counts_is_linked(tmp_path: Path) -> None:
    write_plausible(tmp_path / "worlds.parquet", make_sets(load_scenario(BASE), "weights.*", count=6))
    results = swept(
        tmp_path, f"design: product\nof: [{{plausible: worlds.parquet}}, {{factors: [{ARMS}]}}]", replicates=200
    )
    (card,) = works(results)
    assert re.search(r"(in every set|in nearly every set|in \d of 6 sets)\)", card.answer)
    victories, *_ = re.split(r"(?:; |\. )", card.answer)
    (how,) = re.findall(r"(clearly|on average) (?:fewer|more) than with", victories)
    named = {f"“{name}”" for name, _ in LEVEL.findall(victories)}
    ends = [row.assumptions for row in card.chart.rows if row.words.partition(":")[0] in named]
    assert len(ends) == len(named) > 0
    assert (how == "clearly") == all(low > 0 or high < 0 for low, high in ends)
    text = page(results)
    assert f'href="#{card.anchor}"' in text
    assert f'id="{card.anchor}"' in text


@pytest.mark.parametrize(
    ("factor", "asked"),
    [
        (
            "{path: contests.VAL.parties.ALD.posture_policy, values: [choose, abstain]}",
            "Does “chooses for itself” hold off a total victory, and keep Aldia its influence?",
        ),
        ("{path: weights.order, values: [0.1, 0.9]}", None),
    ],
)
def test_only_policies_are_asked_whether_they_work(tmp_path: Path, factor: str, asked: str | None) -> None:
    assert [one.asked for one in works(swept(tmp_path, f"factors: [{factor}]"))] == ([asked] if asked else [])
