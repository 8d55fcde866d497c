"""V12: what third parties expect of a posture is what comes of it, where nothing else changes meanwhile.

With order the only motive, salience and turmoil 1 and attention full, the utility of a posture is what it adds to the
probability that the guns are silent some weeks ahead. Worlds, seeds and sizes were set before the first run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.ensemble import Design

FIGHTING, TRUCE = 1.0, 2.0
ABSTAIN, MEDIATE, GUARANTEE, FIGHT = 0.0, 1.0, 2.0, 7.0
MINE, OTHERS = (f"contests.VAL.parties.{code}.posture_policy" for code in ("PAT", "QUE"))
RUNS, WORLDS, BEYOND = 2048, 3, 4.0
"""Runs a world and posture; worlds a case; standard errors that none of some seventy differences should exceed."""
TIES = [(patron, client, "trade") for patron in ("PAT", "QUE") for client in ("AAA", "BBB")]
STILL = {
    "weights.order": 1.0, "states.PAT.stability": 1.0, "states.QUE.stability": 1.0, "contests.VAL.pace": 0.0,
    "behaviour.weariness_fade": 0.0, "behaviour.turmoil_truce": 1.0, "behaviour.turmoil_fresh": 0.0,
    "contests.VAL.enmity": 0.5, "contests.VAL.control": 0.4, "contests.VAL.age": 3.0, "states.AAA.capability": 1.4,
    OTHERS: ABSTAIN,
} | {"ties." + ".".join(tie): 0.2 for tie in TIES}  # fmt: skip
"""Nothing moves but the phase: sides do not tire, the front stands, postures are held."""
RATES = {FIGHTING: "behaviour.truce_rate", TRUCE: "behaviour.attack_rate"}
"""How a phase ends; what comes then lasts, since the rate of the other way is 0."""
UNCERTAIN = {
    "behaviour.attack_floor": (0.01, 0.3),
    "behaviour.attack_decay": (3.0, 20.0), "behaviour.persuasion": (1.0, 5.0), "behaviour.guarantee": (0.5, 3.0),
    "behaviour.deterrence": (0.5, 2.5), "behaviour.upkeep": (0.1, 0.5), "behaviour.side_rationality": (1.0, 3.0),
    "behaviour.boldness": (0.0, 1.5), "behaviour.distrust": (0.5, 2.0), "ties.PAT.AAA.trade": (0.1, 0.6),
    "ties.QUE.BBB.trade": (0.05, 0.4), "behaviour.satisfaction": (0.2, 1.5),
}  # fmt: skip
"""What differs between worlds."""


@pytest.fixture(scope="module")
def still(small: Callable[..., Any], contest: Callable[..., Any]) -> Callable[..., Any]:
    """A world that rests in a phase, but for the phase itself."""

    def build(phase: float, **numbers: float) -> Any:
        states = ("AAA", "BBB", "PAT", "QUE")
        said = STILL | {RATES[phase]: 0.5, "contests.VAL.phase": phase} | numbers
        return small(states, ties=TIES, contests=[contest("PAT", "QUE")], numbers=said, weeks=10)

    return build


def prospects(world: Any, phase: float, design: Design, foresight: int) -> tuple[np.ndarray, np.ndarray]:
    """Expected a week after the start, in runs whose phase is still the first, and come true then.

    Shapes (points, postures) and (points, runs); NaN where the phase has changed by then.
    """
    names = ["phase.VAL", *(f"utility.VAL.PAT.{name}" for name in ("abstain", "mediate", "guarantee"))]
    series = world.series(names, RUNS, design, seed=12).reshape(len(design.values), RUNS, -1, len(names))
    waiting = series[:, :, 0, 0] == phase
    expected = np.array([one[alike][0, 1, 1:] for one, alike in zip(series, waiting, strict=True)])
    silent = series[:, :, foresight, 0] != FIGHTING
    return expected, np.where(waiting, silent, np.nan)


@pytest.mark.parametrize("other", [ABSTAIN, MEDIATE, GUARANTEE, FIGHT])
@pytest.mark.parametrize("phase", [FIGHTING, TRUCE])
def test_what_a_posture_is_expected_to_add_is_what_it_adds(
    still: Callable[..., Any], phase: float, other: float
) -> None:
    foresight, rng = 5, np.random.default_rng(round(10 * phase + other))
    ranges = UNCERTAIN | {RATES[phase]: (0.1, 0.8)}
    low, high = np.array(list(ranges.values())).T
    worlds = low + rng.random((WORLDS, len(low))) * (high - low)
    world = still(phase, **{"behaviour.foresight": foresight, OTHERS: other})
    paths = (*ranges, MINE)
    found = [
        prospects(world, phase, Design(paths, np.column_stack([worlds, np.full(WORLDS, mine)])), foresight)
        for mine in (ABSTAIN, MEDIATE, GUARANTEE)
    ]
    alone = found[0][1]
    for posture, (expected, silent) in enumerate(found):
        np.testing.assert_allclose(expected, found[0][0], atol=1e-12)  # whatever one holds now
        gains = silent - alone
        both = np.isfinite(gains).sum(axis=1)
        share = np.abs(expected[:, posture])  # where nobody gained, the sample says nothing of its error
        error = np.maximum(np.nanstd(gains, axis=1), np.sqrt(share * (1.0 - share))) / np.sqrt(both)
        assert (both > RUNS // 8).all()
        assert (np.abs(np.nanmean(gains, axis=1) - expected[:, posture]) <= BEYOND * error).all()


def expected(world: Any, phase: float, **numbers: float) -> np.ndarray:
    """What abstaining, mediating and peacekeeping are expected to add a week after the start."""
    return prospects(world.set(numbers), phase, Design((MINE,), np.array([[ABSTAIN]])), 1)[0][0]


@pytest.mark.parametrize("phase", [FIGHTING, TRUCE])
def test_a_second_equal_mediator_adds_nothing(still: Callable[..., Any], phase: float) -> None:
    world = still(phase)
    assert expected(world, phase)[1] > 0.05
    assert expected(world, phase, **{OTHERS: MEDIATE})[1] == 0.0
    weaker = expected(world, phase, **{OTHERS: MEDIATE, "ties.QUE.AAA.trade": 0.02, "behaviour.leverage_scale": 1.0})[1]
    assert 0.0 < weaker < expected(world, phase, **{"behaviour.leverage_scale": 1.0})[1]


@pytest.mark.parametrize("phase", [FIGHTING, TRUCE])
@pytest.mark.parametrize("lacking", ["AAA", "BBB"])
def test_a_mediator_without_leverage_over_one_side_adds_nothing(
    still: Callable[..., Any], phase: float, lacking: str
) -> None:
    lacks = {f"ties.PAT.{lacking}.trade": 0.0}
    assert expected(still(phase), phase, **lacks)[1] == 0.0
    # nor does it take anything from another's part
    without, beside = ({OTHERS: one, f"ties.QUE.{lacking}.trade": 0.0} for one in (ABSTAIN, MEDIATE))
    assert expected(still(phase), phase, **without)[1] == expected(still(phase), phase, **beside)[1] > 0.0


@pytest.mark.parametrize("phase", [FIGHTING, TRUCE])
def test_only_the_largest_force_of_peacekeepers_reassures_and_every_force_stands_in_the_way(
    still: Callable[..., Any], phase: float
) -> None:
    reassuring = {"behaviour.persuasion": 0.0, "behaviour.deterrence": 0.0, "behaviour.guarantee": 2.0}
    barring = {"behaviour.persuasion": 0.0, "behaviour.deterrence": 2.0, "behaviour.guarantee": 0.0}
    assert expected(still(phase), phase, **reassuring)[2] > 0.05
    assert expected(still(phase), phase, **{OTHERS: GUARANTEE}, **reassuring)[2] == 0.0
    # peacekeepers face nobody while the guns speak
    second = expected(still(phase), phase, **{OTHERS: GUARANTEE}, **barring)[2]
    assert second == 0.0 if phase == FIGHTING else second > 0.02


def test_without_upkeep_a_mediator_adds_nothing_to_a_truce(still: Callable[..., Any]) -> None:
    assert expected(still(TRUCE), TRUCE, **{"behaviour.upkeep": 0.0})[1] == 0.0
    little, much = (expected(still(TRUCE), TRUCE, **{"behaviour.upkeep": share})[1] for share in (0.1, 0.5))
    assert 0.0 < little < much
