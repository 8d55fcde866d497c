"""The documents, and the blocks in them that can be run."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from shared import ROOT

GUIDE = ROOT / "sim" / "guide"
PAGES = ("README.md", *(file.relative_to(ROOT).as_posix() for file in sorted(GUIDE.rglob("*.md"))))
"""The README and every page of the guide."""
FENCE = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a document.

    Attributes
    ----------
    language : str
    file : str
        Name of the file that it shows; empty if it shows none.
    body : str
    """

    language: str
    file: str
    body: str


def blocks(document: str, *languages: str) -> list[Block]:
    """Fenced blocks of some languages, or of all, in their order."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = [Block(language, _file(language, name, body), body) for language, name, body in FENCE.findall(text)]
    return [block for block in found if block.language in languages or not languages]


def _file(language: str, name: str, body: str) -> str:
    """File that a block shows: its fence names it, or a config's `name:`, or the first line of a module."""
    patterns = {"yaml": r"^name: (.+)$", "py": r"\A# (\w+)\.py$"}
    found = re.search(patterns[language], body, re.MULTILINE) if language in patterns else None
    return f"{found[1]}.{language}" if found else name


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each page, or for each with blocks; recipes have tests of their own."""
    walked = [page for page in PAGES if (ROOT / page).parent != GUIDE / "recipes" and blocks(page)]
    for fixture, pages in {"document": PAGES, "walked": walked}.items():
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, pages, ids=[Path(page).stem for page in pages])


@pytest.fixture
def root() -> Path:
    """Top folder of the project."""
    return ROOT


@pytest.fixture
def block() -> Callable[..., list[Block]]:
    """Gives the blocks of a document."""
    return blocks


@pytest.fixture
def pages() -> tuple[str, ...]:
    """The README and every page of the guide."""
    return PAGES


@pytest.fixture
def parameters() -> ModuleType:
    """Writes the tables of parameters."""
    file = Path(__file__).with_name("parameters.py")
    spec = importlib.util.spec_from_file_location("docs_parameters", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
