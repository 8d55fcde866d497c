"""Scores of targets, and control of contests beside naive rivals, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.analysis.hindcast.rivals import rival_words
from sim.analysis.hindcast.targets import HALF_OF_RUNS, MOST_RUNS, NUMERIC
from sim.comparison.rivals import ALIGNMENT, CAPABILITY, NO_CHANGE
from sim.dashboard.figures.table import Cell, Row, Table
from sim.dashboard.outcomes import SHARE
from sim.dashboard.study import Study
from sim.dashboard.words import capital

NAMES = (
    "Happened", "Model", "95% interval by chance", "90% of the sets", "Score", "Skill beside rivals", "Text expected",
    "Flags",
)  # fmt: skip
HOW = (
    "Model: share of runs in which it holds, or the median run. Score: Brier of what holds or not, CRPS of numbers; "
    "smaller is better. Skill: 1 less the ratio of the model's score to the rival's; above 0 the model is better."
)
PLAIN = (NO_CHANGE, CAPABILITY, ALIGNMENT)
CONTROL_HOW = "Share that the challenger holds in the last week, and what trivial models say of it."


def score_table(study: Study, found: Mapping[str, Any]) -> Table:
    """One row a target."""
    until = str(found["fitted until"])
    rows = tuple(_row(study, one, until) for one in found["targets"])
    return Table("history-scores", "Scores of all targets", HOW, ("Target", *NAMES), rows)


def control_table(study: Study, found: Mapping[str, Any]) -> Table:
    """One row a contest."""
    until = str(found["fitted until"])
    rivals = [capital(rival_words(one, until)) for one in PLAIN]
    names = ("Contest", "Model", "95% interval by chance", "90% of the sets", *rivals)
    rows = tuple(
        Row(
            study.name(str(one["contest"])),
            (
                _cell(one["model"], strong=True),
                Cell(span(one["chance"])),
                Cell(span(one["assumptions"])),
                *(_cell(one[name]) for name in PLAIN),
            ),
        )
        for one in found["headlines"]
    )
    return Table("history-control", "Control beside naive rivals", CONTROL_HOW, names, rows)


def _row(study: Study, one: Mapping[str, Any], until: str) -> Row:
    score, forecast, (seen, said) = one["score"], one["forecast"], _units(study, one)
    skills = [_skill(rival_words(str(name), until), rival) for name, rival in one["rivals"].items()]
    cells = (
        Cell(f"{one['happened']}{seen}"),
        _cell(one["model"], said, strong=True),
        Cell(span(one["chance"])),
        Cell(span(one["assumptions"])),
        Cell("none" if score is None else f"{one['measure']} {float(score):.3g}", None if score is None else score),
        Cell(", ".join(skills) or "none"),
        Cell("nothing" if forecast is None else str(forecast["was"])),
        Cell(", ".join(_flags(one)) or "none"),
    )
    return Row(str(one["text"]), cells, str(one["target"]))


def _flags(one: Mapping[str, Any]) -> list[str]:
    """What a reader of a score must know."""
    found = [f"near {', '.join(map(str, one['near']))} of the fit"] if one["near"] else []
    found += ["outside of the model"] if one["outside"] else []
    if one["in most"] is not None:
        found.append(f"in {HALF_OF_RUNS}" if one["in half"] else f"in {MOST_RUNS}" if one["in most"]
                     else f"beyond {MOST_RUNS}")  # fmt: skip
    return found


def _skill(name: str, rival: Mapping[str, Any]) -> str:
    skill = rival["skill"]
    if skill is None:
        return f"{rival['judged']} {name}"
    return f"{name} {float(skill):+.2f} ({span(rival['interval'], '+.2f')})"


def _units(study: Study, one: Mapping[str, Any]) -> tuple[str, str]:
    """What stands behind what happened, and behind the model's number, whose column does not fold."""
    if one["kind"] != NUMERIC:
        return "", " of runs"
    unit, (kind, _, code) = str(one["unit"]), str(one["expression"][0]).partition(".")
    if unit != SHARE:
        words = f" {unit}s" if unit == "week" else f" ({unit})"
        return words, words
    stakes = {contest.code: contest.stake for contest in study.contests if kind == "control"}
    return f" of {stakes[code]}" if code in stakes else f" ({unit})", ""


def _cell(number: Any, unit: str = "", *, strong: bool = False) -> Cell:
    return Cell("none") if number is None else Cell(f"{float(number):.3g}{unit}", float(number), strong=strong)


def span(ends: Any, form: str = ".3g") -> str:
    """Both ends of an interval; none where one is not known."""
    low, high = ends
    return "none" if low is None or high is None else f"{float(low):{form}} to {float(high):{form}}"
