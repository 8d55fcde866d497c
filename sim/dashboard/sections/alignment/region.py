"""The region as filled polygons: outlines projected, cut to what can be seen, and a place for each name."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.figures.drawing import short_numbers
from sim.dashboard.sections.alignment.inset import inset
from sim.dashboard.sections.alignment.outlines import (
    Points,
    around,
    bulk,
    cut,
    cut_all,
    inside,
    middle,
    project,
    ring,
    widen,
)
from sim.dashboard.study import Study

KINDS = ("influence", "alignment")


def region(study: Study) -> dict[str, Any] | None:
    """The map of a scenario, or None if it has none or shows no state of interest.

    Returns
    -------
    dict or None
        ``box``: what every screen shows, left, bottom, right, top in kilometres; ``inset``: the same of the part that
        is drawn once more, enlarged, or None; ``shapes``: a code, or null for ground around the states, with ``rings``
        of points; ``labels``: a point inside each state that shows, by code; ``outside``: names of states of which a
        part lies outside the box, far from the rest; ``contests``: a point for each dispute, between its sides or in
        its host; ``views``: what the map can be coloured by, influence of a patron or alignment toward it.
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
    enlarged = inset({code: cut_all(kept[code], box) for code in labels if code in central}, box)
    return {
        "box": short_numbers(box, 1),
        "inset": None if enlarged is None else short_numbers(enlarged, 1),
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


def any_outside(rings: list[Points], axes: NDArray[np.float64], box: Points) -> bool:
    """Whether a ring lies outside a box, or on the far side of the Earth."""
    return any(not len(flat := project(one, axes)) or not len(cut(flat, box)) for one in rings)


def shape(code: str | None, rings: list[Points]) -> dict[str, Any]:
    """Rings of one state, points to a tenth of a kilometre."""
    return {"code": code, "rings": [[short_numbers(point, 1) for point in one] for one in rings]}


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
