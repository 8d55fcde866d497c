"""V5: only leverage over both sides makes a mediator (Touval and Zartman 1985; Beardsley 2011)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

MEDIATE, ABSTAIN = 1.0, 0.0
TIES = [(patron, client, "trade") for patron in ("PAT", "QUE") for client in ("AAA", "BBB")]
BASE = {
    "contests.VAL.phase": 1.0, "behaviour.truce_rate": 1.0, "behaviour.persuasion": 3.0, "behaviour.leverage_scale": 1.0,
    "contests.VAL.enmity": 0.5, "states.AAA.capability": 1.3, "behaviour.attack_rate": 0.5, "behaviour.upkeep": 0.25,
    "contests.VAL.age": 4.0,
} | {"ties." + ".".join(tie) + "": 0.2 for tie in TIES}  # fmt: skip


@pytest.fixture(scope="module")
def hazard(small: Callable[..., Any], contest: Callable[..., Any]) -> Callable[..., float]:
    """Hazard of a truce in the first week when PAT and QUE hold given postures and levers; with an upkeep, of an attack."""
    world = small(("AAA", "BBB", "PAT", "QUE"), ties=TIES, contests=[contest("PAT", "QUE")], numbers=BASE, weeks=1)

    def of(first: float, second: float = ABSTAIN, upkeep: float | None = None, **levels: float) -> float:
        policies = {f"contests.VAL.parties.{code}.posture_policy": p for code, p in (("PAT", first), ("QUE", second))}
        ties = {f"ties.{path.replace('_', '.')}.trade": level for path, level in levels.items()}
        truce = {} if upkeep is None else {"contests.VAL.phase": 2.0, "behaviour.upkeep": upkeep}
        name = "truce_hazard.VAL" if upkeep is None else "attack_hazard.VAL"
        return float(world.set({**policies, **ties, **truce}).series([name], replicates=1)[0, 0, 0])

    return of


def test_a_mediator_with_leverage_over_both_sides_brings_a_truce_nearer(hazard: Callable[..., float]) -> None:
    assert hazard(MEDIATE) > 1.1 * hazard(ABSTAIN)


def test_a_mediator_without_leverage_is_none(hazard: Callable[..., float]) -> None:
    assert hazard(MEDIATE, PAT_AAA=0.0, PAT_BBB=0.0) == hazard(ABSTAIN, PAT_AAA=0.0, PAT_BBB=0.0)


@pytest.mark.parametrize("lacking", ["PAT_AAA", "PAT_BBB"])
def test_leverage_over_one_side_only_makes_no_mediator(hazard: Callable[..., float], lacking: str) -> None:
    assert hazard(MEDIATE, **{lacking: 0.0}) == hazard(ABSTAIN, **{lacking: 0.0})


def test_only_the_smaller_leverage_counts(hazard: Callable[..., float]) -> None:
    lopsided = hazard(MEDIATE, PAT_AAA=0.1, PAT_BBB=0.3)
    assert hazard(MEDIATE, PAT_AAA=0.1, PAT_BBB=0.6) == lopsided
    assert hazard(MEDIATE, PAT_AAA=0.12, PAT_BBB=0.3) > lopsided


def test_splitting_a_mediator_in_two_changes_nothing(hazard: Callable[..., float]) -> None:
    assert hazard(MEDIATE, MEDIATE) == hazard(MEDIATE, ABSTAIN) == hazard(ABSTAIN, MEDIATE)


def test_in_a_truce_a_mediator_keeps_the_sides_from_attack_by_its_upkeep(hazard: Callable[..., float]) -> None:
    assert hazard(MEDIATE, upkeep=0.0) == hazard(ABSTAIN, upkeep=0.0) > 0.0
    assert hazard(MEDIATE, upkeep=0.5) < hazard(MEDIATE, upkeep=0.25) < 0.95 * hazard(ABSTAIN, upkeep=0.25)


@pytest.mark.parametrize("lacking", ["PAT_AAA", "PAT_BBB"])
def test_in_a_truce_too_leverage_over_one_side_only_makes_no_mediator(
    hazard: Callable[..., float], lacking: str
) -> None:
    assert hazard(MEDIATE, upkeep=0.5, **{lacking: 0.0}) == hazard(ABSTAIN, upkeep=0.5, **{lacking: 0.0})


def test_in_a_truce_too_splitting_a_mediator_in_two_changes_nothing(hazard: Callable[..., float]) -> None:
    assert hazard(MEDIATE, MEDIATE, 0.5) == hazard(MEDIATE, ABSTAIN, 0.5) == hazard(ABSTAIN, MEDIATE, 0.5)
