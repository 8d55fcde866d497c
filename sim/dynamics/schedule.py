"""The order of phases: the only place in which it is written."""

from __future__ import annotations

from sim.dynamics.alignment import align, mark_forces
from sim.dynamics.arms import supply
from sim.dynamics.choice import act
from sim.dynamics.contests import move
from sim.dynamics.events import happen
from sim.dynamics.levers import pull_levers
from sim.dynamics.measures import observe
from sim.dynamics.motives import choose
from sim.dynamics.perception import perceive, show_alignment, show_leanings
from sim.dynamics.sides import decide
from sim.dynamics.stability import live
from sim.dynamics.start import begin
from sim.kernel.compiler import entry
from sim.kernel.memory import World
from sim.kernel.packing import compare_lanes
from sim.kernel.tally import Tally, check_finite, summarise

WHOLE, UP_TO_CHOICE, FROM_CHOICE, BEGIN = range(4)
"""What to compute: whole ticks, their halves before and after the choice of postures takes effect, or the start."""


@entry
def advance(world: World, first: int, last: int, stage: int, tally: Tally) -> None:
    """Ticks [first, last) of a block of runs.

    Events, perceive, supply, choose, decide, move, domestic, levers, alignment, observe. The Mesa front
    advances by halves and may write a state's own choice of posture between them.

    Parameters
    ----------
    world : World
        Modified in place.
    first, last : int
        Ticks to compute, from 0.
    stage : int
        `WHOLE`, `UP_TO_CHOICE` or `FROM_CHOICE`; or `BEGIN`, which sets the state before the first tick from
        the inputs. One compiled function for all, for what several would share would be compiled for each.
    tally : Tally
        Modified: summaries, series and failures of the runs.
    """
    if stage == BEGIN:
        begin(world)
    for tick in range(first, last):
        if stage != FROM_CHOICE:
            if happen(world, tick):
                show_alignment(world)
                show_leanings(world)
                compare_lanes(world)
                mark_forces(world)
            perceive(world)
            supply(world)
            choose(world, tick, tally)
        if stage != UP_TO_CHOICE:
            act(world)
            decide(world, tick)
            move(world, tick)
            live(world, tick)
            pull_levers(world)
            align(world, tick)
            observe(world, tick, tally.graph_from)
            summarise(world, tick, tally)
            check_finite(world, tick, tally)
