"""The map: a true projection, outlines cut without a tear, names inside their states, whatever the map holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.dashboard.encode import embedded_json
from sim.dashboard.sections.alignment.inset import groups
from sim.dashboard.sections.alignment.outlines import EARTH, cut, enclosed, inside, middle, project
from sim.dashboard.sections.alignment.region import region
from sim.dashboard.study import Study, study

BOX = np.array([0.0, 0.0, 10.0, 10.0])
CAUCASUS = middle([np.array([[45.0, 40.0]])])


def area(points: np.ndarray) -> float:
    x, y = points.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def studied(synthetic, **outlines: tuple[str, ...]) -> Study:
    results = synthetic.folder(replicates=2, weeks=3)
    if outlines:
        results.manifest["scenario"]["map"] = outlines
    return study(results)


@pytest.mark.parametrize(("east", "north"), [(45, 40), (75, 55), (100, -10), (0, 80)])
def test_projection_keeps_areas(east: float, north: float) -> None:
    square = np.array([[east, north], [east + 1, north], [east + 1, north + 1], [east, north + 1]], dtype=float)
    south, top = np.radians([north, north + 1])
    on_the_sphere = EARTH**2 * np.radians(1) * (np.sin(top) - np.sin(south))
    assert area(project(square, CAUCASUS)) == pytest.approx(on_the_sphere, rel=2e-3)


def test_north_is_up_and_east_is_right() -> None:
    found = project(np.array([[45.0, 40.0], [45.0, 41.0], [46.0, 40.0]]), CAUCASUS)
    assert found[0] == pytest.approx([0, 0], abs=1e-6)
    assert found[1] == pytest.approx([0, 111.2], abs=0.1)
    assert found[2][0] == pytest.approx(85.2, abs=0.1)


def test_outlines_on_both_sides_of_the_date_line_lie_side_by_side() -> None:
    sides = [np.array([[179.0, 0], [180, 0], [180, 1]]), np.array([[-179.0, 0], [-180, 0], [-180, 1]])]
    axes = middle(sides)
    first, second = (project(one, axes) for one in sides)
    assert first[1:] == pytest.approx(second[1:], abs=1e-6)


def test_the_far_side_of_the_earth_is_left_out() -> None:
    assert len(project(np.array([[-135.0, -40.0], [-130, -40], [-130, -35]]), CAUCASUS)) == 0


def test_cutting_keeps_what_is_inside_and_no_more() -> None:
    whole = np.array([[2.0, 2], [8, 2], [8, 8]])
    assert cut(whole, BOX) == pytest.approx(whole)
    assert len(cut(whole + 20, BOX)) == 0
    half = cut(np.array([[-5.0, 2], [5, 2], [5, 4], [-5, 4]]), BOX)
    assert area(half) == pytest.approx(10)
    assert abs(area(cut(np.array([[-99.0, -99], [99, -99], [99, 99], [-99, 99]]), BOX))) == pytest.approx(100)


def test_a_name_stands_inside_its_state_and_outside_its_holes() -> None:
    bend = np.array([[0.0, 0], [9, 0], [9, 2], [2, 2], [2, 9], [0, 9]])
    hole = np.array([[0.2, 0.2], [0.2, 1.8], [1.8, 1.8], [1.8, 0.2]])
    place = np.array([inside([bend, hole], BOX)], dtype=float)
    edges = np.concatenate([bend, hole]), np.concatenate([np.roll(bend, -1, 0), np.roll(hole, -1, 0)])
    within, distance = enclosed(place, *edges)
    assert within.all()
    assert distance[0] > 0.8
    assert inside([bend + 20], BOX) == []


def test_the_picture_holds_every_state_of_the_region_and_each_crisis(synthetic) -> None:
    found = region(studied(synthetic))
    assert {*synthetic.STATES} - {*found["labels"]} == {"USA"}
    assert [one["code"] for one in found["contests"]] == [c.code for c in studied(synthetic).contests]
    assert found["shapes"][0]["code"] is None
    left, bottom, right, top = found["box"]
    assert all(left < x < right and bottom < y < top for x, y in found["labels"].values())


def test_a_map_without_the_clients_shows_the_states_that_it_has(synthetic) -> None:
    found = region(studied(synthetic, USA=("-100 40, -90 40, -90 50, -100 40",)))
    assert list(found["labels"]) == ["USA"]
    assert found["contests"] == []
    assert region(studied(synthetic, GEO=("43 41, 44 41, 44 42, 43 41",))) is None


RINGS = st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=6).map(
    lambda ring: ", ".join(f"{east:.6g} {north:.6g}" for east, north in [*ring, ring[0]])
)


@pytest.fixture(scope="module")
def results(synthetic):
    return synthetic.folder(replicates=1, weeks=2)


@given(st.dictionaries(st.sampled_from(["ARM", "RUS", "BLR", "GEO"]), st.lists(RINGS, min_size=1, max_size=3)))
def test_any_map_that_was_read_can_be_drawn(results, outlines: dict[str, list[str]]) -> None:
    results.manifest["scenario"]["map"] = outlines
    assert embedded_json(region(study(results)))


def around(east: float, north: float, width: float = 2.0) -> str:
    """A square."""
    steps = ((0, 0), (width, 0), (width, width), (0, width), (0, 0))
    return ", ".join(f"{east + x:.6g} {north + y:.6g}" for x, y in steps)


@pytest.mark.parametrize(("east", "north"), [(-53, 4), (45, 10), (-135, -40), (179, 40)])
def test_far_exclave_leaves_the_picture_of_the_rest_as_it_was(synthetic, east: float, north: float) -> None:
    home = {"ARM": (around(44, 39),), "AZE": (around(46, 39),)}
    alone = region(studied(synthetic, **home))
    found = region(studied(synthetic, ARM=(around(east, north, 0.8), around(44, 39)), AZE=home["AZE"]))
    assert found["box"] == alone["box"]
    assert alone["outside"] == []
    assert found["outside"] == ["Armenia"]
    assert found["labels"] == alone["labels"]


def test_near_and_large_parts_belong_to_the_picture(synthetic) -> None:
    near, large = around(47, 38.5, 0.2), around(60, 39, 1.5)
    alone = region(studied(synthetic, ARM=(around(44, 39),)))
    for part in (near, large):
        found = region(studied(synthetic, ARM=(around(44, 39), part)))
        assert found["outside"] == []
        assert found["box"][2] > alone["box"][2]


SMALL, CLOSE, FAR = around(44, 39, 1.5), around(46, 39, 1.5), around(70, 45, 1.5)
LARGE_STATE, LARGE_CLOSE = around(20, 50, 12.0), around(44, 39, 12.0)


def test_small_states_that_lie_close_together_are_drawn_enlarged(synthetic) -> None:
    found = region(studied(synthetic, ARM=(SMALL,), AZE=(CLOSE,), BLR=(LARGE_STATE,)))
    left, bottom, right, top = found["inset"]
    assert {code for code, (x, y) in found["labels"].items() if left < x < right and bottom < y < top} == {"ARM", "AZE"}
    whole = found["box"]
    assert right - left < 0.3 * (whole[2] - whole[0])


@pytest.mark.parametrize(
    "outlines",
    [
        {"ARM": SMALL, "BLR": LARGE_STATE},  # one alone has room around it for its name
        {"ARM": SMALL, "AZE": FAR, "BLR": LARGE_STATE},
        {"ARM": SMALL, "AZE": CLOSE},  # they fill the picture
        {"ARM": LARGE_CLOSE, "BLR": LARGE_STATE},
    ],
)
def test_nothing_is_drawn_enlarged_where_names_have_room(synthetic, outlines: dict[str, str]) -> None:
    assert region(studied(synthetic, **{code: (ring,) for code, ring in outlines.items()}))["inset"] is None


def test_states_between_others_join_them_in_one_group() -> None:
    west = {"a": 0.0, "b": 2.8, "c": 1.4, "d": 9.0, "e": 10.4}
    squares = {code: [np.array([[x, 0.0], [x + 1, 0], [x + 1, 1], [x, 1]])] for code, x in west.items()}
    assert groups(squares) == [{"a", "b", "c"}, {"d", "e"}]
