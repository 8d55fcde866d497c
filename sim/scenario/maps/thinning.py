"""Fewer positions for the rings of a map, so that neighbours keep their common border.

Whether a position stays depends on the position alone, never on the ring that holds it. What two rings share they
therefore share afterwards. Positions are weighed by the method of Douglas and Peucker (1973), from one junction of
borders to the next.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Numbers = NDArray[np.int64]

FINEST = 1e-5
"""Distance at which thinning begins, in radii of the Earth: 64 m."""
COARSER = 1.25
DEEPEST = 200
"""Most times that a border is divided: what is nearly straight after so many divisions is taken for straight."""
TRIANGLE = 3


def thin(rings: Sequence[Points], kept: Sequence[bool], most: int) -> list[Points]:
    """Leave out positions until at most so many remain.

    Parameters
    ----------
    rings : sequence of ndarray, shape (n, 2)
        Closed rings in degrees east and north.
    kept : sequence of bool
        Which rings keep a triangle at least; others vanish where they are too small.
    most : int
        How many positions may remain, if the junctions and triangles to keep are not more.

    Returns
    -------
    list of ndarray
        Each ring with fewer positions, closed; empty for one that vanished.
    """
    if sum(map(len, rings)) <= most:
        return list(rings)
    places, numbers = _numbered(rings)
    weight = _weights(places, numbers)
    for ring, stays in zip(numbers, kept, strict=True):
        if stays:
            inner = ring[np.isfinite(weight[ring])]
            weight[inner[np.argsort(-weight[inner], kind="stable")[: TRIANGLE - 1]]] = np.inf
    distance = FINEST
    while _count(weight, numbers, distance) > most and distance < 1:
        distance *= COARSER
    return [_closed(places[ring[weight[ring] >= distance]]) for ring in numbers]


def _numbered(rings: Sequence[Points]) -> tuple[Points, list[Numbers]]:
    """Distinct places, and the number of each position of the rings, which are open now."""
    every = np.concatenate([ring[:-1] for ring in rings])
    distinct, number = np.unique(every[:, 0] + 1j * every[:, 1], return_inverse=True)
    ends = np.cumsum([len(ring) - 1 for ring in rings])[:-1]
    return np.column_stack([distinct.real, distinct.imag]), np.split(number.reshape(-1).astype(np.int64), ends)


def _weights(places: Points, numbers: Sequence[Numbers]) -> NDArray[np.float64]:
    """Weight of each place: how far borders would move without it; infinite where borders part."""
    anchor = _junctions(numbers, len(places))
    for ring in numbers:
        if not anchor[ring].any():
            anchor[ring.min()] = True
    turned = [np.roll(ring, -int(np.argmax(anchor[ring]))) for ring in numbers]
    chain = np.concatenate([np.append(ring, ring[0]) for ring in turned])
    weight = np.where(anchor, np.inf, 0.0)
    np.maximum.at(weight, chain, _significance(_on_sphere(places)[chain], anchor[chain]))
    return weight


def _junctions(numbers: Sequence[Numbers], count: int) -> NDArray[np.bool_]:
    """Places that do not have the same two neighbours wherever they occur."""
    here = np.concatenate(numbers)
    before = np.concatenate([np.roll(ring, 1) for ring in numbers])
    after = np.concatenate([np.roll(ring, -1) for ring in numbers])
    pair = np.minimum(before, after) * count + np.maximum(before, after)
    usual = np.zeros(count, np.int64)
    usual[here] = pair
    found = np.zeros(count, np.bool_)
    found[here[pair != usual[here]]] = True
    return found


def _on_sphere(degrees: Points) -> Points:
    """Unit vectors of places, shape (n, 3): no edge is torn by the antimeridian or a pole."""
    east, north = np.radians(degrees).T
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _significance(points: Points, fixed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weight of each point of a chain whose fixed points stay, all stretches between them divided at once."""
    index = np.arange(len(points))
    weight = np.where(fixed, np.inf, 0.0)
    for _ in range(DEEPEST):
        anchors = np.flatnonzero(weight)
        stretch = np.searchsorted(anchors, index, side="right") - 1
        left, right = anchors[stretch], anchors[np.minimum(stretch + 1, len(anchors) - 1)]
        distance = _from_chord(points, points[left], points[right])
        distance[anchors] = 0
        farthest = np.maximum.reduceat(distance, anchors)
        first = np.minimum.reduceat(np.where(distance == farthest[stretch], index, len(points)), anchors)
        found = first[farthest > FINEST]
        if not len(found):
            break
        weight[found] = np.minimum(distance[found], np.minimum(weight[left[found]], weight[right[found]]))
    return weight


def _from_chord(points: Points, start: Points, end: Points) -> NDArray[np.float64]:
    """Distance of each point from the chord between two others."""
    chord = end - start
    length = np.maximum((chord**2).sum(axis=1), 1e-30)
    along = np.clip(((points - start) * chord).sum(axis=1) / length, 0, 1)
    away: NDArray[np.float64] = np.sqrt(((start + along[:, None] * chord - points) ** 2).sum(axis=1))
    return away


def _count(weight: NDArray[np.float64], numbers: Sequence[Numbers], distance: float) -> int:
    """Positions that remain, closing ones included; of a ring that vanishes none does."""
    left = [int(np.count_nonzero(weight[ring] >= distance)) for ring in numbers]
    return sum(count + 1 for count in left if count >= TRIANGLE)


def _closed(ring: Points) -> Points:
    """The ring with its first position again at the end; empty if it encloses nothing."""
    return np.concatenate([ring, ring[:1]]) if len(ring) >= TRIANGLE else ring[:0]
