"""Compiled code is kept, and never goes stale: an edited rule is compiled anew, callers in other files with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim

SOURCES = ("__init__.py", "quantities.py", "errors.py", "files.py")
ROOMS = ("kernel", "rules", "dynamics")
SMALL = """
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.kernel.compiler import ByPointer, entry, phase
from sim.rules.arms import offer


@dataclass(frozen=True, eq=False)
class Box(ByPointer):
    values: np.ndarray


@phase
def fill(box: Box, first: int) -> None:
    for w in range(first, len(box.values)):
        box.values[w] = offer(0.0, 0.0, 0.0, 0.0, 0.0)


@phase
def double(box: Box) -> bool:
    for w in range(len(box.values)):
        box.values[w] *= 4.0 * offer(0.0, 0.0, 0.0, 0.0, 0.0)
    return box.values[0] > 0.0


@entry
def play(box: Box, first: int) -> None:
    fill(box, first)
    if double(box):
        box.values[0] += 0.25


def played(first: int = 0, room: int = 3) -> float:
    box = Box(np.zeros(room))
    play(box, first)
    return float(box.values[0])
"""
"""An entry and two phases that call `offer`, which calls `logistic`, which lives in another file."""
PLAY = "from sim.dynamics.small import played; print(played())"
ASK = "from sim.rules.arms import offer; print(offer(0., 0., 0., 0., 0.))"
WHERE = "from sim.kernel.compiler import cache_folder; print(cache_folder())"
WATCHED = """
import subprocess
started, start = [], subprocess.Popen


class Watched(start):
    def __init__(self, command, *given, **named):
        super().__init__(command, *given, **named)
        if "sim.kernel.compiler" in command:
            started.append(self)


subprocess.Popen = Watched
subprocess.run(["true"])
"""
"""Keep the processes that are started to compile; other libraries start some of their own."""


def copy_package(folder: Path) -> Path:
    """The compiled part of the package with a small entry, copied into a folder."""
    package = folder / "copy" / "sim"
    package.mkdir(parents=True)
    home = Path(sim.__file__).parent
    for name in SOURCES:
        shutil.copy(home / name, package / name)
    for name in ROOMS:
        shutil.copytree(home / name, package / name, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "dynamics" / "small.py").write_text(SMALL, encoding="utf-8")
    return package


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, python: Callable[..., Any]) -> Path:
    """A cache that holds what the small entry compiles to, which no test may change."""
    folder = tmp_path_factory.mktemp("compiled")
    process = python(PLAY, root=copy_package(folder).parent, COUNTERPOISE_CACHE=str(folder / "cache"))
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return folder / "cache"


@pytest.fixture
def cache(compiled: Path, tmp_path: Path) -> Path:
    """A copy of it, in which the package looks."""
    return Path(shutil.copytree(compiled, tmp_path / "cache"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The package where it may be edited."""
    return copy_package(tmp_path)


@pytest.fixture
def ask(copied: Path, tmp_path: Path, python: Callable[..., Any]) -> Callable[..., tuple[str, str]]:
    """Run code against the copy, with a cache of its own unless told otherwise; what it prints and complains of."""

    def answer(code: str = PLAY, **settings: str) -> tuple[str, str]:
        process = python(code, root=copied.parent, **{"COUNTERPOISE_CACHE": str(tmp_path / "cache"), **settings})
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out.strip(), err

    return answer


def kernels(folder: Path) -> dict[Path, int]:
    """Compiled code on disk, and when it was written."""
    return {file: file.stat().st_mtime_ns for end in ("*.nbc", "*.o") for file in folder.rglob(end)}


def test_an_edited_rule_reaches_its_callers_in_other_files(copied: Path, ask: Callable[..., Any]) -> None:
    both = PLAY + "; " + ASK + "; from sim.kernel.compiler import source_digest; print(source_digest())"
    *before, digest = ask(both)[0].split()
    assert before == ["1.25", "0.5"]
    lanes = copied / "kernel" / "lanes.py"
    text = lanes.read_text(encoding="utf-8")
    assert text.count("return 1.0 / (1.0 + exp(-x))") == 1
    # of another length, lest Python's own bytecode, kept by second and size, hide an edit of the same second
    lanes.write_text(
        text.replace("return 1.0 / (1.0 + exp(-x))", "return 3.0 * 1.0 / (1.0 + exp(-x))"), encoding="utf-8"
    )
    *after, new_digest = ask(both)[0].split()
    assert after == ["9.25", "1.5"]
    assert new_digest != digest


def test_an_edited_script_is_compiled_anew(copied: Path, ask: Callable[..., Any]) -> None:
    script = copied.parent / "script.py"
    run = "from script import played; print(played())"
    script.write_text(SMALL, encoding="utf-8")
    assert ask(run)[0] == "1.25"
    script.write_text(SMALL.replace("+= 0.25", "+= 100.25"), encoding="utf-8")
    assert ask(run)[0] == "101.25"


def test_what_is_edited_after_the_import_is_not_kept_as_compiled(copied: Path, ask: Callable[..., Any]) -> None:
    edit = "; from pathlib import Path; file = Path({!r}); file.write_text(file.read_text().replace({!r}, {!r}))"
    for module, file, old, new in (
        (
            "sim.dynamics.small",
            copied / "kernel" / "lanes.py",
            "return 1.0 / (1.0 + exp(-x))",
            "return 3.0 * 1.0 / (1.0 + exp(-x))",
        ),
        ("script", copied.parent / "script.py", "+= 0.25", "+= 100.25"),
    ):
        (copied.parent / "script.py").write_text(SMALL, encoding="utf-8")
        read, play = f"from {module} import played", "; print(played())"
        before = ask(read + edit.format(str(file), old, new) + play)[0]
        assert ask(read + play)[0] != before
        file.write_text(file.read_text(encoding="utf-8").replace(new, old), encoding="utf-8")
        assert ask(read + play)[0] == before


def test_a_second_start_compiles_nothing_and_imports_no_numba(ask: Callable[..., Any], tmp_path: Path) -> None:
    told = PLAY + "; import sys; print('numba' in sys.modules)"
    assert ask(told)[0].split() == ["1.25", "True"]
    first = kernels(tmp_path / "cache")
    assert len(first) == 3
    assert ask(told)[0].split() == ["1.25", "False"]
    assert kernels(tmp_path / "cache") == first


def test_settings_that_change_the_code_have_folders_of_their_own(ask: Callable[..., Any]) -> None:
    settings: list[dict[str, str]] = [
        {},
        {"COUNTERPOISE_LANES": "16"},
        {"NUMBA_BOUNDSCHECK": "1"},
        {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    ]
    assert len({ask(WHERE, **one)[0] for one in settings}) == len(settings)


def test_another_processor_has_a_folder_of_its_own(ask: Callable[..., Any]) -> None:
    other = "import llvmlite.binding as llvm; llvm.get_host_cpu_name = lambda: 'another'; "
    assert ask(other + WHERE) != ask(WHERE)


def test_nothing_is_written_beside_the_sources(copied: Path, ask: Callable[..., Any]) -> None:
    ask(PLAY + "; " + ASK)
    assert not kernels(copied)


@pytest.mark.parametrize("spoilt", [b"", b"\x7fELF", None], ids=["empty", "not an object", "cut off"])
def test_an_object_that_is_not_what_was_written_is_compiled_anew(
    ask: Callable[..., Any], cache: Path, spoilt: bytes | None
) -> None:
    (kept,) = cache.rglob("*fill.o")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-100] if spoilt is None else spoilt)
    assert ask()[0] == "1.25"
    assert len(kept.read_bytes()) == len(whole)


def test_a_folder_that_cannot_be_written_is_said_and_stops_nothing(ask: Callable[..., Any], tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    out, err = ask(COUNTERPOISE_CACHE=str(blocked))
    assert out == "1.25"
    complaints = [line for line in err.splitlines() if line.startswith("counterpoise:")]
    assert len(complaints) == 1
    assert "COUNTERPOISE_CACHE" in complaints[0]


def test_objects_that_were_swapped_are_compiled_anew(ask: Callable[..., Any], cache: Path) -> None:
    fill, double = (next(cache.rglob(f"*{name}.o")) for name in ("fill", "double"))
    contents = fill.read_bytes(), double.read_bytes()
    fill.write_bytes(contents[1])
    double.write_bytes(contents[0])
    assert ask()[0] == "1.25"
    assert (fill.read_bytes(), double.read_bytes()) == contents


def test_an_object_of_other_sources_is_compiled_anew(copied: Path, ask: Callable[..., Any], cache: Path) -> None:
    (old,) = cache.rglob("*fill.o")
    random = copied / "kernel" / "random.py"
    random.write_text(random.read_text() + "\n")
    ask()
    (new,) = (file for file in cache.rglob("*fill.o") if file != old)
    whole = new.read_bytes()
    new.write_bytes(old.read_bytes())
    assert ask()[0] == "1.25"
    assert new.read_bytes() == whole


READ_ONLY = """
import os, tempfile

def refuse(*given, **named):
    raise OSError(30, "Read-only file system")

tempfile.TemporaryFile = os.replace = os.mkdir = refuse
"""


def test_a_cache_that_can_only_be_read_is_used(ask: Callable[..., Any], cache: Path) -> None:
    first = kernels(cache)
    out, err = ask(READ_ONLY + PLAY + "; import sys; print('numba' in sys.modules)")
    assert out.split() == ["1.25", "False"]
    assert not err
    assert kernels(cache) == first


@pytest.mark.parametrize("place", ["counterpoise", "counterpoise/*", "counterpoise/*/*fill.o"])
@pytest.mark.parametrize("whose", ["anybody's", "another's"])
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights are not told so here")
def test_code_that_others_may_have_put_there_is_not_run(
    ask: Callable[..., Any], cache: Path, place: str, whose: str
) -> None:
    (found,) = cache.glob(place)
    said = ""
    if whose == "anybody's":
        found.chmod(0o777)
    elif os.geteuid() == 0:
        os.chown(found, 4242, -1)
    else:
        said = "import os; os.geteuid = lambda: 4242; "
    out, err = ask(said + PLAY + "; import sys; print('numba' in sys.modules)")
    assert out.split() == ["1.25", "True"]
    complaints = [line for line in err.splitlines() if line.startswith("counterpoise:")]
    assert len(complaints) <= 1
    assert found.is_file() or "COUNTERPOISE_CACHE" in complaints[0]


def test_a_temporary_cache_goes_with_its_process(ask: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    ask(COUNTERPOISE_CACHE=str(tmp_path / "file"), TMPDIR=str(tmp_path / "temporary"))
    assert not list((tmp_path / "temporary").glob("counterpoise-*"))


def test_four_processes_that_compile_at_once_agree(copied: Path, tmp_path: Path, python: Callable[..., Any]) -> None:
    cache = str(tmp_path / "shared")
    started = [python(PLAY, root=copied.parent, COUNTERPOISE_CACHE=cache) for _ in range(4)]
    said = [process.communicate(timeout=180) for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    assert {out.strip() for out, _ in said} == {"1.25"}
    assert not any(err for _, err in said)


def with_cores(count: int) -> str:
    """Code by which a process believes that it has so many cores, and its children are kept."""
    return WATCHED + f"import sim.kernel.compiler.processes as building\nbuilding.cores = lambda: {count}\n"


def test_children_compile_their_share_where_there_are_cores(ask: Callable[..., Any]) -> None:
    out, _ = ask(with_cores(2) + PLAY + "\nprint([child.returncode for child in started])")
    assert out.splitlines() == ["1.25", "[0]"]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cannot be held to one core here")
def test_one_core_compiles_alone(ask: Callable[..., Any]) -> None:
    held = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    assert ask(held + WATCHED + PLAY + "\nprint(started)")[0].splitlines() == ["1.25", "[]"]


@pytest.mark.parametrize("python_that_fails", ["/bin/false", "/nowhere/python"])
def test_what_a_child_fails_to_compile_this_process_compiles(ask: Callable[..., Any], python_that_fails: str) -> None:
    assert ask(with_cores(4) + f"import sys; sys.executable = {python_that_fails!r}\n" + PLAY)[0] == "1.25"


def test_an_error_in_compiled_code_shows_wherever_it_was_compiled(copied: Path, ask: Callable[..., Any]) -> None:
    inexact = SMALL.replace("import numpy as np", "import math\n\nimport numpy as np").replace(
        "4.0 *", "math.exp(box.values[w]) *"
    )
    (copied / "dynamics" / "small.py").write_text(inexact, encoding="utf-8")
    caught = "try:\n    played()\nexcept Exception as error:\n    print(error)"
    out, _ = ask(with_cores(2) + "from sim.dynamics.small import played\n" + caught)
    assert "double calls llvm.exp" in out


def test_a_stop_ends_the_children_at_once(ask: Callable[..., Any]) -> None:
    stopped = """
def stop(*given):
    raise KeyboardInterrupt
building.compile_share = stop
try:
    from sim.dynamics.small import played; played()
except KeyboardInterrupt:
    print([child.poll() is not None for child in started])
"""
    assert ask(with_cores(2) + stopped)[0] == "[True]"


def test_a_check_of_bounds_raises_where_python_called(ask: Callable[..., Any]) -> None:
    caught = "try:\n    played(first=-7)\nexcept IndexError as error:\n    print(error)"
    out, _ = ask("from sim.dynamics.small import played\n" + caught, NUMBA_BOUNDSCHECK="1")
    assert "out of bounds" in out


def test_arguments_of_another_class_are_refused(ask: Callable[..., Any]) -> None:
    wrong = """
import numpy as np
from sim.dynamics.small import Box, double, play
for given in ((1, 2), (np.zeros(3), 0), (Box(np.zeros(3)), 0.5), (Box(np.zeros(3)),)):
    try:
        play(*given)
    except (TypeError, ValueError):
        print("refused")
try:
    double(Box(np.zeros(3)))
except TypeError as error:
    print(error)
"""
    assert ask(wrong)[0].splitlines() == ["refused"] * 4 + ["sim.dynamics.small.double is for compiled code alone"]
