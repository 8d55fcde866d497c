"""Every rule passes one battery: finite and in its range over the declared bounds, pure, and right on an example.

The examples follow the equations of the papers that the rules name, with numbers short enough to check by hand.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim.rules
from sim import quantities as qt
from sim.rules import alignment, arms, choice, contests, influence, levers, motives, perception, sides, stability

pytestmark = pytest.mark.quick

Bounds = tuple[float, float]
LARGEST = float(np.finfo(np.float64).max)
SHARE, SIGNED, DT, MANY, ANY = (0.0, 1.0), (-1.0, 1.0), (1 / 64, 1.0), (0.0, 10.0), (-1e300, 1e300)
INDEX = (1e-6, 1e6)
LOG_INDEX = (math.log(1e-6), math.log(1e6))
LATENT = (-8.0, 8.0)
SWITCH = (0.0, 1.0)
RATE = (0.0, 1.0)
"""A rate of decay a week; above one a tick, Euler's scheme steps over its rest, so that is all that rules promise."""
SHOCK = (-6.0, 6.0)
MENU = (0.0, 6.0)


def declared(name: str) -> Bounds:
    """Bounds of a quantity, ``Record.field``."""
    record, field = name.split(".")
    quantity = qt.quantities(getattr(qt, record))[field]
    return max(quantity.lower, -1e6), min(quantity.upper, 1e6)


@dataclass(frozen=True)
class Row:
    """One rule with the bounds of its arguments, its range, and an example."""

    rule: Callable[..., float]
    bounds: tuple[Bounds | str, ...]
    range: Bounds
    arguments: tuple[float, ...]
    expected: float

    @property
    def name(self) -> str:
        """Module and name of the rule."""
        return f"{self.rule.__module__.split('.')[-1]}.{self.rule.__name__}"

    def limits(self) -> list[Bounds]:
        """Bounds as numbers."""
        return [declared(one) if isinstance(one, str) else one for one in self.bounds]


TABLE = (
    Row(perception.danger, (INDEX, INDEX), SHARE, (1, 3), 0.75),
    Row(perception.threat, ("ProximityTraits.nearness", SHARE, SIGNED), SHARE, (1, 0.75, -0.2), 0.45),
    Row(perception.attention, (SHARE, "StateTraits.attention", "StateTraits.distraction", MANY), SHARE,
        (0.8, 1, 0.2, 0.5), 0.4),
    Row(perception.hostility, (SIGNED,), SHARE, (-0.5,), 0.75),
    Row(influence.dependence_on, (SHARE,), SHARE, (0.1,), math.log(11) / math.log(101)),
    Row(influence.capacity, (SHARE, SHARE), SHARE, (0.25, 0.64), 0.4),
    Row(influence.warmth, (SIGNED, "Behaviour.rift", SIGNED), SIGNED, (0.5, 0.2, -0.5), 0.6),
    Row(influence.received, (SHARE, SIGNED), SHARE, (0.4, 0.5), 0.3),
    Row(influence.influence, (SHARE, MANY, "StateTraits.autonomy"), ANY, (0.3, 0.6, 0.4), 0.3),
    Row(influence.interdependence, (SHARE, SHARE), SHARE, (0.2, 0.6), 0.4),
    Row(influence.fbic_bandwidth, (SHARE,) * 6, (0, 0.32), (1,) * 6, 1 / 3.183157),
    Row(influence.fbic_dependence, ((0.0, 100.0),) * 6, (0, 1.12), (math.e - 1,) * 6, 1 / 4.122769),
    Row(influence.fbic, (SHARE, SHARE), (0, 1 / 0.58199161), (0.58199161, 0.5), 0.5),
    Row(levers.response, ("Behaviour.lever_gain", SIGNED, SIGNED), (-19, 21), (0.3, 0.6, 0.4), 1.06),
    Row(levers.lever, (SHARE, (-20, 20), "LeverKind.rate", DT), SHARE, (0.5, 0.53, 0.02, 1), 0.5006),
    Row(levers.crowding, ((0.0, 50.0),), SHARE, (1.25,), 0.8),
    Row(arms.grievance_constant, ("StateTraits.fatigue", "StateTraits.reaction", INDEX, INDEX), (-1e7, 1e7),
        (0.004, 0.0005, 2, 4), 0.006),
    Row(arms.demand,
        ((-1e7, 1e7), "StateTraits.reaction", INDEX, "StateTraits.fatigue", INDEX, "StateTraits.wear"), (0, 1e8),
        (0.006, 0.0005, 4, 0.004, 2, 0.002), 0.004),
    Row(arms.offer,
        ("StateTraits.commerce", "StateTraits.arms_fidelity", SIGNED, "StateTraits.arms_balancing", (-2, 2)), SHARE,
        (2, 1, 0.5, 1, 0.5), 1 / (1 + math.exp(-2))),
    Row(arms.offer_by_policy, (MENU, SHARE, SIGNED, (-2, 2), SIGNED), SHARE, (qt.ALLY, 0.7, 1, -0.1, 0.3), 0),
    Row(arms.arms_level, (SHARE, SHARE, SHARE), (0, LARGEST), (0.5, 0.3, 0.4), 0.375),
    Row(arms.wanted_of_suppliers, (SHARE, SHARE, "Behaviour.substitution"), SHARE, (0.5, 0.9, 0.75), 0.6),
    Row(arms.capability, (INDEX, (0, 1e8), SHARE, RATE, DT), (0, 1e15), (2, 0.004, 0.8, 0.002, 1), 1.9992),
    Row(motives.line_ahead, (SHARE, MANY, SHARE), SIGNED, (0.15, 0.4, 0.75), 0.1),
    Row(motives.distance, ((-2, 2), SHARE, SIGNED), (0, 4), (-0.7, 0.5, 0.1), 0.6),
    Row(motives.fidelity, (SHARE, SHARE, SIGNED, SIGNED), (-2, 2), (0.8, 0.5, -0.2, 0.3), -0.2),
    Row(motives.balance, (SHARE, SHARE), (-1, 0), (0.8, 0.5), -0.4),
    Row(motives.order, (SHARE, SHARE), SHARE, (0.8, 0.5), 0.4),
    Row(motives.primacy, (SHARE, SHARE), (-1, 0), (0.8, 0.5), -0.4),
    Row(motives.obligation, (SHARE, SHARE, SHARE, "SideTraits.covered"), SHARE, (0.5, 0.5, 0.8, 0.1), 0.02),
    Row(motives.wedge, (SHARE, SHARE, SHARE, "Behaviour.wedge_floor"), (-1, 0), (0.8, 0.3, 0.09, 0.01), -0.6),
    Row(motives.friction, (MANY,), (-1, 0), (0.6,), -0.6),
    Row(motives.diaspora, ("RelationTraits.diaspora", "RelationTraits.diaspora", SHARE), (-1, 0), (1, 3, 1), -0.5),
    Row(motives.spillover, ("PartyTraits.near", SHARE, SHARE), SHARE, (0.6, 1, 0.5), 0.45),
    Row(motives.visibility, (SHARE, SHARE), (-1, 0), (0.4, 0.2), -0.3),
    Row(motives.access, ("PartyTraits.access",), (-1, 0), (0.2,), -0.8),
    Row(motives.reaction, (SHARE,), (-1, 0), (0.7,), -0.7),
    Row(motives.entry, ("PartyTraits.entry_cost",), (-1, 0), (0.3,), -0.3),
    Row(motives.effort, (SHARE,), (-1, 0), (0.75,), -0.25),
    Row(motives.habit, (), SHARE, (), 1),
    Row(motives.precedent, ("PartyTraits.precedent",), SHARE, (0.4,), 0.4),
    Row(perception.opposition, (SHARE, SHARE, SIGNED, SHARE), SHARE, (0.5, 0.4, 0.5, 0.3), 0.15),
    Row(choice.logit_weight, ("Behaviour.rationality", (-500, 0), (0, 500)), SHARE, (8, 0.25, 0.5), math.exp(-2)),
    Row(sides.gain, (SHARE, SHARE), SIGNED, (0.75, 0.2), 0.4),
    Row(sides.utility_of_fighting,
        ("ContestTraits.stake", SIGNED, "Behaviour.boldness", MANY, "Behaviour.war_cost", MANY, "Behaviour.deterrence", MANY),
        (-420, 220), (1, 0.4, 0.6, 0.5, 1, 0.2, 1.2, 0.25), 0.2),
    Row(sides.utility_of_truce,
        ("Behaviour.persuasion", SHARE, "Behaviour.satisfaction", SHARE, "Behaviour.guarantee", SHARE,
         "Behaviour.distrust", SHARE), (-20, 60), (2, 0.5, 0.6, 0.2, 1, 0.5, 0.8, 0.5), 1.22),
    Row(sides.utility_of_holding,
        ("Behaviour.satisfaction", SHARE, "Behaviour.guarantee", SHARE, "Behaviour.upkeep", "Behaviour.persuasion", SHARE),
        (0, 60), (0.6, 0.2, 1, 0.5, 0.25, 2, 0.4), 0.82),
    Row(perception.sway, (SHARE, SHARE, "Behaviour.leverage_scale"), SHARE, (0.1, 0.3, 0.2), 0.5),
    Row(sides.preference, ("Behaviour.side_rationality", (-420, 220), (-20, 60)), SHARE, (2, 1, 0.5), 1 / (1 + math.exp(-1))),
    Row(sides.truce_hazard, ("Behaviour.truce_rate", SHARE, SHARE), (0, 50), (1, 0.5, 0.4), 0.2),
    Row(sides.exposure, ("Behaviour.attack_floor", SHARE, "Behaviour.attack_decay", (0, 104)), (0, 208),
        (0.03, 0.5, 8, 8), 0.24 + 4 * (1 - math.exp(-1))),
    Row(sides.attack_hazard, ("Behaviour.attack_rate", (0, 2), (0, 208)), (0, 20800), (0.5, 0.4, 0.3), 0.06),
    Row(sides.waiting_time, ((1e-16, 40), (0, 100)), (0, LARGEST), (0.5, 0.25), 2),
    Row(sides.odds_of_calm, ((-500, 500), (0, 2000), SIGNED), (0, LARGEST), (1, 2, 0.25), math.exp(0.5)),
    Row(sides.silence, (SWITCH, (0, 5200), (0, 1e300), (0, 1e300)), SHARE, (1, 4, 1, 1 / 3), 1 - math.exp(-0.5)),
    Row(sides.weariness, ((0.0, 1e4), "Behaviour.weariness_grow", RATE, SWITCH, DT), (0, 1.1e4), (0.4, 0.1, 0.05, 0, 1), 0.38),
    Row(contests.reinforcement, ("Behaviour.reach", INDEX, "PartyTraits.access", "Behaviour.aid_cap", INDEX), (0, 1e7),
        (0.2, 10, 0.5, 1, 2), 0.4),
    Row(contests.forces, ("Behaviour.commit", INDEX, "PartyTraits.access", INDEX), (0, 1e12), (0.1, 30, 0.5, 2), 0.75),
    Row(contests.camp_strength, ("SideTraits.share", "Behaviour.coercion", SHARE, SWITCH), (1e-3, 11), (0.6, 0.3, 0.5, 1), 0.75),
    Row(contests.win_probability, (LOG_INDEX, LOG_INDEX, "Behaviour.decisiveness"), SHARE, (math.log(3), 0, 2), 0.9),
    Row(contests.strength_balance, (INDEX, INDEX), SIGNED, (3, 1), 0.5),
    Row(perception.turmoil,
        (SWITCH, SWITCH, "Behaviour.turmoil_truce", "Behaviour.turmoil_fresh", "Behaviour.turmoil_fade",
         "ContestTraits.age", "Behaviour.turmoil_quiet"), (0, 2), (0, 1, 0.1, 0.4, 26, 26, 0.05), 0.1 + 0.4 / math.e),
    Row(contests.control, (SHARE, "ContestTraits.pace", SHARE, SHOCK, DT), SHARE, (0.5, 0.25, 0.9, 0.01, 1), 0.61),
    Row(contests.shift, ("ContestTraits.pace", SHARE, SHOCK, DT), (-16, 16), (0.2, 0.8, 0.01, 0.5), 0.04),
    Row(contests.weeks_at_the_end, (SHARE, (-16, 16), "Behaviour.victory_margin", DT), (0, 1), (0.91, 0.08, 0.03, 0.8), 0.2),
    Row(contests.capability, (INDEX, "Behaviour.loss", SHARE, DT), (0, 1e6), (2, 0.02, 0.9, 1), 1.964),
    Row(contests.rivalry_hazard, ("Behaviour.dispute_rate", SHARE, SHARE, SHARE, SHARE), (0, 50),
        (0.2, 0.5, 1, 0.5, 0.4), 0.03),
    Row(perception.camp_leaning, ("RelationTraits.leaning", "Behaviour.camp_elite", "RelationTraits.elite"), (-6, 11),
        (0.3, 1, 0.4), 0.7),
    Row(perception.camp_leverage, (SHARE, SIGNED), SHARE, (0.4, 0.5), 0.3),
    Row(stability.diaspora_unrest, ("Behaviour.unrest", (0, 200), SHARE, SHARE), (0, 10), (0.01, 2, 1, 0.5), 0.00375),
    Row(stability.stability, (SHARE, SHARE, "Behaviour.recovery", (0, 100), SHOCK, DT), SHARE,
        (0.6, 0.7, 0.05, 0.01, 0.002, 1), 0.597),
    Row(alignment.aid_felt, ("Behaviour.gratitude", SHARE, "Behaviour.grievance", SIGNED, SIGNED), (-6, 6),
        (0.3, 0.4, 0.2, 0.5, 0.25), 0.085),
    Row(alignment.force,
        ("Behaviour.pull", (-2, 2), (-60, 60), "Behaviour.fear", (-2, 2), "Behaviour.balance", (-2, 2)),
        (-180, 180), (0.5, 0.2, 0.1, 0.5, 0.4, 0.1, 0.3), 0.03),
    Row(alignment.net_force,
        ((-180, 180), (-120, 120), "Behaviour.from_rest", "Behaviour.memory", (-16, 16)), (-620, 620),
        (0.03, 0.05, 1, 0.5, 0.2), -0.12),
    Row(alignment.latent, (LATENT, "Behaviour.adaptation", (-600, 600), (-30, 30), DT), LATENT,
        (0.2, 0.03, -0.07, 0.01, 1), 0.2079),
    Row(alignment.unbounded_triads, (LATENT, (-64, 64), DT), (-80, 80), (0.4, 0.5, 0.1), 0.45),
)  # fmt: skip
each_rule = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)


def public_rules() -> set[str]:
    """Every rule of the room, ``module.name``."""
    found = set()
    for module in pkgutil.iter_modules(sim.rules.__path__):
        room = importlib.import_module(f"sim.rules.{module.name}")
        for name, value in vars(room).items():
            if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == room.__name__:
                found.add(f"{module.name}.{name}")
    return found


def test_every_rule_is_in_the_battery() -> None:
    assert {row.name for row in TABLE} == public_rules()


@each_rule
def test_a_rule_gives_what_its_source_says(row: Row) -> None:
    assert row.rule(*map(float, row.arguments)) == pytest.approx(row.expected, rel=1e-12, abs=1e-15)


@each_rule
def test_a_rule_stays_in_its_range_and_gives_the_same_twice(row: Row) -> None:
    low, high = row.range
    slack = 1e-12 * max(1.0, abs(low), abs(high)) if abs(high) < 1e100 else 0.0

    @settings(max_examples=200, derandomize=True, database=None)
    @given(st.tuples(*(st.floats(*map(float, limits), allow_subnormal=False) for limits in row.limits())))
    def holds(arguments: tuple[float, ...]) -> None:
        value = row.rule(*arguments)
        assert math.isfinite(value)
        assert low - slack <= value <= high + slack
        assert row.rule(*arguments) == value

    holds()


@each_rule
def test_a_rule_says_what_it_means(row: Row) -> None:
    assert row.rule.__doc__


def test_influence_stays_below_one_as_a_part_of_all_that_is_received() -> None:
    @settings(max_examples=300, derandomize=True, database=None)
    @given(st.floats(0, 1), st.floats(0, 20), st.floats(*declared("StateTraits.autonomy")))
    def holds(mine: float, others: float, autonomy: float) -> None:
        assert 0 <= influence.influence(mine, mine + others, autonomy) < 1

    holds()


@pytest.mark.parametrize(
    ("policy", "challenger", "holder"),
    [("both", 1, 1), ("ally", 1, 0), ("weaker", 0, 1), ("challenger", 1, 0), ("holder", 0, 1), ("none", 0, 0),
     ("endogenous", 0.7, 0.7)],
)  # fmt: skip
def test_an_arms_policy_serves_whom_it_names(policy: str, challenger: float, holder: float) -> None:
    code = float(qt.ARMS_POLICIES.index(policy))
    # the supplier likes the challenger better, and the challenger is the stronger
    assert arms.offer_by_policy(code, 0.7, 1.0, 0.2, 0.4) == challenger
    assert arms.offer_by_policy(code, 0.7, -1.0, -0.2, -0.4) == holder


def test_sides_that_hold_enough_are_not_next_to_collapse() -> None:
    assert contests.weeks_at_the_end(0.5, 0.1, 0.03, 1.0) == 0.0
    assert contests.weeks_at_the_end(0.02, -0.1, 0.03, 1.0) == pytest.approx(1.0)
    assert contests.weeks_at_the_end(1.0, 0.0, 0.03, 0.5) == pytest.approx(0.5)
    # from .1 down to .0 and beyond: what lies under .03 counts, though nothing is left to lose under 0
    assert contests.weeks_at_the_end(0.1, -0.2, 0.03, 1.0) == pytest.approx(0.65)


def test_silence_needs_both_sides_for_a_truce_and_is_broken_by_either() -> None:
    assert sides.silence(1.0, 4.0, 0.0, 1e9) == 0.0
    assert sides.silence(0.0, 4.0, 1e300, 1e300) == 1.0
    assert sides.silence(0.0, 4.0, 0.0, 1e300) == pytest.approx(math.exp(-4.0))


def test_a_settled_contest_stirs_as_little_as_a_quiet_one() -> None:
    assert perception.turmoil(0.0, 0.0, 0.1, 0.4, 26.0, 0.0, 0.05) == 0.05
    assert perception.turmoil(1.0, 0.0, 0.1, 0.4, 26.0, 9.0, 0.05) == 1.0


def test_fighting_gains_what_is_lacking_and_risks_what_is_held() -> None:
    assert sides.gain(0.9, 1.0) == 0.0
    assert sides.gain(0.1, 1.0) == pytest.approx(-0.8)
    assert sides.gain(0.5, 0.3) == 0.0
