"""Compiled code is kept, and never goes stale: an edited rule is compiled anew, callers in other files with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim

SOURCES = ("__init__.py", "lanes.py", "draws.py", "quantities.py", "measures.py", "errors.py")
ROOMS = ("jit", "rules", "world", "dynamics")
ASK = "from sim.rules.supply import offer; from sim.jit import source_digest; print(offer(0., 0., 0., 0., 0.), source_digest())"
"""`offer` calls `logistic`, which lives in another file."""
WHERE = "from sim.jit import cache_folder; print(cache_folder())"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The compiled part of the package, copied to where it may be edited."""
    package = tmp_path / "copy" / "sim"
    package.mkdir(parents=True)
    home = Path(sim.__file__).parent
    for name in SOURCES:
        shutil.copy(home / name, package / name)
    for name in ROOMS:
        shutil.copytree(home / name, package / name, ignore=shutil.ignore_patterns("__pycache__"))
    return package


@pytest.fixture
def ask(copied: Path, tmp_path: Path, python: Callable[..., Any]) -> Callable[..., tuple[str, str]]:
    """Run code against the copy, with a cache of its own unless told otherwise; what it prints and complains of."""

    def answer(code: str = ASK, **settings: str) -> tuple[str, str]:
        process = python(code, root=copied.parent, **{"COUNTERPOISE_CACHE": str(tmp_path / "cache"), **settings})
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out.strip(), err

    return answer


def kernels(folder: Path) -> list[Path]:
    """Compiled code on disk."""
    return sorted(folder.rglob("*.nbc"))


def test_an_edited_rule_reaches_its_callers_in_other_files(copied: Path, ask: Callable[..., Any]) -> None:
    before, digest = ask()[0].split()
    assert float(before) == 0.5
    lanes = copied / "lanes.py"
    text = lanes.read_text(encoding="utf-8")
    assert text.count("return 1.0 / (1.0 + exp(-x))") == 1
    # of another length, lest Python's own bytecode, kept by second and size, hide an edit of the same second
    lanes.write_text(
        text.replace("return 1.0 / (1.0 + exp(-x))", "return 3.0 * 1.0 / (1.0 + exp(-x))"), encoding="utf-8"
    )
    after, new_digest = ask()[0].split()
    assert float(after) == 1.5
    assert new_digest != digest


def test_a_second_start_compiles_nothing(ask: Callable[..., Any], tmp_path: Path) -> None:
    ask()
    first = {path: path.stat().st_mtime_ns for path in kernels(tmp_path / "cache")}
    assert first
    ask()
    assert {path: path.stat().st_mtime_ns for path in kernels(tmp_path / "cache")} == first


def test_lanes_and_bounds_checks_have_folders_of_their_own(ask: Callable[..., Any]) -> None:
    settings: list[dict[str, str]] = [{}, {"COUNTERPOISE_LANES": "16"}, {"NUMBA_BOUNDSCHECK": "1"}]
    assert len({ask(WHERE, **one)[0] for one in settings}) == 3


def test_nothing_is_written_beside_the_sources(copied: Path, ask: Callable[..., Any]) -> None:
    ask()
    assert not kernels(copied)


def test_a_folder_that_cannot_be_written_is_said_and_does_not_stop_the_work(
    ask: Callable[..., Any], tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    out, err = ask(COUNTERPOISE_CACHE=str(blocked))
    assert out.startswith("0.5")
    complaints = [line for line in err.splitlines() if line.startswith("counterpoise:")]
    assert len(complaints) == 1
    assert "COUNTERPOISE_CACHE" in complaints[0]


def test_four_processes_that_compile_at_once_agree(copied: Path, tmp_path: Path, python: Callable[..., Any]) -> None:
    cache = str(tmp_path / "shared")
    started = [python(ASK, root=copied.parent, COUNTERPOISE_CACHE=cache) for _ in range(4)]
    said = [process.communicate(timeout=180) for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    assert len({out for out, _ in said}) == 1
    assert not any(err for _, err in said)
