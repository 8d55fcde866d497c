"""What outcomes vary with over the points of a design, told apart from chance.

`P` points, `R` replicates, `O` outcomes. Runs with one replicate number meet the same chance events at every point:
points are compared in pairs, and the replicate is the unit of chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.effect import Effect, Spread
from sim.dashboard.neighbours import Neighbours
from sim.dashboard.outcomes import Outcome, outcomes
from sim.dashboard.statistics import (
    Estimate,
    mean_of,
    parts_of_variance,
    rank_correlation,
    standard_error,
    student_half,
    student_p,
)
from sim.dashboard.study import MOST_LEVELS, Study

Floats = NDArray[np.float64]

LEVEL = 0.05
"""Expected share of false findings among the effects that are called clear of chance."""
NEGLIGIBLE = 0.01
"""Effects below this share of what an outcome can be are not told, however sure they are."""
ROUNDING = 1e-9
"""Differences below this share of an outcome's largest value are none."""
BLOCKS = {"morris": "trajectories", "saltelli": "samples"}
"""Designs whose points come in blocks, and what counts the blocks."""


@dataclass(frozen=True)
class Variation:
    """Outcomes of a design by point and replicate, and what they vary with.

    Attributes
    ----------
    study : Study
    outcomes : tuple of Outcome
    cube : ndarray, shape (P, R, O)
        NaN where a run is missing or has no value.
    design : DataFrame
        Number and factors of the P points.
    """

    study: Study
    outcomes: tuple[Outcome, ...]
    cube: Floats
    design: pd.DataFrame

    def spread(self, outcome: Outcome) -> Spread:
        """Distribution of one outcome over the points."""
        values = self.cube[:, :, self.outcomes.index(outcome)]
        means, by_replicate = mean_of(values, axis=1), mean_of(values, axis=0)
        held = means[np.isfinite(means)]
        low, middle, high = np.quantile(held, [0.05, 0.5, 0.95]).tolist() if len(held) else [float("nan")] * 3
        replicates = int(np.isfinite(by_replicate).sum())
        overall = float(mean_of(values.ravel(), axis=0))
        half = float(student_half(standard_error(by_replicate[:, None])[0], replicates))
        mean = Estimate(overall, overall - half, overall + half, replicates)
        return Spread(mean, low, middle, high, *parts_of_variance(values), means)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Effects of all factors on all outcomes, factor by factor."""
        return tuple(effect for place in range(len(self.study.factors)) for effect in self._effects_of(place))

    @cached_property
    def clear(self) -> frozenset[Effect]:
        """Effects that are clear of chance, all comparisons allowed for, and not negligible.

        Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57.
        """
        from sim.sweep.significance import benjamini_hochberg  # noqa: PLC0415 (scipy.stats takes a second to import)

        adjusted = benjamini_hochberg(np.array([effect.p for effect in self.effects]))
        sure = [effect for effect, p in zip(self.effects, adjusted, strict=True) if p <= LEVEL]
        return frozenset(effect for effect in sure if self.share(effect) >= NEGLIGIBLE)

    def share(self, effect: Effect) -> float:
        """Mean absolute size of an effect as a share of what its outcome can be; a correlation's is that of all."""
        most = 1.0 if effect.kind == "ranks" else self.most(effect.outcome)
        return effect.size / most if most > 0 else 0.0

    def most(self, outcome: Outcome) -> float:
        """The most that an outcome can be: 1 for a share, else what it is in some run."""
        return 1.0 if outcome.form.endswith("%") else float(self._scale[self.outcomes.index(outcome)])

    @cached_property
    def leveled(self) -> tuple[Mapping[str, Any], ...]:
        """Factors of few levels, of which there are effects."""
        with_levels = {effect.path for effect in self.effects if effect.level is not None}
        return tuple(factor for factor in self.study.factors if factor["path"] in with_levels)

    def of_levels(self, path: str) -> list[Effect]:
        """Effects of a factor's levels; empty for a number that was drawn."""
        return [effect for effect in self.effects if effect.path == path and effect.level is not None]

    @cached_property
    def of_numbers(self) -> Mapping[tuple[str, Outcome], Effect]:
        """Effects of numbers that were drawn, by factor and outcome."""
        return {(effect.path, effect.outcome): effect for effect in self.effects if effect.level is None}

    def strongest(self, outcome: Outcome) -> list[Effect]:
        """Numbers that an outcome varies with, clear of chance, the one that it varies with most first."""
        effects = [e for e in self.of_numbers.values() if e.outcome == outcome and e in self.clear]
        return sorted(effects, key=lambda e: (-e.size, e.path))

    def _effects_of(self, place: int) -> list[Effect]:
        factor = self.study.factors[place]
        path, levels = factor["path"], levels_of(factor, self._neighbours.levels[place])
        if not levels:
            if self._sampling.get("design") != "morris":
                return self._in_ranks(path)
            return self._in_pairs(path, "steps", None, self._neighbours.upward(place, self._units))
        pairs_of = self._neighbours.from_first(place, levels)
        if any(len(pairs) for pairs in pairs_of):
            found = zip(levels[1:], pairs_of, strict=True)
            return [effect for level, pairs in found for effect in self._in_pairs(path, "pairs", level, pairs)]
        return [effect for level in levels[1:] for effect in self._in_groups(path, levels[0], level)]

    def _in_pairs(self, path: str, kind: str, level: Any, pairs: NDArray[np.int64]) -> list[Effect]:
        """Another level, or a higher number, in worlds where all else is equal."""
        moved = self.cube[pairs[:, 1]] - self.cube[pairs[:, 0]]
        moved = np.where(np.abs(moved) <= ROUNDING * self._scale, 0.0, moved)
        by_world, by_replicate = mean_of(moved, axis=1), mean_of(moved, axis=0)
        error, replicates = standard_error(by_replicate), np.isfinite(by_replicate).sum(axis=0)
        mean = mean_of(by_world, axis=0)
        half, p = student_half(error, replicates), student_p(mean, error, replicates - 1)
        found = []
        for o, outcome in enumerate(self.outcomes):
            held = by_world[np.isfinite(by_world[:, o]), o]
            if not len(held):
                continue
            low, high = np.quantile(held, [0.05, 0.95]).tolist()
            found.append(Effect(
                path, outcome, kind, level, _estimate(mean[o], half[o], replicates[o]), float(p[o]),
                float(np.abs(held).mean()), len(held), (low, high), int((held > 0).sum()), int((held < 0).sum()),
            ))  # fmt: skip
        return found

    def _in_groups(self, path: str, first: Any, level: Any) -> list[Effect]:
        """Points at another level against points at the first, when no two differ in this factor alone."""
        here = self.design[path].to_numpy()
        one, other = self._means[here == first], self._means[here == level]
        difference = mean_of(other, axis=0) - mean_of(one, axis=0)
        error = np.hypot(standard_error(one), standard_error(other))
        points = np.isfinite(one).sum(axis=0) + np.isfinite(other).sum(axis=0)
        half, p = student_half(error, points - 1), student_p(difference, error, points - 2)
        return [
            Effect(path, outcome, "groups", level, _estimate(difference[o], half[o], points[o]), float(p[o]),
                   float(abs(difference[o])))
            for o, outcome in enumerate(self.outcomes)
        ]  # fmt: skip

    def _in_ranks(self, path: str) -> list[Effect]:
        """Rank correlation with a number over the points."""
        number = pd.to_numeric(self.design[path], errors="coerce")
        held = np.isfinite(number.to_numpy(dtype=np.float64)) & self._known
        value, error, units = rank_correlation(number[held].rank().to_numpy(), self._ranks[held], self._units[held])
        half, p = student_half(error, units), student_p(value, error, units - 2)
        low, high = np.maximum(-1.0, value - half), np.minimum(1.0, value + half)
        return [
            Effect(path, outcome, "ranks", None, Estimate(float(value[o]), float(low[o]), float(high[o]), units),
                   float(p[o]), float(abs(value[o])))
            for o, outcome in enumerate(self.outcomes)
        ]  # fmt: skip

    @cached_property
    def _sampling(self) -> Mapping[str, Any]:
        return self.study.manifest.get("sampling") or {}

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours([self.design[factor["path"]] for factor in self.study.factors])

    @cached_property
    def _units(self) -> NDArray[np.int64]:
        """Which points were drawn together: a block of a design of blocks, or a world of a product."""
        blocks = self._sampling.get(BLOCKS.get(str(self._sampling.get("design")), ""))
        points = self.design["point"].to_numpy(dtype=np.int64)
        if blocks:
            return np.asarray(points // max(1, int(self.study.manifest["points"]) // int(blocks)), dtype=np.int64)
        drawn = [factor["path"] for factor in self.study.factors if not factor.get("values")]
        if drawn and self._sampling.get("design") == "product":
            return np.asarray(self.design.groupby(drawn, sort=False, dropna=False).ngroup(), dtype=np.int64)
        return points

    @cached_property
    def _means(self) -> Floats:
        """Mean of each point's runs, shape (P, O)."""
        return mean_of(self.cube, axis=1)

    @cached_property
    def _known(self) -> NDArray[np.bool_]:
        """Points that have a mean of every outcome, shape (P,)."""
        return np.asarray(np.isfinite(self._means).all(axis=1))

    @cached_property
    def _ranks(self) -> Floats:
        """Rank of each point's means among the known ones, by outcome, shape (P, O)."""
        return pd.DataFrame(np.where(self._known[:, None], self._means, np.nan)).rank().to_numpy()

    @cached_property
    def _scale(self) -> Floats:
        """Largest value of each outcome, shape (O,)."""
        return np.asarray(np.nanmax(np.abs(self.cube), axis=(0, 1), initial=0.0))


def variation(study: Study) -> Variation | None:
    """Gather the outcomes of a design by point and replicate; None for a single point."""
    wanted = tuple(outcomes(study))
    if len(study.points) < 2 or not wanted:
        return None
    points, place = np.unique(study.runs["point"].to_numpy(), return_inverse=True)
    replicates, row = np.unique(study.runs["replicate"].to_numpy(), return_inverse=True)
    cube = np.full((len(points), len(replicates), len(wanted)), np.nan)
    cube[place, row] = study.runs[[outcome.column for outcome in wanted]].to_numpy(dtype=np.float64)
    return Variation(study, wanted, cube, study.design.set_index("point").loc[points].reset_index())


def levels_of(factor: Mapping[str, Any], found: Sequence[Any]) -> list[Any]:
    """Levels of a factor that has few, the first one first; empty for a number that was drawn from a range."""
    here = set(found)
    levels = [value for value in factor.get("values") or () if value in here]
    return levels if 1 < len(levels) <= MOST_LEVELS and len(levels) == len(here) else []


def _estimate(value: float, half: float, units: int) -> Estimate:
    return Estimate(float(value), float(value - half), float(value + half), int(units))
