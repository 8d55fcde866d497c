"""Findings on one contest: fighting, ground, what the leading outsider did, who took office."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.finding import Finding, often
from sim.dashboard.statistics import Estimate, mean_estimate, share_estimate, wide
from sim.dashboard.study import GROUND, Contest, Study, View
from sim.dashboard.words import between, capital, figure, many, percent, percent_range, posture_words
from sim.quantities import FIGHTING

EARLY = 3
"""Week at which early fighting is reported, or the last week of a shorter run."""


def interstate_findings(study: Study, contest: Contest, view: View) -> list[Finding]:
    """Fighting and truces, the ground gained, and what the leading outsider did."""
    parts = (fighting(study, contest, view), ground(study, contest, view), outsider(study, contest, view))
    return [part for part in parts if part is not None]


def domestic_findings(study: Study, contest: Contest, view: View) -> list[Finding]:
    """Who took office, and what the leading outsider did meanwhile."""
    runs, column = study.runs_of(view), f"takeover.{contest.code}:final"
    if column not in runs:
        return []
    weeks = runs[column].to_numpy(dtype=np.float64)
    taken = share_estimate(np.isfinite(weeks))
    host = study.name(contest.host or "")
    text = f"{capital(contest.challenger_name)} takes office in {percent(taken.value)} of runs"
    if taken.value > 0:
        text += f", in the middle one of these by {study.said_day(float(np.nanmedian(weeks)))}"
    text += "."
    leading = leader(study, contest, view)
    if leading is not None:
        text += " " + conduct(study, contest, leading, view)[0]
    title = f"{capital(contest.challenger_name)} {often(taken.value)} takes office in {host}"
    return [finding(title, text, taken, f"crisis-{contest.code}", contest, "runs with a takeover")]


def finding(title: str, text: str, estimate: Estimate, anchor: str, contest: Contest, about: str) -> Finding:
    """A finding whose number is a share of runs."""
    span = percent_range(estimate.low, estimate.high)
    link = f"{contest.name}, week by week"
    return Finding(title, text, figure(estimate.value), span, estimate.runs, anchor, link, about)


def fighting(study: Study, contest: Contest, view: View) -> Finding | None:
    """How long the fighting goes on, and whether truces hold."""
    runs, kept, code = study.runs_of(view), study.series_of(view), contest.code
    broken_name, fought_name = f"truces_broken.{code}:final", f"weeks_fought.{code}:final"
    if broken_name not in runs or fought_name not in runs:
        return None
    broken = share_estimate(runs[broken_name].to_numpy() >= 1)
    fought = runs[fought_name].quantile([0.05, 0.5, 0.95]).to_numpy()
    text = f"In {percent(broken.value)} of runs at least one truce breaks. "
    if f"phase.{code}" in kept and not kept.empty:
        phases = wide(kept, f"phase.{code}") == FIGHTING
        week = (
            float(phases.index[int(np.searchsorted(phases.index, EARLY))])
            if phases.index[-1] >= EARLY
            else float(phases.index[-1])
        )
        early, last = share_estimate(phases.loc[week].to_numpy()), share_estimate(phases.iloc[-1].to_numpy())
        text += (
            f"On {study.said_day(study.seen(week))} there is fighting in {percent(early.value)} of runs "
            f"({percent_range(early.low, early.high)}); "
            f"on {study.said_day(study.seen(float(phases.index[-1])))} in {percent(last.value)}. "
        )
    text += (
        f"The sides fight for {many(fought[1], 'week')} in the middle run (nine runs in ten: "
        f"{between(f'{fought[0]:.0f}', f'{fought[2]:.0f}')})."
    )
    title = f"In {contest.spoken}, a truce {often(broken.value)} breaks"
    return finding(title, text, broken, f"crisis-{code}", contest, "runs in which a truce breaks")


def ground(study: Study, contest: Contest, view: View) -> Finding | None:
    """How much the challenger holds at the end, and how often it gains."""
    runs, name = study.runs_of(view), f"control.{contest.code}"
    if f"{name}:final" not in runs:
        return None
    start = float((study.scenario["numbers"].get(f"contests.{contest.code}.control") or {}).get("value", np.nan))
    ends = runs[f"{name}:final"].to_numpy(dtype=np.float64)
    low, middle, high = np.nanquantile(ends, [0.05, 0.5, 0.95])
    gained = share_estimate(ends > start)
    all_of_it = share_estimate(ends >= 0.97)
    gains = f"gains ground in {contest.spoken}" if contest.stake == GROUND else f"gains more of {contest.stake}"
    title = f"{capital(contest.challenger_name)} {often(gained.value)} {gains}"
    text = (
        f"{capital(contest.challenger_name)} begins with {percent(start)} of {contest.stake}. At "
        f"the end it holds {percent(float(middle))} in the "
        f"middle run, and {between(percent(float(low)), percent(float(high)))} in nine runs out of ten. "
        f"It holds 97% or more in {percent(all_of_it.value)} of runs, and ends with more than "
        f"at first in {percent(gained.value)}."
    )
    return finding(title, text, gained, f"crisis-{contest.code}", contest, "runs in which it ends with more")


def outsider(study: Study, contest: Contest, view: View) -> Finding | None:
    """What the outsider with the most influence over the sides did."""
    leading = leader(study, contest, view)
    if leading is None:
        return None
    text, doing, share = conduct(study, contest, leading, view)
    name = study.name(leading)
    title = f"In {contest.spoken}, {name} most often {doing}"
    span = percent_range(max(0.0, share.low), min(1.0, share.high))
    anchor, link = f"crisis-{contest.code}", f"{contest.name}, week by week"
    if not study.reasons.empty:
        anchor, link = f"why-{contest.code}-{leading}", f"Why {name} did so"
    about = "of all weeks in all runs"
    return Finding(title, text, figure(share.value), span, share.runs, anchor, link, about)


def leader(study: Study, contest: Contest, view: View) -> str | None:
    """Third party with the most influence over the sides, or over the host, in the first week."""
    kept = study.series_of(view)
    if kept.empty:
        return None
    opening = kept[kept["week"] == kept["week"].min()]
    over = [contest.host] if contest.host else [contest.challenger, contest.holder]
    here = [party for party in contest.parties if f"posture.{contest.code}.{party}" in kept]

    def weight(party: str) -> float:
        names = [f"influence.{party}.{state}" for state in over if f"influence.{party}.{state}" in kept]
        return float(opening[names].mean().mean()) if names else -1.0

    return max(here, key=weight) if here else None


def conduct(study: Study, contest: Contest, party: str, view: View) -> tuple[str, str, Estimate]:
    """What a third party does: in sentences, its most frequent posture, and that posture's share of weeks."""
    codes = wide(study.series_of(view), f"posture.{contest.code}.{party}")
    count = len(study.postures)
    weekly = np.array([(codes.to_numpy() == code).mean(axis=0) for code in range(count)])
    order = np.argsort(-weekly.mean(axis=1), kind="stable")
    most, second = int(order[0]), int(order[1])
    share, next_share = mean_estimate(weekly[most]), mean_estimate(weekly[second])
    doing, next_doing = (posture_words(study.postures[place], contest) for place in (most, second))
    text = (
        f"{capital(study.name(party))}, the outside power with most influence there, {doing} in "
        f"{percent(share.value)} of weeks"
    )
    text += f" and {next_doing} in {percent(next_share.value)}. " if next_share.value > 0 else ". "
    fought = share_estimate(fights(study, codes))
    text += (
        f"It fights for a side, if only for a week, in {percent(fought.value)} of runs "
        f"({percent_range(fought.low, fought.high)})."
    )
    return text, doing, share


def fights(study: Study, codes: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a run has any week in which the posture is to fight for a side, shape (R,)."""
    fighting = [
        code for code, posture in enumerate(study.postures) if posture.side and posture.name.startswith("fight")
    ]
    held: NDArray[np.bool_] = np.isin(codes.to_numpy(), fighting)
    return np.asarray(held.any(axis=0))
