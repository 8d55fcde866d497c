"""What the commands print, and the work that several of them share."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.errors import CounterpoiseError, visible

if TYPE_CHECKING:
    from rich.progress import Progress

    from sim.dashboard import Evidence
    from sim.results.results import Results

MOST_FINDINGS = 7
MOST_DRAWN = 200_000
"""Runs whose page is drawn unasked: it takes all of them into memory."""


def say(text: str) -> None:
    """Print a line of a command's answer."""
    typer.echo(visible(text))


def tell(text: str) -> None:
    """Print a line beside the answer, on standard error; one that cannot be printed stops nothing."""
    with suppress(OSError):
        typer.echo(visible(text), err=True)


def say_json(found: object) -> None:
    """Print an answer as JSON, all of whose text is ASCII."""
    typer.echo(json.dumps(found, indent=1, allow_nan=False))


@dataclass(frozen=True)
class Voice:
    """How much a command says.

    Attributes
    ----------
    quiet : bool
        Nothing but what goes wrong.
    as_json : bool
        One JSON object instead of the answer in words.
    """

    quiet: bool = False
    as_json: bool = False

    def say(self, text: str) -> None:
        """Print a line of the answer, where it is wanted in words."""
        if not (self.quiet or self.as_json):
            say(text)

    def tell(self, text: str) -> None:
        """Print a line on how it goes, on standard error."""
        if not self.quiet:
            tell(text)


ALOUD = Voice()


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
        from sim.phrases import frequency, plural

        now = time.perf_counter()
        stored = f", besides {self._stored:,} that were there" if self._stored else ""
        words = f"{plural(self.ran - self._stored, 'run')} in {now - self._begun:.1f} s{stored}"
        begun, first = self._first or (now, self.ran)
        rate = (self.ran - first) / max(now - begun, 1e-9)
        return f"{words} ({frequency(rate)} a second once started)" if rate else words


@contextmanager
def progress(title: str, voice: Voice = ALOUD) -> Iterator[Bar]:
    """Show a bar with the rate while a simulation runs; a first start says that it compiles."""
    from sim.dynamics.schedule import advance
    from sim.kernel.compiler import is_warm

    if not is_warm(advance):
        voice.tell("compiling the model for this machine: once, about half a minute")
    with bar(title, voice) as shown:
        yield shown


@contextmanager
def bar(title: str, voice: Voice = ALOUD) -> Iterator[Bar]:
    """Show a bar with rate, time left and failures, and say at the end how many runs there were."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from sim.cli.rate import Rate

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}", style="red"),
    )
    shown = Progress(*columns, console=console, transient=True, disable=voice.quiet or not console.is_terminal)
    found = Bar(shown, shown.add_task(escape(visible(title)), total=None, failed=""))
    try:
        with suppress(OSError):
            shown.start()
        yield found
    finally:
        with suppress(OSError):  # a terminal that was closed must not hide what ended the runs
            shown.stop()
    if found.ran:
        voice.tell(found.said())


def conclude(
    results: Results,
    folder: Path,
    voice: Voice = ALOUD,
    *,
    dashboard: bool = True,
    redraw: bool = False,
    by: Callable[[Path, Evidence], Path] | None = None,
) -> Evidence | None:
    """Say in a few words what the runs show, and where the page is; gives what that rests on, if it was gathered.

    A page of the same runs is drawn again only where that is asked for: something else may be new beside them. What it
    is drawn by may be given.
    """
    from sim.dashboard import gather
    from sim.experiments.transfer import shortfall

    manifest = results.manifest
    runs = sum(part["rows"] for name, part in manifest["parts"].items() if name.startswith("runs/"))
    whole = not manifest.get("shard") and runs <= MOST_DRAWN
    if results.found:
        voice.say(f"{folder} is complete: it holds these results already; nothing was run")
    for note in shortfall(manifest["sampling"]):
        voice.tell(note)
    if "adaptive" in manifest:
        counts = manifest["adaptive"]["runs"]
        voice.say(f"{min(counts):,} to {max(counts):,} runs a point, {sum(counts):,} in all")
    for warning in _warnings(manifest):
        tell(f"warning: {warning}")
    evidence = gather(results) if whole else None
    page = _page(results, folder, evidence if dashboard else None, by or draw, redraw=redraw)
    over, findings = (evidence.scope, evidence.findings[:MOST_FINDINGS]) if evidence else ("", [])
    if over:
        voice.say(over)
    for finding in findings:
        voice.say(f"  • {finding.spoken}")
        for said in finding.beside:
            voice.say(f"    {said}")
    voice.say(_next(manifest, folder, runs, page))
    if voice.as_json:
        keys = ("badge", "title", "text", "number", "interval", "sets", "runs", "beside")
        told = [{key: getattr(one, key) for key in keys} for one in findings]
        drawn = None if page is None else str(page)
        say_json({**_summary(results, folder, runs), "dashboard": drawn, "over": over, "findings": told})
    return evidence


def _page(
    results: Results,
    folder: Path,
    evidence: Evidence | None,
    by: Callable[[Path, Evidence], Path],
    *,
    redraw: bool,
) -> Path | None:
    """The page of just these results, drawn now if there is evidence for it; None where there is none."""
    from sim.storage.page_mark import DASHBOARD, is_current

    if is_current(folder, results.manifest["seal"]) and not (redraw and evidence):
        return folder / DASHBOARD
    if evidence is None:
        return None
    try:
        return by(folder, evidence)
    except CounterpoiseError as error:
        if not results.found:
            raise
        tell(f"warning: {error}")  # the results that were asked for are there, if only to be read
        return None


def _next(manifest: dict[str, Any], folder: Path, runs: int, page: Path | None) -> str:
    """What to do with the results: look at their page, have it drawn, or merge a shard."""
    from sim.storage.page_mark import DASHBOARD

    if manifest.get("shard"):
        shard = "{index} of {of}".format(**manifest["shard"])
        return f"shard {shard} is complete in {folder}; `counterpoise merge` joins the shards when all are"
    if page is not None:
        return f"open {page}"
    old = f"; {folder / DASHBOARD} is of earlier runs" if (folder / DASHBOARD).exists() else ""
    return f"{runs:,} runs in {folder}; counterpoise dashboard {folder} draws their page{old}"


def _warnings(manifest: dict[str, Any]) -> list[str]:
    """What a reader of the results must know: runs that failed, points that are not known as well as was asked for."""
    from sim.phrases import plural

    found = []
    if manifest["failures"]:
        runs = plural(manifest["failures"], "run")
        found.append(f"{runs} failed; the column `failure` of results.runs says why")
    if manifest.get("adaptive", {}).get("not_reached"):
        most, lacking = manifest["replicates"]["most"], manifest["adaptive"]["not_reached"]
        points = len(manifest["adaptive"]["runs"])
        found.append(f"not narrow enough with {most:,} runs: {lacking:,} of {points:,} points")
    return found


def _summary(results: Results, folder: Path, runs: int) -> dict[str, Any]:
    """What was run, for a program."""
    manifest = results.manifest
    same = {key: manifest.get(key) for key in ("name", "title", "kind", "seed", "points", "failures", "shard")}
    return {"folder": str(folder), **same, "runs": runs, "found": results.found, "warnings": _warnings(manifest)}


def draw(folder: Path, evidence: Evidence | None = None) -> Path:
    """Draw the page of a results folder, or of what was gathered of it."""
    from sim.dashboard import write_dashboard

    try:
        return write_dashboard(folder, evidence)
    except OSError as error:
        raise CounterpoiseError(
            f"{folder / 'dashboard.html'} cannot be written ({error.strerror or error}); "
            "make room or mend its permissions"
        ) from error
