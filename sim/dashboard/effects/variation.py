"""What outcomes vary with over the points of a design, told apart from chance.

`P` points, `R` replicates, `O` outcomes. Runs with one replicate number meet the same chance events at every point:
points are compared in pairs, and the replicate is the unit of chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.comparison.intervals import sample
from sim.comparison.members import Member, member_of, units
from sim.comparison.neighbours import Neighbours
from sim.comparison.over_sets import OverSets, over_sets
from sim.comparison.ranks import Ranks
from sim.comparison.significance import benjamini_hochberg, welch
from sim.comparison.student import by_group, standard_error, student_half, student_p
from sim.comparison.variance import jackknife, mean_of, parts_of_variance
from sim.dashboard.effects.effect import LEVEL, Effect, Spread
from sim.dashboard.outcomes import Outcome, outcomes
from sim.dashboard.statistics import Estimate
from sim.dashboard.study import MOST_LEVELS, Study
from sim.experiments.designs import kind_of

Floats = NDArray[np.float64]

NEGLIGIBLE = 0.01
"""Effects below this share of what an outcome can be are not told, however sure they are."""
ROUNDING = 1e-9
"""Differences below this share of an outcome's largest value are none."""
MOST_GROUPS = 20
"""Groups of replicates whose leaving out tells how much is chance."""
FEW_GROUPS = 8
"""Fewer groups than this may agree on a difference to the digit by chance."""
NOTHING = Estimate(np.nan, np.nan, np.nan, 0)


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
    only : str
        Factor whose effects are looked at; empty for those of all.
    """

    study: Study
    outcomes: tuple[Outcome, ...]
    cube: Floats
    design: pd.DataFrame
    only: str = ""

    def spread(self, outcome: Outcome) -> Spread:
        """Distribution of one outcome over the points."""
        o = self.outcomes.index(outcome)
        values, means = self.cube[:, :, o], self._means[:, o]
        held = means[np.isfinite(means)]
        low, middle, high = np.quantile(held, [0.05, 0.5, 0.95]).tolist() if len(held) else [float("nan")] * 3
        half = student_half(float(jackknife(mean_of(self._means_without[:, :, o], axis=0))), self._groups)
        mean = _estimate(float(mean_of(means, axis=0)), half, int(np.isfinite(values).sum()))
        if outcome.share:
            low_end, high_end = np.clip([mean.low, mean.high], 0.0, 1.0).tolist()
            mean = Estimate(mean.value, low_end, high_end, mean.runs)
        return Spread(mean, low, middle, high, *parts_of_variance(values), means)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Effects of the factors that are looked at on all outcomes, factor by factor."""
        wanted = [place for place, one in enumerate(self.study.factors) if self.only in ("", one["path"])]
        return tuple(effect for place in wanted for effect in self._effects_of(place))

    @cached_property
    def clear(self) -> frozenset[Effect]:
        """Effects of factors that are clear of chance."""
        return self.clear_of(self.effects)

    def clear_of(self, effects: Sequence[Effect]) -> frozenset[Effect]:
        """Those effects that are clear of chance, all of these comparisons allowed for, and not negligible.

        Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57.
        """
        adjusted = benjamini_hochberg(np.array([effect.p for effect in effects]))
        sure = [effect for effect, p in zip(effects, adjusted, strict=True) if p <= LEVEL]
        return frozenset(effect for effect in sure if not self._negligible(effect))

    def share(self, effect: Effect) -> float:
        """Size of an effect as a share of what its outcome can be; of a correlation, its own size."""
        return abs(effect.estimate.value) / (1.0 if effect.kind == "ranks" else self.most(effect.outcome))

    def _negligible(self, effect: Effect) -> bool:
        """Whether an effect is too small to be told; a correlation, because its outcome hardly varies."""
        if effect.kind != "ranks":
            return self.share(effect) < NEGLIGIBLE
        low, high = np.nanquantile(self._means[:, self.outcomes.index(effect.outcome)], [0.05, 0.95])
        return bool(high - low < NEGLIGIBLE * self.most(effect.outcome))

    def most(self, outcome: Outcome) -> float:
        """The most that an outcome can be: 1 for a share, else the largest value of all runs."""
        return 1.0 if outcome.share else float(self._scale[self.outcomes.index(outcome)]) or 1.0

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
        return sorted(effects, key=lambda e: (-self.share(e), e.path))

    def _effects_of(self, place: int) -> list[Effect]:
        factor = self.study.factors[place]
        path = factor["path"]
        levels = levels_of(factor, self._neighbours.levels(place)) if factor.get("values") else []
        if not levels:
            kind = kind_of(self._sampling)
            if kind is None or not kind.walk:
                return self._in_ranks(path)
            _, trajectory = units(self._member(path), self.design)
            return self._in_pairs(path, "steps", None, self._neighbours.upward(place, trajectory))
        pairs_of = self._neighbours.from_first(place, levels)
        if any(len(pairs) for pairs in pairs_of):
            found = zip(levels[1:], pairs_of, strict=True)
            return [effect for level, pairs in found for effect in self.against(path, level, pairs)]
        return [effect for level in levels[1:] for effect in self._in_groups(path, levels[0], level)]

    def against(self, path: str, level: Any, pairs: NDArray[np.int64]) -> list[Effect]:
        """Effects of other versions instead of some: in pairs of runs, or between means where none has a partner.

        Parameters
        ----------
        path : str
        level : Any
            What the effects are named by.
        pairs : ndarray of int64, shape (N, 2)
            Rows of `design`: a version, and the one that it is compared with second.
        """
        if (np.isfinite(self.cube[pairs[:, 0]]) & np.isfinite(self.cube[pairs[:, 1]])).any():
            return self._in_pairs(path, "pairs", level, pairs)
        return self.apart(path, level, pairs)

    def apart(self, path: str, level: Any, pairs: NDArray[np.int64]) -> list[Effect]:
        """The same between means of replicates, each side for itself; parameters as in `against`.

        Source: Welch (1947), Biometrika 34, with the fewer replicates' degrees of freedom.
        """
        sides = [self.cube[pairs[:, side]] for side in (0, 1)]
        by_replicate = [mean_of(side, axis=0) for side in sides]
        by_world = mean_of(sides[1], axis=1) - mean_of(sides[0], axis=1)
        error = np.hypot(*(standard_error(side) for side in by_replicate))
        units = min(int(np.isfinite(side).any(axis=1).sum()) for side in by_replicate)
        runs = sum(np.isfinite(side).sum(axis=(0, 1)) for side in sides)
        before = mean_of(np.where(np.isfinite(by_world), mean_of(sides[0], axis=1), np.nan), axis=0)
        named = Effect(path, self.outcomes[0], "apart", level, NOTHING, np.nan)
        return self._with_before(self._told(named, by_world, error, units, runs), before)

    def _in_pairs(self, path: str, kind: str, level: Any, pairs: NDArray[np.int64]) -> list[Effect]:
        """Another level, or a higher number, in worlds where all else is equal."""
        moved = self.cube[pairs[:, 1]] - self.cube[pairs[:, 0]]
        moved = np.where(np.abs(moved) <= ROUNDING * self._scale, 0.0, moved)
        error = jackknife(mean_of(self._left_out(moved), axis=0))
        runs = 2 * np.isfinite(moved).sum(axis=(0, 1))
        named = Effect(path, self.outcomes[0], kind, level, NOTHING, np.nan)
        found = self._told(named, mean_of(moved, axis=1), error, self._groups, runs)
        first = np.where(np.isfinite(moved), self.cube[pairs[:, 0]], np.nan) if kind == "pairs" else None
        if not self.study.over_sets:
            return found if first is None else self._with_before(found, mean_of(mean_of(first, axis=1), axis=0))
        by_sets = dict(zip(self.outcomes, self._over_sets(moved, pairs[:, 0]), strict=True))
        found = [_of_sets(effect, by_sets[effect.outcome]) for effect in found]
        if first is None:
            return found
        return self._with_before(found, np.array([one.value for one in self._over_sets(first, pairs[:, 0])]))

    def _with_before(self, effects: list[Effect], before: Floats) -> list[Effect]:
        """Effects with the mean of their outcome at the first level, of shape (O,)."""
        by_outcome = dict(zip(self.outcomes, before.tolist(), strict=True))
        return [replace(effect, before=by_outcome[effect.outcome]) for effect in effects]

    def _told(self, named: Effect, by_world: Floats, error: Floats, units: int, runs: Floats) -> list[Effect]:
        """Effects on all outcomes, from their differences in each world and the error of the mean of these.

        Parameters
        ----------
        named : Effect
            Whose path, kind and level they have.
        by_world : ndarray, shape (N, O)
        error : ndarray, shape (O,)
        units : int
            Groups or replicates that the error rests on.
        runs : ndarray, shape (O,)
        """
        mean = mean_of(by_world, axis=0)
        half, p = student_half(error, units), student_p(mean, error, units)
        found = []
        for o, outcome in enumerate(self.outcomes):
            held = by_world[np.isfinite(by_world[:, o]), o]
            if not len(held):
                continue
            low, high = np.quantile(held, [0.05, 0.95]).tolist()
            rises, falls = (int((sign * held >= outcome.least).sum()) for sign in (1, -1))
            found.append(
                replace(
                    named,
                    outcome=outcome,
                    estimate=_estimate(mean[o], self._trusted(mean[o], half[o]), runs[o]),
                    p=float(p[o]),
                    worlds=len(held),
                    spread=(low, high),
                    rises=rises,
                    falls=falls,
                )
            )
        return found

    def _over_sets(self, moved: Floats, points: NDArray[np.int64]) -> list[OverSets]:
        """Differences of pairs, or what they begin with, over plausible sets, outcome by outcome.

        Parameters
        ----------
        moved : ndarray, shape (N, R, O)
        points : ndarray of int64, shape (N,)
            Row of the design that a pair begins at.
        """
        worlds = self.study.worlds
        assert worlds is not None, "asked before"
        rows = np.repeat(self._rows[points], moved.shape[1])
        replicates = np.tile(np.arange(moved.shape[1]), len(moved))
        by_set = worlds.by_set(rows, replicates, moved.reshape(-1, moved.shape[2]))
        return [over_sets(by_set[:, :, o], worlds.weights, least=one.least) for o, one in enumerate(self.outcomes)]

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """Row of the whole design of each of the P points."""
        return np.asarray(pd.Index(self.study.design["point"]).get_indexer(self.design["point"]), dtype=np.int64)

    def _in_groups(self, path: str, first: Any, level: Any) -> list[Effect]:
        """Points at another level against points at the first, when no two differ in this factor alone.

        An effect must be clear both of the choice of points (Welch's test) and of chance at these points.
        """
        here = self.design[path].to_numpy()
        one, other = here == first, here == level
        samples = [sample(self._means[side], np.arange(int(side.sum()))) for side in (one, other)]
        difference = samples[1].mean - samples[0].mean
        left_out = mean_of(self._means_without[other], axis=0) - mean_of(self._means_without[one], axis=0)
        by_points, by_chance = (
            np.hypot(*(standard_error(self._means[side]) for side in (one, other))),
            jackknife(left_out),
        )
        half = student_half(np.hypot(by_points, by_chance), min(self._groups, int(one.sum()), int(other.sum())))
        p = np.fmax(welch(*samples), student_p(difference, by_chance, self._groups))
        p = np.where(np.isfinite(by_chance), p, np.nan)
        runs = np.isfinite(self.cube[one | other]).sum(axis=(0, 1))
        return [
            Effect(
                path,
                outcome,
                "groups",
                level,
                _estimate(difference[o], self._trusted(difference[o], half[o]), runs[o]),
                float(p[o]),
                before=float(samples[0].mean[o]),
            )
            for o, outcome in enumerate(self.outcomes)
        ]

    def _in_ranks(self, path: str) -> list[Effect]:
        """Rank correlation with a number over the rows of the design that drew it.

        An effect must be clear both of the choice of points and of chance at these points.
        """
        ranks = self._ranks_over(self._member(path))
        number = pd.to_numeric(self.design[path], errors="coerce").to_numpy(dtype=np.float64)
        value, by_points, by_chance = ranks.correlations(number)
        half = student_half(np.hypot(by_points, by_chance), min(self._groups, ranks.blocks))
        p = np.fmax(ranks.p_value(value, by_points), student_p(value, by_chance, self._groups))
        p = np.where(np.isfinite(by_chance) & np.isfinite(by_points), p, np.nan)
        low, high = np.maximum(-1.0, value - half), np.minimum(1.0, value + half)
        runs = self._runs
        return [
            Effect(
                path,
                outcome,
                "ranks",
                None,
                Estimate(float(value[o]), float(low[o]), float(high[o]), int(runs[o])),
                float(p[o]),
            )
            for o, outcome in enumerate(self.outcomes)
        ]

    def _trusted(self, value: float, half: float) -> float:
        """Half an interval, unless all of a few groups agree to the digit on a difference: then it is not known."""
        return float("nan") if half == 0 and value != 0 and self._groups < FEW_GROUPS else half

    def _member(self, path: str) -> Member:
        return member_of(self._sampling, path, [factor["path"] for factor in self.study.factors])

    @cached_property
    def _runs(self) -> NDArray[np.int64]:
        """Runs that have each outcome, shape (O,)."""
        return np.asarray(np.isfinite(self.cube).sum(axis=(0, 1)))

    def _ranks_over(self, member: Member) -> Ranks:
        """Ranks of the outcomes over the rows of a member, made once."""
        if member not in self._made:
            unit = np.where(self._scale > 0, ROUNDING * self._scale, 1.0)
            means, without = (np.round(one / unit) for one in (self._means, self._means_without))
            self._made[member] = Ranks(means, without, *units(member, self.design))
        return self._made[member]

    @cached_property
    def _made(self) -> dict[Member, Ranks]:
        return {}

    def _left_out(self, values: Floats) -> Floats:
        """Means over replicates without each group of them: shape (N, G, O) from (N, R, O). One group gives none."""
        if self._groups == 1:
            return np.empty((len(values), 0, values.shape[2]))
        held = np.isfinite(values)
        sums, counts = (by_group(one, self._groups) for one in (np.where(held, values, 0.0), held.astype(float)))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((sums.sum(axis=1, keepdims=True) - sums) / (counts.sum(axis=1, keepdims=True) - counts))

    @property
    def _groups(self) -> int:
        """Groups of replicates that are left out one at a time: single replicates where there are few."""
        return min(int(self.cube.shape[1]), MOST_GROUPS)

    @cached_property
    def _means_without(self) -> Floats:
        """Means of the points without each group of replicates, shape (P, G, O). One group gives none."""
        return self._left_out(self.cube)

    @cached_property
    def _sampling(self) -> Mapping[str, Any]:
        return self.study.manifest.get("sampling") or {}

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours([self.design[factor["path"]] for factor in self.study.factors])

    @cached_property
    def _means(self) -> Floats:
        """Mean of each point's runs, shape (P, O)."""
        return mean_of(self.cube, axis=1)

    @cached_property
    def _scale(self) -> Floats:
        """Largest value of each outcome, shape (O,)."""
        return np.asarray(np.nanmax(np.abs(self.cube), axis=(0, 1), initial=0.0))


def variation(study: Study, of: Sequence[Outcome] = (), only: str = "") -> Variation | None:
    """Gather some outcomes of a design, or all that pages compare, for all factors or one; None for a single point."""
    wanted = tuple(of or outcomes(study))
    if len(study.points) < 2 or not wanted:
        return None
    points, place = np.unique(study.runs["point"].to_numpy(), return_inverse=True)
    replicates, row = np.unique(study.runs["replicate"].to_numpy(), return_inverse=True)
    cube = np.full((len(points), len(replicates), len(wanted)), np.nan)
    cube[place, row] = study.runs[[outcome.column for outcome in wanted]].to_numpy(dtype=np.float64)
    return Variation(study, wanted, cube, _at_points(study.design, points), only)


def _at_points(design: pd.DataFrame, points: NDArray[np.int64]) -> pd.DataFrame:
    """Rows of some points; the design itself if these are all, as a copy would take as much room again."""
    whole = np.array_equal(design["point"].to_numpy(), points)
    return design if whole else design.set_index("point").loc[points].reset_index()


def levels_of(factor: Mapping[str, Any], found: Sequence[Any]) -> list[Any]:
    """Levels of a factor of words or of few numbers, the first one first; empty for a number drawn from a range."""
    here = set(found)
    levels = [value for value in factor.get("values") or () if value in here]
    few = len(levels) <= MOST_LEVELS or any(isinstance(value, str) for value in levels)
    return levels if 1 < len(levels) == len(here) and few else []


def _of_sets(effect: Effect, found: OverSets) -> Effect:
    """An effect with what plausible sets say of it: both intervals, and the signs of the sets' own effects."""
    estimate = Estimate(found.value, *found.chance, effect.estimate.runs, found.sets, found.assumptions)
    rises, falls = (round(part * found.sets) for part in (found.rises, found.falls))
    return replace(effect, estimate=estimate, worlds=found.sets, spread=found.assumptions, rises=rises, falls=falls)


def _estimate(value: float, half: float, units: int) -> Estimate:
    return Estimate(float(value), float(value - half), float(value + half), int(units))
