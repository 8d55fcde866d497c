"""How cost grows with states, runs and weeks: ``python tests/bench/growth.py``.

Invented worlds: every state holds eight ties, one state in nine is in a contest with three third parties.
Triads make the cost of alignment cubic in states; the search for two camps is exact up to twelve states.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray
from timing import in_turn, machine, replicates, table

from sim.ensemble import BASE, Ensemble
from sim.kernel.lanes import LANES
from sim.kernel.layout import layout
from sim.kernel.memory import given_blocks, size
from sim.kernel.structure import ContestShape, PartyShape, Structure
from sim.scenario.defaults import MENU, SIDES

STATES = (3, 6, 9, 12, 18, 30, 50, 100)
REPEATS = 3
GIVEN = {"capability": 1.0, "ties": 0.1, "control": 0.3, "salience": 0.5}


def structure(states: int, weeks: int) -> Structure:
    """An invented world."""
    names = tuple(f"S{i:03d}" for i in range(states))
    levers = ("arms", "treaty", "trade")
    ties = {
        (names[(i + 1 + k // 3) % states], names[i], levers[k % 3])
        for i in range(states)
        for k in range(8)
        if (1 + k // 3) % states
    }
    contests = tuple(
        ContestShape(
            f"C{c:02d}", None, names[9 * c], names[9 * c + 1],
            tuple(PartyShape(names[9 * c + 2 + e]) for e in range(min(3, states - 2))),
        )
        for c in range(max(1, states // 9))
    )  # fmt: skip
    return Structure(
        start=date(2030, 1, 7),
        weeks=weeks,
        dt=1.0,
        states=names,
        levers=levers,
        ties=tuple(sorted(ties, key=lambda tie: (tie[1], tie[2], tie[0]))),
        postures=tuple((name, SIDES[row["side"]]) for name, row in MENU.items()),
        contests=contests,
        rivals=(),
        events=(),
        clients=names[: min(4, states)],
        patrons=names[-min(5, states) :],
    )


def inputs(world: Structure) -> NDArray[np.float64]:
    """Defaults, with invented numbers where there are none."""
    names, rng = layout(world), np.random.default_rng(1)
    values = np.zeros(size(given_blocks(world)))
    for path in names.paths:
        parts, default = path.split("."), names.quantity(path).default
        value = GIVEN[parts[0] if parts[0] == "ties" else parts[-1]] if default is None else default
        if parts[0] == "postures":
            value = MENU[parts[1]].get(parts[2], 0.0)
        elif parts[0] == "alignments":
            value = rng.uniform(-0.5, 0.5)
        values[names.row(path)] = value
    return values


def cost(states: int, weeks: int, runs: int) -> float:
    """µs per run and tick on one thread, median of several."""
    world = structure(states, weeks)
    rows = inputs(world)
    ensemble = Ensemble(world, rows, columns=["imbalance:final", "control.C00:final"])

    def work() -> None:
        for _ in ensemble.blocks(BASE, replicates(runs), 1, threads=1):
            pass

    work()
    return float(np.median(in_turn([work], REPEATS))) / runs / weeks * 1e6


if __name__ == "__main__":
    print(f"{machine()}; µs per run and tick, one thread; median of {REPEATS}\n")
    grown = [(n, cost(n, 26, LANES if n > 30 else 2 * LANES)) for n in STATES]
    table(["states", "µs per run and tick"], [[str(n), f"{micros:.2f}"] for n, micros in grown])
    print()
    grown = [(n, cost(9, 52, n)) for n in (LANES, 4 * LANES, 16 * LANES, 64 * LANES)]
    table(["runs", "µs, 9 states, 52 weeks"], [[str(n), f"{micros:.2f}"] for n, micros in grown])
    print()
    grown = [(n, cost(9, n, 512)) for n in (13, 52, 208, 832)]
    table(["weeks", "µs, 9 states, 512 runs"], [[str(n), f"{micros:.2f}"] for n, micros in grown])
