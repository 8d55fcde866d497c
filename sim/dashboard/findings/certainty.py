"""Words that agree with the number they lead: chosen by its size, and by how sure it is.

Few runs are counted out ("in 2 of 3 runs"), one run has neither frequency nor interval, "always" and "never" need
runs enough to say so, and a change that is small or unclear is called that.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.findings.finding import Fact
from sim.dashboard.statistics import Estimate
from sim.dashboard.words import percent, percent_ends, percent_range
from sim.phrases import between, plural, two_intervals

FREQUENCIES = (
    (0.95, "almost always"),
    (0.75, "usually"),
    (0.5, "more often than not"),
    (0.25, "sometimes"),
    (0.05, "rarely"),
)
"""Least share of runs for each word; below the last, almost never."""
FEW = 20
"""Fewer runs than this are counted out."""
SURE = 0.95
"""Share of runs that "always" must be sure of, by its 95% interval; "never" mirrors it."""
HARDLY, UNCLEAR = "hardly changes", "does not clearly change"
"""What is said of a change that is small, and of one that chance may have made."""
SMALL = 0.01
"""A change below this part of what an outcome can be is hardly one."""


def often(share: float) -> str:
    """A share of runs as an adverb."""
    if share == 1:
        return "always"
    if share == 0:
        return "never"
    return next((word for least, word in FREQUENCIES if share >= least), "almost never")


def happens(subject: str, does: str, does_not: str, share: Estimate) -> str:
    """How often something happens, as a sentence without its full stop.

    Parameters
    ----------
    subject, does, does_not : str
        Such as ``a truce``, ``breaks``, ``does not break``.
    share : Estimate
        Share of runs in which it does.
    """
    if share.sets:
        return f"{subject} {does} in {of_runs(share)}"
    if share.runs == 1:
        return f"{subject} {does if share.value == 1 else does_not} in the only run"
    unsure = (share.value == 1 and share.low < SURE) or (share.value == 0 and share.high > 1 - SURE)
    if share.runs >= FEW and not unsure:
        return f"{subject} {often(share.value)} {does}"
    hits = round(share.value * share.runs)
    whole = {0: f"none of {share.runs}", share.runs: f"all {share.runs}"}
    return f"{subject} {does} in {whole.get(hits, f'{hits} of {share.runs}')} runs"


def change(mean: Estimate, most: float = 1.0, clear: bool | None = None) -> str:
    """What an outcome does, by its mean change.

    Parameters
    ----------
    mean : Estimate
        Mean change.
    most : float
        The most that the outcome can be.
    clear : bool, optional
        Whether it is clear of chance; by default, whether its interval leaves out zero.
    """
    small = abs(round(mean.value, 3)) < SMALL * most
    moved = HARDLY if small else "rises" if mean.value > 0 else "falls"
    if mean.runs == 1:
        return f"{moved} in the only run"
    unclear = not (mean.low > 0 or mean.high < 0) if clear is None else not clear
    bounded = max(abs(mean.low), abs(mean.high)) < SMALL * most
    return UNCLEAR if unclear and not bounded else moved


def share_interval(share: Estimate) -> str:
    """Interval of a share in words, both of them over plausible sets; nothing from one run."""
    if share.sets:
        if share.value in (0, 1):
            return f"none of {plural(share.runs, 'run')}" if share.value == 0 else f"all {plural(share.runs, 'run')}"
        return two_intervals(percent_ends(share.low, share.high), percent_ends(*share.assumptions))
    return percent_range(max(0.0, share.low), min(1.0, share.high)) if share.runs > 1 else ""


def with_intervals(share: Estimate, of: str = "") -> str:
    """A share in words, over plausible sets with both intervals, ``53% of runs (chance: ...; assumptions: ...)``."""
    said = f"{percent(share.value)} {of}".strip()
    return f"{said} ({share_interval(share)})" if share.sets else said


def of_runs(share: Estimate) -> str:
    """A share of runs in words; over plausible sets with both its intervals."""
    return with_intervals(share, "of runs")


def share_fact(what: str, share: Estimate, of: str = "") -> Fact:
    """A share with its interval; `of` says of what where it is not of runs."""
    return Fact(what, percent(share.value), share_interval(share), of or plural(share.runs, "run"))


def spread(what: str, values: NDArray[np.float64], said: Callable[[float], str]) -> tuple[Fact, ...]:
    """The middle run, and between what nine runs in ten lie, or all of them where there are few.

    Parameters
    ----------
    what : str
        What the values are, such as ``Weeks of fighting``.
    values : array, shape (R,)
        One value a run; missing ones are left out.
    said : callable
        A value in words.
    """
    held = values[np.isfinite(values)]
    if held.size < 2:
        return (Fact(f"{what}, the only run", said(float(held[0])) if held.size else "unknown", of="1 run"),)
    few = held.size < FEW
    low, middle, high = np.quantile(held, [0.0 if few else 0.05, 0.5, 1.0 if few else 0.95])
    of, whom = plural(held.size, "run"), f"all {held.size} runs" if few else "nine runs in ten"
    return (
        Fact(f"{what}, middle run", said(float(middle)), of=of),
        Fact(f"{what}, {whom}", between(said(float(low)), said(float(high))), of=of),
    )


def mean_fact(what: str, mean: Estimate, said: Callable[[float], str]) -> tuple[Fact, ...]:
    """A mean over plausible sets with both its intervals, in the place of what `spread` finds of one set.

    Parameters
    ----------
    what : str
    mean : Estimate
    said : callable
        A value in words.
    """
    ends = [between(*map(said, pair)) for pair in ((mean.low, mean.high), mean.assumptions)]
    return (Fact(f"{what}, mean", said(mean.value), two_intervals(*ends), plural(mean.runs, "run")),)


def spread_words(facts: tuple[Fact, ...], unit: str = "") -> str:
    """What `spread` found, within a sentence: ``7 weeks in the middle run (nine runs in ten: 1 to 12)``."""
    middle, *wide = facts
    if middle.interval:
        return f"{middle.said}{unit} on average ({middle.interval})"
    which = middle.what.rpartition(", ")[2]
    around = f" ({wide[0].what.rpartition(', ')[2]}: {wide[0].said})" if wide else ""
    return f"{middle.said}{unit} in the {which.removeprefix('the ')}{around}"
