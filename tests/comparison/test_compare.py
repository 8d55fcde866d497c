"""Comparing two results: known answers, and what a comparison must say of itself."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sets import make_sets

from sim import Results, compare, load_scenario, simulate
from sim.errors import ConfigError, ResultsError

DRAWS = np.random.default_rng(5)
FEW = {"resamples": 500}
SCENARIO = "two-rivals-one-patron"


def drawn(replicates=60, points=1, seed=7, **shift):
    """Runs of normal outcomes; draws depend on the seed given."""
    draws = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {"point": np.repeat(np.arange(points), replicates), "replicate": np.tile(np.arange(replicates), points)}
    )
    for name in ("x", "y", "z"):
        rows[name] = draws.normal(size=len(rows)) + shift.get(name, 0.0)
    return rows


def row(comparison, outcome, measure="mean"):
    table = comparison.table
    return table[(table["outcome"] == outcome) & table["measure"].str.startswith(measure)].iloc[0]


def said(comparison, words):
    return any(words in note for note in comparison.notes)


@pytest.fixture(scope="module")
def base():
    return simulate(SCENARIO, 80, weeks=8)


def test_results_compared_with_themselves_differ_in_nothing(base):
    found = compare(base, base)
    assert found.kind == "paired runs"
    assert (found.table[["difference", "low", "high"]] == 0).all(axis=None)
    assert (found.table["p_holm"] == 1).all()
    assert not found.table["distinguishable"].any()
    assert (found.table["first"] == found.table["second"]).all()


def test_a_shifted_input_is_found_where_it_works(base):
    scenario = load_scenario(SCENARIO)
    control = scenario.numbers["contests.VAL.control"].value + 0.1
    found = compare(base, simulate(scenario.with_({"contests.VAL.control": control, "weeks": 8}), 80))
    start = row(found, "control.VAL:min")
    assert start["distinguishable"]
    assert start["low"] > 0.05
    assert start["difference"] == pytest.approx(start["second"] - start["first"])
    assert not row(found, "primacy.ALD:final")["distinguishable"]


def test_differences_are_second_less_first_and_exact_for_a_shift(results_of):
    found = compare(results_of(drawn()), results_of(drawn(x=0.5)), **FEW)
    assert row(found, "x")[["difference", "low", "high"]].tolist() == pytest.approx([0.5] * 3)
    assert row(found, "x")["distinguishable"]
    assert row(found, "y")["p"] == 1


def test_pairs_tell_what_independent_runs_cannot(results_of):
    first, second = drawn(40), drawn(40, x=0.1)
    second["x"] += DRAWS.normal(size=40) * 0.05
    assert row(compare(results_of(first), results_of(second), **FEW), "x")["distinguishable"]
    loose = compare(results_of(first), results_of(second, seed=2), **FEW)
    assert loose.kind == "independent runs"
    assert said(loose, "not paired: seeds 1 and 2 differ")
    assert not row(loose, "x")["distinguishable"]


def test_the_same_seed_without_a_common_replicate_makes_no_pairs(results_of):
    other = drawn(seed=8).assign(replicate=lambda rows: rows["replicate"] + 1000)
    found = compare(results_of(drawn()), results_of(other), **FEW)
    assert found.kind == "independent runs"
    assert said(found, "no replicate is in both")


def test_what_has_no_partner_is_left_out_and_counted(results_of):
    first, second = drawn(30), drawn(50)
    second.loc[:29, ["x", "y", "z"]] = first[["x", "y", "z"]] + 1
    found = compare(results_of(first), results_of(second), **FEW)
    assert row(found, "x")["difference"] == pytest.approx(1)
    assert row(found, "x")["n"] == 30
    assert said(found, "0 runs of the first, 20 of the second")


def test_points_are_matched_by_their_factors_whatever_their_numbers(results_of):
    rows = drawn(30, points=3)
    design = pd.DataFrame({"point": [0, 1, 2], "a": [1.0, 2.0, 3.0], "b": ["u", "v", "w"]})
    turned = rows.assign(point=2 - rows["point"])
    turned["x"] += 1
    other = pd.DataFrame({"point": [2, 1, 0], "a": [1.0, 2.0, 9.0], "b": ["u", "v", "w"]})
    found = compare(results_of(rows, design), results_of(turned, other), **FEW)
    assert row(found, "x")["difference"] == pytest.approx(1)
    assert row(found, "x")["n"] == 60
    assert said(found, "2 points are in both designs; 1 of the first, 1 of the second")


def test_replicates_are_the_unit_not_runs(results_of):
    """Ten points repeat one replicate's difference: it counts once."""
    first = drawn(15, points=10)
    second = first.copy()
    second["x"] += np.tile(DRAWS.normal(0.3, 1, 15), 10)
    first_rows = results_of(first), results_of(second)
    by_replicate = compare(first_rows[0], first_rows[1], **FEW)
    by_point = compare(first_rows[0], first_rows[1], unit="point", **FEW)
    assert said(by_replicate, "rest on 15 replicates")
    assert said(by_replicate, "15 replicates are few")
    assert row(by_replicate, "x")["high"] - row(by_replicate, "x")["low"] > 0.3
    assert row(by_point, "x")["high"] - row(by_point, "x")["low"] < 1e-6


def test_one_replicate_a_point_speaks_of_points(results_of):
    found = compare(results_of(drawn(1, points=40)), results_of(drawn(1, points=40, seed=9)), **FEW)
    assert said(found, "40 points: they say how far points like these agree, nothing about chance")


def test_designs_that_differ_are_compared_by_replicate(results_of):
    two = drawn(30, points=2)
    one = two[two["point"] == 0].copy()
    design = pd.DataFrame({"point": [0, 1], "a": [1.0, 2.0]})
    two.loc[two["point"] == 1, "x"] = two.loc[two["point"] == 0, "x"].to_numpy() + 1
    found = compare(results_of(one), results_of(two, design), **FEW)
    assert found.kind == "paired replicates"
    assert said(found, "vary different factors")
    assert row(found, "x")[["difference", "low", "high"]].tolist() == pytest.approx([0.5] * 3)


def test_each_point_gets_its_rows(results_of):
    rows = drawn(25, points=3)
    design = pd.DataFrame({"point": [0, 1, 2], "a": [1.0, 2.0, 3.0]})
    second = rows.assign(x=rows["x"] + rows["point"])
    found = compare(results_of(rows, design), results_of(second, design), ["x"], each_point=True, **FEW)
    by_point = found.table.set_index("point")["difference"]
    assert by_point.to_dict() == pytest.approx({0: 0, 1: 1, 2: 2})
    assert found.table.set_index("point")["a"].to_dict() == {0: 1.0, 1: 2.0, 2: 3.0}


@pytest.mark.parametrize("label", ["p", "n", "first", "measure", "p_holm", "distinguishable"])
def test_factor_with_the_label_of_a_column_of_comparisons_overwrites_none(results_of, label):
    rows = drawn(25, points=2)
    results = results_of(rows, pd.DataFrame({"point": [0, 1], label: ["low", "high"]}))
    plain = results_of(rows, pd.DataFrame({"point": [0, 1], "a": ["low", "high"]}))
    found = compare(results, results, ["x"], each_point=True, **FEW).table
    expected = compare(plain, plain, ["x"], each_point=True, **FEW).table.rename(columns={"a": f"{label} (factor)"})
    pd.testing.assert_frame_equal(found, expected)


def test_codes_are_compared_by_shares_of_words(results_of):
    rows = pd.DataFrame({"point": 0, "replicate": range(40), "phase.X:final": [0.0] * 40})
    moved = rows.assign(**{"phase.X:final": [0.0] * 10 + [2.0] * 30, "phase.X:mean": 1.5})
    found = compare(results_of(rows.assign(**{"phase.X:mean": 1.0})), results_of(moved), ["phase.X:final"], **FEW)
    assert set(found.table["measure"]) == {"share quiet", "share truce"}
    assert row(found, "phase.X:final", "share truce")["difference"] == 0.75
    assert row(found, "phase.X:final", "share truce")["unit"] == "share of runs"


def test_menus_of_postures_are_matched_by_word(results_of):
    rows = pd.DataFrame({"point": 0, "replicate": range(30), "posture.X.P:final": [1.0] * 30})
    menus = results_of(rows, postures=["abstain", "mediate"]), results_of(rows, postures=["mediate", "fight"])
    found = compare(menus[0], menus[1], **FEW)
    assert row(found, "posture.X.P:final", "share mediate")["difference"] == -1
    assert row(found, "posture.X.P:final", "share fight")["difference"] == 1


def test_times_are_compared_by_whether_how_long_and_when(results_of):
    name = "first_truce.X:final"
    first = pd.DataFrame({"point": 0, "replicate": range(40), name: [10.0] * 20 + [np.nan] * 20})
    second = first.assign(**{name: [14.0] * 20 + [30.0] * 10 + [np.nan] * 10})
    found = compare(results_of(first), results_of(second), **FEW)
    assert row(found, name, "share reached by week 52")["difference"] == 0.25
    assert row(found, name, "weeks without it")["first"] == (20 * 10 + 20 * 52) / 40
    assert row(found, name, "weeks without it")["second"] == (20 * 14 + 10 * 30 + 10 * 52) / 40
    both = row(found, name, "week, where it came in both")
    assert (both["difference"], both["n"]) == (4, 20)


def test_times_are_counted_to_the_shorter_horizon(results_of):
    name = "first_truce.X:final"
    first = pd.DataFrame({"point": 0, "replicate": range(30), name: 40.0})
    found = compare(results_of(first, weeks=52), results_of(first, weeks=20), **FEW)
    assert found.table["measure"].tolist() == ["weeks without it, of 20"]
    assert said(found, "52 and 20 weeks")


def test_failed_runs_count_for_failure_alone(results_of):
    first = drawn(30)
    second = first.assign(failure=["not finite"] * 10 + [None] * 20)
    second.loc[:9, "x"] = 1e9
    found = compare(results_of(first), results_of(second), **FEW)
    assert row(found, "failure", "share failed")["difference"] == pytest.approx(1 / 3)
    assert (row(found, "x")["difference"], row(found, "x")["n"]) == (0, 20)
    assert said(found, "10 runs of the second failed")


def test_corrections_decide(results_of):
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"point": 0, "replicate": range(50)})
    first = pd.concat([rows, pd.DataFrame(rng.normal(size=(50, 60))).rename(columns=str)], axis=1)
    second = pd.concat([rows, pd.DataFrame(rng.normal(0.1, 1, size=(50, 60))).rename(columns=str)], axis=1)
    found = {rule: compare(results_of(first), results_of(second), correction=rule) for rule in ("holm", "bh", "none")}
    counts = {rule: int(one.table["distinguishable"].sum()) for rule, one in found.items()}
    assert counts["holm"] <= counts["bh"] <= counts["none"]
    assert counts["none"] > 0
    assert said(found["holm"], "correction for 60 rows: Holm (1979)")


def test_the_clearest_difference_comes_first(base):
    table = compare(base, simulate(SCENARIO, 80, seed=3, weeks=8)).table
    clear = (table["difference"].abs() / (table["high"] - table["low"])).fillna(0)
    assert clear.is_monotonic_decreasing


NUMBERS = ["x", "y", "z"]


@pytest.mark.parametrize("other", ["same seed", "another seed", "another design"])
@given(
    seed=st.integers(0, 2**20),
    size=st.floats(-9, 9),
    noise=st.floats(-17, -14),
    constant=st.booleans(),
    points=st.integers(1, 3),
)
@settings(max_examples=25, deadline=None)
def test_differences_within_rounding_are_none(results_of, other, seed, size, noise, constant, points):
    """Whatever the magnitude of the values and the way in which runs are compared; true ones are still found."""
    first = drawn(12, points, seed)
    first[NUMBERS] = 0.1 if constant else first[NUMBERS] - first[NUMBERS].mean()
    first[NUMBERS] *= 10**size
    second = first.copy()
    draws = np.random.default_rng(seed).choice([-1, 0, 1, 1], size=second[NUMBERS].shape)
    second[NUMBERS] += draws * 10 ** (noise + size)
    second["z"] += 10 ** (size + 1)
    design = pd.DataFrame({"point": range(points), "a": [f"level {n}" for n in range(points)]})
    changed = design.rename(columns={"a": "b"}) if other == "another design" else design
    sides = results_of(first, design), results_of(second, changed, seed=2 if other == "another seed" else 1)
    table = compare(sides[0], sides[1], resamples=200, correction="none").table
    assert table["outcome"].iloc[0] == "z"
    assert table["distinguishable"].tolist() == [True, False, False]
    still = table.iloc[1:]
    assert (still["difference"] == 0).all()
    assert (still["low"] <= 0).all()
    assert (still["high"] >= 0).all()
    assert (still["p"] == 1).all()


def test_pairs_that_differ_within_rounding_do_not_differ(results_of):
    rows = drawn(12, 2).assign(x=0.3, y=[0.3] * 12 + [0.1 + 0.2] * 12)
    pairs = results_of(rows).pairs(1, 0)
    assert (pairs[["x", "y"]] == 0).all(axis=None)
    assert (pairs["z"] != 0).all()


@pytest.mark.parametrize(
    "use",
    [
        compare,
        lambda some, none: compare(none, some),
        lambda some, none: none.wide(),
        lambda some, none: none.wide(by="point"),
        lambda some, none: none.pairs(0, 0),
        lambda some, none: none.to_xarray(),
    ],
)
def test_sweep_of_which_nothing_is_finished_yet_is_told_as_such(results_of, use):
    some = results_of(drawn(4))
    none = Results({**some.manifest, "complete": False}, {"design.parquet": list(some.tables("design.parquet"))})
    assert none.runs.empty
    with pytest.raises(ResultsError, match="made holds no run yet; give the command that began it again"):
        use(some, none)


def test_results_without_a_common_outcome_are_refused(results_of):
    with pytest.raises(ResultsError, match="no outcome in common"):
        compare(results_of(drawn()[["point", "replicate", "x"]]), results_of(drawn()[["point", "replicate", "y"]]))


def test_unknown_outcomes_and_options_are_named(base):
    with pytest.raises(ConfigError, match="must name an outcome"):
        compare(base, base, ["contrl"])
    with pytest.raises(ConfigError) as caught:
        compare(base, base, unit="week", correction="bonferroni", confidence=2, resamples=1)
    assert len(caught.value.faults) == 4


def test_comparison_is_strict_json_and_the_same_again(results_of, base):
    one = compare(results_of(drawn(1)), results_of(drawn(1, x=1.0)), **FEW)
    text = json.dumps(one.to_dict(), allow_nan=False)
    assert json.loads(text)["rows"][0]["low"] is None
    assert text == json.dumps(
        compare(results_of(drawn(1)), results_of(drawn(1, x=1.0)), **FEW).to_dict(), allow_nan=False
    )


@given(st.integers(1, 6), st.integers(1, 4), st.integers(1, 6), st.integers(0, 2**20))
@settings(max_examples=40)
def test_turning_the_sides_turns_the_sign(results_of, replicates, points, others, seed):
    first, second = drawn(replicates, points, seed), drawn(others, points, seed + 1)
    forth = compare(results_of(first), results_of(second), resamples=100).table.set_index("outcome")
    back = compare(results_of(second), results_of(first), resamples=100).table.set_index("outcome").loc[forth.index]
    assert np.allclose(forth["difference"], -back["difference"], equal_nan=True)
    assert np.allclose(forth["p"], back["p"], equal_nan=True, atol=1e-9)
    assert np.allclose(forth["first"], back["second"])


@pytest.fixture(scope="module")
def over_sets() -> tuple[Results, Results]:
    """A scenario over plausible sets, and the same with a number of its own instead of one of the sets'."""
    scenario = load_scenario("two-rivals-one-patron")
    sets = make_sets(scenario, "weights.*", "behaviour.distrust", count=9)
    lowest = scenario.numbers["behaviour.distrust"].range[0]
    changed = scenario.with_({"behaviour.distrust": lowest})
    return tuple(simulate(one, 6, plausible=sets, weeks=26) for one in (scenario, changed))


def test_same_sets_are_compared_set_by_set_although_columns_differ(over_sets) -> None:
    first, second = over_sets
    assert set(first.design) - set(second.design) == {"behaviour.distrust"}
    found = compare(first, second, ["weeks_fought.VAL:final"])
    assert found.kind == "paired runs"
    assert "points are the same plausible sets in both" in found.notes
    row = found.table[found.table["outcome"] == "weeks_fought.VAL:final"].iloc[0]
    column = "weeks_fought.VAL:final"
    moved = (second.runs[column] - first.runs[column]).to_numpy().reshape(9, 6).mean(axis=1)
    assert row["difference"] == pytest.approx(moved.mean())
    assert (row["rises"], row["falls"]) == pytest.approx(((moved > 0).mean(), (moved < 0).mean()))
    assert moved.min() - 1e-9 <= row["assumptions_low"] <= row["assumptions_high"] <= moved.max() + 1e-9
    assert any("9 plausible sets" in note for note in found.notes)


def test_other_results_have_no_columns_of_sets(over_sets) -> None:
    alone = simulate("two-rivals-one-patron", 6, weeks=26)
    assert "rises" not in compare(alone, alone, ["control.VAL:final"]).table
    assert "rises" not in compare(alone, over_sets[0], ["control.VAL:final"]).table
