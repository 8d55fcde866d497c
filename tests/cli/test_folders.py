"""Every command on a folder in every state: never a traceback, a documented exit code, and one line on what is wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from shared import ROOT
from typer.testing import CliRunner

from sim.cli import app
from sim.execution import engine
from sim.storage.manifest import sealed

SCENARIO = "two-rivals-one-patron"
SWEEP = f"""
name: few
scenario: {SCENARIO}
weeks: 4
replicates: 4
factors: [{{path: weights.order, values: [1, 2]}}]
"""
FILES = ["few.yaml", "--quiet", "--no-dashboard", "--out"]
COMMANDS = {
    "run": ["run", SCENARIO, "--replicates", "4", "--weeks", "4", "--quiet", "--no-dashboard", "--out", "IT"],
    "run it": ["run", "IT"],
    "sweep": ["sweep", *FILES, "IT"],
    "sweep more": ["sweep", *FILES, "IT", "--replicates", "6", "--extend"],
    "sweep anew": ["sweep", *FILES, "IT", "--seed", "2", "--force"],
    "sweep a shard": ["sweep", *FILES, "IT", "--shard", "1/2"],
    "sweep below": ["sweep", *FILES, "IT/below"],
    "sweep with a page": ["sweep", "few.yaml", "--quiet", "--json", "--out", "IT"],
    "sweep it": ["sweep", "IT"],
    "status": ["status", "IT"],
    "status as json": ["status", "IT", "--json"],
    "dashboard": ["dashboard", "IT"],
    "compare": ["compare", "IT", "whole", "--resamples", "100"],
    "compare with": ["compare", "whole", "IT", "--json", "--resamples", "100"],
    "compare into": ["compare", "whole", "whole", "--csv", "IT", "--resamples", "100"],
    "merge": ["merge", "IT", "--out", "merged", "--quiet", "--no-dashboard"],
    "merge into": ["merge", "shards", "--out", "IT", "--quiet", "--no-dashboard"],
    "check": ["check", "IT"],
    "sources": ["sources", "IT"],
    "schema": ["schema", "--out", "IT"],
    "copy": ["configs", "copy", "IT"],
    "fit it": ["fit", "IT"],
}
GUIDE = (ROOT / "sim" / "guide" / "commands.md").read_text(encoding="utf-8")
CODES = set(map(int, re.findall(r"^\| (\d+) \|", GUIDE, re.MULTILINE)))
"""Exit codes that the guide documents, but for signals."""


def counterpoise(*arguments: str):
    return CliRunner().invoke(app, list(arguments), prog_name="counterpoise")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A folder with a whole sweep, its shards, and one in which every run failed."""
    folder = tmp_path_factory.mktemp("states")
    before, usual = Path.cwd(), engine.Engine.blocks

    def failing(self, chunks, stop):
        return (replace(block, failure=("no luck",) * len(block.failure)) for block in usual(self, chunks, stop))

    os.chdir(folder)
    try:
        Path("few.yaml").write_text(SWEEP)
        assert counterpoise("sweep", *FILES, "whole").exit_code == 0
        for shard in "12":
            assert counterpoise("sweep", *FILES, f"shards/{shard}-of-2", "--shard", f"{shard}/2").exit_code == 0
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(engine.Engine, "blocks", failing)
            assert counterpoise("sweep", *FILES, "unlucky").exit_code == 0
    finally:
        os.chdir(before)
    return folder


def harm(folder: Path, drop: str) -> None:
    """Take parts out of a folder and its manifest, as if it had been stopped before they were there."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in [name for name in manifest["parts"] if name.startswith(drop)]:
        del manifest["parts"][name]
        (folder / name).unlink()
    (folder / "manifest.json").write_text(sealed({**manifest, "complete": False}))
    (folder / "dashboard.html").unlink(missing_ok=True)


def stopped_sweep(it: Path) -> None:
    """A sweep of which there is a part of the runs, and not yet all that belongs to it."""
    shutil.copytree("shards/1-of-2", it)
    manifest = json.loads((it / "manifest.json").read_text())
    (it / "manifest.json").write_text(sealed({**manifest, "complete": False}))


def copied(source: str, *drops: str):
    def make(it: Path) -> None:
        shutil.copytree(source, it)
        for drop in drops:
            harm(it, drop)

    return make


def edited(name: str, content: bytes | None):
    def make(it: Path) -> None:
        shutil.copytree("whole", it)
        (it / name).unlink()
        if content is not None:
            (it / name).write_bytes(content)

    return make


def foreign(it: Path) -> None:
    it.mkdir()
    (it / "thesis.tex").write_text("Do not lose me.")


def fitted(it: Path) -> None:
    it.mkdir()
    (it / "report.json").write_text("{}")
    (it / "draws.parquet").write_bytes(b"PAR1")


STATES = {
    "missing": lambda it: None,
    "empty": lambda it: it.mkdir(),
    "whole": copied("whole"),
    "stopped": stopped_sweep,
    "without a run yet": copied("whole", "runs/", "series/", "reasons"),
    "with nothing yet": copied("whole", "runs/", "series/", "reasons", "design"),
    "failed runs only": copied("unlucky"),
    "without a part": edited("runs/part-00000.parquet", None),
    "with a harmed part": edited("runs/part-00000.parquet", b"PAR1"),
    "with a harmed manifest": edited("manifest.json", b'{"format": 2'),
    "with a manifest of something else": edited("manifest.json", b'{"name": "an app"}'),
    "of shards": copied("shards"),
    "of a fit": fitted,
    "foreign": foreign,
    "a file": lambda it: it.write_text("a file"),
    "a config": lambda it: it.write_text("name: x\nstart: 2031-03-01\nstates: {}\n"),
    "a link to nowhere": lambda it: it.symlink_to("nowhere"),
    "a link to itself": lambda it: it.symlink_to(it.name),
    "a device": lambda it: it.symlink_to("/dev/null"),
}


def judge(code: int, errors: str, output: str) -> None:
    """One line on what is wrong, if anything is."""
    assert "Traceback" not in errors + output
    assert code in CODES, errors
    said = [line for line in errors.splitlines() if not line.startswith(("warning: ", "compiling the model"))]
    if code in (1, 2):
        assert len(said) == 1, errors
        assert len(said[0]) > 20


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", COMMANDS)
def test_any_command_on_any_folder_is_answered_in_words(results, tmp_path, monkeypatch, command, state):
    shutil.copytree(results, tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    STATES[state](Path("it"))
    before = Path("it/thesis.tex").exists()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # one would be two lines more on standard error
        result = counterpoise(*(word.replace("IT", "it") for word in COMMANDS[command]))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    judge(result.exit_code, result.stderr, result.stdout)
    assert Path("it/thesis.tex").exists() == before


NO_FOLDERS = {"long": "n" * 260, "longer": "n/" * 2500, "of nobody": "~nobody-at-all/x", "of two lines": "a\nb"}


@pytest.mark.parametrize("name", NO_FOLDERS)
@pytest.mark.parametrize("command", COMMANDS)
def test_name_that_no_folder_can_have_is_refused_in_one_line(results, tmp_path, monkeypatch, command, name):
    shutil.copytree(results, tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    result = counterpoise(*(word.replace("IT", NO_FOLDERS[name]) for word in COMMANDS[command]))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    judge(result.exit_code, result.stderr, result.stdout)
    assert result.exit_code == 2 or name == "of two lines"


SETPRIV = shutil.which("setpriv")
BOUND = [SETPRIV, "--bounding-set=-dac_override,-dac_read_search,-fowner"] if os.geteuid() == 0 else []


def start(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process that permissions bind, even where the tests run as root."""
    kept = {key: value for key, value in os.environ.items() if environment.get(key) != ""}
    given = {key: value for key, value in environment.items() if value}
    return subprocess.run(
        [*BOUND, sys.executable, "-m", "sim", *arguments], cwd=folder, env={**kept, "PYTHONPATH": str(ROOT), **given},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def locked(results, tmp_path):
    """A folder that nobody may look into, and one that nobody may write."""
    shutil.copytree(results, tmp_path, symlinks=True, dirs_exist_ok=True)
    for name, mode in (("locked", 0o000), ("fixed", 0o555)):
        shutil.copytree(tmp_path / "whole", tmp_path / name)
        (tmp_path / name).chmod(mode)
    yield tmp_path
    for name in ("locked", "fixed"):
        (tmp_path / name).chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0 and SETPRIV is None, reason="root is bound by no permission")
@pytest.mark.parametrize("name", ["locked", "locked/it", "fixed", "fixed/it"])
@pytest.mark.parametrize("command", ["sweep", "status", "dashboard", "compare", "check", "copy"])
def test_folder_without_permission_is_told_in_one_line(locked, command, name):
    done = start(*(word.replace("IT", name) for word in COMMANDS[command]), folder=locked)
    judge(done.returncode, done.stderr, done.stdout)
    assert done.returncode in (1, 2) or name == "fixed"


@pytest.mark.skipif(os.geteuid() == 0 and SETPRIV is None, reason="root is bound by no permission")
@pytest.mark.parametrize("name", ["runs/part-00000.parquet", "design.parquet", "manifest.json"])
def test_part_that_may_not_be_read_is_neither_dropped_nor_made_again(results, tmp_path, name):
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    part = tmp_path / "whole" / name
    before = part.stat().st_ino
    part.chmod(0o000)
    done = start("sweep", "few.yaml", "--out", "whole", folder=tmp_path)
    assert part.stat().st_ino == before
    assert done.returncode == 1
    assert re.fullmatch(r"error: .* cannot be read( now)? \(Permission denied\).*", done.stderr.splitlines()[-1])
    part.chmod(0o644)
    assert start("status", "whole", folder=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("COUNTERPOISE_LANES", value) for value in ("abc", "0", "-1", "1e3", "٣", "99999999999999999999")]
    + [("COUNTERPOISE_CACHE", value) for value in ("few.yaml", "few.yaml/below", "\x1b[2J")]
    + [("COLUMNS", "abc"), ("TERM", "abc"), ("LC_ALL", "abc"), ("NUMBA_NUM_THREADS", "abc"), ("NUMBA_BOUNDSCHECK", "abc")],
)  # fmt: skip
def test_strange_environment_is_told_in_words(results, tmp_path, name, value):
    shutil.copytree(results, tmp_path, symlinks=True, dirs_exist_ok=True)
    for command in ("check", "compare"):
        done = start(*(word.replace("IT", "few.yaml") for word in COMMANDS[command]), folder=tmp_path, **{name: value})
        assert "Traceback" not in done.stderr
        assert done.returncode in CODES
        if name == "COUNTERPOISE_LANES":
            assert "environment: COUNTERPOISE_LANES must be a whole number in [1, 4096]" in done.stderr
            assert done.returncode == 2


def test_user_without_a_home_has_a_folder_for_compiled_code(tmp_path):
    code = """
import pwd
def none(*asked): raise KeyError(asked)
pwd.getpwuid = pwd.getpwnam = none
from sim.kernel.compiler.cache import cache_folder
print(cache_folder().is_dir())
"""
    kept = {
        key: value for key, value in os.environ.items() if key not in ("HOME", "XDG_CACHE_HOME", "COUNTERPOISE_CACHE")
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**kept, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.stdout == "True\n", done.stderr
    assert "set COUNTERPOISE_CACHE to a folder of your own" in done.stderr
    assert len(done.stderr.splitlines()) == 1
