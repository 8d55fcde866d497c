"""Lanes that functions of a phase hand to each other; nothing here outlasts the phase that filled it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.quantities import INFINITY, Lane, Record, q


def lane(meaning: str) -> Any:
    """Declare one lane of a buffer."""
    return q(meaning, "", (-INFINITY, INFINITY))


class InfluenceBuffer(Record):
    """Sums over levers and over patrons."""

    per_bandwidth: Lane = lane("one over the sum of all weights in bandwidth")
    per_dependence: Lane = lane("one over the sum of all weights in dependence")
    bandwidth: Lane = lane("weighted levels of a patron's levers over a client")
    dependence: Lane = lane("weighted dependence of the client on them")
    toward_rivals: Lane = lane("mean alignment of a client with the rivals of a patron")
    received: Lane = lane("influence that a client receives from all patrons")


class PerceptionBuffer(Record):
    """Sums over other third parties."""

    elsewhere: Lane = lane("effort of a state's postures in other contests")
    concern: Lane = lane("sum of the weights of rivals or sanctioners")
    weighed: Lane = lane("weighted sum of what they do")


class ArmsBuffer(Record):
    """Sums over a client's interstate contests."""

    lead: Lane = lane("how far the client stands above the outcome that the supplier wants")
    affinity_gap: Lane = lane("affinity of the supplier to the client, less that to its opponent")
    strength_gap: Lane = lane("strength balance as the client sees it")
    sign: Lane = lane("1 for a challenger, −1 for a holder")


class EventsBuffer(Record):
    """An input that an event changes."""

    before: Lane = lane("the input before the event")


class ContestsBuffer(Record):
    """Two backers of a contest, and its outsiders."""

    disputed: Lane = lane("1 where the two backers dispute; before, the draw that decides")
    clashed: Lane = lane("1 where they clash; before, the draw that decides")
    bound: Lane = lane("interdependence of the two")
    present: Lane = lane("mediation and presence of outsiders")


class StabilityBuffer(Record):
    """A state's part in fighting."""

    fights: Lane = lane("largest part of the state in any contest that is fought")


class LeversBuffer(Record):
    """The levers over one client."""

    total: Lane = lane("sum of the shares of one domain, then the factor that keeps it at 1")
    response: Lane = lane("level to which a patron's levers move, over that of the start")


class AlignmentBuffer(Record):
    """Two states."""

    there: Lane = lane("shock to the alignment of the one with the other")
    back: Lane = lane("shock to the alignment of the other with the one")
    triads: Lane = lane("mean product of their alignments over third states")
    amplitude: Lane = lane("standard deviation of shocks")


class Buffers(NamedTuple):
    """All buffers of a block of runs."""

    events: Any  # (1,) EventsBuffer
    influence: Any  # (1,) InfluenceBuffer
    perception: Any  # (1,) PerceptionBuffer
    arms: Any  # (1,) ArmsBuffer
    contests: Any  # (1,) ContestsBuffer
    stability: Any  # (1,) StabilityBuffer
    levers: Any  # (1,) LeversBuffer
    alignment: Any  # (1,) AlignmentBuffer
    active: NDArray[np.int64]  # (E,) 1 where a third party gives aid, brings forces or sends fighters in any lane
