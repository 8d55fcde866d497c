"""From level values of factors to the numbers of a scenario, and to the columns of ``design.parquet``."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim import tables
from sim.experiments.factors import Factor
from sim.experiments.lengths import LENGTH, WEEKS
from sim.quantities import Quantity

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


class Assignment:
    """What factors do to a scenario.

    Parameters
    ----------
    scenario : Scenario
    factors : sequence of Factor
        Where two of them set the same path, the later one wins.
    numbered : collection of str
        Columns that number the levels of a factor of words, where ``design.parquet`` is to have them.
    """

    def __init__(self, scenario: Scenario, factors: Sequence[Factor], numbered: Collection[str] = ()) -> None:
        self.numbered = [(index, factor) for index, factor in enumerate(factors)
                         if factor.number in numbered and not factor.numeric]  # fmt: skip
        self.factors = tuple(factors)
        self.layout = scenario.layout
        self.inputs = scenario.inputs()
        self.paths = tuple(sorted({path for factor in factors for path in factor.paths}))
        self.are_inputs = np.array([path != WEEKS for path in self.paths], dtype=np.bool_)
        self.rows = np.array([self.layout.row(path) for path in self.paths if path != WEEKS], dtype=np.int64)
        self.own = np.full(len(self.paths), float(scenario.structure.weeks))
        self.own[self.are_inputs] = self.inputs[self.rows]

    def values(self, level_values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Value of each of `paths`, shape (n, paths); what no factor sets there is the scenario's own.

        Parameters
        ----------
        level_values : ndarray, shape (n, factors)
        """
        values = np.tile(self.own, (len(level_values), 1))
        for index, (columns, table) in enumerate(self._tables):
            if table is None:
                values[:, columns[0]] = level_values[:, index]
                continue
            new = table[level_values[:, index].astype(np.int64)]
            values[:, columns] = np.where(np.isnan(new), values[:, columns], new)
        return values

    def table(self, points: NDArray[np.int64], level_values: NDArray[np.float64]) -> pa.Table:
        """One row a point, one column a factor: some rows of ``design.parquet``.

        Parameters
        ----------
        points : ndarray of int64, shape (n,)
            Their numbers.
        level_values : ndarray, shape (n, factors)
        """
        fields = [tables.field(*tables.typed(tables.POINT, pa.int32()))]
        arrays = [pa.array(points.astype(np.int32))]
        for index, factor in enumerate(self.factors):
            kind = pa.float64() if factor.numeric else pa.string()
            unit = self._quantity(factor.column).unit if factor.numeric else "text"
            fields.append(tables.field(factor.column, kind, unit, factor.label))
            column = np.ascontiguousarray(level_values[:, index])
            arrays.append(pa.array(column) if factor.numeric else _words(factor, column))
        for index, factor in self.numbered:
            fields.append(tables.field(factor.number, pa.float64(), "index", f"level of {factor.label}, from 0"))
            arrays.append(pa.array(np.ascontiguousarray(level_values[:, index])))
        return pa.Table.from_arrays(arrays, schema=pa.schema(fields))

    def digest(self, level_values: Iterator[NDArray[np.float64]]) -> str:
        """SHA-256 of a design, chunk by chunk: the same for the same points, however they were declared.

        Parameters
        ----------
        level_values : iterator of ndarray, each of shape (n, factors)
            All points, in `points.chunks`.
        """
        found = hashlib.sha256()
        for text in (*self.paths, *(word for factor in self.factors for word in (factor.column, factor.label))):
            found.update(hashlib.sha256(text.encode()).digest())
        for chunk in level_values:
            found.update((self.values(chunk) + 0.0).tobytes())
            for index, factor in enumerate(self.factors):
                if not factor.numeric:
                    found.update(_labelled(factor)[chunk[:, index].astype(np.int64)].tobytes())
        return found.hexdigest()

    def _quantity(self, path: str) -> Quantity:
        return LENGTH if path == WEEKS else self.layout.quantity(path)

    @cached_property
    def _tables(self) -> list[tuple[NDArray[np.int64], NDArray[np.float64] | None]]:
        """For each factor the columns that it sets, and by level their values; NaN where a level leaves one."""
        found: list[tuple[NDArray[np.int64], NDArray[np.float64] | None]] = []
        for factor in self.factors:
            columns = np.array([self.paths.index(path) for path in factor.paths], dtype=np.int64)
            rows = [[dict(level.settings).get(path, np.nan) for path in factor.paths] for level in factor.levels]
            found.append((columns, None if factor.numeric else np.array(rows).reshape(len(rows), len(columns))))
        return found


def numbered_columns(sampling: Mapping[str, Any]) -> set[str]:
    """Columns that the SALib problems of a design name, its own and those of the designs that it is made of."""
    own = set(sampling.get("problem", {}).get("names", ()))
    return own.union(*(numbered_columns(member) for member in sampling.get("of", ())))


def _words(factor: Factor, level_values: NDArray[np.float64]) -> pa.Array:
    labels = pa.array([level.label for level in factor.levels], pa.string())
    return labels.take(pa.array(level_values.astype(np.int64)))


def _labelled(factor: Factor) -> NDArray[np.bytes_]:
    """A digest of each level's label, so that the order of levels does not matter."""
    return np.array([hashlib.sha256(level.label.encode()).digest() for level in factor.levels], dtype="V32")
