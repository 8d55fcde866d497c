"""Versions compared with the first one: of a design that is compared point by point, or of results put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.members import RESULTS
from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.variation import Variation
from sim.dashboard.findings.certainty import HARDLY, SMALL, change
from sim.dashboard.outcomes import Outcome
from sim.dashboard.statistics import Estimate
from sim.dashboard.study import Study, level

END = ":final"
DIFFERENCES = "differences"
"""Id of the matrix of differences."""
UNIT = {True: "percentage points", False: "in its own unit"}
"""Unit of a change, by whether its outcome is a share."""


@dataclass(frozen=True)
class Versions:
    """Versions, each compared with the first.

    Attributes
    ----------
    vary : Variation
    first : str
        The first version in words.
    names : mapping of level to str
        Each other one in words.
    pairs : mapping of level to ndarray of int64, shape (N, 2)
        Rows of the design: the first version's, and the other's second; several where each stands in several worlds.
    """

    vary: Variation
    first: str
    names: Mapping[Any, str]
    pairs: Mapping[Any, NDArray[np.int64]]

    @property
    def study(self) -> Study:
        """What is compared."""
        return self.vary.study

    @property
    def of_one_thing(self) -> bool:
        """Whether versions differ in one factor, or are results put together."""
        return len(self.study.factors) == 1 or any(factor["path"] == RESULTS for factor in self.study.factors)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Differences of each version from the first, version by version."""
        return tuple(effect for one, rows in self.pairs.items() for effect in self.vary.against("version", one, rows))

    @cached_property
    def clear(self) -> frozenset[Effect]:
        """Those that are clear of chance."""
        return self.vary.clear_of(self.effects)

    @cached_property
    def by_outcome(self) -> Mapping[Outcome, tuple[Effect, ...]]:
        """Differences by outcome: those that are clear first, and of these the largest."""
        found = {one: tuple(e for e in self.effects if e.outcome == one) for one in self.vary.outcomes}
        found = {outcome: effects for outcome, effects in found.items() if effects}
        order = sorted(found, key=lambda one: self._rank(self.strongest(found[one])), reverse=True)
        return {outcome: found[outcome] for outcome in order}

    def strongest(self, effects: Sequence[Effect]) -> Effect:
        """The largest difference of some, one that is clear before others."""
        return max(effects, key=self._rank)

    def _rank(self, effect: Effect) -> tuple[bool, float]:
        return effect in self.clear, float(np.nan_to_num(self.vary.share(effect)))

    def verb(self, effect: Effect) -> str:
        """What an outcome does in a version."""
        return change(effect.estimate, self.vary.most(effect.outcome), effect in self.clear)

    @cached_property
    def unmoved(self) -> tuple[Outcome, ...]:
        """Outcomes that hardly change in any version, over plausible sets in hardly any of these."""
        return tuple(one for one, effects in self.by_outcome.items() if all(map(self._still, effects)))

    def _still(self, effect: Effect) -> bool:
        estimate = effect.estimate
        widest = max(map(abs, estimate.assumptions)) if estimate.sets else 0.0
        return self.verb(effect) == HARDLY and not widest >= SMALL * self.vary.most(effect.outcome)

    def without_pairs(self, effect: Effect) -> Estimate:
        """The same difference as if no two runs had met the same chance events."""
        found = self.vary.apart("version", effect.level, self.pairs[effect.level])
        return next(one.estimate for one in found if one.outcome == effect.outcome)

    def open_ends(self) -> tuple[Outcome, ...]:
        """Outcomes that neither hardly change in every version nor clearly in any."""
        rest = {outcome: effects for outcome, effects in self.by_outcome.items() if outcome not in self.unmoved}
        return tuple(outcome for outcome, effects in rest.items() if not self.clear & {*effects})

    def over_time(self, effect: Effect) -> pd.DataFrame | None:
        """Difference of each pair of runs week by week: weeks as rows, pairs as columns.

        None where the weeks of the outcome, or of the runs of both, are not kept.
        """
        name = effect.outcome.column.removesuffix(END)
        if name not in self.study.series or not effect.outcome.column.endswith(END):
            return None
        points = self.vary.design["point"].to_numpy()[self.pairs[effect.level]]
        sides = [self._weeks(name, dict(zip(points[:, side], points[:, 0], strict=True))) for side in (0, 1)]
        moved = (sides[1] - sides[0]).dropna()
        return moved.unstack(["point", "replicate"]).sort_index() if len(moved) else None

    def _weeks(self, name: str, called: Mapping[int, int]) -> pd.Series:
        """Weeks of an outcome at some points, which are called by others, by point, replicate and week."""
        kept = self.study.series.loc[
            self.study.series["point"].isin(list(called)), ["point", "replicate", "week", name]
        ]
        return kept.assign(point=kept["point"].map(called)).set_index(["point", "replicate", "week"])[name]


def versions(vary: Variation | None) -> Versions | None:
    """Versions of results put together, or of a design that is compared point by point; None of any other."""
    if vary is None:
        return None
    study, points = vary.study, vary.design["point"].to_numpy()
    whole = next((factor for factor in study.factors if factor["path"] == RESULTS), None)
    if whole is not None:
        return _of_results(vary, whole)
    if not study.one_by_one:
        return None
    said = [_said(study, int(point), int(points[0])) for point in points]
    rows = range(1, len(points))
    pairs = {row: np.array([[0, row]], dtype=np.int64) for row in rows}
    return Versions(vary, said[0], {row: said[row] for row in rows}, pairs)


def _said(study: Study, point: int, first: int) -> str:
    """A version in words: its level, or of several factors those that it has not in common with the first."""
    row, base = (study.design[study.design["point"] == one].iloc[0] for one in (point, first))
    if len(study.factors) == 1:
        (factor,) = study.factors
        return level(factor, row[factor["path"]])
    named = [factor for factor in study.factors if point == first or row[factor["path"]] != base[factor["path"]]]
    return "; ".join(f"{factor['label']}: {level(factor, row[factor['path']])}" for factor in named)


def _of_results(vary: Variation, whole: Mapping[str, Any]) -> Versions | None:
    """Results put together, whose points follow each other in the same order."""
    first, *others = whole["values"]
    each = len(vary.study.design) // len(whole["values"])
    rows = {int(point): row for row, point in enumerate(vary.design["point"])}
    pairs: dict[Any, NDArray[np.int64]] = {}
    for place, name in enumerate(others, start=1):
        both = [(rows[one], rows[one + place * each]) for one in range(each) if {one, one + place * each} <= {*rows}]
        if both:
            pairs[name] = np.array(both, dtype=np.int64)
    return Versions(vary, str(first), {name: str(name) for name in pairs}, pairs) if pairs else None
