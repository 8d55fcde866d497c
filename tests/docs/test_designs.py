"""The guide's table of designs: it has them all, and its examples are good."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from made_sets import make_sets

from sim.experiments.designs import KINDS
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plausible import write_plausible
from sim.scenario.load import load_scenario

ROW = re.compile(r"^\| `([a-z-]+)` \| [^|]+ \| `([^`|]+)` \|$", re.MULTILINE)


@pytest.fixture
def examples(root: Path) -> dict[str, str]:
    """Example of each design in the guide."""
    return dict(ROW.findall((root / "sim" / "guide" / "designs.md").read_text(encoding="utf-8")))


def test_every_design_is_in_the_table(examples: dict[str, str]) -> None:
    assert list(examples) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_example_is_a_design_of_its_kind(examples: dict[str, str], kind: str, tmp_path: Path) -> None:
    write_plausible(tmp_path / "my-sets.parquet", make_sets(load_scenario("two-rivals-one-patron"), count=120))
    file = tmp_path / "example.yaml"
    file.write_text(f"{{name: example, scenario: two-rivals-one-patron, {examples[kind]}}}\n", encoding="utf-8")
    plan = load_sweep(file)
    assert plan.sampling["design"] == kind
    assert plan.points > 1
