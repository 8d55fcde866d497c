"""Influence: who holds how much over each client, and who comes first in the region."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.dashboard.figures.drawing import (
    DASHES,
    PALETTE,
    Figure,
    Slot,
    Spec,
    calendar,
    fan_columns,
    fan_traces,
    safe,
    share_axis,
    short_numbers,
    single_run,
)
from sim.dashboard.figures.moves import own_words
from sim.dashboard.statistics import fan, spread_runs, wide
from sim.dashboard.study import Study, View, points_of
from sim.dashboard.words import enumeration, kept_runs, percent, shorten

SINGLE_RUNS = 6
LONGEST_LABEL = 14
"""Characters that fit beside a panel."""
HOW = (
    "Each power's part of all influence on {client}; the rest is {own}. Line: the middle run; bands: half of the runs, "
    "and nine in ten; thin lines: single runs. All of {kept}."
)
HOW_PRIMACY = (
    "How far each power leads its strongest rival, averaged over the region: above 50% it holds more "
    "influence than the strongest "
    "of the others, below 50% less. Line: the middle run; bands: half of the runs, and nine in ten. All of {kept}."
)


def influence(study: Study, views: Sequence[View]) -> list[Slot]:
    """One panel a client, on a shared scale, and one of primacy where there are rivals."""
    top, kept = scale(study, views), kept_runs(study, views)
    slots = [
        Slot(
            anchor=f"influence-{client}",
            title=f"Influence over {study.name(client)}",
            how=HOW.format(client=study.name(client), own=own_words(study, client), kept=kept),
            points=[panel(study, f"influence.{{}}.{client}", client, view, top) for view in views],
        )
        for client in study.clients
    ]
    if len(study.patrons) < 2:
        return slots
    primacy = [panel(study, "primacy.{}", None, view, 1.0) for view in views]
    return [Slot("primacy", "Who comes first in the region", HOW_PRIMACY.format(kept=kept), primacy), *slots]


def patrons_kept(study: Study, pattern: str, client: str | None) -> list[str]:
    """Patrons whose outcome the series keeps."""
    return [patron for patron in study.patrons if patron != client and pattern.format(patron) in study.series]


def scale(study: Study, views: Sequence[View]) -> float:
    """Upper end of the shared scale: the highest 95% quantile of a patron in any week, and a little more."""
    kept = study.series[study.series["point"].isin(points_of(views))]
    names = [f"influence.{patron}.{client}" for patron in study.patrons for client in study.clients]
    names = [name for name in names if name in kept]
    if not names or kept.empty:
        return 1.0
    highest = kept.groupby("week")[names].quantile(0.95).to_numpy()
    return float(np.ceil(10 * (np.nanmax(highest) + 0.02)) / 10)


def panel(study: Study, pattern: str, client: str | None, view: View, top: float) -> Figure | None:
    """Fans of all patrons in one panel, each named at its end."""
    patrons, kept = patrons_kept(study, pattern, client), study.series_of(view)
    if not patrons or kept.empty:
        return None
    tables = {patron: wide(kept, pattern.format(patron)) for patron in patrons}
    weeks = list(next(iter(tables.values())).index)
    figure = Figure(summary="", columns=calendar(study, weeks), height=330)
    ends: dict[str, float] = {}
    for patron, table in tables.items():
        place = study.patrons.index(patron)
        name, colour, dash = study.name(patron), PALETTE[place % len(PALETTE)], DASHES[place % len(DASHES)]
        bands = fan(table)
        figure.columns |= fan_columns(name, bands)
        figure.traces += fan_traces(name, colour, dash, spoken=f"{safe(name)}: half of runs above")
        ends[patron] = float(bands[2, -1])
        for run in spread_runs(table, SINGLE_RUNS) if place < 2 else []:
            figure.columns[f"{name}, run {run}"] = short_numbers(table[run].to_numpy())
            figure.traces.append(single_run(f"{name}, run {run}", colour))
    leader = max(ends, key=lambda patron: (ends[patron], patron))
    order = sorted(ends, key=lambda patron: -ends[patron])
    figure.summary = (
        "In the middle run at the end: " + enumeration([f"{study.name(p)} {percent(ends[p])}" for p in order]) + "."
    )
    figure.layout = layout(study, ends, top, leader)
    return figure


def layout(study: Study, ends: dict[str, float], top: float, leader: str) -> Spec:
    """Axes, and each patron's name at the end of its line, moved apart where they would touch."""
    room = 0.06 * top
    heights: list[tuple[str, float]] = []
    for patron in sorted(ends, key=lambda patron: ends[patron]):
        lowest = heights[-1][1] + room if heights else 0.0
        heights.append((patron, max(ends[patron], lowest)))
    names = [end_label(study, patron, height, patron == leader) for patron, height in heights]
    ticks = [0.0, round(top / 2, 3), top]
    return {
        "margin": {"t": 10, "b": 40, "l": 46, "r": 112},
        "annotations": names,
        "hovermode": "closest",
        "xaxis": {"type": "date", "fixedrange": True},
        "yaxis": {**share_axis(), "range": [0, top], "tickvals": ticks},
    }


def end_label(study: Study, patron: str, height: float, bold: bool) -> Spec:
    """A patron's name at the end of its line; the whole of a long one on pointing at it."""
    name = study.name(patron)
    text = safe(shorten(name, LONGEST_LABEL))
    return {
        "text": f"<b>{text}</b>" if bold else text,
        "xref": "paper",
        "x": 1.0,
        "xanchor": "left",
        "xshift": 6,
        "y": round(height, 4),
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 12, "color": PALETTE[study.patrons.index(patron) % len(PALETTE)]},
        **({"hovertext": safe(name)} if len(name) > LONGEST_LABEL else {}),
    }
