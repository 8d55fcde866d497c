"""The memory of a block of runs: records whose every field holds one value a lane.

All that a scenario gives lies in one array `inputs` of shape ``(P, W)`` and all that the model moves
in one array `state` of shape ``(S, W)``; the records of `Given` and `Now` are views of their rows. A
config path is therefore a row of `inputs`, and an outcome a row of `state`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import quantities as qt
from sim.kernel.buffers import Buffers
from sim.kernel.compiler import ByPointer
from sim.kernel.lanes import LANES
from sim.kernel.structure import Structure
from sim.kernel.wiring import Wiring

LINE = 8
"""Numbers in a cache line."""


class Given(NamedTuple):
    """What the scenario gives, each an array of records (see `sim.quantities`)."""

    behaviour: Any  # (1,) Behaviour
    weights: Any  # (1,) Weights
    levers: Any  # (K,) LeverKind
    states: Any  # (N,) StateTraits
    ties: Any  # (M,) TieTraits
    alignments: Any  # (N, N) AlignmentTraits
    proximity: Any  # (N, N) ProximityTraits; only [i < j] is read
    postures: Any  # (Q,) Posture
    contests: Any  # (C,) ContestTraits
    sides: Any  # (C, 2) SideTraits
    parties: Any  # (E,) PartyTraits
    relations: Any  # (E, 2) RelationTraits
    rivals: Any  # (V,) ConcernWeight
    sanctioners: Any  # (U,) ConcernWeight
    events: Any  # (D,) EventTraits


class Now(NamedTuple):
    """What the model moves, each an array of records, and the choice of postures."""

    states: Any  # (N,) StateNow
    ties: Any  # (M,) TieNow
    pairs: Any  # (N, N) PairNow
    alignment: NDArray[np.float64]  # (N, N, W) disposition of i toward j; compact, for loops over triads
    mutual: NDArray[np.float64]  # (N, N, W) mean alignment of a pair
    contests: Any  # (C,) ContestNow
    sides: Any  # (C, 2) SideNow
    parties: Any  # (E,) PartyNow
    relations: Any  # (E, 2) RelationNow
    patrons: Any  # (R,) PatronNow
    region: Any  # (1,) RegionNow
    chosen: Any  # (E,) Terms of the posture held
    utility: NDArray[np.float64]  # (E, Q, W)
    probability: NDArray[np.float64]  # (E, Q, W)


@dataclass(frozen=True, eq=False)
class World(ByPointer):
    """A block of `LANES` runs."""

    given: Given
    now: Now
    wiring: Wiring
    inputs: NDArray[np.float64]  # (P, W)
    base: NDArray[np.float64]  # (P, W) inputs before any event
    state: NDArray[np.float64]  # (S, W)
    buffers: Buffers
    reasons: Any  # (E or 0, Q) Terms of every posture
    keys: NDArray[np.uint64]  # (2, W) seed and replicate
    dt: float


@dataclass(frozen=True)
class Block:
    """One group of rows: a record class repeated over entities.

    Attributes
    ----------
    name : str
        Field of `Given` or `Now`.
    record : type
        Class in `sim.quantities`, or None for a plain array.
    shape : tuple of int
        Entities, the record's fields apart.
    first : int
        First row.
    """

    name: str
    record: type[qt.Record] | None
    shape: tuple[int, ...]
    first: int

    @property
    def width(self) -> int:
        """Rows an entity."""
        return len(qt.quantities(self.record)) if self.record else 1

    @property
    def rows(self) -> int:
        """Rows in all."""
        return int(np.prod(self.shape)) * self.width

    def row(self, index: tuple[int, ...], field: str = "") -> int:
        """Row of one field of one entity."""
        flat = int(np.ravel_multi_index(index, self.shape))
        offset = list(qt.quantities(self.record)).index(field) if self.record else 0
        return self.first + flat * self.width + offset

    def view(self, rows: NDArray[np.float64]) -> Any:
        """The group's rows seen as records with one lane array a field, or as a plain array."""
        part = rows[self.first : self.first + self.rows]
        return records(self.record, part, *self.shape) if self.record else part.reshape(*self.shape, LANES)

    def matrix(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The group's rows, shape (entities, rows an entity, lanes)."""
        return rows[self.first : self.first + self.rows].reshape(-1, self.width, LANES)


def record_dtype(record: type[qt.Record]) -> np.dtype[Any]:
    """NumPy dtype of a record: one field a quantity, each of shape ``(W,)``."""
    fields = [(name, np.float64, (LANES,)) for name in qt.quantities(record)]
    return np.dtype((np.record, np.dtype(fields, align=True)))


def lanes_of_zeros(*shape: int) -> NDArray[np.float64]:
    """Zeros of the given shape with lanes as last axis, aligned to a cache line.

    NumPy aligns to 16 bytes; a vector load that crosses two cache lines costs twice.
    """
    count = int(np.prod(shape)) * LANES
    raw = np.zeros(count + LINE)
    start = (-raw.ctypes.data // 8) % LINE
    return raw[start : start + count].reshape(*shape, LANES)


def records(record: type[qt.Record], rows: NDArray[np.float64], *shape: int) -> Any:
    """Rows seen as records of the given shape, with one lane array a field."""
    return rows.reshape(-1).view(record_dtype(record)).reshape(shape)


def records_of_zeros(record: type[qt.Record], *shape: int) -> Any:
    """Zeroed records of the given shape, aligned to a cache line."""
    return records(record, lanes_of_zeros(int(np.prod(shape)) * len(qt.quantities(record))), *shape)


def _stack(groups: list[tuple[str, type[qt.Record] | None, tuple[int, ...]]]) -> dict[str, Block]:
    """Lay groups one after another."""
    blocks: dict[str, Block] = {}
    first = 0
    for name, record, shape in groups:
        blocks[name] = Block(name, record, shape, first)
        first += blocks[name].rows
    return blocks


def given_blocks(structure: Structure) -> dict[str, Block]:
    """Rows of `inputs`, by field of `Given`."""
    n, c, e = len(structure.states), len(structure.contests), len(structure.parties)
    rivals = sum(len(party.rivals) for _, party in structure.parties)
    sanctioners = sum(len(party.sanctioners) for _, party in structure.parties)
    return _stack(
        [
            ("behaviour", qt.Behaviour, (1,)),
            ("weights", qt.Weights, (1,)),
            ("levers", qt.LeverKind, (len(structure.levers),)),
            ("states", qt.StateTraits, (n,)),
            ("ties", qt.TieTraits, (len(structure.ties),)),
            ("alignments", qt.AlignmentTraits, (n, n)),
            ("proximity", qt.ProximityTraits, (n, n)),
            ("postures", qt.Posture, (len(structure.postures),)),
            ("contests", qt.ContestTraits, (c,)),
            ("sides", qt.SideTraits, (c, 2)),
            ("parties", qt.PartyTraits, (e,)),
            ("relations", qt.RelationTraits, (e, 2)),
            ("rivals", qt.ConcernWeight, (rivals,)),
            ("sanctioners", qt.ConcernWeight, (sanctioners,)),
            ("events", qt.EventTraits, (len(structure.events),)),
        ]
    )


def now_blocks(structure: Structure) -> dict[str, Block]:
    """Rows of `state`, by field of `Now`."""
    n, c, e = len(structure.states), len(structure.contests), len(structure.parties)
    menu = len(structure.postures)
    return _stack(
        [
            ("states", qt.StateNow, (n,)),
            ("ties", qt.TieNow, (len(structure.ties),)),
            ("pairs", qt.PairNow, (n, n)),
            ("alignment", None, (n, n)),
            ("mutual", None, (n, n)),
            ("contests", qt.ContestNow, (c,)),
            ("sides", qt.SideNow, (c, 2)),
            ("parties", qt.PartyNow, (e,)),
            ("relations", qt.RelationNow, (e, 2)),
            ("patrons", qt.PatronNow, (len(structure.patrons),)),
            ("region", qt.RegionNow, (1,)),
            ("chosen", qt.Terms, (e,)),
            ("utility", None, (e, menu)),
            ("probability", None, (e, menu)),
        ]
    )


def size(blocks: dict[str, Block]) -> int:
    """Rows of all groups together."""
    return max(block.first + block.rows for block in blocks.values())
