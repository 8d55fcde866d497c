"""How much compiling and lanes gain, on one core: ``python tests/bench/interpreted.py``.

The compiled ensemble against the same rules interpreted (numba off, one lane), and against the same model
run by Mesa's `batch_run`.
"""

from __future__ import annotations

import contextlib
import io

import mesa
import numpy as np
from timing import SCENARIO, in_turn, machine, python, replicates, spread, table

from sim import InfluenceModel, load_scenario
from sim.ensemble import BASE, Ensemble

RUNS, BATCH, REPEATS = 1280, 10, 5

INTERPRETED = f"""
import sys, time
import numpy as np
from sim.ensemble import BASE, Ensemble
from sim.scenario.load import load_scenario
scenario = load_scenario({SCENARIO!r}).with_({{"weeks": int(sys.argv[1])}})
ensemble = Ensemble(scenario.structure, scenario.inputs())
begun = time.perf_counter()
block = next(ensemble.blocks(BASE, np.zeros((1, 2), np.int64), 1, threads=1))
print(time.perf_counter() - begun)
print(*(value.hex() for value in block.summary[0]))
"""


def main() -> None:
    """Measure and print."""
    scenario = load_scenario(SCENARIO)
    weeks = scenario.structure.weeks
    ensemble = Ensemble(scenario.structure, scenario.inputs())

    def compiled() -> None:
        for _ in ensemble.blocks(BASE, replicates(RUNS), 1, threads=1):
            pass

    def batch() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            mesa.batch_run(
                InfluenceModel,
                {"scenario": [scenario], "replicate": range(BATCH)},
                number_processes=1,
                max_steps=weeks,
                display_progress=False,
            )

    compiled()
    batch()
    times = in_turn([compiled, batch], REPEATS) / [RUNS, BATCH]
    time, summary = python(INTERPRETED, str(weeks), NUMBA_DISABLE_JIT="1", COUNTERPOISE_LANES="1").splitlines()
    first = next(ensemble.blocks(BASE, replicates(1), 1, threads=1)).summary[0]
    same = np.array_equal(first, [float.fromhex(value) for value in summary.split()], equal_nan=True)
    print(f"{machine()}; {SCENARIO}, {weeks} weeks, one core; median of {REPEATS} (lowest to highest)\n")
    table(
        ["measure", "figure"],
        [
            ["ms a run, compiled, in lanes", spread(times[:, 0] * 1e3, ".3f")],
            ["ms a run, `mesa.batch_run`", spread(times[:, 1] * 1e3, ".1f")],
            ["s a run, interpreted, one lane (one run)", f"{float(time):.2f}"],
            ["`mesa.batch_run` over compiled", spread(times[:, 1] / times[:, 0])],
            ["interpreted over compiled", spread(float(time) / times[:, 0])],
            ["interpreted and compiled agree bit for bit", "yes" if same else "NO"],
        ],
    )


if __name__ == "__main__":
    main()
