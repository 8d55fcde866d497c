"""Where states lie: outlines from the GeoJSON file that a config names under `map`.

A map is for the eye only and decides no result. Features whose code is that of a state are its outline; all else is
drawn as ground around them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from sim.errors import ConfigError, warn
from sim.scenario.maps.geojson import Feature, Reader, Ring, area, refused
from sim.scenario.maps.thinning import thin
from sim.scenario.schema.fields import CODE, LONGEST_CODE, MAP_ID, PROPERTIES
from sim.scenario.yaml.tree import Place, fault

MOST_POSITIONS = 20_000
"""Positions that a page can draw at once; larger maps are thinned to so many."""
GROUND = ""
"""Key of ground that has no code."""

Outlines: TypeAlias = dict[str, tuple[str, ...]]


def read_outlines(file: Path, name: str, states: Collection[str], key: str = MAP_ID) -> Outlines:
    """Read a map.

    Parameters
    ----------
    file : Path
    name : str
        What to call it in messages.
    states : collection of str
        Codes of the states, at least one of which must be on the map.
    key : str
        Where a feature has its code: ``id``, or ``properties.NAME``.

    Returns
    -------
    dict of str to tuple of str
        Rings of each outline by code, as ``longitude latitude, longitude latitude, ...`` in degrees; outer rings
        run counterclockwise, holes clockwise. Ground without a code has the key ``""``.

    Raises
    ------
    ConfigError
        With the first fault of each feature, or of the file.
    """
    reader = Reader(name)
    features = reader.features(file)
    if reader.faults:
        raise ConfigError(reader.faults)
    codes = _codes(features, key, states)
    if not any(code in states and feature.rings for code, feature in zip(codes, features, strict=True)):
        rule, remedy = "must show at least one state of the config", _remedy(features, key, states)
        raise refused(name, (), rule, f"none by `{key}`", remedy)
    _say_empty(reader)
    found: dict[str, list[str]] = {}
    for code, ring in _thinned(codes, features, name):
        found.setdefault(code, []).append(", ".join(f"{east:.6g} {north:.6g}" for east, north in ring))
    return {code: tuple(rings) for code, rings in found.items()}


def _codes(features: Iterable[Feature], key: str, states: Collection[str]) -> list[str]:
    """Code of each feature: a state's, in whatever case, or another one; `GROUND` where it has none."""
    folded = [state.casefold() for state in states]
    known = {state.casefold(): state for state in states if folded.count(state.casefold()) == 1}
    written = (_written(feature, key) for feature in features)
    return [code if code in states else known.get(code.casefold(), code) for code in written]


def _written(feature: Feature, key: str) -> str:
    """Code that stands at a key of a feature; `GROUND` for a number, or whatever else is no code."""
    properties = feature.said.get("properties")
    holder = feature.said if key == MAP_ID else properties if isinstance(properties, dict) else {}
    found = holder.get(key.removeprefix(PROPERTIES))
    code = found.strip(" ") if isinstance(found, str) else GROUND
    return code if len(code) <= LONGEST_CODE and re.fullmatch(CODE, code) else GROUND


def _remedy(features: Sequence[Feature], key: str, states: Collection[str]) -> str:
    """Name the property that holds the codes of most states, if one does."""
    properties = [
        feature.said["properties"] for feature in features if isinstance(feature.said.get("properties"), dict)
    ]
    others = [MAP_ID, *(PROPERTIES + name for name in dict.fromkeys(name for one in properties for name in one))]
    shows = {other: len(set(_codes(features, other, states)) & set(states)) for other in others if other != key}
    best = max(shows, key=lambda other: shows[other], default=key)
    if shows.get(best):
        return f"write `map: {{file: FILE, id: {best}}}`, where {shows[best]} of its states are named"
    return f"give a feature an id such as {next(iter(states), 'ARM')}, or name the property that holds the codes"


def _say_empty(reader: Reader) -> None:
    """Warn of what encloses nothing."""
    if reader.empty:
        more = f", and {len(reader.empty) - 1:,} more" if len(reader.empty) > 1 else ""
        rule, remedy = "encloses no ground", "it is passed over"
        warn(fault(Place(reader.name, 0), ("a part of the map",), rule, reader.empty[0] + more, remedy))


def _thinned(codes: Sequence[str], features: Sequence[Feature], name: str) -> list[tuple[str, Ring]]:
    """All rings with their codes, few enough to be drawn; the largest of each code does not vanish."""
    every = [(code, ring) for code, feature in zip(codes, features, strict=True) for ring, _ in feature.rings]
    largest: dict[str, int] = {}
    for number, (code, ring) in enumerate(every):
        if code not in largest or abs(area(ring)) > abs(area(every[largest[code]][1])):
            largest[code] = number
    rings = thin([ring for _, ring in every], [n in largest.values() for n in range(len(every))], MOST_POSITIONS)
    if sum(map(len, rings)) > MOST_POSITIONS:
        remedy = "leave out ground that lies far away, or dissolve small areas into larger ones"
        raise refused(name, (), f"must be drawn with at most {MOST_POSITIONS:,} positions", "more", remedy)
    return [(code, ring) for (code, _), ring in zip(every, rings, strict=True) if len(ring)]
