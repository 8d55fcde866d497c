"""V11: a great power that fights turns the war, and one that abstains is not felt, whatever its size.

Over the shipped plausible sets; sizes and seeds were set before the first run. The limiting case is fighting alone:
no other power takes part, and all forces that it commits get there (`access` of 1).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import load_scenario
from sim.ensemble import Design, Ensemble
from sim.experiments.plausible import load_plausible
from sim.scenario.scenario import Scenario

SETS, RUNS, WEEKS = 60, 32, 12
MOST = 0.9
"""Share of sets in which it must turn the war."""
PINNED = "contests.NK.parties.RUS.posture_policy"
ABSTAIN = 0.0


@cache
def war() -> tuple[Scenario, Design]:
    """The base scenario and plausible sets of its numbers."""
    sets = load_plausible("october-2020")
    return load_scenario("post-soviet-2020", {"weeks": WEEKS}), Design(sets.paths, sets.values[sets.thinned(SETS)])


OBSERVED = ("control.NK", "win_probability.NK")


@cache
def observed(*changes: tuple[str, float]) -> np.ndarray:
    """Control and win probability over time with some numbers changed in every set, shape (sets, runs, weeks, 2)."""
    scenario, design = war()
    changed = dict(changes)
    own = [at for at, path in enumerate(design.paths) if path not in changed]
    paths = (*np.array(design.paths)[own], *changed)
    values = np.column_stack([design.values[:, own], np.tile(list(changed.values()), (SETS, 1))])
    ensemble = Ensemble(scenario.structure, scenario.inputs(), columns=(), series=OBSERVED)
    runs = np.stack([np.repeat(np.arange(SETS), RUNS), np.tile(np.arange(RUNS), SETS)], 1)
    blocks = ensemble.blocks(Design(paths, values), runs, 11, series_replicates=RUNS)
    return np.concatenate([block.series for block in blocks]).reshape(SETS, RUNS, -1, len(OBSERVED))


def control(changes: dict[str, float]) -> np.ndarray:
    """Control of Karabakh over time, shape (sets, runs, weeks)."""
    return observed(*changes.items())[..., 0]


def win_probability(changes: dict[str, float]) -> np.ndarray:
    """The challenger's win probability over time, shape (sets, runs, weeks)."""
    return observed(*changes.items())[..., 1]


def fights_for(side: str) -> dict[str, float]:
    """Russia held to fight for one side."""
    names = [name for name, _ in war()[0].structure.postures]
    return {PINNED: float(names.index(f"fight-{side}"))}


def start() -> np.ndarray:
    """Control at the start, by set."""
    scenario, design = war()
    path = "contests.NK.control"
    if path in design.paths:
        return design.values[:, design.paths.index(path)]
    return np.full(SETS, scenario.numbers[path].value)


def test_the_holder_loses_no_ground_where_a_great_power_alone_fights_for_it() -> None:
    others = {f"contests.NK.parties.{code}.posture_policy": ABSTAIN for code in ("EUU", "TUR", "USA")}
    alone = {**others, "contests.NK.parties.RUS.access": 1.0}
    held = control({**fights_for("holder"), **alone})[:, :, -1].mean(axis=1) <= start()
    assert held.mean() >= MOST


def test_the_holder_keeps_its_ground_exactly_where_the_great_power_makes_it_as_strong() -> None:
    """With all mechanisms at work: the share of its forces that a power commits and gets there can be less than its side lacks."""
    held = control(fights_for("holder"))[:, :, -1].mean(axis=1) <= start()
    as_strong = win_probability(fights_for("holder")).mean(axis=(1, 2)) <= 0.5
    assert held[as_strong].mean() >= MOST
    assert held[~as_strong].mean() <= 1 - MOST
    assert 0 < as_strong.sum() < SETS


def test_the_challenger_loses_no_ground_where_a_great_power_fights_for_it() -> None:
    gained = control(fights_for("challenger"))[:, :, -1].mean(axis=1) >= start()
    assert gained.mean() >= MOST


def test_it_turns_the_war_for_whom_it_fights_in_every_set() -> None:
    pinned = (fights_for("challenger"), {PINNED: ABSTAIN}, fights_for("holder"))
    won, alone, lost = (control(changes)[:, :, -1].mean(axis=1) for changes in pinned)
    assert (won > lost).all()
    assert (alone > lost).mean() >= MOST
    # most of what the challenger would have gained is not gained
    assert np.median(lost - start()) < 0.0 < np.median(alone - start())


@pytest.mark.parametrize("size", [0.2, 5.0])
def test_the_size_of_a_power_that_abstains_is_not_felt(size: float) -> None:
    scenario, _ = war()
    # threat and danger see what a state could do; without them nothing does but what it does
    blind = {"behaviour.fear": 0.0, "weights.friction": 0.0}
    held = {f"contests.{one.code}.parties.RUS.posture_policy": ABSTAIN for one in scenario.structure.contests}
    capability = scenario.numbers["states.RUS.capability"].value
    usual, other = (control({**blind, **held, "states.RUS.capability": capability * by}) for by in (1.0, size))
    assert np.ptp(usual) > 0.1
    np.testing.assert_array_equal(usual, other)
