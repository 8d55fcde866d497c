"""What is said of a plan before anything of it runs."""

from __future__ import annotations

import numpy as np
import pytest

from sim.execution.estimate import estimate, said
from sim.execution.run import sweep
from sim.experiments.files.sweep_file import load_sweep

BODY = (
    "series: {replicates: 1}\ndesign: random\npoints: 300\nfactors: [{path: weights.order}, {path: weights.balance}]\n"
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    file = tmp_path_factory.mktemp("estimate") / "sweep.yaml"
    file.write_text(
        f"name: small\nscenario: two-rivals-one-patron\nweeks: 26\nreplicates: 8\n{BODY}constraints: [weights.order < weights.balance]\n"
    )
    plan = load_sweep(file)
    return plan, estimate(plan, workers=1)


def test_counts_are_those_of_the_plan(small):
    plan, found = small
    assert (found.points, found.runs, found.most_runs) == (plan.points, plan.points * 8, plan.points * 8)
    assert found.dropped == 300 - plan.points
    assert found.kept == plan.points
    assert found.parts == 1


def test_size_is_about_what_the_results_take(small, tmp_path):
    plan, found = small
    results = sweep(plan, out=tmp_path / "results")
    assert len(results.runs) == found.runs
    taken = sum(file.stat().st_size for room in ("runs", "series") for file in (tmp_path / "results" / room).iterdir())
    assert 0.5 < found.size[0] / taken < 2


def test_given_rate_decides_the_time(small):
    plan, found = small
    known = estimate(plan, rate=100)
    assert known.rate == 100
    assert known.seconds[0] >= found.runs / 100
    assert found.seconds[0] > 0


def test_lines_say_all_that_one_wants_to_know(small):
    plan, found = small
    lines = said(plan, found)
    text = "\n".join(lines)
    for words in (
        "random over 2 factors",
        f"{plan.points:,} (",
        "dropped",
        "replicates  8",
        f"{found.runs:,}",
        "1 worker",
        "about",
    ):
        assert words in text
    assert all(len(line) < 120 for line in lines)


def test_sweep_of_one_run_is_estimated(tmp_path):
    file = tmp_path / "one.yaml"
    file.write_text(
        "name: one\nscenario: two-rivals-one-patron\nweeks: 4\nreplicates: 1\nseries: {replicates: 0}\nfactors: [{path: weights.order, values: [1]}]\n"
    )
    found = estimate(load_sweep(file))
    assert found.runs == 1
    assert found.series.size == 0
    assert np.isfinite(found.seconds).all()
