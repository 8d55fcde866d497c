"""No slider that nothing reads: changing any parameter of the base scenario changes what happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from shared import RESTLESS

from sim import load_scenario
from sim.ensemble import Design, Ensemble
from sim.kernel.layout import layout
from sim.kernel.memory import given_blocks, size
from sim.kernel.structure import EventShape, Structure
from sim.quantities import DERIVED, Quantity

REPLICATES = 4
AGED = 256
"""Runs a point, of which some have a truce in the sixth week."""
SEED = 5

DECISIVE = {
    "contests.NK.pace": 3.0, "contests.KG.pace": 3.0, "contests.BY.pace": 3.0, "behaviour.truce_rate": 0.0,
    "behaviour.control_noise": 0.1, "contests.BY.phase": 1.0, "contests.BY.share.opposition": 0.95,
    "states.AZE.capability": 0.05,
}  # fmt: skip
"""Contests end by victory, either way."""
CALM = {
    **{f"contests.{code}.phase": 0.0 for code in ("BY", "KG", "NK")},
    **{f"contests.{code}.age": 4.0 for code in ("BY", "KG", "NK")},
    "behaviour.attack_rate": 2.0,
    "states.EUU.attention": 0.0,
}
"""Contests begin in a quiet that is young enough for its age to matter; of two rival mediators, one looks elsewhere."""
GRINDING = {
    "contests.NK.pace": 0.1, "contests.KG.pace": 0.1, "contests.BY.pace": 0.1, "contests.BY.phase": 1.0,
    "behaviour.truce_rate": 0.0, "behaviour.collapse": 50.0, "behaviour.control_noise": 0.02,
}  # fmt: skip
"""Losers lose inch by inch, down to the margin at which they collapse."""
SETTINGS: tuple[Mapping[str, float], ...] = ({}, RESTLESS, DECISIVE, CALM, GRINDING)
"""What is changed of the base scenario in turn, so that more and more happens in one of them."""


def other(quantity: Quantity, value: float) -> float:
    """A clearly different value within the bounds of a quantity: half of it, or something where it was nothing."""
    if quantity.unit == "policy":
        return 1.0 if value != 1.0 else 2.0
    if value == DERIVED:
        return 0.25
    if value == 0.0:
        return 0.25 * min(1.0, quantity.upper)
    return 0.5 * value if 0.5 * value >= quantity.lower else min(2.0 * value, quantity.upper)


def idle(structure: Structure) -> set[str]:
    """Paths that have no business in a scenario: nobody there is, does or has what they describe."""
    parties = {party.state for _, party in structure.parties}
    duellists = {side for contest in structure.contests if not contest.host for side in contest.sides}
    arms = [(patron, client) for patron, client, lever in structure.ties if lever == "arms"]
    wanting = {
        patron for patron, client in arms for contest, party in structure.parties
        if not contest.host and client in contest.sides and party.state == patron
    }  # fmt: skip
    reasons = {
        ("attention", "distraction"): parties,
        ("commerce", "arms_fidelity"): {patron for patron, _ in arms},
        ("arms_policy",): {patron for patron, client in arms if client in duellists},
        ("arms_balancing",): wanting,
        ("reaction",): duellists,
        # who neither fights nor buys stays at the capability at which it began
        ("fatigue", "wear"): duellists | {client for _, client in arms},
        ("autonomy",): {client for _, client, _ in structure.ties},
    }
    paths = {
        f"states.{state}.{field}"
        for fields, busy in reasons.items() for field in fields for state in structure.states if state not in busy
    }  # fmt: skip
    paths |= {f"postures.{name}.aid" for name, side in structure.postures if side == 0}  # aid to nobody
    held = {(patron, client) for patron, client, _ in structure.ties}
    for contest, party in structure.parties:
        stem = f"contests.{contest.code}.parties.{party.state}"
        swayed = {contest.host} if contest.host else set(contest.sides)  # a rival without levers persuades nobody
        paths |= {f"{stem}.rivals.{rival}" for rival in party.rivals if any((rival, x) not in held for x in swayed)}
        for kind in ("rivals", "sanctioners"):  # the weights of one list are scaled to sum to 1
            voters = getattr(party, kind)
            paths |= {f"{stem}.{kind}.{voters[0]}"} if len(voters) == 1 else set()
    return paths


def unread(structure: Structure, inputs: np.ndarray, values: Mapping[str, float]) -> list[str]:
    """Paths of which another value changes no value of any outcome in any of a few runs."""
    names = layout(structure)
    paths = tuple(values)
    table = np.tile([inputs[names.row(path)] for path in paths], (len(paths) + 1, 1))
    for at, path in enumerate(paths):
        assert names.quantity(path).lower <= values[path] <= names.quantity(path).upper, path
        assert values[path] != table[0, at], path
        table[at + 1, at] = values[path]
    usual: dict[int, bytes] = {}
    moved = set()
    for (point, replicate), bits in courses(structure, inputs, Design(paths, table)):
        if point == 0:
            usual[replicate] = bits
        elif bits != usual[replicate]:
            moved.add(paths[point - 1])
    return [path for path in paths if path not in moved]


def courses(structure: Structure, inputs: np.ndarray, design: Design) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Point and replicate of each run, and all outcomes over time as bytes."""
    ensemble = Ensemble(structure, inputs, columns=(), series=layout(structure).outcomes, every=5)
    runs = np.array([[p, r] for p in range(len(design.values)) for r in range(REPLICATES)], np.int64)
    for block in ensemble.blocks(design, runs, SEED, threads=1, series_replicates=REPLICATES):
        for at, series in zip(block.kept, block.series, strict=True):
            yield (
                (int(runs[at, 0]), int(runs[at, 1])),
                (series + 0.0).tobytes(),
            )  # zeros of either sign are one


def left_over(
    structure: Structure, inputs: np.ndarray, paths: Sequence[str], setting: Mapping[str, float]
) -> list[str]:
    """Paths that are not read either where a scenario is changed in some respects."""
    names = layout(structure)
    changed = inputs.copy()
    for path, value in setting.items():
        changed[names.row(path)] = value
    values = {path: other(names.quantity(path), changed[names.row(path)]) for path in paths}
    return unread(structure, changed, values)


@pytest.fixture(scope="module")
def never_read() -> list[str]:
    """Paths of the base scenario that no rule reads, neither as it stands nor where more happens."""
    scenario = load_scenario("post-soviet-2020", {"weeks": 26})
    left = list(scenario.layout.paths)
    for setting in SETTINGS:
        left = left_over(scenario.structure, scenario.inputs(), left, setting)
    return left


def test_every_number_of_the_base_scenario_is_read_by_some_rule(never_read: list[str]) -> None:
    structure = load_scenario("post-soviet-2020").structure
    assert "\n".join(sorted(set(never_read) - idle(structure))) == ""


def test_what_is_idle_in_the_base_scenario_is_idle_indeed(never_read: list[str]) -> None:
    structure = load_scenario("post-soviet-2020").structure
    assert "\n".join(sorted(idle(structure) - set(never_read))) == ""


def test_every_parameter_is_read_for_somebody(never_read: list[str]) -> None:
    def parameter(path: str) -> str:
        parts = path.split(".")
        return f"{parts[0]}.{parts[-1] if parts[0] != 'contests' else '.'.join(parts[2::2])}"

    names = load_scenario("post-soviet-2020").layout
    read = {parameter(path) for path in names.paths if path not in never_read}
    assert {parameter(path) for path in names.paths} - read == set()


def test_an_event_on_any_path_changes_something() -> None:
    scenario = load_scenario("post-soviet-2020", {"weeks": 26})
    old, busy = scenario.layout, idle(scenario.structure)
    paths = [path for path in old.paths if not path.startswith("events.") and path not in busy]
    paths = [path for path in paths if not path.endswith(".age")]  # told of a truce alone: see the next test
    events = {f"events.e{n:03d}.value": EventShape(f"e{n:03d}", path, "add", 2.0) for n, path in enumerate(paths)}
    structure = replace(scenario.structure, events=tuple(events.values()))
    names, inputs = layout(structure), np.zeros(size(given_blocks(structure)))
    for path in paths + sorted(busy):
        inputs[names.row(path)] = scenario.inputs()[old.row(path)]
    left = list(events)
    for setting in SETTINGS:
        changed = inputs.copy()
        for path, value in setting.items():
            changed[names.row(path)] = value
        usual = {event: changed[names.row(events[event].path)] for event in left}
        steps = {event: other(names.quantity(events[event].path), value) - value for event, value in usual.items()}
        left = unread(structure, changed, steps)
    assert [events[event].path for event in left] == []


def test_an_event_that_ages_a_truce_makes_it_safer() -> None:
    scenario = load_scenario("post-soviet-2020", {"weeks": 12})
    old = scenario.layout
    structure = replace(scenario.structure, events=(EventShape("e", "contests.NK.age", "add", 6.0),))
    names, inputs = layout(structure), np.zeros(size(given_blocks(structure)))
    for path in names.paths:
        inputs[names.row(path)] = 0.0 if path.startswith("events.") else scenario.inputs()[old.row(path)]
    ensemble = Ensemble(structure, inputs, columns=(), series=("attack_hazard.NK", "phase.NK"))
    design = Design(("events.e.value",), np.array([[0.0], [100.0]]))
    runs = np.array([[p, r] for p in range(2) for r in range(AGED)], np.int64)
    series = np.concatenate([b.series for b in ensemble.blocks(design, runs, SEED, threads=1, series_replicates=AGED)])
    young, old_truce = series[:AGED], series[AGED:]
    assert np.array_equal(young[:, :6], old_truce[:, :6])
    in_truce = (young[:, 5, 1] == 2) & (young[:, 6, 0] > 0)
    assert in_truce.sum() >= 5
    assert (old_truce[in_truce, 6, 0] < young[in_truce, 6, 0]).all()
