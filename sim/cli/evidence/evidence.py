"""The command that runs all stages of evidence about a config into one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options as given
from sim.cli.completion import claims_files, targets_files
from sim.cli.console import Voice, progress, say_json
from sim.cli.paths import CLAIMS, CONFIG, TARGETS, expecting, source
from sim.files import place

if TYPE_CHECKING:
    from sim.analysis.evidence.evidence import EvidenceFound
    from sim.analysis.evidence.stages import Inquiry, Stage
    from sim.experiments.plan import Plan
    from sim.results.results import Results


def evidence(  # noqa: PLR0913 (one parameter an option)
    config: given.Config,
    file: Annotated[
        str | None,
        typer.Option(
            "--claims",
            metavar="FILE",
            help="A claims file, or the name of a shipped one.",
            show_default="the shipped one about this config",
            parser=source,
            autocompletion=claims_files,
        ),
    ] = None,
    plausible: given.Plausible = None,
    targets: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A targets file for the hindcast, or the name of a shipped one.",
            show_default="the shipped one about this config",
            parser=source,
            autocompletion=targets_files,
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few worlds, samples and runs, for a first look.")] = False,
    plan: given.PlanOnly = False,
    sets: Annotated[
        int | None, typer.Option(min=1, help="Worlds that claims are tested in.", show_default="200, quick 20")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(min=2, help="Runs of each arm in each world.", show_default="200, quick 10")
    ] = None,
    trajectories: Annotated[
        int | None, typer.Option(min=2, help="Walks through all numbers.", show_default="20, quick 6")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(min=2, help="For shares of variance, a power of two.", show_default="512, quick 64")
    ] = None,
    seed: given.Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of all stages.", show_default="results/evidence-NAME", parser=place),
    ] = None,
    threads: given.Threads = None,
    force: given.Force = False,
    wait: given.Wait = False,
    no_dashboard: given.NoDashboard = False,
    quiet: given.Quiet = False,
    as_json: given.AsJson = False,
) -> None:
    """Run all that a config can be asked: claims, numbers that matter, influence, a hindcast; it can go on."""
    from sim.analysis.evidence.evidence import extent_of, folder_of, given_up, inquiry, run, stages_of, with_history
    from sim.scenario.load import load_scenario

    voice = Voice(quiet, as_json)
    extent = extent_of(sets, replicates, trajectories, samples, seed, quick=quick)
    with expecting(config, CONFIG):
        scenario = load_scenario(config)
    with expecting(file or config, CLAIMS, CONFIG):
        asked = inquiry(scenario, file, plausible, extent, quick=quick)
    folder = folder_of(scenario, out, quick=quick)
    with expecting(targets or config, TARGETS, CONFIG):
        asked = with_history(asked, targets, None if plan else folder, usual=plausible is None, wait=wait)
    if quick:
        voice.tell(given_up(asked.extent))
    _announce(asked, folder, threads, voice)
    if plan:
        return
    options: dict[str, Any] = {"threads": threads, "force": force, "wait": wait, "tell": voice.tell}
    names = [stage.name for stage in stages_of(asked)]

    def begun(stage: Stage) -> None:
        voice.tell(f"{names.index(stage.name) + 1} of {len(names)}, {stage.name}: {stage.asks}")

    def execute(one: Plan, where: Path) -> Results:
        from sim.execution.run import sweep

        with progress(one.title, voice) as shown:
            return sweep(one, **{**options, "out": where, "progress": shown, "watch": shown.watch})

    found = run(asked, folder, execute, begun)
    page = None if no_dashboard else _draw(found)
    if as_json:
        say_json({**found.to_dict(), "index": None if page is None else str(page)})
    else:
        _say(found, page, voice)


def _announce(asked: Inquiry, folder: Path, threads: int | None, voice: Voice) -> None:
    """Say what each stage will take on this machine, and all of them; of stages that are under way, what is left."""
    from sim.analysis.evidence.evidence import left_out, runs_left, stages_of
    from sim.analysis.evidence.stages import run_count
    from sim.execution.estimate import estimate
    from sim.phrases import duration, plural

    whole, seconds = 0, 0.0
    for stage in stages_of(asked):
        plans = runs_left(asked, folder, stage).values()
        left = sum(runs for _, runs in plans)
        takes = sum(estimate(plan, threads).seconds[0] * runs / run_count(plan) for plan, runs in plans if runs)
        whole, seconds = whole + left, seconds + takes
        words = f"{plural(left, 'run')}, about {duration(takes)}" if left else "is complete, and passed over"
        voice.tell(f"{stage.name}: {words}")
    for name, lacks in left_out(asked).items():
        voice.tell(f"{name}: left out: {lacks}")
    rate = f" ({whole / seconds:,.0f} runs a second)" if seconds else ""
    voice.tell(f"all stages: {plural(whole, 'run')}, about {duration(seconds)}{rate}, besides working out and drawing")


def _draw(found: EvidenceFound) -> Path:
    """The pages of stages that have a new answer or no page, and the index of all."""
    from sim.cli.pages.beside import drawn_beside
    from sim.cli.results import draw_index
    from sim.dashboard.folder import results_in

    with drawn_beside() as draw:
        for stage in found.stages:
            if not stage.passed_over:
                draw(stage.folder)
    return draw_index(found.folder, results_in(found.folder))


def _say(found: EvidenceFound, page: Path | None, voice: Voice) -> None:
    """Print what each stage says, and where to look."""
    for stage in found.stages:
        voice.say(f"  • {stage.name}: {stage.said}{' (was there)' if stage.passed_over else ''}")
    where = f"counterpoise dashboard {found.folder} draws pages and index" if page is None else f"open {page}"
    voice.say(where)
