"""Patterns files: the JSON Schema and the reader take and refuse the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from sim.analysis.pattern_file import HEAD, HOLDS, KEYS, TESTS, WITHIN, patterns_schema
from sim.analysis.patterns import load_patterns, shipped_patterns
from sim.errors import ConfigError
from sim.scenario.load import shipped

GOOD: dict[str, Any] = {"outcome": "phase.NK", "week": 1, "is": ["fighting"]}
ODD = [
    None,
    True,
    -1,
    0,
    1,
    0.5,
    2.5,
    1e9,
    "",
    "word",
    "runs",
    "rest",
    [],
    ["word"],
    [1, 2],
    [2],
    [1, 2, 3],
    [1.5, 2],
    {},
    {"a": 1},
]


def taken(tmp_path, written: object) -> bool:
    """Whether the reader takes a file."""
    file = tmp_path / "patterns.yaml"
    file.write_text(yaml.safe_dump(written), encoding="utf-8")
    try:
        load_patterns(file)
    except ConfigError:
        return False
    return True


def valid(written: object) -> bool:
    return bool(Draft202012Validator(patterns_schema()).is_valid(written))


def test_schema_is_one_and_is_the_shipped_one():
    Draft202012Validator.check_schema(patterns_schema())
    file = next(iter(shipped().values())).parent / "counterpoise-patterns.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == patterns_schema()


@pytest.mark.parametrize("name", sorted(shipped_patterns()))
def test_shipped_patterns_fit_the_schema(name):
    assert valid(yaml.safe_load(shipped_patterns()[name].read_text(encoding="utf-8")))


@pytest.mark.parametrize("key", HEAD)
def test_reader_and_schema_agree_on_the_head(tmp_path, key):
    answers = set()
    for value in ODD:
        written = {"name": "x", "patterns": {"P": GOOD}, key: value}
        assert taken(tmp_path, written) == valid(written), f"{key}: {value!r}"
        answers.add(valid(written))
    assert False in answers


@pytest.mark.parametrize("key", [*KEYS, "strange"])
def test_reader_and_schema_agree_on_a_pattern(tmp_path, key):
    answers = set()
    for value in ODD:
        usual = {"outcome": "phase.NK"} if key in TESTS or key == "from" else GOOD
        usual = {**usual, "rises_by": [0, 1]} if key == "from" else usual
        pattern = {**usual, "week": 1, key: value}
        if key == "weeks":
            del pattern["week"]
        pattern = {key: value} if key == HOLDS else pattern
        written = {"name": "x", "patterns": {"P": pattern}}
        assert taken(tmp_path, written) == valid(written), f"{key}: {value!r}"
        answers.add(valid(written))
    assert answers == ({False} if key == "strange" else {False, True})


@pytest.mark.parametrize(
    "written",
    [
        {"name": "x", "patterns": {}},
        {"patterns": {"P": GOOD}},
        {"name": "x", "patterns": {"P": {**GOOD, "weeks": [1, 2]}}},
        {"name": "x", "patterns": {"P": {**GOOD, "above": 1}}},
        {"name": "x", "patterns": {"P": {"outcome": "a", "week": 1}}},
        {"name": "x", "patterns": {"P": {"is": ["a"], "week": 1}}},
        {"name": "x", "patterns": {"P": 3}},
        {"name": "x", "patterns": {"P": {**GOOD, "from": "contests.NK.control"}}},
        {"name": "x", "patterns": {"P": GOOD}, "pattern": 1},
        *(
            {"name": "x", "patterns": {"P": {HOLDS: "a:final > 1", key: value}}}
            for key, value in zip(WITHIN, ("a", 1, [1, 2], "runs", "b.c"), strict=True)
        ),
    ],
)
def test_schema_and_reader_refuse(tmp_path, written):
    assert not valid(written)
    assert not taken(tmp_path, written)


def test_reader_refuses_shares_that_nothing_can_meet(tmp_path):
    assert not taken(tmp_path, {"name": "x", "patterns": {"P": {**GOOD, "at_least": 0.8, "at_most": 0.2}}})


@pytest.mark.parametrize(
    "written",
    [{"stages": [60, 20]}, {"patterns": {"P": {"outcome": "control.NK", "week": 1, "rises_by": [0.4, 0.1]}}}],
)
def test_reader_refuses_ends_and_stages_that_descend(tmp_path, written):
    assert not taken(tmp_path, {"name": "x", "patterns": {"P": GOOD}, **written})
