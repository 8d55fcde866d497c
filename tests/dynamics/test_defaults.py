"""What the defaults alone do to a dispute."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import load_scenario, simulate

RUNS, MOST_WARS = 1024, 0.15


@pytest.fixture
def dispute(tmp_path: Path) -> Path:
    """Two clients of one patron who quarrel; everything else is left out."""
    states = "".join(
        f"  {code}: {{capability: {{value: {size}, range: [1, 20], source: assumption, note: x}}}}\n"
        for code, size in (("AAA", 10), ("BBB", 5), ("CCC", 4))
    )
    share = "{value: 0.3, range: [0.1, 0.5], source: assumption, note: x}"
    file = tmp_path / "quiet.yaml"
    file.write_text(
        f"name: quiet\nstart: 2030-01-07\nstates:\n{states}"
        f"ties: {{AAA: {{BBB: {{trade: {share}}}, CCC: {{trade: {share}}}}}}}\n"
        f"contests:\n  DIS: {{challenger: BBB, holder: CCC, control: {share}, parties: {{AAA: {{salience: {share}}}}}}}\n",
        encoding="utf-8",
    )
    return file


def wars(scenario: object) -> float:
    """Share of runs with any fighting in two years."""
    return float((simulate(scenario, RUNS).runs["weeks_fought.DIS:final"] > 0).mean())


def test_quiet_dispute_seldom_becomes_a_war_by_the_defaults_alone(dispute: Path) -> None:
    quiet = load_scenario(dispute)
    assert quiet.structure.weeks == 104
    assert 0 < wars(quiet) < MOST_WARS
    assert wars(quiet.with_({"behaviour.attack_floor": 0.03})) > 0.5
