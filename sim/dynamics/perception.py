"""Phase: perception. What states see of each other: threat, leverage, attention, turmoil, rivals, backers."""

from __future__ import annotations

from sim.kernel.compiler import part, phase
from sim.kernel.lanes import LANES, exp, tanh
from sim.kernel.memory import World
from sim.quantities import FIGHTING, SETTLED, TRUCE
from sim.rules.contests import forces, reinforcement
from sim.rules.influence import interdependence
from sim.rules.perception import (
    attention,
    camp_leaning,
    camp_leverage,
    danger,
    hostility,
    opposition,
    sway,
    threat,
    turmoil,
)
from sim.rules.sides import exposure


@phase
def update_alignment(world: World) -> None:
    """Alignment a = tanh h of every pair, from the latent one."""
    pairs = world.now.pairs
    for i in range(len(world.now.states)):
        for j in range(len(world.now.states)):
            if i != j:
                alignment, latent = world.now.alignment[i, j], pairs[i, j].latent
                for w in range(LANES):
                    alignment[w] = tanh(latent[w])


@part
def update_leanings(world: World) -> None:
    """Leaning of every camp to every third party; moved by events alone."""
    given, now, wiring = world.given, world.now, world.wiring
    weight = given.behaviour[0].camp_elite
    for e in range(len(wiring.parties)):
        if wiring.contests[wiring.parties[e].contest].domestic:
            for x in range(2):
                relation, traits = now.relations[e, x], given.relations[e, x]
                for w in range(LANES):
                    relation.latent[w] = camp_leaning(traits.leaning[w], weight[w], traits.elite[w])
                    relation.leaning[w] = tanh(relation.latent[w])


@part
def update_threat(world: World) -> None:
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
                one[w] = threat(nearness[w], theirs, back[w])
                two[w] = threat(nearness[w], 1.0 - theirs, there[w])


@part
def observe_states(world: World, e: int) -> None:
    """Leverage of a third party over either state, its affinity to it, and what its aid would add."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    behaviour, contest = given.behaviour[0], world.wiring.contests[wire.contest]
    power, way_in = now.states[wire.state].capability, given.parties[e].access
    for x in range(2):
        side = contest.challenger if x == 0 else contest.holder
        toward = now.alignment[wire.state, side]
        pair, relation, own = now.pairs[wire.state, side], now.relations[e, x], now.states[side].capability
        for w in range(LANES):
            relation.leverage[w] = pair.influence[w]
            relation.affinity[w] = toward[w]
            relation.reinforcement[w] = reinforcement(
                behaviour.reach[w], power[w], way_in[w], behaviour.aid_cap[w], own[w]
            )
            relation.forces[w] = forces(behaviour.commit[w], power[w], way_in[w], 1.0)


@part
def observe_camps(world: World, e: int) -> None:
    """Leverage of a third party over either camp, its affinity to it, and what its aid would add."""
    given, now, wire = world.given, world.now, world.wiring.parties[e]
    host, commit = world.wiring.contests[wire.contest].challenger, given.behaviour[0].commit
    pair, toward = now.pairs[wire.state, host], now.alignment[wire.state, host]
    power, way_in, hosts = now.states[wire.state].capability, given.parties[e].access, now.states[host].capability
    for x in range(2):
        relation, traits = now.relations[e, x], given.relations[e, x]
        for w in range(LANES):
            relation.leverage[w] = camp_leverage(pair.influence[w], relation.leaning[w])
            relation.affinity[w] = traits.favour[w] if traits.favour[w] >= -1.0 else toward[w] * relation.leaning[w]
            relation.reinforcement[w] = pair.influence[w]
            relation.forces[w] = forces(commit[w], power[w], way_in[w], hosts[w])


@part
def update_sway(world: World, e: int) -> None:
    """Sway of one third party over the sides of its contest."""
    party, scale = world.now.parties[e], world.given.behaviour[0].leverage_scale
    challenger, holder = world.now.relations[e, 0], world.now.relations[e, 1]
    for w in range(LANES):
        party.sway[w] = sway(challenger.leverage[w], holder.leverage[w], scale[w])


@part
def update_attention(world: World, e: int) -> None:
    """Attention of one third party in its contest, and what its mediation is worth."""
    now, parties, elsewhere = world.now, world.wiring.parties, world.buffers.perception[0].elsewhere
    me = parties[e].state
    for w in range(LANES):
        elsewhere[w] = 0.0
    for other in range(len(parties)):
        if other != e and parties[other].state == me:
            for w in range(LANES):
                elsewhere[w] += now.parties[other].effort[w]
    party, traits, stability = now.parties[e], world.given.states[me], now.states[me].stability
    for w in range(LANES):
        party.attention[w] = attention(stability[w], traits.attention[w], traits.distraction[w], elsewhere[w])
        party.offer[w] = party.attention[w] * party.sway[w]


@phase
def divide_attention(world: World) -> None:
    """Attention and mediation with the postures now held: what a state takes up elsewhere distracts it at once.

    Parameters
    ----------
    world : World
        Modified: parties' attention and offer.
    """
    for e in range(len(world.wiring.parties)):
        update_attention(world, e)


@part
def update_turmoil(world: World) -> None:
    """Turmoil of every contest, and how far an attack lies in reach of one's foresight."""
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
        for w in range(LANES):
            fresh = exp(-contest.age[w] / behaviour.attack_decay[w])
            ahead = exposure(behaviour.attack_floor[w], fresh, behaviour.attack_decay[w], behaviour.foresight[w])
            contest.exposure[w] = ahead if contest.phase[w] < SETTLED else 0.0


@part
def find_mediators(world: World, c: int) -> None:
    """The two best mediators of a contest, and its two largest and all its peacekeepers, offered or in place."""
    contest = world.now.contests[c]
    best, second = contest.best_mediator, contest.next_mediator
    most, less, present = contest.peacekeepers, contest.next_peacekeepers, contest.neutral_presence
    for w in range(LANES):
        best[w], second[w], most[w], less[w], present[w] = 0.0, 0.0, 0.0, 0.0, 0.0
    for e in range(world.wiring.contests[c].first, world.wiring.contests[c].last):
        party = world.now.parties[e]
        for w in range(LANES):
            offered = party.mediation[w] * party.offer[w]
            below = best[w] if offered > best[w] else offered
            second[w] = below if below > second[w] else second[w]
            best[w] = offered if offered > best[w] else best[w]
        if world.buffers.active[e] == 0:
            continue
        for w in range(LANES):
            neutral = party.presence[w] if party.side[w] == 0.0 else 0.0
            fewer = most[w] if neutral > most[w] else neutral
            less[w] = fewer if fewer > less[w] else less[w]
            most[w] = neutral if neutral > most[w] else most[w]
            present[w] += neutral


@part
def observe_rivals(world: World, e: int) -> None:
    """What the mediation of the best rival of a third party would be worth, as far as the party minds each."""
    given, now, party = world.given, world.now, world.wiring.parties[e]
    most, out = world.buffers.perception[0].concern, now.parties[e].rival_offer
    for w in range(LANES):
        most[w], out[w] = 0.0, 0.0
    for v in range(party.first_rival, party.last_rival):
        rival, weight = world.wiring.rivals[v], given.rivals[v].weight
        offer = now.parties[max(rival.party, 0)].offer
        for w in range(LANES):
            minded = weight[w] * (offer[w] if rival.party >= 0 else 0.0)
            out[w] = minded if minded > out[w] else out[w]
            most[w] = weight[w] if weight[w] > most[w] else most[w]
    for w in range(LANES):
        out[w] = out[w] / most[w] if most[w] > 0.0 else 0.0


@part
def observe_sanctioners(world: World, e: int) -> None:
    """Hostility of those whose sanctions a third party fears, weighed by its concern about each."""
    given, now, party = world.given, world.now, world.wiring.parties[e]
    buffer, out = world.buffers.perception[0], now.parties[e].hostility
    concern, weighed = buffer.concern, buffer.weighed
    for w in range(LANES):
        concern[w], weighed[w] = 0.0, 0.0
    for v in range(party.first_sanctioner, party.last_sanctioner):
        toward, weight = now.alignment[world.wiring.sanctioners[v].state, party.state], given.sanctioners[v].weight
        for w in range(LANES):
            concern[w] += weight[w]
            weighed[w] += weight[w] * hostility(toward[w])
    for w in range(LANES):
        out[w] = weighed[w] / concern[w] if concern[w] > 0.0 else 0.0


@part
def observe_backers(world: World, e: int) -> None:
    """Friction with those who back either side, and the foreign fighters that others bring."""
    now, wiring = world.now, world.wiring
    me, party = now.parties[e], wiring.parties[e]
    contest = wiring.contests[party.contest]
    toward_challenger, toward_holder = now.relations[e, 0], now.relations[e, 1]
    mine = now.states[party.state].capability
    for w in range(LANES):
        me.other_proxies[w] = 0.0
        toward_challenger.opposed[w] = 0.0
        toward_holder.opposed[w] = 0.0
    for other in range(contest.first, contest.last):
        if other == e or world.buffers.active[other] == 0:
            continue
        i, j = party.state, wiring.parties[other].state
        backer, theirs, toward = now.parties[other], now.states[j].capability, now.alignment[i, j]
        one, two = now.pairs[i, j].dependence, now.pairs[j, i].dependence
        for w in range(LANES):
            bound = interdependence(one[w], two[w])
            against = opposition(backer.aid[w], bound, toward[w], danger(mine[w], theirs[w]))
            toward_challenger.opposed[w] += against if backer.side[w] < 0.0 else 0.0
            toward_holder.opposed[w] += against if backer.side[w] > 0.0 else 0.0
            me.other_proxies[w] += backer.proxies[w]
    for w in range(LANES):
        me.other_proxies[w] = me.other_proxies[w] if me.other_proxies[w] < 1.0 else 1.0


@part
def observe_others(world: World, e: int) -> None:
    """What a third party sees of the other third parties of its contest before it chooses."""
    party = world.wiring.parties[e]
    if party.last_rival > party.first_rival:  # nobody's offer, and nobody's hostility, is 0 from the start
        observe_rivals(world, e)
    if party.last_sanctioner > party.first_sanctioner:
        observe_sanctioners(world, e)
    observe_backers(world, e)


@phase
def perceive(world: World) -> None:
    """What states see before they act; reads the state, writes what is derived from it.

    Parameters
    ----------
    world : World
        Modified: pairs' threat; relations; parties' sway, attention and offer; contests' turmoil, exposure, mediators
        and peacekeepers.
    """
    update_threat(world)
    for e in range(len(world.wiring.parties)):
        if world.wiring.contests[world.wiring.parties[e].contest].domestic:
            observe_camps(world, e)
        else:
            observe_states(world, e)
        update_sway(world, e)
        update_attention(world, e)
    update_turmoil(world)
    for c in range(len(world.wiring.contests)):
        find_mediators(world, c)
