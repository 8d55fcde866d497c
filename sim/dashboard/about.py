"""What was run, in words: title, design, time and versions."""

from __future__ import annotations

from typing import Any

from sim.dashboard.study import Study, points_of
from sim.phrases import plural


def about(study: Study) -> dict[str, Any]:
    """What was run: title, design, time and versions."""
    manifest = study.manifest
    made = manifest.get("provenance") or {}
    worlds = study.worlds if study.over_sets else None
    sets, drawn = (len(worlds), int(worlds.weights.sum())) if worlds else (0, 1)
    return {
        "scenario": str(study.scenario.get("name") or manifest["name"]),
        "title": manifest["title"] or manifest["name"],
        "description": study.scenario.get("description") or "",
        "runs": len(study.runs),
        "failures": int(manifest.get("failures") or 0),
        "explained": explained if isinstance(explained := manifest.get("explained"), int) else 0,
        "explained_points": int(study.reasons["point"].nunique()),
        "kept": len(study.kept),
        "sampled": study.sampled,
        "complete": bool(manifest.get("complete", True)),
        "all_points": len(study.points),
        "shown_points": len(points_of(study.views)),
        "pooled": study.pooled,
        "sets": sets,
        "sets_said": _sets(sets, drawn),
        "versions_differ": len(study.points) > drawn,
        "design": str((manifest.get("sampling") or {}).get("design") or "grid").replace("-", " "),
        "factors": [factor["label"] for factor in study.factors],
        "replicates": _replicates(manifest["replicates"]),
        "times": _times(manifest["replicates"]),
        "seed": manifest["seed"],
        "weeks": study.weeks,
        "shortest": study.shortest(study.points) if study.points else study.weeks,
        "first_day": study.day_words(0),
        "last_day": study.day_words(study.weeks),
        "created": str(made.get("created") or "")[:10],
        "versions": {name: made[name] for name in ("counterpoise", "python", "numpy", "numba") if made.get(name)},
        "fingerprint": str(manifest.get("fingerprint") or "")[:12],
    }


def _sets(sets: int, drawn: int) -> str:
    """Plausible sets in words, and how many versions they make where some stand for more of them."""
    weighed = f", those that weigh more taken more than once ({drawn:,} in all)" if drawn > sets else ""
    return f"{plural(sets, 'plausible set')}{weighed}"


def _times(given: int | dict[str, Any]) -> str:
    """How often each version was run, in words."""
    return "one run of each" if given == 1 else f"{_replicates(given)} runs of each"


def _replicates(given: int | dict[str, Any]) -> str:
    """Replicates of a point, in words where they were added as needed."""
    return f"{given['least']} to {given['most']}" if isinstance(given, dict) else str(given)


def caption(study: Study) -> list[str]:
    """What stands below a figure that leaves the page: what was simulated, and how to cite it."""
    said = about(study)
    first, last, runs = said["first_day"], said["last_day"], plural(said["runs"], "simulated run")
    made = said["versions"].get("counterpoise", "")
    version, year = f" {made}" if made else "", f" ({said['created'][:4]})" if said["created"] else ""
    return [
        f"Scenario: {said['title']}. {runs}, {first} to {last}, seed {said['seed']}.",
        f"Counterpoise contributors{year}. Counterpoise{version}, an agent-based model of influence among states. "
        f"Results {said['fingerprint']}.",
    ]
