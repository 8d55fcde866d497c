"""Names of rows: every config path and outcome has a row of its own, and the records are views of those rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim import load_scenario
from sim.kernel.allocate import allocate
from sim.kernel.lanes import LANES
from sim.kernel.layout import layout
from sim.kernel.memory import given_blocks, now_blocks, size
from sim.kernel.random import identity
from sim.kernel.structure import EventShape

pytestmark = pytest.mark.quick


@pytest.fixture(scope="module")
def structure() -> Any:
    """The structure of the base scenario."""
    return load_scenario("post-soviet-2020").structure


def test_every_path_has_a_row_of_its_own(structure: Any) -> None:
    names = layout(structure)
    rows = [names.row(path) for path in names.paths]
    assert rows == sorted(set(rows))
    assert rows[-1] < size(given_blocks(structure))


def test_every_outcome_has_a_row_of_its_own(structure: Any) -> None:
    names = layout(structure)
    rows = [names.outcome_row(name) for name in names.outcomes]
    assert len(set(rows)) == len(rows) == len(set(names.outcomes))
    assert max(rows) < size(now_blocks(structure))


@pytest.mark.parametrize(
    ("path", "record", "index", "field"),
    [
        ("behaviour.rationality", "behaviour", 0, "rationality"),
        ("weights.order", "weights", 0, "order"),
        ("states.BLR.wear", "states", 2, "wear"),
        ("alignments.ARM.RUS", "alignments", (0, 6), "start"),
        ("proximity.ARM.AZE", "proximity", (0, 1), "nearness"),
        ("contests.NK.parties.TUR.salience", "parties", 11, "salience"),
        ("contests.KG.share.south", "sides", None, "share"),
    ],
)
def test_a_path_is_a_field_of_the_record_that_phases_read(
    structure: Any, path: str, record: str, index: Any, field: str
) -> None:
    world = allocate(structure)
    world.inputs[layout(structure).row(path)] = np.arange(LANES) + 0.5
    if index is None:
        contest = [shape.code for shape in structure.contests].index("KG")
        index = (contest, structure.contests[contest].sides.index("south"))
    assert (getattr(world.given, record)[index][field] == np.arange(LANES) + 0.5).all()


def test_an_outcome_is_a_field_of_the_record_that_phases_write(structure: Any) -> None:
    world, names = allocate(structure), layout(structure)
    world.now.pairs[6, 0].influence[:] = 0.25
    world.now.contests[2].control[:] = 0.75
    world.now.alignment[0, 6] = -0.5
    assert (world.state[names.outcome_row("influence.RUS.ARM")] == 0.25).all()
    assert (world.state[names.outcome_row("control.NK")] == 0.75).all()
    assert (world.state[names.outcome_row("alignment.ARM.RUS")] == -0.5).all()


def test_every_lane_array_starts_at_a_cache_line(structure: Any) -> None:
    world = allocate(structure)
    for array in (world.inputs, world.base, world.state, world.buffers.split):
        assert array.ctypes.data % 64 == 0
        assert array.flags.c_contiguous


def test_an_unknown_path_or_outcome_is_refused(structure: Any) -> None:
    names = layout(structure)
    for ask in (names.row, names.quantity, names.outcome_row, names.outcome):
        with pytest.raises(KeyError):
            ask("states.XYZ.wear")


def test_hosts_take_their_alignment_with_third_parties_from_camps(structure: Any) -> None:
    paths = set(layout(structure).paths)
    assert "alignments.KGZ.RUS" not in paths
    assert {"alignments.KGZ.ARM", "alignments.RUS.KGZ", "contests.KG.parties.RUS.leaning.north"} <= paths


def test_ties_of_one_client_in_one_domain_are_neighbours(structure: Any) -> None:
    world = allocate(structure)
    seen: list[tuple[int, int]] = []
    for group in world.wiring.groups:
        members = {(tie.client, tie.lever) for tie in world.wiring.ties[group.first : group.last]}
        assert len(members) == 1
        seen += members
    assert len(seen) == len(set(seen))
    assert sum(group.last - group.first for group in world.wiring.groups) == len(structure.ties)


def test_draws_are_keyed_by_code_whatever_the_place(small: Callable[..., Any]) -> None:
    many, few = small(("AAA", "BBB", "CCC", "PAT")).begun(), small(("BBB", "PAT")).begun()
    assert many.wiring.states[3].key == few.wiring.states[1].key == identity("PAT")
    assert few.wiring.unordered_pairs[0].key in {unordered_pair.key for unordered_pair in many.wiring.unordered_pairs}


@pytest.mark.parametrize(("dt", "week", "weeks", "ticks"), [
    (1.0, 3.4, None, (3, 2**31 - 1)), (0.5, 3.4, 2.0, (7, 11)), (1.0, 0.0, 0.1, (0, 1)),
])  # fmt: skip
def test_an_event_happens_in_the_nearest_tick_and_lasts_at_least_one(
    small: Callable[..., Any], dt: float, week: float, weeks: float | None, ticks: tuple[int, int]
) -> None:
    event = EventShape("e", "states.AAA.distraction", "add", week, weeks)
    wire = small(dt=dt, events=(event,)).begun().wiring.events[0]
    assert (wire.start, wire.stop) == ticks
