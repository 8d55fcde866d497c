"""The command that measures exercised influence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options
from sim.cli.console import Voice, draw, say_json, tell
from sim.cli.paths import CONFIG, expecting
from sim.files import place
from sim.phrases import plural

if TYPE_CHECKING:
    from sim.analysis.exercised.influence import ExercisedInfluence
    from sim.execution.options import RunOptions
    from sim.experiments.plan import Plan

QUICK = {"replicates": 16, "sets": 4}
MOST_ROWS = 40
HEADS = ("patron", "client", "capacity", "lever", "outcome", "with", "without", "exercised", "chance")
OVER = ("assumptions", "sets up", "sets down")
CLEAR = "lever == 'all' and verdict in ('raises', 'lowers')"
"""Rows that are printed unasked."""
AGREED = "Capacity and exercised influence nowhere disagree beyond chance."


def influence(  # noqa: PLR0913 (one parameter an option)
    config: options.Config,
    plausible: options.Plausible = None,
    sets: Annotated[int | None, typer.Option(min=1, help="How many of them.", show_default="32")] = None,
    replicates: Annotated[
        int | None,
        typer.Option(min=1, help="Runs of each version, in each set.", show_default="200, or 16 in each set"),
    ] = None,
    seed: options.Seed = 1,
    patrons: Annotated[
        list[str] | None, typer.Option("--patron", metavar="CODE", help="Only this patron; may be repeated.")
    ] = None,
    clients: Annotated[
        list[str] | None, typer.Option("--client", metavar="CODE", help="Only this client; may be repeated.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few sets and runs, for a first look.")] = False,
    plan: options.PlanOnly = False,
    each: Annotated[bool, typer.Option("--each", help="Print single levers too, and what is undecided.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Results folder.", show_default="results/NAME", parser=place)
    ] = None,
    threads: options.Threads = None,
    force: options.Force = False,
    wait: options.Wait = False,
    no_dashboard: options.NoDashboard = False,
    as_json: options.AsJson = False,
) -> None:
    """Measure what patrons' levers make of outcomes, in runs with and without them, beside what they could."""
    from sim.analysis.exercised.influence import influence_in, keep
    from sim.analysis.exercised.plan import influence_plan
    from sim.cli.run import run_plan
    from sim.scenario.load import load_scenario

    with expecting(config, CONFIG):
        scenario = load_scenario(config)
    asked: dict[str, Any] = {"plausible": plausible, "sets": sets, "replicates": replicates}
    if quick:
        asked |= {key: asked[key] or usual for key, usual in QUICK.items() if key != "sets" or plausible is not None}
    wanted = influence_plan(scenario, **asked, seed=seed, patrons=patrons or None, clients=clients or None)
    if plan:
        _estimate(wanted, threads)
        return
    voice, folder = Voice(as_json=as_json), out or Path("results") / wanted.name
    run: RunOptions = {"out": folder, "force": force, "wait": wait, "tell": voice.tell}
    if threads is not None:
        run["threads"] = threads
    results = run_plan(wanted, run, voice)
    found = influence_in(results)
    keep(found, results)
    page = None if no_dashboard else draw(folder)
    if as_json:
        say_json({"folder": str(folder), "dashboard": page and str(page), **found.to_dict()})
        return
    _print(found, each=each)
    tell(f"{folder} holds runs and finding" if page is None else f"open {page}")


def _estimate(wanted: Plan, threads: int | None) -> None:
    """Say what the runs will take on this machine."""
    from sim.cli.console import say
    from sim.execution.estimate import estimate, said

    for line in said(wanted, estimate(wanted, threads)):
        say(line)


def _print(found: ExercisedInfluence, *, each: bool) -> None:
    """Print effects beside capacities, then where they disagree and what must be known."""
    from sim.cli.console import say
    from sim.cli.table import show_table

    records = (found.table if each else found.table.query(CLEAR)).to_dict("records")
    capacity = found.capacity.set_index(["patron", "client"])["capacity"]
    over = bool(found.table["assumptions_low"].notna().any())
    cells = [(*_cells(row, capacity), *(_of_sets(row) if over else ())) for row in records]
    shown = cells if each else cells[:MOST_ROWS]
    show_table((*HEADS, *(OVER if over else ())), shown, "what levers make of outcomes", key=5)
    if len(shown) < len(cells):
        tell(f"{plural(len(cells) - len(shown), 'more row')} with --each or --json")
    for sentence in found.disagreements or (AGREED,):
        say(f"  • {sentence}")
    for note in found.notes:
        tell(note)


def _cells(row: dict[Any, Any], capacity: Any) -> tuple[str, ...]:
    """What is printed of a row."""
    return (
        row["patron"], row["client"], f"{capacity[row['patron'], row['client']]:.2f}", row["lever"], row["outcome"],
        f"{row['with']:.3g}", f"{row['without']:.3g}", f"{row['exercised']:+.2g}", _interval(row["low"], row["high"]),
    )  # fmt: skip


def _of_sets(row: dict[Any, Any]) -> tuple[str, ...]:
    """What is printed of a row's plausible sets."""
    ends = _interval(row["assumptions_low"], row["assumptions_high"])
    return ends, f"{row['rises']:.0%}", f"{row['falls']:.0%}"


def _interval(low: float, high: float) -> str:
    return f"{low:+.2g} to {high:+.2g}" if low <= high else "none"
