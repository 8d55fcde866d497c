"""Results in the shapes that people work with: wide, paired, labelled."""

from __future__ import annotations

import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from sim import Results, load_scenario, simulate, sweep
from sim.errors import ConfigError, ResultsError
from sim.scenario.load import shipped

pytestmark = pytest.mark.quick

ARMS, CARE = "states.ALD.arms_policy", "contests.VAL.parties.ALD.salience"
SWEEP = f"""
name: tiny
title: Tiny
scenario: SCENARIO
replicates: 4
series: {{every: 2, replicates: 2}}
factors:
  - {{path: {CARE}, label: care, values: [0.7, 0.3]}}
  - {{path: {ARMS}, label: arms, values: [both, none, ally]}}
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    shutil.copy(shipped()["two-rivals-one-patron"], folder / "two.yaml")
    (folder / "base.yaml").write_text("extends: two.yaml\nname: base\ntitle: Base\nweeks: 6\n")
    (folder / "tiny.yaml").write_text(SWEEP.replace("SCENARIO", "base.yaml"))
    return sweep(folder / "tiny.yaml", out=folder / "out")


def test_wide_has_a_row_a_run_and_a_column_a_factor(results):
    wide = results.wide()
    assert list(wide.columns) == ["point", "replicate", CARE, ARMS, *results.runs.columns[2:]]
    pd.testing.assert_frame_equal(wide[results.runs.columns], results.runs)
    merged = results.runs.merge(results.design, on="point")
    assert (wide[ARMS] == merged[ARMS]).all()
    assert (wide[CARE] == merged[CARE]).all()


def test_wide_by_point_has_means_spreads_and_numbers(results):
    points = results.wide(by="point")
    known = results.runs.groupby("point")["control.VAL:final"].agg(["mean", "std", "count"])
    assert np.allclose(points["control.VAL:final.mean"], known["mean"])
    assert np.allclose(points["control.VAL:final.sd"], known["std"])
    assert points["control.VAL:final.n"].tolist() == [4] * 6
    assert points[ARMS].tolist() == results.design[ARMS].tolist()
    assert not any(name.startswith(("phase.", "posture.")) for name in points)


def test_wide_says_what_it_can_be(results):
    with pytest.raises(ConfigError, match="must be run or point"):
        results.wide(by="week")


def test_rows_that_were_added_later_are_read_in_their_place(results_of):
    rows = pd.DataFrame({"point": [0, 0, 1, 1, 0, 1], "replicate": [0, 1, 0, 1, 2, 2], "x": [0.0, 1, 10, 11, 2, 12]})
    assert results_of(rows).runs["x"].tolist() == [0, 1, 2, 10, 11, 12]


def test_pairs_are_differences_by_replicate(results):
    pairs = results.pairs({ARMS: "none"}, {ARMS: "both"})
    assert list(pairs.columns[:4]) == ["point", "baseline", "replicate", CARE]
    assert len(pairs) == 2 * 4
    value = results.wide().set_index([CARE, ARMS, "replicate"])["control.VAL:final"]
    for row in pairs.to_dict("records"):
        at = row[CARE], row["replicate"]
        assert row["control.VAL:final"] == value[at[0], "none", at[1]] - value[at[0], "both", at[1]]


def test_points_and_labels_name_the_same_pairs(results):
    by_number = results.pairs(1, 0)
    by_value = results.pairs({ARMS: "none", CARE: 0.7}, {ARMS: "both"})
    by_label = results.pairs({"arms": "none"}, {ARMS: "both", "care": "0.7"})
    for other in (by_value, by_label):
        assert other["point"].unique().tolist() == [1]
        assert (other["control.VAL:final"].to_numpy() == by_number["control.VAL:final"].to_numpy()).all()


@pytest.mark.parametrize(
    ("treatment", "baseline", "said"),
    [
        ({"states.ALD.arms_polcy": "none"}, {ARMS: "both"}, "must be a factor.*did you mean states.ALD.arms_policy"),
        ({ARMS: "nobody"}, {ARMS: "both"}, "must be a value that the design has .*nobody"),
        (99, 0, "must be one of the points 0 to 5"),
        ("none", 0, "must be one of the points"),
        (True, 0, "must be one of the points"),
    ],
)  # fmt: skip
def test_unknown_points_factors_and_values_are_named(results, treatment, baseline, said):
    with pytest.raises(ConfigError, match=said):
        results.pairs(treatment, baseline)


def test_all_faults_of_pairs_are_told_at_once(results):
    with pytest.raises(ConfigError) as caught:
        results.pairs({ARMS: "nobody"}, {"care": 5, "cars": 1})
    assert len(caught.value.faults) == 3


def test_a_mapping_and_a_point_make_no_pairs(results):
    with pytest.raises(ResultsError, match="two numbers, or two mappings"):
        results.pairs({ARMS: "none"}, 0)


def test_pairs_need_a_common_replicate(results_of):
    rows = pd.DataFrame({"point": [0, 0, 1, 1], "replicate": [0, 1, 2, 3], "x": [1.0, 2, 3, 4]})
    with pytest.raises(ResultsError, match="no replicate in common"):
        results_of(rows).pairs(1, 0)


def test_pairs_need_counterparts(results_of):
    rows = pd.DataFrame({"point": [0, 1], "replicate": [0, 0], "x": [1.0, 2]})
    design = pd.DataFrame({"point": [0, 1], "a": [1.0, 2.0], "b": [5.0, 6.0]})
    with pytest.raises(ResultsError, match="equal in all other factors"):
        results_of(rows, design).pairs({"a": 2.0}, {"a": 1.0})


def test_pairs_leave_failed_runs_and_codes_out(results_of):
    rows = pd.DataFrame(
        {
            "point": [0, 0, 1, 1],
            "replicate": [0, 1, 0, 1],
            "control.X:final": [0.1, 0.2, 0.5, np.nan],
            "phase.X:final": [0.0, 1, 2, 3],
            "failure": [None, None, None, "not finite"],
        }
    )
    pairs = results_of(rows).pairs(1, 0)
    assert pairs["replicate"].tolist() == [0]
    assert pairs["control.X:final"].tolist() == pytest.approx([0.4])
    assert "phase.X:final" not in pairs


def test_dataset_holds_runs_series_and_factors(results):
    pytest.importorskip("xarray")
    found = results.to_xarray()
    assert dict(found.sizes) == {"point": 6, "replicate": 4, "week": 3}
    runs = results.runs.set_index(["point", "replicate"])
    assert float(found["control.VAL:final"].sel(point=3, replicate=2)) == runs.loc[(3, 2), "control.VAL:final"]
    series = results.series.set_index(["point", "replicate", "week"])["control.VAL"]
    assert float(found["control.VAL"].sel(point=5, replicate=1, week=4)) == series[5, 1, 4]
    assert np.isnan(found["control.VAL"].sel(replicate=3)).all()
    assert found["control.VAL:final"].attrs == {
        "units": "share", "long_name": "share of the stake that the challenger holds, at the end of the run",
    }  # fmt: skip
    assert found["phase.VAL:final"].attrs["flag_meanings"].split()[2] == "truce"
    assert found.coords[ARMS].dims == ("point",)
    assert found.coords[ARMS].attrs["long_name"] == "arms"
    assert "week" not in results.to_xarray(series=False).dims


def test_grid_has_a_dimension_a_factor_in_the_order_of_the_file(results):
    pytest.importorskip("xarray")
    cube = results.to_xarray(series=False, grid=True)
    assert cube[ARMS].to_numpy().tolist() == ["both", "none", "ally"]
    assert cube[CARE].to_numpy().tolist() == [0.7, 0.3]
    value = cube["control.VAL:final"].sel({ARMS: "ally", CARE: 0.3, "replicate": 1})
    wide = results.wide().query("point == 5 and replicate == 1")
    assert float(value) == wide["control.VAL:final"].item()


def test_no_grid_is_made_of_another_design(results_of):
    pytest.importorskip("xarray")
    rows = pd.DataFrame({"point": [0, 1], "replicate": [0, 0], "x": [1.0, 2]})
    design = pd.DataFrame({"point": [0, 1], "a": [1.0, 2.0], "b": [5.0, 6.0]})
    with pytest.raises(ResultsError, match="no grid"):
        results_of(rows, design).to_xarray(grid=True)
    one = results_of(rows, design[["point", "a"]]).to_xarray(grid=True)
    assert one["x"].sel(a=2.0, replicate=0) == 2


def test_ragged_replicates_become_nan(results_of):
    pytest.importorskip("xarray")
    rows = pd.DataFrame({"point": [0, 0, 1], "replicate": [0, 1, 0], "x": [1.0, 2, 3]})
    assert np.isnan(results_of(rows).to_xarray()["x"].sel(point=1, replicate=1))


def test_missing_xarray_is_said_with_its_remedy(results, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(ResultsError, match=r"pip install 'counterpoise\[explore\]'"):
        results.to_xarray()


def test_results_of_a_single_run_have_every_shape():
    results = simulate(load_scenario("two-rivals-one-patron").with_({"weeks": 3}), 2)
    assert len(results.wide()) == 2
    assert len(results.wide(by="point")) == 1
    assert results.pairs(0, 0)["control.VAL:final"].eq(0).all()
    assert results.pairs({}, {})["replicate"].tolist() == [0, 1]
    assert isinstance(results, Results)
