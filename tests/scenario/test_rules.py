"""A rule between or on numbers is refused in the same words wherever a number is given."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import ConfigError
from sim.experiments.files.sweep_file import load_sweep
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario

SMALL = Path(__file__).parent / "small.yaml"
RULES = (
    ("alignments.TUR.AZE", 1.4, "must lie in [-0.999, 0.999]"),
    ("alignments.TUR.AZE", -1.1, "must lie in [-0.999, 0.999]"),
    ("states.RUS.autonomy", float("inf"), "must lie in ["),
    ("states.RUS.autonomy", "much", "must be a number"),
    ("states.RUS.arms_policy", "nun", "must be one of endogenous, both, "),
    ("contests.NK.parties.RUS.posture_policy", "proxies-holder", "must be one of choose, abstain, "),
    ("ties.TUR.AZE.arms", 0.5, "must leave the shares of AZE in arms at 1 or below"),
    ("contests.NN.share.south", 0.7, "must leave the shares of the camps of NN at 1 or below"),
    ("postures.lend.aid", 0.5, "must have a side to go to"),
    ("postures.abstain.proxies", 1.0, "must have a side to go to"),
    ("contests.NK.age", 7, "must be 0, for the contest starts in fighting"),
)
WRITTEN_AS = {"proximity.ARM.TUR": "proximity.TUR.ARM"}
"""Paths that the small config writes the other way round."""


def by_config(folder: Path, path: str, value: Any) -> None:
    tree: dict[str, Any] = {"name": "child", "extends": "small.yaml"}
    node = tree
    *above, last = WRITTEN_AS.get(path, path).split(".")
    for key in above:
        node = node.setdefault(key, {})
    node[last] = value
    load_scenario(written(folder, tree))


def by_override(folder: Path, path: str, value: Any) -> None:
    load_scenario(written(folder, {"name": "child", "extends": "small.yaml"}), {path: value})


def by_event(folder: Path, path: str, value: Any) -> None:
    event = {"date": "2020-12-01", "path": path, "set": value, "source": "assumption", "note": "a try"}
    load_scenario(written(folder, {"name": "child", "extends": "small.yaml", "events": {"try": event}}))


def by_factor(folder: Path, path: str, value: Any) -> None:
    written(folder, {"name": "child", "extends": "small.yaml"})
    swept(folder, {"factors": [{"path": path, "values": [value]}]})


def by_design_file(folder: Path, path: str, value: Any) -> None:
    written(folder, {"name": "child", "extends": "small.yaml"})
    (folder / "points.csv").write_text(f"{path}\n{value}\n", encoding="utf-8")
    swept(folder, {"design": "list", "file": "points.csv"})


def by_event_of_a_factor(folder: Path, path: str, value: Any) -> None:
    event = {"date": "2020-12-01", "path": path, "set": present(path), "source": "assumption", "note": "a try"}
    written(folder, {"name": "child", "extends": "small.yaml", "events": {"try": event}})
    swept(folder, {"factors": [{"path": "events.try.set", "values": [value]}]})


DOORS = (by_config, by_override, by_event, by_factor, by_design_file, by_event_of_a_factor)


def written(folder: Path, tree: dict[str, Any]) -> Path:
    (folder / "small.yaml").write_bytes(SMALL.read_bytes())
    (folder / "child.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")
    return folder / "child.yaml"


def swept(folder: Path, design: dict[str, Any]) -> None:
    sweep = {"name": "tries", "scenario": "child.yaml", "replicates": 2, **design}
    (folder / "tries.yaml").write_text(yaml.safe_dump(sweep), encoding="utf-8")
    load_sweep(folder / "tries.yaml")


@cache
def small() -> Scenario:
    return load_scenario(SMALL)


def present(path: str) -> float | str:
    """What the small config says at a path; some number where it leaves one to be derived."""
    word, quantity = small().word(path), small().layout.quantity(path)
    if word in ("derived", "none"):
        return 0.5
    return word if quantity.unit == "policy" else float(word)


def refusal(door: Callable[[Path, str, Any], None], folder: Path, path: str, value: Any) -> str:
    """Rules that a door says are broken; empty where it takes the value."""
    try:
        door(folder, path, value)
    except ConfigError as error:
        return " and ".join(fault.rule for fault in error.faults)
    return ""


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize(("path", "value", "rule"), RULES)
def test_every_rule_is_told_at_every_door(
    tmp_path: Path, door: Callable[[Path, str, Any], None], path: str, value: Any, rule: str
) -> None:
    assert refusal(door, tmp_path, path, value).startswith(rule)
    assert refusal(door, tmp_path, path, present(path)) == ""


PLAIN = sorted(
    path
    for path in load_scenario(SMALL).numbers
    if not path.startswith("events.") and small().layout.quantity(path).unit not in ("policy", "switch")
)


@given(path=st.sampled_from(PLAIN), place=st.sampled_from((-0.5, 0.0, 0.5, 1.0, 1.5)))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_doors_take_and_refuse_the_same(tmp_path: Path, path: str, place: float) -> None:
    quantity = small().layout.quantity(path)
    low, high = max(quantity.lower, -1.0), min(quantity.upper, 1e6)
    value = low + place * (high - low)
    told = {door.__name__: refusal(door, tmp_path, path, value) for door in DOORS}
    assert len(set(told.values())) == 1, told


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("weeks", 0, "must be a whole number in [1, 5200]"),
        ("weeks", 2.5, "must be a whole number in [1, 5200]"),
        ("dt", 7, "must be a number in [0.01, 1]"),
        ("dt", 0.3, "must give whole ticks: the weeks are a multiple of dt"),
    ],
)
def test_time_is_refused_in_the_same_words(tmp_path: Path, name: str, value: float, rule: str) -> None:
    doors = (by_config, by_override) if name == "dt" else (by_config, by_override, by_factor, by_design_file)
    assert {refusal(door, tmp_path, name, value) for door in doors} == {rule}


def test_event_that_adds_is_held_to_the_limit(tmp_path: Path) -> None:
    event = {"date": "2020-12-01", "path": "ties.TUR.AZE.arms", "add": 0.4, "source": "assumption", "note": "a try"}
    tree = {"name": "child", "extends": "small.yaml", "events": {"more": event}}
    with pytest.raises(ConfigError, match=r"shares of AZE in arms at 1 or below \(found a sum of 1.1 once event more"):
        load_scenario(written(tmp_path, tree))
    tree["events"]["more"]["add"] = 0.3
    assert load_scenario(written(tmp_path, tree)).numbers["events.more.value"].value == 0.3


def test_contest_that_starts_in_fighting_has_no_age_to_draw(tmp_path: Path) -> None:
    number = small().numbers["contests.NK.age"]
    assert (number.value, number.range) == (0.0, (0.0, 0.0))
    assert small().numbers["contests.NN.age"].value == 520.0


def test_contest_set_fighting_loses_its_age(tmp_path: Path) -> None:
    fought = small().with_({"contests.NN.phase": "fighting"})
    assert fought.numbers["contests.NN.age"].value == 0.0
    with pytest.raises(ConfigError, match=r"contests.NN.age must be 0, for the contest starts in fighting \(found 7\)"):
        small().with_({"contests.NN.phase": "fighting", "contests.NN.age": 7})
    assert small().with_({"contests.NK.phase": "truce", "contests.NK.age": 7}).numbers["contests.NK.age"].value == 7.0
