"""The documents, and the parts of them that can be run."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(*kinds: str) -> list[str]:
    """Fenced blocks of some kinds in the README, in their order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [body for language, body in FENCE.findall(text) if language in kinds]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each Python block of the README, named by its first line with a name in it."""
    if "python_block" in metafunc.fixturenames:
        found = blocks("python")
        names = [f"{number}-{len(block.splitlines())}-lines" for number, block in enumerate(found, 1)]
        metafunc.parametrize("python_block", found, ids=names)


@pytest.fixture
def root() -> Path:
    """Top folder of the project."""
    return ROOT


@pytest.fixture
def block() -> Callable[[str], list[str]]:
    """Gives the README's blocks of one kind."""
    return blocks


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


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs this Python in an empty folder, as a reader would."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return run
