"""Effects that were planted get the verdict that the rules give them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_claims import effects

from sim.comparison.claims.effect import effect_of, kept
from sim.comparison.claims.turning import turns_on
from sim.comparison.claims.verdict import VERDICTS

Judged = Callable[..., dict[str, Any]]


def test_planted_effect_that_falls_with_its_mechanism_is_supported(judged: Judged) -> None:
    found = judged({"full": effects(0.5), "without-it": effects(0.1, seed=2), "at-random": effects(0.0, seed=3)})
    assert found["verdict"] == "supported"
    assert found["effect"]["value"] == pytest.approx(0.5, abs=0.05)
    low, high = found["effect"]["chance"]
    assert low < 0.5 < high
    assert found["worlds"][0]["kept"] == pytest.approx(0.2, abs=0.1)


@pytest.mark.parametrize(("mean", "tiny"), [(0.5, False), (0.021, False), (0.015, True), (-0.015, True)])
def test_size_of_an_effect_is_said_in_standard_deviations_and_changes_no_verdict(
    judged: Judged, mean: float, tiny: bool
) -> None:
    found = judged({"full": effects(mean, noise=0.01), "without-it": effects(0.0, noise=0.01, seed=2)})
    assert found["verdict"] == ("supported" if mean > 0 else "contradicted")
    assert found["size"] == pytest.approx(mean, abs=0.003)
    assert ("tiny" in found["why"]) == tiny


def test_no_effect_is_undecided_and_says_how_many_replicates(judged: Judged) -> None:
    found = judged({"full": effects(0.004)})
    assert found["verdict"] == "undecided"
    assert "covers zero" in found["why"]
    assert found["needed"] > 20


def test_effect_that_is_never_there_is_undecided_without_a_number(judged: Judged) -> None:
    found = judged({})
    assert found["verdict"] == "undecided"
    assert found["needed"] is None


@pytest.mark.parametrize("surviving", ["at-random", "without-it"])
def test_effect_that_survives_where_it_should_fall_is_not_supported(judged: Judged, surviving: str) -> None:
    found = judged({"full": effects(0.5), surviving: effects(0.4, seed=2)})
    assert found["verdict"] == ("built in" if surviving == "at-random" else "undecided")
    assert "80%" in found["why"] or "79%" in found["why"] or "81%" in found["why"]


def test_consequence_is_built_in_if_it_survives_its_mechanism_and_not_for_choice_at_random(judged: Judged) -> None:
    alive = effects(0.4, seed=2)
    assert judged({"full": effects(0.5), "without-it": alive}, asks="consequence")["verdict"] == "built in"
    assert judged({"full": effects(0.5), "at-random": alive}, asks="consequence")["verdict"] == "supported"


def test_remnant_of_less_than_half_does_not_make_an_effect_built_in(judged: Judged) -> None:
    found = judged({"full": effects(0.5), "at-random": effects(0.2, seed=2)})
    assert found["verdict"] == "supported"


def test_sign_that_turns_is_conditional_on_the_number_it_turns_with(judged: Judged) -> None:
    found = judged({"full": effects(0, ends=(-0.8, 1.2))})
    assert found["verdict"] == "conditional"
    assert found["turns"][0]["path"] == "turning"
    assert found["turns"][0]["at"] == pytest.approx(0.4, abs=0.06)
    assert found["turns"][0]["below"] < 0.1
    assert found["turns"][0]["above"] > 0.9
    assert "turning" in found["why"]


def test_opposite_sign_is_contradicted(judged: Judged) -> None:
    assert judged({"full": effects(-0.5)})["verdict"] == "contradicted"
    assert judged({"full": effects(0.5)}, expect="less")["verdict"] == "contradicted"


def test_either_sign_will_do_where_either_is_expected(judged: Judged) -> None:
    assert judged({"full": effects(-0.5)}, expect="either")["verdict"] == "supported"


def test_clear_mean_without_a_sign_in_most_worlds_is_undecided(judged: Judged) -> None:
    half = effects(0.5)
    half[: len(half) // 2] = 0
    found = judged({"full": half})
    assert found["verdict"] == "undecided"
    assert "50%" in found["why"]


def test_no_difference_needs_a_world_in_which_there_is_one(judged: Judged) -> None:
    near, far = effects(0.002, noise=0.05), effects(0.3, noise=0.05, seed=2)
    same = {"expect": "same", "margin": 0.05}
    assert judged({"full": near, "without-it": far}, **same)["verdict"] == "supported"
    assert judged({"full": near, "without-it": effects(0, noise=0.05, seed=4)}, **same)["verdict"] == "built in"
    assert judged({"full": far}, **same)["verdict"] == "contradicted"
    assert judged({"full": effects(0.002, noise=3.0)}, **same)["verdict"] == "undecided"


@settings(max_examples=20)
@given(mean=st.floats(-1, 1), between=st.floats(0, 1), seed=st.integers(0, 99), expect=st.sampled_from(["more", "less", "same", "either"]))  # fmt: skip
def test_every_part_gets_one_of_the_words_and_a_reason(
    judged: Judged, mean: float, between: float, seed: int, expect: str
) -> None:
    found = judged({"full": effects(mean, between=between, seed=seed)}, expect=expect, margin=0.1)
    assert found["verdict"] in VERDICTS
    assert found["why"]


@settings(max_examples=20)
@given(mean=st.floats(0.2, 1), between=st.floats(0, 1), seed=st.integers(0, 99))
def test_mirrored_effect_has_mirrored_shares_and_the_same_p(mean: float, between: float, seed: int) -> None:
    values = effects(mean, between=between, seed=seed)
    one, other = effect_of(values, 0.1), effect_of(-values, 0.1)
    assert (one.up, one.clear_up, one.turns) == (other.down, other.clear_down, other.turns)
    assert one.p == pytest.approx(other.p)
    assert one.value == pytest.approx(-other.value)


def test_noise_alone_does_not_make_worlds_differ() -> None:
    shares = [effect_of(effects(0.1, noise=0.4, seed=seed)).up for seed in range(20)]
    assert np.mean(shares) > 0.95
    turned = [effect_of(effects(0.0, seed=seed)).turns for seed in range(40)]
    assert np.mean(turned) <= 0.05


def test_share_kept_covers_what_was_planted() -> None:
    covered = 0
    for seed in range(60):
        _, (low, high) = kept(effects(1.0, seed=seed), effects(0.4, seed=seed + 1000))
        covered += low <= 0.4 <= high
    assert covered >= 52


def test_effect_that_goes_with_nothing_has_no_turns() -> None:
    draws = np.random.default_rng(5)
    numbers = draws.random((60, 30))
    found = [turns_on(draws.standard_normal(60), numbers, [str(n) for n in range(30)]) for _ in range(20)]
    assert sum(map(bool, found)) <= 4
