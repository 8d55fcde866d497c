"""The commands that look after results folders: how far one is, many made one, and their pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import Voice, bar, conclude, draw, say, say_json, tell
from sim.cli.options import Force, NoDashboard, Quiet, Wait
from sim.cli.paths import FOLDER, expecting
from sim.errors import ResultsError
from sim.files import place

if TYPE_CHECKING:
    from sim.dashboard.folder import Entry
    from sim.results.results import Results
    from sim.results.status import Status

CODES = {"complete": 0, "running": 3, "stopped": 4}
"""Exit code of `status` for each state; 1 stands for no results or damaged ones."""


def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A results folder, or one of shards.", parser=place)],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say how far a sweep is, also while it runs: exit code 0 complete, 3 running, 4 stopped, 1 no results."""
    from sim.results.status import status as status_of

    with expecting(folder, FOLDER):
        found = status_of(folder)
    if as_json:
        say_json([_plain(one) for one in found] if len(found) > 1 else _plain(found[0]))
    else:
        for one in found:
            _say(one, alone=len(found) == 1)
        if len(found) > 1:
            done, total = sum(one.done for one in found), sum(one.total for one in found)
            say(f"{len(found)} shards: {done:,} of {total:,} runs ({_share(done, total)})")
    raise typer.Exit(max(CODES[one.state] for one in found))


def dashboard(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A results folder, or one that holds several.", parser=place)
    ],
) -> None:
    """Draw the page of a results folder again; of a folder of results the page of each, and an index of them."""
    from sim.dashboard.folder import results_in
    from sim.storage.manifest import MANIFEST

    several = folder.is_dir() and not (folder / MANIFEST).is_file() and results_in(folder)
    if several:
        say(str(draw_index(folder, several)))
        return
    with expecting(folder, FOLDER):
        _opened(folder)
    say(str(draw(folder)))


def draw_index(within: Path, several: list[Path]) -> Path:
    """The page of each results folder that lies in one, where it is not there yet, and their index."""
    from sim.cli.pages.beside import drawn_beside
    from sim.dashboard import gather
    from sim.dashboard.folder import entry, write_index
    from sim.results.results import Results
    from sim.storage.page_mark import is_current

    seals = {folder: _opened(folder).manifest["seal"] for folder in several}
    with drawn_beside() as draw:
        for folder, seal in seals.items():
            if not is_current(folder, seal):
                say(str(draw(folder)))
    entries = []
    for folder in several:
        evidence = gather(Results.open(folder))
        entries.append(entry(folder, evidence, answers_of(evidence.stored)))
    return write_index(within, entries, untested(entries))


def untested(entries: Sequence[Entry]) -> str:
    """The command that tests claims and forecasts about results; empty where that was done, or no claims are known."""
    from sim.comparison.claims.read import claims_about

    if any({"claims", "history"} & set(one.answers) for one in entries):
        return ""
    names = dict.fromkeys(str(one.about["scenario"]) for one in entries)
    return next((f"counterpoise evidence {name}" for name in names if claims_about(name)), "")


def answers_of(stored: Mapping[str, Any]) -> dict[str, str]:
    """What was found out about results and stored beside them, a sentence each, by the section that has it whole."""
    from sim.analysis.exercised.influence import said_of as said_of_influence
    from sim.dashboard.sections.questions.stored import said_of_history

    say_it: dict[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
        "claims": ("claims", _said_of_claims),
        "sensitivity": ("sensitivity", lambda content: str(next(iter(content["said"]), ""))),
        "influence": ("exercised", said_of_influence),
        "hindcast": ("history", said_of_history),
    }
    found = {}
    for kind, (section, said) in say_it.items():
        if kind in stored:
            try:
                found[section] = said(stored[kind])
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise ResultsError(f"the stored finding {kind} is none that a command made; make it again") from error
    return {section: sentence for section, sentence in found.items() if sentence}


def _said_of_claims(content: Mapping[str, Any]) -> str:
    """Whose claims they are, and how many got which verdict; whether that may be quoted."""
    from sim.comparison.claims.verdict import said_of

    quick = " (a quick test, not to be quoted)" if content["quick"] else ""
    return f"{content['title']}: {said_of(content)}{quick}"


def _opened(folder: Path) -> Results:
    """A results folder; what the reader should know of it is said."""
    from sim.results.results import Results

    results = Results.open(folder)
    if results.warning:
        tell(f"warning: {results.warning}")
    return results


def merge(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="All shards, or the folder that has them.", parser=place)
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Results folder to write.", parser=place)],
    force: Force = False,
    wait: Wait = False,
    no_dashboard: NoDashboard = False,
    quiet: Quiet = False,
) -> None:
    """Merge the shards of a sweep into the folder of one that was never divided, and draw its dashboard."""
    from sim.results.merge import merge as merged

    voice = Voice(quiet)
    with expecting(folders[0], FOLDER), bar("merging", voice) as shown:
        results = merged(folders, out, shown, force=force, wait=wait)
    conclude(results, out, voice, dashboard=not no_dashboard)


def _plain(one: Status) -> dict[str, Any]:
    return {**asdict(one), "folder": str(one.folder), "left": one.left}


def _say(one: Status, alone: bool) -> None:
    """A line on the state; for a single folder also its process and the last lines of its log."""
    from sim.phrases import duration, frequency

    failed = f", {one.failures:,} failed" if one.failures else ""
    more = " or more" if one.adaptive else ""
    count = f"{one.done:,} of {one.total:,}{more} {one.unit}s ({_share(one.done, one.total)})"
    said = f"{one.folder}: {one.state}, {count}{failed}"
    if one.state == "running":
        said += f", process {one.pid} on {one.host}"
    if one.rate:
        said += f", {frequency(one.rate)} runs/s, {duration(one.left or 0.0)} left"
    say(said)
    if not alone:
        return
    if one.next:
        say(f"  {one.next}")
    elif one.state == "stopped":
        say("  the command that began it goes on where it was")
    for line in one.lines:
        rest = ", ".join(f"{key} {value}" for key, value in line.items() if key not in ("time", "event"))
        say(f"  {line['time']}  {line['event']}  {rest}"[:200])


def _share(done: int, total: int) -> str:
    return f"{done / total:.1%}" if total else "nothing planned"
