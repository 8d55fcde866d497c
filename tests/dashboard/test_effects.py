"""Effects over a design: known answers, nothing found where there is nothing, and pairs that differ in one factor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.dashboard.effects import Variation, variation
from sim.dashboard.neighbours import Neighbours
from sim.dashboard.statistics import parts_of_variance, rank_correlation
from sim.dashboard.study import study

OUTCOME = "control.NK:final"


@pytest.fixture(scope="module")
def gathered(synthetic):
    """Makes the variation of one outcome over a design, given values by point and replicate."""
    base = study(synthetic.folder(replicates=2, weeks=3))

    def made(
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

    return made


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
    assert effect.size == pytest.approx(0.0175)


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


def test_mean_effect_of_a_step_is_the_mu_star_of_a_linear_model(gathered) -> None:
    from SALib.analyze import morris as analyze
    from SALib.sample import morris as sample

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    points = sample.sample(problem, 12, num_levels=4, seed=4)
    outcome = points @ np.array([0.6, -0.2, 0.0])
    found = gathered(
        pd.DataFrame(points, columns=problem["names"]),
        outcome[:, None] + np.zeros(3),
        {"design": "morris", "trajectories": 12, "levels": 4},
    )
    wanted = analyze.analyze(problem, points, outcome, num_levels=4)["mu_star"]
    sizes = [found.of_numbers[name, found.outcomes[0]].size for name in problem["names"]]
    assert sizes == pytest.approx(wanted * 2 / 3, abs=1e-9)
    assert [found.of_numbers[name, found.outcomes[0]].estimate.value > 0 for name in "ab"] == [True, False]


@pytest.mark.parametrize("replicates", [1, 4, 40])
def test_number_without_effect_has_a_correlation_whose_interval_covers_none(gathered, replicates: int) -> None:
    covered = 0
    for seed in range(100):
        rng = np.random.default_rng([seed, replicates])
        design = pd.DataFrame({"idle": rng.random(60), "busy": rng.random(60)})
        values = (
            design["busy"].to_numpy()[:, None] + rng.standard_normal(replicates) + rng.standard_normal((60, replicates))
        )
        found = gathered(design, values, {"design": "latin-hypercube"})
        estimate = found.of_numbers["idle", found.outcomes[0]].estimate
        covered += estimate.low <= 0 <= estimate.high
    assert 88 <= covered <= 100


def test_rank_correlation_is_that_of_scipy() -> None:
    from scipy.stats import rankdata, spearmanr

    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 9, 50), rng.random((50, 2))
    value, _, units = rank_correlation(rankdata(x), rankdata(y, axis=0), np.arange(50))
    assert value == pytest.approx([spearmanr(x, y[:, o]).statistic for o in range(2)])
    assert units == 50


def test_points_drawn_together_count_as_one() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.permutation(30.0 * np.ones(30) + np.arange(30)), rng.permutation(np.arange(30.0))[:, None]
    _, alone, _ = rank_correlation(x, y, np.arange(30))
    shuffled = rng.permutation(300)
    together = [np.repeat(one, 10, axis=0)[shuffled] for one in (x, y, np.arange(30))]
    _, error, units = rank_correlation(*together)
    assert units == 30
    assert error == pytest.approx(alone)


def test_variance_is_split_into_that_of_points_and_that_of_chance() -> None:
    rng = np.random.default_rng(6)
    points, replicates = rng.standard_normal((4000, 1)), rng.standard_normal((1, 10))
    chance, explained = parts_of_variance(2 * points + replicates + rng.standard_normal((4000, 10)))
    assert chance == pytest.approx(np.sqrt(1 / 10), rel=0.05)
    # A replicate's own shock is chance, though it moves all points alike: 4 of 4 + 1 + that of ten replicates.
    assert explained == pytest.approx(4 / (4 + 1 + replicates.var(ddof=1)), abs=0.03)


def test_points_that_differ_by_chance_alone_explain_nothing() -> None:
    rng = np.random.default_rng(7)
    assert max(parts_of_variance(rng.standard_normal((300, 5)))[1] for _ in range(5)) < 0.1


def test_one_replicate_cannot_tell_chance_from_points(gathered) -> None:
    rng = np.random.default_rng(8)
    found = gathered(pd.DataFrame({"x": rng.random(20)}), rng.random((20, 1)), {"design": "latin-hypercube"})
    spread = found.spread(found.outcomes[0])
    assert np.isnan(spread.explained)
    assert np.isnan(spread.mean.low)


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
        assert len({j for _, j in pairs}) == len({j for _, j in wanted})
