"""Weeks of fighting to which the time axis can be narrowed, and who is left out of a strip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from sim.dashboard.sections.crises.spans import spans
from sim.dashboard.sections.crises.strip import crises
from sim.dashboard.study import Study, study
from sim.quantities import FIGHTING, QUIET

pytestmark = pytest.mark.quick
WEEKS, RUNS = 40, 20


@pytest.fixture
def fought(synthetic: Any) -> Callable[[dict[int, int]], Study]:
    """Gives a study in which so many of 20 runs fight over Nagorno-Karabakh in some weeks, and nobody anywhere else."""

    def made(by_week: dict[int, int]) -> Study:
        results = synthetic.folder(replicates=RUNS, weeks=WEEKS)
        series = results.series
        many = series["week"].map(lambda week: by_week.get(int(week), 0))
        series["phase.NK"] = np.where(series["replicate"] < many, FIGHTING, QUIET).astype(float)
        series["phase.KG"] = series["phase.BY"] = float(QUIET)
        return study(results)

    return made


def weeks_of(what: Study) -> list[tuple[str, float, float]]:
    """Spans in weeks of the series instead of days."""
    first = what.start
    found = spans(what, what.views)
    days = [(what.start.fromisoformat(one.first) - first, what.start.fromisoformat(one.last) - first) for one in found]
    return [
        (one.words, a / timedelta(weeks=1), b / timedelta(weeks=1)) for one, (a, b) in zip(found, days, strict=True)
    ]


@pytest.mark.parametrize(
    ("fighting", "ends"),
    [({10: 1, 14: 1}, (9, 15)), ({10: 10, 14: 20}, (9, 15)), ({10: 9, 14: 20}, (13, 15)), ({10: 20, 14: 9}, (9, 11))],
)
def test_span_has_a_week_beside_those_in_which_half_as_many_runs_fight_as_in_any(fought, fighting, ends) -> None:
    assert weeks_of(fought(fighting)) == [("Weeks of fighting in Nagorno-Karabakh", *ends)]


def test_span_begins_and_ends_with_weeks_that_are_kept(fought) -> None:
    what = fought({10: 20, 11: 20, 14: 20})
    sparse = replace(what, series=what.series[what.series["week"] % 5 == 0])
    assert weeks_of(sparse) == [("Weeks of fighting in Nagorno-Karabakh", 5, 15)]


def test_span_stays_within_the_run(fought) -> None:
    assert weeks_of(fought({0: 20, 3: 20}))[0][1:] == (0, 4)
    assert weeks_of(fought({38: 20, 39: 20}))[0][1:] == (37, 39)


def test_span_is_cut_at_half_of_the_run_and_says_so(fought) -> None:
    words, first, last = weeks_of(fought({4: 20, 39: 20}))[0]
    assert words == "First weeks of fighting in Nagorno-Karabakh"
    assert (first, last) == (3, 3 + (WEEKS - 1) // 2)


def test_contest_without_fighting_is_no_choice(fought) -> None:
    assert weeks_of(fought({})) == []


@pytest.mark.parametrize(
    ("active", "words"),
    [(0, "in all weeks"), (1, "in over 99% of weeks"), (12, "in at least 98% of weeks"), (17, None)],
)
def test_strip_leaves_out_a_power_by_the_share_of_weeks_in_which_it_stays_out(synthetic, active: int, words) -> None:
    results = synthetic.folder(replicates=RUNS, weeks=WEEKS)
    series = results.series
    series["posture.NK.EUU"] = 1.0
    series["posture.NK.USA"] = (np.arange(len(series)) < active).astype(float)
    what = study(results)
    strip = next(slot for slot in crises(what, what.views) if slot.anchor == "crisis-NK").points[0]
    if words is None:
        assert strip.brief is None
    else:
        assert strip.brief["words"] == f"United States stays out {words}."
        assert strip.brief["height"] < strip.height
    assert "United States: stays out" in strip.columns
