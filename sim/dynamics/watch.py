"""What third parties see of each other: rivals that mediate, sanctioners, backers of either side, foreign fighters."""

from __future__ import annotations

from sim.kernel.compiler import part
from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.rules.influence import interdependence
from sim.rules.motives import opposed_by
from sim.rules.perception import danger


@part
def watch_rivals(world: World, e: int) -> None:
    """Mediation by the rivals of a third party, weighed by its declared concern about each."""
    given, now, party = world.given, world.now, world.wiring.parties[e]
    votes, seen, out = world.scratch[0], world.scratch[1], now.parties[e].rival_mediation
    for w in range(LANES):
        votes[w], seen[w] = 0.0, 0.0
    for v in range(party.first_rival, party.last_rival):
        rival, weight = world.wiring.rivals[v], given.rivals[v].weight
        mediation = now.parties[max(rival.party, 0)].mediation
        for w in range(LANES):
            votes[w] += weight[w]
            seen[w] += weight[w] * (mediation[w] if rival.party >= 0 else 0.0)
    for w in range(LANES):
        out[w] = seen[w] / votes[w] if votes[w] > 0.0 else 0.0


@part
def watch_sanctioners(world: World, e: int) -> None:
    """Hostility of those whose sanctions a third party fears, weighed by its declared concern about each."""
    given, now, party = world.given, world.now, world.wiring.parties[e]
    votes, seen, out = world.scratch[0], world.scratch[1], now.parties[e].hostility
    for w in range(LANES):
        votes[w], seen[w] = 0.0, 0.0
    for v in range(party.first_sanctioner, party.last_sanctioner):
        toward, weight = now.alignment[world.wiring.sanctioners[v].state, party.state], given.sanctioners[v].weight
        for w in range(LANES):
            votes[w] += weight[w]
            seen[w] += weight[w] * (1.0 - toward[w]) * 0.5
    for w in range(LANES):
        out[w] = seen[w] / votes[w] if votes[w] > 0.0 else 0.0


@part
def watch_backers(world: World, e: int) -> None:
    """Friction with those who back either side, and the foreign fighters that others bring."""
    now, wiring = world.now, world.wiring
    me, party = now.parties[e], wiring.parties[e]
    contest = wiring.contests[party.contest]
    toward_challenger, toward_holder = now.stances[e, 0], now.stances[e, 1]
    mine = now.states[party.state].capability
    for w in range(LANES):
        me.other_proxies[w] = 0.0
        toward_challenger.opposed[w] = 0.0
        toward_holder.opposed[w] = 0.0
    for other in range(contest.first, contest.last):
        if other == e or world.active[other] == 0:
            continue
        i, j = party.state, wiring.parties[other].state
        backer, theirs, toward = now.parties[other], now.states[j].capability, now.alignment[i, j]
        one, two = now.pairs[i, j].dependence, now.pairs[j, i].dependence
        for w in range(LANES):
            bound = interdependence(one[w], two[w])
            against = opposed_by(backer.aid[w], bound, toward[w], danger(mine[w], theirs[w]))
            toward_challenger.opposed[w] += against if backer.side[w] < 0.0 else 0.0
            toward_holder.opposed[w] += against if backer.side[w] > 0.0 else 0.0
            me.other_proxies[w] += backer.proxies[w]
    for w in range(LANES):
        me.other_proxies[w] = me.other_proxies[w] if me.other_proxies[w] < 1.0 else 1.0
