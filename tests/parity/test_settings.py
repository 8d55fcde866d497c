"""Other compilations of the same rules give the same bits: interpreted, bounds-checked, other lanes, an old processor.

The old processor has neither wide vectors nor fused multiply-adds, which it calls the C library for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

SHORT = {"two-rivals-one-patron": 20, "post-soviet-2020": 6}
"""Weeks of each scenario; interpreted, a week costs a hundredth of a second and more."""
SETTINGS = {
    "interpreted": {"NUMBA_DISABLE_JIT": "1", "COUNTERPOISE_LANES": "1"},
    "sixteen lanes, bounds checked, on an old processor": {
        "COUNTERPOISE_LANES": "16", "NUMBA_BOUNDSCHECK": "1", "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "",
    },
}  # fmt: skip
"""The last is one compilation for all three, a minute less: other bits, or an index out of bounds, show in each."""
SCRIPT = f"""
import hashlib, json
import numpy as np
from sim import load_scenario
from sim.ensemble import BASE, Ensemble
from sim.kernel.lanes import LANES
from sim.outcomes import default_series

found = {{"lanes": LANES}}
for name, weeks in {SHORT!r}.items():
    scenario = load_scenario(name, {{"weeks": weeks}})
    ensemble = Ensemble(scenario.structure, scenario.inputs(), series=default_series(scenario.structure))
    runs = np.array([[0, 0], [0, 11]], np.int64)
    whole = hashlib.sha256()
    summaries, courses = [], []
    for block in ensemble.blocks(BASE, runs, 77, threads=1, series_replicates=12):
        summaries.append(block.summary), courses.append(block.series)
    whole.update(np.ascontiguousarray(np.concatenate(summaries)).tobytes())
    whole.update(np.ascontiguousarray(np.concatenate(courses)).tobytes())
    found[name] = whole.hexdigest()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(python: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """What each setting computes; all run side by side, since some may have to compile the kernel."""
    started = {name: python(SCRIPT, **settings) for name, settings in {"usual": {}, **SETTINGS}.items()}
    answers = {}
    for name, process in started.items():
        out, err = process.communicate(timeout=600)
        assert process.returncode == 0, err
        answers[name] = json.loads(out)
    return answers


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SHORT)
@pytest.mark.parametrize("setting", SETTINGS)
def test_another_compilation_gives_the_same_bits(found: dict[str, Any], setting: str, scenario: str) -> None:
    assert found[setting][scenario] == found["usual"][scenario]


@pytest.mark.slow
def test_the_number_of_lanes_is_a_setting(found: dict[str, Any]) -> None:
    assert [found[setting]["lanes"] for setting in SETTINGS] == [1, 16]
