"""A small file of targets in an invented world, the patterns that its fit knew, and sets that show them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

from made_sets import make_sets

from sim.analysis.patterns import load_patterns
from sim.experiments.plausible import PlausibleSets
from sim.scenario.scenario import Scenario
from sim.storage.manifest import digest

PATTERNS = """\
name: known
known_until: "{until}"
patterns:
  P1: {{text: The valley is contested, outcome: control.VAL, week: 1, above: 0.1}}
"""
TARGETS = """\
name: later
title: What came later
patterns: known.yaml
targets:
  quiet:
    text: Nobody fights in the valley any more
    date: {date}
    kind: binary
    expression: phase.VAL != fighting
    value: false
    source: invented
    forecast: {{expects: true, source: invented}}
    base_rate: {{of: earlier wars, cases: 4, times: 1, source: invented}}
  ground:
    text: The challenger holds most of the valley
    date: {date}
    kind: numeric
    expression: control.VAL
    value: 0.6
    uncertainty: 0.05
    source: invented
  moves:
    text: The challenger gains ground
    date: {date}
    kind: sign
    expression: change(control.VAL)
    value: rise
    source: invented
    split: ground
  leads:
    text: The patron has more influence over one side than over the other
    date: {date}
    kind: order
    expression: [influence.ALD.BOR, influence.ALD.COR]
    source: invented
    near: [P1]
  handed-over:
    text: The valley is handed over
    date: {date}
    kind: numeric
    expression: control.VAL
    value: 1
    uncertainty: 0.01
    source: invented
    outside: nothing is ever handed over
"""


def make_targets(folder: Path, scenario: Scenario, count: int = 6) -> tuple[Path, PlausibleSets]:
    """Targets three weeks after the fit's last day, and sets that were fitted to the patterns beside them."""
    from datetime import timedelta

    start = scenario.structure.start
    until, day = (str(start + timedelta(days=days)) for days in (10, 31))
    (folder / "known.yaml").write_text(PATTERNS.format(until=until), encoding="utf-8")
    file = folder / "later.yaml"
    file.write_text(TARGETS.format(date=day), encoding="utf-8")
    sets = make_sets(scenario, count=count)
    known = digest(asdict(load_patterns(folder / "known.yaml")))
    return file, replace(sets, about={**sets.about, "patterns": "known", "patterns_digest": known})
