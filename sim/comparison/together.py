"""Several results put together as the versions of one design, so that one page shows them side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.arguments import argument_fault
from sim.comparison.members import RESULTS
from sim.errors import ConfigError, ResultsError
from sim.experiments.factors import factors_alone
from sim.phrases import plural, shown
from sim.results.measures import runs_of
from sim.results.results import Results
from sim.results.worlds import same_sets
from sim.storage.manifest import DESIGN, REASONS

ALIKE = {
    "states": "states",
    "clients": "clients",
    "patrons": "patrons",
    "contests": "contests",
    "postures": "postures",
    "start": "first day",
    "weeks": "number of weeks",
    "dt": "step",
}
"""Parts of a scenario that results must share, in words."""
FEWEST = 2
MOST_TOLD = 5
"""Numbers in which scenarios differ that are told one by one."""
Number = tuple[str, Any, Any]


def together(results: Sequence[Results] | Mapping[str, Results]) -> Results:
    """Put results together as versions of one design, which has a factor `RESULTS` of their names.

    Points of each follow those of the one before in the same order. Replicates of results with another seed than the
    first are numbered behind all others, because they share no chance events with them.

    Parameters
    ----------
    results : sequence of Results, or mapping of names to Results
        Two or more; the first is the one that others are compared with, and gives scenario and sources. Without names
        of their own they bear those of their folders.

    Returns
    -------
    Results
        In memory, with the outcomes that all have.

    Raises
    ------
    ConfigError
        If they are not two or more results.
    ResultsError
        If their scenarios differ in more than numbers, their designs in their points, or one has no run.
    """
    named = results if isinstance(results, Mapping) else None
    given = _given(results if named is None else list(named.values()))
    names = _names(given) if named is None else [str(name) for name in named]
    for one, name in zip(given[1:], names[1:], strict=True):
        _check(given[0], one, names[0], name)
    each = len(given[0].design)
    shifts = _shifts(given)
    tables = {
        DESIGN: _joined([one.design.assign(**{RESULTS: name}) for one, name in zip(given, names, strict=True)], each),
        "runs": _joined([_renumbered(runs_of(one), by) for one, by in zip(given, shifts, strict=True)], each),
        "series": _joined([_renumbered(one.series, by) for one, by in zip(given, shifts, strict=True)], each),
        REASONS: _joined([one.reasons for one in given], each),
    }
    held = {kind: table for kind, table in tables.items() if len(table)}
    return Results(_manifest(given, names), {kind: [pa.Table.from_pandas(one)] for kind, one in held.items()})


def _given(results: object) -> Sequence[Results]:
    """Results that can be put together, checked."""
    if isinstance(results, Sequence) and len(results) >= FEWEST and all(isinstance(one, Results) for one in results):
        return results
    fault = argument_fault("results", "must be two or more Results", shown(results), "Results.open reads a folder")
    raise ConfigError([fault])


def _names(results: Sequence[Results]) -> list[str]:
    """Names of folders, with as much of their paths as tells them apart; the same folder twice is numbered."""
    paths = [one.folder.resolve().parts if one.folder else (str(one.manifest["name"]),) for one in results]
    for length in range(1, max(map(len, paths)) + 1):
        said = ["/".join(parts[-length:]) for parts in paths]
        if len(set(said)) == len(said):
            return said
    return [f"{parts[-1]} ({place})" for place, parts in enumerate(paths, start=1)]


def _check(first: Results, other: Results, *names: str) -> None:
    structures = [one.manifest["scenario"]["structure"] for one in (first, other)]
    for key, words in ALIKE.items():
        if structures[0].get(key) != structures[1].get(key):
            raise ResultsError(
                f"{names[0]} and {names[1]} differ in their {words}, so that no page can show them side by side; "
                "the table has the outcomes that they share"
            )
    designs = [factors_alone(one.design) for one in (first, other)]
    if not same_sets(first.manifest, other.manifest) and not designs[0].equals(designs[1]):
        raise ResultsError(
            f"{names[0]} and {names[1]} have designs of other points, so that no page can show them side by side; "
            "the table compares means over all points"
        )


def _shifts(results: Sequence[Results]) -> list[int]:
    """What is added to the replicates of each, so that those of different seeds have no number in common."""
    seeds = list(dict.fromkeys(one.manifest["seed"] for one in results))
    most = 1 + max(int(one.runs["replicate"].max()) for one in results)
    return [most * seeds.index(one.manifest["seed"]) for one in results]


def _renumbered(table: pd.DataFrame, by: int) -> pd.DataFrame:
    return table.assign(replicate=table["replicate"] + by) if len(table) else table


def _joined(tables: Sequence[pd.DataFrame], each: int) -> pd.DataFrame:
    """Rows of all, one behind the other, with the columns that all have and points counted on; none if one is empty."""
    if any(table.empty for table in tables):
        return pd.DataFrame()
    columns = [name for name in tables[0] if all(name in table for table in tables)]
    counted = [table[columns].assign(point=table["point"] + place * each) for place, table in enumerate(tables)]
    return pd.concat(counted, ignore_index=True)


def _manifest(results: Sequence[Results], names: Sequence[str]) -> dict[str, Any]:
    """The first manifest, with the factor, what differs, and what is counted over all."""
    first, manifests = results[0].manifest, [one.manifest for one in results]
    factor = {"path": RESULTS, "label": "Results", "values": list(names), "labels": list(names)}
    given, scenario = first.get("sampling"), first["scenario"]
    seeds = list(dict.fromkeys(str(one["seed"]) for one in manifests))
    drawn = given is not None and given.get("design") != "grid"
    columns = [factors_alone(one.design).columns for one in results]
    factors = [one for one in first.get("factors") or () if all(one["path"] in known for known in columns)]
    said = [_said(one, scenario, name, names[0]) for one, name in zip(manifests[1:], names[1:], strict=True)]
    if len(seeds) > 1:
        said.append("Seeds differ, so that no run of the one meets the chance events of a run of the other.")
    if len({one["sources_digest"] for one in manifests}) > 1:
        said.append("Two versions of the model computed them, which may make a difference of its own.")
    marks = "".join(str(one.get("fingerprint")) for one in manifests)
    return {
        **first,
        "title": f"{first['title'] or first['name']}: {' and '.join(names)}",
        "scenario": {**scenario, "description": " ".join(said)},
        "factors": [*factors, factor],
        "sampling": {"design": "product", "of": [given, {"design": "grid"}]} if drawn else {"design": "grid"},
        "points": len(results) * len(results[0].design),
        "seed": " and ".join(seeds),
        "replicates": max(int(one.runs["replicate"].nunique()) for one in results),
        "complete": all(one["complete"] for one in manifests),
        "failures": sum(int(one.get("failures") or 0) for one in manifests),
        "explained": first.get("explained") if len({str(one.get("explained")) for one in manifests}) == 1 else None,
        "fingerprint": hashlib.sha256(marks.encode()).hexdigest(),
        "parts": {},
    }


def _said(manifest: Mapping[str, Any], scenario: Mapping[str, Any], name: str, first: str) -> str:
    """In which numbers one scenario differs from the first, in a sentence."""
    found = _changed(scenario["numbers"], manifest["scenario"]["numbers"])
    if not found:
        return f"{name} has the numbers of {first}."
    told = [f"{path} is {other} instead of {value}" for path, value, other in found[:MOST_TOLD]]
    rest = f", and {plural(len(found) - MOST_TOLD, 'more number')}" if len(found) > MOST_TOLD else ""
    return f"In {name}, {', '.join(told)}{rest}."


def _changed(first: Mapping[str, Any], other: Mapping[str, Any]) -> list[Number]:
    """Numbers that differ, each with both values; those that one side lacks are told as none."""
    values = [{path: one.get("value") for path, one in numbers.items()} for numbers in (first, other)]
    return [
        (path, _shown(values[0].get(path)), _shown(values[1].get(path)))
        for path in dict.fromkeys([*values[0], *values[1]])
        if values[0].get(path) != values[1].get(path)
    ]


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    return f"{float(value):g}" if isinstance(value, int | float | np.number) else str(value)
