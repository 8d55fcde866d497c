"""What third parties see of each other: rivals that mediate, sanctioners, backers of either side, foreign fighters."""

from __future__ import annotations

from sim.jit import part
from sim.lanes import LANES
from sim.rules.posture import opposed_by
from sim.rules.threat import danger
from sim.world.memory import World


@part
def watch_others(world: World, e: int) -> None:
    """What a third party sees of the others: rivals that mediate, sanctioners, foreign fighters, backers."""
    given, now, wiring = world.given, world.now, world.wiring
    me, party = now.parties[e], wiring.parties[e]
    votes, seen = world.scratch[0], world.scratch[1]
    for w in range(LANES):
        votes[w], seen[w] = 0.0, 0.0
    for v in range(len(wiring.rivals)):
        rival = wiring.rivals[v]
        if rival.owner == e:
            mediation = now.parties[max(rival.party, 0)].mediation
            for w in range(LANES):
                votes[w] += given.rivals[v].weight[w]
                seen[w] += given.rivals[v].weight[w] * (mediation[w] if rival.party >= 0 else 0.0)
    for w in range(LANES):
        me.rival_mediation[w] = seen[w] / votes[w] if votes[w] > 0.0 else 0.0
        votes[w], seen[w] = 0.0, 0.0
    for v in range(len(wiring.sanctioners)):
        if wiring.sanctioners[v].owner == e:
            toward = now.alignment[wiring.sanctioners[v].state, party.state]
            for w in range(LANES):
                votes[w] += given.sanctioners[v].weight[w]
                seen[w] += given.sanctioners[v].weight[w] * (1.0 - toward[w]) * 0.5
    for w in range(LANES):
        me.hostility[w] = seen[w] / votes[w] if votes[w] > 0.0 else 0.0


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
        if other == e:
            continue
        backer, pair = now.parties[other], now.pairs[party.state, wiring.parties[other].state]
        theirs = now.states[wiring.parties[other].state].capability
        toward = now.alignment[party.state, wiring.parties[other].state]
        for w in range(LANES):
            against = opposed_by(backer.aid[w], pair.interdependence[w], toward[w], danger(mine[w], theirs[w]))
            toward_challenger.opposed[w] += against if backer.side[w] < 0.0 else 0.0
            toward_holder.opposed[w] += against if backer.side[w] > 0.0 else 0.0
            me.other_proxies[w] += backer.proxies[w]
    for w in range(LANES):
        me.other_proxies[w] = me.other_proxies[w] if me.other_proxies[w] < 1.0 else 1.0
