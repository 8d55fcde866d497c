"""Effects of all levers of each patron over each client, beside its capacity, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.dashboard.figures.table import Cell, Row, Table
from sim.dashboard.study import Study
from sim.dashboard.words import capital, percent

DECIDED = ("raises", "lowers")
NAMES = ("Capacity", "With levers", "Without", "Exercised", "Interval by chance", "Rises in", "Falls in", "Verdict")
HOW = (
    "Only effects that are told apart from chance. Exercised: mean with all levers of the power less that without "
    "them, in pairs. Rises and falls: share of plausible sets by sign."
)


def effects_table(study: Study, found: Mapping[str, Any]) -> Table:
    """One row for each effect of all levers together that is told apart from chance."""
    capacity = {(one["patron"], one["client"]): float(one["capacity"]) for one in found["capacity"]}
    rows = [_row(study, one, capacity) for one in whole(found) if one["verdict"] in DECIDED]
    return Table("exercised-effects", "Effects of all levers together", HOW, ("Power and outcome", *NAMES), tuple(rows))


def whole(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Effects of all levers of a patron over a client at once."""
    return [one for one in found["exercised"] if one["lever"] == "all"]


def _row(study: Study, one: Mapping[str, Any], capacity: Mapping[tuple[str, str], float]) -> Row:
    able = capacity[one["patron"], one["client"]]
    numbers = [float(one[key]) for key in ("with", "without", "exercised")]
    interval = f"{float(one['low']):+.2g} to {float(one['high']):+.2g}"
    cells = (
        Cell(f"{able:.2f}", able),
        *(Cell(f"{value:.3g}", value) for value in numbers[:2]),
        Cell(f"{numbers[2]:+.2g}", numbers[2], strong=True),
        Cell(interval),
        *(Cell(percent(float(one[key])), float(one[key])) for key in ("rises", "falls")),
        Cell(str(one["verdict"])),
    )
    who = f"{study.name(str(one['patron']))} over {study.name(str(one['client']))}"
    return Row(who, cells, capital(str(one["meaning"])))
