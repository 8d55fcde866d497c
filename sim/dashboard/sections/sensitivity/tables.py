"""Tables of stored regrets and boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard.figures.table import Cell, Row, Table
from sim.dashboard.sections.sensitivity.bars import Named
from sim.dashboard.words import capital

Rows = Sequence[Mapping[str, Any]]


def tables(answers: Mapping[str, Mapping[str, Any]], named: Named) -> list[Table]:
    """The regret of each policy, and each limit of the boxes of a region, with names as `named` has them."""
    regrets: Rows = answers.get("effects", {}).get("tables", {}).get("regret", ())
    limits: Rows = answers.get("discovery", {}).get("tables", {}).get("boxes", ())
    found = []
    if regrets:
        heads: tuple[str, ...] = ("Policy", "Outcome", "Best is the", "Mean regret", "Largest regret", "Best in")
        how = "What a policy gives away against the one that is best in a world; in how many worlds it is the best."
        found.append(
            Table("regret", "Regret of policies over worlds", how, heads, tuple(_regret(row, named) for row in regrets))
        )
    if limits:
        heads = ("Limit", "Box", "Quasi-p", "Coverage", "Density")
        how = "Coverage: share of the region that the box holds. Density: share of the box that lies in the region."
        found.append(Table("boxes", "Boxes of the region", how, heads, tuple(map(_limit, limits))))
    return found


def _regret(row: Mapping[str, Any], named: Named) -> Row:
    cells = [Cell(capital(named(row["outcome"]))), Cell(str(row["best_is"]))]
    cells += [_number(row["mean_regret"]), _number(row["max_regret"]), _number(row["best_in"], ".0%")]
    return Row(f"{named(row['label'])}: {row['level']}", tuple(cells))


def _limit(row: Mapping[str, Any]) -> Row:
    cells = [_number(row["box"], "d"), _number(row["quasi_p"], ".2g")]
    cells += [_number(row[name], ".0%") for name in ("coverage", "density")]
    return Row(str(row["said"]), tuple(cells))


def _number(value: Any, form: str = ".3g") -> Cell:
    return Cell("unknown") if value is None else Cell(format(value, form), float(value))
