"""What can be asked of a stored design, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.sensitivity.answer import Answer
from sim.analysis.sensitivity.cube import Cube, read_cube
from sim.analysis.sensitivity.paired import paired
from sim.analysis.sensitivity.parts import DRAWN, Part, parts_of
from sim.analysis.sensitivity.sentences import of_effects, of_tables
from sim.analysis.sensitivity.tables import correlated, drawn_indices, skewed, surfaces, walked
from sim.errors import ResultsError

if TYPE_CHECKING:
    from sim.results.stored import Stored

ONE = "with one replicate a point, noise cannot be told from effects: lower ends allow for the most there may be"
PAIRS = "with two replicates, chance that all points share is not in the intervals of indices"


def questions(results: Stored) -> dict[str, str]:
    """What the stored design can be asked, each with the reason, by the kind of answer."""
    sampling = results.manifest.get("sampling") or {}
    kinds = _kinds(sampling)
    found = {}
    if any(factor.get("values") for factor in results.manifest["factors"]):
        found["effects"] = "the design has levels: they are compared in pairs of runs that share their chance events"
    asked = [f"{kind}: {WHAT[kind]}" for kind in kinds if kind in WHAT]
    if asked:
        found["sensitivity"] = "; ".join(asked)
    found["discovery"] = "any design: where outcomes lie in a region, with --region EXPR"
    return found


WHAT = {
    "morris": "mean size and spread of elementary effects",
    "saltelli": "indices of variance, first and total order",
    **dict.fromkeys(DRAWN, "rank correlations, and distances of distributions for skewed outcomes"),
}
"""What each kind of design is asked."""


def effects(results: Stored, outcomes: Sequence[str] | None = None) -> Answer:
    """Paired effects of levels over worlds, with regrets of policies; see `Results.effects`."""
    return effects_of(read_cube(results, outcomes))


def effects_of(cube: Cube) -> Answer:
    """Paired effects of levels; raises ResultsError where no two points differ in one factor alone."""
    table, regrets = paired(cube)
    if table.empty:
        raise ResultsError("no two points differ in the level of one factor alone, so that there are no paired effects")
    tables = {"effects": table} | ({"regret": regrets} if len(regrets) else {})
    return Answer("effects", (*of_effects(table, regrets, cube.manifest["scenario"]), *cube.said), tables)


def sensitivity(results: Stored, outcomes: Sequence[str] | None = None) -> Answer:
    """What outcomes vary with, by the method that the design was drawn for; see `Results.sensitivity`."""
    return sensitivity_of(read_cube(results, outcomes))


def sensitivity_of(cube: Cube) -> Answer:
    """What outcomes vary with; raises ResultsError for a design that draws no numbers."""
    tables: dict[str, list[pd.DataFrame]] = {}
    said: list[str] = []
    for part in parts_of(cube):
        for name, table, words in _asked(cube, part):
            if len(table):
                tables.setdefault(name, []).append(table)
            said += words
    if not tables:
        reason = "; ".join(said) or "the design draws nothing by Morris, Saltelli or at random"
        raise ResultsError(f"there is nothing to rank: {reason}")
    joined = {name: pd.concat(found, ignore_index=True) for name, found in tables.items()}
    ranked = any(name in joined for name in ("sobol", "morris"))
    notes = {1: [ONE], 2: [PAIRS]}.get(cube.replicates, []) if ranked else []
    return Answer("sensitivity", (*of_tables(joined), *said, *notes, *cube.said), joined)


def _asked(cube: Cube, part: Part) -> list[tuple[str, pd.DataFrame, list[str]]]:
    """Tables that a part of a design gives, each with its name and what is to be said of it."""
    if part.kind == "saltelli":
        return [("sobol", *drawn_indices(cube, part))]
    if part.kind == "morris":
        return [("morris", *walked(cube, part))]
    if part.kind not in DRAWN or not len(part.design):
        return []
    ranks, words = correlated(cube, part)
    means = np.nanmean(part.values, axis=1) if np.isfinite(part.values).any(axis=1).all() else None
    if means is None or ranks.empty:
        return [("ranks", ranks, words)]
    return [("ranks", ranks, words), ("pawn", skewed(cube, part, means), []),
            ("surface", surfaces(cube, part, means, ranks), [])]  # fmt: skip


def _kinds(sampling: object) -> list[str]:
    if not isinstance(sampling, dict):
        return []
    if sampling.get("of"):
        return list(dict.fromkeys(kind for one in sampling["of"] for kind in _kinds(one)))
    return [str(sampling["design"])] if "design" in sampling else []
