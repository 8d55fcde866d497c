"""Outlines of states: rings of points projected onto a plane, cut to a box, and the place for a name inside them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.figures.drawing import short_numbers

Points: TypeAlias = NDArray[np.float64]
"""Points as rows, shape (n, 2): degrees east and north, or kilometres on the map's plane."""
EARTH = 6371.0
"""Radius in kilometres."""
FARTHEST = -0.7
"""Cosine of the angle beyond which the projection tears outlines apart: they are left out."""
MARGIN, LEAST_MARGIN = 0.06, 30.0
"""Ground around the clients: a share of their width and height, and kilometres."""
REACH = 0.8
"""How far beyond that outlines are kept, in widths: wide and tall screens show more."""
LARGE, NEAR = 0.25, 0.5
"""What is not of a state's bulk is smaller than a quarter of its largest part, and lies farther from that part than
half its width or height."""
LATTICE = 48
"""Places tried in each direction for a state's name."""


def ring(text: str) -> Points:
    """A ring from its text, ``longitude latitude, ...``."""
    return np.array([[float(part) for part in position.split()] for position in text.split(", ")])


def bulk(rings: list[Points]) -> list[Points]:
    """The rings of a state without far and small parts, which would make the rest too small to be seen."""
    sizes = [area(project(one, middle([one]))) for one in rings]
    largest = rings[int(np.argmax(sizes))]
    plane = [project(one, middle([largest])) for one in rings]
    home = plane[int(np.argmax(sizes))]
    if not len(home):  # it goes round the Earth
        return rings
    low, high = home.min(axis=0), home.max(axis=0)
    reach = NEAR * float((high - low).max())

    def near(flat: Points) -> bool:
        return bool(len(flat) and (flat.max(axis=0) > low - reach).all() and (flat.min(axis=0) < high + reach).all())

    return [
        one for one, flat, size in zip(rings, plane, sizes, strict=True) if size >= LARGE * max(sizes) or near(flat)
    ]


def area(ring: Points) -> float:
    """Area that a ring encloses, whichever way it runs."""
    x, y = ring.T
    return abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2


def on_sphere(degrees: Points) -> NDArray[np.float64]:
    """Unit vectors of places, shape (n, 3)."""
    east, north = np.radians(degrees).T
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1)


def middle(rings: list[Points]) -> NDArray[np.float64]:
    """Axes of a view from above the middle of some rings: up, east and north there, shape (3, 3)."""
    mean = np.mean([on_sphere(one).mean(axis=0) for one in rings], axis=0)
    up = unit(mean, np.array([1.0, 0.0, 0.0]))
    east = unit(np.array([-up[1], up[0], 0.0]), np.array([0.0, 1.0, 0.0]))
    return np.stack([up, east, np.cross(up, east)])


def unit(vector: NDArray[np.float64], otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    """A vector at length 1, or another one if it has no direction."""
    length = np.sqrt((vector**2).sum())
    return vector / length if length > 1e-9 else otherwise


def project(degrees: Points, axes: NDArray[np.float64]) -> Points:
    """A ring in kilometres by Lambert's azimuthal equal-area projection; empty on the far side of the Earth.

    Source: Snyder (1987), Map Projections: A Working Manual, equations 24-2 to 24-4.
    """
    up, east, north = axes @ on_sphere(degrees).T
    if up.min() < FARTHEST:
        return np.empty((0, 2))
    scale = EARTH * np.sqrt(2 / (1 + up))
    return np.stack([scale * east, scale * north], axis=1)


def around(rings: list[Points]) -> Points:
    """Box around some rings with a margin: left, bottom, right, top."""
    points = np.concatenate(rings)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.maximum(MARGIN * (high - low), LEAST_MARGIN)
    return np.concatenate([low - margin, high + margin])


def widen(box: Points) -> Points:
    """What the widest and the tallest screen may show around a box."""
    reach = REACH * max(box[2] - box[0], box[3] - box[1])
    return np.concatenate([box[:2] - reach, box[2:] + reach])


def cut(points: Points, box: Points) -> Points:
    """The part of a ring inside a box, itself a ring (Sutherland and Hodgman 1974)."""
    for axis, edge, sign in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        if not len(points):
            break
        depth = sign * (points[:, axis] - edge)
        before, last = np.roll(points, 1, axis=0), np.roll(depth, 1)
        kept: list[Points] = []
        for here, there, now, then in zip(points, before, depth, last, strict=True):
            if (now < 0) != (then < 0):
                kept.append(there + (here - there) * then / (then - now))
            if now >= 0:
                kept.append(here)
        points = np.array(kept).reshape(-1, 2)
    return points


def cut_all(rings: list[Points], box: Points) -> list[Points]:
    """What of some rings is inside a box and is an area."""
    return [piece for one in rings if len(piece := cut(one, box)) > 2]


def inside(rings: list[Points], box: Points) -> list[float | None]:
    """The point inside some rings and a box that lies farthest from any edge; empty if none does."""
    pieces = cut_all(rings, box)
    if not pieces:
        return []
    points = np.concatenate(pieces)
    low, high = points.min(axis=0), points.max(axis=0)
    steps = (np.arange(LATTICE) + 0.5) / LATTICE
    lattice = low + (high - low) * np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    starts = np.concatenate(pieces)
    ends = np.concatenate([np.roll(piece, -1, axis=0) for piece in pieces])
    within, distance = enclosed(lattice, starts, ends)
    best = int(np.argmax(np.where(within, distance, -1.0)))
    return short_numbers(lattice[best], 1) if within[best] else []


def enclosed(points: Points, starts: Points, ends: Points) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whether each point lies inside the edges (even-odd rule), and how far it is from the nearest of them."""
    rows = points[:, None, :]
    edge = ends - starts
    crosses = (starts[:, 1] > rows[..., 1]) != (ends[:, 1] > rows[..., 1])
    rise = np.where(edge[:, 1] == 0, 1.0, edge[:, 1])
    left = rows[..., 0] < starts[:, 0] + (rows[..., 1] - starts[:, 1]) / rise * edge[:, 0]
    length = np.maximum((edge**2).sum(axis=1), 1e-9)
    along = np.clip(((rows - starts) * edge).sum(axis=2) / length, 0, 1)
    distance = np.sqrt(((starts + along[..., None] * edge - rows) ** 2).sum(axis=2))
    return (crosses & left).sum(axis=1) % 2 == 1, distance.min(axis=1)
