"""The shipped scenarios give the numbers they gave when the golden file was last renewed, to the bit."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.quick

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))
RENEW = 'if the change is meant: python -m tests.golden.renew "the reason"'


@pytest.fixture(scope="module")
def renew() -> ModuleType:
    """The script that renews the file, whatever the import mode."""
    spec = importlib.util.spec_from_file_location("golden_renew", Path(__file__).with_name("renew.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=sorted(GOLDEN["scenarios"]))
def pair(request: pytest.FixtureRequest, renew: ModuleType) -> tuple[dict[str, Any], dict[str, Any]]:
    """Golden and computed numbers of a scenario."""
    return GOLDEN["scenarios"][request.param], renew.computed(request.param)


def test_the_config_is_the_one_that_the_numbers_belong_to(pair: Any) -> None:
    golden, found = pair
    assert found["config"] == golden["config"], RENEW


def test_means_over_runs_are_the_golden_ones(pair: Any) -> None:
    golden, found = pair
    assert found["means"] == pytest.approx(golden["means"], rel=1e-12), RENEW


def test_every_bit_of_summaries_and_series_is_the_golden_one(pair: Any) -> None:
    golden, found = pair
    assert (found["summary"], found["series"]) == (golden["summary"], golden["series"]), RENEW


def test_every_renewal_has_a_reason() -> None:
    assert GOLDEN["renewals"]
    assert all(len(renewal["reason"]) > 10 for renewal in GOLDEN["renewals"])
