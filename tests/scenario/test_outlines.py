"""Maps: outlines read from a file beside the config, without trusting it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ConfigError, Fault
from sim.scenario import load_scenario, rebuilt, shipped
from sim.scenario.outlines import read_outlines

Write = Callable[..., Path]
SQUARE = [[40, 40], [41, 40], [41, 41], [40, 41], [40, 40]]
HOLE = [[40.2, 40.2], [40.4, 40.2], [40.4, 40.4], [40.2, 40.2]]


def feature(code: Any = "ARM", rings: Any = (SQUARE,), kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "id": code, "properties": {}, "geometry": {"type": kind, "coordinates": rings}}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


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
        ("../map.geojson", "must stay in the folder of the config that was named"),
        ("/etc/hostname", "must stay in the folder of the config that was named"),
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
    assert faults_of(config)[0].rule == "must stay in the folder of the config that was named"


CASES = {
    "no JSON": ("{", "the file", "must be JSON"),
    "nested without end": ("[" * 100_000, "the file", "must be JSON"),
    "a number without end": ("1" * 5000, "the file", "must be JSON"),
    "no UTF-8": (b'"\xff"', "the file", "must be UTF-8"),
    "too large": (" " * 250_001, "the file", "must be at most 0.25 MB"),
    "a list": ("[]", "the file", "must be a FeatureCollection"),
    "a lone feature": (json.dumps(feature()), "the file", "must be a FeatureCollection"),
    "no state of the config": (collection(feature("GEO")), "the file", "must show at least one state of the config"),
    "no feature": (collection(), "the file", "must show at least one state of the config"),
    "a feature that is none": (collection(7), "features[0].id", "must be a short plain name"),
    "no code": (collection(feature(None)), "features[0].id", "must be a short plain name"),
    "a code that is markup": (collection(feature("<b>")), "features[0].id", "must be a short plain name"),
    "a code with a line after it": (collection(feature("ARM\n")), "features[0].id", "must be a short plain name"),
    "a long code": (collection(feature("A" * 33)), "features[0].id", "must be a short plain name"),
    "a point": (collection(feature(kind="Point")), "features[0].geometry.type", "must be a Polygon or a MultiPolygon"),
    "no polygon": (collection(feature(rings=[])), "features[0].geometry.coordinates", "must be a list of rings"),
    "no list": (collection(feature(rings=7)), "features[0].geometry.coordinates", "must be a list of rings"),
    "no list of polygons": (collection(feature(rings={}, kind="MultiPolygon")), "features[0].geometry.coordinates", "must be a list of polygons"),
    "an open ring": (collection(feature(rings=[SQUARE[:4]])), "features[0].geometry.coordinates[0]", "must have 4 positions or more, and end where it begins"),
    "two positions": (collection(feature(rings=[[[1, 1], [2, 2], [1, 1]]])), "features[0].geometry.coordinates[0]", "must have 4 positions or more, and end where it begins"),
    "beyond the pole": (collection(feature(rings=[[[40, 91], *SQUARE]])), "features[0].geometry.coordinates[0][0]", "must be a longitude in [-180, 180] and a latitude in [-90, 90]"),
    "infinity": (collection(feature(rings=[[[1e999, 40], *SQUARE]])), "features[0].geometry.coordinates[0][0]", "must be a longitude in [-180, 180] and a latitude in [-90, 90]"),
    "not a number": (collection(feature(rings=[[[40, float("nan")], *SQUARE]])), "features[0].geometry.coordinates[0][0]", "must be a longitude in [-180, 180] and a latitude in [-90, 90]"),
    "a truth": (collection(feature(rings=[[[True, 40], *SQUARE]])), "features[0].geometry.coordinates[0][0]", "must be a longitude in [-180, 180] and a latitude in [-90, 90]"),
    "one number": (collection(feature(kind="MultiPolygon", rings=[[[[40], *SQUARE]]])), "features[0].geometry.coordinates[0][0][0]", "must be a longitude in [-180, 180] and a latitude in [-90, 90]"),
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
    config = mapped(written, collection(feature("<b>"), feature(kind="Point"), feature()))
    config.write_text(config.read_text().replace("autonomy: 0.5", "autonomy: 0.9"), encoding="utf-8")
    assert {"states.RUS.autonomy", "features[0].id", "features[1].geometry.type"} <= {
        fault.path for fault in faults_of(config)
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9) | st.sampled_from(["Polygon", "ARM"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "id", "geometry", "coordinates"]), inner),
    max_leaves=12,
)  # fmt: skip


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


def test_the_shipped_map_shows_every_state_of_its_region() -> None:
    scenario = load_scenario("post-soviet-2020")
    assert set(scenario.structure.states) - set(scenario.map) == {"USA"}
    file = shipped()["post-soviet-2020"].parent / "maps" / "europe-and-western-asia.geojson"
    assert "Natural Earth" in json.loads(file.read_text(encoding="utf-8"))["description"]
    assert file.stat().st_size < 50_000
