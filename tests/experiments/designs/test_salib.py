"""What is stored of a design goes into SALib's functions as it is, whatever its factors are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim import compare
from sim.execution.run import sweep

FACTORS = {
    "numbers": "{path: weights.order, range: [0, 2]}, {path: weights.balance, range: [1, 4]}",
    "words": "{path: states.ALD.arms_policy, values: [both, none, ally]}, {path: weights.order, range: [0, 2]}",
    "variants": "{label: aid, variants: {usual: {}, half: {weights.order: 0.5}}, weights: [3, 1]}, "
    "{path: weights.balance, values: [1, 2, 3]}",
}
DESIGNS = {"morris": "trajectories: 3", "saltelli": "samples: 4", "saltelli-2": "samples: 4\nsecond-order: true"}
GUIDE = Path(sim.__file__).parent / "guide" / "designs.md"


def body_of(design: str, factors: str, groups: bool) -> str:
    third = ", {path: behaviour.rationality, range: [2, 10]}"
    listed = (
        FACTORS[factors].replace("}, {", ", group: both}, {").removesuffix("}") + ", group: both}"
        if groups
        else FACTORS[factors]
    )
    return f"design: {design.removesuffix('-2')}\n{DESIGNS[design]}\nfactors: [{listed}{third}]\n"


@pytest.fixture
def guide(monkeypatch, tmp_path):
    """Runs the code of the guide on results, and gives what SALib finds."""

    def run() -> dict:
        monkeypatch.chdir(tmp_path)
        names: dict = {}
        exec(re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[1], names)
        return names["found"]

    return run


@pytest.mark.parametrize("groups", [False, True], ids=["alone", "groups"])
@pytest.mark.parametrize("factors", FACTORS)
@pytest.mark.parametrize("design", DESIGNS)
def test_stored_design_and_problem_go_into_salib_as_they_are(load_plan, guide, tmp_path, design, factors, groups):
    sweep(load_plan(body_of(design, factors, groups)), out=tmp_path / "results" / "my-screening")
    found = guide()
    answer = found["mu_star"] if design == "morris" else found["ST"]
    assert len(answer) == (2 if groups else 3)
    assert np.isfinite(np.asarray(answer)).all()


def test_morris_finds_the_effect_of_a_word(load_plan):
    from SALib.analyze import morris

    plan = load_plan(body_of("morris", "words", groups=False).replace("[both, none, ally]", "[both, none]"))
    problem = json.loads(json.dumps(plan.sampling["problem"]))
    design = next(plan.design_tables()).to_pandas()
    outcome = np.where(design["states.ALD.arms_policy"] == "none", 2.0, 0.0)
    found = morris.analyze(problem, design[problem["names"]].to_numpy(), outcome, num_levels=4)
    assert found["names"][0] == "states.ALD.arms_policy:level"
    assert np.asarray(found["mu"]) == pytest.approx([2 / (2 / 3), 0, 0])


def test_columns_of_levels_are_no_factors_elsewhere(load_plan, tmp_path):
    plan = load_plan(body_of("morris", "words", groups=False))
    first, again = (sweep(plan, out=tmp_path / name) for name in ("first", "again"))
    assert "states.ALD.arms_policy:level" in first.design
    for table in (first.wide(), first.wide("point"), first.to_xarray().to_dataframe()):
        assert not any(str(name).endswith(":level") for name in table)
    assert "pairs of runs" in " ".join(compare(first, again).notes)
    words = first.design["states.ALD.arms_policy"]
    assert len(first.pairs(0, 0)) == 2
    (tmp_path / "again.parquet").write_bytes((tmp_path / "first" / "design.parquet").read_bytes())
    listed = sweep(load_plan("design: list\nfile: again.parquet\n"))
    assert listed.design["states.ALD.arms_policy"].tolist() == words.tolist()
    pd.testing.assert_frame_equal(listed.runs, first.runs)


def test_label_that_looks_like_a_column_of_levels_is_refused(faults_of):
    said = faults_of("factors: [{label: 'arms:level', variants: {a: {}, b: {weights.order: 1}}}]")
    assert "must not be the name of a column of results" in said
