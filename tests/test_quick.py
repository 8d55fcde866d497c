"""The quick part, `pytest -m quick`, has a test of every room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from shared import ROOT

pytestmark = pytest.mark.quick

MARK = "\npytestmark = pytest.mark.quick\n"


def rooms_of(file: Path) -> set[str]:
    """Rooms from which a file of tests imports what it uses."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {module.split(".")[1] for module in modules if module.startswith("sim.")}


def test_every_room_has_a_quick_test() -> None:
    rooms = {folder.parent.name for folder in (ROOT / "sim").glob("*/__init__.py")}
    quick = [file for file in (ROOT / "tests").rglob("test_*.py") if MARK in file.read_text(encoding="utf-8")]
    assert len(rooms) > 5
    assert rooms - set().union(*map(rooms_of, quick)) == set()
