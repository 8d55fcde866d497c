"""One history in words: what happens in the run that is nearest to the medians."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.contests import Contest
from sim.dashboard.figures.small import Bar, Chart
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.study import Study, View
from sim.dashboard.words import ending_words, enumeration, figure, kept_runs, posture_words
from sim.phrases import plural
from sim.quantities import FIGHTING, SETTLED

MOST_CONTESTS = 3
MEASURES = ("control", "weeks_fought", "truces_broken")
"""Outcomes of each contest by whose medians a run is chosen."""
HALF = 0.5


@dataclass(frozen=True)
class Told:
    """What happens in one contest of a run: a sentence, and the row that has its numbers."""

    text: str
    row: Bar


def one_history(study: Study, view: View) -> Question | None:
    """The run of a view that is nearest to the medians, told; None unless every week of some is kept."""
    run = median_run(study, view) if study.manifest["series"].get("every") == 1 else None
    if run is None:
        return None
    kept = study.series[(study.series["point"] == run["point"]) & (study.series["replicate"] == run["replicate"])]
    weeks = kept.sort_values("week", ignore_index=True)
    told = [one for contest in study.contests if (one := _told(study, contest, weeks, run))][:MOST_CONTESTS]
    if not told:
        return None
    name = f"{int(run['point'])}.{int(run['replicate'])}"
    contests = study.contests[:MOST_CONTESTS]
    return Question(
        asked="What happens in one history?",
        answer=" ".join(one.text for one in told),
        chart=Chart(tuple(one.row for one in told), number="First week to last"),
        anchor="explorer" if study.factors else f"crisis-{contests[0].code}",
        link=f"Run {name} among all runs" if study.factors else f"{contests[0].name}, week by week",
        choices=f"run={name}" if study.factors else "",
        about=f"run {name}, which of {kept_runs(study, [view])} is nearest to the medians of what is held, how long "
        "is fought and how often truces break; other runs go other ways; bars: what the challenger holds, "
        "first week to last",
        wide=True,
        outcomes=tuple(f"{kind}.{contest.code}" for contest in contests for kind in ("ending", "phase")),
    )


def median_run(study: Study, view: View) -> pd.Series | None:
    """The kept run of a view that is nearest to the medians of its outcomes, each by how far it spreads."""
    kept = study.kept_runs_of(view)
    runs = kept.merge(study.runs_of(view), on=["point", "replicate"])
    names = [f"{one}.{contest.code}:final" for contest in study.contests for one in MEASURES]
    names = [name for name in names if name in runs]
    if runs.empty or not names:
        return None
    away = (runs[names] - runs[names].median()).abs() / runs[names].std(ddof=0).replace(0.0, 1.0)
    return runs.iloc[int(np.argmin(away.sum(axis=1).to_numpy()))]


def _told(study: Study, contest: Contest, weeks: pd.DataFrame, run: pd.Series) -> Told | None:
    """One contest of a run; None where its weeks are not kept."""
    control, phase = f"control.{contest.code}", f"phase.{contest.code}"
    if control not in weeks or phase not in weeks:
        return None
    fought = weeks[_fought(study, contest, weeks)]
    first, last = (float(weeks[control].iloc[place]) for place in (0, -1))
    moved, joined = f"{figure(first)} → {figure(last)}", _joined(study, contest, fought)
    ends = ending_words(contest)[_ending(int(weeks[phase].iloc[-1]), last)]
    span, again = _span(study, fought), _again(contest, run) if len(fought) else ""
    when = f"there is {contest.fighting} {span}{again}" if span else f"there is no {contest.fighting}"
    text = (
        f"In {contest.spoken}, {when}{f'; {joined}' if joined else ''}. "
        f"At the end, {ends} (held by {contest.challenger_name}, first week to last: {moved})."
    )
    words = f"{contest.name}: {contest.fighting} {span}{again}" if span else f"{contest.name}: no {contest.fighting}"
    return Told(text, Bar(words, moved, last, "challenger", start=first, runs="1 run"))


def _fought(study: Study, contest: Contest, weeks: pd.DataFrame) -> NDArray[np.bool_]:
    """Weeks of a run with any fighting: at their end, from the week before, or after a truce that broke within them."""
    phase, broken = weeks[f"phase.{contest.code}"].to_numpy(np.float64), f"truces_broken.{contest.code}"
    first = study.scenario["numbers"].get(f"contests.{contest.code}.phase", {"value": phase[0]})["value"]
    breaks = np.diff(weeks[broken].to_numpy(np.float64), prepend=0.0) if broken in weeks else np.zeros(len(phase))
    before = np.concatenate([[float(first)], phase[:-1]])
    return np.asarray((phase == FIGHTING) | (before == FIGHTING) | (breaks > 0))


def _ending(phase: int, control: float) -> int:
    """Code of the ending, from the phase and from what the challenger holds in the last week."""
    return phase + 1 if phase == SETTLED and control < HALF else phase


def _span(study: Study, fought: pd.DataFrame) -> str:
    """The first day of fighting and the last, by its weeks; empty without any."""
    if fought.empty:
        return ""
    begin, end = (float(fought["week"].iloc[place]) for place in (0, -1))
    return f"in {study.week_words(begin)}" if begin == end else f"from {study.weeks_words(begin, end)}"


def _again(contest: Contest, run: pd.Series) -> str:
    """How often truces break."""
    broken = int(run.get(f"truces_broken.{contest.code}:final", 0))
    if not broken:
        return ""
    if contest.host:
        return f", with calm broken {'once' if broken == 1 else plural(broken, 'time')}"
    return f", with {plural(broken, 'broken truce')}"


def _joined(study: Study, contest: Contest, fought: pd.DataFrame) -> str:
    """What outside powers do in most of the weeks of fighting in which they do anything."""
    said = []
    for party in contest.parties:
        name = f"posture.{contest.code}.{party}"
        codes = fought[name].to_numpy(np.int64) if name in fought else np.zeros(0, dtype=np.int64)
        active = [code for code in codes.tolist() if not study.postures[code].idle]
        if active:
            most = int(np.bincount(active).argmax())
            said.append(f"{study.name(party)} {posture_words(study.postures[most], contest)}")
    return enumeration(said) if said else ""
