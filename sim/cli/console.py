"""What the commands print, and the work that several of them share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from sim.errors import CounterpoiseError

if TYPE_CHECKING:
    from rich.progress import Task

    from sim.analysis.fitting import Fit
    from sim.sweep.design import Plan
    from sim.sweep.run import Options
    from sim.sweep.store import Results

DEMO_REPLICATES = 1000
DEMO_SCENARIO, DEMO_SWEEP = "post-soviet-2020", "arms-policy"
MOST_FINDINGS = 6
MOST_DRAWN = 50_000
"""Runs whose page is drawn unasked: it takes all of them into memory."""


class Rate(ProgressColumn):
    """Runs a second."""

    def render(self, task: Task) -> Text:
        """Show the rate so far."""
        speed = task.finished_speed or task.speed
        return Text(f"{frequency(speed)} runs/s" if speed else "", style="cyan")


def frequency(rate: float) -> str:
    """So many a second, of which those below 10 are not whole."""
    return f"{rate:,.0f}" if rate >= 9.95 else f"{rate:.2g}"


class Bar:
    """A progress bar that `simulate` and `sweep` can call; shown only on a terminal.

    Attributes
    ----------
    ran : int
        Runs finished.
    """

    def __init__(self, shown: Progress, task: Any) -> None:
        self._shown, self._task = shown, task
        self._begun = time.perf_counter()
        self._first: tuple[float, int] | None = None
        self._stored = 0
        self.ran = 0

    def __call__(self, done: int, total: int) -> None:
        """Note how many runs are finished."""
        if self._first is None:
            self._first = time.perf_counter(), done
        self.ran = done
        self._shown.update(self._task, completed=done, total=total)

    def watch(self, what: str, count: int) -> None:
        """Note how many runs were there at the start, or have failed."""
        if what == "stored":
            self._stored = count
            self._shown.reset(self._task, completed=count)
        else:
            self._shown.update(self._task, failed=f"{count:,} failed")

    def said(self) -> str:
        """How many runs were made in which time, in words; the rate is that after the first block."""
        from sim.sweep.replicates import counted

        now = time.perf_counter()
        stored = f", besides {self._stored:,} that were there" if self._stored else ""
        words = f"{counted(self.ran - self._stored, 'run')} in {now - self._begun:.1f} s{stored}"
        begun, first = self._first or (now, self.ran)
        rate = (self.ran - first) / max(now - begun, 1e-9)
        return f"{words} ({frequency(rate)} a second once started)" if rate else words


@contextmanager
def progress(title: str) -> Iterator[Bar]:
    """Show a bar with the rate while a simulation runs; a first start says that it compiles."""
    from sim.dynamics.advance import advance
    from sim.jit import is_warm

    if not is_warm(advance):
        typer.echo("compiling the model for this machine: once, about half a minute", err=True)
    with bar(title) as shown:
        yield shown


@contextmanager
def bar(title: str) -> Iterator[Bar]:
    """Show a bar with rate, time left and failures, and say at the end how many runs there were."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}", style="red"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        found = Bar(shown, shown.add_task(escape(title), total=None, failed=""))
        yield found
    if found.ran:
        typer.echo(found.said(), err=True)


def conclude(results: Results, folder: Path) -> None:
    """Say in a few words what the runs show, and where the page is."""
    from sim.sweep.pagemark import DASHBOARD, is_current
    from sim.sweep.replicates import counted

    manifest = results.manifest
    if results.found:
        typer.echo(f"{folder} is complete: it holds these results already; nothing was run")
    if manifest["failures"]:
        said = f"warning: {counted(manifest['failures'], 'run')} failed; the column `failure` of results.runs says why"
        typer.echo(said, err=True)
    if "adaptive" in manifest:
        _say_adaptive(manifest)
    if manifest.get("shard"):
        shard = "{index} of {of}".format(**manifest["shard"])
        typer.echo(f"shard {shard} is complete in {folder}; `counterpoise merge` joins the shards when all are")
        return
    runs = sum(part["rows"] for name, part in manifest["parts"].items() if name.startswith("runs/"))
    page, is_drawn = folder / DASHBOARD, is_current(folder, manifest["seal"])
    if runs > MOST_DRAWN:
        typer.echo(f"open {page}" if is_drawn else _say_undrawn(runs, page))
        return
    if not is_drawn:
        draw(folder)
    for text in said_of(results):
        typer.echo(f"  • {text}")
    typer.echo(f"open {page}")


def _say_undrawn(runs: int, page: Path) -> str:
    """That a page must be asked for, and that one which is there is old."""
    old = f"; {page} is of earlier runs" if page.exists() else ""
    return f"{runs:,} runs in {page.parent}; counterpoise dashboard {page.parent} draws their page{old}"


def _say_adaptive(manifest: dict[str, Any]) -> None:
    """How many runs the points got, and how many of them are not known as well as was asked for."""
    runs, lacking = manifest["adaptive"]["runs"], manifest["adaptive"]["not_reached"]
    typer.echo(f"{min(runs):,} to {max(runs):,} runs a point, {sum(runs):,} in all")
    if lacking:
        most = manifest["replicates"]["most"]
        typer.echo(f"warning: not narrow enough with {most:,} runs: {lacking:,} of {len(runs):,} points", err=True)


def estimate(plan: Plan, threads: int | None, options: Options) -> None:
    """Say what a plan will take on this machine, without running it."""
    from sim.sweep.custom import load_model
    from sim.sweep.estimate import estimate as estimated
    from sim.sweep.estimate import said

    model = load_model(options["model"]) if "model" in options else None
    mesa = model is not None or options.get("engine") == "mesa"
    for line in said(plan, estimated(plan, options.get("processes") if mesa else threads, mesa=mesa, model=model)):
        typer.echo(line)


def draw(folder: Path) -> Path:
    """Draw the page of a results folder."""
    from sim.dashboard import write_dashboard

    try:
        return write_dashboard(folder)
    except OSError as error:
        raise CounterpoiseError(
            f"{folder / 'dashboard.html'} cannot be written ({error.strerror or error}); "
            "make room or mend its permissions"
        ) from error


def said_of(results: Results) -> list[str]:
    """The findings in words."""
    from sim.dashboard import findings

    return [f"{finding.title.rstrip('.')}. {finding.text}" for finding in findings(results)[:MOST_FINDINGS]]


def say_fit(found: Fit) -> None:
    """Print how many draws show each pattern, how many show them all, and what to do next."""
    from sim.sweep.manifest import read_manifest, sweep_it
    from sim.sweep.replicates import counted

    if found.found:
        typer.echo(f"{found.folder} is complete: it holds this fit already; nothing was run")
    for row in found.rates().itertuples(index=False):
        typer.echo(f"  {row[0]:4} {row[2]:4.0%} of draws  {row[1]}")
    kept, tried = len(found.plausible), len(found.draws)
    typer.echo(f"{kept:,} of {tried:,} draws show all {len(found.patterns.patterns)} patterns")
    best = found.best
    inside = f"{best['margin']:.1f} standard errors inside" if best["distance"] == 0 else "not all shown"
    typer.echo(f"best draw: {inside} at {counted(found.replicates, 'run')}")
    if found.folder is not None:
        typer.echo(f"wrote {found.folder / 'fitted.yaml'}")
        typer.echo(sweep_it(found.folder, read_manifest(found.folder)))


def run_sweep(plan: Plan, folder: Path, threads: int | None, options: Options) -> Results:
    """Run a plan into a folder."""
    from sim.sweep.replicates import counted, runs_said
    from sim.sweep.run import sweep

    typer.echo(f"{counted(plan.points, 'point')}, {runs_said(plan.points, plan.replicates)}", err=True)
    with progress(plan.title) as shown:
        options["watch"] = shown.watch
        return sweep(plan, threads=threads, out=folder, progress=shown, **options)


def demo() -> None:
    """Run the base scenario and the arms-policy sweep into folders of their own; an old demo's give way."""
    from sim.scenario import load_scenario
    from sim.sweep.run import simulate
    from sim.sweep.sweepfile import load_sweep

    scenario = load_scenario(DEMO_SCENARIO)
    folder = Path("results") / f"demo-{scenario.name}"
    options: Options = {"force": _outdated(folder)}
    with progress(scenario.title) as shown:
        options["watch"] = shown.watch
        results = simulate(scenario, DEMO_REPLICATES, out=folder, progress=shown, **options)
    typer.echo(f"\n{scenario.title}")
    conclude(results, folder)
    typer.echo("")
    plan = load_sweep(DEMO_SWEEP)
    swept = Path("results") / f"demo-{plan.name}"
    conclude(run_sweep(plan, swept, None, {"force": _outdated(swept)}), swept)
    typer.echo(
        f"\nLook first at {folder / 'dashboard.html'}, then at {swept / 'dashboard.html'}: "
        "both open in a browser, offline."
    )


def _outdated(folder: Path) -> bool:
    """Whether a folder holds results of an older demo, which may be replaced."""
    from sim.errors import ResultsError
    from sim.sweep.manifest import read_manifest

    try:
        return bool(read_manifest(folder))
    except ResultsError:
        return False
