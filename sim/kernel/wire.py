"""The wiring of a structure: who is tied to whom, worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from sim.kernel.random import identity
from sim.kernel.structure import ContestShape, Structure
from sim.kernel.wiring import (
    ContestWire,
    DyadWire,
    EventWire,
    GroupWire,
    InterstateWire,
    Key,
    PartyWire,
    RivalryWire,
    StateWire,
    TieWire,
    UnorderedPairWire,
    VoteWire,
    Wiring,
)


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
    """Rows of contests, and of the sides of interstate contests."""
    contests: list[tuple[int, ...]] = []
    interstate: list[tuple[int, ...]] = []
    first = 0
    for c, contest in enumerate(structure.contests):
        sides = [at[contest.host]] * 2 if contest.host else [at[side] for side in contest.sides]
        last = first + len(contest.parties)
        contests.append((int(contest.host is not None), *sides, first, last, identity(contest.code)))
        first = last
        if not contest.host:
            interstate.append((sides[0], sides[1], c, 0, 1))
            interstate.append((sides[1], sides[0], c, 1, -1))
    return contests, interstate


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
    interstate: Sequence[tuple[int, ...]],
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
            feels[[client, *(me for me, opponent, *_ in interstate if opponent == client)], patron] = 1
    return feels


def wire(structure: Structure, events: Sequence[tuple[float, ...]], times: Sequence[int]) -> Wiring:
    """Integer arrays of a structure; rows of `EventWire` and of times are made by `sim.kernel.layout`."""
    states = structure.states
    at = {code: index for index, code in enumerate(states)}
    lever_at = {code: index for index, code in enumerate(structure.levers)}
    contests, interstate = _contest_rows(structure, at)
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
    unordered_pairs = [
        (i, j, identity(states[i], states[j])) for i in range(len(states)) for j in range(i + 1, len(states))
    ]
    ties = [
        (at[patron], at[client], lever_at[lever], int(lever == "arms"), int(lever == "remittances"))
        for patron, client, lever in structure.ties
    ]
    dyads, by_dyad = _dyads(ties)
    return Wiring(
        states=_table(StateWire, [(identity(code),) for code in states]),
        unordered_pairs=_table(UnorderedPairWire, unordered_pairs),
        ties=_table(TieWire, ties),
        groups=_table(GroupWire, _groups(structure)),
        dyads=_table(DyadWire, dyads),
        by_dyad=np.array(by_dyad, np.int64),
        contests=_table(ContestWire, contests),
        interstate=_table(InterstateWire, interstate),
        parties=_table(PartyWire, parties),
        rivals=_table(VoteWire, _vote_rows(structure, at, "rivals")),
        sanctioners=_table(VoteWire, _vote_rows(structure, at, "sanctioners")),
        rivalries=_table(RivalryWire, _rivalry_rows(structure)),
        events=_table(EventWire, events),
        opposes=opposes,
        tied=tied,
        feels=_feels(len(states), contests, interstate, parties, ties),
        party_of=party_of,
        available=np.array(available, np.int64).reshape(len(parties), len(structure.postures)),
        menu_side=np.array([side for _, side in structure.postures], np.int64),
        clients=np.array([at[code] for code in structure.clients], np.int64),
        patrons=np.array([at[code] for code in structure.patrons], np.int64),
        times=np.array(times, np.int64),
    )
