"""What a sweep costs beside the bare ensemble, in time and memory: ``python tests/bench/sweeps.py [--quick]``."""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from timing import SCENARIO, in_turn, machine, python, seconds, spread, table

from sim import sweep
from sim.ensemble import Design, Ensemble
from sim.execution.engine import outcomes_of
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plan import Plan

THREADS = 2
FACTORS = {
    "contests.NK.control": (0.2, 0.8),
    "contests.NK.parties.RUS.salience": (0.3, 0.9),
    "behaviour.rationality": (5.0, 15.0),
}

PEAK = """
import resource, sys
from sim import sweep
sweep(sys.argv[1], out=sys.argv[2], threads=2)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""
AGAIN = """
import sys, time
begun = time.perf_counter()
from sim import sweep
assert sweep(sys.argv[1], out=sys.argv[2], threads=2).found
print(time.perf_counter() - begun)
"""


@dataclass(frozen=True)
class Sizes:
    """How much is run: numbers of levels of the factors for many and few points, replicates, repeats."""

    many: tuple[int, int, int]
    few: tuple[int, int, int]
    single: tuple[int, int, int]
    replicates: int
    repeats: int


FULL = Sizes((10, 10, 10), (10, 10, 2), (25, 40, 20), 100, 3)
QUICK = Sizes((5, 5, 4), (5, 2, 2), (10, 10, 5), 25, 2)


def sweep_file(folder: Path, levels: tuple[int, int, int], replicates: int) -> Path:
    """A grid over three numbers of the base scenario, summaries alone."""
    points = int(np.prod(levels))
    lines = [
        f"name: bench-{points}-{replicates}",
        "title: A grid for the clock",
        f"scenario: {SCENARIO}",
        f"replicates: {replicates}",
        "series: {replicates: 0}",
        "factors:",
    ]
    for (path, (low, high)), count in zip(FACTORS.items(), levels, strict=True):
        values = ", ".join(f"{value:.6g}" for value in np.linspace(low, high, count))
        lines.append(f"  - {{path: {path}, values: [{values}]}}")
    file = folder / f"bench-{points}-{replicates}.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def bare(plan: Plan, replicates: int) -> None:
    """The runs of a plan through the ensemble, every block thrown away."""
    columns, _ = outcomes_of(plan)
    ensemble = Ensemble(plan.scenario.structure, plan.scenario.inputs(), columns=[column.name for column in columns])
    values = plan.values(np.arange(plan.points))
    runs = np.array(list(itertools.product(range(plan.points), range(replicates))), np.int64)
    for _ in ensemble.blocks(Design(plan.paths, values), runs, plan.seed, threads=THREADS):
        pass


def rates(folder: Path, sizes: Sizes) -> list[list[str]]:
    """Rows on runs a second: bare, swept, and with one replicate a point."""
    new = itertools.count()
    many = load_sweep(sweep_file(folder, sizes.many, sizes.replicates))
    few = load_sweep(sweep_file(folder, sizes.few, sizes.replicates))
    single = load_sweep(sweep_file(folder, sizes.single, 1))

    def stored(plan: Plan) -> None:
        sweep(plan, out=folder / f"out-{next(new)}", threads=THREADS)

    bare(few, 1)
    times = in_turn([lambda: bare(many, sizes.replicates), lambda: stored(many)], sizes.repeats)
    shapes = in_turn([lambda: stored(few), lambda: stored(single)], sizes.repeats)
    runs = many.points * sizes.replicates
    each = few.points * sizes.replicates / shapes[:, 0], single.points / shapes[:, 1]
    what = f"{many.points:,} points × {sizes.replicates} replicates, {many.scenario.structure.weeks} weeks"
    return [
        [f"{what}: runs a second, bare ensemble", spread(runs / times[:, 0])],
        ["the same as a sweep, into a folder, everything included", spread(runs / times[:, 1])],
        ["sweep over bare", spread(times[:, 0] / times[:, 1], ".1%")],
        [f"{single.points:,} points × 1 over {few.points:,} × {sizes.replicates}", spread(each[1] / each[0], ".1%")],
    ]


def memory(folder: Path, sizes: Sizes) -> list[list[str]]:
    """Rows on the peak memory of whole processes."""
    rows = []
    for levels in (sizes.few, sizes.many):
        file = sweep_file(folder, levels, sizes.replicates)
        peak = float(python(PEAK, str(file), str(folder / f"peak-{file.stem}")))
        rows.append([f"peak memory of the process, {int(np.prod(levels)) * sizes.replicates:,} runs", f"{peak:.0f} MB"])
    return rows


def again(folder: Path, sizes: Sizes) -> list[list[str]]:
    """Rows on the same sweep again, when it is complete; behind `memory`, which leaves it there."""
    file = sweep_file(folder, sizes.many, sizes.replicates)
    out = str(folder / f"peak-{file.stem}")
    command = "from sim.cli import main; main()"
    called = [float(python(AGAIN, str(file), out)) for _ in range(sizes.repeats)]
    python(command, "sweep", str(file), "--out", out)
    typed = [seconds(lambda: python(command, "sweep", str(file), "--out", out)) for _ in range(sizes.repeats)]
    return [
        ["s for `sweep(...)` of the complete sweep, imports included", spread(called, ".2f")],
        ["s for `counterpoise sweep` of the same, from birth to end", spread(typed, ".2f")],
    ]


def main(sizes: Sizes) -> None:
    """Measure and print."""
    print(f"{machine()}; {SCENARIO}, {THREADS} threads; median of {sizes.repeats} (lowest to highest)\n")
    with TemporaryDirectory() as name:
        folder = Path(name)
        table(["measure", "figure"], rates(folder, sizes) + memory(folder, sizes) + again(folder, sizes))


if __name__ == "__main__":
    main(QUICK if "--quick" in sys.argv else FULL)
