"""Sweep files of all sorts: each is a plan, or a list of faults."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import ConfigError, Fault
from sim.experiments.designs import KINDS
from sim.experiments.designs.kind import keys_of
from sim.experiments.factors import SHAPES
from sim.experiments.files.factor import KEYS as FACTOR_KEYS
from sim.experiments.files.sweep_file import KEYS as SWEEP_KEYS
from sim.experiments.files.sweep_file import is_sweep, load_sweep, shipped_sweeps
from sim.experiments.plan import Plan

PATHS = (
    "weights.order",
    "weights.balance",
    "behaviour.rationality",
    "states.ALD.arms_policy",
    "behaviour.from_rest",
    "nothing.here",
)
FACTOR: dict[str, Any] = {"path": "weights.order", "range": [0, 1], "steps": 2}
VARIANTS: dict[str, Any] = {
    "label": "arms",
    "variants": {"on": {}, "off": {"states.ALD.arms_policy": "none"}},
    "weights": [1, 2],
}
GOOD: list[dict[str, Any]] = [
    {"design": "grid", "factors": [FACTOR, VARIANTS], "constraints": ["weights.order < 1"]},
    {"design": "one-at-a-time", "factors": [FACTOR, VARIANTS]},
    {"design": "list", "rows": [{"weights.order": 0.1, "arms": "on"}], "factors": [VARIANTS]},
    {"design": "list", "file": "points.csv"},
    {"design": "sobol", "points": 8, "factors": [FACTOR], "all-uncertain": {"only": ["weights.*"], "except": ["weights.b*"]}},
    {"design": "latin-hypercube", "points": 5, "factors": [{"path": "weights.order", "distribution": "normal", "sd": 1}]},
    {"design": "saltelli", "samples": 4, "second-order": True, "factors": [FACTOR, VARIANTS]},
    {"design": "morris", "trajectories": 3, "levels": 4, "all-uncertain": True},
    {"design": "product", "of": [{"design": "random", "points": 3, "factors": [FACTOR]}, {"factors": [VARIANTS]}]},
    {"design": "union", "of": [{"design": "random", "points": 3, "factors": [FACTOR]}, {"factors": [VARIANTS]}]},
]  # fmt: skip

WORDS = st.sampled_from(
    [
        *KINDS,
        *keys_of(KINDS),
        *FACTOR_KEYS,
        *SWEEP_KEYS,
        *SHAPES,
        *PATHS,
        "discrete",
        "points.csv",
        "points.parquet",
        "on",
        "*",
    ]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 70), st.integers(-(10**19), 10**19), st.floats(), st.text(string.printable, max_size=12),
    st.text(max_size=5), WORDS,
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(WORDS | st.text(max_size=8), below, max_size=4),
    max_leaves=12,
)


def loaded(file: Path) -> tuple[Plan | None, tuple[Fault, ...]]:
    """Plan and faults; of which there is one or the other."""
    try:
        return load_sweep(file), ()
    except ConfigError as error:
        return None, error.faults


def outcome(folder: Path, text: str | bytes) -> Plan | str:
    """Plan of a file, or the word that it has faults."""
    file = folder / "sweep.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    is_sweep(str(file))
    plan, faults = loaded(file)
    if plan is None:
        assert faults
        assert all(fault.where and fault.rule and str(fault).isprintable() for fault in faults)
        assert len(set(map(str, faults))) == len(faults), "each once"
        return "faults"
    points = np.unique(np.linspace(0, plan.points - 1, 5).astype(np.int64))
    assert np.isfinite(plan.values(points)).all()
    assert next(plan.design_tables()).num_rows > 0
    return plan


def written(tree: object) -> str:
    return yaml.safe_dump(tree, allow_unicode=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("fuzz")
    (made / "points.csv").write_text("weights.order\n0.1\n0.2\n")
    (made / "points.parquet").write_bytes(b"PAR1 no table")
    return made


HEAD: dict[str, Any] = {"name": "small", "scenario": "two-rivals-one-patron", "weeks": 4, "replicates": 2}
CHECKS = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("good", GOOD, ids=[f"{one['design']}-{index}" for index, one in enumerate(GOOD)])
def test_files_that_are_mutated_below_are_good_ones(folder, good):
    assert isinstance(outcome(folder, written(HEAD | good)), Plan)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All places of a tree."""
    below = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(place for key, child in below for place in places(child, (*path, key)))]


def mutated(tree: Any, path: tuple[Any, ...], how: str, new: Any) -> Any:
    """The tree with the node at a path replaced, taken out, renamed or doubled."""
    if not path:
        return new if how == "replace" else tree
    key, *rest = path
    if not rest and how != "replace":
        if isinstance(tree, list):
            kept = [*tree[:key], *tree[key + 1 :]]
            return kept if how == "drop" else [*tree, tree[key]]
        kept = {one: child for one, child in tree.items() if one != key}
        return kept if how == "drop" else {**kept, str(new): tree[key]}
    if isinstance(tree, list):
        return [mutated(child, tuple(rest), how, new) if index == key else child for index, child in enumerate(tree)]
    return {one: mutated(child, tuple(rest), how, new) if one == key else child for one, child in tree.items()}


@CHECKS
@given(data=st.data())
def test_mutated_file_is_a_plan_or_faults(folder, data):
    tree: Any = HEAD | data.draw(st.sampled_from(GOOD))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(tree)))
        tree = mutated(tree, path, data.draw(st.sampled_from(["replace", "drop", "rename"])), data.draw(TREES))
        if not isinstance(tree, dict):
            break
    outcome(folder, written(tree))


@CHECKS
@given(design=st.dictionaries(st.sampled_from(keys_of(KINDS)), TREES, min_size=1))
def test_any_values_of_the_keys_of_designs_are_a_plan_or_faults(folder, design):
    outcome(folder, written(HEAD | design))


@CHECKS
@given(
    factor=st.dictionaries(st.sampled_from(FACTOR_KEYS), TREES | st.sampled_from(PATHS), min_size=1),
    design=st.sampled_from(GOOD),
)
def test_any_factor_is_one_or_has_faults(folder, factor, design):
    outcome(folder, written(HEAD | design | {"factors": [{"path": "weights.order"} | factor]}))


@CHECKS
@given(text=st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_a_plan_or_faults(folder, text):
    outcome(folder, text)


@settings(CHECKS, max_examples=40)
@given(data=st.data())
def test_shipped_file_with_damaged_letters_is_a_plan_or_faults(folder, data):
    text = (
        shipped_sweeps()["exploration"]
        .read_text(encoding="utf-8")
        .replace("../nagorno", "nagorno")
        .replace(".yaml", "")
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text = text[:at] + data.draw(st.text(string.printable, max_size=3)) + text[at + data.draw(st.integers(0, 3)) :]
    outcome(folder, text)
