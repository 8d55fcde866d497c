"""The two verbs of the room: `simulate` for one scenario, `sweep` for a design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack, cast

from sim.arguments import LARGEST_KEY, argument_fault, plain, refuse, refuse_options, whole_faults
from sim.errors import ConfigError
from sim.execution.faults import option_faults
from sim.execution.options import RunOptions, custom_model, list_options
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.plan import Plan, single
from sim.experiments.plausible import PlausibleSets, load_plausible
from sim.experiments.replicates import MOST_REPLICATES
from sim.experiments.transfer import plan_over
from sim.files import place
from sim.phrases import shown
from sim.results.results import Results
from sim.scenario.declared import OUTCOMES
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario
from sim.storage.signals import Stopped

__all__ = ["Stopped", "simulate", "sweep"]

RUNS, RUNS_A_SET = 1000, 20
"""Runs of a scenario as it stands, and of each plausible set, unless another number is given."""


@list_options
def simulate(
    scenario: str | Path | Scenario,
    replicates: int | None = None,
    seed: int = 1,
    weeks: int | None = None,
    plausible: str | Path | PlausibleSets | None = None,
    sets: int | None = None,
    outcomes: Mapping[str, Any] | None = None,
    **options: Unpack[RunOptions],
) -> Results:
    """Simulate one scenario many times, as it stands or over plausible sets of its numbers.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A config file, the name of a shipped one, or a loaded scenario.
    replicates : int, optional
        Number of runs, 1000 by default; with plausible sets, of each of them, and then 20. Run r is the same
        whatever the number.
    seed : int
        Seed that all runs share.
    weeks : int, optional
        Horizon instead of the scenario's own.
    plausible : str, Path or PlausibleSets, optional
        Sets to run it over: a file, the name of a shipped one (``october-2020``), or loaded sets.
    sets : int, optional
        How many of them, evenly by weight; all by default.
    outcomes : mapping of str to str, optional
        Further outcomes by name, each an expression over those that there are; also with `unit` and `meaning`, as
        a config declares them.
    **options

    Returns
    -------
    Results

    Raises
    ------
    ConfigError
        For a faulty scenario or argument, or sets that were found for another scenario.
    ResultsError
        If the folder cannot be written or holds other results.

    Examples
    --------
    >>> from sim import simulate
    >>> results = simulate("nagorno-karabakh-2020", replicates=200)  # doctest: +SKIP
    >>> results.runs["control.NK:final"].median()  # doctest: +SKIP
    """
    _check(1 if replicates is None else replicates, seed, options)
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    if weeks is not None:
        chosen = chosen.with_({"weeks": weeks})
    return _execute(plan_with(plan_of(chosen, replicates, int(seed), plausible, sets), outcomes), options)


def plan_of(
    scenario: Scenario,
    replicates: int | None,
    seed: int,
    plausible: str | Path | PlausibleSets | None = None,
    sets: int | None = None,
) -> Plan:
    """Plan that runs a scenario as it stands, or over plausible sets; see `simulate`."""
    if plausible is not None:
        return plan_over(scenario, sets_of(plausible), sets, int(replicates or RUNS_A_SET), seed)
    if sets is not None:
        raise ConfigError([argument_fault("sets", "needs plausible sets", sets, "name them by plausible")])
    return single(scenario, int(replicates or RUNS), seed)


def plan_with(plan: Plan, outcomes: Mapping[str, Any] | None) -> Plan:
    """A plan that keeps further outcomes, or no longer those given as None; see `simulate`."""
    if outcomes is None:
        return plan
    if not isinstance(outcomes, Mapping) or not all(isinstance(name, str) for name in outcomes):
        raise ConfigError([argument_fault("outcomes", "must be a mapping of names to expressions", shown(outcomes))])
    taken = {factor.column for factor in plan.factors}
    rule = "must not be the name of a factor"
    refuse(argument_fault("outcomes", rule, name) for name in outcomes if name in taken)
    given = {f"{OUTCOMES}.{name}": said for name, said in outcomes.items()}
    return replace(plan, scenario=plan.scenario.with_(given))


def sets_of(given: Any) -> PlausibleSets:
    """Plausible sets that are given as such, as a file, or by the name of shipped ones; raises ConfigError."""
    if isinstance(given, PlausibleSets):
        return given
    if not isinstance(given, str | Path):
        rule = "must be PlausibleSets, or a file or name of some"
        raise ConfigError([argument_fault("plausible", rule, shown(given))])
    return load_plausible(given)


@list_options
def sweep(
    design: str | Path | Plan,
    replicates: int | None = None,
    seed: int | None = None,
    outcomes: Mapping[str, Any] | None = None,
    **options: Unpack[RunOptions],
) -> Results:
    """Run every point of a sweep file; all points share the shocks of a replicate.

    Parameters
    ----------
    design : str, Path or Plan
        A sweep file, the name of a shipped one (``arms-policy``), or a plan.
    replicates, seed : int, optional
        Instead of the file's own; not for a plan, which has its own.
    outcomes : mapping of str to str, optional
        As in `simulate`.
    **options

    Returns
    -------
    Results

    Raises
    ------
    ConfigError, ResultsError
        As in `simulate`.
    """
    _check(1 if replicates is None else replicates, 0 if seed is None else seed, options)
    if not isinstance(design, Plan):
        plan = load_sweep(design, replicates, seed)
    elif replicates is None and seed is None:
        plan = design
    else:
        name = "replicates" if seed is None else "seed"
        raise ConfigError([argument_fault(name, "must not be given beside a plan", "", "the plan has its own")])
    return _execute(plan_with(plan, outcomes), options)


def _execute(plan: Plan, options: RunOptions) -> Results:
    from sim.execution.runner import execute  # noqa: PLC0415 (a faulty config need not wait for the engines)

    return execute(plan, _resolved(options))


def _resolved(options: RunOptions) -> RunOptions:
    """Options with Python's numbers, the folder as a path, and the model found by its name."""
    given: dict[str, Any] = {name: plain(value) for name, value in options.items() if value is not None}
    if "out" in given:
        given["out"] = place(given["out"])
    if "model" in given:
        given |= {"model": custom_model(options), "engine": "mesa"}
    return cast("RunOptions", given)


def _check(replicates: Any, seed: Any, options: RunOptions) -> None:
    refuse_options(options, RunOptions.__annotations__, simulate)
    faults = [
        *whole_faults("replicates", replicates, 1, MOST_REPLICATES),
        *whole_faults("seed", seed, 0, LARGEST_KEY),
        *option_faults(options),
    ]
    if faults:
        raise ConfigError(faults)
