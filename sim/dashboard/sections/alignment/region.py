"""The region as filled polygons: outlines projected, cut to what can be seen, and a place for each name."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.figures.drawing import short_numbers
from sim.dashboard.study import Study

Points: TypeAlias = NDArray[np.float64]
"""Points as rows, shape (n, 2): degrees east and north, or kilometres on the map's plane."""
KINDS = ("influence", "alignment")
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


def region(study: Study) -> dict[str, Any] | None:
    """The map of a scenario, or None if it has none or shows no state of interest.

    Returns
    -------
    dict or None
        ``box``: what every screen shows, left, bottom, right, top in kilometres; ``shapes``: a code, or null for
        ground around the states, with ``rings`` of points; ``labels``: a point inside each
        state that shows, by code; ``outside``: names of states of which a part lies outside the box, far from the
        rest; ``contests``: a point for each dispute, between its sides or in its host; ``views``: what the map can be
        coloured by, influence of a patron or alignment toward it.
    """
    given = {code: [ring(text) for text in rings] for code, rings in (study.scenario.get("map") or {}).items()}
    central = [code for code in given if code in centre_of(study)] or [code for code in study.states if code in given]
    if not central:
        return None
    bulks = {code: bulk(given[code]) for code in central}
    axes = middle([one for parts in bulks.values() for one in parts])
    plane = {code: [flat for one in rings if len(flat := project(one, axes))] for code, rings in given.items()}
    shown = [flat for parts in bulks.values() for one in parts if len(flat := project(one, axes))]
    if not shown:
        return None
    box = around(shown)
    frame = widen(box)
    kept = {code: [piece for one in rings if len(piece := cut(one, frame))] for code, rings in plane.items()}
    states = [code for code in study.states if kept.get(code)]
    ground = [one for code, rings in kept.items() if code not in study.states for one in rings]
    labels = {code: inside(kept[code], box) for code in states}
    labels = {code: place for code, place in labels.items() if place}
    return {
        "box": short_numbers(box, 1),
        "shapes": [shape(None, ground), *(shape(code, kept[code]) for code in states)],
        "labels": labels,
        "outside": [study.name(code) for code in central if any_outside(given[code], axes, box)],
        "contests": theatres(study, labels),
        "views": [
            {"kind": kind, "code": patron, "name": study.name(patron)} for kind in KINDS for patron in study.patrons
        ],
    }


def centre_of(study: Study) -> set[str]:
    """Codes of the states that the map is about: clients, and sides or hosts of contests."""
    sides = {code for contest in study.contests for code in (contest.host, contest.challenger, contest.holder) if code}
    return set(study.clients) | sides


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


def any_outside(rings: list[Points], axes: NDArray[np.float64], box: Points) -> bool:
    """Whether a ring lies outside a box, or on the far side of the Earth."""
    return any(not len(flat := project(one, axes)) or not len(cut(flat, box)) for one in rings)


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


def shape(code: str | None, rings: list[Points]) -> dict[str, Any]:
    """Rings of one state, points to a tenth of a kilometre."""
    return {"code": code, "rings": [[short_numbers(point, 1) for point in one] for one in rings]}


def inside(rings: list[Points], box: Points) -> list[float | None]:
    """The point inside some rings and a box that lies farthest from any edge; empty if none does."""
    pieces = [piece for one in rings if len(piece := cut(one, box)) > 2]
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


def theatres(study: Study, labels: dict[str, list[float | None]]) -> list[dict[str, Any]]:
    """Where each dispute is: in its host, or halfway between its sides."""
    found = []
    for contest in study.contests:
        sides = [contest.host] if contest.host else [contest.challenger, contest.holder]
        places = [labels[side] for side in sides if side in labels]
        if len(places) == len(sides):
            x, y = short_numbers(np.mean(np.array(places, dtype=np.float64), axis=0), 1)
            found.append({"code": contest.code, "name": contest.name, "fighting": contest.fighting, "x": x, "y": y})
    return found
