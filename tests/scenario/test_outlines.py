"""Maps: outlines read from a file beside the config, without trusting it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ConfigError, ConfigWarning, Fault
from sim.scenario.load import load_scenario, shipped
from sim.scenario.maps.outlines import read_outlines
from sim.scenario.scenario import rebuilt

Write = Callable[..., Path]
SQUARE = [[40, 40], [41, 40], [41, 41], [40, 41], [40, 40]]
HOLE = [[40.2, 40.2], [40.4, 40.2], [40.4, 40.4], [40.2, 40.2]]


def feature(code: Any = "ARM", rings: Any = (SQUARE,), kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "id": code, "properties": {}, "geometry": {"type": kind, "coordinates": rings}}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def crs(name: str, *features: Any) -> str:
    """A collection whose reference system is named, as files of before 2016 do."""
    named = {"type": "name", "properties": {"name": name}}
    return json.dumps({"type": "FeatureCollection", "crs": named, "features": features})


def mapped(written: Write, content: str | bytes, where: str = "map.geojson") -> Path:
    """Small config with a map beside it."""
    config = written(("weeks: 52", f"weeks: 52\nmap: {where}"))
    file = config.parent / where
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return config


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as caught:
        load_scenario(path)
    return caught.value.faults


def test_outlines_are_kept_by_code_with_rings_turned_as_they_should(written: Write) -> None:
    islands = feature("AZE", [[SQUARE], [[[50, 40], [50, 41], [51, 41], [50, 40]]]], "MultiPolygon")
    found = load_scenario(mapped(written, collection(feature(rings=(SQUARE[::-1], HOLE)), islands))).map
    assert found["ARM"] == ("40 40, 41 40, 41 41, 40 41, 40 40", "40.2 40.2, 40.4 40.4, 40.4 40.2, 40.2 40.2")
    assert found["AZE"][1] == "50 40, 51 41, 50 41, 50 40"


def test_a_state_may_be_missing_and_ground_around_may_be_shown(written: Write) -> None:
    found = load_scenario(mapped(written, collection(feature(), feature("GEO")))).map
    assert list(found) == ["ARM", "GEO"]


def test_two_features_of_one_state_are_one_outline(written: Write) -> None:
    assert len(load_scenario(mapped(written, collection(feature(), feature()))).map["ARM"]) == 2


def test_a_config_without_a_map_has_none(written: Write) -> None:
    assert load_scenario(written()).map == {}


def test_the_map_of_a_parent_is_seen_from_the_parents_folder(written: Write) -> None:
    config = mapped(written, collection(feature()))
    below = config.parent / "below"
    below.mkdir()
    for file in (config, config.with_name("map.geojson")):
        file.rename(below / file.name)
    heir = written(name="heir.yaml", text="extends: below/small.yaml\nname: heir\n")
    assert "ARM" in load_scenario(heir).map
    without = written(name="without.yaml", text="extends: below/small.yaml\nname: without\nmap: null\n")
    assert load_scenario(without).map == {}


def test_a_map_decides_no_result_and_travels_with_the_scenario(written: Write) -> None:
    scenario = load_scenario(mapped(written, collection(feature())))
    assert replace(scenario, map={}).digest == scenario.digest
    again = rebuilt(json.loads(json.dumps(scenario.resolved())))
    assert again.map == scenario.map
    old = {key: part for key, part in scenario.resolved().items() if key != "map"}
    assert rebuilt(old).map == {}


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("../map.geojson", "must stay in the folder of the file that was named"),
        ("/etc/hostname", "must stay in the folder of the file that was named"),
        ("nowhere.geojson", "must name a file that is there"),
        ("[map.geojson]", "must be the name of one file"),
        ("12", "must be the name of one file"),
        ('"a\\0b"', "must be printable text"),
    ],
)
def test_a_map_lies_beside_its_config(given: str, rule: str, written: Write) -> None:
    config = written(("weeks: 52", f"weeks: 52\nmap: {given}"))
    (config.parent.parent / "map.geojson").write_text(collection(feature()), encoding="utf-8")
    found = faults_of(config)
    assert [fault.rule for fault in found] == [rule]
    assert found[0].where == f"{config}:{config.read_text().splitlines().index(f'map: {given}') + 1}"
    assert found[0].remedy


def test_a_link_out_of_the_folder_is_no_way_out(written: Write, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.geojson"
    outside.write_text(collection(feature()), encoding="utf-8")
    config = mapped(written, collection(feature()))
    (config.parent / "map.geojson").unlink()
    (config.parent / "map.geojson").symlink_to(outside)
    assert faults_of(config)[0].rule == "must stay in the folder of the file that was named"


NO_STATE = "must show at least one state of the config"
NO_PLACE = "must be a longitude in [-180, 180] and a latitude in [-90, 90]"
CASES = {
    "no JSON": ("{", "the file", "must be JSON"),
    "nothing": ("", "the file", "must be JSON"),
    "nested without end": ("[" * 100_000, "the file", "must be JSON"),
    "a number without end": ("1" * 5000, "the file", "must be JSON"),
    "no UTF-8": (b'"\xff"', "the file", "must be UTF-8"),
    "two bytes a letter": (collection(feature()).encode("utf-16"), "the file", "must be UTF-8"),
    "too large": (" " * 25_000_001, "the file", "must be at most 25 MB"),
    "too many values": ("[" + "[]," * 2_000_001 + "[]]", "the file", "must hold at most 4,000,000 values"),
    "too many junctions": (collection(feature(), *(feature(None, ([[x, y], [x + 1, y], [x + 1, y + 1], [x, y]],)) for x in range(90) for y in range(85))), "the file", "must be drawn with at most 20,000 positions"),
    "a list": ("[]", "the file", "must be GeoJSON"),
    "another kind of JSON": ('{"name": "package"}', "type", "must be FeatureCollection, Feature or a geometry"),
    "TopoJSON": ('{"type": "Topology", "objects": {}, "arcs": []}', "type", "must be FeatureCollection, Feature or a geometry"),
    "no list of features": ('{"type": "FeatureCollection", "features": 7}', "features", "must be a list"),
    "metres": (crs("urn:ogc:def:crs:EPSG::3857", feature()), "crs", "must be WGS 84"),
    "a reference system that is elsewhere": (json.dumps({"type": "FeatureCollection", "crs": {"type": "link", "properties": {"href": "https://example.org/3857"}}, "features": [feature()]}), "crs", "must be WGS 84"),
    "no state of the config": (collection(feature("GEO")), "the file", NO_STATE),
    "no feature": (collection(), "the file", NO_STATE),
    "a geometry alone": (json.dumps(feature()["geometry"]), "the file", NO_STATE),
    "a feature that is none": (collection(7), "features[0]", "must be a feature"),
    "no code": (collection(feature(None)), "the file", NO_STATE),
    "a code that is markup": (collection(feature("<b>")), "the file", NO_STATE),
    "a code with a line after it": (collection(feature("ARM\n")), "the file", NO_STATE),
    "a long code": (collection(feature("A" * 33)), "the file", NO_STATE),
    "a point": (collection(feature(kind="Point")), "the file", NO_STATE),
    "no polygon": (collection(feature(rings=[])), "the file", NO_STATE),
    "a geometry that is none": (collection(feature(kind="Circle")), "features[0].geometry.type", "must be the name of a geometry"),
    "no list": (collection(feature(rings=7)), "features[0].geometry.coordinates", "must be a list of rings"),
    "no list of polygons": (collection(feature(rings={}, kind="MultiPolygon")), "features[0].geometry.coordinates", "must be a list of polygons"),
    "an open ring": (collection(feature(rings=[SQUARE[:4]])), "features[0].geometry.coordinates[0]", "must have 4 positions or more, and end where it begins"),
    "two positions": (collection(feature(rings=[[[1, 1], [2, 2], [1, 1]]])), "the file", NO_STATE),
    "beyond the pole": (collection(feature(rings=[[[40, 91], *SQUARE]])), "features[0].geometry.coordinates[0][0]", NO_PLACE),
    "beyond a hair": (collection(feature(rings=[[[40, 90.00001], *SQUARE]])), "features[0].geometry.coordinates[0][0]", NO_PLACE),
    "infinity": (collection(feature(rings=[[[1e999, 40], *SQUARE]])), "features[0].geometry.coordinates[0][0]", NO_PLACE),
    "not a number": (collection(feature(rings=[[[40, float("nan")], *SQUARE]])), "features[0].geometry.coordinates[0][0]", NO_PLACE),
    "a truth": (collection(feature(rings=[[[True, 40], *SQUARE]])), "features[0].geometry.coordinates[0][0]", NO_PLACE),
    "one number": (collection(feature(kind="MultiPolygon", rings=[[[[40], *SQUARE]]])), "features[0].geometry.coordinates[0][0][0]", NO_PLACE),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_fault_of_a_map_names_its_file_path_and_remedy(case: str, written: Write) -> None:
    content, path, rule = CASES[case]
    config = mapped(written, content, "maps/map.geojson")
    found = faults_of(config)
    mine = [fault for fault in found if (fault.path, fault.rule) == (path, rule)]
    assert mine, [str(fault) for fault in found]
    assert mine[0].where.startswith(str(config.parent / "maps" / "map.geojson"))
    assert mine[0].remedy
    assert str(mine[0]).isprintable()


def test_faults_of_config_and_map_are_reported_at_once(written: Write) -> None:
    config = mapped(written, collection(feature(rings=7), feature(kind="Circle"), feature()))
    config.write_text(config.read_text().replace("autonomy: 0.5", "autonomy: 0.9"), encoding="utf-8")
    assert {"states.RUS.autonomy", "features[0].geometry.coordinates", "features[1].geometry.type"} <= {
        fault.path for fault in faults_of(config)
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9) | st.sampled_from(["Polygon", "ARM"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "id", "geometry", "coordinates"]), inner),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.filterwarnings("ignore::sim.errors.ConfigWarning")
@given(code=ANYTHING, rings=ANYTHING, kind=st.sampled_from(["Polygon", "MultiPolygon"]))
def test_whatever_a_feature_holds_is_read_or_refused(
    code: Any, rings: Any, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "anything.geojson"
    file.write_text(collection(feature(), feature(code, rings, kind)), encoding="utf-8")
    found, faults = {}, ()
    try:
        found = read_outlines(file, "anything.geojson", ["ARM"])
    except ConfigError as error:
        faults = error.faults
    assert bool(found) != bool(faults)
    assert all(fault.remedy and str(fault).isprintable() for fault in faults)


EVEN_SO = {
    "the feature alone": json.dumps(feature()),
    "another case": collection(feature("arm")),
    "a space after the code": collection(feature("ARM ")),
    "a byte order mark": b"\xef\xbb\xbf" + collection(feature()).encode(),
    "line ends of old Macs": collection(feature()).replace(",", ",\r").encode(),
    "a hair beyond the bound": collection(feature(), feature("GEO", ([[170, 60], [180.00000000000014, 60], [180, 66], [170, 60]],))),
    "a ring closed but for a hair": collection(feature(rings=([*SQUARE[:4], [40, 40 + 1e-13]],))),
    "heights": collection(feature(rings=([[*place, 1200.5] for place in SQUARE],))),
    "degrees by their old name": crs("urn:ogc:def:crs:OGC:1.3:CRS84", feature()),
    "degrees by their number": crs("EPSG:4326", feature()),
    "no reference system": json.dumps({"type": "FeatureCollection", "crs": None, "features": [feature()]}),
    "collections in collections": collection({"type": "Feature", "id": "ARM", "geometry": {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": [feature()["geometry"]]}]}}),
    "ground without an id": collection(feature(), {key: part for key, part in feature().items() if key != "id"}),
    "ground without properties": collection(feature(), {**feature(None), "properties": None}),
    **{f"ground with the id {code!r}": collection(feature(), feature(code)) for code in (-99, "-99", 756, 1.5, True, None, [], {}, "", "<b>", "A" * 40)},
}  # fmt: skip


@pytest.mark.parametrize("case", EVEN_SO)
@pytest.mark.filterwarnings("error")
def test_maps_as_people_have_them_are_read_without_a_word(case: str, written: Write) -> None:
    found = load_scenario(mapped(written, EVEN_SO[case])).map
    assert found["ARM"] == ("40 40, 41 40, 41 41, 40 41, 40 40",)
    assert set(found) <= {"ARM", "GEO", ""}
    assert len(found.get("", ())) == ("ground" in case)


def test_position_a_hair_beyond_a_bound_is_at_the_bound(written: Write) -> None:
    assert "180 60, 180 66" in load_scenario(mapped(written, EVEN_SO["a hair beyond the bound"])).map["GEO"][0]


LINE = {"type": "Feature", "id": "GEO", "geometry": {"type": "LineString", "coordinates": [[1, 1], [2, 2]]}}
NOTHING = {
    "a line": LINE,
    "no geometry": {**LINE, "geometry": None},
    "an empty polygon": feature("GEO", [[]]),
    "a ring of two positions": feature("GEO", [[[1, 1], [2, 2], [1, 1]]]),
    "a ring without area": feature("GEO", [[[1, 1], [2, 2], [3, 3], [1, 1]]]),
    "a collection of points": {**LINE, "geometry": {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 1]}]}},
}  # fmt: skip


@pytest.mark.parametrize("case", NOTHING)
def test_what_encloses_nothing_is_passed_over_with_a_warning(case: str, written: Write) -> None:
    config = mapped(written, collection(NOTHING[case], feature(), LINE))
    with pytest.warns(ConfigWarning, match=r"map\.geojson.*features\[0\].*and 1 more.*passed over") as said:
        found = load_scenario(config).map
    assert set(found) == {"ARM"}
    assert len(said) == 1


def test_codes_may_stand_in_a_property(written: Write) -> None:
    states = [{**feature(-99), "properties": {"ISO:A 3": code, "name": "x"}} for code in ("ARM", "AZE", None, 7)]
    config = mapped(written, collection(*states))
    assert "`map: {file: FILE, id: properties.ISO:A 3}`, where 2" in faults_of(config)[0].remedy
    named = "map: {file: map.geojson, id: 'properties.ISO:A 3'}"
    config.write_text(config.read_text().replace("map: map.geojson", named), encoding="utf-8")
    found = load_scenario(config).map
    assert (set(found), len(found[""])) == ({"ARM", "AZE", ""}, 2)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("{file: map.geojson, id: name}", "map.id"),
        ("{file: map.geojson, id: 7}", "map.id"),
        ("{file: map.geojson, key: id}", "map.key"),
        ("{id: properties.x}", "map.file"),
        ("{file: ../map.geojson}", "map.file"),
        (r"maps\map.geojson", "map"),
        ("small.yaml", "map"),
    ],
)
def test_each_fault_of_naming_a_map_has_its_line_and_remedy(given: str, path: str, written: Write) -> None:
    config = mapped(written, collection(feature()))
    config.write_text(config.read_text().replace("map: map.geojson", f"map: {given}"), encoding="utf-8")
    [found] = faults_of(config)
    line = config.read_text().splitlines().index(f"map: {given}") + 1
    assert (found.path, found.where) == (path, f"{config}:{line}")
    assert found.remedy


def test_an_heir_may_name_another_property_of_the_same_map(written: Write) -> None:
    config = mapped(written, collection({**feature("AZE"), "properties": {"code": "ARM"}}))
    config.write_text(config.read_text().replace("map: map.geojson", "map: {file: map.geojson}"), encoding="utf-8")
    heir = written(name="heir.yaml", text="extends: small.yaml\nname: heir\nmap: {id: properties.code}\n")
    assert list(load_scenario(config).map) == ["AZE"]
    assert list(load_scenario(heir).map) == ["ARM"]


def test_ring_across_the_antimeridian_is_turned_by_what_it_encloses(written: Write) -> None:
    across = [[179, 60], [-179, 60], [-179, 61], [179, 61], [179, 60]]
    expected = ("179 60, -179 60, -179 61, 179 61, 179 60",)
    for ring in (across, across[::-1]):
        config = mapped(written, collection(feature(), feature("GEO", (ring,))))
        assert load_scenario(config).map["GEO"] == expected


def test_large_map_is_thinned_and_small_states_stay(written: Write) -> None:
    angles = np.linspace(0, 2 * np.pi, 40_001)
    coast = np.column_stack([45 + 5 * np.cos(angles), 40 + 5 * np.sin(angles) + 0.1 * np.sin(400 * angles)])
    ring = [*coast[:-1].tolist(), coast[0].tolist()]
    tiny = [[50.1 + 1e-4 * x, 40 + 1e-4 * y] for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    islet = [[60 + 1e-4 * x, 40 + 1e-4 * y] for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    found = load_scenario(
        mapped(written, collection(feature(rings=(ring,)), feature("AZE", (tiny,)), feature(rings=(islet,))))
    ).map
    assert 1_000 < len(found["ARM"][0].split(", ")) < 20_000
    assert len(found["ARM"]) == 1
    assert len(found["AZE"]) == 1


def test_the_shipped_map_shows_every_state_of_its_region() -> None:
    scenario = load_scenario("post-soviet-2020")
    assert set(scenario.structure.states) - set(scenario.map) == {"USA"}
    file = shipped()["post-soviet-2020"].parent / "maps" / "europe-and-western-asia.geojson"
    assert "Natural Earth" in json.loads(file.read_text(encoding="utf-8"))["description"]
    assert file.stat().st_size < 50_000
