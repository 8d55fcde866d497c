"""The language of expressions: known answers, clear faults, and texts that may be anything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.expressions import Expression, ExpressionError, Names, parse

WEEKS = np.arange(4.0)
PHASES = ("quiet", "fighting", "truce", "settled")
pytestmark = pytest.mark.quick

NAMES = Names(
    columns=("control.NK:final", "age.NK:mean", "truces.NK:max"),
    series=("control.NK", "phase.NK", "posture.NK.RUS", "stability.ARM"),
    factors=("weights.order", "Turkey's backing"),
    words={"phase.NK": PHASES, "posture.NK.RUS": ("abstain", "back-holder"), "phase.NK:final": PHASES},
    units={"control.NK": "share", "control.NK:final": "share", "age.NK:mean": "week", "stability.ARM": "share"},
    last_week=4.0,
)
COLUMNS = {
    "control.NK:final": np.array([0.5, 0.95, np.nan]),
    "age.NK:mean": np.array([2.0, 4.0, 8.0]),
    "truces.NK:max": np.array([0.0, 1.0, 2.0]),
    "weights.order": np.array([1.0, 2.0, 3.0]),
    "Turkey's backing": np.array(["on", "off", "on"]),
}
SERIES = {
    "control.NK": np.array([[0.5, 0.25, 0.75, 1.0], [0.5, 0.5, 0.5, 0.5], [0.0, np.nan, 1.0, 1.0]]),
    "phase.NK": np.array([[0.0, 1.0, 2.0, 2.0], [1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 3.0, 3.0]]),
    "posture.NK.RUS": np.array([[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]]),
    "stability.ARM": np.zeros((3, 4)),
}
NEVER = np.nan


def value(text: str) -> list[float]:
    found = parse(text, NAMES).evaluate(COLUMNS, SERIES, WEEKS)
    return np.broadcast_to(found, 3).tolist()


def refused(text: str) -> str:
    with pytest.raises(ExpressionError) as error:
        parse(text, NAMES).evaluate(COLUMNS, SERIES, WEEKS)
    return "\n".join(f"{one.rule} ({one.shown}); {one.remedy}" for one in error.value.slips)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 < control.NK:final < 0.9", [1, 0, 0]),
        ("control.NK:final * 2 - 1 / 4", [0.75, 1.65, NEVER]),
        ("age.NK:mean-truces.NK:max", [2, 3, 6]),
        ("-age.NK:mean + 2 * (truces.NK:max + 1)", [0, 0, -2]),
        ("abs(control.NK:final - 1)", [0.5, 0.05, NEVER]),
        ("min(age.NK:mean, 4, 6)", [2, 4, 4]),
        ("mean(phase.NK == truce)", [0.5, 0, 0.5]),
        ("mean(phase.NK == truce, weeks 1..2)", [0.5, 0, 0.5]),
        ("mean(control.NK)", [0.625, 0.5, NEVER]),
        ("mean(control.NK, weeks 2..3)", [0.875, 0.5, 1]),
        ("mean(control.NK - control.NK:final)", [0.125, -0.45, NEVER]),
        ("min(control.NK)", [0.25, 0.5, NEVER]),
        ("max(control.NK, weeks 0..1)", [0.5, 0.5, NEVER]),
        ("max(max(control.NK, 0.6), weeks 0..3)", [1, 0.6, NEVER]),
        ("ever(control.NK > 0.8)", [1, 0, 1]),
        ("always(phase.NK in (fighting, truce), weeks 1..3)", [1, 1, 0]),
        ("always(phase.NK not in (quiet, settled))", [0, 1, 0]),
        ("first(control.NK > 0.6)", [2, NEVER, 2]),
        ("first(phase.NK == truce and control.NK >= 1)", [3, NEVER, NEVER]),
        ("first(control.NK < 1, weeks 1..3)", [1, 1, NEVER]),
        ("at(control.NK, week 2)", [0.75, 0.5, 1]),
        ("at(control.NK, week 2.5)", [0.75, 0.5, 1]),
        ("at(posture.NK.RUS, week 3) == back-holder", [1, 1, 0]),
        ("change(control.NK)", [0.5, 0, 1]),
        ("ever(truces.NK:max > 1 and phase.NK == settled)", [0, 0, 1]),
        ("not (control.NK:final > 0.6) and truces.NK:max >= 0", [1, 0, 1]),
        ("`Turkey's backing` == 'on' or weights.order == 2", [1, 1, 1]),
        ("`Turkey's backing` in ('off', 'none')", [0, 1, 0]),
        ('mean(phase.NK == "truce")', [0.5, 0, 0.5]),
        ("mean(phase.NK == 2)", [0.5, 0, 0.5]),
        ("control.NK:final", [0.5, 0.95, NEVER]),
        ("mean(control.NK, weeks 3.5..4)", [NEVER, NEVER, NEVER]),
        ("always(control.NK >= 0, weeks 3.5..4)", [0, 0, 0]),
    ],
)
def test_expression_gives_what_it_says(text, expected):
    np.testing.assert_allclose(value(text), expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("control.NK", "must give one value a run (control.NK); say when: control.NK:final"),
        ("phase.NK == truce", "must give one value a run"),
        ("mean(control.NK:final)", "must have something over time in mean( ) (control.NK:final, at letter 6)"),
        ("mean(phase.NK)", "must calculate with numbers only (a word, phase.NK, at letter 6); compare it"),
        ("ever(phase.NK == truc)", "must be a word of phase.NK (truc, at letter 18); did you mean truce?"),
        ("ever(phase.NK in (truce, setled))", "did you mean settled?"),
        ("ever(phase.NK > truce)", "must compare words by == or !="),
        ("ever(phase.NK == posture.NK.RUS)", "their words differ"),
        ("ever(phase.NK == control.NK)", "must compare phase.NK with a word"),
        ("ever(control.NK)", "must be a comparison"),
        ("control.NK:finl > 0", "(control.NK:finl, at letter 1); did you mean control.NK:final?"),
        ("ever(control.NX > 0) or weight.order > 1", "weight.order, at letter 25"),
        ("control.NK:final + age.NK:mean", "must add like with like (share and week, at letter 20)"),
        ("control.NK:final < age.NK:mean", "must compare like with like"),
        ("max(control.NK:final, age.NK:mean)", "must choose like with like"),
        ("mean(control.NK, weeks 3..9)", "must look at weeks of the run, 0 to 4 (9, at letter 27)"),
        ("mean(control.NK, weeks 3..1)", "first week before the last"),
        ("mean(control.NK, week 3)", "must give mean( ) what it takes"),
        ("at(control.NK, weeks 1..2)", "such as at(..., week 26)"),
        ("at(control.NK)", "such as at(..., week 26)"),
        ("mean(control.NK, 3)", "must give mean( ) what it takes"),
        ("weights.order in (1, 2)", "must look for words by in"),
        ("weights.order == 'on'", "must compare like with like"),
        ("`Turkey's backing`", "must give a number or a condition"),
        ("'on'", "must be an expression"),
        ("median(control.NK)", "must be an expression"),
        ("control.NK:final > 1; 2", "must be an expression"),
        ("(control.NK:final", "a ) is missing"),
        ("__import__('os').system('x')", "must be an expression"),
        ("", "must be an expression"),
        ("1 + " * 99 + "1", "must nest"),
        ("(" * 199 + "1", "must nest"),
        ("x" * 500, "at most 400 letters"),
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused_with_its_place(text, said):
    assert said.replace("must nest", "must") in refused(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("control.NK:final > 0", "share"),
        ("mean(phase.NK == truce)", "share"),
        ("control.NK:final - 0.5", "share"),
        ("3 * age.NK:mean", "week"),
        ("age.NK:mean / 52", "week"),
        ("first(phase.NK == truce)", "week"),
        ("control.NK:final / max(control.NK)", "ratio"),
        ("control.NK:final * age.NK:mean", "mixed"),
        ("52 / age.NK:mean", "mixed"),
    ],
)
def test_unit_follows_from_those_of_the_parts(text, unit):
    assert parse(text, NAMES).unit == unit


def test_expression_names_what_it_needs():
    found = parse("mean(control.NK) - control.NK:final + mean(control.NK, weeks 0..1)", NAMES)
    assert found.names == ("control.NK", "control.NK:final")
    assert found.needs_series == ("control.NK",)
    assert found.needs_columns == ("control.NK:final",)


letters = st.text(alphabet="control.NK:phase truce0123456789<>=!+-*/()'`\",~_[]{}\n\0é", max_size=80)
pieces = st.lists(
    st.sampled_from([
        "control.NK", "phase.NK", "control.NK:final", "truce", "mean(", "first(", "ever(", "at(", "min(", "(", ")", ",",
        "weeks 0..2", "week 1", "<", "==", "+", "-", "*", "/", "and", "or", "not", "in", "2", "'on'", "`Turkey's backing`",
    ]), max_size=24,
).map(" ".join)  # fmt: skip


@given(st.one_of(letters, pieces, st.text(max_size=60)))
def test_any_text_is_an_expression_or_one_error(text):
    try:
        found = parse(text, NAMES)
        values = found.evaluate(COLUMNS, SERIES, WEEKS)
    except ExpressionError:
        return
    assert isinstance(found, Expression)
    assert values.shape in ((), (3,))


numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


@given(numbers, st.integers(0, 29), st.integers(0, 29), st.floats(-1e6, 1e6))
def test_courses_keep_their_laws(course, one, other, level):
    """Known laws of any course: extremes bound the mean, always is not ever not, first is the least week that holds."""
    first, last = sorted((one, other))
    names, span = Names(series=("x",)), f", weeks {first}..{last}" if first < last else ""
    weeks, series = np.arange(float(len(course))), {"x": np.array([course])}

    def of(text: str) -> float:
        return float(parse(text, names).evaluate({}, series, weeks)[0])

    looked_at = course[first : last + 1] if span else course
    held = [x > level for x in looked_at]
    if not looked_at:
        assert np.isnan(of(f"mean(x{span})"))
        return
    assert of(f"min(x{span})") == min(looked_at)
    assert of(f"max(x{span})") == max(looked_at)
    assert of(f"mean(x{span})") == pytest.approx(np.mean(looked_at), abs=1e-6)
    assert of(f"ever(x > {level}{span})") == any(held)
    assert of(f"always(x > {level}{span})") == (not of(f"ever(not x > {level}{span})"))
    week = of(f"first(x > {level}{span})")
    assert np.isnan(week) if not any(held) else week == held.index(True) + (first if span else 0)


@given(st.integers(1, 40), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_values_of_a_run_do_not_depend_on_those_beside_it(weeks, runs, seed):
    """The same bits alone, in a block, and in any order of memory: both engines give the same."""
    course = np.random.default_rng(seed).normal(size=(runs, weeks))
    found = parse("mean(x) * change(x) - mean(x > 0)", Names(series=("x",)))
    whole = found.evaluate({}, {"x": np.asfortranarray(course)}, np.arange(float(weeks)))
    alone = [found.evaluate({}, {"x": course[run : run + 1]}, np.arange(float(weeks)))[0] for run in range(runs)]
    assert whole.tolist() == alone
