"""What single phases do to a small world, one mechanism at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim import load_scenario
from sim.dynamics.schedule import WHOLE, advance
from sim.kernel.layout import layout
from sim.kernel.structure import ContestShape, EventShape, PartyShape
from sim.kernel.tally import no_tally

pytestmark = pytest.mark.quick

WAR = {"contests.VAL.phase": 1.0}


def one(world: Any, *names: str) -> np.ndarray:
    """Outcomes of one run over time, shape (T, outcomes)."""
    return np.asarray(world.series(names, replicates=1)[0])


@pytest.mark.parametrize(
    ("operation", "value", "during"), [("set", 0.1, 0.1), ("add", -0.2, 0.2), ("multiply", 0.5, 0.2)]
)
def test_an_event_for_a_while_sets_adds_or_multiplies_and_is_taken_back(
    small: Callable[..., Any], operation: str, value: float, during: float
) -> None:
    event = EventShape("e", "ties.PAT.AAA.trade", operation, 3.0, 4.0)
    numbers = {"ties.PAT.AAA.trade": 0.4, "events.e.value": value}
    level = one(small(ties=[("PAT", "AAA", "trade")], events=(event,), numbers=numbers), "level.PAT.AAA.trade")[:, 0]
    assert level[:3] == pytest.approx(0.4)
    assert level[7:] == pytest.approx(0.4)
    assert level[3:7] == pytest.approx(during)


def test_an_event_on_an_alignment_moves_what_memory_returns_to(small: Callable[..., Any]) -> None:
    event = EventShape("e", "alignments.AAA.BBB", "add", 2.0)
    numbers = {"alignments.AAA.BBB": 0.3, "events.e.value": -0.5, "behaviour.adaptation": 0.1, "behaviour.memory": 2.0}
    alignment = one(small(events=(event,), numbers=numbers), "alignment.AAA.BBB")[:, 0]
    assert alignment[:2] == pytest.approx(0.3)
    assert alignment[2] == pytest.approx(-0.2)
    # the triads see the change, so it does not rest to the last digit
    assert alignment[-1] == pytest.approx(-0.2, abs=0.05)


def test_shares_of_one_client_in_one_domain_never_sum_above_one(small: Callable[..., Any]) -> None:
    ties = [(patron, "AAA", "trade") for patron in ("BBB", "CCC", "PAT")]
    numbers = {f"ties.{patron}.AAA.trade": level for patron, level in (("BBB", 0.9), ("CCC", 0.6), ("PAT", 0.3))}
    world = small(("AAA", "BBB", "CCC", "PAT"), ties=ties, numbers=numbers)
    levels = one(world, *(f"level.{patron}.AAA.trade" for patron, _, _ in ties))
    assert levels[0] == pytest.approx([0.5, 1 / 3, 1 / 6])
    assert (levels.sum(axis=1) <= 1 + 1e-12).all()


def test_an_isolated_state_keeps_its_alignment_and_has_no_influence(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    lively = {**WAR, "behaviour.adaptation": 0.1, "behaviour.memory": 0.5, "alignments.PAT.AAA": 0.4}
    world = small(
        ("AAA", "BBB", "KIB", "PAT"), ties=[("PAT", "AAA", "trade")], contests=[contest("PAT")], numbers=lively
    )
    found = one(world, "alignment.KIB.AAA", "alignment.KIB.PAT", "influence.KIB.AAA")
    assert found[:, 2] == pytest.approx(0)
    assert np.abs(found[:, :2]).max() < 0.05


@pytest.mark.parametrize(("strong", "held", "ending"), [("AAA", 1.0, 3.0), ("BBB", 0.0, 4.0)])
def test_a_side_with_next_to_nothing_left_collapses_and_the_other_takes_all(
    small: Callable[..., Any], contest: Callable[..., Any], strong: str, held: float, ending: float
) -> None:
    fast = {**WAR, "contests.VAL.pace": 2.0, "behaviour.collapse": 50.0, f"states.{strong}.capability": 50.0}
    world = small(contests=[contest()], numbers=fast)
    found = one(world, "control.VAL", "phase.VAL", "ending.VAL")
    assert found[-1] == pytest.approx([held, 3.0, ending])
    assert world.final(["settlement.VAL"], replicates=1)[0, 0] <= 1
    endless = one(world.set({"behaviour.collapse": 0.0}), "control.VAL", "phase.VAL", "ending.VAL")
    assert endless[-1] == pytest.approx([held, 1.0, 1.0])


def test_fighting_wears_the_weaker_side_down_more(small: Callable[..., Any], contest: Callable[..., Any]) -> None:
    numbers = {**WAR, "behaviour.loss": 0.02, "states.AAA.capability": 3.0, "contests.VAL.pace": 0.0}
    found = one(small(contests=[contest()], numbers=numbers), "capability.AAA", "capability.BBB")
    assert found[0] == pytest.approx([3 * (1 - 0.02 * 0.25), 1 - 0.02 * 0.75])


def test_a_camp_that_wins_takes_office_and_its_host_follows_its_leaning(small: Callable[..., Any]) -> None:
    shape = ContestShape("REV", "AAA", "new", "old", (PartyShape("PAT"),))
    numbers = {"contests.REV.phase": 1.0, "contests.REV.pace": 0.3, "contests.REV.share.new": 1.0, "behaviour.coercion": 0.0,
               "contests.REV.share.old": 0.2, "contests.REV.control": 0.4, "behaviour.camp_pull": 0.5,
               "contests.REV.parties.PAT.leaning.old": 1.0, "contests.REV.parties.PAT.leaning.new": -1.0}  # fmt: skip
    found = one(small(contests=[shape], numbers=numbers, weeks=40), "governs.REV", "alignment.AAA.PAT")
    assert found[-1, 0] == 1.0
    assert found[-1, 1] == pytest.approx(np.tanh(-1.0), abs=1e-6)
    assert found[0, 1] > 0


def test_a_supplier_that_stops_loses_its_lever_while_others_fill_the_gap(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    ties = [("PAT", "AAA", "arms"), ("QUE", "AAA", "arms")]
    numbers = {"ties.PAT.AAA.arms": 0.5, "ties.QUE.AAA.arms": 0.3, "states.PAT.arms_policy": 6.0}
    world = small(("AAA", "BBB", "PAT", "QUE"), ties=ties, contests=[contest()], numbers=numbers, weeks=104)
    levels = one(world, "level.PAT.AAA.arms", "level.QUE.AAA.arms")
    assert levels[-1, 0] < 0.1
    assert levels[-1, 1] > 0.45


def test_backers_of_opposite_sides_fall_out_and_a_clash_cuts_their_ties(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    numbers = {**WAR, "behaviour.clash_rate": 50.0, "behaviour.dispute_rate": 50.0, "behaviour.clash_tie_cut": 0.2,
               "contests.VAL.parties.PAT.posture_policy": 7.0, "contests.VAL.parties.QUE.posture_policy": 8.0}  # fmt: skip
    world = small(("AAA", "BBB", "PAT", "QUE"), ties=[("PAT", "QUE", "trade")], contests=[contest("PAT", "QUE")],
                  numbers=numbers, weeks=1)  # fmt: skip
    found = one(world, "disputes.VAL", "clashes.VAL", "latent.PAT.QUE", "latent.QUE.PAT")[0]
    assert found == pytest.approx([1, 1, -0.35, -0.35])
    allied = world.set({"contests.VAL.parties.QUE.posture_policy": 7.0})
    assert one(allied, "disputes.VAL", "clashes.VAL", "latent.PAT.QUE")[0] == pytest.approx([0, 0, 0])


def test_gratitude_goes_to_the_backer_and_a_grudge_to_the_opponents(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    numbers = {**WAR, "behaviour.adaptation": 0.1, "contests.VAL.parties.PAT.posture_policy": 3.0}
    found = one(small(contests=[contest("PAT")], numbers=numbers), "alignment.AAA.PAT", "alignment.BBB.PAT")
    assert found[-1, 0] > 0.05
    assert found[-1, 1] < -0.05


def test_whatever_support_is_given_is_felt(as_small: Callable[..., Any]) -> None:
    world = as_small(load_scenario("post-soviet-2020")).begun()
    for tick in range(12):
        advance(world, tick, tick + 1, WHOLE, no_tally())
        assert not world.now.pairs["support"].any()
    assert world.now.sides["backing"].any()


@pytest.mark.parametrize(
    ("path", "by", "outcome"),
    [
        ("states.AAA.capability", -100.0, "capability.AAA"),
        ("states.AAA.stability", -9.0, "stability.AAA"),
        ("contests.VAL.control", 3.0, "control.VAL"),
        ("ties.PAT.AAA.trade", 5.0, "capacity.PAT.AAA"),
    ],
)
def test_an_event_leaves_nothing_outside_its_declared_bounds(
    small: Callable[..., Any], contest: Callable[..., Any], path: str, by: float, outcome: str
) -> None:
    event = EventShape("e", path, "add", 2.0)
    ties = [("PAT", "AAA", "trade")]
    world = small(ties=ties, contests=[contest()], events=(event,), numbers={"events.e.value": by})
    found = one(world, outcome)[:, 0]
    quantity = layout(world.structure).outcome(outcome).quantity
    assert ((found >= quantity.lower) & (found <= quantity.upper)).all()
