"""The command that tests the claims of a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options as given
from sim.cli.completion import claims_files
from sim.cli.console import Voice, draw, progress, say_json
from sim.cli.paths import CLAIMS, CONFIG, expecting, source
from sim.files import place

if TYPE_CHECKING:
    from sim.comparison.claims.claims import Claims, Prepared
    from sim.experiments.plan import Plan
    from sim.results.results import Results

CLAIMS_HEADS = ("claim", "what is claimed", "verdicts on its parts")
PARTS_HEADS = ("claim", "part of it", "expected", "effect", "chance", "assumptions", "up", "down", "verdict")


def claims(  # noqa: PLR0913 (one parameter an option)
    config: given.Config,
    file: Annotated[
        str,
        typer.Option(
            "--claims",
            metavar="FILE",
            help="A claims file, or the name of a shipped one.",
            parser=source,
            autocompletion=claims_files,
        ),
    ] = "october-2020",
    only: Annotated[
        list[str] | None, typer.Option("--claim", metavar="NAME", help="Test this claim; may be repeated.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few worlds and replicates, for a first look.")] = False,
    plan: given.PlanOnly = False,
    sets: Annotated[
        int | None, typer.Option(min=1, help="Worlds to test them in.", show_default="100, quick 20")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(min=2, help="Runs of each arm in each world.", show_default="40, quick 10")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results folder.", show_default="results/claims-NAME", parser=place),
    ] = None,
    threads: given.Threads = None,
    force: given.Force = False,
    wait: given.Wait = False,
    no_dashboard: given.NoDashboard = False,
    quiet: given.Quiet = False,
    as_json: given.AsJson = False,
) -> None:
    """Test claims of a text by experiments, and give each a verdict in words; a stopped test goes on."""
    from sim.comparison.claims.claims import GIVEN_UP, folder_of, prepare, run, size_of
    from sim.scenario.load import load_scenario

    voice = Voice(quiet, as_json)
    with expecting(config, CONFIG):
        scenario = load_scenario(config)
    with expecting(file, CLAIMS):
        prepared = prepare(scenario, file, only, size_of(sets, replicates, quick=quick))
    if quick:
        voice.tell(GIVEN_UP)
    _announce(prepared, threads, voice)
    if plan:
        return
    folder = folder_of(prepared, out)
    options: dict[str, Any] = {"threads": threads, "force": force, "wait": wait, "tell": voice.tell}

    def execute(one: Plan, where: Path) -> Results:
        from sim.execution.run import sweep

        with progress(one.title, voice) as shown:
            return sweep(one, **{**options, "out": where, "progress": shown, "watch": shown.watch})

    found = run(prepared, folder, execute, quick=quick)
    if as_json:
        say_json({**found.content, "folder": str(folder)})
    else:
        _say(found, voice)
    if no_dashboard:
        voice.say(f"the verdicts are in {folder}; counterpoise dashboard {folder} draws their page")
    else:
        voice.say(f"open {draw(folder)}")  # also where the runs were there already: the verdicts may be new


def _announce(prepared: Prepared, threads: int | None, voice: Voice) -> None:
    """Say how much there is to run, and about how long it takes."""
    from sim.execution.estimate import estimate
    from sim.phrases import duration, plural

    plans = [prepared.shown, *(arms.plan for arms in prepared.arms.values())]
    found = [estimate(plan, threads) for plan in plans]
    arms = sum(len(one.number) for one in prepared.arms.values())
    least, most = (sum(one.seconds[end] for one in found) for end in (0, -1))
    takes = duration(least) if duration(least) == duration(most) else f"{duration(least)} to {duration(most)}"
    worlds = len(next(iter(prepared.arms.values())).worlds)
    voice.tell(
        f"{plural(len(prepared.file.parts), 'part')}, {plural(arms, 'arm')} in {plural(worlds, 'world')}: "
        f"{prepared.runs:,} runs, about {takes}"
    )


def _say(found: Claims, voice: Voice) -> None:
    """Print the claims with their verdicts, their parts as a table, and the reason of each below it."""
    if voice.quiet:
        return
    from sim.cli.table import show_table
    from sim.comparison.claims.naive import beside_no_change, naive_words
    from sim.comparison.claims.verdict import by_claim, verdicts_of

    claims = by_claim(found.content["parts"])
    show_table(CLAIMS_HEADS, [(one[0]["claim"], one[0]["claim text"], verdicts_of(one)) for one in claims], found.title)
    show_table(PARTS_HEADS, [_cells(part) for part in found.content["parts"]], "Parts of the claims", key=2)
    for one in claims:
        voice.say(f"{one[0]['claim']}: {one[0]['claim text']}")
        for part in one:
            voice.say(f"  {part['text']} {part['verdict'].capitalize()}: {part['why']}")
            if said := naive_words(part):
                voice.say(f"    {said}")
    if said := beside_no_change(found.content["parts"]):
        voice.say(said)
    voice.say(f"{found.sentence}; p-values adjusted by {found.content['correction']}")


def _cells(part: dict[str, Any]) -> tuple[str, ...]:
    effect = part["effect"]
    return (
        part["claim"],
        part["text"],
        part["expect"],
        _signed(effect["value"]),
        " to ".join(map(_signed, effect["chance"])),
        " to ".join(map(_signed, effect["assumptions"])),
        f"{effect['up']:.0%}",
        f"{effect['down']:.0%}",
        part["verdict"],
    )


def _signed(number: float | None) -> str:
    return "none" if number is None else f"{number:+.3g}"
