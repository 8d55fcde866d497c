"""Outcomes that are declared by expressions: what a config and a sweep may say, and what is said of slips."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sim import load_scenario
from sim.errors import ConfigError, Fault
from sim.experiments.files.schema import sweep_schema
from sim.experiments.files.sweep_file import load_sweep
from sim.scenario.scenario import Scenario, rebuilt
from sim.scenario.schema.json_schema import json_schema
from sim.scenario.yaml.parser import read
from sim.scenario.yaml.tree import plain

pytestmark = pytest.mark.quick

Write = Callable[..., Path]

KEPT = 'outcomes: ["alignment.ARM.RUS:final", "control.*"]'
DECLARED = """outcomes:
  keep: [control.NK]
  in-band: 0.1 < control.NK:final < 0.9
  lead: {expression: "influence.RUS.ARM:final - influence.TUR.ARM:final", meaning: Russia leads in Armenia}
  calm: mean(phase.NK == truce, weeks 26..52)
  share_won: {expression: lead * 100, unit: percent}"""


def declaring(written: Write, text: str) -> Path:
    return written((KEPT, text))


def faults(path: Path) -> list[Fault]:
    with pytest.raises(ConfigError) as caught:
        load_scenario(path)
    return caught.value.faults


def names(scenario: Scenario) -> list[str]:
    return [one.name for one in scenario.declared]


def test_a_config_declares_outcomes_beside_those_that_it_keeps(written: Write) -> None:
    scenario = load_scenario(declaring(written, DECLARED))
    assert scenario.outcomes == ("control.NK",)
    assert {one.name: (one.unit, one.label) for one in scenario.declared} == {
        "in-band": ("share", "in-band"),
        "lead": ("share", "Russia leads in Armenia"),
        "calm": ("share", "calm"),
        "share_won": ("percent", "share_won"),
    }
    assert rebuilt(scenario.resolved()) == scenario


def test_a_list_of_outcomes_keeps_its_meaning(written: Write) -> None:
    scenario = load_scenario(written())
    assert scenario.outcomes == ("alignment.ARM.RUS:final", "control.*")
    assert scenario.declared == ()
    assert "declared" not in scenario.resolved()


def test_declarations_change_the_digest_and_their_absence_does_not(written: Write) -> None:
    plain, keep = load_scenario(written()), KEPT.replace("outcomes: ", "outcomes:\n  keep: ")
    assert load_scenario(declaring(written, keep)).digest == plain.digest
    assert plain.with_({"outcomes.gain": "control.NK:final"}).digest != plain.digest


@pytest.mark.parametrize(
    ("text", "path", "rule", "remedy"),
    [
        ("{a: contrl.NK:final}", "outcomes.a", "must speak of outcomes", "control.NK:final"),
        ("{a: control.NK}", "outcomes.a", "must give one value a run", "control.NK:final"),
        ("{a: phase.NK:final}", "outcomes.a", "must give a number or a condition", "phase.NK:final == quiet"),
        ("{a: phase.NK:final == tuce}", "outcomes.a", "must be a word of phase.NK:final", "truce"),
        ("{a: 'control.NK:final == \"x\"'}", "outcomes.a", "must compare like with like", "words"),
        ("{a: control.NK:final + entry.NK:final * weeks_fought.NK:final}", "outcomes.a", "", ""),
        ("{a: control.NK:final + weeks_fought.NK:final}", "outcomes.a", "must add like with like", "unlike units"),
        ("{a: control.NK:fighting - control.NK:finl}", "outcomes.a", "must speak of outcomes", "control.NK:final"),
        ("{a: 'mean(control.NK, weeks 26..53)'}", "outcomes.a", "must look at weeks of the run, 0 to 52", "longer"),
        ("{a: 1 + 1}", "outcomes.a", "must speak of an outcome", "control.NK:final"),
        ("{a: 3}", "outcomes.a", "must be an expression over outcomes", "write it as text"),
        ("{a: null}", "outcomes.a", "must be an expression over outcomes", "write it as text"),
        ("{a: [control.NK]}", "outcomes.a", "must be an expression over outcomes", "write it as text"),
        ("{a: bee - 1, bee: control.NK:final}", "outcomes.a", "must speak of outcomes", ""),
        ("{bee: control.NK:final, a: be - 1}", "outcomes.a", "must speak of outcomes", "did you mean bee?"),
        ("{a: {expresion: control.NK:final}}", "outcomes.a.expresion", "is not a key here", "expression"),
        ("{a: {expression: 'control.NK:final', unit: code}}", "outcomes.a.unit", "must be the unit of a number", "share"),
        ("{a: {expression: 'control.NK:final', meaning: 3}}", "outcomes.a.meaning", "must be one line of text", ""),
        ("{control: control.NK:final}", "outcomes.control", "must have a name that nothing else has", ""),
        ("{truce: control.NK:final}", "outcomes.truce", "must have a name that nothing else has", ""),
        ("{mean: control.NK:final}", "outcomes.mean", "must have a name that nothing else has", ""),
        ("{failure: control.NK:final}", "outcomes.failure", "must have a name that nothing else has", ""),
        ("{a.b: control.NK:final}", "outcomes.a.b", "must be a short plain name", "letters and digits"),
        ("{keep: [contrl.*]}", "outcomes[0]", "must match an outcome", ""),
        ("{keep: [contrl.*], a: control.NK:final}", "outcomes.keep[0]", "must match an outcome", ""),
        ("3", "outcomes", "must be a list", ""),
    ],
)  # fmt: skip
def test_each_slip_has_its_place_and_its_remedy(written: Write, text: str, path: str, rule: str, remedy: str) -> None:
    file = declaring(written, f"outcomes: {text}")
    if not rule:
        assert load_scenario(file).declared[0].unit == "mixed"
        return
    found = faults(file)
    assert [one.path for one in found][:1] == [path], found
    assert rule in found[0].rule
    assert remedy in found[0].remedy
    assert found[0].where.endswith(f":{file.read_text().splitlines().index(f'outcomes: {text}') + 1}")


def test_too_many_are_refused(written: Write) -> None:
    many = ", ".join(f"a{number}: control.NK:final" for number in range(101))
    assert [one.rule for one in faults(declaring(written, f"outcomes: {{{many}}}"))] == [
        "must declare at most 100 outcomes"
    ]


def test_a_child_adds_overrides_and_takes_away(written: Write) -> None:
    declaring(written, DECLARED)
    text = "extends: small.yaml\nname: child\noutcomes: {in-band: null, calm: control.NK:mean, more: lead + calm}\n"
    child = load_scenario(written(name="child.yaml", text=text))
    assert {one.name: one.expression for one in child.declared} == {
        "lead": "influence.RUS.ARM:final - influence.TUR.ARM:final",
        "calm": "control.NK:mean",
        "share_won": "lead * 100",
        "more": "lead + calm",
    }
    assert child.outcomes == ("control.NK",)


@pytest.mark.parametrize(("outcomes", "declared", "kept"), [
    ("[control.NN]", ["in-band", "lead", "calm", "share_won"], ("control.NN",)),
    ("{keep: null}", ["in-band", "lead", "calm", "share_won"], ()),
    ("null", [], ()),
])  # fmt: skip
def test_a_childs_list_replaces_the_list_alone(
    written: Write, outcomes: str, declared: list[str], kept: tuple[str, ...]
) -> None:
    declaring(written, DECLARED)
    child = load_scenario(written(name="child.yaml", text=f"extends: small.yaml\nname: child\noutcomes: {outcomes}\n"))
    assert (names(child), child.outcomes) == (declared, kept)


def test_a_childs_declarations_stand_beside_its_parents_list(written: Write) -> None:
    written()
    text = "extends: small.yaml\nname: child\noutcomes: {gain: control.NK:final - 0.15}\n"
    child = load_scenario(written(name="child.yaml", text=text))
    assert (names(child), child.outcomes) == (["gain"], ("alignment.ARM.RUS:final", "control.*"))


def test_python_declares_overrides_and_takes_away(written: Write) -> None:
    scenario = load_scenario(declaring(written, DECLARED))
    gain = {"expression": "control.NK:final - 0.15", "unit": "share", "meaning": "ground that was won"}
    changed = scenario.with_({"outcomes.gain": gain, "outcomes.in-band": None, "behaviour.rationality": 9})
    assert names(changed) == ["lead", "calm", "share_won", "gain"]
    assert changed.declared[-1].label == "ground that was won"
    with pytest.raises(ConfigError, match=r"override: outcomes.share_won.expression must speak of outcomes"):
        scenario.with_({"outcomes.lead": None})


def test_a_horizon_that_an_expression_looks_beyond_is_refused(written: Write) -> None:
    scenario = load_scenario(declaring(written, DECLARED))
    with pytest.raises(ConfigError, match=r"outcomes.calm.expression must look at weeks of the run, 0 to 40"):
        scenario.with_({"weeks": 40})
    assert names(scenario.with_({"weeks": 40, "outcomes.calm": None})) == ["in-band", "lead", "share_won"]


SWEEP = """
name: declared
scenario: small.yaml
replicates: 2
factors: [{path: behaviour.rationality, values: [4, 8]}, {label: two words, variants: {on: {}, off: {weeks: 40}}}]
"""


def test_a_sweep_adds_to_the_scenarios_and_takes_away(written: Write) -> None:
    declaring(written, DECLARED)
    file = written(name="sweep.yaml", text=SWEEP + "outcomes: {in-band: null, gain: control.NK:final - 0.15}\n")
    assert names(load_sweep(file).scenario) == ["lead", "calm", "share_won", "gain"]


@pytest.mark.parametrize(("outcomes", "said"), [
    ("outcomes: [control.*]", "outcomes must be a mapping"),
    ("outcomes: {gain: contrl.NK:final}", "outcomes.gain must speak of outcomes"),
    ("outcomes: {keep: [control.*]}", "outcomes.keep must"),
    ("outcomes: {nobody: null}", "outcomes.nobody must be an expression"),
])  # fmt: skip
def test_slips_of_a_sweep_are_said(written: Write, outcomes: str, said: str) -> None:
    written()
    with pytest.raises(ConfigError) as caught:
        load_sweep(written(name="sweep.yaml", text=f"{SWEEP}{outcomes}\n"))
    assert said in str(caught.value)
    assert "sweep.yaml:" in str(caught.value)


def test_a_factor_may_not_have_the_name_of_a_declared_outcome(written: Write) -> None:
    declaring(written, DECLARED)
    with pytest.raises(ConfigError, match="must not be the name of a column of results"):
        load_sweep(written(name="sweep.yaml", text=SWEEP.replace("two words", "lead")))


def test_adaptive_replicates_look_at_a_declared_outcome(written: Write) -> None:
    declaring(written, DECLARED)
    rule = "{least: 8, most: 32, until: {outcome: OUTCOME, half_width: 0.1}}"
    text = SWEEP.replace("replicates: 2", f"replicates: {rule}")
    assert load_sweep(written(name="sweep.yaml", text=text.replace("OUTCOME", "lead"))).replicates.outcome == "lead"
    with pytest.raises(ConfigError, match="did you mean lead"):
        load_sweep(written(name="sweep.yaml", text=text.replace("OUTCOME", "leed")))


@pytest.mark.parametrize(("outcomes", "good"), [
    ({"lead": "control.NK:final"}, True),
    ({"lead": {"expression": "control.NK:final", "unit": "share", "meaning": "so"}}, True),
    ({"keep": ["control.*"], "lead": None}, True),
    (["control.*"], True),
    ({"keep": "control.*"}, False),
    ({"lead": 3}, False),
    ({"not a name": "control.NK:final"}, False),
])  # fmt: skip
def test_editors_know_both_forms(written: Write, outcomes: Any, good: bool) -> None:
    config = plain(read(written(), "small.yaml")) | {"outcomes": outcomes}
    assert Draft202012Validator(json_schema()).is_valid(config) == good
    if isinstance(outcomes, dict) and "keep" not in outcomes:
        sweep = yaml.safe_load(SWEEP) | {"outcomes": outcomes}
        assert Draft202012Validator(sweep_schema()).is_valid(sweep) == good


PIECES = ("control.NK:final", "phase.NK", "truce", "mean(", "at(", "weeks", "3..5", "week", "(", ")", "==", "<", "-", "in",
          "+", "not", "and", "0.5", '"x"', "`", "a", "b", "influence.RUS.ARM", ":", ",", "control", "posture.NK.RUS:final")  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    given_outcomes=st.dictionaries(
        st.sampled_from(["a", "b", "truce", "keep", "", "a b", "é"]),
        st.lists(st.sampled_from(PIECES), max_size=7).map(" ".join)
        | st.text(max_size=20)
        | st.sampled_from([None, 3, [], {}, {"expression": 2}, {"unit": "code"}, {"expression": "a", "meaning": "\n"}]),
        max_size=3,
    )
)
def test_whatever_is_declared_is_taken_or_refused_in_words(small: Scenario, given_outcomes: dict[str, Any]) -> None:
    with suppress(ConfigError):
        small.with_({f"outcomes.{name}": said for name, said in given_outcomes.items()})


@pytest.fixture(scope="module")
def small() -> Scenario:
    return load_scenario(Path(__file__).parent / "small.yaml")
