"""Two sets of results side by side: which outcomes differ, by how much, and whether chance alone could do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.arguments import argument_fault, as_number, list_faults, unknown_name, whole_faults
from sim.comparison.differences import Precision, RunsBySet, aligned, differences
from sim.comparison.significance import benjamini_hochberg, holm
from sim.comparison.units import INDEPENDENT, RUNS, UNITS, Pairing, pair_up
from sim.errors import ConfigError, ResultsError
from sim.experiments.factors import factors_alone
from sim.notebook import as_html
from sim.phrases import nearest, plural, printable, shown, two_intervals
from sim.results.measures import FAILED, comparable, horizon, measures, runs_of
from sim.results.worlds import worlds
from sim.scenario.declared import declared_of

if TYPE_CHECKING:
    from sim.results.results import Results

RESAMPLES, CONFIDENCE = 9_999, 0.95
CORRECTIONS = ("holm", "bh", "none")
FEW_UNITS = 20
MOST_SHOWN = 12
"""Rows of the table in a notebook."""
JUDGED = ("p_holm", "p_bh", "distinguishable")


@dataclass(frozen=True)
class Comparison:
    """Differences between two sets of results.

    Attributes
    ----------
    table : DataFrame
        One row an outcome and measure: ``first`` and ``second`` (means over what is compared), ``difference``
        (second less first) with ``low`` and ``high``, ``n`` (pairs, or runs of the smaller side), ``p``, ``p_holm``,
        ``p_bh``, and whether it is ``distinguishable`` from zero. The clearest difference for its interval first.
        Of pairs over plausible sets also ``assumptions_low`` and ``assumptions_high``, between which nine in ten sets
        have their own difference, and the share of sets in which it ``rises`` and ``falls``.
    kind : str
        ``paired runs``, ``paired replicates`` or ``independent runs``.
    names : tuple of str
        The two sides.
    notes : tuple of str
        What the comparison rests on, and what a reader must know, in sentences.
    """

    table: pd.DataFrame
    kind: str
    names: tuple[str, str]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        found = int(self.table["distinguishable"].sum())
        rows = f"{len(self.table):,} rows, distinguishable: {found:,}"
        return printable(f"<Comparison of {self.names[0]} with {self.names[1]}: {rows}, {self.kind}>")

    def _repr_html_(self) -> str:
        found = int(self.table["distinguishable"].sum())
        facts = {"kind": self.kind, "rows": f"{len(self.table):,}, distinguishable: {found:,}"}
        notes = {f"note {number}": note for number, note in enumerate(self.notes, 1)}
        heading = f"{self.names[0]} with {self.names[1]}"
        return as_html(heading, facts | notes) + str(self.table.head(MOST_SHOWN).to_html(index=False))

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON can hold it; None for what is missing."""
        rows = self.table.astype(object).where(self.table.notna(), None).to_dict("records")
        names = {"first": self.names[0], "second": self.names[1]}
        return {"kind": self.kind, **names, "notes": list(self.notes), "rows": rows}


def compare(
    first: Results,
    second: Results,
    outcomes: Sequence[str] = ("*",),
    *,
    unit: str | None = None,
    correction: str = "holm",
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    each_point: bool = False,
) -> Comparison:
    """Compare all outcomes that two sets of results share.

    Intervals are bootstrap intervals (BCa), tests are sign flips of paired differences, or Welch's for independent
    runs; `sim.comparison.intervals` and `sim.comparison.significance` name
    the sources. Codes are compared by the share of
    runs, times by whether they came, how long it took within the horizon, and when, in pairs in which both came.

    Parameters
    ----------
    first, second : Results
        Differences are the second's values less the first's.
    outcomes : sequence of str
        Names of columns with ``*`` and ``?``.
    unit : str, optional
        ``replicate`` or ``point``: what was drawn independently; see `sim.comparison.units.pair_up`.
    correction : str
        ``holm``, ``bh`` (Benjamini and Hochberg) or ``none``: which p-value decides at the level of the intervals.
    confidence : float
        Of the intervals, each for itself.
    resamples : int
    each_point : bool
        One row for each outcome and common point (``point`` and its factors in further columns), which takes
        as often as long, instead of the mean over points.

    Raises
    ------
    ConfigError
        For a faulty argument.
    ResultsError
        If no outcome or no point is in both, or one has no run yet.
    """
    _check(outcomes, unit, correction, confidence, resamples)
    for one in (first, second):
        runs_of(one)
    names, notes = _outcomes(first, second, outcomes)
    pairing = pair_up(first, second, unit)
    until = min(horizon(first), horizon(second))
    read = aligned(list(measures(first, names, until)), list(measures(second, names, until)), pairing.kind)
    pairings = _each_point(first, second, pairing) if each_point else [({}, pairing)]
    precision = Precision(float(confidence), int(resamples), len(read.found) * len(pairings))
    sets = None if each_point else _sets(first, pairing)
    tables = [_beside(differences(read, one, precision, sets), where) for where, one in pairings]
    table = _judged(pd.concat(tables, ignore_index=True), correction, 1 - confidence)
    labels = tuple(str(one.folder or one.manifest["name"]) for one in (first, second))
    warned = (*_warned(first, second, pairing), *_of_sets(sets))
    said = (*pairing.said, *notes, *warned, _tested(len(table), pairing.kind, correction))
    return Comparison(table, pairing.kind, (labels[0], labels[1]), said)


def _check(outcomes: Any, unit: Any, correction: Any, confidence: Any, resamples: Any) -> None:
    faults = [*list_faults("outcomes", outcomes), *whole_faults("resamples", resamples, 100, 1_000_000)]
    for name, word, known in (("unit", unit, (None, *UNITS)), ("correction", correction, CORRECTIONS)):
        if word not in known:
            names = [one for one in known if one]
            faults.append(
                argument_fault(name, f"must be one of {', '.join(names)}", shown(word), nearest(str(word), names))
            )
    level = as_number(confidence)
    if level is None or not 0.5 <= level < 1:
        faults.append(argument_fault("confidence", "must lie in [0.5, 1)", shown(confidence)))
    if faults:
        raise ConfigError(faults)


def _outcomes(first: Results, second: Results, patterns: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Columns that both have and that can be compared, and what is to be said of the others."""
    columns = first.manifest["columns"], second.manifest["columns"]
    both = [name for name in columns[0] if name in columns[1]]
    if not both:
        raise ResultsError("the two folders have no outcome in common; compare runs that keep the same outcomes")
    named = [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in both)]
    faults = [
        fault for one in named for fault in unknown_name("outcomes", one, both, "must name an outcome of both").faults
    ]
    if faults or not patterns:
        raise ConfigError(faults or [argument_fault("outcomes", "must name an outcome of both", "nothing")])
    wanted = [name for name in both if any(fnmatchcase(name, pattern) for pattern in patterns)]
    chosen = [name for name in wanted if comparable(name, first.manifest) and comparable(name, second.manifest)]
    odd = [name for name in chosen if columns[0][name]["unit"] != columns[1][name]["unit"]]
    declared = _declared(first), _declared(second)
    other = [name for name in chosen if declared[0].get(name) != declared[1].get(name) and name not in odd]
    alone = len(columns[0]) + len(columns[1]) - 2 * len(both)
    notes = [f"{plural(alone, 'outcome')} in one of the two only"] if alone else []
    coded = plural(len(wanted) - len(chosen), "statistic")
    notes += [f"left out, for it means nothing of codes: {coded}"] * (wanted != chosen)
    notes += [f"units differ and are left out: {', '.join(odd)}"] * bool(odd)
    notes += [f"expressions differ and are left out: {', '.join(other)}"] * bool(other)
    return [name for name in chosen if name not in (*odd, *other)], tuple(notes)


def _declared(results: Results) -> dict[str, str]:
    """Expressions of declared outcomes by name."""
    return {one.name: one.expression for one in declared_of(results.manifest["scenario"])}


def _sets(results: Results, pairing: Pairing) -> RunsBySet | None:
    """Plausible set and replicate of each pair of runs; None where there are no sets, or no pairs of runs."""
    known = worlds(results.manifest, results.design)
    if known is None or pairing.kind != RUNS or len(known) < 2:
        return None
    pairs = results.runs.iloc[pairing.rows[0]]
    rows = pd.Index(results.design["point"]).get_indexer(pairs["point"])
    return RunsBySet(known, rows, pairs["replicate"].to_numpy(np.int64))


def _of_sets(sets: RunsBySet | None) -> list[str]:
    """What the columns on plausible sets say, in a sentence; nothing without sets."""
    if sets is None:
        return []
    words = two_intervals("the interval, which more runs narrow", "where nine in ten sets have their own difference")
    return [f"over {plural(len(sets.worlds), 'plausible set')}: {words}, which no run narrows"]


def _each_point(first: Results, second: Results, pairing: Pairing) -> list[tuple[dict[str, Any], Pairing]]:
    """What tells each common point, and the pairing of its runs alone."""
    if not len(pairing.points[0]):
        raise ResultsError("the designs have no points in common, so that no point can be compared by itself")
    points = [table.runs["point"].to_numpy()[rows] for table, rows in zip((first, second), pairing.rows, strict=True)]
    design = factors_alone(first.design).set_index("point", drop=False)
    found = []
    for pair in zip(*pairing.points, strict=True):
        where = {str(name): value for name, value in design.loc[pair[0]].items()}
        chosen = [at == point for at, point in zip(points, pair, strict=True)]
        found.append((where, pairing.at(chosen[0], chosen[1]).by_replicate(first.runs, second.runs)))
    return found


def _beside(table: pd.DataFrame, where: dict[str, Any]) -> pd.DataFrame:
    """The table with what tells its point; a factor whose label is a column already is marked as one."""
    taken = (*table.columns, *JUDGED)
    return table.assign(**{f"{name} (factor)" if name in taken else name: value for name, value in where.items()})


def _judged(table: pd.DataFrame, correction: str, level: float) -> pd.DataFrame:
    """The table with adjusted p-values and what they say, the clearest difference for its interval first.

    An outcome in which no pair differs but by rounding cannot be found different, so it does not count among the tests.
    """
    varies = table.pop("varies").to_numpy(bool)
    p = np.where(varies, table["p"].to_numpy(np.float64), np.nan)
    still = np.where(varies, np.nan, table["p"].to_numpy(np.float64))
    for name, rule in (("p_holm", holm), ("p_bh", benjamini_hochberg)):
        table[name] = np.where(varies, rule(p), still)
    deciding = table[{"holm": "p_holm", "bh": "p_bh", "none": "p"}[correction]]
    table["distinguishable"] = (deciding <= level) & varies
    with np.errstate(divide="ignore", invalid="ignore"):
        clear = np.nan_to_num(np.abs(table["difference"]) / (table["high"] - table["low"]), nan=0.0, posinf=np.inf)
    clear = np.where(table["difference"] == 0, 0.0, clear)
    order = np.lexsort((np.arange(len(table)), table["p"].fillna(1.0), -clear))
    return table.iloc[order].reset_index(drop=True)


def _warned(first: Results, second: Results, pairing: Pairing) -> list[str]:
    """What a reader must know about the two folders."""
    sides = (("first", first), ("second", second))
    notes = [one.warning for _, one in sides if one.warning]
    for name, one in sides:
        failures = int(one.runs[FAILED].notna().sum())
        if failures:
            notes.append(f"{failures:,} runs of the {name} failed; they count for the share that failed alone")
    if horizon(first) != horizon(second):
        weeks = f"{horizon(first):g} and {horizon(second):g} weeks"
        notes.append(f"runs last {weeks}: statistics over the run and at its end are not of the same weeks")
    if first.manifest["sources_digest"] != second.manifest["sources_digest"]:
        notes.append("two versions of the model computed them, which may make a difference of its own")
    units = min(len(np.unique(one)) for one in pairing.units)
    if units < FEW_UNITS:
        notes.append(f"{units} {pairing.unit}s are few for a bootstrap: intervals are likely too narrow")
    return notes


def _tested(rows: int, kind: str, correction: str) -> str:
    """How it was tested, in a sentence."""
    test = "Welch's t test" if kind == INDEPENDENT else "sign flips"
    rule = {
        "holm": "Holm (1979): the chance of even one false finding stays below the level",
        "bh": "Benjamini & Hochberg (1995): so stays the expected share of false ones among the findings",
        "none": "none: some of many outcomes differ by chance",
    }[correction]
    return f"intervals: bootstrap (BCa), each for itself; test: {test}; correction for {rows} rows: {rule}"
