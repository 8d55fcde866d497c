"""Influence from start to end: for each client a small chart of all patrons, readable without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.dashboard.figures.moves import ends_of_runs, held_by, top_of
from sim.dashboard.figures.small import Chart
from sim.dashboard.sections.section import Charted
from sim.dashboard.study import Study, View
from sim.dashboard.words import kept_runs

ANCHOR, TITLE = "influence-moves", "From start to end"
MOST_PATRONS = 6
"""Patrons in a chart: those with most influence at its ends."""


@dataclass(frozen=True)
class Moves:
    """Charts by client's name, on one scale; whose runs they are, and how many patrons are not shown in any."""

    charts: Sequence[tuple[str, Chart]]
    of: str
    left_out: int

    @property
    def how(self) -> str:
        """How to read them."""
        rest = f" The {MOST_PATRONS} powers with most are shown; the panels below have all." if self.left_out else ""
        return (
            "Each power's part of all influence: hollow, in the first week; full, in the last; the thin line is where "
            "nine in ten plausible sets end, if there are any. The rest is the state's own weight. "
            f"Mean of {self.of}.{rest}"
        )

    @property
    def charted(self) -> Charted:
        """The charts as a figure."""
        return Charted(ANCHOR, TITLE, (self.how,), tuple(self.charts))


def start_to_end(study: Study, view: View) -> Moves | None:
    """Charts of all clients, or None where influence is not kept over time."""
    ends = ends_of_runs(study, view)
    if ends is None:
        return None
    held = {patron: held_by(study, patron, ends.opening) for patron in study.patrons}
    rows = {
        client: [ends.bar([held[p][client]], study.name(p), p) for p in study.patrons if client in held[p]]
        for client in study.clients
    }
    ranked = {c: sorted(bars, key=lambda bar: -max(bar.value, bar.start)) for c, bars in rows.items()}
    shown = {client: bars[:MOST_PATRONS] for client, bars in ranked.items() if bars}
    left_out = max((len(rows[client]) - len(bars) for client, bars in shown.items()), default=0)
    shown = {client: [*bars, *([own] if (own := ends.own(client)) else [])] for client, bars in shown.items()}
    if not shown:
        return None
    top = top_of([bar for bars in shown.values() for bar in bars])
    charts = [
        (study.name(client), Chart(tuple(bars), high=top, number="From start to end")) for client, bars in shown.items()
    ]
    whose = f" ({view.name})" if len(study.points) > 1 else ""
    return Moves(charts, f"{kept_runs(study, [view])}{whose}", left_out)
