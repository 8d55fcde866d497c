"""Where states lie: outlines from the GeoJSON file that a config names under `map`.

A map is for the eye only and decides no result. It is a FeatureCollection (RFC 7946) of polygons in degrees whose
`id` is the code of a state; what has another id is drawn as ground around them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from sim.errors import ConfigError, Fault
from sim.scenario.nodes import Place, fault, shown
from sim.scenario.reading import content_of, decoded
from sim.scenario.shape import CODE, LONGEST_CODE

LARGEST_MAP = 250_000
LEAST_POSITIONS = 4
"""A ring repeats its first position at the end, so a triangle has four."""
MOST_DEGREES = (180, 90)

Outlines: TypeAlias = dict[str, tuple[str, ...]]
Ring: TypeAlias = list[tuple[float, float]]
Steps: TypeAlias = tuple[str | int, ...]


def read_outlines(file: Path, name: str, states: Collection[str]) -> Outlines:
    """Read a map.

    Parameters
    ----------
    file : Path
    name : str
        What to call it in messages.
    states : collection of str
        Codes of the states, at least one of which must be on the map.

    Returns
    -------
    dict of str to tuple of str
        Rings of each outline by code, as ``longitude latitude, longitude latitude, ...`` in degrees; outer rings
        run counterclockwise, holes clockwise.

    Raises
    ------
    ConfigError
        With the first fault of each feature, or of the file.
    """
    found: dict[str, list[str]] = {}
    faults: list[Fault] = []
    for number, feature in enumerate(_features(file, name)):
        try:
            code, rings = _outline(feature, ("features", number), name)
            found.setdefault(code, []).extend(rings)
        except ConfigError as error:
            faults += error.faults
    if not faults and not set(found) & set(states):
        remedy = f"give a feature an id such as {next(iter(states), 'ARM')}"
        raise _refused(name, (), "must show at least one state of the config", "none", remedy)
    if faults:
        raise ConfigError(faults)
    return {code: tuple(rings) for code, rings in found.items()}


def _refused(name: str, path: Steps, rule: str, found: object, remedy: str, line: int = 0) -> ConfigError:
    return ConfigError([fault(Place(name, line), path, rule, found, remedy)])


def _features(file: Path, name: str) -> list[Any]:
    said = "a map is a sketch: simplify its outlines, and round them"
    text = decoded(content_of(file, name, LARGEST_MAP, said), name)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise _refused(name, (), "must be JSON", error.msg, "mend the syntax here", error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise _refused(name, (), "must be JSON", type(error).__name__, "save it as plain GeoJSON") from error
    kind = content.get("type") if isinstance(content, dict) else None
    features = content.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list):
        raise _refused(name, (), "must be a FeatureCollection", shown(kind), "save the outlines as GeoJSON (RFC 7946)")
    return features


def _outline(feature: Any, path: Steps, name: str) -> tuple[str, list[str]]:
    """Code and rings of one feature."""
    inside = feature if isinstance(feature, dict) else {}
    code, geometry = inside.get("id"), inside.get("geometry")
    if not isinstance(code, str) or len(code) > LONGEST_CODE or not re.fullmatch(CODE, code):
        remedy = "it is the code of a state, as in the config; it stands beside `type`, not under `properties`"
        raise _refused(name, (*path, "id"), "must be a short plain name", shown(code), remedy)
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        rule = "must be a Polygon or a MultiPolygon"
        raise _refused(name, (*path, "geometry", "type"), rule, shown(kind), "an outline encloses ground")
    return code, [_written(ring, hole) for ring, hole in _rings(geometry, (*path, "geometry", "coordinates"), name)]


def _rings(geometry: dict[str, Any], path: Steps, name: str) -> Iterator[tuple[Ring, bool]]:
    """Rings of a geometry, and whether each is a hole."""
    given = geometry.get("coordinates")
    single = geometry["type"] == "Polygon"
    for number, polygon in enumerate(_listed([given] if single else given, path, name, "polygons")):
        here = path if single else (*path, number)
        for place, ring in enumerate(_listed(polygon, here, name, "rings")):
            yield _ring(ring, (*here, place), name), place > 0


def _listed(given: Any, path: Steps, name: str, what: str) -> list[Any]:
    if not isinstance(given, list) or not given:
        raise _refused(name, path, f"must be a list of {what}", shown(given), "save the outlines as GeoJSON (RFC 7946)")
    return given


def _ring(given: Any, path: Steps, name: str) -> Ring:
    ring = [_position(one, (*path, place), name) for place, one in enumerate(_listed(given, path, name, "positions"))]
    if len(ring) < LEAST_POSITIONS or ring[0] != ring[-1]:
        rule = f"must have {LEAST_POSITIONS} positions or more, and end where it begins"
        raise _refused(name, path, rule, f"{len(ring)} positions", "close the ring")
    return ring


def _position(given: Any, path: Steps, name: str) -> tuple[float, float]:
    degrees = given[:2] if isinstance(given, list) else ()
    numbers = [one for one in degrees if isinstance(one, int | float) and not isinstance(one, bool)]
    inside = [abs(one) <= most for one, most in zip(numbers, MOST_DEGREES, strict=False)]
    if len(inside) < len(MOST_DEGREES) or not all(inside):
        rule = "must be a longitude in [-180, 180] and a latitude in [-90, 90]"
        raise _refused(name, path, rule, _said(given), "give degrees, longitude first")
    return float(numbers[0]), float(numbers[1])


def _said(position: Any) -> str:
    return ", ".join(shown(one) for one in position[:2]) if isinstance(position, list) else shown(position)


def _written(ring: Ring, hole: bool) -> str:
    """A ring as one line of text, turned the way that its kind has to run."""
    area = sum(x * y_next - x_next * y for (x, y), (x_next, y_next) in pairwise(ring))
    turned = ring[::-1] if (area < 0) != hole else ring
    return ", ".join(f"{x:.6g} {y:.6g}" for x, y in turned)
