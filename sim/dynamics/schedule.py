"""The order of phases: the only place in which it is written."""

from __future__ import annotations

from sim.dynamics.alignment import align, mark_starting_forces
from sim.dynamics.arms import supply_arms
from sim.dynamics.choice import choose_postures, take_up_postures
from sim.dynamics.contests import move_contests, update_strength
from sim.dynamics.events import apply_events
from sim.dynamics.influence import update_influence
from sim.dynamics.levers import move_levers
from sim.dynamics.measures import observe
from sim.dynamics.perception import divide_attention, perceive, update_alignment, update_leanings
from sim.dynamics.sides import decide
from sim.dynamics.stability import update_stability
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

    The Mesa front advances by halves and may write a state's own choice of posture between them.

    Parameters
    ----------
    world : World
        Modified in place.
    first, last : int
        Ticks to compute, from 0.
    stage : int
        `WHOLE`, `UP_TO_CHOICE` or `FROM_CHOICE`; or `BEGIN`, which sets the state before the first tick from
        the inputs. One entry point, so that shared code is compiled once.
    tally : Tally
        Modified: summaries, series and failures of the runs.
    """
    if stage == BEGIN:
        begin(world)
    for tick in range(first, last):
        if stage != FROM_CHOICE:
            if apply_events(world, tick):
                update_alignment(world)
                update_leanings(world)
                compare_lanes(world)
                mark_starting_forces(world)
            update_influence(world)
            perceive(world)
            update_strength(world)
            supply_arms(world)
            choose_postures(world, tick, tally)
        if stage != UP_TO_CHOICE:
            take_up_postures(world)
            divide_attention(world)
            update_strength(world)
            decide(world, tick)
            move_contests(world, tick)
            update_stability(world, tick)
            move_levers(world)
            align(world, tick)
            observe(world, tick, tally.graph_from)
            summarise(world, tick, tally)
            check_finite(world, tick, tally)
