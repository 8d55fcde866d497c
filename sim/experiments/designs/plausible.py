"""Plausible sets: a world a row, as a fit found them."""

from __future__ import annotations

from sim.errors import ConfigError
from sim.experiments.designs.kind import DesignReader, Kind
from sim.experiments.files.reader import Where
from sim.experiments.plausible import ENDING, MOST_SETS, PlausibleSets, load_plausible, shipped_plausible
from sim.experiments.points import DrawnDesign
from sim.experiments.transfer import PLAUSIBLE, taken_by
from sim.phrases import choose_from
from sim.scenario.schema.json_parts import Schema, whole
from sim.scenario.yaml.files import beside
from sim.scenario.yaml.tree import Branch, describe, text

KEYS: Schema = {
    "sets": {"type": "string", "description": "name of shipped plausible sets, or a .parquet file beside this one"},
    PLAUSIBLE: {"type": "string", "description": "short for design: plausible with these sets"},
    "points": whole(1, MOST_SETS, "number of sets to take, evenly by weight; all of them unless given"),
}
FORM: Schema = {"oneOf": [{"required": ["sets"]}, {"required": [PLAUSIBLE]}]}


def read(node: Branch, where: Where, reader: DesignReader) -> DrawnDesign | None:
    """The numbers of so many sets, each of which counts the same; None where a fault was noted."""
    try:
        sets = _sets(node, where, reader)
        taken = None if sets is None else taken_by(reader.sweep.scenario, sets)
    except ConfigError as error:
        reader.sweep.faults += error.faults
        return None
    count = None if taken is None else _count(node, where, reader, len(taken.sets))
    if taken is None or count is None or not reader.affords(node, where, count, len(taken.paths)):
        return None
    return taken.design(count)


def _count(node: Branch, where: Where, reader: DesignReader, sets: int) -> int | None:
    """Sets that are taken; None with a fault noted."""
    return sets if "points" not in node.entries else reader.sweep.whole(node, "points", where, (1, sets))


def _sets(node: Branch, where: Where, reader: DesignReader) -> PlausibleSets | None:
    """Sets that a design names: shipped ones, or a file in its folder or below; None with a fault noted."""
    given = [key for key in ("sets", PLAUSIBLE) if key in node.entries]
    if len(given) != 1:
        remedy = "write sets: NAME, or plausible: NAME instead of both lines"
        reader.sweep.refuse(node, (*where, "sets"), "must be given once", " and ".join(given) or "nothing", remedy)
        return None
    entry, here, named, known = node.entries[given[0]], (*where, given[0]), text(node, given[0]), shipped_plausible()
    if named in known:
        return load_plausible(named)
    if not named.endswith(ENDING):
        rule = f"must be the name of shipped plausible sets, or a {ENDING} file beside this one"
        reader.sweep.refuse(entry, here, rule, describe(entry), choose_from(named, known))
        return None
    beside(entry, here, reader.folder, reader.folder.resolve(), (ENDING,))
    return load_plausible(reader.folder / named)


SETS = Kind(PLAUSIBLE, KEYS, read, form=FORM, short=PLAUSIBLE)
