"""Reasons over time: even spans of weeks, each the mean of what lies in it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from sim.dashboard.sections.reasons.terms import MOST_SPANS, reasons
from sim.dashboard.study import study


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
