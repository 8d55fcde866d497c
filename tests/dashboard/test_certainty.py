"""Words go by the number they lead, and by how sure it is."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.dashboard.findings.certainty import (
    FEW,
    FREQUENCIES,
    SMALL,
    SURE,
    change,
    happens,
    share_interval,
    spread,
    spread_words,
)
from sim.dashboard.statistics import Estimate, mean_estimate, share_estimate
from sim.dashboard.words import change_words, percent

ADVERBS = ("always", "never", *(word for _, word in FREQUENCIES))
shares = st.integers(1, 400).flatmap(
    lambda runs: st.integers(0, runs).map(lambda hits: share_estimate(np.arange(runs) < hits))
)
changes = st.lists(st.floats(-1, 1), min_size=1, max_size=60).map(lambda values: mean_estimate(np.array(values)))


def said(share: Estimate) -> str:
    return happens("a truce", "breaks", "does not break", share)


@given(shares)
def test_always_and_never_are_said_of_runs_enough(share: Estimate) -> None:
    words = re.findall(r"(?<!almost )\b(always|never)\b", said(share))
    assert not words or share.low >= SURE or share.high <= 1 - SURE


@given(shares)
def test_few_runs_are_counted_and_have_no_adverb(share: Estimate) -> None:
    if share.runs < FEW:
        assert not any(word in said(share) for word in ADVERBS)
        assert share.runs == 1 or f"{share.runs} runs" in said(share)


@given(shares)
def test_one_run_has_no_interval_and_says_what_happened_in_it(share: Estimate) -> None:
    if share.runs == 1:
        assert share_interval(share) == ""
        assert said(share) == f"a truce {'breaks' if share.value else 'does not break'} in the only run"
    else:
        assert share_interval(share)


@given(changes)
def test_rising_and_falling_are_said_only_of_what_is_clear_and_not_small(moved: Estimate) -> None:
    word = change(moved)
    if word.startswith(("rises", "falls")):
        assert abs(round(moved.value, 3)) >= SMALL
        assert (moved.value > 0) == word.startswith("rises")
        assert moved.runs == 1 or moved.low > 0 or moved.high < 0
        assert change_words(moved.value, ".0%")[0] == ("+" if moved.value > 0 else "−")
    if moved.runs == 1:
        assert word.endswith("in the only run")


@pytest.mark.parametrize(
    ("moved", "word"),
    [
        (Estimate(-0.001, -0.0012, -0.0008, 200), "hardly changes"),
        (Estimate(0.0, 0.0, 0.0, 200), "hardly changes"),
        (Estimate(-0.05, -0.06, -0.04, 200), "falls"),
        (Estimate(0.03, -0.1, 0.16, 20), "does not clearly change"),
    ],
)
def test_a_small_change_is_called_so(moved: Estimate, word: str) -> None:
    assert change(moved) == word


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_nine_runs_in_ten_are_said_of_runs_enough(values: list[float]) -> None:
    facts = spread("Held", np.array(values), percent)
    assert ("nine runs in ten" in spread_words(facts)) == (len(values) >= FEW)
    assert len(facts) == (1 if len(values) == 1 else 2)
    assert all(fact.said in spread_words(facts) for fact in facts)
