"""What an executor costs: a Dask cluster of two workers beside two local processes, and Mesa runs in processes.

``python tests/bench/engines.py [--quick]``
"""

from __future__ import annotations

import itertools
import multiprocessing
import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from distributed import LocalCluster
from sweeps import FACTORS, sweep_file
from timing import SCENARIO, in_turn, machine, spread, table

from sim import simulate, sweep
from sim.execution.cluster import on_cluster
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plan import Plan

WORKERS = 2


def on(executor: Executor, plan: Plan, out: Path) -> None:
    """Run a plan on an executor into a folder."""
    sweep(plan, out=out, executor=executor)


def measure(folder: Path, dask: Executor, levels: tuple[int, int, int], replicates: int, repeats: int) -> None:
    """Run, in turn, on threads, on processes and on the cluster, and print."""
    plan, new = load_sweep(sweep_file(folder, levels, replicates)), itertools.count()
    runs = plan.points * replicates

    def out() -> Path:
        return folder / f"out-{next(new)}"

    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as processes:
        executors = processes, dask
        for executor in executors:  # imports and the compiled kernel, which are paid once
            on(executor, load_sweep(sweep_file(folder, (2, 2, 2), 500)), out())
        works = [lambda: sweep(plan, out=out(), threads=WORKERS)]
        works += [lambda executor=executor: on(executor, plan, out()) for executor in executors]
        times = in_turn(works, repeats)
    few = 40
    mesa = in_turn([lambda: simulate(SCENARIO, few, engine="mesa", processes=WORKERS)], repeats)
    rows = [
        [f"{runs:,} runs, {len(FACTORS)} factors, on {WORKERS} threads: runs a second", spread(runs / times[:, 0])],
        [f"on {WORKERS} local processes", spread(runs / times[:, 1])],
        [f"on a Dask cluster of {WORKERS} workers", spread(runs / times[:, 2])],
        ["time on Dask over time on processes", spread(times[:, 2] / times[:, 1], ".1%")],
        [
            f"{few} Mesa runs in {WORKERS} processes of their own, starts included: runs a second",
            spread(few / mesa[:, 0], ".1f"),
        ],
    ]
    table(["measure", "figure"], rows)


def main(levels: tuple[int, int, int], replicates: int, repeats: int) -> None:
    """Measure with a cluster of this machine."""
    print(f"{machine()}; {SCENARIO}; median of {repeats} (lowest to highest)\n")
    cluster = LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None)
    with TemporaryDirectory() as name, cluster, on_cluster(cluster.scheduler_address) as dask:
        measure(Path(name), dask, levels, replicates, repeats)


if __name__ == "__main__":
    main(*(((5, 4, 2), 100, 3) if "--quick" in sys.argv else ((10, 10, 4), 100, 5)))
