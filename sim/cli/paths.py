"""Paths given on the command line, and what stands there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.errors import ConfigError, CounterpoiseError, Fault
from sim.files import place

CONFIG, SWEEP, PATTERNS = "config", "sweep file", "patterns file"
CLAIMS, TARGETS = "claims file", "targets file"
FOLDER = "results folder"
REMEDIES = {
    CONFIG: "`counterpoise run {}` simulates it",
    SWEEP: "`counterpoise sweep {}` runs it",
    PATTERNS: "`counterpoise fit CONFIG --patterns {}` looks for what shows them",
    CLAIMS: "`counterpoise claims CONFIG --claims {}` tests them",
    TARGETS: "`counterpoise hindcast CONFIG {}` scores a model against it",
    FOLDER: "`counterpoise status {0}` says how far it is, and `counterpoise dashboard {0}` draws its page",
    "file of results": "give the results folder that it lies in",
    "table of points": "a sweep file names it by `file:`, with `design: list`",
    "map": "a config names it by `map:`",
    "JSON Schema": "editors check configs by it",
}
"""What is to be done with what a command cannot use."""
ENDS = {
    ".csv": "table of points",
    ".tsv": "table of points",
    ".parquet": "table of points",
    ".geojson": "map",
    ".schema.json": "JSON Schema",
}
STORED = re.compile(r"manifest\.json|dashboard\.html|log\.jsonl|(design|reasons|part-\d+)\.parquet")


def source(said: str) -> str:
    """File, or name of a shipped one, that was given; raises ConfigError as `place` does."""
    path = place(said)
    return str(path) if said.startswith("~") else said


@contextmanager
def expecting(given: str | Path, *wanted: str) -> Iterator[None]:
    """Say what a file or folder is, and which command takes it, where the body refuses it for being something else."""
    try:
        yield
    except CounterpoiseError as error:
        found = None
        with suppress(OSError):  # what cannot be looked at has no kind
            found = kind_of(str(given))
        if found is None or found in wanted:
            raise
        remedy = REMEDIES[found].format(shlex.quote(str(given)))
        raise ConfigError([Fault("arguments", str(given), f"is a {found}, not a {wanted[0]}", "", remedy)]) from error


def kind_of(given: str) -> str | None:
    """What a file, a folder or the name of something shipped is; None where that cannot be told."""
    from sim.analysis.hindcast.read import is_targets
    from sim.analysis.patterns import is_patterns
    from sim.comparison.claims.read import is_claims
    from sim.experiments.files.sweep_file import is_sweep
    from sim.storage.manifest import MANIFEST

    path = Path(given)
    if path.is_dir():
        return FOLDER if (path / MANIFEST).is_file() else None
    if path.is_file() and STORED.fullmatch(path.name) and _in_results(path):
        return "file of results"
    by_name = [kind for end, kind in ENDS.items() if path.name.lower().endswith(end)]
    if by_name and path.is_file():
        return by_name[0]
    # claims and targets files have keys that others may have, and never the other way round
    tests = (
        (TARGETS, is_targets),
        (PATTERNS, is_patterns),
        (CLAIMS, is_claims),
        (SWEEP, is_sweep),
        (CONFIG, _is_config),
    )
    return next((kind for kind, test in tests if test(given)), None)


def _in_results(path: Path) -> bool:
    from sim.storage.manifest import MANIFEST

    return any((folder / MANIFEST).is_file() for folder in (path.parent, path.parent.parent))


def _is_config(given: str) -> bool:
    from sim.scenario.load import shipped
    from sim.scenario.yaml.parser import read

    try:
        return not {"states", "extends"}.isdisjoint(read(shipped().get(given, Path(given)), given).entries)
    except ConfigError:
        return False
