"""Stages of a fit: what is dropped early would not have passed, and what is not dropped is judged as if nothing were."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.analysis.patterns import Patterns, load_patterns
from sim.analysis.rest import at_rest
from sim.analysis.sampling.stopping import ERROR
from sim.analysis.search import Stages, start_search
from sim.analysis.simulator import groups_of
from sim.scenario.load import load_scenario

SCENARIO = "two-rivals-one-patron"
PATTERNS = """
name: staged
weeks: 30
replicates: 60
reference: 0
parameters: ["*"]
patterns:
  Q: {text: It is quiet, outcome: phase.VAL, week: 3, is: [quiet, truce], at_least: 0.5, at_most: 0.9}
  W: {text: Some weeks of war, outcome: phase.VAL, weeks: [1, 5], is: [fighting], of: weeks, at_least: 0.2}
  R: {text: Rest, in: rest, outcome: alignment.*, week: 29, spread_at_most: 0.1}
  N: {text: No war at rest, in: rest, outcome: phase.VAL, weeks: [0, 9], never: [fighting], at_least: 1}
"""


@pytest.fixture
def patterns(tmp_path) -> Patterns:
    file = tmp_path / "staged.yaml"
    file.write_text(PATTERNS, encoding="utf-8")
    return load_patterns(file)


def test_early_dropping_loses_no_more_than_its_error_and_saves_runs(patterns):
    draws = 500
    whole = sim.fit(SCENARIO, patterns, draws=draws)
    staged = sim.fit(SCENARIO, replace(patterns, stages=(10, 30)), draws=draws)
    assert (whole.draws["replicates"] == 60).all()
    assert {10, 30, 60} == set(staged.draws["replicates"])
    kept, all_of_them = set(staged.plausible["draw"]), set(whole.plausible["draw"])
    assert kept <= all_of_them
    assert len(all_of_them) > 30
    expected = 3 * 2 * ERROR * len(all_of_them)  # three limits, two stages, had every draw been at the edge
    assert len(all_of_them - kept) <= expected + 3.0 * np.sqrt(expected)
    columns = [f"share.{one.name}" for one in patterns.patterns]
    same = staged.draws["replicates"] == 60
    assert staged.draws.loc[same, columns].equals(whole.draws.loc[same, columns])


def test_reference_draws_are_never_dropped(patterns):
    found = sim.fit(SCENARIO, replace(patterns, stages=(10, 30), reference=40), draws=100)
    assert (found.draws["replicates"][:40] == 60).all()
    assert (found.draws["replicates"][40:] < 60).any()
    assert found.report["reference"] == 40


def test_shares_do_not_depend_on_batches_threads_or_stages(patterns):
    scenario = load_scenario(SCENARIO)
    search = start_search(scenario, replace(patterns, stages=(20,)), 30)
    values = search.waves().plain(30)
    keep = np.ones(30, bool)
    together = Stages(search, 2, threading.Event()).judge(values, keep)[1]
    alone = np.concatenate([
        Stages(start_search(scenario, patterns, 30), 1, threading.Event()).judge(values[at : at + 1], keep[:1])[1]
        for at in range(30)
    ])  # fmt: skip
    assert together.tolist() == alone.tolist()


def test_only_the_weeks_that_patterns_look_at_are_run(patterns):
    groups = groups_of(load_scenario(SCENARIO), patterns, ())
    weeks = {tuple(one.name for one in group.patterns): group.weeks for group in groups}
    assert weeks == {("Q", "W"): 6, ("N",): 10, ("R",): 30}


def test_a_world_at_rest_has_no_crisis_and_no_event():
    base = load_scenario("post-soviet-2020")
    rest = at_rest(base)
    assert rest.structure.events == ()
    assert not any(path.startswith("events.") for path in rest.numbers)
    assert {rest.word(f"contests.{code}.phase") for code in ("NK", "KG", "BY")} == {"quiet"}
    assert rest.numbers["behaviour.attack_rate"].value == 0.0
    assert rest.numbers["behaviour.alignment_noise"] == base.numbers["behaviour.alignment_noise"]
    assert set(rest.layout.paths) == set(rest.numbers)


def test_a_spread_is_looked_at_with_all_runs_or_not_at_all(patterns):
    found = sim.fit(SCENARIO, replace(patterns, stages=(10,)), draws=60).draws
    whole = found["replicates"] == 60
    assert found.loc[whole, ["share.R", "share.N"]].notna().all(axis=None)
    assert found.loc[~whole, ["share.R", "share.N"]].isna().all(axis=None)
    assert (found.loc[whole, "share.N"] == 1.0).all()
