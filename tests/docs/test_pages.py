"""What the README and the guide show works as shown."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from sim import load_scenario
from sim.cli import app

Blocks = Callable[..., list[Any]]
INSTALLATION = ("python3 -m venv .venv && ", ".venv/bin/python -m pytest")
"""What begins the lines that need no more proof than that these tests run."""
CLUSTERS = "sim/guide/clusters.md"


def commands() -> dict[str, Any]:
    """Every command by name."""
    return dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def lines(body: str) -> list[list[str]]:
    """Words of each `counterpoise` line of a shell block."""
    found = [line for line in body.splitlines() if not line.startswith(INSTALLATION)]
    assert all(line.startswith("counterpoise ") for line in found), body
    return [shlex.split(line, comments=True)[1:] for line in found]


def call(*words: str) -> str:
    """Call a command, which has to succeed."""
    done = CliRunner().invoke(app, list(words), prog_name="counterpoise")
    assert done.exit_code == 0, f"{words}: {done.stderr}"
    assert "failed" not in done.stderr
    return done.stdout


def run_commands(block: Any, folder: Path) -> None:
    """Run each line of a block in its order."""
    for words in lines(block.body):
        call(*words)


def parse_options(block: Any, folder: Path) -> None:
    """Parse the commands of a block that needs more than this machine."""
    for name, options in re.findall(r"counterpoise ([a-z]+) ([^\n'&]*)", block.body):
        commands()[name].make_context(name, shlex.split(options.replace("$SLURM_ARRAY_TASK_ID", "1")))


def check_config(block: Any, folder: Path) -> None:
    """Check a config, a sweep file of several points, a patterns, claims or targets file."""
    (said,) = json.loads(call("check", block.file, "--json"))["files"]
    assert re.search(r"\d+ contest|\d+ pattern|\d+ claim|\d+ target|([2-9]|\d\d+) points", said["holds"]), said


def run_python(block: Any, folder: Path) -> None:
    """Run a block as a script; one that starts processes of its own needs a file."""
    if "__main__" not in block.body:
        with warnings.catch_warnings(record=True) as caught:
            warnings.filterwarnings("default", module="__main__")
            exec(compile(block.body, "block.py", "exec"), {"__name__": "__main__"})
        assert not [one for one in caught if "Deprecat" in f"{one.category} {one.message}"]
        return
    (folder / "block.py").write_text(block.body, encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "block.py"], cwd=folder, env=os.environ | {"PYTHONPATH": path},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Deprecat" not in done.stderr


def find_files(block: Any, folder: Path) -> None:
    """Find the files that a block reads in another language."""
    named = re.findall(r'"(results/[^"]+)"', block.body)
    assert named
    assert all((folder / name).exists() for name in named)


def leave(block: Any, folder: Path) -> None:
    """Leave a file to the blocks that use it."""


WAYS: dict[str, Callable[[Any, Path], None]] = {
    "sh": run_commands, "bash": parse_options, "yaml": check_config, "python": run_python,
    "r": find_files, "csv": leave, "json": leave, "py": leave,
}  # fmt: skip
"""What is done with a block of each language; there is no other one."""


def test_blocks_of_a_page_work_in_their_order(
    walked: str, block: Blocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All in one folder, as a reader goes through them: none finds what another one left in its way.

    A Python block that no command comes before stands alone: it is run in an empty folder.
    """
    monkeypatch.syspath_prepend(tmp_path)
    found, ran = block(walked), False
    for one in found:
        if one.file:
            (tmp_path / one.file).write_text(one.body, encoding="utf-8")
    for number, one in enumerate(found):
        folder = tmp_path if ran or one.language != "python" else tmp_path / f"alone-{number}"
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        WAYS[one.language](one, folder)
        ran = ran or one.language == "sh"
    for module in [one.file.removesuffix(".py") for one in found if one.language == "py"]:
        sys.modules.pop(module, None)


def test_pages_show_most_commands_and_a_model_of_ones_own(block: Blocks, pages: tuple[str, ...]) -> None:
    shown = [words for page in pages for one in block(page, "sh") for words in lines(one.body)]
    assert len(shown) >= 20
    assert any("--model" in words for words in shown)
    assert any("--extend" in words for words in shown)
    assert any("--shard" in words for words in shown)


def test_python_blocks_use_public_names_only(block: Blocks, pages: tuple[str, ...]) -> None:
    top = [page for page in pages if Path(page).parent.name != "recipes"]
    found = [one.body for page in top for one in block(page, "python", "py")]
    assert len(found) >= 10
    assert not [body for body in found if re.search(r"\bsim\.\w+ import|import sim\.", body)]


def test_commands_for_clusters_name_options_that_exist(block: Blocks) -> None:
    found = re.findall(r"counterpoise [a-z]+ [^\n'&]*", "\n".join(one.body for one in block(CLUSTERS, "bash")))
    assert len(found) >= 5
    for one in block(CLUSTERS, "bash"):
        parse_options(one, Path())


def test_script_for_slurm_sweeps_on_the_cluster_that_it_starts(block: Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    class Cluster:
        """A stand-in for jobs on a cluster."""

        scheduler_address = "tcp://10.0.0.1:8786"

        def __init__(self, **options: object) -> None:
            assert options

        def __enter__(self) -> Cluster:
            return self

        def __exit__(self, *error: object) -> None: ...

        def scale(self, jobs: int) -> None:
            assert jobs

    jobqueue = ModuleType("dask_jobqueue")
    jobqueue.SLURMCluster = Cluster  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "dask_jobqueue", jobqueue)
    ran: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda words, **how: ran.append(words) or SimpleNamespace())
    (script,) = block(CLUSTERS, "py")
    exec(script.body, {})
    ((program, name, *options),) = ran
    assert program == "counterpoise"
    found = commands()[name].make_context(name, options)
    assert found.params["cluster"] == Cluster.scheduler_address


def test_the_map_fits_the_config_above_it(block: Blocks, tmp_path: Path) -> None:
    (outlines,) = block("sim/guide/configs.md", "json")
    (tmp_path / outlines.file).write_text(outlines.body, encoding="utf-8")
    first = block("sim/guide/configs.md", "yaml")[0]
    (tmp_path / "dam.yaml").write_text(f"{first.body}map: {outlines.file}\n", encoding="utf-8")
    assert set(load_scenario(tmp_path / "dam.yaml").map) == {"UPP", "DEL"}


def test_page_on_commands_has_every_command_and_no_other(root: Path) -> None:
    text = (root / "sim" / "guide" / "commands.md").read_text(encoding="utf-8")
    rows = {line.split()[2].strip("`") for line in text.splitlines() if line.startswith("| `counterpoise ")}
    assert rows == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_help(name: str) -> None:
    said = CliRunner().invoke(app, [name, "--help"])
    assert said.exit_code == 0
    assert len(said.output.split()) > 10
