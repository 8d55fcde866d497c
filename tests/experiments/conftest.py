"""Sweep files with one design or another, written into a folder and read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ConfigError
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plan import Plan

HEAD = "name: small\nscenario: {}\nweeks: 4\nreplicates: 2\n"
SCENARIO = "two-rivals-one-patron"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a sweep file with a design."""

    def written(body: str, scenario: str = SCENARIO) -> Path:
        file = tmp_path / "sweep.yaml"
        file.write_text(HEAD.format(scenario) + body, encoding="utf-8")
        return file

    return written


@pytest.fixture
def load_plan(write: Callable[..., Path]) -> Callable[..., Plan]:
    """Gives the plan of a design."""
    return lambda body, seed=1, scenario=SCENARIO: load_sweep(write(body, scenario), seed=seed)


@pytest.fixture
def faults_of(write: Callable[..., Path]) -> Callable[..., str]:
    """Gives what is said of a faulty design."""

    def said(body: str, scenario: str = SCENARIO) -> str:
        with pytest.raises(ConfigError) as caught:
            load_sweep(write(body, scenario))
        return str(caught.value)

    return said
