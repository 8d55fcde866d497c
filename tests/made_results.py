"""Results out of thin air, whose answers are known."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest

from sim.results.results import Results

UNITS = {
    "control.X:final": "share",
    "phase.X:final": "code",
    "posture.X.P:final": "code",
    "first_truce.X:final": "week",
}


def _results_of(
    runs: pd.DataFrame, design: pd.DataFrame | None = None, *, seed=1, weeks=52, postures=("abstain", "mediate")
):
    """Results in memory; columns of `runs` besides point, replicate and failure are outcomes."""
    table = runs.assign(failure=runs.get("failure", pd.Series(None, index=runs.index, dtype=object)))
    outcomes = [name for name in runs.columns if name not in ("point", "replicate", "failure")]
    design = pd.DataFrame({"point": sorted(runs["point"].unique())}) if design is None else design
    factors = [
        {"path": name, "label": f"label of {name}", "values": list(values.unique()), "labels": [str(v) for v in values.unique()]}
        for name, values in design.drop(columns="point").items()
    ]  # fmt: skip
    manifest = {
        "name": "made",
        "title": "Made",
        "kind": "sweep",
        "complete": True,
        "fingerprint": "none",
        "seed": seed,
        "points": len(design),
        "replicates": int(runs["replicate"].nunique()),
        "scenario": {"structure": {"weeks": weeks}},
        "sources_digest": "one",
        "factors": factors,
        "postures": list(postures),
        "columns": {name: {"unit": UNITS.get(name, "index"), "meaning": f"what {name} is"} for name in outcomes},
        "series": {"columns": {}},
        "parts": {},
    }
    schema = pa.Schema.from_pandas(table, preserve_index=False)
    schema = schema.set(schema.get_field_index("failure"), pa.field("failure", pa.string()))
    tables = {
        "design.parquet": [pa.Table.from_pandas(design, preserve_index=False)],
        "runs": [pa.Table.from_pandas(table, schema=schema, preserve_index=False)],
    }
    return Results(manifest, tables)


@pytest.fixture(scope="session")
def results_of() -> Callable[..., Results]:
    """Make results in memory from a table of runs."""
    return _results_of
