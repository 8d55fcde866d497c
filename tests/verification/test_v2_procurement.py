"""V2: procurement alone against Richardson's arms race (1960); and what others deliver in a supplier's stead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.dynamics.schedule import WHOLE, advance
from sim.kernel.tally import no_tally
from sim.quantities import NO_ARMS

NOBODY = float(NO_ARMS)


def race(a: float, b: float, m: float, n: float, normal: tuple[float, float], wear: float) -> dict[str, float]:
    """Paths of x' = a y − m x + g, y' = b x − n y + h, whose g and h put the fixed point at `normal`."""
    return {
        "states.AAA.reaction": a, "states.AAA.fatigue": m, "states.AAA.capability": normal[0], "states.AAA.wear": wear,
        "states.BBB.reaction": b, "states.BBB.fatigue": n, "states.BBB.capability": normal[1], "states.BBB.wear": wear,
    }  # fmt: skip


def outcome(small: Any, start: tuple[float, float], ticks: int) -> tuple[float, float]:
    """Capabilities after a number of ticks from a start off the fixed point."""
    world = small.begun()
    for i in range(2):
        world.now.states[i].capability[:] = start[i]
    advance(world, 0, ticks, WHOLE, no_tally())
    return float(world.now.states[0].capability[0]), float(world.now.states[1].capability[0])


@pytest.fixture
def armed_pair(small: Callable[..., Any], contest: Callable[..., Any]) -> Callable[..., Any]:
    """Two home-supplied rivals who do not fight."""
    return lambda *terms, wear=0.0: small(
        ("AAA", "BBB"), contests=[contest()], dt=0.05, numbers=race(*terms, wear=wear)
    )


def test_the_starting_capabilities_are_richardsons_fixed_point(armed_pair: Callable[..., Any]) -> None:
    a, b, m, n = 0.3, 0.2, 0.5, 0.6
    world = armed_pair(a, b, m, n, (1.7, 0.9)).begun()
    g, h = (float(world.now.states[i].constant[0]) for i in range(2))
    assert (a * h + n * g) / (m * n - a * b) == pytest.approx(1.7)
    assert (b * g + m * h) / (m * n - a * b) == pytest.approx(0.9)


def test_with_unit_terms_and_double_restraint_both_arm_up_to_one(armed_pair: Callable[..., Any]) -> None:
    world = armed_pair(1, 1, 2, 2, (1, 1))
    assert float(world.begun().now.states[0].constant[0]) == 1.0
    assert outcome(world, (0.2, 0.5), 2000) == pytest.approx((1, 1), abs=1e-9)


def test_a_stable_race_returns_from_above_too_when_arms_wear_out(armed_pair: Callable[..., Any]) -> None:
    world = armed_pair(1, 1, 2, 2, (1, 1), wear=2.0)
    assert outcome(world, (1.8, 1.4), 2000) == pytest.approx((1, 1), abs=1e-9)
    assert outcome(world, (0.3, 1.6), 2000) == pytest.approx((1, 1), abs=1e-9)


def test_arms_that_never_wear_out_stay_above_the_fixed_point(
    armed_pair: Callable[..., Any],
) -> None:
    world = armed_pair(1, 1, 2, 2, (1, 1))
    assert outcome(world, (1.5, 1.5), 2000) == (1.5, 1.5)


def test_a_race_in_which_reaction_exceeds_restraint_runs_away(armed_pair: Callable[..., Any]) -> None:
    world = armed_pair(2, 2, 1, 1, (1, 1))
    early, late = outcome(world, (1.01, 1.01), 100), outcome(world, (1.01, 1.01), 200)
    assert late[0] - 1 > 100 * (early[0] - 1) > 0
    # along x = y the gap to the fixed point grows by 1 + dt·(a − m) a tick
    assert early[0] - 1 == pytest.approx(0.01 * (1 + 0.05) ** 100, rel=1e-9)


@pytest.mark.parametrize(("m", "stable"), [(0.45, True), (0.35, False)])
def test_stability_turns_where_the_restraints_product_meets_the_reactions(
    armed_pair: Callable[..., Any], m: float, stable: bool
) -> None:
    world = armed_pair(0.4, 0.4, m, m, (1, 1), wear=m)
    gaps = [abs(outcome(world, (1.001, 1.001), ticks)[0] - 1) for ticks in (0, 400)]
    assert (gaps[1] < gaps[0]) is stable
    assert np.isfinite(gaps).all()


@pytest.mark.parametrize(("substitution", "delivered"), [(1.0, 1.0), (0.5, 0.75), (0.0, 0.6)])
def test_others_fill_the_gap_that_a_supplier_leaves_as_far_as_substitution_says(
    small: Callable[..., Any], contest: Callable[..., Any], substitution: float, delivered: float
) -> None:
    ties = [("PAT", "AAA", "arms"), ("QUE", "AAA", "arms")]
    willing = {f"states.{code}.{name}": value for code in ("PAT", "QUE")
               for name, value in (("commerce", 20.0), ("arms_fidelity", 0.0), ("arms_balancing", 0.0))}  # fmt: skip
    numbers = {**willing, "ties.PAT.AAA.arms": 0.4, "ties.QUE.AAA.arms": 0.2, "states.AAA.wear": 0.1,
               "behaviour.substitution": substitution, "states.PAT.arms_policy": NOBODY}  # fmt: skip
    world = small(("AAA", "BBB", "PAT", "QUE"), ties=ties, contests=[contest()], numbers=numbers, weeks=1)
    # QUE's 0.2 and 0.4 from elsewhere are still there; of PAT's 0.4 others deliver what substitution says:
    # 0.6/(0.6 + (1 - substitution)·0.4) of what wears out is replaced
    found = world.series(["capability.AAA"], replicates=1)[0, 0, 0]
    assert found == pytest.approx(1.0 - 0.1 * (1.0 - delivered), abs=1e-8)
    nobody_cut = world.set({"states.PAT.arms_policy": 0.0})
    assert nobody_cut.series(["capability.AAA"], replicates=1)[0, 0, 0] == pytest.approx(1.0, abs=1e-8)


def test_if_all_suppliers_cut_and_nobody_fills_the_gap_arms_only_wear_out(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    ties = [("PAT", "AAA", "arms"), ("QUE", "AAA", "arms")]
    numbers = {"ties.PAT.AAA.arms": 0.7, "ties.QUE.AAA.arms": 0.3, "states.AAA.wear": 0.1, "behaviour.substitution": 0.0,
               "states.PAT.arms_policy": NOBODY, "states.QUE.arms_policy": NOBODY}  # fmt: skip
    world = small(("AAA", "BBB", "PAT", "QUE"), ties=ties, contests=[contest()], numbers=numbers, weeks=10)
    capability = world.series(["capability.AAA"], replicates=1)[0, :, 0]
    np.testing.assert_allclose(capability, 0.9 ** np.arange(1, 11), rtol=1e-9)
