"""Who is tied to whom, as arrays of integers that compiled phases loop over.

Each class declares one record; its annotations give the dtype. Nothing instantiates them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Key(int):
    """Unsigned 64-bit identity of a draw."""


class StateWire:
    """A state: identity of its draws."""

    key: Key


class UnorderedPairWire:
    """An unordered pair of states, whose two draws of one call go to [low, high] and [high, low]."""

    low: int
    high: int
    key: Key


class TieWire:
    """A tie: patron, client, lever; and whether the lever is arms or remittances."""

    patron: int
    client: int
    lever: int
    arms: int
    remittances: int


class DyadWire:
    """A patron and its client, and their ties [first, last) in `by_dyad`."""

    patron: int
    client: int
    first: int
    last: int


class GroupWire:
    """Ties [first, last) of one client in one domain."""

    first: int
    last: int


class ContestWire:
    """A contest: 1 if domestic, the states of its sides (twice the host), parties [first, last)."""

    domestic: int
    challenger: int
    holder: int
    first: int
    last: int
    key: Key


class InterstateWire:
    """One side of an interstate contest: the state, its opponent, sign 1 for the challenger, −1 for the holder."""

    state: int
    opponent: int
    contest: int
    side: int
    sign: int


class PartyWire:
    """A third party: contest, state, treaty ties with either side's state (−1: none), 1 for an outsider.

    Its rivals and its sanctioners are rows [first, last) of those.
    """

    contest: int
    state: int
    challenger_treaty: int
    holder_treaty: int
    outsider: int
    first_rival: int
    last_rival: int
    first_sanctioner: int
    last_sanctioner: int
    key: Key


class VoteWire:
    """A rival or sanctioner of a third party: its state, and its own party or −1."""

    state: int
    party: int


class RivalryWire:
    """Two third parties of one contest."""

    contest: int
    one: int
    two: int
    key: Key


class EventWire:
    """An event: ticks [start, stop), operation, input row and its bounds, kind of state row and that row."""

    start: int
    stop: int
    operation: int
    row: int
    companion: int
    target: int
    extra: int
    lower: float
    upper: float


SET, ADD, MULTIPLY = range(3)
NO_STATE, SAME_SCALE, LATENT, PHASE = range(4)
"""What an event's input has beside it in the state: nothing, a variable of its scale, a latent alignment, a phase."""
FOREVER = 2**31 - 1


class Wiring(NamedTuple):
    """All wiring of a structure."""

    states: Any  # (N,) StateWire
    unordered_pairs: Any  # (N(N−1)/2,) UnorderedPairWire
    ties: Any  # (M,) TieWire
    groups: Any  # (G,) GroupWire
    dyads: Any  # (D,) DyadWire
    by_dyad: NDArray[np.int64]  # (M,) ties, those of one patron and client together
    contests: Any  # (C,) ContestWire
    interstate: Any  # (2·interstate contests,) InterstateWire
    parties: Any  # (E,) PartyWire
    rivals: Any  # (V,) VoteWire
    sanctioners: Any  # (U,) VoteWire
    rivalries: Any  # (B,) RivalryWire
    events: Any  # (D,) EventWire
    opposes: NDArray[np.int64]  # (N, N) 1 where j is a declared rival of i
    tied: NDArray[np.int64]  # (N, N) 1 where i holds a lever over j
    feels: NDArray[np.int64]  # (N, N) 1 where i may feel support of j, for itself or for its opponent
    party_of: NDArray[np.int64]  # (N, C) party of a state in a contest, or −1
    available: NDArray[np.int64]  # (E, Q) 1 where a party may take a posture
    menu_side: NDArray[np.int64]  # (Q,) side of a posture
    clients: NDArray[np.int64]  # (L,) states of the region
    patrons: NDArray[np.int64]  # (R,) states whose primacy is observed
    times: NDArray[np.int64]  # rows of the state that hold the week of something
