"""Documents agree with the code that they describe."""

from __future__ import annotations

import ast
import inspect
import re
from math import isfinite
from pathlib import Path
from types import ModuleType

import pytest

from sim import quantities as qt

DOCUMENTS = ("README.md", "CHANGELOG.md", "sim/ODD.md", "results/README.md", "tests/bench/README.md")
LARGEST_PICTURE = 400_000
GIVEN = (
    qt.Behaviour,
    qt.Weights,
    qt.LeverKind,
    qt.StateTraits,
    qt.TieTraits,
    qt.AlignmentTraits,
    qt.ProximityTraits,
    qt.Posture,
    qt.ContestTraits,
    qt.SideTraits,
    qt.PartyTraits,
    qt.StanceTraits,
    qt.Vote,
    qt.EventTraits,
)
PARAMETERS = [
    pytest.param(quantity, id=f"{record.__name__}.{name}")
    for record in GIVEN
    for name, quantity in qt.quantities(record).items()
]


def rules(root: Path) -> set[tuple[str, str]]:
    """File and name of every rule."""
    return {
        (f"rules/{file.name}", node.name)
        for file in sorted((root / "sim" / "rules").glob("*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }


def map_of(root: Path) -> str:
    """The ODD's map from submodels to files."""
    return (root / "sim" / "ODD.md").read_text(encoding="utf-8").split("## 8.")[1].split("## 9.")[0]


def slug(heading: str) -> str:
    """Anchor of a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def anchors(document: Path) -> set[str]:
    """Anchors of a document's headings."""
    lines = document.read_text(encoding="utf-8").splitlines()
    return {slug(line.lstrip("#")) for line in lines if line.startswith("#")}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(root: Path, name: str) -> None:
    document = root / name
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = (document.parent / file) if file else document
        assert there.exists(), f"{name} links to {target}"
        assert not anchor or anchor in anchors(there), f"{name} links to {target}"


def test_pictures_are_small(root: Path) -> None:
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (root / "README.md").read_text(encoding="utf-8")):
        assert (root / picture).stat().st_size < LARGEST_PICTURE


def test_every_rule_is_in_the_map_and_every_rule_there_exists(root: Path) -> None:
    named = set()
    for file, names in re.findall(r"`(rules/\w+\.py)`: ((?:`\w+`(?:, )?)+)", map_of(root)):
        named |= {(file, name) for name in re.findall(r"`(\w+)`", names)}
    assert named == rules(root)


def test_every_file_in_the_map_exists_and_every_phase_is_there(root: Path) -> None:
    files = set(re.findall(r"`((?:\w+/)?\w+\.py)`", map_of(root)))
    assert all((root / "sim" / file).is_file() for file in files)
    phases = {f"dynamics/{file.name}" for file in (root / "sim" / "dynamics").glob("*.py")}
    assert phases - {"dynamics/__init__.py"} <= files


def test_every_utility_term_is_explained(root: Path) -> None:
    text = (root / "sim" / "ODD.md").read_text(encoding="utf-8").split("### 7.4")[1].split("### 7.5")[0]
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(qt.TERMS)


def test_tables_of_parameters_are_those_of_the_code(root: Path, parameters: ModuleType) -> None:
    text = (root / "sim" / "ODD.md").read_text(encoding="utf-8")
    assert text == parameters.renewed(text), "run: python tests/docs/parameters.py"


def test_every_record_of_a_config_is_in_the_tables(parameters: ModuleType) -> None:
    assert set(parameters.GROUPS.values()) == set(GIVEN)
    source = inspect.getsource(qt)
    declared = set(re.findall(r"^class (\w+)", source[: source.index("class StateNow")], re.MULTILINE)) | {"Weights"}
    assert declared == {record.__name__ for record in GIVEN} | {"Record", "Quantity"}


@pytest.mark.parametrize("quantity", PARAMETERS)
def test_parameter_is_documented_and_bounded(quantity: qt.Quantity) -> None:
    assert quantity.meaning
    assert quantity.unit
    assert isfinite(quantity.lower)
    assert isfinite(quantity.upper)
    assert quantity.lower < quantity.upper
    if quantity.default is not None and quantity.default != qt.DERIVED:
        assert quantity.lower <= quantity.default <= quantity.upper
    if quantity.low is not None and quantity.high is not None and quantity.default is not None:
        assert quantity.lower <= quantity.low <= quantity.default <= quantity.high <= quantity.upper


@pytest.mark.parametrize("quantity", [param for param in PARAMETERS if param.id.startswith("Behaviour")])
def test_behavioural_assumption_has_a_range(quantity: qt.Quantity) -> None:
    assert quantity.unit == "switch" or quantity.low is not None
