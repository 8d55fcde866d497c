"""The command that shows what there is: the main job, in two pages."""

from __future__ import annotations

from pathlib import Path

from sim.cli import options as given
from sim.cli.console import Voice, conclude
from sim.cli.run import run_plan

DEMO_SETS, DEMO_REPLICATES = "october-2020", 20
"""Plausible sets that the scenario is run over, and runs of each."""
DEMO_SCENARIO, DEMO_SWEEP = "post-soviet-2020", "arms-before-the-war"


def demo(no_dashboard: given.NoDashboard = False, quiet: given.Quiet = False) -> None:
    """Run the main job over plausible sets: the crises of October 2020, and whom Russia arms before the war."""
    from sim.execution.run import plan_of
    from sim.experiments.files.sweep_file import load_sweep
    from sim.scenario.load import load_scenario

    voice, dashboard = Voice(quiet), not no_dashboard
    plans = plan_of(load_scenario(DEMO_SCENARIO), DEMO_REPLICATES, 1, DEMO_SETS), load_sweep(DEMO_SWEEP)
    folders = [Path("results") / f"demo-{name}" for name in (DEMO_SCENARIO, DEMO_SWEEP)]
    for plan, folder in zip(plans, folders, strict=True):
        results = run_plan(plan, {"out": folder, "force": _outdated(folder)}, voice)
        voice.say(plan.title)
        conclude(results, folder, voice, dashboard=dashboard)
        voice.say("")
    if dashboard:
        first, second = (folder / "dashboard.html" for folder in folders)
        voice.say(f"Look first at {first}, then at {second}: both open in a browser, offline.")


def _outdated(folder: Path) -> bool:
    """Whether a folder holds results of an older demo, which may be replaced."""
    from sim.errors import ResultsError
    from sim.storage.manifest import read_manifest

    try:
        return bool(read_manifest(folder))
    except ResultsError:
        return False
