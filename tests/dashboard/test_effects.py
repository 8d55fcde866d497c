"""Effects over a design: known answers, nothing found where there is nothing, and pairs that differ in one factor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.comparison.neighbours import Neighbours
from sim.comparison.ranks import Ranks
from sim.comparison.variance import parts_of_variance
from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.variation import Variation, variation
from sim.dashboard.outcomes import Outcome
from sim.dashboard.sections.variation.plots import dots
from sim.dashboard.statistics import Estimate
from sim.dashboard.study import study

OUTCOME = "control.NK:final"


@pytest.fixture(scope="module")
def gathered(synthetic):
    """Makes the variation of one outcome over a design, given values by point and replicate."""
    base = study(synthetic.folder(replicates=2, weeks=3))

    def variation_of(
        design: pd.DataFrame, values: np.ndarray, sampling: dict[str, Any], levels: tuple[str, ...] = ()
    ) -> Variation:
        points, replicates = values.shape
        factors = [
            {
                "path": name,
                "label": name,
                "values": list(dict.fromkeys(design[name])) if name in levels else [],
                "labels": [],
            }
            for name in design
        ]
        runs = pd.DataFrame({
            "point": np.repeat(np.arange(points), replicates),
            "replicate": np.tile(np.arange(replicates), points),
            OUTCOME: values.ravel(),
        })  # fmt: skip
        manifest = {**base.manifest, "factors": factors, "sampling": sampling, "points": points}
        what = replace(base, manifest=manifest, design=design.assign(point=np.arange(points)), runs=runs)
        found = variation(what)
        assert found is not None
        return found

    return variation_of


def worlds_times_policies(rng: np.random.Generator, worlds: int, policies: list[str]) -> pd.DataFrame:
    """A design of drawn worlds, each with every policy."""
    drawn = np.repeat(rng.random(worlds), len(policies))
    return pd.DataFrame({"x": drawn, "policy": policies * worlds})


PRODUCT = {"design": "product", "of": [{"design": "sobol"}, {"design": "grid"}]}


def test_effect_of_a_policy_is_found_in_pairs_however_far_worlds_differ(gathered) -> None:
    rng = np.random.default_rng(1)
    design = worlds_times_policies(rng, 40, ["none", "both"])
    shocks = rng.standard_normal(20)
    gain = np.where(np.repeat(np.arange(40) < 30, 2), 0.02, -0.01)
    values = 5 * design["x"].to_numpy()[:, None] + shocks + (gain * (design["policy"] == "both").to_numpy())[:, None]
    effect, *others = gathered(design, values, PRODUCT, ("policy",)).of_levels("policy")
    assert not others
    assert (effect.kind, effect.level, effect.worlds) == ("pairs", "both", 40)
    assert (effect.rises, effect.falls) == (30, 10)
    assert effect.estimate.value == pytest.approx(0.0125)
    at = [float(values[(design["policy"] == word).to_numpy()].mean()) for word in ("none", "both")]
    assert effect.ends == pytest.approx(at)


def test_rounding_is_no_effect(gathered) -> None:
    design = worlds_times_policies(np.random.default_rng(2), 20, ["none", "both"])
    values = np.full((40, 4), 0.3)
    values[1::2] += 1e-16
    found = gathered(design, values, PRODUCT, ("policy",))
    (effect,) = found.of_levels("policy")
    assert (effect.rises, effect.falls, effect.estimate.value) == (0, 0, 0.0)
    assert effect not in found.clear


def test_levels_without_pairs_are_compared_as_groups(gathered) -> None:
    rng = np.random.default_rng(3)
    design = pd.DataFrame({"x": rng.random(200), "backing": rng.choice(["on", "off"], 200)})
    design.loc[0, "backing"] = "on"
    values = 0.1 * rng.standard_normal((200, 5)) + 0.4 * (design["backing"] == "off").to_numpy()[:, None]
    found = gathered(design, values, {"design": "latin-hypercube"}, ("backing",))
    (effect,) = found.of_levels("backing")
    assert (effect.kind, effect.worlds) == ("groups", 0)
    assert effect.estimate.low < 0.4 < effect.estimate.high
    assert effect in found.clear
    at = [float(values[(design["backing"] == word).to_numpy()].mean()) for word in ("on", "off")]
    assert effect.ends == pytest.approx(at)


def test_mean_effect_of_a_step_is_the_mu_of_a_linear_model(gathered) -> None:
    from SALib.analyze import morris as analyze
    from SALib.sample import morris as sample

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    points = sample.sample(problem, 12, num_levels=4, seed=4)
    outcome = points @ np.array([0.6, -0.2, 0.0])
    sampling = {"design": "morris", "trajectories": 12, "levels": 4, "problem": problem}
    found = gathered(pd.DataFrame(points, columns=problem["names"]), outcome[:, None] + np.zeros(3), sampling)
    wanted = analyze.analyze(problem, points, outcome, num_levels=4)["mu"]
    values = [found.of_numbers[name, found.outcomes[0]].estimate.value for name in problem["names"]]
    assert values == pytest.approx(wanted * 2 / 3, abs=1e-9)


IDLE = {
    "few points": (12, 4, "normal"),
    "many points": (100, 4, "normal"),
    "rare events": (100, 5, "rare"),
    "two replicates": (60, 2, "rare"),
    "slopes that turn with chance": (60, 5, "turning"),
    "one replicate": (60, 1, "turning"),
}


@pytest.mark.parametrize("case", IDLE)
def test_numbers_without_effect_are_seldom_called_clear_of_chance(case: str, gathered) -> None:
    """At most one page in ten calls any of ten idle numbers clear of chance; one in twenty is meant."""
    points, replicates, kind = IDLE[case]
    false = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, points, replicates])
        design = pd.DataFrame(rng.random((points, 10)), columns=[f"x{place}" for place in range(10)])
        values = rng.standard_normal(replicates) + rng.standard_normal((points, replicates))
        if kind == "rare":
            values = (rng.random((points, replicates)) < 0.02).astype(float)
        if kind == "turning":
            values += 3 * rng.standard_normal(replicates) * (design["x0"].to_numpy()[:, None] - 0.5)
        false += bool(gathered(design, values, {"design": "latin-hypercube"}).clear)
    assert false <= 6


@pytest.mark.parametrize("replicates", [2, 3, 5, 20])
@pytest.mark.parametrize("worlds", [8, 64])
def test_levels_without_effect_are_seldom_called_clear_of_chance(worlds: int, replicates: int, gathered) -> None:
    false = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, worlds, replicates])
        design = worlds_times_policies(rng, worlds, ["none", "both", "ally"])
        values = (rng.random((3 * worlds, replicates)) < 0.3).astype(float)
        found = gathered(design, values, PRODUCT, ("policy",))
        false += any(effect in found.clear for effect in found.of_levels("policy"))
    assert false <= 7


@pytest.mark.parametrize("few", [2, 5, 30])
def test_groups_without_effect_are_seldom_called_clear_of_chance(few: int, gathered) -> None:
    false = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, few])
        design = pd.DataFrame({"x": rng.random(150), "backing": ["off"] * few + ["on"] * (150 - few)})
        design.loc[149, "backing"], design.loc[0, "backing"] = "off", "on"
        values = rng.standard_normal((150, 4))
        found = gathered(design, values, {"design": "random"}, ("backing",))
        false += any(effect in found.clear for effect in found.of_levels("backing"))
    assert false <= 7


def test_number_of_one_member_of_a_product_counts_the_rows_of_that_member(gathered) -> None:
    rng = np.random.default_rng(5)
    a, b = rng.random(10), rng.random((50, 2))
    design = pd.DataFrame({"idle": np.repeat(a, 50), "z": np.tile(b[:, 0], 10), "y": np.tile(b[:, 1], 10)})
    sampling = {
        "design": "product",
        "of": [{"design": "random", "factors": {"idle": {}}}, {"design": "random", "factors": {"z": {}, "y": {}}}],
    }
    values = (
        design["z"].to_numpy()[:, None]
        + np.repeat(rng.standard_normal(10), 50)[:, None] * 0.1
        + 0.1 * rng.standard_normal((500, 8))
    )
    found = gathered(design, values, sampling)
    by_path = {effect.path: effect for effect in found.effects}
    assert by_path["z"] in found.clear
    assert not by_path["idle"].known  # ten rows are too few, however many points there are
    assert by_path["idle"] not in found.clear


def test_trajectories_within_a_product_are_no_independent_points(gathered) -> None:
    rng = np.random.default_rng(6)
    names = [f"x{place}" for place in range(30)]
    rows = np.array([[float(place < step) for place in range(30)] for _ in range(4) for step in range(31)])
    rows += 0.001 * rng.random(rows.shape)
    design = pd.DataFrame(np.repeat(rows, 2, axis=0), columns=names).assign(policy=["none", "both"] * len(rows))
    member = {
        "design": "morris",
        "trajectories": 4,
        "problem": {"names": names},
        "factors": {name: {} for name in names},
    }
    found = gathered(
        design,
        rng.standard_normal((len(design), 5)),
        {"design": "product", "of": [member, {"design": "grid"}]},
        ("policy",),
    )
    assert not any(effect.level is None for effect in found.clear)


def test_effect_of_a_number_is_found_in_any_drawn_design(gathered) -> None:
    rng = np.random.default_rng(7)
    design = pd.DataFrame({"x": rng.random(80), "idle": rng.random(80)})
    values = design["x"].to_numpy()[:, None] + 0.3 * rng.standard_normal((80, 6))
    found = gathered(design, values, {"design": "sobol"})
    assert {effect.path for effect in found.clear} == {"x"}
    estimate = found.of_numbers["x", found.outcomes[0]].estimate
    assert 0.8 < estimate.value < 1
    assert estimate.low > 0.7


def test_outcome_that_hardly_varies_is_not_told(gathered) -> None:
    design = pd.DataFrame({"x": np.random.default_rng(8).random(80)})
    steps = 0.3 + 1e-5 * design["x"].to_numpy()[:, None] + np.zeros(6)
    assert not gathered(design, steps, {"design": "sobol"}).clear
    noise = np.where(design["x"].to_numpy()[:, None] > 0.5, 0.3, 0.1 + 0.2) + np.zeros(6)
    effect = gathered(design, noise, {"design": "sobol"}).effects[0]
    assert effect.estimate.value == 0


def test_rank_correlation_is_that_of_scipy() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 9, 50).astype(float), rng.random((50, 2))
    ranks = Ranks(y, y[:, None, :] + np.zeros((1, 3, 1)), np.arange(50), np.arange(50))
    value, *_ = ranks.correlations(x)
    wanted = [spearmanr(x, y[:, o]) for o in range(2)]
    assert value == pytest.approx([one.statistic for one in wanted])
    assert ranks.p_value(value, value) == pytest.approx([one.pvalue for one in wanted])


def test_words_are_levels_however_many_there_are(gathered) -> None:
    rng = np.random.default_rng(9)
    design = pd.DataFrame({"x": rng.random(200), "variant": [f"v{place % 14}" for place in range(200)]})
    found = gathered(design, rng.random((200, 3)), {"design": "random"}, ("variant",))
    assert {effect.path for effect in found.of_numbers.values()} == {"x"}
    assert len({effect.level for effect in found.of_levels("variant")}) == 13


def test_mean_over_versions_weighs_them_alike_however_many_runs_they_have(gathered) -> None:
    rng = np.random.default_rng(10)
    values = rng.random((40, 30))
    values[::2, 5:] = np.nan
    spread = gathered(pd.DataFrame({"x": rng.random(40)}), values, {"design": "sobol"}).spread
    assert spread(
        gathered(pd.DataFrame({"x": rng.random(40)}), values, {"design": "sobol"}).outcomes[0]
    ).mean.value == pytest.approx(np.nanmean(np.nanmean(values, axis=1)))


def test_variance_is_split_into_that_of_points_and_that_of_chance() -> None:
    rng = np.random.default_rng(6)
    points, replicates = rng.standard_normal((4000, 1)), rng.standard_normal((1, 10))
    chance, explained, p = parts_of_variance(2 * points + replicates + rng.standard_normal((4000, 10)))
    assert chance == pytest.approx(np.sqrt(1 / 10), rel=0.05)
    # A replicate's own shock is chance, though it moves all points alike: 4 of 4 + 1 + that of ten replicates.
    assert explained == pytest.approx(4 / (4 + 1 + replicates.var(ddof=1)), abs=0.03)
    assert p < 1e-9


def test_points_that_differ_by_chance_alone_are_not_told_apart() -> None:
    rng = np.random.default_rng(7)
    values = rng.standard_normal((200, 30, 5)) + 3 * rng.standard_normal((200, 1, 5))
    values[:, ::3, 1] = np.nan
    told = [parts_of_variance(one)[2] <= 0.05 for one in values]
    assert np.mean(told) < 0.12


def test_one_replicate_cannot_tell_chance_from_points(gathered) -> None:
    rng = np.random.default_rng(8)
    found = gathered(pd.DataFrame({"x": rng.random(60)}), rng.random((60, 1)), {"design": "latin-hypercube"})
    spread = found.spread(found.outcomes[0])
    assert np.isnan(spread.explained)
    assert np.isnan(spread.mean.low)
    assert not any(effect.known for effect in found.effects)


def test_missing_runs_take_no_part(gathered) -> None:
    rng = np.random.default_rng(9)
    design = worlds_times_policies(rng, 10, ["none", "both"])
    values = rng.random((20, 6)) * 0 + np.where(design["policy"] == "both", 0.5, 0.2)[:, None]
    values[3, 2] = values[4, :] = np.nan
    (effect,) = gathered(design, values, PRODUCT, ("policy",)).of_levels("policy")
    assert effect.estimate.value == pytest.approx(0.3)
    assert effect.worlds == 9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=2, max_size=25))
def test_pairs_are_those_that_differ_in_one_factor_alone(rows: list[tuple[int, ...]]) -> None:
    table = pd.DataFrame(rows, columns=["a", "b", "c"])
    found = Neighbours([table[name] for name in table])
    for place, name in enumerate(table):
        levels = sorted(set(table[name]))
        pairs = {(int(i), int(j)) for some in found.from_first(place, levels) for i, j in some}
        wanted = {
            (i, j)
            for i, one in enumerate(rows)
            for j, other in enumerate(rows)
            if one[place] == levels[0] != other[place]
            and one[:place] + one[place + 1 :] == other[:place] + other[place + 1 :]
        }
        assert {rows[i] + rows[j] for i, j in pairs} == {rows[i] + rows[j] for i, j in wanted}
        assert pairs <= wanted
        assert len(pairs) == len({rows[i] + rows[j] for i, j in wanted})  # a point that is there twice is one world


def effect_on(name: str, value: float, chance: float = 0.001, worlds: float = 0.001) -> Effect:
    """An effect in pairs with both intervals, each so far to either side of its value."""
    estimate, spread = Estimate(value, value - chance, value + chance, 40), (value - worlds, value + worlds)
    return Effect("a.factor", Outcome(name, name, ".1%", name), "pairs", "on", estimate, 0.5, 20, spread)


def test_rows_that_stay_within_half_a_point_are_folded_and_counted() -> None:
    still = effect_on("still", 0.001)
    moved = [
        effect_on("moved", 0.2),
        effect_on("by chance", 0.0, chance=0.006),
        effect_on("in worlds", 0.0, worlds=0.03),
    ]
    once = [effect_on("once", 0.003), effect_on("once", -0.3)]
    other = replace(still, outcome=replace(still.outcome, brief="other"))
    slot = dots("anchor", "title", "off", [("on", [still, other, once[0], *moved]), ("more", [once[1]])])
    (figure,) = slot.points
    names = [note["text"] for note in figure.layout["annotations"]]
    assert names == ["once", "moved", "by chance", "in worlds", "still", "other"]
    assert [note["text"] for note in figure.brief["layout"]["annotations"]] == names[:4]
    assert figure.brief["words"].startswith("2 outcomes, ")
    assert figure.brief["height"] < figure.height
    assert max(figure.brief["layout"]["yaxis"]["range"]) < names.index("still")
    assert len(figure.columns["Outcome"]) == 7


@pytest.mark.parametrize("values", [[0.001, 0.001, 0.001], [0.001, 0.2, 0.2]])
def test_nothing_is_folded_where_all_rows_are_still_or_one_is(values: list[float]) -> None:
    slot = dots(
        "anchor", "title", "off", [("on", [effect_on(f"{place}", value) for place, value in enumerate(values)])]
    )
    assert slot.points[0].brief is None
    assert len(slot.points[0].layout["annotations"]) == len(values)
