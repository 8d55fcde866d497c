"""What a plan asks of the machine is known, and refused if it is too much, before anything of it runs."""

from __future__ import annotations

import tracemalloc
import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim import load_scenario, simulate, sweep
from sim.cli import app
from sim.ensemble import Ensemble
from sim.errors import ConfigError, ConfigWarning
from sim.execution import demand
from sim.execution.demand import admit, memory_of, seconds_of
from sim.execution.engine import outcomes_of
from sim.execution.options import RunOptions
from sim.experiments.plan import single


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file of many states, contests and third parties."""
    number = "{value: 0.3, range: [0.2, 0.5], source: assumption, note: x}"
    states = [f"S{index}" for index in range(30)]
    lines = ["name: crowd", "start: 2030-01-07", "weeks: 104", "states:"]
    lines += [f"  {state}: {{capability: {number}}}" for state in states]
    lines += ["ties:", *(f"  {one}: {{S0: {{trade: {{{number[1:-1]}}}}}}}" for one in states[1:3]), "contests:"]
    for index in range(15):
        sides = states[2 * index : 2 * index + 2]
        parties = ", ".join(f"{state}: {{salience: {number}}}" for state in states if state not in sides)
        side = f"challenger: {sides[0]}, holder: {sides[1]}, control: {number}"
        lines.append(f"  C{index}: {{{side}, parties: {{{parties}}}}}")
    file = tmp_path_factory.mktemp("demand") / "crowd.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demand, "free_memory", lambda: 100 * 10**6)


def test_plan_that_takes_more_memory_than_is_free_is_refused_before_a_run(
    crowd: Path, small_machine: None, tmp_path: Path
) -> None:
    for out in (None, tmp_path / "out"):
        with pytest.raises(ConfigError, match=r"memory must fit into 80% of the 100 MB.*found about .*--large"):
            simulate(crowd, 200, out=out)
    assert not (tmp_path / "out").exists()
    plan = single(load_scenario(crowd), 200, 1)
    admit(plan, RunOptions(large=True), *outcomes_of(plan))


def test_sweep_is_refused_as_a_run_is(crowd: Path, small_machine: None) -> None:
    file = crowd.with_name("sweep.yaml")
    file.write_text("name: all\nscenario: crowd.yaml\nfactors: [{path: weights.order, values: [1, 2]}]\n")
    with pytest.raises(ConfigError, match="memory must fit"):
        sweep(file)


def test_command_leaves_with_one_line_and_the_flag_that_lifts_it(crowd: Path, small_machine: None) -> None:
    result = CliRunner().invoke(app, ["run", str(crowd), "--out", str(crowd.with_name("out"))])
    assert result.exit_code == 2
    assert "--large" in result.stderr.splitlines()[-1]
    assert "--large" in CliRunner().invoke(app, ["run", "--help"]).output


def test_plan_that_takes_days_is_refused_and_one_of_an_hour_gets_a_word(
    crowd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = single(load_scenario(crowd), 1280, 1)
    kept = outcomes_of(plan)
    monkeypatch.setattr(Ensemble, "tick_seconds", lambda self: 300.0)
    with pytest.raises(ConfigError, match=r"time must be at most a day \(found about 2 days"):
        admit(plan, RunOptions(threads=2), *kept)
    monkeypatch.setattr(Ensemble, "tick_seconds", lambda self: 14.0)
    with pytest.warns(ConfigWarning, match="MB of memory and 2 hours"):
        admit(plan, RunOptions(threads=2), *kept)


def test_time_is_measured_by_a_tick(crowd: Path) -> None:
    plan = single(load_scenario(crowd), 128_000, 1)
    columns, series = outcomes_of(plan)
    seconds = seconds_of(plan, RunOptions(threads=1), columns, series)
    assert seconds_of(plan, RunOptions(threads=1, shard=(1, 4)), columns, series) == pytest.approx(seconds / 4, rel=0.9)
    assert 60 < seconds < 86_400


def test_shipped_scenarios_run_without_a_word() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConfigWarning)
        for name in ("post-soviet-2020", "two-rivals-one-patron"):
            plan = single(load_scenario(name), 10_000, 1)
            admit(plan, RunOptions(out=Path("unused")), *outcomes_of(plan))


@pytest.mark.parametrize("weeks", [8, 26])
def test_memory_is_about_what_the_runs_take(crowd: Path, weeks: int) -> None:
    scenario = load_scenario(crowd, {"weeks": weeks})
    plan = single(scenario, 256, 1)
    simulate(scenario, 1)  # compiled
    expected = memory_of(plan, RunOptions(threads=2), *outcomes_of(plan))
    tracemalloc.start()
    try:
        simulate(scenario, 256, threads=2, large=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0.5 < peak / expected < 1.5


def test_plan_says_its_memory(crowd: Path) -> None:
    result = CliRunner().invoke(app, ["sweep", "--plan", "arms-policy", "--replicates", "8"])
    assert any(line.startswith("memory ") for line in result.output.splitlines()), result.output
