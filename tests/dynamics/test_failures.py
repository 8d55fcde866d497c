"""A run that leaves the finite numbers is recorded, and the others go on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.ensemble import Design, Ensemble
from sim.kernel.structure import EventShape
from sim.model import InfluenceModel
from sim.outcomes import default_series

SEED = 31
SHOCK = EventShape("shock", "states.BBB.capability", "multiply", 2.0)
RUNAWAY = ("states.AAA.reaction", "states.BBB.reaction")


@pytest.fixture(scope="module")
def race(small: Callable[..., Any], contest: Callable[..., Any]) -> Any:
    """Rivals whose arms race runs away, once it is set off, where reactions are extreme."""
    numbers = {"events.shock.value": 1.5, "contests.VAL.phase": 1.0, "behaviour.control_noise": 0.02,
               "behaviour.truce_rate": 0.1, "behaviour.attack_rate": 0.2, "behaviour.revision": 0.5,
               "behaviour.alignment_noise": 0.02, "behaviour.adaptation": 0.05}  # fmt: skip
    return small(contests=[contest("PAT")], events=(SHOCK,), weeks=420, numbers=numbers)


def played(world: Any, values: list[tuple[float, float]], replicates: int) -> Any:
    """One block of runs at points that differ in the rivals' reactions."""
    ensemble = Ensemble(world.structure, world.inputs, columns=["control.VAL:final", "capability.BBB:final", "truces.VAL:final"],
                        series=default_series(world.structure))  # fmt: skip
    runs = np.array([[p, r] for r in range(replicates) for p in range(len(values))], np.int64)
    return runs, list(ensemble.blocks(Design(RUNAWAY, np.array(values)), runs, SEED, threads=1, series_replicates=99))


def test_a_runaway_run_is_recorded_with_its_week_seed_replicate_and_point(race: Any) -> None:
    runs, (block,) = played(race, [(0.0, 0.0), (10.0, 10.0)], 3)
    for (point, replicate), failure in zip(runs, block.failure, strict=True):
        if point == 0:
            assert failure is None
        else:
            assert failure is not None
            assert f"seed {SEED}, replicate {replicate}, point 1" in failure
            assert failure.startswith("not finite by week ")


def test_its_neighbours_go_on_unchanged(race: Any, bits: Callable[..., str]) -> None:
    runs, (mixed,) = played(race, [(0.0, 0.0), (10.0, 10.0)], 8)
    _, (clean,) = played(race, [(0.0, 0.0)], 8)
    sound = runs[:, 0] == 0
    assert np.isfinite(clean.summary).all()
    assert bits(mixed.summary[sound]) == bits(clean.summary)
    assert bits(mixed.series[sound]) == bits(clean.series)


def test_a_failed_run_is_not_passed_off_as_a_result(race: Any) -> None:
    runs, (block,) = played(race, [(0.0, 0.0), (10.0, 10.0)], 2)
    assert not np.isfinite(block.summary[runs[:, 0] == 1]).all()


def test_a_failure_in_the_last_ticks_is_found_too(race: Any) -> None:
    _, (block,) = played(race, [(10.0, 10.0)], 1)
    week = float(block.failure[0].split("week ")[1].split(" ")[0])
    for weeks in range(int(week) - 6, int(week) + 3):
        _, (short,) = played(race.shaped(weeks=weeks), [(10.0, 10.0)], 1)
        assert (short.failure[0] is None) == bool(np.isfinite(short.series).all())


def test_the_mesa_front_does_not_stop_either() -> None:
    model = InfluenceModel("two-rivals-one-patron", weeks=12, states__BOR__reaction=10.0, states__COR__reaction=10.0)
    model.run_model()
    assert model.tick == 12
