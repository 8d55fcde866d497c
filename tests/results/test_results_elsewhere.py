"""A results folder read by other programs than Counterpoise says the same, with units and meanings."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from sim import sweep
from sim.scenario.load import shipped

TABLES = {
    "design": "design.parquet",
    "runs": "runs/*.parquet",
    "series": "series/*.parquet",
    "reasons": "reasons.parquet",
}
SWEEP = """
name: tiny
title: Tiny
scenario: base.yaml
replicates: 3
series: {every: 2, replicates: 2}
factors:
  - {path: contests.VAL.parties.ALD.salience, values: [0.7, 0.3]}
  - {path: states.ALD.arms_policy, label: arms, values: [both, none]}
  - label: stake
    variants: {as it is: {}, half: {contests.VAL.control: 0.5}}
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    shutil.copy(shipped()["two-rivals-one-patron"], folder / "two.yaml")
    (folder / "base.yaml").write_text("extends: two.yaml\nname: base\ntitle: Base\nweeks: 6\n")
    (folder / "tiny.yaml").write_text(SWEEP)
    return sweep(folder / "tiny.yaml", out=folder / "out")


def by_pandas(pattern):
    return pd.read_parquet(pattern.parent if "*" in pattern.name else pattern)


def by_arrow(pattern):
    return ds.dataset(pattern.parent if "*" in pattern.name else pattern, format="parquet").to_table().to_pandas()


def by_polars(pattern):
    polars = pytest.importorskip("polars")
    table = polars.read_parquet(str(pattern))
    return pd.DataFrame({name: table[name].to_list() for name in table.columns})


def by_duckdb(pattern):
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql(f"from '{pattern}'")
    return pd.DataFrame(dict(zip(found.columns, zip(*found.fetchall(), strict=True), strict=True)))


@pytest.mark.parametrize("read", [by_pandas, by_arrow, by_polars, by_duckdb])
@pytest.mark.parametrize("table", TABLES)
def test_other_readers_find_the_same_rows(results, read, table):
    known, found = getattr(results, table), read(results.folder / TABLES[table])
    assert list(found.columns) == list(known.columns)
    words = [name for name in known.columns if name in ("contest", "party", "posture", "term")]
    ids = [name for name in known.columns if name in ("point", "replicate", "week", *words)]
    known, found = (frame.astype(dict.fromkeys(words, str)).sort_values(ids, kind="stable") for frame in (known, found))
    for name in known.columns:
        one, two = known[name], found[name]
        if pd.api.types.is_numeric_dtype(known[name]):
            assert np.array_equal(
                one.to_numpy(np.float64), two.to_numpy(np.float64, na_value=np.nan), equal_nan=True
            ), name
        else:
            assert one.fillna("").astype(str).tolist() == two.fillna("").astype(str).tolist(), name


def test_failures_and_times_that_never_came_are_missing_for_others_too(results):
    name = "settlement.VAL:final"
    assert results.runs[name].isna().any()
    for read in (by_pandas, by_arrow, by_polars, by_duckdb):
        found = read(results.folder / TABLES["runs"])
        assert found["failure"].isna().all()
        assert found[name].isna().sum() == results.runs[name].isna().sum()


def test_every_column_of_every_file_says_its_unit_and_meaning(results):
    files = sorted(results.folder.rglob("*.parquet"))
    assert {file.relative_to(results.folder).parts[0] for file in files} == {
        "design.parquet", "reasons.parquet", "runs", "series",
    }  # fmt: skip
    columns = {**results.manifest["columns"], **results.manifest["series"]["columns"]}
    for file in files:
        for field in pq.read_schema(file):
            unit, meaning = (field.metadata[key].decode() for key in (b"unit", b"meaning"))
            assert unit.strip(), (file, field.name)
            assert len(meaning) > 3, (file, field.name)
            if field.name in columns:
                assert {"unit": unit, "meaning": meaning} == columns[field.name]


def test_columns_of_all_parts_have_one_type(results):
    for room in ("runs", "series"):
        schemas = {pq.read_schema(file).to_string() for file in (results.folder / room).glob("*.parquet")}
        assert len(schemas) == 1


def test_codes_say_their_words(results):
    schema = pq.read_schema(next((results.folder / "runs").glob("*.parquet")))
    assert b"2 truce" in schema.field("phase.VAL:final").metadata[b"meaning"]
