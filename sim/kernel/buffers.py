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
    hopeless: Lane = lane("weeks of the tick that were fought by a side next to collapse")


class SidesBuffer(Record):
    """Changes of phase within a tick."""

    truce: Lane = lane("hazard of a truce")
    attack: Lane = lane("hazard of an attack at full exposure")
    fresh: Lane = lane("part of the fading attack hazard that is left at the start of the tick")
    first: Lane = lane("time within the tick of the first change, its end for none")
    second: Lane = lane("time within the tick of the second")
    more: Lane = lane("1 where there may be a third")


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


class MeasuresBuffer(Record):
    """Influence on one client, and splits of the states into two camps."""

    first: Lane = lane("strongest influence on a client")
    second: Lane = lane("second strongest influence on it")
    gain: Lane = lane("change of energy if a state changed camp")
    energy: Lane = lane("energy of the split at hand")
    best: Lane = lane("energy of the best split")
    number: Lane = lane("number of the best split")
    total: Lane = lane("sum of all alignment without its signs")


class TallyBuffer(Record):
    """The look for numbers that are not finite."""

    total: Lane = lane("0 while the whole state is finite")


class Outlook(Record):
    """A contest as a third party sees it, without its own part."""

    control: Lane = lane("control")
    gap: Lane = lane("distance of control from the goal, 2θ − 1 − goal")
    reach: Lane = lane("how far the front moves within one's foresight at the greatest")
    fighting: Lane = lane("1 while fighting")
    scale: Lane = lane("what turns the sides' probabilities into the hazard of a truce, or of an attack, ahead")
    stake: Lane = lane("weight of the stake in the logit of either side")
    offer: Lane = lane("what the third party's full mediation would add to the logit of either side for calm")
    mediator: Lane = lane("what the best of the others' mediation adds to it")
    rival: Lane = lane("what the best rival as mediator would add to it")
    keeping: Lane = lane("what full peacekeepers would add to it")
    peacekeepers: Lane = lane("what the others' peacekeepers add to it")
    deterring: Lane = lane("what full peacekeepers would add to it by standing in the way of an attack")


class SideOutlook(Record):
    """A side of the contest as a third party sees it, without its own part."""

    strength: Lane = lane("strength")
    reinforcement: Lane = lane("strength that a unit of its aid adds")
    forces: Lane = lane("strength that a unit of its presence adds")
    calm: Lane = lane("logit of a truce while fighting, of holding otherwise, the gain of fighting apart")


class ChoiceBuffer(Record):
    """What the choice of a posture takes; all but the first four packed."""

    within: Lane = lane("probability of reconsidering within a tick")
    reconsiders: Lane = lane("1 where the third party reconsiders")
    drawn: Lane = lane("draw that decides which posture it takes")
    candidate: Lane = lane("posture whose terms are kept")
    uniform: Lane = lane("draw that decides which posture it takes")
    before: Lane = lane("posture held; −1 for none")
    policy: Lane = lane("posture that it is held to; −1 for none")
    decisiveness: Lane = lane("decisiveness of strength")
    rationality: Lane = lane("rationality of third parties")
    challenger: Lane = lane("logarithm of the challenger's strength without the third party's aid")
    holder: Lane = lane("logarithm of the holder's strength without it")
    backed: Lane = lane("logarithm of the strength of the side that a posture backs")
    alone: Lane = lane("challenger's win probability without the third party")
    gained: Lane = lane("what the challenger gains if the fighting goes on, without the third party")
    gained_backed: Lane = lane("the same with what a posture gives to a side")
    odds_challenger: Lane = lane("odds of the challenger to keep calm without the third party")
    odds_holder: Lane = lane("odds of the holder to keep calm without it")
    push: Lane = lane("how far a posture pushes both sides toward silence")
    silence: Lane = lane("probability of silence under a posture")
    silence_alone: Lane = lane("probability of silence without the third party")
    silence_rival: Lane = lane("probability of silence with the best rival as mediator")
    left_alone: Lane = lane("by how much silence would be likelier with that rival than without the third party")
    best: Lane = lane("best utility")
    total: Lane = lane("sum of logit weights, then what turns them into probabilities")
    passed: Lane = lane("probability of the postures passed so far")
    posture: Lane = lane("posture drawn")


class Buffers(NamedTuple):
    """All buffers of a block of runs. Rows are the memory of the records named before them."""

    events: Any  # (1,) EventsBuffer
    influence: Any  # (1,) InfluenceBuffer
    perception: Any  # (1,) PerceptionBuffer
    arms: Any  # (1,) ArmsBuffer
    contests: Any  # (1,) ContestsBuffer
    sides: Any  # (1,) SidesBuffer
    stability: Any  # (1,) StabilityBuffer
    levers: Any  # (1,) LeversBuffer
    alignment: Any  # (1,) AlignmentBuffer
    measures: Any  # (1,) MeasuresBuffer
    tally: Any  # (1,) TallyBuffer
    split: NDArray[np.float64]  # (N, W) camp of each state in the split at hand, 1 or −1
    best_split: NDArray[np.float64]  # (N, W)
    active: NDArray[np.int64]  # (E,) 1 where a third party gives aid, brings forces or sends fighters in any lane
    posture_rows: NDArray[np.float64]  # (Q, F, W) of the menu that the scenario gives
    party_rows: NDArray[np.float64]  # (E, R, W) of third parties; what their postures bring comes first
    menu: Any  # (Q,) Action
    menu_rows: NDArray[np.float64]  # (Q, A, W)
    amounts: NDArray[np.float64]  # (Q, A) of the menu in the first lane
    calms: NDArray[np.int64]  # (Q,) 1 where a posture mediates or brings peacekeepers in any lane
    shared_menu: NDArray[np.int64]  # (1,) 1 where the menu is the same in all lanes
    shared_scale: NDArray[np.int64]  # (1,) 1 where decisiveness and rationality are
    action: Any  # (1,) Action of the posture held
    action_rows: NDArray[np.float64]  # (A, W)
    values: Any  # (1,) Values
    side_values: Any  # (2,) SideValues
    worth: Any  # (1,) Action: what a unit of each amount is worth
    outlook: Any  # (1,) Outlook
    side_outlook: Any  # (2,) SideOutlook
    weighed_rows: NDArray[np.float64]  # (R, W) of the last three
    choice: Any  # (1,) ChoiceBuffer
    lanes: NDArray[np.int64]  # (W,) lanes in which a third party reconsiders; what follows holds them packed
    chosen_lanes: NDArray[np.int64]  # (W / PACK,) the same as bits, of as many lanes as a pack has
    packed_places: NDArray[np.int64]  # (W / PACK,) where the first of them is packed
    packed_action: Any  # (1,) Action of the posture that is weighed
    packed_action_rows: NDArray[np.float64]  # (A, W)
    packed_worth: Any  # (1,) Action
    packed_outlook: Any  # (1,) Outlook
    packed_sides: Any  # (2,) SideOutlook
    packed_rows: NDArray[np.float64]  # (R, W) of the last three
    trial: NDArray[np.float64]  # (2, Q, W) utility and probability of every posture
