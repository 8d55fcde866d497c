"""Every answer gives a tidy table, a sentence and a figure, by the same three names."""

from __future__ import annotations

import pandas as pd
import pytest
from made_claims import SMALL
from made_results import results_of  # noqa: F401 (a fixture)

from sim import claims, evidence, exercised_influence, load_scenario, simulate, sweep
from sim.analysis import camps_of
from sim.errors import ConfigError, ResultsError

SCENARIO = "two-rivals-one-patron"
HEAD = f"name: small\nscenario: {SCENARIO}\nweeks: 8\nreplicates: 4\nseries: {{replicates: 0}}\n"
LEVELS = "factors:\n  - {path: contests.VAL.parties.ALD.salience, values: [0.2, 0.9], label: care}\n"
UNCERTAIN = "all-uncertain: {only: [behaviour.rationality, behaviour.truce_rate, contests.VAL.control]}\n"
DESIGNS = {
    "effects": HEAD + LEVELS,
    "morris": HEAD + "design: morris\ntrajectories: 4\n" + UNCERTAIN,
    "saltelli": HEAD + "design: saltelli\nsamples: 8\n" + UNCERTAIN,
    "drawn": HEAD + "design: latin-hypercube\npoints: 120\n" + UNCERTAIN,
}
KINDS = ("effects", "morris", "saltelli", "drawn", "discovery", "claims", "influence", "camps")


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """The answer of a kind, made once."""
    folder, made = tmp_path_factory.mktemp("answers"), {}
    scenario = load_scenario(SCENARIO).with_({"weeks": 8})

    def swept(kind):
        file = folder / f"{kind}.yaml"
        file.write_text(DESIGNS[kind], encoding="utf-8")
        return sweep(file, threads=1)

    def make(kind):
        if kind == "claims":
            file = folder / "claims.yaml"
            file.write_text(SMALL, encoding="utf-8")
            return claims(scenario, file, sets=2, replicates=2, out=folder / "out")
        if kind == "influence":
            return exercised_influence(scenario, replicates=16, threads=1)
        if kind == "camps":
            return camps_of(simulate(scenario, 16, threads=1))
        if kind == "discovery":
            pytest.importorskip("ema_workbench")
            return swept("drawn").discover("weeks_fought.VAL:final > 1")
        return swept(kind).effects() if kind == "effects" else swept(kind).sensitivity()

    def get(kind):
        made[kind] = made.get(kind) or make(kind)
        return made[kind]

    return get


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_has_a_tidy_table(answer, kind):
    table = answer(kind).table
    assert isinstance(table, pd.DataFrame)
    assert len(table)
    assert table.columns.is_unique
    assert isinstance(table.index, pd.RangeIndex)
    assert not table.map(lambda cell: isinstance(cell, list | dict | tuple)).any(axis=None)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_has_a_sentence(answer, kind):
    found = answer(kind).sentence
    assert isinstance(found, str)
    assert len(found.splitlines()) == 1
    assert "nan" not in found.split()


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_has_a_figure_in_both_themes(answer, kind):
    from plotly.graph_objects import Figure

    light, dark = answer(kind).figure(), answer(kind).figure(theme="dark")
    assert isinstance(light, Figure)
    assert len(light.data)
    assert light.layout.title.text
    assert light.layout.paper_bgcolor != dark.layout.paper_bgcolor
    with pytest.raises(ConfigError, match="did you mean dark"):
        answer(kind).figure(theme="drak")


def test_all_rows_of_an_answer_stand_in_its_table(answer):
    found = answer("drawn")
    assert len(found.tables) > 1
    assert found.table["table"].value_counts().to_dict() == {
        name: len(rows) for name, rows in found.tables.items() if len(rows)
    }
    assert found.sentence == found.said[0]


def test_figures_show_the_numbers_of_the_table(answer):
    found = answer("saltelli")
    rows = found.tables["sobol"]
    first = rows[rows["outcome"] == rows["outcome"].iloc[0]]
    assert list(found.figure().data[0].x) == pytest.approx(first["total"].tolist())
    camps = answer("camps")
    drawn = camps.figure().data[0]
    assert drawn.z[0][1] == pytest.approx(camps.together[-1][0][1], abs=1e-3)


def test_what_has_nothing_to_draw_says_so(results_of):  # noqa: F811
    pytest.importorskip("ema_workbench")
    design = pd.DataFrame({"point": range(40), "a": [at % 7 / 7 for at in range(40)]})
    runs = pd.DataFrame({"point": range(40), "replicate": 0, "control.X:final": [at % 2 for at in range(40)]})
    found = results_of(runs, design).discover("control.X:final > 0.5")
    assert found.tables["boxes"].empty
    with pytest.raises(ResultsError, match="nothing to draw"):
        found.figure()


def test_the_whole_evidence_run_has_table_and_sentence(tmp_path):
    file = tmp_path / "claims.yaml"
    file.write_text(SMALL, encoding="utf-8")
    scenario = load_scenario(SCENARIO).with_({"weeks": 8})
    found = evidence(scenario, file, sets=2, replicates=2, trajectories=2, samples=2, out=tmp_path / "out")
    assert len(found.table) == len(found.stages)
    assert all(one.said in found.sentence for one in found.stages)
