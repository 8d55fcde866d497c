"""Commands that look at configs without running them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.console import say, say_json, tell
from sim.cli.paths import CLAIMS, CONFIG, PATTERNS, SWEEP, TARGETS, expecting
from sim.cli.table import show_table
from sim.errors import ConfigError, CounterpoiseError, Fault

if TYPE_CHECKING:
    from sim.scenario.provenance import Provenance
    from sim.scenario.scenario import Scenario


KINDS = {
    "sweeps": "sweep", "patterns": "patterns", "claims": "claims", "targets": "targets", "plausible": "sets",
    "maps": "map",
}  # fmt: skip
"""What the files in a folder of the shipped configs are."""


def check(files: list[str], as_json: bool) -> None:
    """Say of each file what it holds; raises ConfigError with all faults of all of them."""
    faults: list[Fault] = []
    entries: list[dict[str, Any]] = []
    for file in files:
        entry: dict[str, Any] = {"file": file, "good": True, "holds": None, "rest": None, "faults": []}
        entries.append(entry)
        try:
            entry["holds"], entry["rest"] = checked(file)
        except ConfigError as error:
            faults.extend(error.faults)
            entry |= {"good": False, "faults": [asdict(fault) for fault in error.faults]}
        if entry["good"] and not as_json:
            _praise(entry)
    if as_json:
        say_json({"good": not faults, "files": entries})
    if faults:
        raise ConfigError(faults)


def _praise(entry: Mapping[str, Any]) -> None:
    """Say what a file without faults holds, and warn of a scenario whose rest is unstable."""
    say(f"{entry['file']}: good ({entry['holds']})")
    rest = entry["rest"]
    if rest and rest["stable"]:
        say(f"{entry['file']}: {rest['said']}")
    elif rest:
        tell(f"warning: {entry['file']}: {rest['said']}")


def checked(file: str) -> tuple[str, dict[str, Any] | None]:
    """What a file that a command takes holds, in words, and how a scenario rests; raises ConfigError."""
    from sim.analysis.hindcast.read import check_targets, is_targets
    from sim.analysis.patterns import is_patterns, load_patterns
    from sim.comparison.claims.read import check_claims, is_claims
    from sim.experiments.files.sweep_file import is_sweep, load_sweep
    from sim.experiments.replicates import runs_said
    from sim.phrases import plural
    from sim.scenario.load import load_scenario

    with expecting(file, CONFIG, SWEEP, PATTERNS, CLAIMS, TARGETS):
        if is_targets(file):
            return plural(len(check_targets(file).targets), "target"), None
        if is_patterns(file):
            return plural(len(load_patterns(file).patterns), "pattern"), None
        if is_claims(file):
            claims = check_claims(file)
            return f"{plural(len(claims.claims), 'claim')} in {plural(len(claims.parts), 'part')}", None
        if is_sweep(file):
            plan = load_sweep(file)
            runs = runs_said(plan.points, plan.replicates)
            return f"{plural(plan.points, 'point')} of {plan.scenario.name}, {runs}", None
        scenario = load_scenario(file)
    structure = scenario.structure
    parts = {"state": structure.states, "tie": structure.ties, "contest": structure.contests}
    return ", ".join(plural(len(held), name) for name, held in parts.items()), _rest(scenario)


def _rest(scenario: Scenario) -> dict[str, Any] | None:
    """How a scenario without crises answers small disturbances; None where that cannot be told."""
    from sim.analysis.linearisation.verdict import rest_of

    rest = rest_of(scenario)
    return None if rest is None else {**asdict(rest), "stable": rest.stable}


def show_sources(scenario: Scenario, as_json: bool) -> None:
    """Print every number with what it rests on, and count what they rest on."""
    from sim.scenario.provenance import CONSTANT, counts, provenance

    rows = provenance(scenario)
    if as_json:
        say_json({
            "name": scenario.name, "title": scenario.title, "counts": counts(scenario),
            "numbers": [{**asdict(row), "value": _plain(row.value)} for row in rows],
        })  # fmt: skip
        return
    cells = [(row.path, row.value, _figure(row), _span(row), row.unit, row.source, row.note) for row in rows]
    show_table(("path", "value", "figure", "range", "unit", "source", "note"), cells, scenario.title)
    tell(", ".join(f"{count} {'' if kind == CONSTANT else 'by '}{kind}" for kind, count in counts(scenario).items()))


def _figure(row: Provenance) -> str:
    """What source and note speak of, where the value is another one."""
    return "" if row.figure is None else f"{row.figure:g}"


def _span(row: Provenance) -> str:
    low, high = row.range
    return f"{low:g} to {high:g}" if low < high else "constant"


def _plain(value: str) -> float | str:
    """A value as JSON has it: a number, or a word."""
    try:
        return float(value)
    except ValueError:
        return value


def schema_of(kind: str) -> dict[str, Any]:
    """JSON Schema of a kind of file; raises ConfigError for an unknown kind."""
    from sim.analysis.hindcast.schema import targets_schema
    from sim.analysis.pattern_file import patterns_schema
    from sim.arguments import argument_fault
    from sim.comparison.claims.schema import claims_schema
    from sim.experiments.files.schema import sweep_schema
    from sim.phrases import choose_from, shown
    from sim.scenario.schema.json_schema import json_schema

    schemas = {
        "config": json_schema, "sweep": sweep_schema, "patterns": patterns_schema, "claims": claims_schema,
        "targets": targets_schema,
    }  # fmt: skip
    if kind not in schemas:
        rule = f"must be one of {', '.join(schemas)}"
        raise ConfigError([argument_fault("kind", rule, shown(kind), choose_from(kind, schemas))])
    return schemas[kind]()


def show_configs() -> None:
    """List the shipped configs, sweeps and patterns."""
    for file in _shipped_files():
        kind = KINDS.get(file.parent.name, "schema" if file.suffix == ".json" else "config")
        say(f"{kind:8} {file.stem:24} {file}")


def copy_configs(folder: Path) -> None:
    """Copy the shipped configs and sweeps; a file that differs from its copy there is never overwritten."""
    files = _shipped_files()
    root = files[0].parent
    wanted = {folder / file.relative_to(root): file.read_bytes() for file in files}
    try:
        taken = [
            str(there)
            for there, content in wanted.items()
            if there.exists() and (not there.is_file() or there.read_bytes() != content)
        ]
        if taken:
            raise CounterpoiseError(f"{', '.join(taken)} would be overwritten; move it away or give another folder")
        for there, content in wanted.items():
            there.parent.mkdir(parents=True, exist_ok=True)
            if not there.exists():
                with there.open("xb") as stream:  # never through a link to elsewhere
                    stream.write(content)
    except OSError as error:
        raise CounterpoiseError(
            f"{folder} cannot be written ({error.strerror or error}); give another folder"
        ) from error
    for there in wanted:
        say(str(there))


def _shipped_files() -> list[Path]:
    from sim.scenario.load import shipped

    configs = sorted(shipped().values())
    if not configs:
        raise CounterpoiseError("no config travels with this installation; install Counterpoise again")
    root = configs[0].parent
    return [
        *configs,
        *(
            file
            for file in sorted(root.rglob("*"))
            if (file.is_file() and file.parent != root) or file.suffix == ".json"
        ),
    ]
