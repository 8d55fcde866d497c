"""All parts of a claims file judged together: effects, worlds beside the whole model, adjusted p-values, verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.comparison.beside import beside
from sim.comparison.claims.arms import Arms, Size, worlds_of
from sim.comparison.claims.claim import FULL, SAME, Claim, ClaimsFile, Measure, Part
from sim.comparison.claims.effect import Effect, effect_of, kept
from sim.comparison.claims.measure import Runs
from sim.comparison.claims.naive import naive_of
from sim.comparison.claims.turning import Turn, turns_on
from sim.comparison.claims.verdict import Case, Elsewhere, sized, verdict
from sim.comparison.significance import holm
from sim.comparison.variance import mean_of
from sim.storage.findings import plain_ends

Floats = NDArray[np.float64]


def judge(file: ClaimsFile, arms: Mapping[str, Arms], runs: Mapping[str, Runs], size: Size) -> list[dict[str, Any]]:
    """What is found of each part, in the order of the file.

    Parameters
    ----------
    file : ClaimsFile
    arms, runs : mapping
        By scenario.
    size : Size

    Returns
    -------
    list of dict
        As JSON can hold it: what is claimed, ``verdict`` and ``why``, the effect with both intervals, the same in
        each further world, what the sign depends on, and what trivial models say of the effect.
    """
    found = [_looked_at(part, arms[part.scenario], runs[part.scenario], size) for part in file.parts]
    adjusted = holm(np.array([_deciding(part, full) for part, (full, _, _) in zip(file.parts, found, strict=True)]))
    claims = {claim.name: claim for claim in file.claims}
    rows = []
    for part, (full, elsewhere, turns), p in zip(file.parts, found, adjusted.tolist(), strict=True):
        same = part.expect == SAME
        case = Case(part.asks, part.expect, part.margin, full, full.p if same else p, p if same else full.p_same,
                    elsewhere, turns)  # fmt: skip
        said, spread = verdict(case), spread_of(part, runs[part.scenario])
        of_spread = full.value / spread if spread else float("nan")
        scenario = file.scenarios[part.scenario]
        naive = beside(naive_of(part, scenario), full.value, full.chance, full.assumptions)
        rows.append({
            **_claimed(claims[part.claim], part), "scenario": scenario.name,
            "verdict": said.word, "why": sized(said, part.expect, of_spread),
            "size": _number(of_spread), "p adjusted": _number(p), "effect": _effect(full),
            "arms": _arms(part, runs[part.scenario]),
            "worlds": [_elsewhere(one) for one in elsewhere], "turns": [asdict(turn) for turn in turns],
            "needed": full.needed(case.level), "naive": [asdict(one) for one in naive],
        })  # fmt: skip
    return rows


def _looked_at(part: Part, arms: Arms, runs: Runs, size: Size) -> tuple[Effect, list[Elsewhere], list[Turn]]:
    """Effect of a part in the whole model and in its further worlds, and what it depends on."""
    worlds = worlds_of(part, size)
    whole = next(world for world in worlds if world.role == FULL)
    values = runs.effect(part, whole)
    full = effect_of(values, part.margin)
    return full, list(_further(part, runs, size, values)), turns_on(full.own, arms.worlds, arms.paths)


def spread_of(part: Part, runs: Runs) -> float:
    """Standard deviation of the measure over all runs of the baseline in the whole model, in all worlds."""
    _, _, settings = next(one for one in part.terms(part.worlds[0]) if one[0] == "baseline")
    values = runs.arm(part, settings)
    known = values[np.isfinite(values)]
    return float(known.std()) if len(known) else 0.0


def _arms(part: Part, runs: Runs) -> dict[str, float | None]:
    """Mean of the measure in each arm, in the whole model."""
    means = {words: mean_of(runs.arm(part, settings), axis=1) for words, _, settings in part.terms(part.worlds[0])}
    return {words: _number(float(mean_of(values, axis=0))) for words, values in means.items()}


def _further(part: Part, runs: Runs, size: Size, full: Floats) -> Iterator[Elsewhere]:
    for world in worlds_of(part, size):
        if world.role != FULL:
            values = runs.effect(part, world)
            yield Elsewhere(world, effect_of(values, part.margin), *kept(full, values))


def _deciding(part: Part, full: Effect) -> float:
    """The p-value that a part's verdict begins with."""
    return full.p_same if part.expect == SAME else full.p


def _claimed(claim: Claim, part: Part) -> dict[str, Any]:
    return {
        "claim": claim.name, "claim text": claim.text, "source": claim.source, "part": part.name, "text": part.text,
        "note": part.note, "asks": part.asks, "expect": part.expect, "margin": part.margin or None,
        "measure": measured(part.measure),
    }  # fmt: skip


def measured(measure: Measure) -> str:
    """What a measure is, in words."""
    said = " + ".join(measure.outcome) + "".join(f" − {name}" for name in measure.less)
    if measure.codes:
        return f"share of runs in which {said} is as named"
    if measure.between is not None:
        return f"share of runs in which {said} lies in [{measure.between[0]:g}, {measure.between[1]:g}]"
    forms = {"log": f"logarithm of {said}", "log-odds": f"log odds of {said}", "spread": f"variance of {said}"}
    return forms.get(measure.form, said)


def _effect(one: Effect) -> dict[str, Any]:
    return {
        "value": _number(one.value), "chance": plain_ends(one.chance), "assumptions": plain_ends(one.assumptions),
        "p": _number(one.p), "p same": _number(one.p_same), "up": one.up, "down": one.down, "within": one.within,
        "clear up": one.clear_up, "clear down": one.clear_down, "worlds": one.worlds, "runs": one.runs,
        "replicates": one.replicates,
    }  # fmt: skip


def _elsewhere(one: Elsewhere) -> dict[str, Any]:
    return {
        "name": one.world.name, "label": one.world.label, "role": one.world.role, "survives": one.survives,
        "kept": _number(one.kept), "kept interval": plain_ends(one.kept_interval), "effect": _effect(one.effect),
    }  # fmt: skip


def _number(value: float) -> float | None:
    return float(value) if isfinite(value) else None
