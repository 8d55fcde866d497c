"""Third parties say why: the named terms of the utility of a posture, that which they hold or another."""

from __future__ import annotations

import numpy as np

from sim.dynamics.draw import held_anywhere
from sim.dynamics.pack import PACK
from sim.jit import entry, part
from sim.lanes import LANES, log, pick
from sim.quantities import Backing, Deed, Lane, Motives, Posture, Terms
from sim.rules.contest import odds
from sim.rules.posture import balance
from sim.world.memory import World


@part
def bring(k: int, side: float, posture: Posture, held: Lane, deed: Deed) -> None:
    """Add what a posture brings, in the lanes that hold it, to deeds that start from nothing.

    Added, for where one of two is chosen and stored in its own place, the compiler masks the store, which takes long.
    """
    for w in range(LANES):
        hit = held[w] == k
        deed.side[w] += side if hit else 0.0
        deed.aid[w] += posture.aid[w] if hit else 0.0
        deed.presence[w] += posture.presence[w] if hit else 0.0
        deed.mediation[w] += posture.mediation[w] if hit else 0.0
        deed.effort[w] += posture.effort[w] if hit else 0.0


@part
def value_outcome(n: int, motives: Motives, challenger: Lane, holder: Lane, decisiveness: Lane, out: Lane) -> None:
    """Balance: the distance from one's goal, with the odds as they would be under the posture.

    challenger and holder are the logarithms of the sides' strengths under the posture.
    """
    for w in range(n * PACK):
        p = odds(challenger[w], holder[w], decisiveness[w])
        out[w] = motives.concern[w] * balance(1.0, 1.0, motives.control[w], p, motives.goal[w])


@part
def foresee(deed: Deed, motives: Motives, challenger: Backing, holder: Backing, decisiveness: Lane) -> None:
    """Balance of the outcome under the deed, in all lanes."""
    for w in range(LANES):
        side, aid = deed.side[w], deed.aid[w]
        one, other = aid if side > 0.0 else 0.0, aid if side < 0.0 else 0.0
        deed.challenger[w] = log(challenger.strength[w] + one * challenger.reinforcement[w])
        deed.holder[w] = log(holder.strength[w] + other * holder.reinforcement[w])
    value_outcome(LANES // PACK, motives, deed.challenger, deed.holder, decisiveness, deed.balance)


@part
def spell(held: Lane, deed: Deed, motives: Motives, challenger: Backing, holder: Backing, out: Terms) -> None:
    """The named terms of a posture: what it brings times the terms of a unit of it."""
    for w in range(LANES):
        side, aid, presence, mediation = deed.side[w], deed.aid[w], deed.presence[w], deed.mediation[w]
        out.fidelity[w] = side * aid * motives.fidelity[w]
        out.balance[w] = deed.balance[w]
        out.order[w] = mediation * motives.order[w]
        out.primacy[w] = mediation * motives.primacy[w]
        out.obligation[w] = aid * pick(side, challenger.obligation[w], holder.obligation[w])
        out.wedge[w] = aid * pick(side, challenger.wedge[w], holder.wedge[w])
        out.friction[w] = aid * pick(side, challenger.friction[w], holder.friction[w])
        out.diaspora[w] = aid * motives.diaspora[w]
        out.spillover[w] = mediation * motives.spillover[w]
        out.visibility[w] = (aid + presence) * motives.visibility[w]
        out.access[w] = presence * motives.access[w]
        out.reaction[w] = presence * motives.reaction[w]
        out.entry[w] = (mediation + presence) * motives.entry[w]
        out.effort[w] = deed.effort[w] * motives.effort[w]
        out.habit[w] = motives.habit[w] if held[w] == motives.held[w] else 0.0
        out.precedent[w] = motives.precedent[w] if held[w] == 0.0 else 0.0


@part
def tell(world: World, slot: int, held: Lane, out: Terms) -> None:
    """Utility terms of the postures in held, one a lane, of the third party whose motives lie in a slot."""
    menu_side, deed, motives = world.wiring.menu_side, world.deed[0], world.motives[slot]
    challenger, holder = world.backing[slot, 0], world.backing[slot, 1]
    for w in range(LANES):
        deed.side[w], deed.aid[w], deed.presence[w], deed.mediation[w], deed.effort[w] = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(len(menu_side)):
        if held_anywhere(held, k):
            bring(k, np.float64(menu_side[k]), world.given.postures[k], held, deed)
    foresee(deed, motives, challenger, holder, world.given.behaviour[0].decisiveness)
    spell(held, deed, motives, challenger, holder, out)


@part
def tell_all(world: World, e: int) -> None:
    """Utility terms of every posture that a third party may take."""
    held = world.scratch[0]
    for k in range(len(world.wiring.menu_side)):
        if world.wiring.available[e, k]:
            for w in range(LANES):
                held[w] = k
            tell(world, e, held, world.reasons[e, k])


@entry
def explain(world: World, e: int) -> None:
    """Form the utility terms of the posture held by one third party anew; of a world that keeps reasons.

    Parameters
    ----------
    world : World
        Modified: chosen.
    e : int
        Row of the third party.
    """
    tell(world, e, world.now.parties[e].posture, world.now.chosen[e])
