"""Sweeps beside what else could run them, on two cores: ``python tests/bench/companions.py [--quick]``.

The same scenario, horizon and varied numbers: Counterpoise's sweep; the Mesa front through `mesa.batch_run`; and the
Mesa front as a model of the EMA Workbench (``pip install -e '.[bench]'``), each with two processes or threads.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import mesa
import numpy as np
from sweeps import FACTORS, sweep_file
from timing import SCENARIO, in_turn, machine, spread, table

from sim import InfluenceModel, load_scenario, sweep
from sim.experiments.files.sweep_file import load_sweep

PROCESSES = 2
OUTCOMES = ("control.NK", "primacy.RUS")
BASE = load_scenario(SCENARIO)


@dataclass(frozen=True)
class Sizes:
    """How many runs each makes, and how often."""

    swept: tuple[int, int, int]
    slow: tuple[int, int, int]
    repeats: int


FULL = Sizes((20, 20, 25), (4, 8, 8), 3)
QUICK = Sizes((5, 5, 8), (2, 2, 3), 1)


def experiment(**settings: float) -> dict[str, float]:
    """One run, as the EMA Workbench calls a model written in Python."""
    model = InfluenceModel(BASE, outcomes=OUTCOMES, **settings)
    model.run_model()
    return {name.replace(".", "_"): model.outcome(name) for name in OUTCOMES}


def levels(counts: tuple[int, int, int]) -> dict[str, list[float]]:
    """Values of each varied number."""
    named = zip(FACTORS.items(), counts, strict=True)
    return {path: [float(value) for value in np.linspace(*limits, count)] for (path, limits), count in named}


def batch(counts: tuple[int, int, int]) -> None:
    """All combinations through Mesa's own runner."""
    settings = {path.replace(".", "__"): values for path, values in levels(counts).items()}
    with contextlib.redirect_stdout(io.StringIO()):
        rows = mesa.batch_run(
            InfluenceModel,
            {"scenario": [BASE], "outcomes": [OUTCOMES], **settings},
            number_processes=PROCESSES,
            max_steps=BASE.structure.weeks,
            display_progress=False,
        )
    assert len({row["RunId"] for row in rows}) == np.prod(counts)


def workbench(counts: tuple[int, int, int]) -> None:
    """As many points of a Latin hypercube through the EMA Workbench."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of evaluators that are not installed
        from ema_workbench import Model, MultiprocessingEvaluator, RealParameter, ScalarOutcome

    model = Model("counterpoise", function=experiment)
    model.uncertainties = [RealParameter(path.replace(".", "__"), *limits) for path, limits in FACTORS.items()]
    model.outcomes = [ScalarOutcome(name.replace(".", "_")) for name in OUTCOMES]
    with contextlib.redirect_stderr(io.StringIO()), MultiprocessingEvaluator(model, n_processes=PROCESSES) as evaluator:
        found, _ = evaluator.perform_experiments(scenarios=int(np.prod(counts)))
    assert len(found) == np.prod(counts)


def companions(folder: Path, sizes: Sizes) -> dict[str, tuple[int, Callable[[], object]]]:
    """What is timed: number of runs and the work, by name."""
    plan = load_sweep(sweep_file(folder, sizes.swept, 1))
    new = itertools.count()
    slow = int(np.prod(sizes.slow))
    return {
        "`counterpoise sweep`, 2 threads, 150 outcomes stored": (
            plan.points,
            lambda: sweep(plan, out=folder / f"out-{next(new)}", threads=PROCESSES),
        ),
        "`mesa.batch_run`, 2 processes": (slow, lambda: batch(sizes.slow)),
        "EMA Workbench, MultiprocessingEvaluator, 2 processes": (slow, lambda: workbench(sizes.slow)),
    }


def main(sizes: Sizes) -> None:
    """Measure and print."""
    print(f"{machine()}; {SCENARIO}, {BASE.structure.weeks} weeks; median of {sizes.repeats} (lowest to highest)\n")
    with TemporaryDirectory() as name:
        works = companions(Path(name), sizes)
        for first in (batch, workbench):
            first((1, 1, 2))  # imports and the compiled kernel, which nobody pays twice
        times = in_turn([work for _, work in works.values()], sizes.repeats)
    rates = np.array([runs for runs, _ in works.values()]) / times
    rows = [
        [what, f"{runs:,}", spread(rate, ",.1f"), spread(rates[:, 0] / rate, ",.0f")]
        for (what, (runs, _)), rate in zip(works.items(), rates.T, strict=True)
    ]
    table(["what runs it", "runs", "runs a second", "the sweep over it"], rows)


if __name__ == "__main__":
    main(QUICK if "--quick" in sys.argv else FULL)
