"""Targets scored: the model's score of each, and its skill beside every rival that says anything of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.hindcast.ensembles import Ensembles
from sim.analysis.hindcast.rivals import BASE_RATE, contest_of
from sim.analysis.hindcast.scores import Spread, Weights, brier, crps_normal, log_score, weighted_median
from sim.analysis.hindcast.targets import NUMERIC, RIGHT, WRONG, Target, Targets
from sim.analysis.sensitivity.bootstrap import interval
from sim.comparison.over_sets import TAILS, over_sets
from sim.comparison.rivals import NO_CHANGE
from sim.storage.findings import plain_ends

Floats = NDArray[np.float64]
BRIER, CRPS = ("Brier", "CRPS")
BEATS, BEATEN, UNDECIDED, SAME = JUDGEMENTS = ("beats", "is beaten by", "does not beat", "scores the same as")
"""What can be said of the model beside a rival, at 95%: the third where the difference of their scores holds 0."""
EVEN = "none: even odds"
ROUNDING = 1e-12


@dataclass(frozen=True)
class Rival:
    """What a rival says of a target, and how it scores in the ensemble as it is and in each resample, shape (B,)."""

    says: float
    scores: Floats
    of: str = ""


@dataclass(frozen=True)
class Assessed:
    """A target with the model's scores, in the ensemble as it is and in each resample.

    Attributes
    ----------
    target : Target
    row : mapping
        Everything that is said of it, as JSON can hold it.
    scores : ndarray, shape (B,)
    rivals : mapping of str to Rival
    """

    target: Target
    row: Mapping[str, Any]
    scores: Floats
    rivals: Mapping[str, Rival]


def assess(targets: Targets, found: Ensembles, naive: Mapping[str, Mapping[str, float]]) -> list[Assessed]:
    """Score all targets; one of which no run has a value gets no score."""
    weights = found.weights()
    return [_assessed(one, found, naive, weights) for one in targets.targets]


def against(scores: Floats, rival: Floats) -> dict[str, Any]:
    """Skill beside a rival, 1 less the ratio of the scores, with the 95% interval of resamples, and what it comes to.

    A rival that scores 0 was perfect, and no ratio says how far the model is off it.
    """
    low, high = (float(end) for end in interval(scores[1:] - rival[1:]))
    if np.abs(scores - rival).max() < ROUNDING:
        judged = SAME
    else:
        judged = BEATS if high < 0 else BEATEN if low > 0 else UNDECIDED
    skill, ends = None, [None, None]
    if rival.min() > ROUNDING:
        skill = float(1.0 - scores[0] / rival[0])
        ends = [float(end) for end in interval(1.0 - scores[1:] / rival[1:])]  # type: ignore[misc]
    return {"score": float(rival[0]), "skill": skill, "interval": ends, "judged": judged}


def _assessed(target: Target, found: Ensembles, naive: Mapping[str, Mapping[str, float]], weights: Weights) -> Assessed:
    values = found.model[target.name]
    row = _said(target) | {
        "runs": int(np.isfinite(values).sum()), "without": float(1.0 - np.isfinite(values).mean()),
    }  # fmt: skip
    if not row["runs"]:
        return Assessed(target, {**row, **_NOTHING}, np.full(len(weights.sets), np.nan), {})
    if target.kind == NUMERIC:
        numbers, scores = _of_number(target, values, found.counts, weights)
        rivals = _rivals_of_number(target, found, naive, weights)
    else:
        numbers, scores = _of_fact(target, values, found.counts, weights)
        rivals = _rivals_of_fact(target, found, weights)
    beside = {name: {"says": one.says, "of": one.of, **against(scores, one.scores)} for name, one in rivals.items()}
    return Assessed(target, row | numbers | {"rivals": beside}, scores, rivals)


_NOTHING: Mapping[str, Any] = {
    "model": None, "chance": [None, None], "assumptions": [None, None], "score": None, "log score": None,
    "half": [None, None], "most": [None, None], "in half": None, "in most": None, "rivals": {},
}  # fmt: skip


def _said(target: Target) -> dict[str, Any]:
    """What is known of a target before any run is looked at."""
    forecast = target.forecast
    expected = None
    if forecast is not None:
        right = forecast.expects == bool(target.value)
        expected = {"expects": forecast.expects, "source": forecast.source, "was": RIGHT if right else WRONG}
    return {
        "target": target.name, "text": target.text, "date": target.day.isoformat(),
        "known from": target.known_from.isoformat(), "week": target.week, "kind": target.kind, "split": target.split,
        "expression": [one.text for one in target.expressions], "unit": target.expressions[0].unit,
        "happened": target.happened, "value": target.value, "uncertainty": target.uncertainty,
        "source": target.source, "near": dict(target.near), "outside": target.outside, "forecast": expected,
        "measure": CRPS if target.kind == NUMERIC else BRIER,
    }  # fmt: skip


def _of_fact(
    target: Target, values: Floats, counts: NDArray[np.int64], weights: Weights
) -> tuple[dict[str, Any], Floats]:
    """Share of runs in which a target holds, and the Brier score of it."""
    share = weights.mean(values)
    scores = brier(share, target.value)
    both = over_sets(values, counts, share=True)
    runs = int(np.isfinite(values).sum())
    return dict(_NOTHING) | {
        "model": float(share[0]), "chance": plain_ends(both.chance), "assumptions": plain_ends(both.assumptions),
        "score": float(scores[0]), "log score": float(log_score(share[:1], target.value, runs)[0]),
    }, scores  # fmt: skip


def _of_number(
    target: Target, values: Floats, counts: NDArray[np.int64], weights: Weights
) -> tuple[dict[str, Any], Floats]:
    """Median of the runs with both intervals, the score of all of them, and whether what happened lies among them."""
    spread = Spread(values, target.uncertainty)
    scores = spread.crps(target.value, weights)
    share = counts / counts.sum()
    medians = [
        weighted_median(values.ravel(), np.outer(share, one).ravel())
        for one in (np.full(values.shape[1], 1.0 / values.shape[1]), *weights.replicates[1:])
    ]
    of_sets = np.array([weighted_median(row, np.ones(len(row))) for row in values])
    there = np.isfinite(of_sets)
    assumed = np.quantile(np.repeat(of_sets[there], counts[there]), TAILS)
    chance = (np.nan, np.nan) if values.shape[1] < 2 else np.nanquantile(medians[1:], (0.025, 0.975))
    place = float(spread.place_of(target.value, weights)[0])
    ends = [float(end) for end in spread.quantiles((0.05, 0.25, 0.75, 0.95))]
    return dict(_NOTHING) | {
        "model": medians[0], "chance": plain_ends(chance), "assumptions": plain_ends(assumed),
        "score": float(scores[0]), "half": ends[1:3], "most": [ends[0], ends[3]], "in half": 0.25 <= place <= 0.75,
        "in most": 0.05 <= place <= 0.95,
    }, scores  # fmt: skip


def _rivals_of_fact(target: Target, found: Ensembles, weights: Weights) -> dict[str, Rival]:
    rivals = {}
    stayed = found.frozen[target.name]
    if np.isfinite(stayed).any():
        share = weights.mean(stayed)
        rivals[NO_CHANGE] = Rival(float(share[0]), brier(share, target.value))
    rate = target.base_rate
    odds = 0.5 if rate is None else rate.probability
    of = EVEN if rate is None else f"{rate.times} of {rate.cases} {rate.of} ({rate.source})"
    rivals[BASE_RATE] = Rival(odds, np.full(len(weights.sets), float(brier(np.float64(odds), target.value))), of)  # type: ignore[arg-type]
    return rivals


def _rivals_of_number(
    target: Target, found: Ensembles, naive: Mapping[str, Mapping[str, float]], weights: Weights
) -> dict[str, Rival]:
    rivals = {}
    stayed = found.frozen[target.name]
    if np.isfinite(stayed).any():
        median = weighted_median(stayed.ravel(), np.repeat(found.counts, stayed.shape[1]).astype(np.float64))
        rivals[NO_CHANGE] = Rival(median, Spread(stayed, target.uncertainty).crps(target.value, weights))
    contest = contest_of(target, naive)
    for name, says in naive[contest].items() if contest is not None else ():
        rivals[name] = Rival(says, np.full(len(weights.sets), crps_normal(says, target.uncertainty, target.value)))
    return rivals
