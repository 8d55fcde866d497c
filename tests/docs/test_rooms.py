"""The rooms of the code: no files that import each other in a circle, and few files in a folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import networkx as nx
import pytest

MOST_MODULES = 14


def modules(package: Path) -> dict[str, Path]:
    """Files of a package by the names under which they are imported."""
    named = {file: file.relative_to(package.parent).with_suffix("").parts for file in package.rglob("*.py")}
    return {".".join(parts).removesuffix(".__init__"): file for file, parts in named.items()}


def imported(tree: ast.Module, known: Mapping[str, Path]) -> Iterator[str]:
    """Modules that a file imports, also those that its functions import, or that it imports for types alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            within = {one.name: f"{node.module}.{one.name}" for one in node.names}
            yield from (name if name in known else node.module for name in within.values())


def circles(package: Path) -> list[list[str]]:
    """Groups of modules of a package that import each other, directly or through others.

    The package's own file is left out: it hands public names on, and the version to whoever stores it.
    """
    known = {name: file for name, file in modules(package).items() if name != package.name}
    graph = nx.DiGraph()
    for name, file in known.items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        graph.add_edges_from((name, other) for other in imported(tree, known) if other in known)
    return sorted(sorted(group) for group in nx.strongly_connected_components(graph) if len(group) > 1)


def crowded(package: Path) -> set[str]:
    """Folders of a package with more modules than one can take in at a glance."""
    counts: dict[str, int] = {}
    for file in modules(package).values():
        folder = file.parent.relative_to(package.parent).as_posix()
        counts[folder] = counts.get(folder, 0) + (file.name != "__init__.py")
    return {folder for folder, count in counts.items() if count > MOST_MODULES}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of two modules, of which one imports the other."""
    made = tmp_path / "house"
    made.mkdir()
    (made / "__init__.py").write_text("")
    (made / "upper.py").write_text("from house.lower import floor\n")
    (made / "lower.py").write_text("floor = 1\n")
    return made


def test_no_files_import_each_other_in_a_circle(root: Path) -> None:
    assert len(modules(root / "sim")) > 100
    assert circles(root / "sim") == []


@pytest.mark.parametrize(
    "back",
    [
        "from house.upper import floor",
        "import house.upper",
        "from house import upper",
        "def f():\n    import house.upper",
        "if TYPE_CHECKING:\n    from house.upper import floor",
    ],
)
def test_a_circle_is_found_wherever_its_import_stands(package: Path, back: str) -> None:
    assert circles(package) == []
    (package / "lower.py").write_text(f"{back}\n")
    assert circles(package) == [["house.lower", "house.upper"]]


def test_folders_can_be_taken_in_at_a_glance(root: Path) -> None:
    assert crowded(root / "sim") == set()


def test_a_folder_of_too_many_modules_is_found(package: Path) -> None:
    for number in range(MOST_MODULES - 2):
        (package / f"room{number}.py").write_text("")
    assert crowded(package) == set()
    (package / "one_more.py").write_text("")
    assert crowded(package) == {"house"}
