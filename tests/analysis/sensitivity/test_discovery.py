"""A box that was planted is found, and a region is read as it is written."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from made_results import results_of  # noqa: F401 (a fixture)

from sim.errors import ConfigError, ResultsError


@pytest.fixture
def planted(results_of):  # noqa: F811
    """Outcome 1 where a > 0.6 and the policy is on, else 0, with two replicates; b does nothing."""
    draws = np.random.default_rng(1)
    design = pd.DataFrame({"point": range(400), "a": draws.uniform(size=400), "b": draws.uniform(size=400),
                           "policy": np.where(draws.uniform(size=400) < 0.5, "on", "off")})  # fmt: skip
    value = ((design["a"] > 0.6) & (design["policy"] == "on")).to_numpy(float)
    runs = pd.concat([pd.DataFrame({"point": design["point"], "replicate": one, "control.X:final": value, "y": value})
                      for one in range(2)])  # fmt: skip
    return results_of(runs, design)


def test_planted_box_is_found(planted):
    pytest.importorskip("ema_workbench")
    found = planted.discover("control.X:final > 0.5")
    box = found.tables["boxes"].query("box == 1").set_index("factor")
    assert set(box.index) == {"a", "policy"}
    assert box.loc["a", "low"] == pytest.approx(0.6, abs=0.05)
    assert box.loc["policy", "words"] == "on"
    assert (box["coverage"] > 0.85).all()
    assert (box["density"] >= 0.8).all()
    assert (box["quasi_p"] < 1e-6).all()
    assert "label of policy is on" in found.said[0]
    assert found.tables["tree"].iloc[0]["density"] > 0.95


def test_planted_box_of_two_ranges_is_found(results_of):  # noqa: F811
    pytest.importorskip("ema_workbench")
    draws = np.random.default_rng(11)
    design = pd.DataFrame({"point": range(500), **{name: draws.uniform(-2, 3, 500) for name in "abcd"}})
    inside = ((design["b"] < 0.5) & (design["d"] > 1)).to_numpy(float)
    runs = pd.DataFrame({"point": design["point"], "replicate": 0, "control.X:final": inside})
    box = results_of(runs, design).discover("control.X:final > 0.5").tables["boxes"].query("box == 1")
    limits = box.set_index("factor")
    assert set(limits.index) == {"b", "d"}
    assert limits.loc["b", "high"] == pytest.approx(0.5, abs=0.25)
    assert limits.loc["d", "low"] == pytest.approx(1.0, abs=0.25)


@pytest.mark.parametrize("region", ["y", "y > ", "nothing > 1", "y > 'word'", "__import__('os')", "y > y.real()"])
def test_what_is_no_region_is_refused(planted, region):
    with pytest.raises(ConfigError):
        planted.discover(region)


@pytest.mark.parametrize(("region", "words"), [("y > 2", "no point lies"), ("y > -1", "all points lie")])
def test_region_of_nothing_or_everything_is_refused(planted, region, words):
    with pytest.raises(ResultsError, match=words):
        planted.discover(region)


def test_missing_library_is_named_with_its_extra(planted, monkeypatch):
    for name in [one for one in sys.modules if one.startswith("ema_workbench")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis", None)
    with pytest.raises(ResultsError, match=r"counterpoise\[discover\]"):
        planted.discover("y > 0.5")
