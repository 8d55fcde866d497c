"""The command that shows what there is: the main job, tested, in three pages and their index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import options as given
from sim.cli.console import Voice, conclude
from sim.cli.pages.beside import drawn_beside
from sim.cli.run import RESULTS, run_plan

if TYPE_CHECKING:
    from sim.experiments.plan import Plan
    from sim.results.results import Results

DEMO = RESULTS / "demo"
"""Folder of the results and of their index."""
DEMO_SETS, DEMO_REPLICATES = "october-2020", 20
"""Plausible sets that the scenario is run over, and runs of each."""
DEMO_SCENARIO, DEMO_SWEEPS = "post-soviet-2020", ("backers", "arms-before-the-war")
DEMO_TARGETS, DEMO_CLAIMS = "late-2020", "october-2020"
"""What the scenario is held against: what happened later, and what a text claims of it."""
HINDCAST_SETS = 100
"""Plausible sets that the targets are scored over, at most."""


def demo(no_dashboard: given.NoDashboard = False, quiet: given.Quiet = False) -> None:
    """Run the main job over plausible sets: October 2020, put to the test; no backers; and whom Russia arms."""
    from sim.cli.results import answers_of, untested
    from sim.dashboard.folder import entry, write_index

    voice, dashboard = Voice(quiet), not no_dashboard
    found = []
    with drawn_beside() as draw:
        for results, folder, is_new in _parts(voice):
            voice.say(results.manifest["title"])
            evidence = conclude(results, folder, voice, dashboard=dashboard, redraw=is_new, by=draw)
            answers = {} if evidence is None else answers_of(evidence.stored)
            for said in answers.values():
                voice.say(f"  • {said}")
            voice.say("")
            if dashboard and evidence is not None:
                found.append((folder, evidence, answers))
    if found:
        entries = [entry(*one) for one in found]
        index = write_index(DEMO, entries, untested(entries))
        voice.say(f"Look first at {index}, which leads to all {len(entries)} pages: they open in a browser, offline.")


def _parts(voice: Voice) -> Iterator[tuple[Results, Path, bool]]:
    """Results of each part with their folder, and whether something new was found out about runs that were there."""
    from sim.experiments.files.sweep_file import load_sweep

    yield _tested(voice)
    for plan in map(load_sweep, DEMO_SWEEPS):
        yield _run(plan, DEMO / plan.name, voice), DEMO / plan.name, False


def _tested(voice: Voice) -> tuple[Results, Path, bool]:
    """The scenario over plausible sets, held against what happened later and against what a text claims."""
    from sim.analysis.hindcast import hindcast
    from sim.comparison.claims import claims
    from sim.execution.run import plan_of
    from sim.storage.findings import store_finding, stored_findings

    sealed = hindcast.seal(DEMO_SCENARIO, DEMO_SETS)
    plan = plan_of(sealed.scenario, DEMO_REPLICATES, 1, sealed.sets)
    folder, beside = DEMO / plan.name, DEMO / f"{hindcast.KIND}-{sealed.scenario.name}"
    size = hindcast.size_of(sealed, min(HINDCAST_SETS, len(sealed.sets)), DEMO_REPLICATES, 1, quick=False)
    opened = hindcast.open_targets(sealed, DEMO_TARGETS, size, beside)
    claimed = replace(claims.prepare(sealed.scenario, DEMO_CLAIMS, None, claims.QUICK), shown=plan)
    results = _run(plan, folder, voice)
    before = stored_findings(folder)
    later = hindcast.run(opened, beside, lambda one: _run(one, beside, voice), quick=False)
    store_finding(folder, hindcast.KIND, later.content, results.manifest)
    claims.run(claimed, folder, lambda one, at: results if at == folder else _run(one, at, voice), quick=True)
    return results, folder, stored_findings(folder) != before


def _run(plan: Plan, folder: Path, voice: Voice) -> Results:
    return run_plan(plan, {"out": folder, "force": _outdated(folder)}, voice)


def _outdated(folder: Path) -> bool:
    """Whether a folder holds results of an older demo, which may be replaced."""
    from sim.errors import ResultsError
    from sim.storage.manifest import read_manifest

    try:
        return bool(read_manifest(folder))
    except ResultsError:
        return False
