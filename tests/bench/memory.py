"""Memory for many replicates: ``python tests/bench/memory.py [REPLICATES]``."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from timing import SCENARIO, machine, replicates, table

from sim import load_scenario, simulate
from sim.ensemble import BASE, Block, Ensemble

PAGE, MB, BLINK = 4096, 1e6, 0.005


def resident() -> float:
    """Memory of this process now, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / MB


def peak_of(work: Callable[[], object]) -> float:
    """Largest memory while a work runs, in MB, looked at every few milliseconds."""
    seen, done = [resident()], threading.Event()

    def watch() -> None:
        while not done.wait(BLINK):
            seen.append(resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return max([*seen, resident()])


def main(count: int) -> None:
    """Measure and print."""
    scenario = load_scenario(SCENARIO)
    ensemble = Ensemble(scenario.structure, scenario.inputs())

    def blocks() -> Iterator[Block]:
        return ensemble.blocks(BASE, replicates(count), 1, threads=2)

    peak_of(lambda: next(blocks()))
    after_first = resident()
    kept: list[Block] = []
    summaries = peak_of(lambda: kept.extend(blocks()))
    kept.clear()
    with TemporaryDirectory() as folder:
        simulate(SCENARIO, replicates=64, out=f"{folder}/first")
        before = resident()
        stored = peak_of(lambda: simulate(SCENARIO, replicates=count, out=f"{folder}/all"))
    print(f"{machine()}; {SCENARIO}, {scenario.structure.weeks} weeks, {count:,} replicates, two threads\n")
    table(
        ["measure", "MB"],
        [
            ["process after its first block", f"{after_first:.0f}"],
            ["summaries of all runs, kept in memory: above that", f"{summaries - after_first:.0f}"],
            [
                "`simulate` into a folder, series and reasons included: above its own first block",
                f"{stored - before:.0f}",
            ],
        ],
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
