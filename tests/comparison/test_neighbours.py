"""Pairs of points that differ in one factor alone, in designs of any size."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd

from sim.comparison.neighbours import Neighbours


def test_a_design_of_many_points_is_not_held_again() -> None:
    drawn = pd.DataFrame(np.random.default_rng(1).random((20_000, 40))).assign(policy=np.tile(["a", "b"], 10_000))
    columns = [column for _, column in drawn.items()]
    own = int(drawn[[*range(40)]].memory_usage(index=False).sum())
    tracemalloc.start()
    found = Neighbours(columns)
    assert found.from_first(40, ["a", "b"])[0].shape == (0, 2)
    assert len(found.upward(0, np.zeros(20_000, np.int64))) == 0
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < own


def test_pairs_differ_in_one_factor_alone() -> None:
    rng = np.random.default_rng(2)
    design = pd.DataFrame({"a": rng.integers(0, 3, 60), "b": rng.integers(0, 4, 60), "c": rng.choice(["x", "y"], 60)})
    found = Neighbours([column for _, column in design.items()])
    assert found.levels(2) == ["x", "y"]
    (pairs,) = found.from_first(2, ["x", "y"])
    rest = design[["a", "b"]].to_numpy()
    worlds = {tuple(row) for row in rest[design["c"] == "x"]} & {tuple(row) for row in rest[design["c"] == "y"]}
    assert len(worlds) > 2
    assert (design["c"].to_numpy()[pairs] == ["x", "y"]).all()
    assert (rest[pairs[:, 0]] == rest[pairs[:, 1]]).all()
    assert {tuple(row) for row in rest[pairs[:, 1]]} == worlds
