"""What a child that compiles is told of the world is what there is."""

from __future__ import annotations

import json

import pytest

from sim.kernel.allocate import allocate
from sim.kernel.compiler.abi import ByPointer, kind_of, read, serialise
from sim.kernel.tally import no_tally
from sim.scenario.load import load_scenario

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("value", [allocate(load_scenario("two-rivals-one-patron").structure), no_tally()])
def test_a_kind_that_was_written_down_is_read_as_it_was(value: ByPointer) -> None:
    kind = kind_of(value)
    again = read(json.loads(json.dumps(serialise(kind))))
    assert again == kind
    assert repr(again) == repr(kind)
