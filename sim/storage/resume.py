"""Whether a folder holds what is wanted, and in words where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.experiments.stages import Part, Schedule, read_stage
from sim.phrases import printable, shown
from sim.scenario.declared import declared_of
from sim.scenario.scenario import Scenario, rebuilt
from sim.storage.manifest import DESIGN, REASONS

MOST_SAID = 8
"""Differences that a refusal names."""
GROWING = ("replicates ", "points ", "factor ")
"""Beginnings of those differences that an extension may bring."""


def same(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether two manifests are of the same rows: by their content, not by where and when."""
    return known["fingerprint"] == wanted["fingerprint"] and known.get("shard") == wanted.get("shard")


def schedule_of(manifest: Mapping[str, Any]) -> Schedule:
    """All runs that a manifest lists by its stages."""
    stages = tuple(read_stage(said) for said in manifest["stages"])
    shard, series = manifest["shard"], manifest["series"]
    window = (shard["first"], shard["last"]) if shard else None
    return Schedule(stages, series["rows"], series["replicates"], window, manifest["begin"])


def usable_runs(part: Part, parts: Mapping[str, Mapping[str, Any]]) -> int:
    """Runs of a part that are stored whole, with their series, among `parts` that are unharmed."""
    runs = parts.get(part.file("runs"), {})
    series = parts.get(part.file("series"), {})
    rows = int(runs.get("rows", 0))
    whole = 0 < rows <= part.last - part.first and runs.get("series", 0) == series.get("rows", 0)
    return rows if whole else 0


def usable_parts(manifest: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Those of some unharmed parts that a manifest's stages have, and the tables that belong to no part."""
    found = {name: parts[name] for name in (DESIGN, REASONS) if name in parts}
    for part in schedule_of(manifest).parts:
        if usable_runs(part, parts):
            found |= {name: parts[name] for name in map(part.file, ("runs", "series")) if name in parts}
    return found


def refusal(folder: Path, known: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """That a folder holds other results, by how they differ, and what can be done."""
    said = list(differences(known, wanted)) or ["results of another version"]
    more = f"; and {len(said) - MOST_SAID} more" if len(said) > MOST_SAID else ""
    only_more = all(one.startswith(GROWING) for one in said)
    add = ", add to them with --extend" if only_more else ""
    return (
        f"{folder} holds other results: {'; '.join(said[:MOST_SAID])}{more}. Give a new folder with "
        f"--out {free_name(folder)}{add}, or replace them with --force"
    )


def free_name(folder: Path) -> Path:
    """A folder beside another that is not there yet."""
    number = 2
    while (other := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return other


def differences(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """What differs between two manifests, each in a few words: what, from what, to what."""
    yield from _scenarios(known["scenario"], wanted["scenario"])
    for key in ("seed", "replicates"):
        if known[key] != wanted[key]:
            yield f"{key} {_from_to(known[key], wanted[key])}"
    yield from _designs(known, wanted)
    yield from _columns("outcomes", known["columns"], wanted["columns"])
    yield from _declarations(known["scenario"], wanted["scenario"])
    yield from _columns("outcomes of series", known["series"]["columns"], wanted["series"]["columns"])
    for key, words in (("every", "weeks between rows of series"), ("replicates", "series kept of replicates")):
        if known["series"][key] != wanted["series"][key]:
            yield f"{words} {_from_to(known['series'][key], wanted['series'][key])}"
    if known["sources_digest"] != wanted["sources_digest"]:
        yield "the code of the model"
    yield from _models(known.get("model"), wanted.get("model"))
    if known.get("shard") != wanted.get("shard"):
        yield f"shard {_from_to(_share(known.get('shard')), _share(wanted.get('shard')))}"


def _models(known: Mapping[str, str] | None, wanted: Mapping[str, str] | None) -> Iterator[str]:
    """What differs between two models of one's own."""
    before, after = (one["name"] if one else "the project's own" for one in (known, wanted))
    if before != after:
        yield f"model {_from_to(before, after)}"
    elif known != wanted:
        yield f"the file of model {printable(before)}"


def _scenarios(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """What differs between two resolved scenarios and decides rows."""
    try:
        before, after = rebuilt(known), rebuilt(wanted)
    except (LookupError, TypeError, ValueError):
        yield "a scenario that another version wrote"
        return
    for path in dict.fromkeys((*before.numbers, *after.numbers)):
        old, new = (_number(one, path) for one in (before, after))
        if old != new:
            yield f"{path} {_from_to(old, new)}"
        elif path in before.numbers and before.numbers[path].range != after.numbers[path].range:
            yield f"range of {path} {_from_to(before.numbers[path].range, after.numbers[path].range)}"
    old_leaves, new_leaves = (dict(_leaves(one["structure"])) for one in (known, wanted))
    for path in dict.fromkeys((*old_leaves, *new_leaves)):
        if old_leaves.get(path) != new_leaves.get(path):
            yield f"{path} {_from_to(old_leaves.get(path, 'nothing'), new_leaves.get(path, 'nothing'))}"


def _number(scenario: Scenario, path: str) -> str:
    if path not in scenario.numbers:
        return "nothing"
    try:
        return scenario.word(path)
    except (LookupError, ValueError, OverflowError):  # a path or a code that this version of the model does not know
        return f"{scenario.numbers[path].value:.12g}"


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Single values of a resolved structure by path."""
    if isinstance(tree, Mapping):
        for key, below in tree.items():
            yield from _leaves(below, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list | tuple):
        for index, below in enumerate(tree):
            yield from _leaves(below, f"{path}[{index}]")
    else:
        yield path, tree


def _designs(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    before = {factor["path"]: factor for factor in known["factors"]}
    after = {factor["path"]: factor for factor in wanted["factors"]}
    yield from (f"factor {printable(path)} is new" for path in after if path not in before)
    yield from (f"factor {printable(path)} is gone" for path in before if path not in after)
    for path in before.keys() & after.keys():
        if before[path] != after[path]:
            yield f"factor {printable(path)} {_from_to(before[path]['labels'], after[path]['labels'])}"
    if known["points"] != wanted["points"]:
        yield f"points {_from_to(known['points'], wanted['points'])}"
    elif before == after and known.get("sampling") != wanted.get("sampling"):
        yield "points of the design"


def _columns(what: str, known: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    new, gone = [name for name in wanted if name not in known], [name for name in known if name not in wanted]
    if new:
        yield f"{what}: new {_listed(new)}"
    if gone:
        yield f"{what}: gone {_listed(gone)}"


def _declarations(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """Outcomes that both scenarios declare, and not alike; those that one alone declares are columns of it alone."""
    before, after = ({one.name: one for one in declared_of(said)} for said in (known, wanted))
    for name in (one for one in before if one in after):
        old, new = before[name], after[name]
        if old.expression != new.expression:
            yield f"outcome {printable(name)} {_from_to(old.expression, new.expression)}"
        elif old != new:
            yield f"unit or meaning of outcome {printable(name)}"


def _share(shard: Mapping[str, int] | None) -> str:
    return f"{shard['index']}/{shard['of']}" if shard else "all runs"


def _from_to(old: Any, new: Any) -> str:
    return f"from {_said(old)} to {_said(new)}"


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return _listed([_said(one) for one in value])
    return printable(value) if isinstance(value, str) else shown(value)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
