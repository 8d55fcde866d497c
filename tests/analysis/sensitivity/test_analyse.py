"""`counterpoise analyse`: each kind of design is asked what it was drawn for."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from made_results import results_of  # noqa: F401 (a fixture)
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.errors import ConfigError, ResultsError
from sim.storage.findings import stored_finding

FACTORS = """
- {path: contests.VAL.parties.ALD.salience, range: [0.1, 0.9]}
- {path: states.ALD.capability, range: [0.1, 0.3]}
- {path: contests.VAL.parties.ALD.posture_policy, values: [choose, mediate, abstain]}
"""
DESIGNS = {
    "morris": "design: morris\ntrajectories: 6",
    "saltelli": "design: saltelli\nsamples: 8",
    "drawn": "design: latin-hypercube\npoints: 30",
}


def swept(folder: Path, design: str) -> Path:
    """Results of a small sweep."""
    file = folder / "small.yaml"
    text = f"name: small\nscenario: two-rivals-one-patron\nreplicates: 3\nseries: {{replicates: 0}}\n{design}\nfactors:{FACTORS}"
    file.write_text(text, encoding="utf-8")
    sim.sweep(file, out=folder / "out", threads=1)
    return folder / "out"


@pytest.fixture(scope="module", params=list(DESIGNS))
def stored(request, tmp_path_factory):
    return request.param, swept(tmp_path_factory.mktemp(request.param), DESIGNS[request.param])


def test_every_design_is_asked_what_it_was_drawn_for(stored):
    kind, folder = stored
    done = CliRunner().invoke(app, ["analyse", str(folder), "--json", "--no-dashboard"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["sensitivity"]
    table = found["tables"][{"morris": "morris", "saltelli": "sobol", "drawn": "ranks"}[kind]]
    policy = "contests.VAL.parties.ALD.posture_policy"
    assert {row["factor"] for row in table} >= {"states.ALD.capability", *([policy] if kind != "drawn" else [])}
    assert found == stored_finding(folder, "sensitivity")
    if kind == "morris":
        fought = [row for row in table if row["outcome"].startswith("weeks_fought")]
        assert fought[0]["factor"] == policy  # words are a factor like any other
        assert fought[0]["mu_star_low"] > 0


def test_effects_and_regrets_of_a_planted_policy(results_of):  # noqa: F811
    design = pd.DataFrame({"point": range(6), "policy": ["a", "b"] * 3, "world": [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]})
    rows = [(point, one, world * (1.0 if policy == "b" else 0.0) + one)
            for point, policy, world in design.itertuples(index=False) for one in range(4)]  # fmt: skip
    found = results_of(pd.DataFrame(rows, columns=["point", "replicate", "control.X:final"]), design).effects()
    row = found.tables["effects"].query("factor == 'policy'").iloc[0]
    assert (row["mean"], row["rises"], row["falls"], row["worlds"]) == (2.0, 1.0, 0.0, 3)
    assert row["chance_low"] == row["chance_high"] == 2.0  # replicates share their chance
    assert row["assumptions_low"] == pytest.approx(1.1)
    regrets = found.tables["regret"].query("factor == 'policy' and best_is == 'highest'").set_index("level")
    assert regrets.loc["a", "max_regret"] == 3.0
    assert regrets.loc["b", "best_in"] == 1.0


def test_what_cannot_be_asked_is_said(results_of):  # noqa: F811
    runs = pd.DataFrame({"point": [0, 0], "replicate": [0, 1], "control.X:final": [0.0, 1.0]})
    with pytest.raises(ResultsError, match="differ in the level of one factor"):
        results_of(runs).effects()
    with pytest.raises(ResultsError, match="nothing to rank"):
        results_of(runs).sensitivity()
    with pytest.raises(ConfigError):
        results_of(runs).sensitivity(["nothing*"])
