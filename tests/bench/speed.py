"""Runs a second on one thread and on two; compilation, starts, help: ``python tests/bench/speed.py``."""

from __future__ import annotations

import tempfile

from timing import SCENARIO, in_turn, machine, python, replicates, seconds, spread, table

RUNS, REPEATS, STARTS = 2560, 7, 5

FIRST_RUN = f"""
import numpy as np
from sim.ensemble import BASE, Ensemble
from sim.scenario.load import load_scenario
scenario = load_scenario({SCENARIO!r})
ensemble = Ensemble(scenario.structure, scenario.inputs())
next(ensemble.blocks(BASE, np.zeros((1, 2), np.int64), 1, threads=1))
"""


def throughput() -> list[list[str]]:
    """Rows on runs a second."""
    from sim.ensemble import BASE, Ensemble
    from sim.scenario.load import load_scenario

    scenario = load_scenario(SCENARIO)
    ensemble = Ensemble(scenario.structure, scenario.inputs())
    runs = replicates(RUNS)

    def on(threads: int) -> None:
        for _ in ensemble.blocks(BASE, runs, 1, threads=threads):
            pass

    on(2)
    times = in_turn([lambda: on(1), lambda: on(2)], REPEATS)
    what = f"{SCENARIO}, {scenario.structure.weeks} weeks, {len(ensemble.columns)} columns"
    return [
        [f"{what}: runs a second, one thread", spread(RUNS / times[:, 0])],
        ["the same, two threads", spread(RUNS / times[:, 1])],
        ["two threads over one", spread(times[:, 0] / times[:, 1], ".2f")],
        [
            "µs per run and tick, one thread",
            spread(times[:, 0] / RUNS / scenario.structure.ticks * 1e6, ".2f"),
        ],
    ]


def starts() -> list[list[str]]:
    """Rows on what a start costs; each in a process of its own, from its birth to its end."""
    with tempfile.TemporaryDirectory() as cache:
        cold = seconds(lambda: python(FIRST_RUN, COUNTERPOISE_CACHE=cache))
        warm = [seconds(lambda: python(FIRST_RUN, COUNTERPOISE_CACHE=cache)) for _ in range(STARTS)]
    shown = [seconds(lambda: python("from sim.cli import main; main()", "--help")) for _ in range(STARTS)]
    bare = [seconds(lambda: python("pass")) for _ in range(STARTS)]
    return [
        ["s from a cold start, compiling, to the end of the first run", f"{cold:.1f}"],
        ["s from a later start to the end of the first run", spread(warm, ".2f")],
        ["s for `counterpoise --help`", spread(shown, ".2f")],
        ["s for a Python that does nothing", spread(bare, ".2f")],
    ]


if __name__ == "__main__":
    print(f"{machine()}; median of {REPEATS} (lowest to highest)\n")
    table(["measure", "figure"], throughput() + starts())
