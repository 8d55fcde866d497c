"""V9: no state is first. Neither the order in a config nor the order in memory matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import load_scenario
from sim.dynamics.schedule import WHOLE, advance
from sim.kernel.layout import layout
from sim.kernel.memory import World
from sim.kernel.structure import Structure
from sim.kernel.tally import no_tally
from sim.outcomes import default_series
from sim.scenario.load import shipped

SECTIONS = ("states:", "ties:", "alignments:")


def reordered(text: str) -> str:
    """A config whose sections list their states backwards."""
    lines = text.splitlines()
    for section in SECTIONS:
        first = next(n for n, line in enumerate(lines) if line.startswith(section)) + 1
        last = next(n for n in range(first, len(lines)) if lines[n] and not lines[n].startswith(" "))
        entries: list[list[str]] = []
        for line in lines[first:last]:
            if line.startswith("  ") and line[2] not in " #":
                entries.append([])
            if line.strip():
                entries[-1].append(line)
        lines[first:last] = [line for entry in reversed(entries) for line in entry] + [""]
    return "\n".join(lines)


def test_reordering_the_states_of_a_config_changes_no_bit(
    tmp_path: Path, as_small: Callable[..., Any], bits: Callable[..., str]
) -> None:
    text = shipped()["two-rivals-one-patron"].read_text(encoding="utf-8")
    assert reordered(text) != text
    config = tmp_path / "other-order.yaml"
    config.write_text(reordered(text), encoding="utf-8")
    plain, other = (
        bits(as_small(scenario).series(default_series(scenario.structure), replicates=5))
        for scenario in (load_scenario("two-rivals-one-patron"), load_scenario(config))
    )
    assert plain == other


def permuted(world: Any, order: tuple[int, ...]) -> World:
    """The same world, begun, with its states in another order in memory, and their draws with them."""
    old: Structure = world.structure
    new = replace(old, states=tuple(old.states[i] for i in order))
    before, after = layout(old), layout(new)
    numbers = np.zeros_like(world.inputs)
    for path in before.paths:
        target = path
        if path.startswith("proximity.") and path not in set(after.paths):
            _, one, other = path.split(".")
            target = f"proximity.{other}.{one}"
        numbers[after.row(target)] = world.inputs[before.row(path)]
    other = type(world)(new, numbers).begun(seed=9)
    unordered_pairs = world.begun().wiring.unordered_pairs
    for n, unordered_pair in enumerate(unordered_pairs):
        other.wiring.unordered_pairs[n] = (
            new.states.index(old.states[unordered_pair.low]), new.states.index(old.states[unordered_pair.high]), unordered_pair.key,
        )  # fmt: skip
    return other


def outcomes(structure: Structure, world: World) -> dict[str, NDArray[np.float64]]:
    """Every outcome by name."""
    names = layout(structure)
    return {name: world.state[names.outcome_row(name)] for name in names.outcomes}


@pytest.mark.parametrize("ticks", [1, 6])
def test_permuting_states_and_their_draws_permutes_the_results(as_small: Callable[..., Any], ticks: int) -> None:
    world = as_small(load_scenario("post-soviet-2020", {"weeks": 26}))
    order = (5, 2, 8, 0, 7, 1, 3, 6, 4)
    plain, other = world.begun(seed=9), permuted(world, order)
    advance(plain, 0, ticks, WHOLE, no_tally())
    advance(other, 0, ticks, WHOLE, no_tally())
    expected = outcomes(world.structure, plain)
    found = outcomes(replace(world.structure, states=tuple(world.structure.states[i] for i in order)), other)
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-12, atol=1e-12, err_msg=name)


def test_removing_a_bystander_does_not_shift_the_draws_of_others(
    small: Callable[..., Any], contest: Callable[..., Any]
) -> None:
    noisy = {"behaviour.alignment_noise": 0.05, "behaviour.adaptation": 0.05, "behaviour.stability_noise": 0.02,
             "behaviour.revision": 1.0, "behaviour.truce_rate": 0.3, "behaviour.attack_rate": 0.3,
             "behaviour.control_noise": 0.02, "contests.VAL.phase": 1.0}  # fmt: skip
    names = [
        "latent.AAA.PAT",
        "latent.PAT.AAA",
        "stability.PAT",
        "control.VAL",
        "posture.VAL.PAT",
        "phase.VAL",
    ]
    with_ = small(("AAA", "BBB", "KIB", "PAT"), contests=[contest("PAT")], numbers=noisy, weeks=40).series(names)
    without = small(contests=[contest("PAT")], numbers=noisy, weeks=40).series(names)
    # triads are averaged over one state more; their weight is what is left out of the comparison
    np.testing.assert_array_equal(with_[..., 2:], without[..., 2:])
    np.testing.assert_allclose(with_[:, 0, :2], without[:, 0, :2], atol=1e-12)
