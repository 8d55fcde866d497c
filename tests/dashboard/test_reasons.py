"""Reasons over time: even spans of weeks, each the mean of what lies in it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.dashboard.sections.reasons.decisions import MOST_DECISIONS, Decider, decisions
from sim.dashboard.sections.reasons.terms import MOST_SPANS, reasons
from sim.dashboard.study import study
from sim.quantities import FIGHTING, QUIET


@pytest.mark.parametrize(("weeks", "length"), [(20, 1), (27, 1), (28, 2), (60, 3), (104, 4)])
def test_spans_are_even_and_cover_every_week(weeks: int, length: int, synthetic) -> None:
    what = study(synthetic.folder(replicates=1, weeks=weeks))
    found = reasons(what, what.views)
    *most, last = found["lengths"][0]
    assert set(most) == {length}
    assert last <= length
    assert sum(found["lengths"][0]) == weeks
    assert len(found["lengths"][0]) <= MOST_SPANS
    days = [date.fromisoformat(day) for day in found["edges"]]
    gaps = [(then - now).days for now, then in pairwise(days)]
    assert gaps == [7 * count for count in found["lengths"][0]]


def test_each_bar_is_the_mean_of_its_weeks(synthetic) -> None:
    results = synthetic.folder(replicates=1, weeks=60)
    found = reasons(study(results), study(results).views)
    case = next(one for one in found["cases"] if (one["contest"], one["party"]) == ("NK", "RUS"))
    terms = [term for term in results.manifest["terms"] if term in set(results.reasons["term"])]
    table = results.reasons.query("contest == 'NK' and party == 'RUS' and posture == 'mediate' and term == 'order'")
    values = case["points"][0]["values"][1][terms.index("order")]
    wanted = table.query("3 <= week < 6")["value"].mean()
    assert values[1] == pytest.approx(1000 * wanted, abs=0.5001)


@pytest.fixture(scope="module")
def autumn(synthetic: Any) -> Any:
    """A study of 20 weeks from 27 September 2020."""
    return study(synthetic.folder(replicates=1, weeks=20))


def decided(what: Any, usual: list[int]) -> list[dict[str, Any]]:
    """Decisions of Russia over Nagorno-Karabakh, where one posture of three is held in every run of each week."""
    who = Decider(what.contests[0], "RUS", ("stays out", "mediates", "fights"))
    return decisions(what, who, np.eye(3)[usual], np.arange(len(usual), dtype=np.float64))


def test_a_decision_is_the_first_week_and_each_change(autumn: Any) -> None:
    first, second, third = decided(autumn, [0, 0, 1, 1, 0])
    assert first == {
        "week": 0, "words": "from 27 September 2020: the first week", "edges": ["2020-09-27", "2020-10-04"],
        "held": [1.0, 0.0, 0.0],
    }  # fmt: skip
    assert second["words"] == "from 11 October 2020: now most often mediates (before: stays out)"
    assert third["words"] == "from 25 October 2020: now most often stays out (before: mediates)"
    assert third["edges"] == ["2020-10-25", "2020-11-01"]
    assert decided(autumn, []) == []


def test_a_lead_that_may_be_chance_is_no_change(autumn: Any) -> None:
    shares = np.array([[0.52, 0.48], [0.48, 0.52], [0.51, 0.49], [np.nan, np.nan], [0.45, 0.55], [0.54, 0.46]])
    who = Decider(autumn.contests[0], "RUS", ("stays out", "mediates"))
    assert [one["week"] for one in decisions(autumn, who, shares, np.arange(6.0))] == [0, 4]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=20))
def test_decisions_are_few_in_order_and_where_the_posture_changes(autumn: Any, usual: list[int]) -> None:
    weeks = [one["week"] for one in decided(autumn, usual)]
    changes = [place for place in range(1, len(usual)) if usual[place] != usual[place - 1]]
    assert weeks == sorted(weeks)
    assert weeks[0] == 0
    assert set(weeks[1:]) <= set(changes)
    assert len(weeks) == min(MOST_DECISIONS, 1 + len(changes))


def test_dated_events_are_decisions_and_those_of_the_start_are_none(synthetic: Any) -> None:
    results = synthetic.folder(replicates=1, weeks=20)
    given = [("at-first", "states.RUS.distraction", 1 / 7), ("a-war-elsewhere", "states.USA.distraction", 3.0)]
    given += [("a-vote", "contests.NK.control", 4 + 4 / 7), ("too-late", "states.RUS.distraction", 8.0)]
    results.manifest["scenario"]["structure"]["events"] = [
        {"name": name, "path": path, "how": "add", "week": week, "weeks": 1.0} for name, path, week in given
    ]
    assert [one["words"] for one in decided(study(results), [0] * 8)] == [
        "from 27 September 2020: the first week", "from 18 October 2020: a war elsewhere",
        "from 1 November 2020: a vote on 29 October 2020",
    ]  # fmt: skip


def test_more_events_than_there_is_room_for_are_counted_and_the_nearest_kept(synthetic: Any) -> None:
    results = synthetic.folder(replicates=1, weeks=20)
    paths = ["states.USA.distraction"] * 9 + ["contests.NK.control"] * 4
    weeks = [*range(1, 10), 12, 12, 12, 12]
    results.manifest["scenario"]["structure"]["events"] = [
        {"name": f"event-{place}", "path": path, "how": "add", "week": float(week), "weeks": 1.0}
        for place, (path, week) in enumerate(zip(paths, weeks, strict=True))
    ]
    found = decided(study(results), [0] * 20)
    assert [one["week"] for one in found] == [0, 1, 2, 3, 4, 5, 6, 12]
    assert found[-1]["words"] == "from 20 December 2020: event 10; event 11 and 2 more"


def test_a_decision_has_the_shares_and_reasons_of_its_own_week(synthetic: Any) -> None:
    results = synthetic.folder(replicates=3, weeks=60)
    results.series["posture.NK.RUS"] = np.where(results.series["week"] < 31, 0.0, 1.0)
    what = study(results)
    found = reasons(what, what.views)
    case = found["cases"][0]
    assert (case["contest"], case["party"]) == ("NK", "RUS")
    first, change = case["points"][0]["decisions"]
    assert (first["week"], change["week"]) == (0, 31)
    assert first["held"][:2] == [1.0, 0.0]
    assert change["held"][:2] == [0.0, 1.0]
    own = results.reasons.query("contest == 'NK' and party == 'RUS' and posture == 'mediate' and week == 31")
    wanted = own.set_index("term")["value"]
    terms = [term for term in results.manifest["terms"] if term in set(results.reasons["term"])]
    assert change["values"][1] == pytest.approx([1000 * wanted[term] for term in terms], abs=0.5001)


def test_weeks_of_fighting_count_alike_in_a_run_and_runs_alike(synthetic: Any) -> None:
    results = synthetic.folder(replicates=3, weeks=60)
    week, run = results.series["week"], results.series["replicate"]
    fights = ((run == 0) & (week == 5)) | ((run == 1) & week.isin([5, 7]))
    results.series["phase.NK"] = np.where(fights, FIGHTING, QUIET).astype(float)
    results.series["posture.NK.RUS"] = np.where(week == 7, 1.0, 0.0)
    what = study(results)
    case = reasons(what, what.views)["cases"][0]
    assert (case["contest"], case["party"]) == ("NK", "RUS")
    fought = case["points"][0]["fought"]
    assert fought["words"] == "weeks of fighting"
    assert fought["held"][:2] == [0.75, 0.25]
    own = results.reasons.query("contest == 'NK' and party == 'RUS' and posture == 'mediate'")
    values = own.pivot_table(index="week", columns="term", values="value", observed=True)
    wanted = 0.75 * values.loc[5] + 0.25 * values.loc[7]
    terms = [term for term in results.manifest["terms"] if term in set(results.reasons["term"])]
    assert fought["values"][1] == pytest.approx([1000 * wanted[term] for term in terms], abs=0.5001)


def test_without_any_fighting_there_are_no_such_weeks(synthetic: Any) -> None:
    results = synthetic.folder(replicates=2, weeks=20)
    results.series["phase.NK"] = float(QUIET)
    what = study(results)
    assert reasons(what, what.views)["cases"][0]["points"][0]["fought"] is None
