"""Small worlds for tests: a structure and its numbers built in a few lines, every mechanism at rest."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from made_results import results_of  # noqa: F401 (a fixture of all rooms)
from numpy.typing import NDArray
from shared import MENU, ROOT
from typer.main import get_command
from typer.testing import CliRunner

from sim import quantities as qt
from sim.cli import app
from sim.dynamics.schedule import BEGIN, advance
from sim.ensemble import BASE, Design, Ensemble
from sim.kernel.allocate import allocate
from sim.kernel.lanes import LANES
from sim.kernel.layout import layout
from sim.kernel.memory import World, given_blocks, size
from sim.kernel.structure import ContestShape, PartyShape, Structure
from sim.kernel.tally import no_tally

settings.register_profile("shared machines", deadline=None)
settings.load_profile("shared machines")


COMPILING = pytest.StashKey[subprocess.Popen[bytes]]()
"""The process that compiles the kernel."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Before there are workers, keep each of them to one core, and begin to compile the kernel, once for all of them.

    Two workers whose matrices take all cores each wait for the other one most of the time.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    code = "from sim import simulate; simulate('two-rivals-one-patron', 1, weeks=1, threads=1)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    config.stash[COMPILING] = subprocess.Popen([sys.executable, "-c", code], env=environment)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any) -> None:
    """Before a worker gets tests, wait for the kernel: it is compiled while the workers collect."""
    node.config.stash[COMPILING].wait()


@pytest.fixture(autouse=True, scope="session")
def no_power_cut() -> Iterator[None]:
    """Wait for no disk: no test cuts the power, and waiting takes a quarter of the time of small results."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda number: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def commands_made_once() -> Iterator[None]:
    """Make the tree of commands once: the runner makes it anew for each call, which takes longer than most calls do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(get_command))
        yield


NEEDED = {"capability": 1.0, "level": 0.5, "control": 0.5, "salience": 1.0}
"""Values of quantities that have no default of their own."""
AT_REST = (
    "revision", "truce_rate", "attack_rate", "dispute_rate", "clash_rate", "weariness_grow", "loss", "control_noise",
    "stability_noise", "alignment_noise", "adaptation", "war_strain", "unrest", "remittance_strain", "proxy_strain",
    "camp_pull", "lever_gain",
)  # fmt: skip
"""Behaviour without which nothing moves by itself."""


@dataclass(frozen=True)
class Small:
    """A structure with its numbers, and ways to run it.

    Attributes
    ----------
    structure : Structure
    inputs : ndarray, shape (P,)
    """

    structure: Structure
    inputs: NDArray[np.float64]

    def set(self, numbers: Mapping[str, float]) -> Small:
        """The same world with other numbers at some paths."""
        inputs = self.inputs.copy()
        for path, value in numbers.items():
            inputs[layout(self.structure).row(path)] = value
        return replace(self, inputs=inputs)

    def shaped(self, **changes: Any) -> Small:
        """The same numbers by path in another structure; what the new one lacks is dropped."""
        structure = replace(self.structure, **changes)
        rows = np.zeros(size(given_blocks(structure)))
        old, new = layout(self.structure), layout(structure)
        for path in new.paths:
            rows[new.row(path)] = self.inputs[old.row(path)]
        return Small(structure, rows)

    def series(
        self,
        outcomes: Sequence[str],
        replicates: int = LANES,
        design: Design = BASE,
        *,
        seed: int = 1,
        every: int = 1,
    ) -> NDArray[np.float64]:
        """Outcomes over time of every run, shape (points·replicates, T, outcomes), point by point."""
        points = len(design.values)
        runs = np.stack([np.repeat(np.arange(points), replicates), np.tile(np.arange(replicates), points)], 1)
        ensemble = Ensemble(self.structure, self.inputs, columns=(), series=outcomes, every=every)
        blocks = ensemble.blocks(design, runs.astype(np.int64), seed, threads=1, series_replicates=replicates)
        return np.concatenate([block.series for block in blocks])

    def final(self, outcomes: Sequence[str], replicates: int = LANES, design: Design = BASE, *, seed: int = 1) -> Any:
        """Last values of outcomes of every run, shape (points·replicates, outcomes); NaN for a time that never came."""
        points = len(design.values)
        runs = np.stack([np.repeat(np.arange(points), replicates), np.tile(np.arange(replicates), points)], 1)
        ensemble = Ensemble(self.structure, self.inputs, columns=[f"{name}:final" for name in outcomes])
        return np.concatenate([b.summary for b in ensemble.blocks(design, runs.astype(np.int64), seed, threads=1)])

    def begun(self, seed: int = 1) -> World:
        """A block whose lanes are the first replicates, before tick 0."""
        world = allocate(self.structure)
        world.inputs[:] = self.inputs[:, None]
        world.keys[0], world.keys[1] = np.uint64(seed), np.arange(LANES, dtype=np.uint64)
        advance(world, 0, 0, BEGIN, no_tally())
        return world


def numbers_of(structure: Structure) -> NDArray[np.float64]:
    """Defaults of all paths, with everything that moves by itself switched off."""
    names = layout(structure)
    rows = np.zeros(size(given_blocks(structure)))
    for path in names.paths:
        default = names.quantity(path).default
        field = "level" if path.startswith("ties.") else path.split(".")[-1]
        rows[names.row(path)] = NEEDED.get(field, 0.0) if default is None else default
        still = path.startswith("weights.") or field in AT_REST or (path.startswith("states.") and field == "wear")
        if still or (path.startswith("states.") and field in ("reaction", "fatigue")):
            rows[names.row(path)] = 0.0
    return rows


def make_small(
    states: Sequence[str] = ("AAA", "BBB", "PAT"),
    *,
    ties: Sequence[tuple[str, str, str]] = (),
    contests: Sequence[ContestShape] = (),
    weeks: int = 26,
    dt: float = 1.0,
    numbers: Mapping[str, float] | None = None,
    **parts: Any,
) -> Small:
    """A world of a few states in which nothing moves but what `numbers` sets going."""
    levers = tuple(sorted({lever for _, _, lever in ties})) or ("trade",)
    structure = Structure(
        start=date(2030, 1, 7),
        weeks=weeks,
        dt=dt,
        states=tuple(sorted(states)),
        levers=levers,
        ties=tuple(sorted(ties, key=lambda tie: (tie[1], tie[2], tie[0]))),
        postures=parts.pop("postures", MENU),
        contests=tuple(contests),
        rivals=parts.pop("rivals", ()),
        events=parts.pop("events", ()),
        clients=parts.pop("clients", ()),
        patrons=parts.pop("patrons", ()),
    )
    assert not parts
    return Small(structure, numbers_of(structure)).set({**menu_numbers(structure), **(numbers or {})})


def menu_numbers(structure: Structure) -> dict[str, float]:
    """Numbers of the model's own menu of postures."""
    rows = {
        "mediate": (0, 0, 1, 0.2, 0), "guarantee": (0, 0.5, 0.6, 0.5, 0), "back": (0.5, 0, 0, 0.3, 0),
        "proxies": (0.7, 0.3, 0, 0.4, 1), "fight": (1, 1, 0, 1, 0),
    }  # fmt: skip
    fields = tuple(qt.quantities(qt.Posture))
    return {
        f"postures.{name}.{field}": value
        for name, _ in structure.postures
        for field, value in zip(fields, rows.get(name.split("-")[0], (0,) * 5), strict=True)
    }


def interstate(*parties: str, code: str = "VAL", **shape: Any) -> ContestShape:
    """AAA challenges BBB; others look on."""
    return ContestShape(code, None, "AAA", "BBB", tuple(PartyShape(party, **shape) for party in sorted(parties)))


@pytest.fixture(scope="session")
def small() -> Callable[..., Small]:
    """Build a small world."""
    return make_small


@pytest.fixture(scope="session")
def contest() -> Callable[..., ContestShape]:
    """Build the contest of AAA against BBB."""
    return interstate


@pytest.fixture(scope="session")
def as_small() -> Callable[..., Small]:
    """Take the structure and numbers of a scenario as they are."""
    return lambda scenario: Small(scenario.structure, scenario.inputs())


@pytest.fixture(scope="session")
def bits() -> Callable[..., str]:
    """Hash of the bits of arrays."""

    def digest(*arrays: NDArray[np.float64]) -> str:
        whole = hashlib.sha256()
        for array in arrays:
            whole.update(np.ascontiguousarray(array).tobytes())
        return whole.hexdigest()

    return digest


@pytest.fixture
def counterpoise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Give the command some arguments in an empty folder; no fault of the input ends in a traceback."""
    monkeypatch.chdir(tmp_path)

    def counterpoise(*arguments: object) -> Any:
        result = CliRunner().invoke(app, list(map(str, arguments)), prog_name="counterpoise")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return counterpoise


@pytest.fixture(scope="session")
def python() -> Callable[..., subprocess.Popen[str]]:
    """Start another Python on some code, with other settings in its environment."""

    def start(code: str, *, root: Path = ROOT, **settings: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(root), **settings}
        return subprocess.Popen(
            [sys.executable, "-c", code], cwd=root,  # the current folder comes first where Python looks
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return start
