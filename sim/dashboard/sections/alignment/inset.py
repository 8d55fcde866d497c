"""The part of the map in which states lie close together and are too small for their names: it is drawn enlarged."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from sim.dashboard.sections.alignment.outlines import Points, area, around

SMALL = 0.1
"""A state is small whose side, the root of its area, is less than this share of the picture's width: a name with its
number would cover it."""
NEAR = 0.5
"""States are close together whose bounds are no farther apart than half the longer side of the two."""
WIDEST = 0.3
"""Share of the picture's width and height above which drawing a part again enlarges little."""


def inset(states: Mapping[str, list[Points]], box: Points) -> Points | None:
    """Box around the largest group of small states that lie close together; None where there are fewer than two.

    Parameters
    ----------
    states : mapping
        Rings of each state that shows, by code, each of shape (n, 2), in kilometres.
    box : ndarray, shape (4,)
        What the picture shows: left, bottom, right, top in kilometres.
    """
    size = box[2:] - box[:2]
    small = {code: rings for code, rings in states.items() if sum(map(area, rings)) < (SMALL * size[0]) ** 2}
    boxes = [around([one for code in group for one in small[code]]) for group in groups(small) if len(group) > 1]
    fitting = [one for one in boxes if ((one[2:] - one[:2]) <= WIDEST * size).all()]
    return fitting[0] if fitting else None


def groups(states: Mapping[str, list[Points]]) -> list[set[str]]:
    """Codes of states that lie close together, directly or by others between them; the largest group first."""
    bounds = {code: bounds_of(rings) for code, rings in states.items()}
    found = [{code} for code in states]
    for pair in combinations(states, 2):
        if close(*(bounds[code] for code in pair)):
            touched = [group for group in found if group & set(pair)]
            found = [group for group in found if group not in touched] + [set.union(*touched)]
    return sorted(found, key=lambda group: (-len(group), min(group)))


def bounds_of(rings: list[Points]) -> Points:
    """Left, bottom, right and top of some rings."""
    points = np.concatenate(rings)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def close(first: Points, second: Points) -> bool:
    """Whether two bounds are no farther apart than ``NEAR`` of the longer side of the two."""
    gap = np.maximum(0.0, np.maximum(first[:2] - second[2:], second[:2] - first[2:])).max()
    longest = max(float((one[2:] - one[:2]).max()) for one in (first, second))
    return bool(gap <= NEAR * longest)
