"""The command that scores a scenario against facts that its fit never saw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options as given
from sim.cli.completion import plausible_sets, targets_files
from sim.cli.console import Voice, draw, say, say_json
from sim.cli.paths import CONFIG, TARGETS, expecting, source
from sim.files import place

if TYPE_CHECKING:
    from sim.analysis.hindcast.hindcast import Hindcast
    from sim.execution.options import RunOptions
    from sim.experiments.plan import Plan
    from sim.results.results import Results

HEADS = ("target", "happened", "model", "chance", "assumptions", "score", "skill beside rivals", "text said", "flags")

Targets = Annotated[
    str,
    typer.Argument(
        metavar="TARGETS",
        help="A targets file, or the name of a shipped one.",
        parser=source,
        autocompletion=targets_files,
    ),
]
Sets = Annotated[
    str,
    typer.Option(
        metavar="SETS",
        help="Plausible sets to run it over: a file, or the name of shipped ones.",
        parser=source,
        autocompletion=plausible_sets,
    ),
]


def hindcast(  # noqa: PLR0913 (one parameter an option)
    config: given.Config,
    targets: Targets,
    plausible: Sets = "october-2020",
    quick: Annotated[bool, typer.Option("--quick", help="Few sets and replicates, for a first look.")] = False,
    plan: given.PlanOnly = False,
    sets: Annotated[int | None, typer.Option(min=1, help="How many of them.", show_default="200, quick 20")] = None,
    replicates: Annotated[
        int | None, typer.Option(min=2, help="Runs of each set.", show_default="50, quick 10")
    ] = None,
    seed: given.Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results folder.", show_default="results/hindcast-NAME", parser=place),
    ] = None,
    threads: given.Threads = None,
    force: given.Force = False,
    wait: given.Wait = False,
    no_dashboard: given.NoDashboard = False,
    quiet: given.Quiet = False,
    as_json: given.AsJson = False,
) -> None:
    """Score a scenario over plausible sets against dated facts that their fit never saw, beside naive rivals."""
    from sim.analysis.hindcast.hindcast import GIVEN_UP, folder_of, open_targets, run, seal, size_of
    from sim.cli.run import run_plan

    voice = Voice(quiet, as_json)
    with expecting(config, CONFIG):
        sealed = seal(config, plausible)
    size, folder = size_of(sealed, sets, replicates, seed, quick=quick), folder_of(sealed, out, quick=quick)
    with expecting(targets, TARGETS):
        prepared = open_targets(sealed, targets, size, None if plan else folder, wait=wait)
    if plan:
        _estimate(prepared.plan, threads)
        return
    if quick:
        voice.tell(GIVEN_UP)
    options: RunOptions = {"out": folder, "force": force, "wait": wait, "tell": voice.tell}
    if threads is not None:
        options["threads"] = threads

    def execute(one: Plan) -> Results:
        return run_plan(one, options, voice)

    found = run(prepared, folder, execute, quick=quick)
    page = None if no_dashboard else draw(folder)  # also where the runs were there already: the scores may be new
    if as_json:
        say_json({**found.content, "folder": str(folder), "dashboard": page and str(page)})
        return
    _say(found, voice)
    ends = f"the scores are in {folder}; counterpoise dashboard {folder} draws their page"
    voice.say(ends if page is None else f"open {page}")


def _estimate(plan: Plan, threads: int | None) -> None:
    """Say what the runs will take on this machine."""
    from sim.execution.estimate import estimate, said

    for line in said(plan, estimate(plan, threads)):
        say(line)


def _say(found: Hindcast, voice: Voice) -> None:
    """Print the scores as a table, numbers beside naive rivals, and what both come to."""
    if voice.quiet:
        return
    from sim.analysis.hindcast.rivals import rival_words
    from sim.cli.table import show_table

    content = found.content
    until = content["fitted until"]
    show_table(HEADS, [_cells(target, until) for target in content["targets"]], found.title)
    rivals = [rival_words(one, until) for one in RIVALS_OF_CONTROL]
    heads = ("contest", "challenger holds", "chance", "assumptions", *rivals)
    show_table(heads, [_control(one) for one in content["headlines"]], "at the end, beside naive rivals")
    for sentence in content["sentences"]:
        voice.say(sentence)
    voice.say(
        f"sets {content['sealed']['sets'][:12]} were sealed before targets {content['opened'][:12]} were opened; "
        f"{content['points']} sets, {content['replicates']} runs each"
    )


RIVALS_OF_CONTROL = ("no change", "capability ratio", "weighted alignment")


def _cells(target: Mapping[str, Any], until: str) -> tuple[str, ...]:
    from sim.analysis.hindcast.rivals import rival_words

    forecast = target["forecast"]
    flags = [f"near {', '.join(target['near'])}"] if target["near"] else []
    flags += ["outside"] if target["outside"] else []
    if target["in most"] is not None:
        flags.append("in 50%" if target["in half"] else "in 90%" if target["in most"] else "beyond 90%")
    return (
        target["target"],
        target["happened"],
        _number(target["model"]),
        _span(target["chance"]),
        _span(target["assumptions"]),
        f"{target['measure']} {_number(target['score'])}",
        ", ".join(_skill(rival_words(name, until), one) for name, one in target["rivals"].items()) or "none",
        "nothing" if forecast is None else forecast["was"],
        ", ".join(flags) or "none",
    )


def _control(one: Mapping[str, Any]) -> tuple[str, ...]:
    numbers = [_number(one[name]) for name in RIVALS_OF_CONTROL]
    return one["contest"], _number(one["model"]), _span(one["chance"]), _span(one["assumptions"]), *numbers


def _skill(name: str, one: Mapping[str, Any]) -> str:
    """Skill beside a rival with its interval; the judgement alone where a perfect rival leaves no ratio."""
    if one["skill"] is None:
        return f"{one['judged']} {name}"
    return f"{name} {one['skill']:+.2f} ({_span(one['interval'], '+.2f')})"


def _span(ends: list[float | None], form: str = ".3g") -> str:
    return " to ".join(_number(end, form) for end in ends)


def _number(number: float | None, form: str = ".3g") -> str:
    return "none" if number is None else f"{number:{form}}"
