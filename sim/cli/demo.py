"""The command that shows what there is: the main job, in three pages and their index."""

from __future__ import annotations

from pathlib import Path

from sim.cli import options as given
from sim.cli.console import Voice, conclude
from sim.cli.run import RESULTS, run_plan

DEMO = RESULTS / "demo"
"""Folder of the results and of their index."""
DEMO_SETS, DEMO_REPLICATES = "october-2020", 20
"""Plausible sets that the scenario is run over, and runs of each."""
DEMO_SCENARIO, DEMO_SWEEPS = "post-soviet-2020", ("backers", "arms-before-the-war")


def demo(no_dashboard: given.NoDashboard = False, quiet: given.Quiet = False) -> None:
    """Run the main job over plausible sets: the crises of October 2020, without a backer, and whom Russia arms."""
    from sim.cli.results import untested
    from sim.dashboard.folder import entry, write_index
    from sim.execution.run import plan_of
    from sim.experiments.files.sweep_file import load_sweep
    from sim.scenario.load import load_scenario

    voice, dashboard = Voice(quiet), not no_dashboard
    base = plan_of(load_scenario(DEMO_SCENARIO), DEMO_REPLICATES, 1, DEMO_SETS)
    entries = []
    for plan in (base, *map(load_sweep, DEMO_SWEEPS)):
        folder = DEMO / plan.name
        results = run_plan(plan, {"out": folder, "force": _outdated(folder)}, voice)
        voice.say(plan.title)
        evidence = conclude(results, folder, voice, dashboard=dashboard)
        voice.say("")
        if dashboard and evidence is not None:
            entries.append(entry(folder, evidence, {}))
    if entries:
        index = write_index(DEMO, entries, untested(entries))
        voice.say(f"Look first at {index}, which leads to all {len(entries)} pages: they open in a browser, offline.")


def _outdated(folder: Path) -> bool:
    """Whether a folder holds results of an older demo, which may be replaced."""
    from sim.errors import ResultsError
    from sim.storage.manifest import read_manifest

    try:
        return bool(read_manifest(folder))
    except ResultsError:
        return False
