"""Colours that mean different things stay apart for the three kinds of colour blindness, or differ in more than colour."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.dashboard.figures.drawing import DASHES, PALETTE
from sim.dashboard.page import page_style

pytestmark = pytest.mark.quick

SEEN = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "all colours": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}
"""What becomes of linear red, green and blue. Source: Machado, Oliveira and Fernandes (2009), IEEE Transactions on
Visualization and Computer Graphics 15, severity 1."""
XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
WHITE = [0.95047, 1.0, 1.08883]
LEAST = 10.0
"""Distance in CIELAB (1976) from which two colours are told apart at a glance."""
TOLD_BY_COLOUR = {
    "sides": ("challenger", "holder", "mediate", "quiet"),
    "phases": ("phase0", "phase1", "phase2", "phase3"),
    "lines of friends and foes": ("warm", "cool"),
    "cells, from hostile to close": ("hot", "middle", "cold"),
    "shares": ("low", "high"),
}


def colours(theme: str) -> dict[str, str]:
    """Colours of a theme by name."""
    named = {"light": ":root {", "dark": ':root[data-theme="dark"] {'}
    blocks = [page_style().split(named[one], 1)[1].split("}", 1)[0] for one in dict.fromkeys(("light", theme))]
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", " ".join(blocks)))


def lab(colour: str, sight: str) -> NDArray[np.float64]:
    """A colour in CIELAB as somebody with that sight has it."""
    coded = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    ratio = np.array(XYZ) @ np.clip(np.array(SEEN[sight]) @ linear, 0, 1) / np.array(WHITE)
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(first: str, second: str, sight: str) -> float:
    """Distance of two colours."""
    return float(np.linalg.norm(lab(first, sight) - lab(second, sight)))


@pytest.mark.parametrize("sight", SEEN)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("names", TOLD_BY_COLOUR.values(), ids=TOLD_BY_COLOUR)
def test_what_is_told_by_colour_is_seen_by_everybody(names: tuple[str, ...], theme: str, sight: str) -> None:
    known = colours(theme)
    for first, second in combinations(names, 2):
        assert apart(known[first], known[second], sight) >= LEAST, (first, second)


@pytest.mark.parametrize("sight", SEEN)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_states_of_like_colour_have_lines_of_another_kind(theme: str, sight: str) -> None:
    known = colours(theme)
    states = zip((known[one.removeprefix("$")] for one in PALETTE), DASHES, strict=True)
    for (first, dash), (second, other) in combinations(states, 2):
        assert apart(first, second, sight) >= LEAST or dash != other, (first, second)


def test_the_simulation_leaves_grey_as_it_is_and_confuses_orange_with_olive() -> None:
    for sight in SEEN:
        assert apart("#808080", "#000000", sight) == pytest.approx(apart("#808080", "#000000", "all colours"), abs=0.1)
    assert apart("#b84a00", "#8a6a00", "all colours") > LEAST > apart("#b84a00", "#8a6a00", "deuteranopia")
