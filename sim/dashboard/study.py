"""A results folder as the dashboard sees it: names, dates and tables, with nothing left to parse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.dashboard.contests import Contest, read_contests
from sim.dashboard.postures import Posture, read_menu
from sim.experiments.designs import kind_of
from sim.experiments.lengths import lengths_of
from sim.phrases import date_words
from sim.quantities import ENDINGS
from sim.results.sample import evenly
from sim.results.stored import Stored
from sim.results.tables import run_keys
from sim.results.worlds import Worlds, worlds
from sim.scenario.declared import declared_of
from sim.scenario.policies import policy_words

MOST_LEVELS = 12
"""A factor with more levels is described as a number."""
MOST_COMPARED = 120
"""Points that can be compared one by one."""
MOST_NAMED = 3
"""Factors that name a point in full; of more, only those that differ from the first point are named."""
MOST_VIEWS = 16
"""Views of the figures over time."""
MOST_VALUES = 60_000_000
"""Numbers of four bytes that there is room for in all tables together; a quarter of it is for runs over time."""
OF_RUNS = ("control", "ending", "governs", "influence", "primacy", "takeover", "truces_broken", "weeks_fought")
"""Outcomes of whole runs that pages speak of, by the first word of their columns; of these, the values at the end."""
FIRST_VICTORY = ENDINGS.index("challenger won")
"""Code of the first of the endings in which a side has won all."""
RUN_COLUMNS = ("point", "replicate")
SERIES_COLUMNS = ("point", "replicate", "week")
REASON_COLUMNS = ("point", "week", "contest", "party", "posture", "term", "value")


@dataclass(frozen=True)
class View:
    """What a figure over time shows at once: the runs of one design point, or of several together."""

    name: str
    points: tuple[int, ...]


@dataclass(frozen=True)
class Study:
    """Everything that the sections draw from; made by `study`.

    Attributes
    ----------
    series : DataFrame
        Weekly outcomes of the runs that were kept over time, or of as many of these as there is room for.
    kept : DataFrame
        Point and replicate of each run that was kept over time, in `series` or not.
    """

    manifest: Mapping[str, Any]
    scenario: Mapping[str, Any]
    start: date
    lengths: Mapping[int, int]
    names: Mapping[str, str]
    contests: tuple[Contest, ...]
    postures: tuple[Posture, ...]
    clients: tuple[str, ...]
    patrons: tuple[str, ...]
    design: pd.DataFrame
    runs: pd.DataFrame
    series: pd.DataFrame
    kept: pd.DataFrame
    reasons: pd.DataFrame

    @property
    def weeks(self) -> int:
        """Weeks that the longest runs last."""
        return max(self.lengths.values(), default=int(self.scenario["structure"]["weeks"]))

    def shortest(self, points: Sequence[int]) -> int:
        """Weeks that the shortest runs of some points last."""
        return min(self.lengths[point] for point in points)

    @property
    def states(self) -> tuple[str, ...]:
        """Codes of the states, clients first, then patrons, then whoever else there is."""
        known = dict.fromkeys((*self.clients, *self.patrons))
        return (*known, *sorted(set(self.scenario["structure"]["states"]) - set(known)))

    @property
    def points(self) -> tuple[int, ...]:
        """Design points that have at least one finished run."""
        return tuple(int(point) for point in sorted(self.runs["point"].unique()))

    def name(self, code: str) -> str:
        """Name of a state or contest for the reader."""
        return self.names.get(code, code)

    def seen(self, week: float) -> float:
        """Weeks after the start at which the row of a week in `series` was observed: at that week's end."""
        return week + float(self.scenario["structure"]["dt"])

    @cached_property
    def last_seen(self) -> float | None:
        """Weeks after the start at which the last row of all `series` was observed; None without any.

        Where only every few weeks are kept, that may be before the end.
        """
        return self.seen(float(self.series["week"].max())) if len(self.series) else None

    def day(self, week: float) -> date:
        """Date so many weeks after the start."""
        return self.start + timedelta(days=round(7 * week))

    def day_words(self, week: float) -> str:
        """The same in words, ``18 October 2020``."""
        return date_words(self.day(week))

    def week_words(self, week: float) -> str:
        """A week by the day on which it begins, ``the week from 18 October 2020``."""
        return f"the week from {self.day_words(np.floor(week))}"

    def weeks_words(self, first: float, last: float) -> str:
        """The first day of a week to the last one of another, ``27 September 2020 to 24 October 2020``."""
        return f"{self.day_words(np.floor(first))} to {self.day_words(np.floor(last) + 1 - 1 / 7)}"

    @cached_property
    def factors(self) -> tuple[Mapping[str, Any], ...]:
        """What the design varies; ``labels`` of policies that were given no others say what they have a state do."""
        return tuple(self._in_words(factor) for factor in self.manifest.get("factors") or ())

    def _in_words(self, factor: Mapping[str, Any]) -> Mapping[str, Any]:
        values = list(factor.get("values") or ())
        if list(factor.get("labels") or ()) != values:
            return factor
        found = [policy_words(factor["path"], value, self.scenario) for value in values]
        labels = [words[0] for words in found if words]
        return {**factor, "labels": labels} if labels and len(set(labels)) == len(values) else factor

    @cached_property
    def worlds(self) -> Worlds | None:
        """Plausible sets that the points stand in; None where a single set of assumptions is behind them all."""
        return worlds(self.manifest, self.design)

    @property
    def over_sets(self) -> bool:
        """Whether numbers are taken over several plausible sets."""
        return self.worlds is not None and len(self.worlds) > 1

    @cached_property
    def baseline(self) -> View:
        """Points at the first level of every factor that has levels: what happens in all worlds if nothing is tried."""
        here = self.design[self.design["point"].isin(self.points)]
        for factor in self.factors:
            if factor.get("values"):
                here = here[here[factor["path"]] == factor["values"][0]]
        points = tuple(here["point"].tolist())
        every = set(points) == set(self.points)
        return View(self._together() if every else "The first version in every plausible set", points)

    @property
    def pooled(self) -> bool:
        """Whether no point of the design is a baseline, so that findings and figures are of all points together."""
        return len(self.points) > 1 and not has_baseline(self.manifest.get("sampling") or {"design": "grid"})

    @property
    def one_by_one(self) -> bool:
        """Whether the points are compared one by one: there are few, and each has a level of every factor."""
        return 1 < len(self.points) <= MOST_COMPARED and all(factor.get("values") for factor in self.factors)

    @property
    def varied(self) -> bool:
        """Whether outcomes are described over the design as a whole: its points are pooled, or too many to list."""
        return len(self.points) > 1 and (self.pooled or not self.one_by_one)

    @cached_property
    def views(self) -> tuple[View, ...]:
        """Views of the figures over time, the one that findings are of first.

        Single points where the first is a baseline. Else all points together, and then the points at each level of a
        factor that has few: a single point of a drawn design says nothing of the others. Where policies are tried in
        plausible sets, the baseline comes first and all points last, as a mixture of policies happens in no world.
        """
        if not self.pooled:
            return tuple(View(self.point_name(point), (point,)) for point in self.points[:MOST_VIEWS])
        found = [View(self._together(), self.points)]
        for factor in self.factors:
            levels = [View(f"{factor['label']}: {name}", points) for name, points in self._levels(factor)]
            if 1 < len(levels) <= MOST_VIEWS - len(found):
                found += levels
        if not self.over_sets or set(self.baseline.points) == set(self.points):
            return tuple(found)
        together, *levels = found
        first = next((view for view in levels if set(view.points) == set(self.baseline.points)), self.baseline)
        return (first, *(view for view in levels if view is not first), together)

    def _together(self) -> str:
        if self.worlds is None:
            return f"All {len(self.points):,} versions together"
        sets = f"{len(self.worlds):,} plausible sets"
        return (
            f"All {sets} together" if len(self.points) <= self.worlds.weights.sum() else f"All versions in all {sets}"
        )

    def runs_of(self, view: View) -> pd.DataFrame:
        """Finished runs of a view."""
        return self.runs[self.runs["point"].isin(view.points)]

    def series_of(self, view: View) -> pd.DataFrame:
        """Weekly outcomes of a view's kept runs; over several points, runs are numbered anew in ``replicate``."""
        if view.points not in self._series:
            here = self.series["point"].isin(view.points)
            kept = self.series if here.all() else self.series[here]
            if len(view.points) > 1:
                kept = kept.assign(replicate=kept.groupby(["point", "replicate"]).ngroup())
            self._series[view.points] = kept
        return self._series[view.points]

    @cached_property
    def _series(self) -> dict[tuple[int, ...], pd.DataFrame]:
        """What `series_of` has given, by points."""
        return {}

    def _levels(self, factor: Mapping[str, Any]) -> list[tuple[str, tuple[int, ...]]]:
        """Levels of a factor in words, each with its finished points; none for a number drawn from a range."""
        values = list(factor.get("values") or ())
        if not 1 < len(values) <= MOST_LEVELS:
            return []
        here = self.design[self.design["point"].isin(self.points)]
        points = [tuple(here.loc[here[factor["path"]] == value, "point"].tolist()) for value in values]
        return [(level(factor, value), held) for value, held in zip(values, points, strict=True) if held]

    def kept_runs_of(self, view: View) -> pd.DataFrame:
        """Point and replicate of each run of a view whose weeks were kept, in the order of `series_of`."""
        kept = self.series.loc[self.series["point"].isin(view.points), ["point", "replicate"]]
        return kept.drop_duplicates().sort_values(["point", "replicate"], ignore_index=True)

    def kept_of(self, view: View) -> int:
        """Number of a view's runs in `series`."""
        return int(self.series_of(view)["replicate"].nunique())

    @property
    def sampled(self) -> int:
        """Number of runs in `series` if there is no room for all that were kept over time; else 0."""
        shown = len(self.series[[*RUN_COLUMNS]].drop_duplicates())
        return shown if shown < len(self.kept) else 0

    def all_kept_of(self, view: View) -> int:
        """Number of a view's runs that were kept over time, in `series` or not."""
        return int(self.kept["point"].isin(view.points).sum())

    def point_name(self, point: int) -> str:
        """The design point in words, one factor after the other."""
        row, first = (self.design[self.design["point"] == one] for one in (point, self.points[0]))
        if not self.factors or row.empty:
            return "The scenario as given"
        named = [
            factor
            for factor in self.factors
            if len(self.factors) <= MOST_NAMED or row.iloc[0][factor["path"]] != first.iloc[0][factor["path"]]
        ]
        said = [f"{factor['label']}: {level(factor, row.iloc[0][factor['path']])}" for factor in named]
        return "; ".join(said) or "The first version"


def points_of(views: Sequence[View]) -> list[int]:
    """Design points that some views show."""
    return sorted({point for view in views for point in view.points})


def has_baseline(sampling: Mapping[str, Any]) -> bool:
    """Whether the first point of a design is the baseline of all others."""
    kind = kind_of(sampling)
    return kind is not None and kind.baseline and all(map(has_baseline, sampling.get("of") or ()))


def level(factor: Mapping[str, Any], value: Any) -> str:
    """A factor's value, in the factor's own words where it has them."""
    values, words = list(factor.get("values") or ()), factor.get("labels") or ()
    if len(words) == len(values) and value in values:
        return str(words[values.index(value)])
    return value if isinstance(value, str) else f"{float(value):g}"


def study(results: Stored) -> Study:
    """Read a results folder's manifest and tables into one `Study`.

    Parameters
    ----------
    results : Stored
        An opened results folder. Failed runs are left out of every statistic.
    """
    manifest = results.manifest
    scenario = manifest["scenario"]
    structure = scenario["structure"]
    names = distinct_names(scenario["names"], structure)
    runs = without_failures(runs_to_show(results))
    runs = with_endings(runs, [shape["code"] for shape in structure["contests"]])
    design = with_columns(results.design, ("point",))  # without a column while nothing is stored
    lengths = lengths_of(manifest, design)
    what = Study(
        manifest=manifest,
        scenario=scenario,
        start=date.fromisoformat(structure["start"]),
        lengths=dict(zip(design["point"].tolist(), lengths.astype(int).tolist(), strict=True)),
        names=names,
        contests=read_contests(scenario, names),
        postures=read_menu(scenario),
        clients=tuple(structure["clients"]),
        patrons=tuple(structure["patrons"]),
        design=design,
        runs=with_columns(runs, RUN_COLUMNS),
        series=with_columns(pd.DataFrame(), SERIES_COLUMNS),
        kept=with_columns(pd.DataFrame(), RUN_COLUMNS),
        reasons=with_columns(results.reasons, REASON_COLUMNS),
    )
    return over_time(what, results)


def over_time(study: Study, results: Stored) -> Study:
    """A study with the weekly outcomes of its runs, or of as many of these as there is room for."""
    kept, outcomes = results.kept, len(study.manifest["series"].get("columns") or ())
    room = max(MOST_VALUES // 4, MOST_VALUES - 2 * (study.runs.size + study.design.size))
    finished = _are_among(kept, study.runs)
    kept = kept if finished.all() else kept[finished]
    values = int(kept["rows"].sum()) * outcomes
    if values > room:
        most = max(1, len(kept) * room // values)
        series = results.series_of(evenly(kept, most, points_of(study.views)))
    else:
        series = results.series
        series = series if finished.all() else series[_are_among(series, kept)]
    structure, numbers = study.scenario["structure"], study.scenario["numbers"]
    return replace(
        study,
        patrons=by_influence(structure, numbers, series, study.runs),
        series=with_columns(series, SERIES_COLUMNS),
        kept=kept,
    )


def _are_among(table: pd.DataFrame, runs: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each row of a table is of one of some runs."""
    return np.asarray(np.isin(run_keys(table), run_keys(runs)))


def distinct_names(given: Mapping[str, str], structure: Mapping[str, Any]) -> dict[str, str]:
    """Names by code; states that share one are told apart by their codes, and so are contests."""
    names = dict(given)
    for codes in (structure["states"], [shape["code"] for shape in structure["contests"]]):
        said = {code: names.get(code, code) for code in codes}
        while twice := {name for name, count in Counter(said.values()).items() if count > 1}:
            said = {code: f"{name} ({code})" if name in twice else name for code, name in said.items()}
        names |= said
    return names


def runs_to_show(results: Stored) -> pd.DataFrame:
    """Runs with the columns that pages speak of: `OF_RUNS`, and what the scenario declares. No others are read."""
    own = {one.name for one in declared_of(results.manifest["scenario"])} | {*RUN_COLUMNS, "failure"}

    def is_shown(column: str) -> bool:
        return column in own or (column.partition(".")[0] in OF_RUNS and column.endswith(":final"))

    listed = results.manifest.get("columns")
    if results.folder is None or not listed:  # the manifest may list what is not there
        return results.runs[[*filter(is_shown, map(str, results.runs))]]
    return results.some([*RUN_COLUMNS, *filter(is_shown, listed), "failure"])


def without_failures(runs: pd.DataFrame) -> pd.DataFrame:
    """Runs that did not fail, without the column that says so."""
    if "failure" not in runs:
        return runs
    finished = runs["failure"].isna()
    return (runs if finished.all() else runs[finished]).drop(columns="failure")  # nothing is copied if all are


def ending_column(contest: str, ending: str) -> str:
    """Column of a study's runs that is 1 where a contest ends so."""
    return f"ending.{contest}:final {ending}"


def victory_column(contest: str) -> str:
    """Column of a study's runs that is 1 where either side of a contest has won all."""
    return f"victory.{contest}:final"


def with_endings(runs: pd.DataFrame, contests: Sequence[str]) -> pd.DataFrame:
    """Runs with columns of 0 and 1 for how a contest may end and for a victory, where that is stored as a code."""
    known = [code for code in contests if f"ending.{code}:final" in runs]
    found = {
        ending_column(code, ending): (runs[f"ending.{code}:final"] == number).astype(np.float64)
        for code in known
        for number, ending in enumerate(ENDINGS)
    }
    won = {victory_column(code): (runs[f"ending.{code}:final"] >= FIRST_VICTORY).astype(np.float64) for code in known}
    return runs.assign(**found, **won)


def by_influence(
    structure: Mapping[str, Any], numbers: Mapping[str, Any], series: pd.DataFrame, runs: pd.DataFrame
) -> tuple[str, ...]:
    """Patrons, the one with most influence over the region first: in the first week, or at the end without series."""
    opening = series[series["week"] <= series["week"].min()] if len(series) else runs
    ending = "" if len(series) else ":final"
    weights = influence_over(structure["clients"], structure["patrons"], opening, ending, numbers)
    return tuple(sorted(weights, key=lambda patron: (-weights[patron], patron)))


def influence_over(
    states: Sequence[str], powers: Sequence[str], runs: pd.DataFrame, ending: str, numbers: Mapping[str, Any]
) -> dict[str, float]:
    """Mean influence of powers over states, by power; where runs do not hold that of all, the levels of their ties."""
    names = {power: [f"influence.{power}.{state}{ending}" for state in states if state != power] for power in powers}
    if all(name in runs for held in names.values() for name in held):
        return {power: float(runs[held].mean().mean()) if held else 0.0 for power, held in names.items()}
    return {power: _ties(numbers, power, states) for power in powers}


def _ties(numbers: Mapping[str, Any], power: str, states: Sequence[str]) -> float:
    """Sum of the levels of a power's ties to states at the start."""
    paths = tuple(f"ties.{power}.{state}." for state in states)
    return sum(float(number.get("value") or 0.0) for path, number in numbers.items() if path.startswith(paths))


def with_columns(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The table, or an empty one with the columns that it would have."""
    return pd.DataFrame({column: [] for column in columns}) if table.empty and not len(table.columns) else table
