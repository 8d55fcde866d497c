"""The JSON Schema of sweep files says what the reader takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sim.experiments.designs import KINDS
from sim.experiments.designs.kind import keys_of
from sim.experiments.files.factor import KEYS as FACTOR_KEYS
from sim.experiments.files.schema import sweep_schema
from sim.experiments.files.sweep_file import KEYS as SWEEP_KEYS
from sim.experiments.files.sweep_file import shipped_sweeps
from sim.scenario.load import shipped
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import plain

HEAD: dict[str, Any] = {"name": "small", "scenario": "two-rivals-one-patron"}
FACTOR = {"path": "weights.order", "values": [0.1, 0.2]}


def valid(sweep: dict[str, Any]) -> bool:
    return bool(Draft202012Validator(sweep_schema()).is_valid(sweep))


def test_schema_is_one_and_is_the_shipped_one():
    Draft202012Validator.check_schema(sweep_schema())
    file = next(iter(shipped().values())).parent / "counterpoise-sweep.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == sweep_schema()


def test_schema_knows_every_key_of_the_reader():
    schema = sweep_schema()
    assert set(schema["properties"]) == {*SWEEP_KEYS, *keys_of(KINDS)}
    assert set(schema["$defs"]["factor"]["properties"]) == set(FACTOR_KEYS)
    assert schema["properties"]["design"]["enum"] == list(KINDS)


@pytest.mark.parametrize("name", sorted(shipped_sweeps()))
def test_shipped_sweep_fits_the_schema(name):
    assert valid(plain(read(shipped_sweeps()[name], name)))


@pytest.mark.parametrize(
    ("design", "fits"),
    [
        ({"factors": [FACTOR]}, True),
        ({}, False),
        ({"factors": []}, False),
        ({"factors": [{"values": [1]}]}, False),
        ({"factors": [FACTOR], "points": 3}, False),
        ({"design": "sobul", "factors": [FACTOR]}, False),
        ({"design": "sobol", "factors": [FACTOR]}, False),
        ({"design": "sobol", "points": 4, "all-uncertain": True}, True),
        ({"design": "sobol", "points": 4}, False),
        ({"design": "morris", "trajectories": 4, "levels": 5, "all-uncertain": True}, False),
        ({"design": "list", "rows": [{"weights.order": 1}]}, True),
        ({"design": "list", "rows": [{"weights.order": 1}], "file": "x.csv"}, False),
        ({"design": "list", "file": "x.txt"}, False),
        ({"design": "product", "of": [{"factors": [FACTOR]}, {"design": "list", "file": "x.parquet"}]}, True),
        ({"design": "union", "of": [{"factors": [FACTOR], "trajectories": 3}]}, False),
        ({"factors": [FACTOR], "replicates": {"least": 8, "most": 64, "until": {"outcome": "x:final", "half_width": 0.1}}}, True),
    ],
)  # fmt: skip
def test_schema_takes_designs_and_refuses_what_is_none(design, fits):
    assert valid(HEAD | design) is fits
