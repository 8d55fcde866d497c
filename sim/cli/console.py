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

    from sim.analysis.fit import Fit
    from sim.sweep.store import Results

DEMO_REPLICATES = 1000
DEMO_SCENARIO, DEMO_SWEEP = "post-soviet-2020", "arms-policy"
MOST_FINDINGS = 6


class Rate(ProgressColumn):
    """Runs a second."""

    def render(self, task: Task) -> Text:
        """Show the rate so far."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} runs/s" if speed else "", style="cyan")


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
        self.ran = 0

    def __call__(self, done: int, total: int) -> None:
        """Note how many runs are finished."""
        if self._first is None:
            self._first = time.perf_counter(), done
        self.ran = done
        self._shown.update(self._task, completed=done, total=total)

    def said(self) -> str:
        """How many runs were made in which time, in words; the rate is that after the first block."""
        now = time.perf_counter()
        words = f"{self.ran:,} runs in {now - self._begun:.1f} s"
        begun, first = self._first or (now, self.ran)
        rate = (self.ran - first) / max(now - begun, 1e-9)
        return f"{words} ({rate:,.0f} a second once started)" if rate else words


@contextmanager
def progress(title: str) -> Iterator[Bar]:
    """Show a bar with the rate while a simulation runs; a first start says that it compiles."""
    from sim.jit import is_warm

    if not is_warm():
        typer.echo("compiling the model for this machine: once, about a minute", err=True)
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        bar = Bar(shown, shown.add_task(escape(title), total=None))
        yield bar
    if bar.ran:
        typer.echo(bar.said(), err=True)


def conclude(results: Results, folder: Path) -> None:
    """Say in a few words what the runs show, and where the page is."""
    if results.found:
        typer.echo(f"{folder} holds these results already; nothing was run")
    failures = results.manifest["failures"]
    if failures:
        typer.echo(f"warning: {failures:,} runs failed; the column `failure` of results.runs says why", err=True)
    page = folder / "dashboard.html"
    if not results.found or not page.exists():
        page = draw(folder)
    for text in said(results):
        typer.echo(f"  • {text}")
    typer.echo(f"open {page}")


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


def said(results: Results) -> list[str]:
    """The findings in words."""
    from sim.dashboard import findings

    return [f"{finding.title.rstrip('.')}. {finding.text}" for finding in findings(results)[:MOST_FINDINGS]]


def say_fit(found: Fit) -> None:
    """Print how many draws show each pattern, and how many show them all."""
    for row in found.rates().itertuples(index=False):
        typer.echo(f"  {row[0]:4} {row[2]:4.0%} of draws  {row[1]}")
    kept, tried = len(found.plausible), len(found.draws)
    typer.echo(f"{kept:,} of {tried:,} draws show all {len(found.patterns.patterns)} patterns")
    best = found.best
    inside = f"{best['margin']:.1f} standard errors inside" if best["distance"] == 0 else "not all shown"
    typer.echo(f"best draw: {inside} at {found.replicates} runs")


def run_sweep(
    file: str,
    replicates: int | None,
    seed: int | None,
    out: Path | None,
    *,
    threads: int | None = None,
    force: bool = False,
) -> Path:
    """Run a sweep file and conclude; gives the results folder."""
    from sim.sweep.run import sweep
    from sim.sweep.sweepfile import load_sweep

    plan = load_sweep(file, replicates, seed)
    folder = out or Path("results") / plan.name
    typer.echo(
        f"{plan.points} points × {plan.replicates} replicates = {plan.points * plan.replicates:,} runs",
        err=True,
    )
    with progress(plan.title) as bar:
        results = sweep(plan, threads=threads, out=folder, progress=bar, force=force)
    conclude(results, folder)
    return folder


def demo() -> None:
    """Run the base scenario and the arms-policy sweep into folders of their own; an old demo's give way."""
    from sim.scenario import load_scenario
    from sim.sweep.run import simulate

    scenario = load_scenario(DEMO_SCENARIO)
    folder = Path("results") / f"demo-{scenario.name}"
    with progress(scenario.title) as bar:
        results = simulate(scenario, DEMO_REPLICATES, out=folder, progress=bar, force=_outdated(folder))
    typer.echo(f"\n{scenario.title}")
    conclude(results, folder)
    typer.echo("")
    swept = Path("results") / f"demo-{DEMO_SWEEP}"
    run_sweep(DEMO_SWEEP, None, None, swept, force=_outdated(swept))
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
