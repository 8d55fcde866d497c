"""Claims whose answers are known, because the runs are made up, and a small file of claims that can be run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import load_scenario
from sim.comparison.claims.arms import Size
from sim.comparison.claims.claim import (
    FULL,
    LADDER,
    MECHANISM,
    REFERENCE,
    Claim,
    ClaimsFile,
    Measure,
    Part,
    Settings,
    World,
)  # fmt: skip
from sim.comparison.claims.judge import judge

Floats = NDArray[np.float64]
SETS, REPLICATES = 60, 20
WORLDS = (
    World("full", "the whole model", FULL),
    World("without-it", "without it", MECHANISM),
    World("at-random", "third parties choose at random", REFERENCE),
    World("beside", "without something else", LADDER),
)

SMALL = """\
name: small
title: Small claims
worlds:
  at-random: {label: third parties choose at random, reference: true, set: {behaviour.rationality: 0}}
  shuffled: {label: alignments are shuffled, shuffle: "alignments.*"}
claims:
  C1:
    text: A patron that fights decides the war
    source: invented
    asks: consequence
    parts:
      ground:
        text: The challenger holds more where the patron fights for it
        treatment: {contests.VAL.parties.ALD.posture_policy: fight-challenger}
        baseline: {contests.VAL.parties.ALD.posture_policy: abstain}
        outcome: "control.VAL:final"
        expect: more
        mechanisms: {help: {behaviour.commit: 0, behaviour.reach: 0, behaviour.boldness: 0}}
      nothing:
        text: What a state's attention is taken by at the far side of the model makes no difference
        treatment: {states.COR.distraction: 0.3}
        outcome: "control.VAL:final"
        expect: same
        margin: 0.05
        mechanisms: {its-arms: {states.COR.capability: 0.1}}
"""


@dataclass(frozen=True)
class Planted:
    """Runs whose effects were made up, by world."""

    effects: Mapping[str, Floats]

    def effect(self, part: Part, world: World) -> Floats:
        """Effect in a world."""
        return self.effects.get(world.name, np.zeros((SETS, REPLICATES)))

    def arm(self, part: Part, settings: Settings) -> Floats:
        """Measure of an arm: 0 in half of the runs and 2 in the others, so that their standard deviation is 1."""
        return np.tile([0.0, 2.0], (SETS, REPLICATES // 2))


def effects(mean: float, *, noise: float = 0.3, between: float = 0.0, seed: int = 1, ends: Any = None) -> Floats:
    """Effects with a mean, noise by run, and a spread between worlds; or between the `ends`, evenly over worlds."""
    draws = np.random.default_rng(seed)
    own = mean + between * draws.standard_normal(SETS) if ends is None else np.linspace(*ends, SETS)
    return own[:, None] + noise * draws.standard_normal((SETS, REPLICATES))


@pytest.fixture(scope="session")
def judged() -> Callable[..., dict[str, Any]]:
    """Judge one part with made-up effects by world; `others` are full effects of further parts."""
    scenario = load_scenario("two-rivals-one-patron")
    numbers = np.random.default_rng(3).random((SETS, 4))
    numbers[:, 2] = np.linspace(0, 1, SETS)
    arms = SimpleNamespace(worlds=numbers, paths=("a", "b", "turning", "d"))

    def run(
        found: Mapping[str, Floats], expect: str = "more", asks: str = "reason", margin: float = 0.0
    ) -> dict[str, Any]:
        part = Part("C", "p", "what is expected", "", asks, expect, (), (("x", 1.0),), None, Measure(("control.VAL:final",)),
                    margin, WORLDS)  # fmt: skip
        file = ClaimsFile("made", "Made", "none", "", (), {"": scenario}, (Claim("C", "claim", "invented", (part,)),))
        size = Size(SETS, REPLICATES)
        return judge(file, {"": arms}, {"": Planted(found)}, size)[0]  # type: ignore[dict-item]

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A file of claims about the smallest scenario."""
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file
