"""What spoke against fighting, from the stored reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.dashboard.contests import Contest
from sim.dashboard.estimates import mean_reasons, shares_held, weeks_of_fighting
from sim.dashboard.figures.small import Bar, Chart, scale_of
from sim.dashboard.statistics import wide
from sim.dashboard.study import Study, View
from sim.dashboard.words import INERTIA, enumeration, posture_words, reason_words, weeks_seen
from sim.phrases import plural

MOST_TERMS, MOST_BARS = 3, 7
"""Reasons that the sentence names, and that the chart has bars for."""
SMALL = 0.01
"""Reasons below this are not told."""


@dataclass(frozen=True)
class Argued:
    """What speaks against a choice: its name, a sentence, the chart of its terms, and what these are."""

    choice: str
    text: str
    chart: Chart
    about: str


def against_fighting(study: Study, contest: Contest, party: str, view: View) -> Argued | None:
    """What speaks for a party's usual choice and against fighting for the side that it would sooner fight for.

    Terms are means over the explained runs and the weeks of fighting, or all weeks where there are none; a positive one
    speaks against fighting. None where no reasons are stored, or where the menu has no fighting.
    """
    table = study.reasons
    rows = table[
        (table["contest"] == contest.code) & (table["party"] == party) & table["point"].isin(view.points)
    ] if len(table) else table  # fmt: skip
    if rows.empty:
        return None
    counts = weeks_of_fighting(study, contest, view)
    terms = mean_reasons(study, view, rows, counts).unstack().fillna(0.0)
    if terms.empty:
        return None
    menu = {posture.name: posture for posture in study.postures if posture.name in terms.index}
    fighting = [name for name, posture in menu.items() if posture.fights]
    codes = wide(study.series_of(view), f"posture.{contest.code}.{party}")
    often = np.nanmean(shares_held(codes, len(study.postures), counts), axis=1)
    usual = study.postures[int(np.argmax(often))].name
    if not fighting or usual not in menu or usual in fighting:
        return None
    total = terms.drop(columns=[term for term in INERTIA if term in terms]).sum(axis=1)
    other = max(fighting, key=lambda name: (total[name], name))
    values = terms.loc[usual].to_numpy(np.float64) - terms.loc[other].to_numpy(np.float64)
    apart = {str(term): float(v) for term, v in zip(terms.columns, values, strict=True) if term not in INERTIA}
    told = [term for term in sorted(apart, key=lambda term: -apart[term]) if apart[term] >= SMALL][:MOST_TERMS]
    bars = [*_bars(apart, told), _bar("Balance against fighting", sum(apart.values()))]
    does, would = (posture_words(menu[name], contest) for name in (usual, other))
    named = enumeration([f"“{reason_words(term)}”" for term in told]) if told else ""
    text = "No single reason speaks against it; it is as good as what it does."
    if told:
        text = f"Most against it, compared with what it mostly does{' then' if counts is not None else ''}: {named}."
    chart = Chart(tuple(bars), *scale_of(bars), number="Points of utility")
    weeks, seen = "weeks", np.sort(rows["week"].unique())
    if counts is not None:
        weeks, seen = f"weeks of {contest.fighting}", counts.index[counts.gt(0).any(axis=1)].to_numpy(np.float64)
    about = f"how much more speaks for “{does}” than for “{would}”, mean over {weeks} and explained runs"
    about += f" ({weeks_seen(study, seen.tolist())})"
    return Argued(other, text, chart, about)


def _bars(apart: Mapping[str, float], told: list[str]) -> list[Bar]:
    """Bars of the reasons told, of others until what is left is smaller than each bar, and of the rest together."""
    further = sorted((term for term in apart if term not in told), key=lambda term: -abs(apart[term]))
    shown = list(told)

    def is_small(left: list[str]) -> bool:
        smallest = min((abs(apart[term]) for term in shown), default=0.0)
        return max(abs(apart[left[0]]), abs(sum(apart[term] for term in left))) < smallest

    while further and len(shown) < MOST_BARS and not is_small(further):
        shown.append(further.pop(0))
    bars = [_bar(reason_words(term), apart[term]) for term in sorted(shown, key=lambda term: -apart[term])]
    rest = [apart[term] for term in further if apart[term]]
    return [*bars, _bar(f"{plural(len(rest), 'other reason')} together", sum(rest))] if rest else bars


def _bar(words: str, value: float) -> Bar:
    said = f"{value:+.2f}".replace("-", "−")
    return Bar(words, said, value, "c4" if value > 0 else "c3")
