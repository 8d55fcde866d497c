"""The crises: who holds what, whether there is fighting, and what outsiders do, week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.contests import Contest
from sim.dashboard.estimates import shares_held, weeks_of_fighting
from sim.dashboard.figures.drawing import (
    Figure,
    Key,
    Slot,
    Spec,
    calendar,
    fan_columns,
    fan_traces,
    safe,
    short_numbers,
    single_run,
)
from sim.dashboard.postures import posture_styles
from sim.dashboard.sections.crises.rows import area, mark_events, stack_rows
from sim.dashboard.statistics import fan, spread_runs, wide
from sim.dashboard.study import Study, View, points_of
from sim.dashboard.words import beside_all, capital, enumeration, kept_runs, percent, phase_words, posture_words

PHASE_STYLE = (("$phase0", ""), ("$phase1", "/"), ("$phase2", ""), ("$phase3", "."))
SINGLE_RUNS = 6
STAYS_OUT = 0.98
"""Outside powers that stay out in at least this share of weeks are left out of a strip's short form."""


@dataclass(frozen=True)
class Conduct:
    """What outside powers do: their codes, postures by week and run, and the share of weeks in which they stay out."""

    parties: list[str]
    codes: pd.DataFrame
    out: float


def crises(study: Study, views: Sequence[View]) -> list[Slot]:
    """One figure a contest."""
    slots = []
    for contest in study.contests:
        place = study.name(contest.host) if contest.host else contest.name
        slots.append(
            Slot(
                anchor=f"crisis-{contest.code}",
                title=contest.name if contest.name == place else f"{contest.name} ({place})",
                how=how_to_read(study, contest, views),
                points=[crisis(study, contest, view) for view in views],
                keys=keys(study, contest, views),
            )
        )
    return slots


def how_to_read(study: Study, contest: Contest, views: Sequence[View]) -> str:
    """How to read a strip, in a sentence."""
    return (
        f"Top: how much of {contest.stake} {contest.challenger_name} holds (line: the middle run; dark band: half of "
        f"the runs; light band: nine runs in ten; thin lines: single runs). Below: how many runs are in each state "
        f"that week. All of {kept_runs(study, views)}.{beside_all(study, views)}"
    )


def keys(study: Study, contest: Contest, views: Sequence[View]) -> list[Key]:
    """Legends of phases and of the postures that were held in any run shown."""
    phases = [
        (word, colour, pattern) for word, (colour, pattern) in zip(phase_words(contest), PHASE_STYLE, strict=True)
    ]
    kept = study.series[study.series["point"].isin(points_of(views))]
    columns = [
        f"posture.{contest.code}.{party}" for party in contest.parties if f"posture.{contest.code}.{party}" in kept
    ]
    held = set(np.unique(kept[columns].to_numpy()).tolist()) if columns else set()
    styles = posture_styles(study.postures)
    postures = [
        (posture_words(posture, contest), *styles[code]) for code, posture in enumerate(study.postures) if code in held
    ]
    return [key for key in ((phase_title(contest), phases), ("Outside powers", postures)) if key[1]]


def phase_title(contest: Contest) -> str:
    """What the row of phases is called."""
    return "Upheaval or calm" if contest.host else "War or peace"


def crisis(study: Study, contest: Contest, view: View) -> Figure | None:
    """The strip of one contest in one view."""
    kept = study.series_of(view)
    if kept.empty or f"control.{contest.code}" not in kept:
        return None
    control = wide(kept, f"control.{contest.code}")
    figure = Figure(summary=summary_of(study, contest, control), columns=calendar(study, list(control.index)))
    rows = [("control", 0)]
    bands = fan(control)
    figure.columns |= fan_columns(control_label(contest), bands)
    for run in spread_runs(control, SINGLE_RUNS):
        figure.columns[f"run {run}"] = short_numbers(control[run].to_numpy())
        figure.traces.append(single_run(f"run {run}", "$challenger"))
    figure.traces += fan_traces(
        control_label(contest), "$challenger", spoken=safe(f"{contest.challenger_name}: half of runs above")
    )
    titles = [f"<b>{safe(control_label(contest))}</b>"]
    if f"phase.{contest.code}" in kept:
        rows.append(("phase", len(rows)))
        titles.append(f"<b>{phase_title(contest)}</b>")
        add_phases(figure, contest, wide(kept, f"phase.{contest.code}"))
    found, fought = conducts(study, contest, kept), weeks_of_fighting(study, contest, view)
    for one in found:
        rows.append(("party", len(rows)))
        titles.append(add_parties(figure, study, contest, one, len(rows), fought))
    figure.height, figure.layout = framed(study, contest, rows, titles)
    left_out = [one for one in found if one.out >= STAYS_OUT]
    if left_out:
        shown = len(rows) - len(left_out)
        height, layout = framed(study, contest, rows[:shown], titles[:shown])
        figure.brief = {"height": height, "layout": layout, "words": staying_out(study, left_out)}
    return figure


def framed(study: Study, contest: Contest, rows: list[tuple[str, int]], titles: list[str]) -> tuple[int, Spec]:
    """Height and layout of some rows of a strip, with its events."""
    height, layout = stack_rows(rows, titles)
    mark_events(layout, study, contest)
    return height, layout


def staying_out(study: Study, left_out: Sequence[Conduct]) -> str:
    """Who stays out, in a sentence, ``China and Russia stay out in over 99% of weeks.``"""
    names = [study.name(party) for one in left_out for party in one.parties]
    least = min(one.out for one in left_out)
    often = "all weeks" if least == 1 else f"{'over 99%' if least > 0.99 else 'at least 98%'} of weeks"
    return f"{enumeration(names)} {'stays' if len(names) == 1 else 'stay'} out in {often}."


def control_label(contest: Contest) -> str:
    """What the top row shows."""
    return f"Power of {contest.challenger_name}" if contest.host else f"Held by {contest.challenger_name}"


def summary_of(study: Study, contest: Contest, control: pd.DataFrame) -> str:
    """The strip in a sentence."""
    first, last = (np.nanmedian(control.iloc[row].to_numpy()) for row in (0, -1))
    last_week = study.week_words(float(control.index[-1]))
    return (
        f"{capital(contest.challenger_name)} holds {percent(first)} in the first week and, in the middle run, "
        f"{percent(last)} in {last_week}."
    )


def shares(codes: pd.DataFrame, number: int) -> NDArray[np.float64]:
    """Share with each code of the runs that last so long, shape (number, weeks)."""
    values = codes.to_numpy()
    return np.array([(values == code).sum(axis=1) / np.isfinite(values).sum(axis=1) for code in range(number)])


def add_phases(figure: Figure, contest: Contest, codes: pd.DataFrame) -> None:
    """Add the phases, stacked, to the figure's second row; `figure` is changed in place."""
    table = shares(codes, len(PHASE_STYLE))
    for word, row, (colour, pattern) in zip(phase_words(contest), table, PHASE_STYLE, strict=True):
        column = f"Runs: {word}"
        figure.columns[column] = short_numbers(row)
        figure.traces.append(area(column, word, colour, pattern, axis=2))


def conducts(study: Study, contest: Contest, kept: pd.DataFrame) -> list[Conduct]:
    """What outsiders do; last those that nearly always stay out, of which those that always do share a row."""
    out = [code for code, posture in enumerate(study.postures) if posture.idle]
    found = []
    for party in contest.parties:
        if f"posture.{contest.code}.{party}" in kept:
            codes = wide(kept, f"posture.{contest.code}.{party}")
            held = codes.to_numpy()
            found.append(Conduct([party], codes, float(np.isin(held, out).sum() / np.isfinite(held).sum())))
    idle = [one for one in found if one.out == 1]
    together = [Conduct([party for one in idle for party in one.parties], idle[0].codes, 1.0)] if idle else []
    return [*sorted((one for one in found if one.out < 1), key=lambda one: one.out >= STAYS_OUT), *together]


def add_parties(
    figure: Figure, study: Study, contest: Contest, conduct: Conduct, row: int, fought: pd.DataFrame | None
) -> str:
    """Add what outsiders do to row `row` of the figure, changed in place.

    Returns the row's title, which speaks of the weeks of fighting where there are any (`fought`, by week and run).
    """
    parties = conduct.parties
    table = shares(conduct.codes, len(study.postures))
    name = enumeration([study.name(party) for party in parties])
    for posture, style, row_shares in zip(study.postures, posture_styles(study.postures), table, strict=True):
        if row_shares.max() == 0:
            continue
        words = posture_words(posture, contest)
        column = f"{name}: {words}"
        figure.columns[column] = short_numbers(row_shares)
        figure.traces.append(area(column, words, *style, axis=row))
    if len(parties) > 1:
        return f"<b>{safe(name)}</b><br>always stay out"
    often = np.nanmean(shares_held(conduct.codes, len(study.postures), fought), axis=1)
    most = int(np.argmax(often))
    doing = posture_words(study.postures[most], contest)
    of = "" if fought is None else f" of weeks of {contest.fighting}"
    said = f"always {doing}" if table[most].min() == 1 else f"most often {doing} ({percent(float(often[most]))}{of})"
    return f"<b>{safe(name)}</b><br>{safe(said)}"
