"""Fitted, predicted, assumed: what a scenario was chosen to show is told apart from what the model says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from sim.scenario.scenario import Scenario, rebuilt
from sim.scenario.yaml.tree import Branch, Place, grow

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
    """

    file: str
    title: str
    patterns: tuple[Pattern, ...] = ()
    fault: str = ""


def fit_target(study: Study) -> Fitted | None:
    """What the scenario was fitted to, or None if it names no patterns."""
    said = study.scenario.get("fitted")
    if not isinstance(said, Mapping) or not said:
        return None
    file = str(said.get("file") or "patterns")
    tree = grow({key: part for key, part in said.items() if key != "file"}, Place(file, 0))
    assert isinstance(tree, Branch), "it grew from a mapping"
    try:
        found = patterns_of(tree)
    except ConfigError as error:
        return Fitted(file, file, fault=str(error.faults[0]))
    return Fitted(file, found.title, found.patterns)


def with_badges(study: Study, findings: list[Finding]) -> list[Finding]:
    """Mark the findings that the scenario says itself, or was chosen to show."""
    known = fit_target(study)
    return [with_badge(study, known.patterns if known else (), finding) for finding in findings]


def with_badge(study: Study, patterns: tuple[Pattern, ...], finding: Finding) -> Finding:
    """A finding with its badge, and what that goes by."""
    badge, because = badge_of(study, patterns, finding.outcomes, finding.weeks)
    return replace(finding, badge=badge, because=because) if because else finding


def badge_of(
    study: Study, patterns: tuple[Pattern, ...], outcomes: tuple[str, ...], weeks: tuple[float, float] | None
) -> tuple[str, str]:
    """Badge of what rests on some outcomes in some weeks, and what it goes by; see `Finding`."""
    if is_held(study, next(iter(outcomes), "")):
        return ASSUMED, "The scenario holds it to one posture."
    same = [one for one in patterns if one.outcome in outcomes and _meet(one.weeks, weeks)]
    return (FITTED, "; ".join(f"{one.text} ({weeks_of(study, one)})" for one in same)) if same else (PREDICTED, "")


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
    return [replace(one, because=built_in(claims, one.outcomes)) if one.badge == PREDICTED else one for one in findings]


def _meet(fitted: tuple[int, int], said: tuple[float, float] | None) -> bool:
    """Whether a finding speaks of weeks that a pattern looks at; of later ones, the fit says nothing."""
    return said is None or (fitted[0] < said[1] and said[0] <= fitted[1] + 1)


def is_held(study: Study, outcome: str) -> bool:
    """Whether an outcome is the posture of a third party to which the scenario leaves no choice."""
    kind, *codes = outcome.split(".")
    if kind != "posture" or len(codes) != 2:
        return False
    policy = study.scenario["numbers"].get(f"contests.{codes[0]}.parties.{codes[1]}.posture_policy")
    return policy is not None and float(policy["value"]) >= 0


def patterns_shown(study: Study, fit: Fitted, view: View) -> list[Shown]:
    """How far the kept runs of a view show each pattern."""
    return [
        Shown(pattern.text, weeks_of(study, pattern), band(pattern), *evaluated(study, pattern, view))
        for pattern in fit.patterns
    ]


def weeks_of(study: Study, pattern: Pattern) -> str:
    """The weeks that a pattern speaks of, with their dates where they are those of these runs."""
    first, last = pattern.weeks
    said = f"week {first}" if first == last else f"weeks {first} to {last}"
    days = f"{study.day_words(first)} to {study.day_words(last + 1 - 1 / 7)}"
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
