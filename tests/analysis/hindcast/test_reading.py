"""Targets files: every fault at once with its line, days that the fit knew refused, and never anything but a fault."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from made_targets import make_targets
from typer.testing import CliRunner

from sim import load_scenario
from sim.analysis.hindcast.read import check_targets, load_targets, shipped_targets
from sim.analysis.hindcast.schema import TARGET, targets_schema
from sim.cli import app
from sim.errors import ConfigError
from sim.scenario.scenario import Scenario
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import plain

FAULTS = [
    ("kind: sign", "kind: signs", "must be one of binary, numeric, sign, order"),
    ("control.VAL\n    value: 0.6", "contrl.VAL\n    value: 0.6", "did you mean control.VAL?"),
    ("phase.VAL != fighting", "control.VAL", "must hold or not"),
    ("phase.VAL != fighting", "phase.VAL != fihting", "did you mean fighting?"),
    ("phase.VAL != fighting", "ever(phase.VAL == quiet, weeks 2..9)", "must look at weeks of the run"),
    ("phase.VAL != fighting", "1 < 2", "must speak of an outcome"),
    ("change(control.VAL)", "control.VAL > 0.5", "must give a number"),
    ("value: 0.6", "value: most", "must be a number"),
    ("value: rise", "value: up", "must be rise or fall"),
    ("value: false", "value: 0.5", "must be true or false"),
    ("uncertainty: 0.05", "uncertainty: 0", "must be a number above 0"),
    ("    uncertainty: 0.05\n", "", "must be a number above 0"),
    ("    split: ground", "    uncertainty: 1", "goes with numeric targets only"),
    ("[influence.ALD.BOR, influence.ALD.COR]", "influence.ALD.BOR", "must be a list of 2 to 10 expressions"),
    ("[influence.ALD.BOR, influence.ALD.COR]", "[influence.ALD.BOR]", "must be a list of 2 to 10 expressions"),
    ("near: [P1]", "near: [P2]", "must be a pattern of known"),
    ("cases: 4", "cases: 0", "must be a whole number in [1, 1000000]"),
    ("times: 1", "times: 5", "must hold in no more than all of its cases"),
    ("expects: true", "expects: perhaps", "must be true or false"),
    ("split: ground", "split: a b", "must be a short name"),
    ("  quiet:", "  'no name':", "must have a short name"),
    ("    source: invented\n    forecast", "    forecast", "source is missing"),
    ("name: later", "name: ../later", "must be short"),
    ("patterns: known.yaml", "patterns: ../known.yaml", "must stay in the folder"),
    ("patterns: known.yaml", "patterns: october-2020", "must be the patterns that the sets were fitted to"),
    ("handed-over:\n", "handed-over:\n    colour: red\n", "is not a key here"),
]  # fmt: skip


@pytest.fixture(scope="module")
def valley() -> Scenario:
    return load_scenario("two-rivals-one-patron")


@pytest.fixture
def made(tmp_path: Path, valley: Scenario) -> tuple[Path, str]:
    file, sets = make_targets(tmp_path, valley)
    return file, str(sets.about["patterns_digest"])


@pytest.mark.parametrize(("good", "bad", "said"), FAULTS)
def test_each_fault_is_named_with_its_line(
    made: tuple[Path, str], valley: Scenario, good: str, bad: str, said: str
) -> None:
    file, fitted = made
    text = file.read_text(encoding="utf-8")
    assert good in text
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_targets(file, valley, fitted)
    lines = [str(one) for one in caught.value.faults]
    assert any(said in line for line in lines), lines
    assert all(line.startswith(f"{file}:") for line in lines)


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "must lie after"), (10, "must lie after"), (40_000, "must lie before"), (None, "must be a day of the years")],
)
def test_only_days_after_what_the_fit_knew_are_taken(
    made: tuple[Path, str], valley: Scenario, days: int | None, said: str
) -> None:
    from datetime import timedelta

    file, fitted = made
    start = valley.structure.start
    day = "soon" if days is None else str(start + timedelta(days=days))
    first = str(start + timedelta(days=31))
    file.write_text(file.read_text(encoding="utf-8").replace(f"date: {first}", f"date: {day}", 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        load_targets(file, valley, fitted)
    assert len(caught.value.faults) == 1
    file.write_text(file.read_text(encoding="utf-8").replace(f"date: {day}", f"date: {start + timedelta(days=11)}", 1))
    found = load_targets(file, valley, fitted)
    assert found.targets[0].week == found.known_week == 1.0


def test_a_fact_that_was_known_before_it_was_so_is_refused(made: tuple[Path, str], valley: Scenario) -> None:
    file, fitted = made
    known = f"    kind: sign\n    known_from: {valley.structure.start}"
    file.write_text(file.read_text(encoding="utf-8").replace("    kind: sign", known), encoding="utf-8")
    with pytest.raises(ConfigError, match="known_from must lie after"):
        load_targets(file, valley, fitted)


def test_patterns_must_say_until_when_they_know(made: tuple[Path, str], valley: Scenario) -> None:
    file, fitted = made
    beside = file.parent / "known.yaml"
    beside.write_text("\n".join(line for line in beside.read_text().splitlines() if "known_until" not in line))
    with pytest.raises(ConfigError, match="known_until is missing"):
        load_targets(file, valley, fitted)


def test_all_faults_come_at_once(made: tuple[Path, str], valley: Scenario) -> None:
    file, fitted = made
    text = file.read_text(encoding="utf-8")
    for good, bad, _ in (FAULTS[0], FAULTS[1], FAULTS[9]):
        text = text.replace(good, bad, 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_targets(file, valley, fitted)
    assert len(caught.value.faults) == 3


def test_shipped_targets_fit_schema_and_scenario_and_lie_in_2020() -> None:
    file = shipped_targets()["late-2020"]
    valid = Draft202012Validator(targets_schema())
    assert not list(valid.iter_errors(plain(read(file, "late-2020"))))
    found = check_targets("late-2020")
    assert all("2020-10-22" < str(one.day) <= "2020-12-31" for one in found.targets)
    assert {name for one in found.targets for name in one.near} == {"P3a", "P3b", "P6", "P9a", "P9b"}
    assert CliRunner().invoke(app, ["check", "late-2020"]).output == "late-2020: good (9 targets)\n"


def test_schema_refuses_what_the_reader_refuses_for_its_shape(made: tuple[Path, str]) -> None:
    valid = Draft202012Validator(targets_schema())
    tree = plain(read(made[0], "later"))
    assert valid.is_valid(tree)
    for key in TARGET:
        assert not valid.is_valid({**tree, "targets": {"quiet": {**tree["targets"]["quiet"], key: {"odd": None}}}}), key


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.sampled_from([*TARGET, "P1", "rise"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*TARGET, "of", "cases"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a tree."""
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(one for key, child in below for one in places(child, (*at, key)))]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), put=ANY)
def test_whatever_stands_somewhere_is_read_or_refused(
    made: tuple[Path, str], valley: Scenario, data: Any, put: Any
) -> None:
    file, fitted = made
    tree = json.loads(json.dumps(plain(read(file, "later"))))
    place = data.draw(st.sampled_from(places(tree)[1:]))
    node = tree
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = put
    odd = file.parent / "odd.yaml"
    odd.write_text(yaml.safe_dump(tree), encoding="utf-8")
    with suppress(ConfigError):
        load_targets(odd, valley, fitted)
