"""Who is tied to whom, as arrays of integers that compiled phases loop over.

Each class declares one record; its annotations give the dtype. Nothing instantiates them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from sim.kernel.random import identity
from sim.kernel.structure import ContestShape, Structure


class Key(int):
    """Unsigned 64-bit identity of a draw."""


class StateWire:
    """A state: identity of its draws."""

    key: Key


class CoupleWire:
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


class DuelWire:
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
    couples: Any  # (N(N−1)/2,) CoupleWire
    ties: Any  # (M,) TieWire
    groups: Any  # (G,) GroupWire
    dyads: Any  # (D,) DyadWire
    by_dyad: NDArray[np.int64]  # (M,) ties, those of one patron and client together
    contests: Any  # (C,) ContestWire
    duels: Any  # (2·interstate contests,) DuelWire
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


def _table(wire_class: type, rows: Sequence[tuple[float, ...]]) -> Any:
    """Array of one wire record a row."""
    kinds = get_type_hints(wire_class)
    types = {Key: np.uint64, int: np.int64, float: np.float64}
    fields = [(name, types[kind]) for name, kind in kinds.items()]
    table = np.zeros(len(rows), np.dtype(fields, align=True))
    for index, row in enumerate(rows):
        table[index] = row
    return table.view(np.recarray)


def _groups(structure: Structure) -> list[tuple[int, ...]]:
    """Runs of neighbouring ties that share client and lever."""
    ties = structure.ties
    changes = [index for index in range(1, len(ties)) if ties[index][1:] != ties[index - 1][1:]]
    return [(first, last) for first, last in pairwise([0, *changes, len(ties)]) if last > first]


def _dyads(ties: Sequence[tuple[int, ...]]) -> tuple[list[tuple[int, int, int, int]], list[int]]:
    """Patrons and clients with the places of their ties in the second list, which names all ties dyad by dyad."""
    together: dict[tuple[int, int], list[int]] = {}
    for index, (patron, client, *_) in enumerate(ties):
        together.setdefault((patron, client), []).append(index)
    ends = np.cumsum([len(some) for some in together.values()]).tolist()
    rows = [(*pair, end - len(some), end) for (pair, some), end in zip(together.items(), ends, strict=True)]
    return rows, [index for some in together.values() for index in some]


def _contest_rows(structure: Structure, at: dict[str, int]) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Rows of contests and of duels."""
    contests: list[tuple[int, ...]] = []
    duels: list[tuple[int, ...]] = []
    first = 0
    for c, contest in enumerate(structure.contests):
        sides = [at[contest.host]] * 2 if contest.host else [at[side] for side in contest.sides]
        last = first + len(contest.parties)
        contests.append((int(contest.host is not None), *sides, first, last, identity(contest.code)))
        first = last
        if not contest.host:
            duels.append((sides[0], sides[1], c, 0, 1))
            duels.append((sides[1], sides[0], c, 1, -1))
    return contests, duels


def _party_rows(structure: Structure, at: dict[str, int]) -> list[tuple[int, ...]]:
    """Rows of third parties."""
    tie_at = {tie: index for index, tie in enumerate(structure.ties)}

    def treaty(contest: ContestShape, side: str, patron: str) -> int:
        return tie_at.get((patron, contest.host or side, "treaty"), -1)

    order = {contest.code: index for index, contest in enumerate(structure.contests)}
    rivals = np.cumsum([0, *(len(party.rivals) for _, party in structure.parties)]).tolist()
    sanctioners = np.cumsum([0, *(len(party.sanctioners) for _, party in structure.parties)]).tolist()
    return [
        (
            order[contest.code],
            at[party.state],
            treaty(contest, contest.challenger, party.state),
            treaty(contest, contest.holder, party.state),
            int(party.outsider),
            *rivals[e : e + 2],
            *sanctioners[e : e + 2],
            identity(contest.code, party.state),
        )
        for e, (contest, party) in enumerate(structure.parties)
    ]


def _vote_rows(structure: Structure, at: dict[str, int], kind: str) -> list[tuple[int, ...]]:
    """Rows of rival mediators or of sanctioners, party by party."""
    party_at = {(contest.code, party.state): e for e, (contest, party) in enumerate(structure.parties)}
    return [
        (at[other], party_at.get((contest.code, other), -1))
        for contest, party in structure.parties
        for other in getattr(party, kind)
    ]


def _rivalry_rows(structure: Structure) -> list[tuple[int, ...]]:
    """Rows of pairs of third parties."""
    rows: list[tuple[int, ...]] = []
    first = 0
    for c, contest in enumerate(structure.contests):
        names = [party.state for party in contest.parties]
        rows += [
            (c, first + a, first + b, identity(contest.code, names[a], names[b]))
            for a in range(len(names))
            for b in range(a + 1, len(names))
        ]
        first += len(names)
    return rows


def _feels(
    n: int,
    contests: Sequence[tuple[int, ...]],
    duels: Sequence[tuple[int, ...]],
    parties: Sequence[tuple[int, ...]],
    ties: Sequence[tuple[int, ...]],
) -> NDArray[np.int64]:
    """Who may feel whose support: sides that of third parties, clients and their opponents that of who arms them."""
    feels = np.zeros((n, n), np.int64)
    for contest, party, *_ in parties:
        _, challenger, holder, *_ = contests[contest]
        feels[[challenger, holder], party] = 1
    for patron, client, _, arms, _ in ties:
        if arms:
            feels[[client, *(me for me, opponent, *_ in duels if opponent == client)], patron] = 1
    return feels


def wire(structure: Structure, events: Sequence[tuple[float, ...]]) -> Wiring:
    """Integer arrays of a structure; events are rows of `EventWire`, made by `sim.kernel.layout`."""
    states = structure.states
    at = {code: index for index, code in enumerate(states)}
    lever_at = {code: index for index, code in enumerate(structure.levers)}
    contests, duels = _contest_rows(structure, at)
    opposes = np.zeros((len(states), len(states)), np.int64)
    for state, rival in structure.rivals:
        opposes[at[state], at[rival]] = 1
    tied = np.zeros((len(states), len(states)), np.int64)
    for patron, client, _ in structure.ties:
        tied[at[patron], at[client]] = 1
    party_of = np.full((len(states), len(structure.contests)), -1, np.int64)
    parties = _party_rows(structure, at)
    for e, row in enumerate(parties):
        party_of[row[1], row[0]] = e
    available = [[int(name not in party.without) for name, _ in structure.postures] for _, party in structure.parties]
    couples = [(i, j, identity(states[i], states[j])) for i in range(len(states)) for j in range(i + 1, len(states))]
    ties = [
        (at[patron], at[client], lever_at[lever], int(lever == "arms"), int(lever == "remittances"))
        for patron, client, lever in structure.ties
    ]
    dyads, by_dyad = _dyads(ties)
    return Wiring(
        _table(StateWire, [(identity(code),) for code in states]),
        _table(CoupleWire, couples),
        _table(TieWire, ties),
        _table(GroupWire, _groups(structure)),
        _table(DyadWire, dyads),
        np.array(by_dyad, np.int64),
        _table(ContestWire, contests),
        _table(DuelWire, duels),
        _table(PartyWire, parties),
        _table(VoteWire, _vote_rows(structure, at, "rivals")),
        _table(VoteWire, _vote_rows(structure, at, "sanctioners")),
        _table(RivalryWire, _rivalry_rows(structure)),
        _table(EventWire, events),
        opposes,
        tied,
        _feels(len(states), contests, duels, parties, ties),
        party_of,
        np.array(available, np.int64).reshape(len(parties), len(structure.postures)),
        np.array([side for _, side in structure.postures], np.int64),
        np.array([at[code] for code in structure.clients], np.int64),
        np.array([at[code] for code in structure.patrons], np.int64),
    )
