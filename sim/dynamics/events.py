"""Phase: dated changes from outside."""

from __future__ import annotations

from sim.kernel.compiler import part, phase, rule
from sim.kernel.lanes import LANES, atanh, clip, tanh
from sim.kernel.memory import World
from sim.kernel.wiring import ADD, LATENT, NO_STATE, PHASE, SET

EDGE = 0.999  # an alignment of 1 has no finite latent value


@rule
def changed(value: float, operation: int, by: float) -> float:
    """A number after an event."""
    return by if operation == SET else (value + by if operation == ADD else value * by)


@part
def begin_event(world: World, d: int) -> None:
    """Apply an event to the state variable that its path starts from, in place."""
    event = world.wiring.events[d]
    value = world.given.events[d].value
    target = world.state[event.target]
    extra = world.state[event.extra]
    for w in range(LANES):
        if event.companion == LATENT:
            target[w] = atanh(clip(changed(tanh(target[w]), event.operation, value[w]), -EDGE, EDGE))
            extra[w] = atanh(clip(changed(tanh(extra[w]), event.operation, value[w]), -EDGE, EDGE))
        elif event.companion == PHASE:
            target[w] = value[w]
            extra[w] = 0.0
        else:
            target[w] = clip(changed(target[w], event.operation, value[w]), event.lower, event.upper)


@part
def end_event(world: World, d: int, before: float, w: int) -> None:
    """Take back what an event that ends had moved: the state shifts as its input does."""
    event = world.wiring.events[d]
    after = world.inputs[event.row, w]
    if event.companion == LATENT:
        shift = atanh(clip(after, -EDGE, EDGE)) - atanh(clip(before, -EDGE, EDGE))
        world.state[event.target, w] += shift
        world.state[event.extra, w] += shift
    elif event.companion != PHASE:
        shifted = world.state[event.target, w] + after - before
        world.state[event.target, w] = clip(shifted, event.lower, event.upper)


@part
def reset_input(world: World, row: int, tick: int) -> None:
    """An input with every event that now holds, in the order of their dates, within its bounds."""
    wiring = world.wiring
    for w in range(LANES):
        world.inputs[row, w] = world.base[row, w]
    for d in range(len(wiring.events)):
        event = wiring.events[d]
        if event.row == row and event.start <= tick and tick < event.stop:
            for w in range(LANES):
                after = changed(world.inputs[row, w], event.operation, world.given.events[d].value[w])
                world.inputs[row, w] = clip(after, event.lower, event.upper)


@phase
def apply_events(world: World, tick: int) -> bool:
    """Begin and end the events of a tick; true where there was one.

    Parameters
    ----------
    world : World
        Modified: inputs, and the state variables that start from them.
    tick : int
        Current tick.
    """
    wiring = world.wiring
    any_event = False
    before = world.buffers.events[0].before
    for d in range(len(wiring.events)):
        event = wiring.events[d]
        if event.start != tick and event.stop != tick:
            continue
        any_event = True
        for w in range(LANES):
            before[w] = world.inputs[event.row, w]
        reset_input(world, event.row, tick)
        if event.companion == NO_STATE:
            continue
        if event.start == tick:
            begin_event(world, d)
        else:
            for w in range(LANES):
                end_event(world, d, before[w], w)
    return any_event
