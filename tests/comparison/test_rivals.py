"""Naive rivals: what trivial models must say at their limits, and what is said where the model's intervals cover that."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim import load_scenario
from sim.comparison.beside import beside, brief, sentence
from sim.comparison.rivals import MEANINGS, NAIVE, NO_CHANGE, SPOKEN, Known, Sides, known_of, naive, naive_effect
from sim.quantities import ENDINGS

RATIO, CAMPS, OUTSIDERS, LEANING, STAYS = (
    "capability ratio", "size of camps", "weighted alignment", "own alignment", "as at the start",
)  # fmt: skip
MENU = [("abstain", 0), ("back-challenger", 1), ("back-holder", -1)]
positive = st.floats(1e-3, 1e3)
alignment = st.floats(-1, 1)


def war(numbers: dict[str, float], parties: tuple[str, ...] = ("P", "Q"), start: Any = lambda _: None) -> Known:
    """A contest between A, which challenges, and H; one within a state, between the camps n and s."""
    contests = {"W": Sides("A", "H", None, parties), "D": Sides("s", "n", "S", parties)}
    return Known(contests, MENU, numbers.get, start)


@given(positive, positive)
def test_ratio_of_capability_mirrors_its_sides(one: float, other: float) -> None:
    said = naive(war({"states.A.capability": one, "states.H.capability": other}), "control.W:final")[RATIO]
    mirrored = naive(war({"states.A.capability": other, "states.H.capability": one}), "control.W:final")[RATIO]
    assert said + mirrored == pytest.approx(1)
    assert (said > 0.5) == (one > other) or said == pytest.approx(0.5)


@given(positive)
def test_equal_sides_are_even(capability: float) -> None:
    known = war({"states.A.capability": capability, "states.H.capability": capability})
    assert naive(known, "control.W")[RATIO] == 0.5
    assert naive(known, "ending.W", 3)[RATIO] == naive(known, "ending.W", 4)[RATIO] == 0.5


@given(st.lists(st.tuples(positive, alignment, alignment), min_size=1, max_size=4))
def test_leaning_of_outsiders_does_not_depend_on_their_order(found: list[tuple[float, float, float]]) -> None:
    names = tuple("PQRS"[: len(found)])
    numbers = {}
    for name, (capability, toward, away) in zip(names, found, strict=True):
        numbers |= {
            f"states.{name}.capability": capability,
            f"alignments.{name}.A": toward,
            f"alignments.{name}.H": away,
        }
    said = [naive(war(numbers, order), "control.W")[OUTSIDERS] for order in permutations(names)]
    assert said == pytest.approx([said[0]] * len(said))
    assert 0 <= said[0] <= 1 + 1e-12


@pytest.mark.parametrize(("toward", "away", "share"), [(1.0, -1.0, 1.0), (-1.0, 1.0, 0.0), (0.4, 0.4, 0.5)])
def test_outsiders_that_all_lean_one_way_give_it_all(toward: float, away: float, share: float) -> None:
    numbers = {f"states.{name}.capability": weight for name, weight in (("P", 3.0), ("Q", 80.0))}
    numbers |= {f"alignments.{name}.{side}": one for name in "PQ" for side, one in (("A", toward), ("H", away))}
    assert naive(war(numbers), "control.W")[OUTSIDERS] == pytest.approx(share)


@given(positive, st.floats(0.01, 1))
def test_whoever_is_held_to_a_side_adds_to_it(capability: float, aid: float) -> None:
    numbers = {"states.A.capability": 1.0, "states.H.capability": 1.0, "states.P.capability": capability,
               "postures.back-challenger.aid": aid, "postures.back-holder.aid": aid}  # fmt: skip
    held = "contests.W.parties.P.posture_policy"
    free, out, for_a, for_h = (naive(war(numbers | {held: one}), "control.W")[RATIO] for one in (-1, 0, 1, 2))
    assert free == out == 0.5 < for_a
    assert for_a == pytest.approx((1 + aid * capability) / (2 + aid * capability))
    assert for_a + for_h == pytest.approx(1)


def test_a_contest_with_a_host_has_sizes_of_camps_and_no_capability() -> None:
    numbers = {"states.S.capability": 1.0, "contests.D.share.s": 0.6, "contests.D.share.n": 0.2}
    for outcome in ("control.D", "governs.D:final", "takeover.D:final"):
        said = naive(war(numbers), outcome)
        assert RATIO not in said
        assert said[CAMPS] == pytest.approx(0.75)
    even = war({"contests.D.share.s": 0.3, "contests.D.share.n": 0.3})
    assert naive(even, "takeover.D")[CAMPS] == 0.5
    assert CAMPS not in naive(war(numbers | {"states.A.capability": 1, "states.H.capability": 1}), "control.W")


@given(positive, positive, st.integers(0, 3), st.floats(0, 1))
def test_chances_of_all_endings_sum_to_one(one: float, other: float, phase: int, control: float) -> None:
    start = {"phase.W": float(phase), "control.W": control}
    known = war({"states.A.capability": one, "states.H.capability": other}, start=start.get)
    said = [naive(known, "ending.W", code) for code in range(len(ENDINGS))]
    for rival in (STAYS, RATIO):
        assert sum(chances[rival] for chances in said) == pytest.approx(1)


def test_as_at_the_start_is_what_there_is_then() -> None:
    start = {"control.W": 0.2, "phase.W": 2.0, "influence.P.A": 0.3, "control.D": 0.7}
    known = war({"contests.W.parties.Q.posture_policy": 2.0}, start=start.get)
    assert naive(known, "control.W") == {STAYS: 0.2}
    assert naive(known, "influence.P.A:final") == {STAYS: 0.3}
    assert naive(known, "governs.D:final")[STAYS] == 1
    assert [naive(known, "ending.W", code)[STAYS] for code in range(5)] == [0, 0, 1, 0, 0]
    assert [naive(known, "posture.W.P", code)[STAYS] for code in range(3)] == [1, 0, 0]
    assert [naive(known, "posture.W.Q", code)[STAYS] for code in range(3)] == [0, 0, 1]


@pytest.mark.parametrize(("toward", "says"), [(0.5, [0, 1, 0]), (-0.5, [0, 0, 1]), (0.1, None)])
def test_a_third_party_takes_the_side_of_its_friend(toward: float, says: list[int] | None) -> None:
    known = war({"alignments.P.A": toward, "alignments.P.H": 0.1})
    found = [naive(known, "posture.W.P", code).get(LEANING) for code in range(3)]
    assert found == (says or [None] * 3)


@pytest.mark.parametrize(
    "outcome", ["weeks_fought.W:final", "imbalance:final", "gain", "control.X", "ending.X:final", ""]
)
def test_of_other_outcomes_nothing_is_said(outcome: str) -> None:
    assert naive(war({"states.A.capability": 1.0, "states.H.capability": 1.0}), outcome) == {}


def test_a_treatment_does_nothing_where_no_number_of_a_trivial_model_is_touched() -> None:
    known = war({"states.A.capability": 2.0, "states.H.capability": 1.0})

    def effect(settings: dict[str, float]) -> dict[str, float]:
        return naive_effect(known, lambda now: naive(now, "control.W"), (1.0, settings), (-1.0, {}))

    assert effect({"behaviour.memory": 0.0}) == {NO_CHANGE: 0.0}
    assert effect({"states.A.capability": 1.0}) == {NO_CHANGE: 0.0, RATIO: pytest.approx(0.5 - 2 / 3)}


def test_the_guide_names_the_rivals_of_each_kind_of_outcome() -> None:
    text = (Path(sim.__file__).parent / "guide" / "dashboard.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))
    assert list(rows) == list(NAIVE)
    for kind, rules in NAIVE.items():
        assert [rival for rival in SPOKEN if rival in rows[kind]] == [*rules]


def test_every_rival_has_words_and_a_meaning() -> None:
    used = {rival for rules in NAIVE.values() for rival in rules}
    assert {*used, NO_CHANGE} == set(SPOKEN) == set(MEANINGS)


@given(st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 0.4))
def test_a_model_that_equals_a_rival_is_matched_by_it(value: float, below: float, above: float) -> None:
    found = beside({RATIO: value}, value, (value - below, value + above), (float("nan"), float("nan")))
    assert "Its intervals cover that: no clear difference from so simple a rule." in sentence(found, "x", str)
    assert brief(found, str).endswith("within the model's intervals, no clear difference from so simple a rule")


def test_a_rival_outside_all_intervals_is_left_out_and_one_within_any_is_not() -> None:
    chance, assumptions = (0.55, 0.65), (0.5, 0.8)
    found = beside({STAYS: 0.0, RATIO: 0.7}, 0.6, chance, assumptions)
    assert [one.covered for one in found] == [False, True]
    assert sentence(found, "60%", "{:.0%}".format) == (
        "Without any model: as at the start 0% and the capability ratio 70%; the model says 60%. "
        "The difference from “the capability ratio” is clear of chance, not of what is assumed."
    )
    assert brief(found, "{:.0%}".format).endswith(
        ": the difference from “the capability ratio” is clear of chance, not of what is assumed"
    )
    found = beside({STAYS: 0.0, RATIO: 0.6}, 0.6, chance, assumptions)
    assert brief(found, "{:.0%}".format).endswith(
        ": the capability ratio within the model's intervals, no clear difference from so simple a rule"
    )
    found = beside({STAYS: 0.52, RATIO: 0.6}, 0.6, chance, assumptions)
    assert sentence(found, "60%", str).endswith(
        "Its intervals cover the capability ratio: no clear difference from so simple a rule. "
        "The difference from “as at the start” is clear of chance, not of what is assumed."
    )
    assert brief(found, str).endswith(
        "; the difference from “as at the start” is clear of chance, not of what is assumed"
    )
    found = beside({STAYS: 0.52, RATIO: 0.7}, 0.6, chance, assumptions)
    assert sentence(found, "60%", str).endswith("The differences are clear of chance, not of what is assumed.")
    assert "leave these out" in sentence(beside({STAYS: 0.0, RATIO: 0.9}, 0.6, chance, assumptions), "60%", str)


def test_what_chance_alone_would_leave_out_is_said() -> None:
    found = beside({NO_CHANGE: 0.0}, -13.0, (-15.3, -10.7), (-49.9, 4.4))
    assert "The difference is clear of chance, not of what is assumed." in sentence(found, "x", str)
    assert brief(found, str).endswith(": the difference is clear of chance, not of what is assumed")
    for chance in ((-15.3, 0.7), (float("nan"), float("nan"))):
        said = brief(beside({NO_CHANGE: 0.0}, -13.0, chance, (-49.9, 4.4)), str)
        assert said.endswith(": within the model's intervals, no clear difference from so simple a rule")


def test_without_an_interval_nothing_is_judged() -> None:
    found = beside({STAYS: 0.0}, 1.0)
    assert sentence(found, "100%", "{:.0%}".format) == "Without any model: as at the start 0%; the model says 100%."
    assert sentence([], "100%", str) == brief([], str) == ""
    assert beside({STAYS: 0.0}, float("nan")) == []


def test_figures_are_those_of_the_sources_whatever_a_fit_has_chosen() -> None:
    scenario = load_scenario("two-rivals-one-patron")
    said = naive(known_of(scenario), "control.VAL")
    fitted = {
        path: replace(number, value=number.value * 1.1, figure=number.value) if path.startswith("states.") else number
        for path, number in scenario.numbers.items()
    }
    assert naive(known_of(replace(scenario, numbers=fitted)), "control.VAL") == said
    assert said[RATIO] == pytest.approx(2 / 3)


def test_order_of_states_and_parties_changes_nothing() -> None:
    scenario = load_scenario("post-soviet-2020")
    structure = scenario.structure
    contests = tuple(replace(one, parties=one.parties[::-1]) for one in structure.contests[::-1])
    other = replace(scenario, structure=replace(structure, states=structure.states[::-1], contests=contests))
    for outcome in ("control.NK", "takeover.BY", "takeover.KG", "posture.NK.TUR"):
        assert naive(known_of(other), outcome, 3) == pytest.approx(naive(known_of(scenario), outcome, 3))
