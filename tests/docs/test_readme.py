"""What the README shows works as shown."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.experiments.files.sweep_file import is_sweep, load_sweep
from sim.scenario.load import load_scenario

Run = Callable[..., subprocess.CompletedProcess[str]]
Blocks = Callable[..., list[str]]
ELSEWHERE = ("dask ", "sbatch ", "helm ", "mpiexec ")
"""What begins the blocks that need more than this machine."""


def commands() -> dict[str, object]:
    """Every command by name."""
    return dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def shown(block: Blocks, *kinds: str) -> list[list[str]]:
    """Words of each `counterpoise` line in the README's shell blocks for this machine."""
    bodies = [body for body in block(*kinds or ["sh"]) if not body.startswith(ELSEWHERE)]
    lines = [line for body in bodies for line in body.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.startswith("counterpoise ")]


def test_python_blocks_run_as_they_stand(python_block: str, python: Run, tmp_path: Path) -> None:
    file = tmp_path / "block.py"
    file.write_text(python_block, encoding="utf-8")
    done = python(str(file))
    assert done.returncode == 0, done.stderr
    assert "Deprecat" not in done.stderr


def test_commands_of_the_tour_run_in_their_order(block: Blocks, python: Run, tmp_path: Path) -> None:
    """All in one folder, as a reader goes through them: none finds what another one left in its way."""
    (module,) = (body for body in block("py") if body.startswith("# minds.py\n"))
    (tmp_path / "minds.py").write_text(module, encoding="utf-8")
    tour = shown(block, "sh", "bash")
    assert len(tour) >= 12
    assert any("--model" in words for words in tour)
    for words in tour:
        fewer = ["--replicates", "3"] if "--model" in words else []
        done = python("-m", "sim", *words[1:], *fewer)
        assert done.returncode == 0, f"{words}: {done.stderr}"


def test_commands_for_clusters_name_options_that_exist(block: Blocks) -> None:
    found = re.findall(r"counterpoise ([a-z]+) ([^\n'&]*)", "\n".join(block("bash")))
    assert len(found) >= 6
    for name, rest in found:
        commands()[name].make_context(name, shlex.split(rest))  # type: ignore[attr-defined]


def test_model_of_ones_own_runs_by_its_command(block: Blocks, python: Run, tmp_path: Path) -> None:
    (module,) = (body for body in block("py") if body.startswith("# minds.py\n"))
    (tmp_path / "minds.py").write_text(module, encoding="utf-8")
    (line,) = (one for body in block("bash") for one in body.splitlines() if "--model" in one)
    done = python("-m", "sim", *shlex.split(line)[1:], "--replicates", "3")
    assert done.returncode == 0, done.stderr
    assert "failed" not in done.stderr


def test_configs_and_sweep_pass_the_check(block: Blocks, tmp_path: Path) -> None:
    files = []
    for body in block("yaml"):
        name = next(line.split()[1] for line in body.splitlines() if line.startswith("name: "))
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(body, encoding="utf-8")
    assert len(files) >= 3
    for file in files:
        if is_sweep(str(file)):
            assert load_sweep(file).points > 1
        else:
            assert load_scenario(file).structure.contests


def test_the_map_fits_the_config_above_it(block: Blocks, tmp_path: Path) -> None:
    (tmp_path / "dam.geojson").write_text(block("json")[0], encoding="utf-8")
    (tmp_path / "dam.yaml").write_text(block("yaml")[0] + "map: dam.geojson\n", encoding="utf-8")
    assert set(load_scenario(tmp_path / "dam.yaml").map) == {"UPP", "DEL"}


def test_every_command_is_in_the_readme_and_every_command_there_exists(block: Blocks, root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    rows = {line.split()[2].strip("`") for line in text.splitlines() if line.startswith("| `counterpoise ")}
    assert rows == set(commands())
    assert {words[1] for words in shown(block)} <= set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_help(name: str) -> None:
    said = CliRunner().invoke(app, [name, "--help"])
    assert said.exit_code == 0
    assert len(said.output.split()) > 10
