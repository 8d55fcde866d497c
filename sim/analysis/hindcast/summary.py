"""All targets together: groups with their mean scores, numbers beside naive rivals, and the whole in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.analysis.hindcast.assess import BEATS, Assessed, against
from sim.analysis.hindcast.ensembles import Ensembles
from sim.analysis.hindcast.rivals import BASE_RATE, rival_words
from sim.analysis.hindcast.targets import HALF_OF_RUNS, MOST_RUNS, NUMERIC
from sim.comparison.over_sets import over_sets
from sim.comparison.rivals import ALIGNMENT, CAPABILITY, NO_CHANGE
from sim.phrases import listed, plural
from sim.storage.findings import plain_ends

INDEPENDENT, FITTED, OUTSIDE = ("not fitted", "fitted to something close", "outside of the model")


def groups_of(assessed: Sequence[Assessed]) -> list[dict[str, Any]]:
    """Targets that test the model, all and by split; and apart from them those that were fitted or cannot be met."""
    free = [one for one in assessed if one.target.is_independent]
    groups = {INDEPENDENT: free}
    splits = dict.fromkeys(one.target.split for one in free)
    if len(splits) > 1:
        groups |= {f"{INDEPENDENT}, {split}": [one for one in free if one.target.split == split] for split in splits}
    groups[FITTED] = [one for one in assessed if one.target.near and not one.target.outside]
    groups[OUTSIDE] = [one for one in assessed if one.target.outside]
    return [_group(name, members) for name, members in groups.items() if members]


def _group(name: str, members: Sequence[Assessed]) -> dict[str, Any]:
    """Mean Brier score of what held or not, beside rivals' on the same targets; and coverage of numbers."""
    facts = [one for one in members if one.target.kind != NUMERIC and one.row["score"] is not None]
    numbers = [one for one in members if one.target.kind == NUMERIC and one.row["score"] is not None]
    rivals = {}
    for rival in (NO_CHANGE, BASE_RATE):
        both = [one for one in facts if rival in one.rivals]
        if both:
            mine, other = (np.mean([scores(one) for one in both], axis=0)
                           for scores in (_own, lambda one, rival=rival: one.rivals[rival].scores))  # fmt: skip
            rivals[rival] = {"targets": len(both), **against(mine, other)}
    return {
        "group": name,
        "targets": [one.target.name for one in members],
        "facts": len(facts),
        "brier": float(np.mean([one.scores[0] for one in facts])) if facts else None,
        "log score": float(np.mean([one.row["log score"] for one in facts])) if facts else None,
        "rivals": rivals,
        "numbers": len(numbers),
        "in half": sum(bool(one.row["in half"]) for one in numbers),
        "in most": sum(bool(one.row["in most"]) for one in numbers),
    }


def _own(one: Assessed) -> np.ndarray[Any, np.dtype[np.float64]]:
    return one.scores


def headlines_of(found: Ensembles, naive: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Share of each contest that the challenger holds at the end, beside what trivial models say of it."""
    rows = []
    for code, values in found.control.items():
        share = over_sets(values, found.counts)
        before = over_sets(found.control_before[code], found.counts).value
        rows.append({
            "contest": code, "model": share.value, "chance": plain_ends(share.chance),
            "assumptions": plain_ends(share.assumptions), NO_CHANGE: before,
            **{rival: naive.get(code, {}).get(rival) for rival in (CAPABILITY, ALIGNMENT)},
        })  # fmt: skip
    return rows


def sentences_of(targets: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]], until: str) -> list[str]:
    """What the scores come to, the most important first; `until` is the last day that the fit knew, as stored."""
    found = [_said(groups[0], until)] if groups and groups[0]["group"] == INDEPENDENT else ["No target tests the model"]
    for row in targets:
        lost = [f"“{rival_words(name, until)}” ({other['says']:.3g})" for name, other in row["rivals"].items()
                if other["judged"] != BEATS and not row["near"] and not row["outside"]]  # fmt: skip
        if lost:
            found.append(f"{_called(row)}: the model does not beat {listed(lost)}")
    apart = [_called(row) for row in targets if row["near"]]
    if apart:
        found.append(f"no test, for the fit knew something close: {listed(apart)}")
    found += [f"{_called(row)}: missed by construction: {row['outside']}" for row in targets if row["outside"]]
    return [one[:1].upper() + one[1:] for one in found]


def _called(row: Mapping[str, Any]) -> str:
    """A target by its fact."""
    return f"“{row['text']}”"


def _said(group: Mapping[str, Any], until: str) -> str:
    """Mean score of the targets that test the model, in words."""
    parts = []
    if group["facts"]:
        rivals = group["rivals"].items()
        beside = [f"{one['judged']} “{rival_words(rival, until)}”{_skill(one)}" for rival, one in rivals]
        parts.append(f"mean Brier score {group['brier']:.2f}: it {listed(beside)}")
    if group["numbers"]:
        parts.append(f"{group['in half']} of {plural(group['numbers'], 'number')} in {HALF_OF_RUNS}, "
                     f"{group['in most']} in {MOST_RUNS}")  # fmt: skip
    return f"{plural(len(group['targets']), 'target')} that the fit knew nothing of: {'; '.join(parts) or 'no score'}"


def _skill(one: Mapping[str, Any]) -> str:
    if one["skill"] is None:
        return ""
    low, high = one["interval"]
    return f" (skill {one['skill']:+.2f}, {low:+.2f} to {high:+.2f})"
