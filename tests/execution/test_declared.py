"""Declared outcomes are worked out as runs come in, and are columns like any other."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from sim import Results, compare, load_scenario, simulate, sweep
from sim.cli import app
from sim.errors import ConfigError, ResultsError
from sim.execution import engine
from sim.execution.demand import memory_of
from sim.execution.engine import outcomes_of
from sim.execution.run import Stopped, plan_with
from sim.experiments import stages
from sim.experiments.plan import single
from sim.kernel.lanes import LANES
from sim.results.merge import merge

pytestmark = pytest.mark.quick

SCENARIO = "two-rivals-one-patron"
RUNS = 2 * LANES + 11
DECLARED = {
    "in-band": "0.1 < control.VAL:final < 0.9",
    "lead": {"expression": "influence.ALD.BOR:final - influence.ALD.COR:final", "meaning": "Aldia's lead"},
    "calm": "mean(phase.VAL == truce, weeks 2..5)",
    "mean-control": "mean(control.VAL)",
    "peak": "max(control.VAL, weeks 0..3) - at(control.VAL, week 4)",
    "began": "first(posture.VAL.ALD != abstain)",
    "never": "first_truce.VAL:final < 100",
    "both": "lead * 2 - mean-control",
}


def results(folder: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Bytes of every file of the results, and the manifest without its provenance."""
    found = {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*.parquet"))}
    manifest = json.loads((folder / "manifest.json").read_text())
    return found, {key: value for key, value in manifest.items() if key not in ("provenance", "seal")}


def run(out: Path | None = None, runs: int = RUNS, **options: Any) -> Results:
    return simulate(SCENARIO, runs, weeks=8, outcomes=DECLARED, **{"threads": 1, "out": out, **options})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return run(tmp_path_factory.mktemp("declared") / "out")


def weekly(found: Results, outcome: str) -> NDArray[np.float64]:
    """An outcome over time, shape (runs, weeks)."""
    return found.series.pivot_table(index="replicate", columns="week", values=outcome, dropna=False).to_numpy(
        np.float64
    )


def test_values_are_those_of_the_stored_columns_and_series(whole: Results) -> None:
    runs = whole.runs
    control, phase, posture = (weekly(whole, f"{name}") for name in ("control.VAL", "phase.VAL", "posture.VAL.ALD"))
    kept = len(control)
    assert kept == min(200, RUNS)
    pd.testing.assert_series_equal(
        runs["in-band"], runs["control.VAL:final"].between(0.1, 0.9, "neither") * 1.0, check_names=False
    )
    expected = runs["influence.ALD.BOR:final"] - runs["influence.ALD.COR:final"]
    pd.testing.assert_series_equal(runs["lead"], expected, check_names=False, check_exact=True)
    assert runs["calm"][:kept].to_numpy() == pytest.approx((phase[:, 2:6] == 2).mean(axis=1))
    assert runs["mean-control"].to_numpy() == pytest.approx(runs["control.VAL:mean"].to_numpy(), abs=1e-12)
    assert runs["peak"][:kept].to_numpy() == pytest.approx(control[:, :4].max(axis=1) - control[:, 4], abs=1e-6)
    acts = posture != 0
    began = np.where(acts.any(axis=1), acts.argmax(axis=1), np.nan)
    np.testing.assert_array_equal(runs["began"][:kept].to_numpy(np.float64, na_value=np.nan), began)
    assert runs["never"].to_list() == runs["first_truce.VAL:final"].notna().astype(float).to_list()
    assert runs["both"].to_numpy() == pytest.approx((2 * runs["lead"] - runs["mean-control"]).to_numpy(), abs=1e-15)


def test_columns_say_unit_and_meaning(whole: Results) -> None:
    columns = whole.manifest["columns"]
    assert columns["lead"] == {
        "unit": "share",
        "meaning": "Aldia's lead: influence.ALD.BOR:final - influence.ALD.COR:final",
    }
    assert columns["began"]["unit"] == "week"
    assert list(columns)[-len(DECLARED) :] == list(DECLARED)
    reopened = Results.open(whole.folder)
    pd.testing.assert_frame_equal(reopened.runs[list(DECLARED)], whole.runs[list(DECLARED)])


def test_other_columns_and_series_are_what_they_are_without_them(whole: Results) -> None:
    plain = simulate(SCENARIO, RUNS, weeks=8, threads=1)
    pd.testing.assert_frame_equal(whole.runs.drop(columns=list(DECLARED)), plain.runs)
    pd.testing.assert_frame_equal(whole.series, plain.series)


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("kept", [0, 5, RUNS])
def test_values_do_not_depend_on_which_series_are_stored(whole: Results, every: int, kept: int) -> None:
    scenario = load_scenario(SCENARIO, {"weeks": 8})
    choice = replace(scenario.series, every=every, replicates=kept)
    found = simulate(replace(scenario, series=choice), RUNS, outcomes=DECLARED, threads=1)
    pd.testing.assert_frame_equal(found.runs, whole.runs)
    plain = simulate(replace(scenario, series=choice), RUNS, threads=1)
    pd.testing.assert_frame_equal(found.series, plain.series)


def test_courses_have_a_value_a_tick() -> None:
    scenario = load_scenario(SCENARIO, {"weeks": 6, "dt": 0.5})
    runs = simulate(scenario, 10, threads=1, outcomes={"mean-control": "mean(control.VAL)"}).runs
    assert runs["mean-control"].to_numpy() == pytest.approx(runs["control.VAL:mean"].to_numpy(), abs=1e-12)


def test_any_number_of_threads_gives_the_same_bytes(whole: Results, tmp_path: Path) -> None:
    run(tmp_path / "out", threads=2)
    assert results(tmp_path / "out") == results(whole.folder)


def test_the_mesa_model_gives_the_same_bits(whole: Results) -> None:
    mesa = run(runs=3, engine="mesa", processes=1, threads=None)
    pd.testing.assert_frame_equal(mesa.runs, whole.runs.head(3), check_exact=True)


def test_a_stopped_run_goes_on_and_another_expression_is_refused(
    whole: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.Engine, "chunk", LANES)
    out = tmp_path / "out"

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Stopped):
        run(out, progress=stop)
    run(out)
    assert results(out)[0] == results(whole.folder)[0]
    for outcomes, said in (
        (
            {**DECLARED, "calm": "mean(phase.VAL == truce)"},
            r"outcome calm from mean\(phase.VAL == truce, weeks 2..5\) to mean",
        ),
        ({**DECLARED, "lead": "influence.ALD.BOR:final - influence.ALD.COR:final"}, "unit or meaning of outcome lead"),
        ({name: said for name, said in DECLARED.items() if name != "calm"}, "outcomes: gone calm"),
    ):
        with pytest.raises(ResultsError, match=said):
            simulate(SCENARIO, RUNS, weeks=8, outcomes=outcomes, threads=1, out=out)


def test_runs_are_added_and_shards_merged(whole: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    run(out, runs=9)
    more = run(out, extend=True)
    pd.testing.assert_frame_equal(more.runs[list(DECLARED)], whole.runs[list(DECLARED)])
    monkeypatch.setattr(stages, "PART_RUNS", LANES)
    parts = [tmp_path / str(index) for index in (1, 2)]
    for index, part in enumerate(parts, 1):
        run(part, shard=(index, 2))
    pd.testing.assert_frame_equal(merge(parts, tmp_path / "merged").runs, whole.runs)
    other = {**DECLARED, "calm": "mean(phase.VAL == truce)"}
    simulate(SCENARIO, RUNS, weeks=8, outcomes=other, threads=1, out=tmp_path / "other", shard=(2, 2))
    with pytest.raises(ResultsError, match="outcome calm from"):
        merge([parts[0], tmp_path / "other"], tmp_path / "mixed")


SWEEP = """
name: declared
scenario: two-rivals-one-patron
replicates: 4
weeks: 8
outcomes:
  gain: {expression: "control.VAL:final - 0.2", meaning: <b>ground</b> that was won}
  late: mean(control.VAL, weeks 6..8)
factors:
  - {path: ties.ALD.BOR.arms, values: [0.1, 0.5, 0.9]}
  - {path: weeks, values: [4, 8]}
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("swept")
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    return sweep(folder / "sweep.yaml", outcomes={"won": "gain > 0"}, threads=1, out=folder / "out")


def test_a_sweep_of_several_lengths_works_them_out_within_each(swept: Results) -> None:
    runs = swept.runs.merge(swept.design, on="point")
    assert runs["gain"].to_numpy() == pytest.approx(runs["control.VAL:final"].to_numpy() - 0.2)
    assert runs["late"].isna().to_list() == (runs["weeks"] == 4).to_list()
    assert runs["won"].to_list() == (runs["gain"] > 0).astype(float).to_list()


def test_they_are_analysed_and_compared_like_any_column(swept: Results) -> None:
    effects = swept.effects(["gain", "won"]).tables
    assert all(set(table["outcome"]) == {"gain", "won"} for table in effects.values())
    assert effects
    region = f"gain > {swept.runs['gain'].median():.9f} and won < 2"
    assert any(region in said for said in swept.discover(region).said)


def test_a_comparison_leaves_out_what_is_worked_out_differently() -> None:
    first, second = (
        simulate(SCENARIO, 20, weeks=4, threads=1, outcomes={"gain": said, "won": "control.VAL:final > 0.2"})
        for said in ("control.VAL:final - 0.2", "control.VAL:final - 0.1")
    )
    found = compare(first, second, outcomes=["gain", "won"])
    assert set(found.table["outcome"]) == {"won"}
    assert any("expressions differ and are left out: gain" in said for said in found.notes)


def test_the_page_shows_their_meaning_escaped(swept: Results, tmp_path: Path) -> None:
    page = Path(swept.dashboard(tmp_path / "page.html")).read_text(encoding="utf-8")
    assert "ground&lt;/b&gt; that was won" in page or "ground\\u003c/b\\u003e that was won" in page
    assert "<b>ground</b>" not in page


def test_the_page_of_a_single_scenario_lists_them_with_unit_and_mean(whole: Results, tmp_path: Path) -> None:
    page = Path(whole.dashboard(tmp_path / "page.html")).read_text(encoding="utf-8")
    row = re.search(r"<tr><th scope=\"row\">Aldia&#39;s lead.*?</tr>", page, re.DOTALL)
    assert row is not None
    lead = f"{whole.runs['lead'].mean():.2f}".replace("-", "−")
    assert f"<td>share</td><td>{lead}</td>" in row.group()
    assert f"<td>{RUNS}</td></tr>" in row.group()
    assert f"{int(whole.runs['began'].notna().sum())}</td></tr>" in page


def test_expressions_count_in_the_estimate_of_memory() -> None:
    scenario = load_scenario(SCENARIO)
    scenario = replace(scenario, series=replace(scenario.series, replicates=0))
    plan = single(scenario, 1000, 1)
    with_course = plan_with(plan, {"calm": "mean(phase.VAL == truce)"})
    with_column = plan_with(plan, {"gain": "control.VAL:final - 0.2"})
    needed = [memory_of(one, {"threads": 1}, *outcomes_of(one)) for one in (plan, with_column, with_course)]
    column = 8 * LANES
    assert needed[1] - needed[0] == column
    assert needed[2] - needed[0] == column + 4 * 52 * column


@pytest.mark.parametrize(("outcomes", "said"), [
    (["control.VAL:final"], "outcomes must be a mapping of names to expressions"),
    ({1: "control.VAL:final"}, "outcomes must be a mapping of names to expressions"),
    ({"gain": "contrl.VAL:final"}, "did you mean control.VAL:final?"),
])  # fmt: skip
def test_python_refuses_what_is_no_declaration(outcomes: Any, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        simulate(SCENARIO, 1, outcomes=outcomes)
    assert said in str(caught.value).replace("\n", " ")


def test_the_command_line_declares_them(tmp_path: Path) -> None:
    call = [
        "run",
        SCENARIO,
        "--replicates",
        "3",
        "--weeks",
        "4",
        "--no-dashboard",
        "--out",
        str(tmp_path / "out"),
        "--quiet",
    ]
    done = CliRunner().invoke(
        app, [*call, "--outcome", "gain=control.VAL:final - 0.2", "--set", "outcomes.calm=mean(phase.VAL == truce)"]
    )
    assert done.exit_code == 0, done.output
    assert {"gain", "calm"} <= set(Results.open(tmp_path / "out").runs)
    wrong = CliRunner().invoke(app, [*call, "--outcome", "control.VAL:final"])
    assert wrong.exit_code != 0
    assert "must be NAME=EXPRESSION" in wrong.output
