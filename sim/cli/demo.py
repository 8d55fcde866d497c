"""The command that shows what there is: the main job, in two pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import options as given
from sim.cli.console import Voice, conclude, progress
from sim.cli.run import run_plan

if TYPE_CHECKING:
    from sim.execution.options import RunOptions

DEMO_REPLICATES = 1000
DEMO_SCENARIO, DEMO_SWEEP = "post-soviet-2020", "arms-policy"


def demo(no_dashboard: given.NoDashboard = False, quiet: given.Quiet = False) -> None:
    """Run the main job: the crises of October 2020, and whom Russia arms; an old demo's results give way."""
    from sim.execution.run import simulate
    from sim.experiments.files.sweep_file import load_sweep
    from sim.scenario.load import load_scenario

    voice, dashboard = Voice(quiet), not no_dashboard
    scenario = load_scenario(DEMO_SCENARIO)
    folder = Path("results") / f"demo-{scenario.name}"
    with progress(scenario.title, voice) as shown:
        how: RunOptions = {"out": folder, "force": _outdated(folder), "progress": shown, "watch": shown.watch}
        results = simulate(scenario, DEMO_REPLICATES, **how)
    voice.say("")
    voice.say(scenario.title)
    conclude(results, folder, voice, dashboard=dashboard)
    voice.say("")
    plan = load_sweep(DEMO_SWEEP)
    swept = Path("results") / f"demo-{plan.name}"
    conclude(run_plan(plan, {"out": swept, "force": _outdated(swept)}, voice), swept, voice, dashboard=dashboard)
    if dashboard:
        pages = folder / "dashboard.html", swept / "dashboard.html"
        voice.say("")
        voice.say(f"Look first at {pages[0]}, then at {pages[1]}: both open in a browser, offline.")


def _outdated(folder: Path) -> bool:
    """Whether a folder holds results of an older demo, which may be replaced."""
    from sim.errors import ResultsError
    from sim.storage.manifest import read_manifest

    try:
        return bool(read_manifest(folder))
    except ResultsError:
        return False
