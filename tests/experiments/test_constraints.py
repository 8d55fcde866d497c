"""Constraints: what they say, what they drop, and that they run no code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.constraints import ConstraintError, constraint

A, B = np.array([0.0, 1.0, 2.0, np.nan]), np.array([1.0, 1.0, 1.0, 1.0])
WORDS = np.array(["on", "off", "on", "off"])
COLUMNS = {"a.x": A, "b-c.y": B, "b": B, "word": WORDS, "Turkey's backing": WORDS, "e5": A}


def holds(text: str) -> list[bool]:
    found = constraint(text, COLUMNS.__contains__)
    return np.broadcast_to(found.holds({name: COLUMNS[name] for name in found.names}), 4).tolist()


def outcome(text: str) -> str:
    try:
        found = constraint(text, COLUMNS.__contains__)
        if set(found.names) - set(COLUMNS):
            return "unknown"
        found.holds({name: COLUMNS[name] for name in found.names})
    except ConstraintError:
        return "refused"
    return "held"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.x < b-c.y", [1, 0, 0, 0]),
        ("a.x<=b-c.y", [1, 1, 0, 0]),
        ("a.x != b", [1, 0, 1, 0]),
        ("a.x == b", [0, 1, 0, 0]),
        ("a.x-b-c.y >= 0", [0, 1, 1, 0]),
        ("0 < a.x <= 1", [0, 1, 0, 0]),
        ("a.x + b * 2 <= 3 and not a.x > 0.5", [1, 0, 0, 0]),
        ("a.x < 1 or a.x > 1", [1, 0, 1, 0]),
        ("min(a.x, b, 5) < 1", [1, 0, 0, 0]),
        ("max(a.x, b) == 2", [0, 0, 1, 0]),
        ("abs(-a.x) > 1e0", [0, 0, 1, 0]),
        ("b / a.x <= 1", [0, 1, 1, 0]),
        ("a.x < 2e5", [1, 1, 1, 0]),
        ("e5 < 1", [1, 0, 0, 0]),
        ("word == 'on'", [1, 0, 1, 0]),
        ('`Turkey\'s backing` != "on" and a.x >= 0', [0, 1, 0, 0]),
        ("(((a.x))) < (1)", [1, 0, 0, 0]),
        ("2 < 3", [1, 1, 1, 1]),
    ],
)
def test_constraint_says_what_it_reads(text, expected):
    assert holds(text) == [bool(one) for one in expected]


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "a.x", "1", "a.x +", "a.x = 1", "a.x < ", "(a.x < 1", "a.x ** 9 < 1", "a.x // 2 < 1", "a.x % 2 == 0", "a.x if b else b",
        "[a.x] < 1", "{1} < 2", "'a' 'b'", "lambda: b", "b for b in b", "__import__('os').system('x') == 0", "().__class__ == 1",
        "a.x.__class__ == 1", "_0 < 1", "open('x') == 1", "min(b) < 1", "min() < 1", "abs(b, b) < 1", "min(b, *b) < 1", "max(b, b, key=b) < 1",
        "b < 1 < 'x'", "word < 'on'", "word == 1", "word + 1 < 2", "(a.x < 1) + 1 < 2", "not a.x", "a.x and b", "-word == 'on'", "f'{b}' == 'x'",
        "b'x' == 'x'", "1j < 2", "... == 1", "True == 1", "None == 1", "b is b", "b in (1, 2)", "b := 1", "b; b", "b\nb", "await b", "yield b",
        "1" * 400 + " < a.x", "(" * 180 + "b < 1", "-" * 60 + "b < 1", "not " * 60 + "b < 1", "\0 < 1", "b < 1e999", "b < \ud800", "`` < 1",
        "b < 1 # comment", "b < 0x" + "f" * 390, "b" + " + b" * 90 + " < 1", "é < 1", "b < 1_000", "b.real < 1",
    ],
)  # fmt: skip
def test_what_is_no_comparison_of_known_names_is_refused(text):
    assert outcome(text) in ("refused", "unknown")


@given(st.text(alphabet="ab.xyw-_ <>=!+*/()[]{}'\"`0123456789e,:;\n\0minaxords", max_size=60))
def test_any_text_is_a_constraint_or_an_error(text):
    assert outcome(text) in ("refused", "unknown", "held")


def test_drawn_points_that_break_a_constraint_are_dropped_and_counted(load_plan):
    body = "design: sobol\npoints: 64\nfactors: [{path: weights.order, range: [0, 1]}, {path: weights.balance, range: [0, 1]}]\n"
    plan = load_plan(body + "constraints: [weights.order < weights.balance]")
    values = plan.values(np.arange(plan.points))
    assert (values[:, plan.paths.index("weights.order")] < values[:, plan.paths.index("weights.balance")]).all()
    assert plan.dropped == 64 - plan.points > 20
    assert plan.sampling["dropped"] == plan.dropped
    assert plan.sampling["constraints"] == ["weights.order < weights.balance"]
    whole = load_plan(body)
    everything = whole.values(np.arange(64)).tolist()
    assert all(row in everything for row in values.tolist())


def test_constraint_may_name_labels_variants_and_unvaried_numbers(load_plan):
    body = """
factors:
  - {path: weights.order, label: order at heart, values: [0.1, 0.2]}
  - {label: arms policy, variants: {usual: {}, stopped: {states.ALD.arms_policy: none}}}
"""
    assert load_plan(body + "constraints: ['`order at heart` < 0.2 or `arms policy` == \"usual\"']").points == 3
    assert load_plan(body + "constraints: ['states.ALD.arms_policy == \"none\"']").points == 2
    assert load_plan(body + "constraints: [weights.balance > weights.order]").points == 4


def test_constraints_hold_in_parts_and_over_the_whole(load_plan):
    body = """
design: product
of:
- {factors: [{path: weights.order, values: [0, 1, 2]}], constraints: [weights.order > 0]}
- {factors: [{path: weights.balance, values: [0, 1, 2]}]}
constraints: [weights.balance >= weights.order]
"""
    plan = load_plan(body)
    assert plan.values(np.arange(plan.points)).tolist() == [[1, 1], [2, 1], [2, 2]]
    assert plan.dropped == 1 + 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[weights.order < weights.balanc]", "did you mean weights.balance?"),
        ("[weights.order]", "constraints[0] must be a comparison"),
        ("['weights.order < \"x\"']", "constraints[0] must compare like with like"),
        ("[weights.order > 99]", "must leave a point (found none of 4)"),
        ("[3]", "constraints[0] must be a comparison (found 3)"),
        ("weights.order < 1", "constraints must be a list"),
        ("[]", "constraints must be a list"),
        ("{}", "constraints must be a list"),
    ],
)
def test_faulty_constraint_is_one_clear_fault(faults_of, line, said):
    body = "design: random\npoints: 4\nfactors: [{path: weights.order}]\n"
    assert said in faults_of(f"{body}constraints: {line}")


@pytest.mark.parametrize("design", ["morris\ntrajectories: 3", "saltelli\nsamples: 4"])
def test_designs_that_need_all_their_points_refuse_constraints(faults_of, design):
    body = f"design: {design}\nfactors: [{{path: weights.order}}]\nconstraints: [weights.order < 1]"
    assert "does not go with" in faults_of(body)
    inside = body.replace("\nconstraints: [weights.order < 1]", "").replace("\n", ", ")
    said = faults_of(f"design: product\nof: [{{{inside}}}]\nconstraints: [weights.order < 1]")
    assert "take the constraint out, or draw by sobol" in said


REGION = "nagorno-karabakh-2020"


@pytest.fixture
def shares() -> list[str]:
    """Two shares of one need, which may not exceed 1 together."""
    from sim.scenario.load import load_scenario

    ties = [
        (client, lever, f"ties.{patron}.{client}.{lever}")
        for patron, client, lever in load_scenario(REGION).structure.ties
    ]
    together = [[path for *need, path in ties if need == [client, lever]] for client, lever, _ in ties]
    return next(paths for paths in together if len(paths) == 2)


def test_drawn_points_that_no_scenario_could_have_are_dropped(load_plan, shares):
    factors = ", ".join(f"{{path: {path}, range: [0.2, 1]}}" for path in shares)
    plan = load_plan(f"design: random\npoints: 50\nfactors: [{factors}]", scenario=REGION)
    assert plan.dropped > 0
    assert (plan.values(np.arange(plan.points)).sum(axis=1) <= 1 + 1e-9).all()


@pytest.mark.parametrize("design", ["morris\ntrajectories: 3", "saltelli\nsamples: 4", "grid", "one-at-a-time"])
def test_other_designs_with_points_that_no_scenario_could_have_are_refused(faults_of, shares, design):
    steps = ", steps: 3" if design in ("grid", "one-at-a-time") else ""
    factors = ", ".join(f"{{path: {path}, range: [0.2, 1]{steps}}}" for path in shares)
    said = faults_of(f"design: {design}\nfactors: [{factors}]", REGION)
    assert "at 1 or below (found a larger sum at " in said
    assert shares[0] in said
