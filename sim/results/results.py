"""Stored results, read and trusted only as far as their checksums hold."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from sim.arguments import argument_fault, list_faults, name_faults, refuse, unknown_name
from sim.errors import ResultsError
from sim.files import place
from sim.notebook import as_html
from sim.phrases import printable
from sim.results.pairs import Choice, differences, wide
from sim.results.sample import rows_of, runs_in
from sim.results.tables import Stored, Tables, in_order, open_tables
from sim.storage.lock import holder
from sim.storage.manifest import AGAIN, DESIGN, REASONS
from sim.storage.parts import read_part

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray
    from plotly.graph_objects import Figure

    from sim.analysis.sensitivity.answer import Answer


KINDS = ("runs", "series", DESIGN, REASONS)
"""Kinds of tables."""
MOMENT = 0.5
"""Seconds after which a part that is just being written again is entered in the manifest."""


class Results:
    """Results of a run or a sweep, in a folder or in memory.

    Attributes
    ----------
    manifest : dict
        What was run: resolved scenario, seed, replicates, factors, columns with units, versions.
    folder : Path or None
        Where they are stored; None in memory.
    found : bool
        Whether `simulate` or `sweep` found these very results in place and ran nothing.

    Examples
    --------
    >>> from sim import Results
    >>> results = Results.open("results/post-soviet-2020")  # doctest: +SKIP
    >>> results.runs["control.NK:final"].mean()  # doctest: +SKIP
    """

    def __init__(
        self, manifest: dict[str, Any], tables: Tables, folder: Path | None = None, *, found: bool = False
    ) -> None:
        self.manifest = manifest
        self.folder = folder
        self.found = found
        self._tables = tables

    @classmethod
    def open(cls, folder: str | Path, *, found: bool = False) -> Results:
        """Open a results folder and verify every part of it.

        A folder whose run was not finished can be opened: it holds the parts that are, and `warning` says so.

        Raises
        ------
        ConfigError
            If there can be no folder of this name.
        ResultsError
            If the folder holds no results, or a part is missing or was changed.
        """
        path = place(folder)
        try:
            manifest, parts = open_tables(path)
        except ResultsError:
            if holder(path) is None:
                raise
            time.sleep(MOMENT)
            manifest, parts = open_tables(path)
        results = cls(manifest, parts, path, found=found)
        if results.warning:
            warnings.warn(results.warning, stacklevel=2)
        return results

    @property
    def warning(self) -> str:
        """What the reader should know, such as that the run was not finished; empty if all is well."""
        if self.manifest["complete"]:
            return ""
        where = self.folder or self.manifest["name"]
        return f"{where} is not complete: its run was stopped; the same command starts it again"

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row a design point: ``point`` and a column for each factor.

        Designs for SALib have a further column ``NAME:level`` for each factor of words or variants, which numbers its
        levels from 0, so that ``design[problem["names"]]`` is the sample that SALib's functions want.

        Raises
        ------
        ResultsError
            If the folder has runs without it, as its run was stopped while it was mended.
        """
        if DESIGN not in self._tables and "runs" in self._tables:
            raise ResultsError(f"{self.folder or self.manifest['name']} lacks {DESIGN}; {AGAIN}")
        return self._frame(DESIGN)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run, by point and replicate: these two, a column for each outcome and statistic, ``failure``."""
        return self._frame("runs")

    def some(self, columns: Sequence[str]) -> pd.DataFrame:
        """`runs` with some of its columns; no others are read. Raises ConfigError for one that is not there."""
        parts = list(self.tables("runs", columns))
        return in_order(pa.concat_tables(parts)).to_pandas() if parts else pd.DataFrame(columns=list(columns))

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a kept run and week, in order: ``point``, ``replicate``, ``week``, a column for each outcome."""
        return self._frame("series")

    @cached_property
    def kept(self) -> pd.DataFrame:
        """Point and replicate of each run whose weeks are in `series`, in order, with its number of ``rows`` there."""
        return runs_in(self._parts("series", ["point", "replicate"]))

    def series_of(self, runs: pd.DataFrame) -> pd.DataFrame:
        """`series` of some runs. No more than these and one part is in memory at once.

        Parameters
        ----------
        runs : DataFrame
            Rows of `kept`.

        Raises
        ------
        ConfigError
            For a table without the columns of `kept`.
        """
        if not isinstance(runs, pd.DataFrame) or not {"point", "replicate", "rows"} <= {*runs}:
            refuse([argument_fault("runs", "must be rows of Results.kept", type(runs).__name__)])
        return rows_of(self._parts("series"), runs)

    @cached_property
    def reasons(self) -> pd.DataFrame:
        """Mean weighted utility terms by point, week, contest, party, posture and term, in ``value``."""
        return self._frame(REASONS)

    def wide(self, by: str = "run") -> pd.DataFrame:
        """Runs beside the factors of their points: one row a run, as most plots and regressions want it.

        Parameters
        ----------
        by : str
            ``run``: `runs` with a column for each factor behind ``replicate``, no row more or less. ``point``: one row
            a point with its factors and, for each number, the columns ``NAME.mean``, ``NAME.sd`` (over replicates,
            divisor n - 1) and ``NAME.n``, over the runs that have it; codes have no mean and are left out.

        Raises
        ------
        ConfigError
            For another `by`.
        """
        return wide(self, by)

    def pairs(self, treatment: Choice, baseline: Choice) -> pd.DataFrame:
        """Differences between runs that share their chance events: the treatment's values less the baseline's.

        Parameters
        ----------
        treatment, baseline : int or mapping
            Points by number, or by ``{factor: value}``, a factor by its column or label and a value as it stands in
            `design` or by its label. A factor that one leaves out has the value that the other one gives; what both
            leave out is the same in both, so that a mapping may stand for many points.

        Returns
        -------
        DataFrame
            One row a pair: ``point`` (treatment), ``baseline`` (point), ``replicate``, the factors equal in both, and
            the difference in each number; missing where either is. Codes and pairs with a failed run are left out.

        Raises
        ------
        ConfigError
            For an unknown point, factor or value.
        ResultsError
            If no points or no replicates are pairs.

        Examples
        --------
        >>> arms = "states.RUS.arms_policy"
        >>> results.pairs({arms: "none"}, {arms: "endogenous"})["control.NK:final"].mean()  # doctest: +SKIP
        """
        return differences(self, treatment, baseline)

    def effects(self, outcomes: Sequence[str] | None = None) -> Answer:
        """Effects of a design's levels in pairs of runs that share their chance events, over worlds, and regrets.

        Parameters
        ----------
        outcomes : sequence of str, optional
            Names of columns with ``*`` and ``?``; by default a few that say who holds what, how much is fought and who
            leads.

        Raises
        ------
        ConfigError
            For a name that is no outcome.
        ResultsError
            If no two points differ in one factor alone.
        """
        from sim.analysis.sensitivity.answers import effects  # noqa: PLC0415 (a room above this one)

        return effects(self, outcomes)

    def sensitivity(self, outcomes: Sequence[str] | None = None) -> Answer:
        """What outcomes vary with, by the method that the design was drawn for.

        Morris's design gives elementary effects, Saltelli's indices of variance, a drawn one rank correlations,
        distances of distributions for skewed outcomes and a surface over two numbers. `outcomes` and errors are
        those of `effects`.
        """
        from sim.analysis.sensitivity.answers import sensitivity  # noqa: PLC0415

        return sensitivity(self, outcomes)

    def discover(self, region: str) -> Answer:
        """Where in the design outcomes lie in a region, as boxes (PRIM) and as a tree (CART).

        Parameters
        ----------
        region : str
            Comparisons of outcomes, such as ``"control.NK:final > 0.9"``.

        Raises
        ------
        ConfigError
            For anything but comparisons of outcomes.
        ResultsError
            If the extra ``discover`` is not installed, no point lies in the region, or all do.
        """
        from sim.analysis.discovery.discover import discover  # noqa: PLC0415

        return discover(self, region)

    def to_xarray(self, *, series: bool = True, grid: bool = False) -> xr.Dataset:
        """All results as an xarray Dataset over ``point``, ``replicate`` and, for series, ``week``.

        Factors are coordinates of ``point``; units and meanings are attributes. Replicates that a point or the series
        lack are NaN, so that series of few of many replicates are larger here than stored.

        Parameters
        ----------
        series : bool
            Whether series are wanted.
        grid : bool
            Give each factor a dimension of its own instead of ``point``; for designs with every combination of levels.

        Raises
        ------
        ResultsError
            If xarray is not installed, or `grid` is asked of another design.
        """
        from sim.results.to_xarray import dataset  # noqa: PLC0415

        return dataset(self, series=series, grid=grid)

    def to_ema(self) -> tuple[pd.DataFrame, dict[str, NDArray[np.float64]]]:
        """Experiments and outcomes, as the analyses of the EMA Workbench want them.

        Returns
        -------
        experiments : DataFrame
            One row a run that did not fail: a column for each factor, ``replicate``, and the Workbench's own
            ``scenario`` (the design point), ``policy`` and ``model``.
        outcomes : dict of str to ndarray, shape (runs,)
            Every number that the runs keep, in the same order; NaN where a run has none. Codes are left out.

        Raises
        ------
        ResultsError
            If there is no run yet.

        Examples
        --------
        >>> experiments, outcomes = results.to_ema()  # doctest: +SKIP
        """
        from sim.results.to_ema import experiments_and_outcomes  # noqa: PLC0415

        return experiments_and_outcomes(self)

    def figure(self, name: str, point: int | None = None, *, theme: str = "light") -> Figure:
        """A figure of the dashboard, for a notebook.

        Parameters
        ----------
        name : str
            Id of a figure on the page, such as ``crisis-NK`` or ``influence-ARM``; or of a section (``crises``,
            ``influence``, ``alignment``, ``comparison``, ``variation``), which stands for its first figure. `figures`
            lists them.
        point : int, optional
            Design point that it shows; by default what the page shows first, which is the baseline of a grid and all
            points of a drawn design. A comparison and a variation show all.
        theme : str
            ``light`` or ``dark``.

        Returns
        -------
        plotly.graph_objects.Figure

        Raises
        ------
        ConfigError
            For an unknown name, point or theme.
        ResultsError
            If the results hold no data for it.
        """
        from sim.dashboard.notebook import figure  # noqa: PLC0415 (the dashboard is a room above this one)

        return figure(self, name, point, theme)

    @property
    def figures(self) -> dict[str, str]:
        """Title of each figure that `figure` gives, by its name."""
        from sim.dashboard.notebook import titles  # noqa: PLC0415

        return titles(self)

    def dashboard(self, path: str | Path | None = None, *, force: bool = False) -> Path:
        """Draw the page of these results.

        Parameters
        ----------
        path : str or Path, optional
            File to write; by default ``dashboard.html`` in the results folder, whose page is drawn again.
        force : bool
            Replace a file that is there.

        Returns
        -------
        Path
            The page: one file that opens offline.

        Raises
        ------
        ResultsError
            If the file is there already, or a link, or cannot be written; for results in memory without a path.
        """
        from sim.dashboard.notebook import draw  # noqa: PLC0415

        return draw(self, path, force=force)

    def tables(self, kind: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Arrow tables of the parts of one kind, one at a time, as stored.

        Parameters
        ----------
        kind : str
            ``runs``, ``series``, ``design.parquet`` or ``reasons.parquet``; results need not have all of them.
        columns : sequence of str, optional
            Columns of ``runs`` that are wanted; no others are read.

        Raises
        ------
        ConfigError
            For another kind, and a column that is not there.
        """
        if kind not in KINDS:
            raise unknown_name("kind", kind, KINDS, f"must be one of {', '.join(KINDS)}")
        if columns is None:
            return self._parts(kind)
        self._refuse_columns(kind, columns)
        return (one.select(list(columns)) for one in self._parts(kind, list(columns)))

    def _refuse_columns(self, kind: str, columns: Sequence[str]) -> None:
        known = ["point", "replicate", *self.manifest["columns"], "failure"] if kind == "runs" else []
        refuse([*list_faults("columns", columns)] or name_faults("columns", columns, known, "must be columns of runs"))

    def _parts(self, kind: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        for part in self._tables.get(kind, ()):
            yield read_part(part.folder, part.manifest, part.name, columns) if isinstance(part, Stored) else part

    def __repr__(self) -> str:
        where = self.folder if self.folder is not None else "memory"
        state = "" if self.manifest["complete"] else ", not complete"
        return printable(f"<Results of {self.manifest['name']}: {self._rows():,} runs in {where}{state}>")

    def _repr_html_(self) -> str:
        kept = self.manifest
        facts = {
            "name": kept["name"],
            "runs": f"{self._rows():,}, points: {kept.get('points', 1):,}, failed: {kept.get('failures', 0):,}",
            "seed": kept["seed"],
            "factors": ", ".join(str(factor["label"]) for factor in kept["factors"]) or "none",
            "outcomes": f"{len(kept['columns']):,} in runs, {len(kept['series']['columns']):,} in series",
            "where": self.folder or "memory",
        }
        return as_html(kept["title"] or kept["name"], facts | ({"warning": self.warning} if self.warning else {}))

    def _rows(self) -> int:
        """Runs that are finished."""
        stored = sum(part["rows"] for name, part in self.manifest["parts"].items() if name.startswith("runs/"))
        return stored or sum(len(part) for part in self._tables.get("runs", ()) if isinstance(part, pa.Table))

    def _frame(self, kind: str) -> pd.DataFrame:
        parts = list(self.tables(kind))
        frame = in_order(pa.concat_tables(parts)).to_pandas() if parts else pd.DataFrame()
        del parts
        pa.default_memory_pool().release_unused()  # else Arrow keeps the room of what it gave back, as much again
        return frame
