"""Phase: the sides decide. Truces begin, fighting begins."""

from __future__ import annotations

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES, chance
from sim.kernel.memory import World
from sim.kernel.random import DECIDE, counter, uniforms
from sim.quantities import FIGHTING, QUIET, TRUCE
from sim.rules.sides import (
    attack_hazard,
    gain,
    preference,
    truce_hazard,
    utility_of_fighting,
    utility_of_holding,
    utility_of_truce,
    weariness,
)


@part
def find_mediator(world: World, c: int) -> None:
    """The best mediator of a contest, and its peacekeepers, offered or in place."""
    best, keepers = world.now.contests[c].best_mediator, world.now.contests[c].peacekeepers
    for w in range(LANES):
        best[w], keepers[w] = 0.0, 0.0
    for e in range(world.wiring.contests[c].first, world.wiring.contests[c].last):
        party = world.now.parties[e]
        for w in range(LANES):
            offered = party.mediation[w] * party.attention[w] * party.sway[w]
            best[w] = offered if offered > best[w] else best[w]
            neutral = party.presence[w] if party.side[w] == 0.0 else 0.0
            keepers[w] = neutral if neutral > keepers[w] else keepers[w]


@part
def weigh_options(world: World, c: int, x: int) -> None:
    """Readiness of one side for a truce and its preference for attack, from the utilities."""
    behaviour, given = world.given.behaviour[0], world.given.contests[c]
    contest, side = world.now.contests[c], world.now.sides[c, x]
    for w in range(LANES):
        p = contest.win_probability[w] if x == 0 else 1.0 - contest.win_probability[w]
        held = contest.control[w] if x == 0 else 1.0 - contest.control[w]
        fight = utility_of_fighting(
            given.stake[w], gain(p, held), behaviour.boldness[w], side.backing[w],
            behaviour.war_cost[w], side.weariness[w], behaviour.deterrence[w], side.opposing_presence[w],
        )  # fmt: skip
        truce = utility_of_truce(
            behaviour.persuasion[w], contest.best_mediator[w], behaviour.satisfaction[w], held,
            behaviour.guarantee[w], contest.peacekeepers[w], behaviour.distrust[w], contest.enmity[w],
        )  # fmt: skip
        hold = utility_of_holding(behaviour.satisfaction[w], held, behaviour.guarantee[w], contest.peacekeepers[w])
        side.readiness[w] = preference(behaviour.side_rationality[w], truce, fight)
        side.aggression[w] = preference(behaviour.side_rationality[w], fight, hold)


@part
def estimate_hazards(world: World, c: int) -> None:
    """Hazards of a truce while fighting, and of an attack by either side otherwise."""
    behaviour, contest = world.given.behaviour[0], world.now.contests[c]
    challenger, holder = world.now.sides[c, 0], world.now.sides[c, 1]
    for w in range(LANES):
        truce = truce_hazard(behaviour.truce_rate[w], challenger.readiness[w], holder.readiness[w])
        contest.truce_hazard[w] = truce if contest.phase[w] == FIGHTING else 0.0
    for w in range(LANES):
        idle = contest.phase[w] == QUIET or contest.phase[w] == TRUCE
        attack = attack_hazard(
            behaviour.attack_rate[w],
            challenger.aggression[w] + holder.aggression[w],
            behaviour.attack_floor[w],
            contest.age[w],
            behaviour.attack_decay[w],
        )
        contest.attack_hazard[w] = attack if idle else 0.0


@part
def change_phase(world: World, c: int, tick: int) -> None:
    """Draw whether a truce or fighting begins, and count."""
    contest, key, when = world.now.contests[c], world.wiring.contests[c].key, counter(tick, DECIDE)
    week, dt = tick * world.dt, world.dt
    for w in range(LANES):
        u, v = uniforms(world.keys[0, w], world.keys[1, w], when, key)
        before = contest.phase[w]
        stops = u < chance(contest.truce_hazard[w], dt)
        starts = v < chance(contest.attack_hazard[w], dt)
        after = TRUCE if stops else (FIGHTING if starts else before)
        contest.phase[w] = after
        contest.age[w] = 0.0 if stops or starts else contest.age[w] + dt
        contest.fresh[w] = 1.0 if stops else 0.0
        contest.truces[w] += 1.0 if stops else 0.0
        contest.truces_broken[w] += 1.0 if starts and before == TRUCE else 0.0
        contest.first_truce[w] = week if stops and contest.first_truce[w] < 0.0 else contest.first_truce[w]
        contest.fighting[w] = 1.0 if after == FIGHTING else 0.0
        contest.weeks_fought[w] += dt * contest.fighting[w]


@part
def update_weariness(world: World, c: int) -> None:
    """Weariness of both sides after a tick."""
    behaviour, contest = world.given.behaviour[0], world.now.contests[c]
    for x in range(2):
        side = world.now.sides[c, x]
        for w in range(LANES):
            side.weariness[w] = weariness(
                side.weariness[w],
                behaviour.weariness_grow[w],
                behaviour.weariness_fade[w],
                contest.fighting[w],
                world.dt,
            )


@phase
def decide(world: World, tick: int) -> None:
    """Sides weigh fighting, truce and holding; phases change.

    Parameters
    ----------
    world : World
        Modified: sides' readiness, aggression and weariness; contests' mediator,
        peacekeepers, hazards, phase, age and counts.
    tick : int
        Current tick.
    """
    for c in range(len(world.wiring.contests)):
        find_mediator(world, c)
        weigh_options(world, c, 0)
        weigh_options(world, c, 1)
        estimate_hazards(world, c)
        change_phase(world, c, tick)
        update_weariness(world, c)
