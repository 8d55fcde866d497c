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
from sim.kernel.layout import MOST_PAIRS

pytestmark = pytest.mark.quick

OTHERS = ("CHANGELOG.md", "sim/ODD.md", "results/README.md", "tests/bench/README.md")
"""Documents besides the README and the pages of the guide."""
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
LARGEST_PICTURE = 400_000
LONGEST_README = 150
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
    qt.RelationTraits,
    qt.ConcernWeight,
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


def follow(document: Path) -> list[str]:
    """Targets of a document's links, each of which has to exist; those elsewhere are left alone."""
    found = [
        target for target in LINK.findall(document.read_text(encoding="utf-8")) if not target.startswith("https://")
    ]
    for target in found:
        file, _, anchor = target.partition("#")
        there = (document.parent / file) if file else document
        assert there.exists(), f"{document} links to {target}"
        assert not anchor or anchor in anchors(there), f"{document} links to {target}"
    return found


def test_links_lead_somewhere(root: Path) -> None:
    assert sum(len(follow(root / name)) for name in OTHERS) > 10


def test_links_of_the_readme_and_of_pages_lead_somewhere(root: Path, document: str) -> None:
    follow(root / document)


def test_every_page_of_the_guide_can_be_reached_from_the_readme(root: Path, pages: tuple[str, ...]) -> None:
    reached, ahead = set(), ["README.md"]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        targets = {(root / page).parent.joinpath(target.partition("#")[0]).resolve() for target in follow(root / page)}
        ahead += [other for other in pages if (root / other).resolve() in targets and other not in reached]
    assert reached == set(pages)


def test_readme_is_short(root: Path) -> None:
    assert len((root / "README.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_README


def test_pictures_are_small(root: Path) -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (root / "README.md").read_text(encoding="utf-8"))
    assert pictures
    for picture in pictures:
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


def test_every_arms_policy_is_explained(root: Path) -> None:
    text = (root / "sim" / "ODD.md").read_text(encoding="utf-8").split("### 7.3")[1].split("### 7.4")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == qt.ARMS_POLICIES


def test_every_record_of_a_config_is_in_the_tables(parameters: ModuleType) -> None:
    assert set(parameters.GROUPS.values()) == set(GIVEN)
    source = inspect.getsource(qt)
    declared = set(re.findall(r"^class (\w+)", source[: source.index("class StateNow")], re.MULTILINE)) | {"Weights"}
    assert declared == {record.__name__ for record in GIVEN} | {"Record", "Quantity"}


def test_every_record_with_outcomes_is_in_the_table(parameters: ModuleType) -> None:
    observed = {one for one in qt.records() if any(q.keep is not None for q in qt.quantities(one).values())}
    assert set(parameters.SEEN.values()) == observed | {qt.Terms}


def test_document_says_how_many_pairs_are_kept(root: Path) -> None:
    text = (root / "sim" / "ODD.md").read_text(encoding="utf-8").split("## 13.")[1]
    assert f"at most {MOST_PAIRS} such pairs" in text


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


def test_some_document_says_which_numbers_may_not_stand_bare(root: Path) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (root / "README.md", *sorted((root / "sim").rglob("*.md")))]
    said = [part for text in texts for part in text.split("\n\n") if "may stand bare" in part]
    assert said
    lacking = {name for record in GIVEN for name, one in qt.quantities(record).items() if one.default is None}
    words = {"level": "ties", "value": "event"}
    assert {"capability", "control"} < lacking
    assert [name for name in lacking if words.get(name, name) not in said[0]] == []
