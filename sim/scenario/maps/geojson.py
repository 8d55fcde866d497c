"""GeoJSON of strangers (RFC 7946): the polygons of each feature, and what the feature says of itself.

What cannot be an outline is told apart: ground that encloses nothing is passed over, broken data are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.errors import ConfigError, Fault
from sim.phrases import shown
from sim.scenario.yaml.parser import content_of, decoded, line_of
from sim.scenario.yaml.tree import Place, dotted, fault

LARGEST_MAP = 25_000_000
MOST_VALUES = 4_000_000
"""Lists, objects and their entries in a file: reading takes about a hundred bytes for each."""
SIMPLIFY = "simplify it first, as with `mapshaper IN.geojson -simplify 5% -o OUT.geojson`"
SAVE_AS = "save the outlines as GeoJSON (RFC 7946)"
MOST_DEGREES = (180.0, 90.0)
ROUNDING = 1e-9
LEAST_POSITIONS = 4
"""A ring repeats its first position at the end, so a triangle has four."""
POLYGONS = ("Polygon", "MultiPolygon")
OTHER_SHAPES = ("Point", "MultiPoint", "LineString", "MultiLineString")
WGS84 = ("CRS84", "EPSG:4326", "EPSG::4326", "WGS84")
"""Ends of the names by which older files call the degrees that all newer ones use."""

Ring: TypeAlias = NDArray[np.float64]
"""Closed ring of positions, shape (n, 2), in degrees east and north."""
Steps: TypeAlias = tuple[str | int, ...]


@dataclass
class Feature:
    """What a feature says of itself, and the ground that it encloses.

    Attributes
    ----------
    said : dict
        The feature as it stands in the file.
    rings : list of (ring, bool)
        Its rings, and whether each is a hole; outer rings run counterclockwise, holes clockwise.
    """

    said: dict[str, Any]
    rings: list[tuple[Ring, bool]] = field(default_factory=list)


@dataclass
class Reader:
    """Reads the features of one file, and notes what is wrong with it.

    Attributes
    ----------
    name : str
        What to call the file in messages.
    faults : list of Fault
        What makes the file unusable.
    empty : list of str
        Parts that enclose nothing, each with what was found there.
    """

    name: str
    faults: list[Fault] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)

    def features(self, file: Path) -> list[Feature]:
        """Read all features; raises ConfigError for a file that is no GeoJSON in degrees."""
        return [self._feature(said, path) for said, path in _features(_content(file, self.name), self.name)]

    def _feature(self, said: Any, path: Steps) -> Feature:
        if not isinstance(said, dict):
            self.faults.append(
                _fault(self.name, path, "must be a feature", said, "save the file as GeoJSON (RFC 7946)")
            )
            return Feature({})
        found = Feature(said)
        try:
            for geometry, here in _geometries(said.get("geometry"), (*path, "geometry")):
                found.rings += self._rings(geometry, here)
        except ConfigError as error:
            self.faults += error.faults
        return found

    def _rings(self, geometry: Any, path: Steps) -> Iterator[tuple[Ring, bool]]:
        """Rings of a geometry that is no collection."""
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if geometry is None or kind in OTHER_SHAPES:
            self._pass_over(path, f"a {kind}" if kind else "no geometry")
            return
        if kind not in POLYGONS:
            rule = "must be the name of a geometry"
            raise refused(self.name, (*path, "type"), rule, shown(kind), f"an outline is a {' or a '.join(POLYGONS)}")
        given, here = geometry.get("coordinates"), (*path, "coordinates")
        single = kind == "Polygon"
        for number, polygon in enumerate(_list([given] if single else given, here, self.name, "polygons")):
            inside = here if single else (*here, number)
            for place, ring in enumerate(_list(polygon, inside, self.name, "rings")):
                found = _ring(ring, (*inside, place), self.name)
                if _encloses(found):
                    yield _turn(found, place > 0), place > 0
                else:
                    self._pass_over((*inside, place), "no area")

    def _pass_over(self, path: Steps, found: str) -> None:
        self.empty.append(f"{dotted(path)}: {found}")


def refused(name: str, path: Steps, rule: str, found: object, remedy: str, line: int = 0) -> ConfigError:
    """One fault of a map."""
    return ConfigError([_fault(name, path, rule, found, remedy, line)])


def _fault(name: str, path: Steps, rule: str, found: object, remedy: str, line: int = 0) -> Fault:
    return fault(Place(name, line), path, rule, found, remedy)


def _content(file: Path, name: str) -> dict[str, Any]:
    """Top of the file: an object in degrees."""
    text = decoded(content_of(file, name, LARGEST_MAP, SIMPLIFY), name)
    if text.count(",") + text.count("[") + text.count("{") > MOST_VALUES:
        raise refused(name, (), f"must hold at most {MOST_VALUES:,} values", "more", SIMPLIFY)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        line = line_of(text, error.pos)
        raise refused(name, (), "must be JSON", error.msg, "mend the syntax here", line) from error
    except (ValueError, RecursionError) as error:
        raise refused(name, (), "must be JSON", type(error).__name__, "save it as plain GeoJSON") from error
    if not isinstance(content, dict):
        raise refused(name, (), "must be GeoJSON", shown(content), SAVE_AS)
    _refuse_other_degrees(content, name)
    return content


def _refuse_other_degrees(content: dict[str, Any], name: str) -> None:
    """Refuse coordinates of another reference system, which an old member of GeoJSON may name."""
    crs: Any = content.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    called = properties.get("name", properties.get("href")) if isinstance(properties, dict) else crs
    if called is None or (isinstance(called, str) and called.upper().replace(" ", "").endswith(WGS84)):
        return
    remedy = "save it in degrees of WGS 84 (EPSG:4326), as with `ogr2ogr -t_srs EPSG:4326 OUT.geojson IN.geojson`"
    raise refused(name, ("crs",), "must be WGS 84", shown(called), remedy)


def _features(content: dict[str, Any], name: str) -> list[tuple[Any, Steps]]:
    """Features with their paths; a feature or a geometry may stand alone."""
    kind = content.get("type")
    if kind == "FeatureCollection":
        listed = content.get("features")
        if isinstance(listed, list):
            return [(said, ("features", number)) for number, said in enumerate(listed)]
        raise refused(name, ("features",), "must be a list", shown(listed), SAVE_AS)
    if kind == "Feature":
        return [(content, ())]
    if kind in (*POLYGONS, *OTHER_SHAPES, "GeometryCollection"):
        return [({"geometry": content}, ())]
    remedy = SAVE_AS
    if kind == "Topology":
        remedy = "this is TopoJSON: turn it into GeoJSON, as with `mapshaper IN.json -o format=geojson OUT.geojson`"
    raise refused(name, ("type",), "must be FeatureCollection, Feature or a geometry", shown(kind), remedy)


def _geometries(geometry: Any, path: Steps) -> Iterator[tuple[Any, Steps]]:
    """A geometry, or those inside a collection, however deep."""
    waiting = [(geometry, path)]
    while waiting:
        one, here = waiting.pop()
        inside = one.get("geometries") if isinstance(one, dict) and one.get("type") == "GeometryCollection" else None
        if isinstance(inside, list):
            waiting += [(part, (*here, "geometries", number)) for number, part in reversed(list(enumerate(inside)))]
        else:
            yield one, here


def _list(given: Any, path: Steps, name: str, what: str) -> list[Any]:
    if not isinstance(given, list):
        raise refused(name, path, f"must be a list of {what}", shown(given), SAVE_AS)
    return given


def _ring(given: Any, path: Steps, name: str) -> Ring:
    """Closed ring of checked positions; empty where the file has an empty list."""
    listed = _list(given, path, name, "positions")
    positions = [_position(one) for one in listed]
    if None in positions:
        raise _misplaced(listed[positions.index(None)], (*path, positions.index(None)), name)
    ring = np.array(positions, dtype=np.float64).reshape(-1, 2)
    if len(ring) and np.abs(ring[0] - ring[-1]).max() > ROUNDING:
        rule = f"must have {LEAST_POSITIONS} positions or more, and end where it begins"
        raise refused(name, path, rule, f"{len(ring)} positions", "close the ring")
    ring[-1:] = ring[:1]
    return ring


def _position(given: Any) -> tuple[float, float] | None:
    """Longitude and latitude within their bounds; None for anything else. A height is not read."""
    if not isinstance(given, list) or len(given) < len(MOST_DEGREES):
        return None
    for one, most in zip(given, MOST_DEGREES, strict=False):
        if type(one) not in (int, float) or not abs(one) <= most + ROUNDING:
            return None
    east, north = given[:2]
    return max(-180.0, min(180.0, float(east))), max(-90.0, min(90.0, float(north)))


def _misplaced(given: Any, path: Steps, name: str) -> ConfigError:
    said = ", ".join(shown(one) for one in given[:2]) if isinstance(given, list) else shown(given)
    rule = "must be a longitude in [-180, 180] and a latitude in [-90, 90]"
    return refused(name, path, rule, said, "give degrees of WGS 84, longitude first")


def area(ring: Ring) -> float:
    """Area in square degrees, positive counterclockwise; steps over the antimeridian are short."""
    step = (np.diff(ring[:, 0]) + 180) % 360 - 180
    return -float(np.sum(step * (ring[1:, 1] + ring[:-1, 1]) / 2))


def _encloses(ring: Ring) -> bool:
    """Whether a ring encloses anything, be it only the whole round of the Earth."""
    if len(ring) < LEAST_POSITIONS:
        return False
    return abs(area(ring)) > ROUNDING**2 or float(np.ptp(ring[:, 0])) == 360


def _turn(ring: Ring, hole: bool) -> Ring:
    """The ring in the direction in which its kind has to run."""
    return ring[::-1] if (area(ring) < 0) != hole else ring
