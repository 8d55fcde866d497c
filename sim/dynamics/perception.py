"""Phase: what states see. Influence, threat, leverage, attention, strength and odds."""

from __future__ import annotations

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES, log, tanh
from sim.kernel.memory import World
from sim.quantities import FIGHTING, TRUCE
from sim.rules.contests import camp_strength, odds, reinforcement, strength_balance, turmoil
from sim.rules.influence import capacity, dependence_on, influence, received, warmth
from sim.rules.perception import attention, danger, threat
from sim.rules.sides import sway
from sim.rules.stability import camp_leaning, camp_leverage


@phase
def show_alignment(world: World) -> None:
    """Alignment a = tanh h of every pair, from the latent one."""
    pairs = world.now.pairs
    for i in range(len(world.now.states)):
        for j in range(len(world.now.states)):
            if i != j:
                shown, latent = world.now.alignment[i, j], pairs[i, j].latent
                for w in range(LANES):
                    shown[w] = tanh(latent[w])


@part
def show_leanings(world: World) -> None:
    """Leaning of every camp to every third party; moved by events alone."""
    given, now, wiring = world.given, world.now, world.wiring
    weight = given.behaviour[0].camp_elite
    for e in range(len(wiring.parties)):
        if wiring.contests[wiring.parties[e].contest].domestic:
            for x in range(2):
                stance, said = now.stances[e, x], given.stances[e, x]
                for w in range(LANES):
                    stance.latent[w] = camp_leaning(said.leaning[w], weight[w], said.elite[w])
                    stance.leaning[w] = tanh(stance.latent[w])


@part
def gather_capacity(world: World) -> None:
    """Capacity and dependence of every tied pair, from its levers."""
    given, now, wiring = world.given, world.now, world.wiring
    all_bandwidth, all_dependence = world.scratch[0], world.scratch[1]
    bandwidth, dependence = world.scratch[2], world.scratch[3]
    for w in range(LANES):
        all_bandwidth[w] = 0.0
        all_dependence[w] = 0.0
    for k in range(len(given.levers)):
        kind = given.levers[k]
        for w in range(LANES):
            all_bandwidth[w] += kind.bandwidth[w]
            all_dependence[w] += kind.dependence[w]
    for w in range(LANES):  # a product takes less time than a division
        all_bandwidth[w], all_dependence[w] = 1.0 / all_bandwidth[w], 1.0 / all_dependence[w]
    for d in range(len(wiring.dyads)):
        dyad = wiring.dyads[d]
        for w in range(LANES):
            bandwidth[w] = 0.0
            dependence[w] = 0.0
        for m in range(dyad.first, dyad.last):
            tie = wiring.by_dyad[m]
            kind, level = given.levers[wiring.ties[tie].lever], now.ties[tie].level
            for w in range(LANES):
                bandwidth[w] += kind.bandwidth[w] * level[w]
                dependence[w] += kind.dependence[w] * dependence_on(level[w])
        pair = now.pairs[dyad.patron, dyad.client]
        for w in range(LANES):
            depends = dependence[w] * all_dependence[w]
            pair.dependence[w] = depends
            pair.capacity[w] = capacity(bandwidth[w] * all_bandwidth[w], depends)


@part
def regard_for_rivals(world: World, i: int, j: int) -> None:
    """Mean alignment of client j with the rivals of patron i, into scratch row 1."""
    toward = world.scratch[1]
    count = 0
    for w in range(LANES):
        toward[w] = 0.0
    for r in range(len(world.now.states)):
        if world.wiring.opposes[i, r] and r != j:
            count += 1
            alignment = world.now.alignment[j, r]
            for w in range(LANES):
                toward[w] += alignment[w]
    for w in range(LANES):
        toward[w] = toward[w] / max(count, 1)


@part
def spread_influence(world: World) -> None:
    """Influence of every patron on every client."""
    given, now, wiring = world.given, world.now, world.wiring
    rift = given.behaviour[0].rift
    total, toward = world.scratch[0], world.scratch[1]
    for j in range(len(now.states)):
        autonomy = given.states[j].autonomy
        for w in range(LANES):
            total[w] = 0.0
        for i in range(len(now.states)):
            if wiring.tied[i, j]:
                regard_for_rivals(world, i, j)
                pair, back = now.pairs[i, j], now.alignment[j, i]
                for w in range(LANES):
                    let_in = received(pair.capacity[w], warmth(back[w], rift[w], toward[w]))
                    pair.influence[w] = let_in
                    total[w] += let_in
        for i in range(len(now.states)):
            if wiring.tied[i, j]:
                pair = now.pairs[i, j]
                for w in range(LANES):
                    pair.influence[w] = influence(pair.influence[w], total[w], autonomy[w])


@part
def compare_pairs(world: World) -> None:
    """Mutual threat of every pair."""
    given, now = world.given, world.now
    for i in range(len(now.states)):
        for j in range(i + 1, len(now.states)):
            one, two = now.pairs[i, j].threat, now.pairs[j, i].threat
            mine, others = now.states[i].capability, now.states[j].capability
            there, back = now.alignment[i, j], now.alignment[j, i]
            nearness = given.proximity[i, j].nearness
            for w in range(LANES):
                theirs = danger(mine[w], others[w])
                one[w] = threat(nearness[w], theirs, there[w])
                two[w] = threat(nearness[w], 1.0 - theirs, back[w])


@part
def look_at_states(world: World) -> None:
    """Leverage over either state, how the third party likes it, and what its aid would add."""
    given, now, wiring = world.given, world.now, world.wiring
    behaviour = given.behaviour[0]
    for e in range(len(wiring.parties)):
        party = wiring.parties[e]
        contest = wiring.contests[party.contest]
        if contest.domestic:
            continue
        power, reach_in = now.states[party.state].capability, given.parties[e].access
        for x in range(2):
            side = contest.challenger if x == 0 else contest.holder
            toward = now.alignment[party.state, side]
            pair, stance, own = now.pairs[party.state, side], now.stances[e, x], now.states[side].capability
            for w in range(LANES):
                stance.leverage[w] = pair.influence[w]
                stance.liking[w] = toward[w]
                stance.reinforcement[w] = reinforcement(
                    behaviour.reach[w], power[w], reach_in[w], behaviour.aid_cap[w], own[w]
                )


@part
def look_at_camps(world: World) -> None:
    """Leverage over either camp, how the third party favours it, and what its aid would add."""
    given, now, wiring = world.given, world.now, world.wiring
    for e in range(len(wiring.parties)):
        party = wiring.parties[e]
        host = wiring.contests[party.contest].challenger
        if not wiring.contests[party.contest].domestic:
            continue
        pair, toward = now.pairs[party.state, host], now.alignment[party.state, host]
        for x in range(2):
            stance, said = now.stances[e, x], given.stances[e, x]
            for w in range(LANES):
                stance.leverage[w] = camp_leverage(pair.influence[w], stance.leaning[w])
                stance.liking[w] = said.favour[w] if said.favour[w] >= -1.0 else toward[w] * stance.leaning[w]
                stance.reinforcement[w] = pair.influence[w]


@part
def attend(world: World) -> None:
    """Sway and attention of every third party in its contest."""
    given, now, wiring = world.given, world.now, world.wiring
    scale = given.behaviour[0].leverage_scale
    elsewhere = world.scratch[0]
    for e in range(len(wiring.parties)):
        me = wiring.parties[e].state
        for w in range(LANES):
            elsewhere[w] = 0.0
        for other in range(len(wiring.parties)):
            if other != e and wiring.parties[other].state == me:
                for w in range(LANES):
                    elsewhere[w] += now.parties[other].effort[w]
        party, traits, stability = now.parties[e], given.states[me], now.states[me].stability
        challenger, holder = now.stances[e, 0], now.stances[e, 1]
        for w in range(LANES):
            party.sway[w] = sway(challenger.leverage[w], holder.leverage[w], scale[w])
            party.attention[w] = attention(stability[w], traits.attention[w], traits.distraction[w], elsewhere[w])


@part
def stir(world: World) -> None:
    """Turmoil of every contest, and what third parties bring to it now."""
    behaviour = world.given.behaviour[0]
    for c in range(len(world.wiring.contests)):
        contest = world.now.contests[c]
        for w in range(LANES):
            contest.fighting[w] = 1.0 if contest.phase[w] == FIGHTING else 0.0
            contest.turmoil[w] = turmoil(
                contest.fighting[w],
                1.0 if contest.phase[w] == TRUCE else 0.0,
                behaviour.turmoil_truce[w],
                behaviour.turmoil_fresh[w],
                behaviour.turmoil_fade[w],
                contest.age[w],
                behaviour.turmoil_quiet[w],
            )


@part
def own_strength(world: World, c: int) -> None:
    """Strength of both sides of a contest before anybody's aid."""
    given, now, wiring = world.given, world.now, world.wiring
    coercion = given.behaviour[0].coercion
    contest = wiring.contests[c]
    challenger, holder, governs = now.sides[c, 0], now.sides[c, 1], now.contests[c].governs
    if contest.domestic:
        stability = now.states[contest.challenger].stability
        share, other = given.sides[c, 0].share, given.sides[c, 1].share
        for w in range(LANES):
            challenger.strength[w] = camp_strength(share[w], coercion[w], stability[w], governs[w])
            holder.strength[w] = camp_strength(other[w], coercion[w], stability[w], 1.0 - governs[w])
    else:
        mine, theirs = now.states[contest.challenger].capability, now.states[contest.holder].capability
        for w in range(LANES):
            challenger.strength[w] = mine[w]
            holder.strength[w] = theirs[w]


@phase
def weigh(world: World) -> None:
    """Backing, foreign presence, strength and odds of both sides, with the postures now held."""
    now, wiring = world.now, world.wiring
    decisiveness = world.given.behaviour[0].decisiveness
    for c in range(len(wiring.contests)):
        own_strength(world, c)
        contest = now.contests[c]
        for x in range(2):
            side, sign = now.sides[c, x], 1.0 - 2.0 * x
            for w in range(LANES):
                side.backing[w] = 0.0
                side.facing[w] = 0.0
            for e in range(wiring.contests[c].first, wiring.contests[c].last):
                if world.active[e] == 0:
                    continue
                party, stance = now.parties[e], now.stances[e, x]
                for w in range(LANES):
                    aid = party.aid[w] if party.side[w] == sign else 0.0
                    side.backing[w] += aid
                    side.strength[w] += aid * stance.reinforcement[w]
                    side.facing[w] += 0.0 if party.side[w] == sign else party.presence[w]
        challenger, holder = now.sides[c, 0].strength, now.sides[c, 1].strength
        for w in range(LANES):
            contest.odds[w] = odds(log(challenger[w]), log(holder[w]), decisiveness[w])
            contest.strength_balance[w] = strength_balance(challenger[w], holder[w])


@phase
def perceive(world: World) -> None:
    """Everything that states see before they act; reads the state, writes what is derived from it.

    Parameters
    ----------
    world : World
        Modified: pairs' capacity, dependence, influence, threat; stances; parties' sway and attention;
        contests' turmoil and odds; sides' strength, backing and facing.
    """
    gather_capacity(world)
    spread_influence(world)
    compare_pairs(world)
    look_at_states(world)
    look_at_camps(world)
    attend(world)
    stir(world)
    weigh(world)
