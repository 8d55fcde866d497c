"""Tables of what outcomes vary with, one method each: a row for each outcome and factor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.sensitivity.cube import Cube
from sim.analysis.sensitivity.given import correlations
from sim.analysis.sensitivity.morris import elementary_effects, screened
from sim.analysis.sensitivity.parts import Part, in_blocks, numbers_of
from sim.analysis.sensitivity.pawn import is_skewed, pawn
from sim.analysis.sensitivity.sobol import indices
from sim.analysis.sensitivity.surface import surface
from sim.phrases import plural

Floats = NDArray[np.float64]


def drawn_indices(cube: Cube, part: Part) -> tuple[pd.DataFrame, list[str]]:
    """Indices of variance of Saltelli's design, in falling order of the total one."""
    blocks = in_blocks(part)
    if blocks is None:
        return pd.DataFrame(), [f"the {part.kind} design lacks points, and its indices need every one"]
    names, labels = _moved(cube, part)
    blocks = blocks[:, [*range(len(names) + 1), -1]]  # of a design of second order, without its mirrored points
    tables, said = [], []
    for o, outcome in enumerate(cube.outcomes):
        whole, words = _whole(blocks[..., o], outcome, "sample")
        said += words
        found = indices(whole) if len(whole) > 1 else None
        if found is not None:
            table = pd.DataFrame({"outcome": outcome, "factor": names, "label": labels,
                "first": found.first, "first_low": found.first_low, "first_high": found.first_high,
                "total": found.total, "total_low": found.total_low, "total_high": found.total_high,
                "total_half": found.half, "rank_low": found.ranks[0], "rank_high": found.ranks[1],
                "samples": len(whole)})  # fmt: skip
            tables.append(table.sort_values("total", ascending=False, kind="stable"))
            if (found.total_low > 1.0).any():
                said.append(
                    f"{outcome}: a total order index above 1 shows that {plural(len(whole), 'sample')} are too few"
                )
    return _joined(tables), said


def walked(cube: Cube, part: Part) -> tuple[pd.DataFrame, list[str]]:
    """Elementary effects of Morris's design, in falling order of their mean size."""
    blocks = in_blocks(part)
    if blocks is None:
        return pd.DataFrame(), [f"the {part.kind} design lacks points, and its trajectories need every one"]
    problem = part.sampling["problem"]
    numbers = part.design[problem["names"]].to_numpy(dtype=np.float64).reshape(*blocks.shape[:2], -1)
    levels = int(part.sampling["levels"])
    groups = problem.get("groups") or problem["names"]
    names, labels = _moved(cube, part)
    single = np.array([list(groups).count(group) == 1 for group in dict.fromkeys(groups)])
    tables, said = [], []
    for o, outcome in enumerate(cube.outcomes):
        held = np.isfinite(blocks[..., o]).all(axis=(1, 2))
        whole, words = _whole(blocks[..., o], outcome, "trajectory", "trajectories")
        said += words
        if len(whole) < 2:
            continue
        found = screened(elementary_effects(numbers[held], whole, groups, levels / (2.0 * (levels - 1))))
        table = pd.DataFrame({"outcome": outcome, "factor": names, "label": labels,
            "mu_star": found.size, "mu_star_low": found.low, "mu_star_high": found.high,
            "mu": np.where(single, found.mean, np.nan), "sigma": np.where(single, found.sigma, np.nan),
            "mu_star_half": found.half, "rank_low": found.ranks[0], "rank_high": found.ranks[1],
            "trajectories": len(whole)})  # fmt: skip
        tables.append(table.sort_values("mu_star", ascending=False, kind="stable"))
    return _joined(tables), said


def correlated(cube: Cube, part: Part) -> tuple[pd.DataFrame, list[str]]:
    """Rank correlations of the numbers that were drawn, the partial one where there are points enough."""
    paths, numbers = numbers_of(part)
    tables: list[pd.DataFrame] = []
    if not paths:
        return pd.DataFrame(), []
    for o, outcome in enumerate(cube.outcomes):
        found = correlations(numbers, part.values[:, :, o])
        if found is None:
            return pd.DataFrame(), [f"{plural(len(part.values), 'point')} are too few for rank correlations"]
        partial = found.partial or (np.full(len(paths), np.nan),) * 3
        leading = found.partial or found.rank
        table = pd.DataFrame({"outcome": outcome, "factor": paths, "label": [cube.label(path) for path in paths],
            "spearman": found.rank[0], "spearman_low": found.rank[1], "spearman_high": found.rank[2],
            "partial": partial[0], "partial_low": partial[1], "partial_high": partial[2], "half": found.half,
            "points": len(part.values)})  # fmt: skip
        tables.append(table.iloc[np.argsort(-np.abs(leading[0]), kind="stable")])
    few = [] if np.isfinite(tables[0]["partial"]).all() else [
        f"{plural(len(part.values), 'point')} are too few for partial correlations of {plural(len(paths), 'number')}"
    ]  # fmt: skip
    return _joined(tables), few


def skewed(cube: Cube, part: Part, means: Floats) -> pd.DataFrame:
    """Distances of distributions (PAWN) of the outcomes that are skewed; means by point have the shape (n, O)."""
    paths, numbers = numbers_of(part)
    tables = []
    for o, outcome in enumerate(cube.outcomes):
        found = pawn(numbers, means[:, o]) if is_skewed(means[:, o]) else None
        if found is not None:
            table = pd.DataFrame({"outcome": outcome, "factor": paths, "label": [cube.label(path) for path in paths],
                "pawn": found[0], "pawn_low": found[1], "pawn_high": found[2]})  # fmt: skip
            tables.append(table.sort_values("pawn", ascending=False, kind="stable"))
    return _joined(tables)


def surfaces(cube: Cube, part: Part, means: Floats, ranks: pd.DataFrame) -> pd.DataFrame:
    """Each outcome over the two numbers that it is ranked highest with; means by point have the shape (n, O)."""
    paths, numbers = numbers_of(part)
    tables = []
    for o, outcome in enumerate(cube.outcomes):
        first = ranks[ranks["outcome"] == outcome]["factor"].tolist()[:2]
        found = surface(numbers[:, [paths.index(one) for one in first]], means[:, o]) if len(first) == 2 else None
        if found is not None:
            tables.append(pd.DataFrame({"outcome": outcome, "first": first[0], "second": first[1],
                "at_first": found.at[:, 0], "at_second": found.at[:, 1], "height": found.height,
                "explained": found.explained}))  # fmt: skip
    return _joined(tables)


def _moved(cube: Cube, part: Part) -> tuple[list[str], list[str]]:
    """What a design moves, in its order: factors by column and label, groups by their name."""
    problem = part.sampling["problem"]
    names: Sequence[str] = problem["names"]
    groups = list(dict.fromkeys(problem.get("groups") or names))
    paths = [one.removesuffix(":level") for one in groups]
    return paths, [cube.label(one) for one in paths]


def _whole(blocks: Floats, outcome: str, noun: str, nouns: str = "") -> tuple[Floats, list[str]]:
    """Blocks in which no run is missing, and what is to be said of the others."""
    held = np.isfinite(blocks).all(axis=(1, 2))
    left = int((~held).sum())
    return blocks[held], [f"{outcome}: {plural(left, noun, nouns)} with failed runs left out"] if left else []


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
