"""Fitted, predicted, assumed: what a scenario was chosen to show is told apart from what the model says."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.pattern_file import HOLDS, SCENARIO
from sim.analysis.pattern_shares import shares
from sim.analysis.patterns import Pattern, Patterns, patterns_of
from sim.dashboard.findings.finding import ASSUMED, FITTED, PREDICTED, Finding
from sim.dashboard.statistics import wide
from sim.dashboard.study import Study, View
from sim.dashboard.words import percent
from sim.errors import ConfigError
from sim.phrases import plural
from sim.results.worlds import sets_of
from sim.scenario.scenario import Scenario, rebuilt
from sim.scenario.yaml.tree import Branch, Place, grow
from sim.storage.manifest import digest

OUTCOME = re.compile(r"[a-z_]+(?:\.\w+)+")
"""An outcome within the measure of a claim."""
BUILT_IN = "built in"
"""Verdict on a claim that the model assumes."""


@dataclass(frozen=True)
class Shown:
    """A pattern, its weeks and band, and how far these runs show it; `met` is None where they do not tell."""

    text: str
    weeks: str
    band: str
    value: str
    met: bool | None


@dataclass(frozen=True)
class Fitted:
    """What the numbers of a scenario were chosen to show.

    Attributes
    ----------
    file, title : str
        The patterns file as the scenario names it, and what it is about.
    patterns : tuple of Pattern
        Empty where the file is faulty.
    fault : str
        What is wrong with it.
    elsewhere : str
        Scenario in whose runs plausible sets were fitted to show them, where that is another one.
    told : bool
        Whether these runs can tell of them: they begin on the day from which the patterns count their weeks.
    """

    file: str
    title: str
    patterns: tuple[Pattern, ...] = ()
    fault: str = ""
    elsewhere: str = ""
    told: bool = True


def fit_target(study: Study) -> Fitted | None:
    """What the plausible sets were fitted to, or without such ones the scenario; None if no patterns are known."""
    member = sets_of(study.manifest.get("sampling") or {}) or {}
    if member.get("fit"):
        return _of_sets(study, member)
    said = study.scenario.get("fitted")
    return _read(said) if isinstance(said, Mapping) and said else None


def _of_sets(study: Study, member: Mapping[str, Any]) -> Fitted:
    """Patterns of the sets' fit in the weeks of this scenario, on the same days; none on a contest of other sides."""
    fit = member["fit"]
    found = _read(fit["patterns"])
    if not found.fault and digest(asdict(patterns_of(_tree(fit["patterns"])))) != fit["digest"]:
        return Fitted(found.file, found.title, fault="it has changed since the sets were fitted to it")
    later = (date.fromisoformat(fit["start"]) - study.start).days / 7
    others = {contest.code for contest in study.contests} - {*fit["contests"]}
    patterns = tuple(_moved(one, later) for one in found.patterns if not {*one.outcome.split(".")[1:2]} & others)
    elsewhere = member["scenario"] if later or member["scenario"] != study.scenario["name"] else ""
    return replace(found, patterns=patterns, elsewhere=elsewhere, told=later == 0)


def _moved(pattern: Pattern, later: float) -> Pattern:
    """A pattern in weeks that are counted from another day."""
    first, last = pattern.weeks
    return replace(pattern, weeks=(math.floor(first + later), math.ceil(last + later)))


def _tree(said: Mapping[str, Any]) -> Branch:
    file = str(said.get("file") or "patterns")
    tree = grow({key: part for key, part in said.items() if key != "file"}, Place(file, 0))
    assert isinstance(tree, Branch), "it grew from a mapping"
    return tree


def _read(said: Mapping[str, Any]) -> Fitted:
    """Patterns as a manifest holds them."""
    file = str(said.get("file") or "patterns")
    try:
        found = patterns_of(_tree(said))
    except ConfigError as error:
        return Fitted(file, file, fault=str(error.faults[0]))
    return Fitted(file, found.title, found.patterns)


def with_badges(study: Study, findings: list[Finding]) -> list[Finding]:
    """Mark the findings that the scenario says itself, or was chosen to show."""
    known = fit_target(study)
    return [with_badge(study, known, finding) for finding in findings]


def with_badge(study: Study, fit: Fitted | None, finding: Finding) -> Finding:
    """A finding with its badge, and what that goes by."""
    badge, because = badge_of(study, fit, finding.outcomes, finding.weeks, finding.word)
    return replace(finding, badge=badge, because=because) if because else finding


def badge_of(
    study: Study, fit: Fitted | None, outcomes: tuple[str, ...], weeks: tuple[float, float] | None, word: str = ""
) -> tuple[str, str]:
    """Badge of what rests on some outcomes in some weeks, and what it goes by; see `Finding`.

    What says another word than a pattern asks for was not fitted to say so.
    """
    if is_held(study, next(iter(outcomes), "")):
        return ASSUMED, "The scenario holds it to one posture."
    patterns, said = (fit.patterns, weeks or (0, study.weeks)) if fit else ((), (0, 0))
    same = [one for one in patterns if one.outcome in outcomes and _meet(one.weeks, said)]
    if fit is None or not same:
        return PREDICTED, ""
    contrary = [one for one in same if _is_contrary(one, word)]
    otherwise = contrary and not any(one.test == "is" and word in one.against for one in same)
    told = contrary if otherwise else [one for one in same if one not in contrary]
    shown = "; ".join(f"{one.text} ({weeks_of(study, one, numbered=fit.told)})" for one in told)
    if otherwise:
        return PREDICTED, f"Chosen to show otherwise{f' in {fit.elsewhere}' if fit.elsewhere else ''}: {shown}."
    return FITTED, f"{shown}. The sets were fitted to show it in {fit.elsewhere}." if fit.elsewhere else shown


def built_in(claims: Mapping[str, Any] | None, outcomes: tuple[str, ...]) -> str:
    """Stored claims on some outcomes of which the model assumes the effect, in words; empty without any."""
    parts = claims.get("parts") if claims else None
    known = [one for one in parts if isinstance(one, dict)] if isinstance(parts, list) else []
    said = [
        f"{one.get('claim')}: {one.get('text')}"
        for one in known
        if one.get("verdict") == BUILT_IN and {*OUTCOME.findall(str(one.get("measure")))} & {*outcomes}
    ]
    return f"Claims about this that the model has built in: {'; '.join(said)}" if said else ""


def with_claims(claims: Mapping[str, Any] | None, findings: list[Finding]) -> list[Finding]:
    """Findings, of which predicted ones name the claims about their outcomes that the model has built in."""
    return [
        replace(one, because=" ".join(filter(None, (one.because, built_in(claims, one.outcomes)))))
        if one.badge == PREDICTED
        else one
        for one in findings
    ]


def _is_contrary(pattern: Pattern, word: str) -> bool:
    """Whether a pattern asks for other words than the one that is said."""
    return bool(word) and pattern.test == "is" and pattern.at_least > 0 and word not in pattern.against


def _meet(fitted: tuple[int, int], said: tuple[float, float]) -> bool:
    """Whether a finding speaks of weeks that a pattern looks at; of later ones, the fit says nothing."""
    return fitted[0] < said[1] and said[0] <= fitted[1] + 1


def is_held(study: Study, outcome: str) -> bool:
    """Whether an outcome is the posture of a third party to which the scenario leaves no choice."""
    kind, *codes = outcome.split(".")
    if kind != "posture" or len(codes) != 2:
        return False
    policy = study.scenario["numbers"].get(f"contests.{codes[0]}.parties.{codes[1]}.posture_policy")
    return policy is not None and float(policy["value"]) >= 0


def patterns_shown(study: Study, fit: Fitted, view: View) -> list[Shown]:
    """How far the kept runs of a view show each pattern."""
    unknown = f"of runs of {fit.elsewhere}", None
    found = ((one, evaluated(study, one, view) if fit.told else unknown) for one in fit.patterns)
    return [Shown(one.text, weeks_of(study, one, numbered=fit.told), band(one), *told) for one, told in found]


def weeks_of(study: Study, pattern: Pattern, *, numbered: bool = True) -> str:
    """The weeks that a pattern speaks of, with their days where they are those of these runs, or these alone."""
    first, last = pattern.weeks
    said = f"week {first}" if first == last else f"weeks {first} to {last}"
    days = study.weeks_words(first, last)
    if not numbered:
        return days
    return said if pattern.world != SCENARIO else f"{said}: {days}"


def band(pattern: Pattern) -> str:
    """What a pattern asks for, in words."""
    whom = "outcomes" if pattern.is_spread else "weeks" if pattern.of_weeks else "runs"
    ends = [
        f"{word} {percent(limit)}"
        for word, limit, open_end in (("at least", pattern.at_least, 0.0), ("at most", pattern.at_most, 1.0))
        if limit != open_end
    ]
    return f"{' and '.join(ends) or 'any share'} of {whom}"


def evaluated(study: Study, pattern: Pattern, view: View) -> tuple[str, bool | None]:
    """Share of kept runs or weeks that show a pattern, in words, and whether it is met."""
    if pattern.is_spread or pattern.world != SCENARIO:
        return "of other runs than these", None
    values = None if pattern.test == HOLDS else weekly(study, pattern.outcome, view)
    if values is None:
        return "not among these outcomes over time", None
    if pattern.weeks[1] >= min(values.shape[1], study.shortest(view.points)):
        return f"these runs end before week {pattern.weeks[1]}", None
    if pattern.starting_path in study.design:
        return "varied by the design", None
    one = Patterns(pattern.name, "", 0, 0, (), (pattern,))
    try:
        scenario = rebuilt(study.scenario)
        share = shares(one, scenario, lambda _: values, starts(scenario, pattern))[pattern.name]
    except (LookupError, TypeError, ValueError):
        return "not of this scenario", None
    return f"{percent(share)} ({plural(values.shape[0], 'run')})", bool(pattern.accepts(share))


def starts(scenario: Scenario, pattern: Pattern) -> NDArray[np.float64]:
    """Inputs of a run as far as a pattern compares with them.

    They are in the precision of what is stored: a value that has not moved is not above its start.
    """
    path = pattern.starting_path
    if not path:
        return np.zeros(0)
    found: NDArray[np.float64] = np.zeros(scenario.layout.row(path) + 1, dtype=np.float32)
    found[-1] = scenario.numbers[path].value
    return found


def weekly(study: Study, outcome: str, view: View) -> NDArray[np.float64] | None:
    """An outcome of kept runs, one column a week, or None where that is not stored."""
    kept = study.series_of(view)
    if kept.empty or outcome not in kept or study.manifest["series"].get("every") != 1:
        return None
    values: NDArray[np.float64] = wide(kept, outcome).to_numpy(dtype=np.float32).T
    return values
