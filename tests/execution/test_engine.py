"""Both engines store the same rows, on any number of threads."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.execution.run import simulate

TABLES = ("design", "runs", "series", "reasons")


@pytest.fixture(scope="module")
def compiled():
    return simulate("two-rivals-one-patron", 70, weeks=20, threads=1)


def test_mesa_stores_the_same_rows_bit_for_bit(compiled):
    mesa = simulate("two-rivals-one-patron", 3, weeks=20, engine="mesa")
    pd.testing.assert_frame_equal(mesa.runs, compiled.runs.head(3), check_exact=True)
    kept = compiled.series[compiled.series["replicate"] < 3]
    pd.testing.assert_frame_equal(mesa.series, kept, check_exact=True)


def test_rows_do_not_depend_on_threads(compiled):
    threaded = simulate("two-rivals-one-patron", 70, weeks=20, threads=3)
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(threaded, table), getattr(compiled, table), check_exact=True)


def test_replicate_is_the_same_whatever_their_number(compiled):
    few = simulate("two-rivals-one-patron", 5, weeks=20)
    pd.testing.assert_frame_equal(few.runs, compiled.runs.head(5), check_exact=True)


def test_shipped_outcomes_can_be_chosen_by_pattern(tmp_path):
    from sim.outcomes import expanded
    from sim.scenario.load import load_scenario

    layout = load_scenario("two-rivals-one-patron").layout
    found = expanded(["control.*", "truces.*", "imbalance:mean"], layout, statistics=True)
    contest = next(name for name in layout.outcomes if name.startswith("control."))
    assert found[:4] == tuple(f"{contest}:{statistic}" for statistic in ("final", "mean", "min", "max"))
    assert found[-1] == "imbalance:mean"
    assert [name for name in found if name.startswith("truces")] == [contest.replace("control", "truces") + ":final"]


@pytest.mark.parametrize("threads", [1, 3])
def test_mesa_runs_every_point_of_a_sweep_as_the_ensemble_does(tmp_path, threads):
    from sim.execution.run import sweep

    file = tmp_path / "points.yaml"
    file.write_text(
        "name: points\nscenario: two-rivals-one-patron\nreplicates: 70\nweeks: 12\nseries: {replicates: 2}\n"
        "factors: [{path: contests.VAL.parties.ALD.salience, values: [0.1, 0.5, 0.9]}]\n",
        encoding="utf-8",
    )
    compiled, mesa = sweep(file, threads=threads), sweep(file, replicates=2, engine="mesa")
    few = compiled.runs[compiled.runs["replicate"] < 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(mesa.runs, few, check_exact=True)
    pd.testing.assert_frame_equal(mesa.series, compiled.series, check_exact=True)
    outcomes = few.drop(columns=["point", "replicate", "failure"])
    assert (
        not outcomes[few["point"] == 0]
        .reset_index(drop=True)
        .equals(outcomes[few["point"] == 2].reset_index(drop=True))
    )
