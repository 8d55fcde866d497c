"""Plausible sets: parameter values that show the patterns of a fit together, as a file of their own.

One row a set, one column of float64 a path, and ``weight``; what the sets were found for stands in the file as JSON.
The file may come from anybody, so it is read with limits and believed in nothing that is not checked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.arguments import as_whole
from sim.errors import ConfigError, Fault
from sim.files import StrangeFileError, open_file, write_file
from sim.phrases import first_of, printable, shown
from sim.scenario.load import located, shipped_in
from sim.scenario.schema.fields import SLUG

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

FOLDER, ENDING = "plausible", ".parquet"
"""Folder beside the configs in which shipped sets lie, and the end of their files' names."""
WEIGHT = "weight"
KEY = b"counterpoise"
"""Key of the file's metadata under which it says what its sets were found for."""
FOUND = "found for"
"""Key of the numbers that the fitted scenario had, which name what has changed since; see `scenario_facts`."""

MOST_SETS, MOST_PATHS, MOST_BYTES = 100_000, 4096, 2**28
MOST_SAID = 2**22
"""Bytes of what a file says of itself."""
ROUNDING = 1e-6
"""How far the sum of weights may lie from 1."""
MOST_NAMED = 5
FORM = "counterpoise fit writes such files"

Values = NDArray[np.float64]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def _is_count(value: object) -> bool:
    number = as_whole(value)
    return number is not None and number >= 0


ENTRIES: tuple[tuple[str, tuple[str, ...], Callable[[Any], bool]], ...] = (
    ("of small letters, digits and hyphens", ("name",), lambda value: _is_text(value) and bool(fullmatch(SLUG, value))),
    ("a text", ("title", "scenario", "scenario_digest", "patterns", "patterns_digest", "method"), _is_text),
    ("a whole number", ("draws", "replicates", "seed", "representative"), _is_count),
    ("a list of paths", ("paths",), lambda value: isinstance(value, list) and all(map(_is_text, value))),
)
"""What a file must say of its sets."""


@dataclass(frozen=True)
class PlausibleSets:
    """Sets of parameter values, each of which shows the patterns that it was fitted to.

    Attributes
    ----------
    name, title : str
        Short name, and one line for people.
    paths : tuple of str
        Canonical paths of the numbers that the sets give.
    values : ndarray, shape (sets, paths)
        In the units of their numbers.
    weights : ndarray, shape (sets,)
        How much each set counts; they sum to 1.
    about : mapping
        How the sets were found, as JSON can hold it: ``scenario`` and ``patterns`` by name, each with its digest
        (``scenario_digest``, ``patterns_digest``); ``draws``, ``replicates``, ``seed``; ``method`` in one sentence;
        ``representative``, the number of the set that is typical of all.
    """

    name: str
    title: str
    paths: tuple[str, ...]
    values: Values
    weights: Values
    about: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Raise ValueError for arrays that do not fit each other."""
        if self.values.shape != (len(self.weights), len(self.paths)):
            raise ValueError(f"{self.values.shape} values for {len(self.weights)} weights and {len(self.paths)} paths")

    def __len__(self) -> int:
        return len(self.weights)

    def __repr__(self) -> str:
        return printable(f"<PlausibleSets {self.name}: {len(self):,} sets of {len(self.paths):,} numbers>")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of paths, values and weights, in hexadecimal: the same sets, whatever is said of them."""
        found = hashlib.sha256(json.dumps(list(self.paths)).encode())
        for numbers in (self.values, self.weights):
            found.update(np.ascontiguousarray(numbers, np.float64).tobytes())
        return found.hexdigest()

    def thinned(self, points: int | None = None) -> NDArray[np.int64]:
        """Numbers of so many sets, each of which counts the same: systematic resampling by weight.

        Sets are taken at even steps of the sum of weights, so that the same file always gives the same ones. Where
        weights differ, a heavy set may come more than once, and a light one not at all.

        Parameters
        ----------
        points : int, optional
            As many as there are, by default.

        Source: Kitagawa (1996), Journal of Computational and Graphical Statistics 5.
        """
        wanted = len(self) if points is None else points
        ends = np.cumsum(self.weights)
        steps = (np.arange(wanted) + 0.5) / wanted * ends[-1]
        found: NDArray[np.int64] = np.minimum(np.searchsorted(ends, steps, side="right"), len(self) - 1)
        return found


def shipped_plausible() -> dict[str, Path]:
    """Files of plausible sets that travel with Counterpoise, by name."""
    return shipped_in(FOLDER, ENDING)


def plausible_digest(scenario: Scenario, paths: Sequence[str]) -> str:
    """SHA-256 of all of a scenario that bears on a fit, in hexadecimal.

    Who there is, and the value and range of every number. Not the values at `paths`, which the sets replace, nor
    names, titles, notes, sources, the horizon and the tick.

    Parameters
    ----------
    scenario : Scenario
    paths : sequence of str
        Numbers that were drawn from their ranges.
    """
    structure = asdict(scenario.structure) | {"start": scenario.structure.start.isoformat()}
    said = {key: part for key, part in structure.items() if key not in ("weeks", "dt")}
    content = {"structure": said, "numbers": _numbers(scenario, paths)}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def scenario_facts(scenario: Scenario, paths: Sequence[str]) -> dict[str, Any]:
    """What a file of sets says of the scenario that they were found for: name, digest and numbers.

    The numbers let a later refusal name those that have changed.
    """
    digest = plausible_digest(scenario, paths)
    return {"scenario": scenario.name, "scenario_digest": digest, FOUND: _numbers(scenario, paths)}


def _numbers(scenario: Scenario, paths: Sequence[str]) -> dict[str, list[float | None]]:
    """Value, lowest and highest value by path; no value where the sets bring it."""
    drawn = frozenset(paths)
    return {
        path: [None if path in drawn else float(number.value), *map(float, number.range)]  # 0 and 0.0 are one number
        for path, number in scenario.numbers.items()
    }


def write_plausible(path: str | Path, sets: PlausibleSets) -> None:
    """Write sets as a file of Parquet, whole or not at all; raises OSError where that cannot be done."""
    said = {**sets.about, "name": sets.name, "title": sets.title, "paths": list(sets.paths)}
    columns = zip((*sets.paths, WEIGHT), (*sets.values.T, sets.weights), strict=True)
    arrays = {name: np.ascontiguousarray(column, np.float64) for name, column in columns}
    metadata = {KEY: json.dumps(said, sort_keys=True, allow_nan=False).encode()}
    table = pa.table(arrays).replace_schema_metadata(metadata)

    def write(stream: BinaryIO) -> None:
        pq.write_table(table, stream, compression="zstd", use_dictionary=False)

    write_file(Path(path), write)


def load_plausible(source: str | Path) -> PlausibleSets:
    """Read plausible sets.

    Parameters
    ----------
    source : str or Path
        A file, or the name of one that travels with Counterpoise, such as ``october-2020``.

    Raises
    ------
    ConfigError
        For a file that is missing, too large, damaged, or no file of plausible sets.
    """
    path = located(source, shipped_plausible(), "file of plausible sets")
    try:
        with open_file(path.resolve()) as stream:
            return _read(str(path), stream)
    except StrangeFileError as error:
        raise _refused(str(path), "must be an ordinary file", str(error.strerror)) from error
    except (pa.ArrowException, ValueError) as error:
        raise _refused(str(path), "must be a file of plausible sets", str(error), FORM) from error
    except OSError as error:  # what Arrow says of a damaged file has no number
        rule = "must be readable" if error.errno else "must be a file of plausible sets"
        said = error.strerror or str(error)
        raise _refused(str(path), rule, said, "check the path, or copy the file anew") from error


def _read(where: str, stream: Any) -> PlausibleSets:
    """Sets of an open file; raises ConfigError, and what Arrow raises for what is no Parquet."""
    stream.seek(0, 2)
    if stream.tell() > MOST_BYTES:
        raise _refused(where, f"must have at most {MOST_BYTES:,} bytes", f"{stream.tell():,}")
    stream.seek(0)
    file = pq.ParquetFile(stream, thrift_string_size_limit=4 * MOST_SAID, thrift_container_size_limit=2**20)
    sets, columns = file.metadata.num_rows, file.metadata.num_columns
    if not 0 < sets <= MOST_SETS or not 1 < columns <= MOST_PATHS + 1:
        rule = f"must have 1 to {MOST_SETS:,} sets of 1 to {MOST_PATHS:,} numbers, and their weights"
        raise _refused(where, rule, f"{sets:,} rows of {columns:,} columns")
    about = _about(where, (file.schema_arrow.metadata or {}).get(KEY))
    paths = tuple(about.pop("paths"))
    if file.schema_arrow.names != [*paths, WEIGHT] or len(set(paths)) < len(paths):
        raise _refused(where, f"must have a column for each of its paths, and {WEIGHT}", "others", FORM)
    wrong = [field.name for field in file.schema_arrow if field.type != pa.float64()]
    if wrong:
        raise _refused(where, "must have columns of float64", first_of(wrong, MOST_NAMED), FORM)
    numbers = _checked(where, (*paths, WEIGHT), _columns(where, file, sets))
    return PlausibleSets(about["name"], about["title"], paths, numbers[:, :-1], numbers[:, -1], about)


def _columns(where: str, file: pq.ParquetFile, sets: int) -> Values:
    """Numbers of a file, shape (sets, columns); a file of more rows than it says is not read on."""
    found, rows = [], 0
    for batch in file.iter_batches(batch_size=4096):
        rows += batch.num_rows
        if rows > sets:
            break
        found.append(np.column_stack([cells.to_numpy(zero_copy_only=False) for cells in batch.columns]))
    if rows != sets:
        raise _refused(where, "must have as many rows as it says", f"{rows:,} of {sets:,}", "copy the file anew")
    return np.concatenate(found)


def _checked(where: str, names: Sequence[str], numbers: Values) -> Values:
    """The numbers; raises ConfigError where one is missing, or weights are none."""
    missing = [name for name, column in zip(names, numbers.T, strict=True) if not np.isfinite(column).all()]
    if missing:
        raise _refused(where, "must have a number in every cell", f"others in {first_of(missing, MOST_NAMED)}", FORM)
    weights = numbers[:, -1]
    if (weights < 0).any() or abs(weights.sum() - 1.0) > ROUNDING:
        found = f"from {weights.min():g}, with a sum of {weights.sum():g}"
        raise _refused(where, f"must have weights of 0 or more whose sum is 1 in {WEIGHT}", found, FORM)
    return numbers


def _about(where: str, said: bytes | None) -> dict[str, Any]:
    """What a file says of its sets, each entry of the kind that it must be."""
    if said is None or len(said) > MOST_SAID:
        found = "nothing" if said is None else f"{len(said):,} bytes"
        raise _refused(where, "must say what its sets were found for", found, FORM)
    try:
        about = json.loads(said, parse_constant=_no_number)
    except RecursionError:
        about = None
    if not isinstance(about, dict):
        raise _refused(where, "must say what its sets were found for", shown(about), FORM)
    for kind, keys, test in ENTRIES:
        for key in keys:
            if not test(about.get(key)):
                raise _refused(where, f"must say its {key}, {kind}", shown(about.get(key)), FORM)
    return about


def _no_number(said: str) -> float:
    raise ValueError(f"{said} is no number of JSON")


def _refused(where: str, rule: str, found: str, remedy: str = "") -> ConfigError:
    return ConfigError([Fault(printable(where), "the file", rule, printable(found), remedy)])
