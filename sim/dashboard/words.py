"""Plain words for the model's vocabulary: postures, phases, reasons, numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.dashboard.contests import Contest
from sim.dashboard.postures import Posture
from sim.dashboard.study import Study, View
from sim.phrases import between, plural
from sim.quantities import ABSTAINING, HELD, MOTIVES
from sim.scenario import policies

PHASE_WORDS = ("quiet", "fighting", "truce", "settled by victory")
DOMESTIC_PHASE_WORDS = ("quiet", "upheaval", "calmed down", "settled by victory")

ENDING_WORDS = (
    "all is quiet",
    "fighting goes on",
    "there is a truce",
    "{challenger} has won all",
    "{holder} has won all",
)
DOMESTIC_ENDING_WORDS = ("all is quiet", "the upheaval goes on", "it has calmed down", *ENDING_WORDS[3:])
"""How a contest ends, in the order of `sim.quantities.ENDINGS`."""

REASON_WORDS = {motive.name: motive.words for motive in MOTIVES}

ALL_WEEKS = "zoom=All-weeks"
"""Choice of the strips' time axis for what rests on all weeks, as an address has it."""

INERTIA = tuple(motive.name for motive in MOTIVES if motive.brought_by in (HELD, ABSTAINING))
"""Terms that hold a third party to what it does, whatever the case."""


def posture_words(posture: Posture, contest: Contest) -> str:
    """What a third party in `posture` does in `contest`, ``backs Azerbaijan``."""
    return policies.posture_words(posture.name, posture.side, (contest.challenger_name, contest.holder_name))


def phase_words(contest: Contest) -> tuple[str, ...]:
    """Names of the four phases, in the contest's own kind of words."""
    return DOMESTIC_PHASE_WORDS if contest.host else PHASE_WORDS


def ending_words(contest: Contest) -> tuple[str, ...]:
    """Endings of a contest by their codes, in the contest's own kind of words."""
    sides = {"challenger": contest.challenger_name, "holder": contest.holder_name}
    return tuple(words.format(**sides) for words in (DOMESTIC_ENDING_WORDS if contest.host else ENDING_WORDS))


def reason_words(term: str) -> str:
    """A utility term in plain words; an unknown one keeps its name."""
    return REASON_WORDS.get(term, term.replace("_", " ").capitalize())


def of_kept_runs(study: Study, view: View) -> str:
    """Of which runs a number over time is, within a sentence: all of the view's, or those whose weeks were kept."""
    whole = study.kept_of(view) == len(study.runs_of(view))
    return "of runs" if whole else f"of {_kept(study, [view])}"


def kept_runs(study: Study, views: Sequence[View]) -> str:
    """Runs behind figures over time, ``the 200 runs kept over time``, and their last week if others follow."""
    return _kept(study, views) + (f", until {end}" if (end := last_kept(study)) else "")


def beside_all(study: Study, views: Sequence[View]) -> str:
    """That findings count more runs than figures over time, as a sentence; empty where all are kept."""
    fewer = any(study.kept_of(view) < len(study.runs_of(view)) for view in views)
    said = "Findings on the end count runs that were not kept too, so that their shares may differ a little from these."
    return f" {said}" if fewer else ""


def weeks_seen(study: Study, weeks: Sequence[float]) -> str:
    """Which weeks a number over time is of, ``27 September 2020 to 25 June 2021, one week in 13``."""
    every = int(study.manifest["series"].get("every") or 1)
    days = study.weeks_words(min(weeks), max(weeks))
    return days if every == 1 else f"{days}, one week in {every}"


def last_kept(study: Study) -> str:
    """The last week that is kept, ``week 101 of 104``; empty where runs are kept to their end."""
    last = study.last_seen
    return f"week {last:g} of {study.weeks:,}" if last is not None and last < study.weeks else ""


def _kept(study: Study, views: Sequence[View]) -> str:
    shown, kept = [study.kept_of(view) for view in views], [study.all_kept_of(view) for view in views]
    counts = set(shown) or {0}
    if shown != kept:
        span = plural(max(counts), "run") if len(counts) == 1 else f"{min(counts):,} to {max(counts):,} runs"
        whole = f"the {max(kept):,}" if len(set(kept)) == 1 else "those"
        return f"the {span}{' of each version' if len(views) > 1 else ''} sampled of {whole} kept over time"
    if len(counts) > 1:
        return f"the {min(counts):,} to {max(counts):,} runs kept over time of each version"
    return "the only run kept over time" if counts == {1} else f"the {max(counts):,} runs kept over time"


def percent(share: float) -> str:
    """A share as a percentage; a share that is not 0 or 1 is never rounded to it."""
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{100 * share:.0f}%"


def figure(share: float) -> str:
    """A share as a percentage in few characters, for large type."""
    return percent(share).replace("under ", "<").replace("over ", ">")


def percent_range(low: float, high: float) -> str:
    """An interval of shares, ``81% to 86%``."""
    if f"{low:.2f}" == f"{high:.2f}" and low != high:
        return f"{100 * low:.1f}% to {100 * high:.1f}%"
    return f"{100 * low:.0f}% to {100 * high:.0f}%"


def percent_ends(low: float, high: float) -> str:
    """Two ends of shares without their sign, ``81 to 86``, with one decimal where they would look the same."""
    if math.isnan(low) or math.isnan(high):
        return "unknown"
    if 0 < high < 0.005:
        return "under 1"
    digits = 1 if f"{low:.2f}" == f"{high:.2f}" and low != high else 0
    return between(f"{100 * low:.{digits}f}", f"{100 * high:.{digits}f}")


def value_words(value: float, form: str) -> str:
    """A value of an outcome as its format has it."""
    if math.isnan(value):
        return "unknown"
    return percent(value) if form.endswith("%") else f"{value:{form}}"


def range_words(low: float, high: float, form: str) -> str:
    """Two values of an outcome, with one decimal more where they would look the same."""
    if form.endswith("%") and percent(low) == percent(high) and low != high:
        return f"{100 * low:.1f}% to {100 * high:.1f}%"
    return between(value_words(low, form), value_words(high, form))


def change_words(value: float, form: str) -> str:
    """A change with its sign, zero without; that of a share in percentage points, which the text around it says."""
    if math.isnan(value):
        return "unknown"
    said = f"{100 * value:+.1f}" if form.endswith("%") else f"{value:+.2f}"
    return said.replace("-", "−") if said.strip("+-0.") else said[1:]


def enumeration(words: list[str]) -> str:
    """Words as an enumeration, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def shorten(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where it has more than so many characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def capital(text: str) -> str:
    """The text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]
