"""Configs laid over others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ConfigError, Fault
from sim.scenario.load import load_scenario

pytestmark = pytest.mark.quick

Write = Callable[..., Path]


def child(written: Write, text: str, name: str = "child.yaml") -> Path:
    written()
    return written(name=name, text=text)


def only_fault(path: Path) -> Fault:
    with pytest.raises(ConfigError) as caught:
        load_scenario(path)
    assert len(caught.value.faults) == 1, str(caught.value)
    return caught.value.faults[0]


def test_a_child_takes_what_it_does_not_give(written: Write) -> None:
    scenario = load_scenario(child(written, "extends: small.yaml\nname: child\nweeks: 26\nevents: {plague: null}\n"))
    assert scenario.name == "child"
    assert scenario.structure.weeks == 26
    assert scenario.title == "A small world"
    assert [event.name for event in scenario.structure.events] == ["vote"]


def test_a_bare_number_over_a_sourced_one_becomes_a_stated_assumption(written: Write) -> None:
    scenario = load_scenario(child(written, "extends: small.yaml\nties: {RUS: {ARM: {arms: 0.5}}}\n"))
    number = scenario.numbers["ties.RUS.ARM.arms"]
    assert (number.value, number.range, number.source) == (0.5, (0.5, 1.0), "assumption")
    assert number.note == "set to 0.5 instead of 0.9 (report): nearly all"
    assert number.where == "child.yaml:2"


def test_a_parents_number_keeps_its_place(written: Write) -> None:
    scenario = load_scenario(child(written, "extends: small.yaml\nname: child\n"))
    assert scenario.numbers["states.RUS.capability"].where == "small.yaml:16"


def test_a_sourced_number_replaces_the_whole(written: Write) -> None:
    number = "{value: 0.5, range: [0, 1], source: assumption, note: half}"
    text = f"extends: small.yaml\nties: {{RUS: {{ARM: {{arms: {number}}}}}}}\n"
    number = load_scenario(child(written, text)).numbers["ties.RUS.ARM.arms"]
    assert (number.value, number.range, number.source, number.note) == (0.5, (0.0, 1.0), "assumption", "half")


def test_null_takes_a_contest_away(written: Write) -> None:
    text = "extends: small.yaml\ncontests: {NN: null}\nevents: {vote: null}\n"
    assert [contest.code for contest in load_scenario(child(written, text)).structure.contests] == ["NK"]


def test_what_refers_to_a_thing_taken_away_is_a_fault_at_its_own_line(written: Write) -> None:
    fault = only_fault(child(written, "extends: small.yaml\ncontests: {NN: null}\n"))
    assert fault.path == "events.vote.path"
    assert fault.where.endswith("small.yaml:70")


def test_a_parent_in_a_folder_below_is_fine(written: Write) -> None:
    written(name="below/small.yaml")
    assert load_scenario(written(name="child.yaml", text="extends: below/small.yaml\nname: child\n")).name == "child"


def test_a_parent_below_may_extend_one_above_within_the_tree(written: Write) -> None:
    written()
    written(name="below/middle.yaml", text="extends: ../small.yaml\nname: middle\n")
    assert load_scenario(written(name="child.yaml", text="extends: below/middle.yaml\nname: child\n")).name == "child"


@pytest.mark.parametrize("target", ["../small.yaml", "/etc/passwd", "below/../../small.yaml"])
def test_a_parent_may_not_lie_outside(target: str, written: Write) -> None:
    written()
    fault = only_fault(written(name="inner/child.yaml", text=f"name: child\nextends: {target}\n"))
    assert fault.path == "extends"
    assert fault.where.endswith("child.yaml:2")
    assert fault.rule == "must stay in the folder of the file that was named"


def test_a_link_may_not_lead_outside(written: Write, tmp_path: Path) -> None:
    outside = written()
    path = written(name="inner/child.yaml", text="extends: link.yaml\nname: child\n")
    (tmp_path / "inner" / "link.yaml").symlink_to(outside)
    assert only_fault(path).rule == "must stay in the folder of the file that was named"


def test_a_loop_is_found(written: Write) -> None:
    written(name="a.yaml", text="extends: b.yaml\nname: a\n")
    path = written(name="b.yaml", text="extends: a.yaml\nname: b\n")
    assert only_fault(path).rule == "must not lead back to itself"


def test_a_config_may_not_extend_itself(written: Write) -> None:
    assert only_fault(written(name="a.yaml", text="extends: a.yaml\n")).rule == "must not lead back to itself"


@pytest.mark.parametrize("given", ["none.yaml", "''", "[small.yaml]", "3", '"a\\0b"'])
def test_a_parent_must_be_a_file(given: str, written: Write) -> None:
    assert only_fault(child(written, f"extends: {given}\n")).remedy


@pytest.mark.parametrize("key", ["extends", "map"])
@pytest.mark.parametrize("name", ["a" * 5000, "a/" * 2500 + "a", '"a\\0b"'])
def test_a_name_that_no_file_can_have_is_one_short_fault(key: str, name: str, written: Write) -> None:
    fault = only_fault(written(name="child.yaml", text=f"name: child\n{key}: {name}\n"))
    assert fault.path == key
    assert fault.where.endswith("child.yaml:2")
    assert len(fault.found) < 100


def test_a_chain_of_links_to_itself_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    with pytest.raises(ConfigError):
        load_scenario(tmp_path / "loop.yaml")


def test_the_menu_can_be_changed_added_to_and_shortened(written: Write) -> None:
    scenario = load_scenario(written(("  lend: {", "  mediate: {effort: 0.4}\n  guarantee: null\n  lend: {")))
    menu = [posture for posture, _ in scenario.structure.postures]
    assert menu == [
        "abstain",
        "mediate",
        "back-challenger",
        "back-holder",
        "proxies-challenger",
        "proxies-holder",
        "fight-challenger",
        "fight-holder",
        "lend",
    ]
    assert scenario.numbers["postures.mediate.effort"].value == 0.4
    assert scenario.numbers["postures.mediate.mediation"].value == 1.0
