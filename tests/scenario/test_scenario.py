"""What a loaded scenario offers: numbers, inputs, overrides, digest, provenance, schema."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import sim.scenario.scenario as scenario_module
from sim.errors import ConfigError, Fault
from sim.scenario.load import load_scenario, shipped
from sim.scenario.provenance import counts, provenance
from sim.scenario.scenario import rebuilt
from sim.scenario.schema.json_schema import json_schema
from sim.scenario.yaml.parser import parse
from sim.scenario.yaml.tree import leaves, plain

pytestmark = pytest.mark.quick

Write = Callable[..., Path]
SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")


def faults(written: Write, **overrides: object) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as caught:
        load_scenario(written(), {path.replace("__", "."): value for path, value in overrides.items()})
    return caught.value.faults


def test_inputs_stand_in_their_rows(written: Write) -> None:
    scenario = load_scenario(written())
    inputs = scenario.inputs()
    assert inputs.dtype == np.float64
    assert tuple(scenario.numbers) == scenario.layout.paths
    assert inputs[scenario.layout.row("ties.RUS.ARM.arms")] == 0.9
    assert inputs[scenario.layout.row("events.vote.value")] == 1.0
    assert inputs[scenario.layout.row("proximity.ARM.TUR")] == 1.0
    assert inputs[scenario.layout.row("contests.NK.parties.RUS.posture_policy")] == -1.0


def test_every_number_lies_in_its_range_and_bounds(written: Write) -> None:
    scenario = load_scenario(written())
    for path, number in scenario.numbers.items():
        quantity = scenario.layout.quantity(path)
        if scenario.word(path) == "derived":
            continue
        assert number.range[0] <= number.value <= number.range[1], path
        assert quantity.lower <= number.value <= quantity.upper, path


def test_the_order_of_a_file_does_not_matter(written: Write) -> None:
    tur = "  TUR: {capability: {value: 13, range: [10, 16], source: register, note: thirteen}}\n"
    moved = written((tur, ""), ("  ARM: {capability", tur + "  ARM: {capability"), name="moved.yaml")
    assert load_scenario(moved).digest == load_scenario(written()).digest


def test_comments_notes_and_spelling_do_not_change_the_digest(written: Write) -> None:
    base = load_scenario(written()).digest
    assert load_scenario(written(("# a comment", "# another\n\n"))).digest == base
    assert load_scenario(written(("note: thirty", "note: three tens"))).digest == base
    assert load_scenario(written(("value: 30,", "value: 3.0e+1,"))).digest == base


@pytest.mark.parametrize(
    "change",
    [
        ("value: 0.9, range: [0.8", "value: 0.91, range: [0.8"),
        ("weeks: 52", "weeks: 51"),
        ("date: 2020-10-05", "date: 2020-10-06"),
        ("rivals: [TUR]", "rivals: [AZE]"),
        ("range: [20, 40]", "range: [20, 41]"),
        ("set: fighting", "set: truce"),
    ],
)
def test_every_change_of_content_changes_the_digest(change: tuple[str, str], written: Write) -> None:
    assert load_scenario(written(change)).digest != load_scenario(written()).digest


def test_a_digest_does_not_depend_on_the_folder(written: Write) -> None:
    here, there = load_scenario(written()), load_scenario(written(name="there/small.yaml"))
    assert here.digest == there.digest
    assert here.resolved() == there.resolved()


def test_a_scenario_can_be_rebuilt_from_its_json(written: Write) -> None:
    scenario = load_scenario(written())
    again = rebuilt(json.loads(json.dumps(scenario.resolved(), allow_nan=False)))
    assert again == scenario
    assert again.digest == scenario.digest


def test_overrides_take_numbers_words_and_their_text(written: Write) -> None:
    overrides = {
        "ties.RUS.ARM.arms": "0.4",
        "states.RUS.arms_policy": "both",
        "behaviour.rationality": 0,
        "behaviour.from_rest": "false",
        "contests.NK.parties.RUS.posture_policy": "mediate",
        "proximity.TUR.ARM": 0.5,
        "events.vote.set": "truce",
        "events.plague.add": 0.1,
        "weeks": "26",
        "ties.TUR.AZE.arms.value": 0.2,
    }
    scenario = load_scenario(written(), overrides)
    values = {path: scenario.numbers[path].value for path in scenario.numbers}
    assert values["ties.RUS.ARM.arms"] == 0.4
    assert values["ties.TUR.AZE.arms"] == 0.2
    assert scenario.word("states.RUS.arms_policy") == "both"
    assert scenario.word("contests.NK.parties.RUS.posture_policy") == "mediate"
    assert scenario.word("events.vote.value") == "truce"
    assert scenario.word("events.plague.value") == "0.1"
    assert values["behaviour.rationality"] == 0.0
    assert values["behaviour.from_rest"] == 0.0
    assert values["proximity.ARM.TUR"] == 0.5
    assert scenario.structure.weeks == 26


def test_an_override_leaves_the_original_alone_and_says_what_it_was(written: Write) -> None:
    base = load_scenario(written())
    other = base.with_({"ties.RUS.ARM.arms": 0.4})
    assert base.numbers["ties.RUS.ARM.arms"].value == 0.9
    assert other.digest != base.digest
    number = other.numbers["ties.RUS.ARM.arms"]
    assert (number.source, number.range) == ("assumption", (0.4, 1.0))
    assert number.note == "set to 0.4 instead of 0.9 (report): nearly all"


def test_an_override_with_the_same_value_changes_nothing(written: Write) -> None:
    base = load_scenario(written())
    same = base.with_({"ties.RUS.ARM.arms": "0.9"})
    assert same.digest == base.digest
    number = same.numbers["ties.RUS.ARM.arms"]
    assert replace(number, where=base.numbers["ties.RUS.ARM.arms"].where) == base.numbers["ties.RUS.ARM.arms"]
    assert number.where == "override"  # which tells plausible sets that it is held


def test_an_unknown_path_offers_the_nearest(written: Write) -> None:
    (fault,) = faults(written, ties__RUS__ARM__amrs=0.5)
    assert fault.path == "ties.RUS.ARM.amrs"
    assert fault.remedy == "did you mean ties.RUS.ARM.arms?"


@pytest.mark.parametrize(
    ("path", "value", "remedy"),
    [
        ("behaviour__rationality", "high", "rationality of third parties"),
        ("behaviour__rationality", -1, "rationality"),
        ("behaviour__rationality", float("nan"), "rationality"),
        ("behaviour__rationality", True, "rationality"),
        ("behaviour__rationality", None, "rationality"),
        ("behaviour__rationality", [1], "rationality"),
        ("states__RUS__arms_policy", "al", "ally"),
        ("states__RUS__arms_policy", 9, "known are"),
        ("contests__NK__parties__RUS__posture_policy", "proxies-holder", "did you mean"),
        ("ties__TUR__AZE__arms", 0.5, "together"),
        ("contests__NN__share__south", 0.7, "together"),
        ("weeks", 2.5, "weeks"),
        ("weeks", -3, "weeks"),
        ("weeks", "many", "weeks"),
        ("dt", 0, "weeks"),
        ("dt", 0.7, "0.5"),
    ],
)
def test_an_override_that_cannot_be_is_one_error(path: str, value: object, remedy: str, written: Write) -> None:
    (fault,) = faults(written, **{path: value})
    assert remedy in fault.remedy


def test_all_faults_of_overrides_come_at_once(written: Write) -> None:
    assert len(faults(written, weeks=0, behaviour__rationality=-1, nonsense=1)) == 3


def test_provenance_tells_three_kinds_apart(written: Write) -> None:
    scenario = load_scenario(written())
    rows = {row.path: row for row in provenance(scenario)}
    assert len(rows) == len(scenario.numbers) == sum(counts(scenario).values())
    assert rows["states.RUS.capability"].kind == "publication"
    assert rows["ties.RUS.ARM.arms"].kind == "document"
    assert rows["ties.RUS.AZE.arms"].kind == "document"
    assert rows["behaviour.rift"].kind == "assumption"
    assert rows["behaviour.rift"].note == scenario.layout.quantity("behaviour.rift").meaning
    assert rows["states.RUS.arms_policy"].value == "endogenous"
    assert all(row.note and row.unit and row.source for row in rows.values())


FIGURE = ("value: 0.9, range: [0.8", "value: 0.85, figure: 0.9, range: [0.8")
"""Another plausible value beside the figure of the report."""


def test_figure_is_what_source_and_note_speak_of(written: Write) -> None:
    scenario = load_scenario(written(FIGURE))
    number = scenario.numbers["ties.RUS.ARM.arms"]
    assert (number.value, number.figure, number.source, number.note) == (0.85, 0.9, "report", "nearly all")
    assert scenario.digest == load_scenario(written(("value: 0.9, range: [0.8", "value: 0.85, range: [0.8"))).digest
    assert rebuilt(json.loads(json.dumps(scenario.resolved()))) == scenario
    row = next(row for row in provenance(scenario) if row.path == "ties.RUS.ARM.arms")
    assert (row.value, row.figure) == ("0.85", 0.9)


def test_override_says_which_figure_it_is_set_against(written: Write) -> None:
    scenario = load_scenario(written(FIGURE))
    number = scenario.with_({"ties.RUS.ARM.arms": 0.4}).numbers["ties.RUS.ARM.arms"]
    assert (number.figure, number.note) == (None, "set to 0.4 instead of 0.9 (report): nearly all")
    back = scenario.with_({"ties.RUS.ARM.arms": 0.9})
    assert back == load_scenario(written())


@pytest.mark.parametrize(
    ("over", "value", "figure", "source", "note"),
    [
        ("0.5", 0.5, None, "assumption", "set to 0.5 instead of 0.9 (report): nearly all"),
        ("{value: 0.5, range: [0, 1], source: assumption, note: half}", 0.5, None, "assumption", "half"),
        ("{value: 0.5, figure: 0.6, range: [0, 1], source: assumption, note: half}", 0.5, 0.6, "assumption", "half"),
        ("{note: said again}", 0.85, 0.9, "report", "said again"),
    ],
)
def test_child_that_gives_a_value_takes_no_figure_over(
    over: str, value: float, figure: float | None, source: str, note: str, written: Write
) -> None:
    written(FIGURE)
    child = written(name="child.yaml", text=f"extends: small.yaml\nties: {{RUS: {{ARM: {{arms: {over}}}}}}}\n")
    number = load_scenario(child).numbers["ties.RUS.ARM.arms"]
    assert (number.value, number.figure, number.source, number.note) == (value, figure, source, note)


@pytest.mark.parametrize(
    ("figure", "rule"),
    [
        ("0.7", "must lie in its own range [0.8, 1]"),
        ("1.7", "must lie in [0, 1]"),
        ("much", "must be a number"),
    ],
)
def test_figure_that_cannot_be_is_refused(figure: str, rule: str, written: Write) -> None:
    change = ("value: 0.9, range: [0.8", f"value: 0.9, figure: {figure}, range: [0.8")
    with pytest.raises(ConfigError) as caught:
        load_scenario(written(change))
    found = next(fault for fault in caught.value.faults if fault.rule == rule)
    assert found.path == "ties.RUS.ARM.arms.figure"


@pytest.mark.parametrize("given", ["none", "{value: none, source: report, note: open}"])
def test_goal_may_be_none(given: str, written: Write) -> None:
    salience = "salience: {value: 0.8, range: [0.5, 1], source: report, note: much}"
    config = written((salience, f"{salience}\n        goal: {given}"))
    scenario, path = load_scenario(config), "contests.NK.parties.RUS.goal"
    assert (scenario.word(path), scenario.numbers[path].constant) == ("none", True)
    jsonschema.validate(plain(parse(config.read_text(encoding="utf-8"), "small.yaml")), json_schema())
    set_to = scenario.with_({path: "0.3"}).numbers[path]
    assert (set_to.value, set_to.range) == (0.3, (0.3, 0.3))
    assert scenario.with_({path: 0.3}).with_({path: "none"}).word(path) == "none"
    for wrong in ("some", 1.5):
        with pytest.raises(ConfigError, match=r"or be none|must be a number"):
            scenario.with_({path: wrong})


@pytest.mark.parametrize("wrong", ["some", "1.5"])
def test_goal_that_cannot_be_is_one_fault(wrong: str, written: Write) -> None:
    salience = "salience: {value: 0.8, range: [0.5, 1], source: report, note: much}"
    with pytest.raises(ConfigError) as caught:
        load_scenario(written((salience, f"{salience}\n        goal: {wrong}")))
    (fault,) = caught.value.faults
    assert fault.path == "contests.NK.parties.RUS.goal"
    assert fault.remedy.startswith("it means: outcome it wants")


def test_goal_taken_away_by_a_child_has_no_range(written: Write) -> None:
    full = "goal: {value: 0, range: [-0.2, 0.2], source: report, note: even}"
    salience = "salience: {value: 0.8, range: [0.5, 1], source: report, note: much}"
    written((salience, f"{salience}\n        {full}"))
    text = "extends: small.yaml\ncontests: {NK: {parties: {RUS: {goal: none}}}}\n"
    number = load_scenario(written(name="child.yaml", text=text)).numbers["contests.NK.parties.RUS.goal"]
    assert number.constant
    assert number.note == "set to no number instead of 0 (report): even"


def test_assumption_without_a_range_is_a_constant(written: Write) -> None:
    scenario = load_scenario(written())
    kinds = {row.path: row.kind for row in provenance(scenario)}
    assert kinds["states.RUS.arms_policy"] == kinds["postures.mediate.effort"] == "constant"
    assert kinds["behaviour.rift"] == "assumption"
    assert counts(scenario)["constant"] == sum(kind == "constant" for kind in kinds.values())


def test_the_structure_is_sorted(written: Write) -> None:
    structure = load_scenario(written()).structure
    assert structure.states == ("ARM", "AZE", "NO", "RUS", "TUR")
    assert structure.ties == (
        ("RUS", "ARM", "arms"),
        ("RUS", "ARM", "culture"),
        ("RUS", "AZE", "arms"),
        ("TUR", "AZE", "arms"),
    )
    assert [contest.code for contest in structure.contests] == ["NK", "NN"]
    assert [event.name for event in structure.events] == ["vote", "plague"]
    assert structure.events[0].week == pytest.approx(8 / 7)
    assert structure.rivals == (("RUS", "TUR"),)


def test_the_schema_is_valid_and_takes_the_small_config() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    json.dumps(schema, allow_nan=False)
    checker = jsonschema.Draft202012Validator(schema)
    small = plain(parse(SMALL, "small.yaml"))
    assert list(checker.iter_errors(small)) == []
    assert list(checker.iter_errors({"extends": "small.yaml", "contests": {"NK": None}})) == []


@pytest.mark.parametrize(
    ("section", "content"),
    [
        ("regions", {}),
        ("weeks", "many"),
        ("behaviour", {"rift": 2}),
        ("states", {"RUS": {"capabilty": 1}}),
        ("states", {"R.S": {}}),
        ("states", {"RUS": {"arms_policy": "bth"}}),
        ("ties", {"RUS": {"ARM": {"arms": {"value": 0.5, "sorce": "x"}}}}),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(section: str, content: object) -> None:
    small = plain(parse(SMALL, "small.yaml"))
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid({**small, section: content})


def test_the_schema_describes_every_quantity_with_unit_and_bounds() -> None:
    definitions = json_schema()["$defs"]
    assert "share, [0, 0.5]" in definitions["Behaviour_rift"]["description"]
    described = [part for name, part in definitions.items() if "_" in name]
    assert len(described) > 90
    assert all("description" in part and "(" in part["description"] for part in described)


@pytest.mark.parametrize("name", shipped())
def test_shipped_configs_load_by_name_and_fit_the_schema(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    tree = plain(parse(shipped()[name].read_text(encoding="utf-8"), name))
    assert list(jsonschema.Draft202012Validator(json_schema()).iter_errors(tree)) == []


@pytest.mark.parametrize("name", shipped())
def test_every_number_that_a_shipped_config_writes_is_read(name: str) -> None:
    scenario = load_scenario(name)
    read = {number.where for number in scenario.numbers.values()}
    tree = parse(shipped()[name].read_text(encoding="utf-8"), f"{name}.yaml")
    written = {str(leaf.place) for path, leaf in leaves(tree) if path[-1] == "value"}
    assert written <= read


def test_asking_for_the_room_imports_neither_yaml_nor_pydantic() -> None:
    code = "import sys, sim.scenario; print(*{'yaml', 'pydantic', 'numpy', 'numba'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""


def test_the_shipped_schema_is_current() -> None:
    shipped_schema = next(iter(shipped().values())).parent / "counterpoise.schema.json"
    assert json.loads(shipped_schema.read_text(encoding="utf-8")) == json_schema()


def test_layout_is_looked_up_once_however_many_numbers_there_are(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, looked_up = load_scenario(written()), []
    found = scenario_module.layout
    monkeypatch.setattr(scenario_module, "layout", lambda structure: looked_up.append(1) or found(structure))
    scenario.inputs()
    provenance(scenario)
    assert len(looked_up) <= 1


def test_list_of_rivals_is_a_mapping_to_equal_weights(written: Write) -> None:
    as_mapping = load_scenario(written(("sanctioners: {NO: 1}", "sanctioners: {NO: 1, TUR: 1}")))
    config = written(("rivals: {TUR: 1}", "rivals: [TUR]"), ("sanctioners: {NO: 1}", "sanctioners: [TUR, NO]"))
    as_list = load_scenario(config)
    assert as_list.digest == as_mapping.digest
    assert as_list.numbers["contests.NK.parties.RUS.sanctioners.NO"].where == "small.yaml:52"
    jsonschema.validate(plain(parse(config.read_text(encoding="utf-8"), "small.yaml")), json_schema())


def test_names_of_different_kinds_may_be_alike(written: Write) -> None:
    scenario = load_scenario(written(("    name: The valley", "    name: Russia")))
    assert (scenario.names["NK"], scenario.names["RUS"]) == ("Russia", "Russia")


def test_stake_travels_with_the_scenario_and_decides_nothing(written: Write) -> None:
    plain_one = load_scenario(written())
    scenario = load_scenario(written(("    name: The valley", "    name: The valley\n    over: the dam's water")))
    assert scenario.stakes == {"NK": "the dam's water"}
    assert scenario.digest == plain_one.digest
    assert rebuilt(json.loads(json.dumps(scenario.resolved()))).stakes == scenario.stakes
    old = {key: part for key, part in scenario.resolved().items() if key != "stakes"}
    assert rebuilt(old).stakes == {}
