"""Adding to a sweep gives the rows of the larger sweep, and runs nothing twice."""

from __future__ import annotations

import os
import shutil
import warnings
from dataclasses import replace

import pandas as pd
import pytest

from sim.errors import ResultsError
from sim.execution.run import Stopped, sweep
from sim.experiments import stages
from sim.experiments.files.sweep_file import load_sweep
from sim.experiments.replicates import Adaptive
from sim.kernel.lanes import LANES
from sim.results.results import Results

PATH = "contests.VAL.parties.ALD.salience"
TABLES = ("design", "runs", "series", "reasons")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(stages, "PART_RUNS", 2 * LANES)


@pytest.fixture
def plan(tmp_path):
    """Gives the plan of a small sweep over two factors."""

    def plan(values=(0.2, 0.5), replicates=70, variants="{as it is: {}, cut: {ties.ALD.BOR.arms: 0.1}}", **changes):
        file = tmp_path / "small.yaml"
        file.write_text(
            "name: small\nscenario: two-rivals-one-patron\nweeks: 6\nseries: {replicates: 3}\nfactors:\n"
            f"  - {{label: arms, variants: {variants}}}\n"
            f"  - {{path: {PATH}, values: {list(values)}}}\n"
        )
        return replace(load_sweep(file, replicates), **changes)

    return plan


def same_rows(one, other):
    for name in TABLES:
        pd.testing.assert_frame_equal(
            getattr(one, name).reset_index(drop=True), getattr(other, name).reset_index(drop=True)
        )


def runs_made(out, wanted, **options):
    made = []
    results = sweep(wanted, out=out, threads=1, extend=True, progress=lambda done, _: made.append(done), **options)
    return results, made


def test_replicates_that_are_added_are_those_of_the_larger_sweep(tmp_path, plan):
    out, larger = tmp_path / "out", plan(replicates=100)
    sweep(plan(), out=out)
    results, made = runs_made(out, larger)
    assert made[0] == 4 * 70
    assert made[-1] == 4 * 100
    same_rows(results, sweep(larger))
    assert sweep(larger, out=out).found


@pytest.mark.parametrize("values", [(0.2, 0.5, 0.9), (0.1, 0.2, 0.3, 0.5), (0.5, 0.2), (0.2, 0.5)])
@pytest.mark.parametrize("replicates", [70, 90])
def test_points_that_are_added_may_stand_anywhere(tmp_path, plan, values, replicates):
    out, larger = tmp_path / "out", plan(values, replicates)
    sweep(plan(), out=out)
    results, made = runs_made(out, larger)
    assert min(made, default=280) >= 4 * 70
    same_rows(results, sweep(larger))
    assert sweep(larger, out=out).found
    listed = {name for name in results.manifest["parts"] if "/" in name}
    assert listed == {f"{file.parent.name}/{file.name}" for file in out.rglob("part-*")}


def test_sweep_can_be_extended_again_and_while_it_is_not_finished(tmp_path, plan):
    out = tmp_path / "out"

    def stop(done, total):
        if done > LANES:
            raise KeyboardInterrupt

    for step in (plan(), plan((0.1, 0.2, 0.5)), plan((0.1, 0.2, 0.5), 80)):
        with pytest.raises(Stopped):
            sweep(step, out=out, extend=True, threads=1, progress=stop)
    larger = plan((0.1, 0.2, 0.5, 0.7), 80)
    same_rows(sweep(larger, out=out, extend=True), sweep(larger))


class Crash(BaseException):
    """Stands for a process that ends between two writes, and never writes again."""


def test_extension_that_dies_between_any_two_writes_can_be_given_again(tmp_path, plan, monkeypatch):
    """The larger design gives the points other numbers, so that all parts are written anew."""
    larger = plan((0.1, 0.2, 0.5))
    expected, small = sweep(larger), sweep(plan(), out=tmp_path / "small").runs
    replace_file, survived = os.replace, False
    for writes in range(1, 60):
        out = tmp_path / f"out-{writes}"
        shutil.copytree(tmp_path / "small", out)
        left = iter(range(writes))

        def dying(source, target, left=left):
            if next(left, None) is None:
                raise Crash
            replace_file(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", dying)
            try:
                sweep(larger, out=out, extend=True)
                survived = True
            except Crash:
                pass
        with warnings.catch_warnings(action="ignore"):
            found = Results.open(out)
        true = (small if found.manifest["points"] == 4 else expected.runs).set_index(["point", "replicate"])
        keyed = found.runs.set_index(["point", "replicate"])
        assert keyed.equals(true.loc[keyed.index])
        same_rows(sweep(larger, out=out, extend=True), expected)
        if survived:
            break
    assert survived


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"replicates": 60}, "70 replicates a point, more than the 60"),
        ({"values": (0.2, 0.6)}, "2 of its 4 points are not in the new design"),
        ({"seed": 2}, "seed from 1 to 2"),
        ({"variants": "{as it is: {}, cut: {ties.ALD.BOR.arms: 0.2}}"}, "cut stands for other values"),
        ({"replicates": Adaptive(70, 90, "control.VAL:final", 0.01)}, "adaptive replicates"),
    ],
)
def test_what_is_no_extension_is_refused_in_words(tmp_path, plan, changes, said):
    out = tmp_path / "out"
    sweep(plan(), out=out)
    before = {file: file.read_bytes() for file in out.rglob("*.parquet")}
    rule = {key: value for key, value in changes.items() if isinstance(value, Adaptive)}
    other = replace(plan(), **rule) if rule else plan(**changes)
    with pytest.raises(ResultsError, match=rf"cannot be extended.*{said}.*--out .*out-2"):
        sweep(other, out=out, extend=True)
    assert before == {file: file.read_bytes() for file in out.rglob("*.parquet")}
    assert not Results.open(out).warning


def test_refusal_names_extend_where_it_would_do(tmp_path, plan):
    out = tmp_path / "out"
    sweep(plan(), out=out)
    with pytest.raises(ResultsError, match=r"replicates from 70 to 80.*--extend"):
        sweep(plan(replicates=80), out=out)
    with pytest.raises(ResultsError, match=r"seed from 1 to 3") as refused:
        sweep(plan(seed=3), out=out)
    assert "--extend" not in str(refused.value)
