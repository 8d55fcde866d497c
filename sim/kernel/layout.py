"""Names of rows: config paths of what a scenario gives, outcome names of what the model moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sim import quantities as qt
from sim.kernel.memory import Block, given_blocks, now_blocks
from sim.kernel.structure import EventShape, Structure
from sim.kernel.wiring import ADD, FOREVER, LATENT, MULTIPLY, NO_STATE, PHASE, SAME_SCALE, SET

Row = tuple[int, qt.Quantity]

STATE_OUTCOMES = ("capability", "stability")
PAIR_OUTCOMES = ("latent", "influence", "capacity")
CONTEST_OUTCOMES = tuple(
    name for name in qt.quantities(qt.ContestNow) if name not in ("age", "turmoil", "fighting", "fresh", "enmity")
)
SIDE_OUTCOMES = ("weariness", "backing", "readiness", "strength")
PARTY_OUTCOMES = ("posture", "attention", "changes")
COUNTED = ("truces", "truces_broken", "weeks_fought", "disputes", "clashes", "changes")
EXTREME = 1e300
TIMES = ("first_truce", "first_entry", "first_dispute", "first_clash", "takeover", "settlement")


@dataclass(frozen=True)
class Layout:
    """Rows of a structure by name.

    Attributes
    ----------
    structure : Structure
    """

    structure: Structure

    @cached_property
    def _inputs(self) -> dict[str, Row]:
        return {
            path: (block.row(index, field), qt.quantities(block.record)[field])
            for path, block, index, field in self._given()
            if block.record
        }

    @cached_property
    def _outputs(self) -> dict[str, Row]:
        return dict(_outcomes(self.structure))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every numeric config path, in the order of its row."""
        return tuple(sorted(self._inputs, key=lambda path: self._inputs[path][0]))

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """Every outcome that can be observed."""
        return tuple(self._outputs)

    def row(self, path: str) -> int:
        """Row of a config path in `World.inputs`; raises KeyError for an unknown path."""
        return self._inputs[path][0]

    def quantity(self, path: str) -> qt.Quantity:
        """Unit, bounds and meaning of a config path; raises KeyError for an unknown path."""
        return self._inputs[path][1]

    def outcome_row(self, name: str) -> int:
        """Row of an outcome in `World.state`; raises KeyError for an unknown name."""
        return self._outputs[name][0]

    def outcome(self, name: str) -> qt.Quantity:
        """Unit, bounds and meaning of an outcome; raises KeyError for an unknown name."""
        return self._outputs[name][1]

    def _given(self) -> Iterator[tuple[str, Block, tuple[int, ...], str]]:
        """Path, group, index and field of each input."""
        yield from _plain_paths(self.structure)
        yield from _contest_paths(self.structure)


@lru_cache(maxsize=64)
def layout(structure: Structure) -> Layout:
    """The layout of a structure, made once."""
    return Layout(structure)


def _plain_paths(structure: Structure) -> Iterator[tuple[str, Block, tuple[int, ...], str]]:
    blocks = given_blocks(structure)
    for section in ("behaviour", "weights"):
        for field in qt.quantities(blocks[section].record or qt.Record):
            yield f"{section}.{field}", blocks[section], (0,), field
    names = {
        "levers": structure.levers,
        "states": structure.states,
        "postures": tuple(name for name, _ in structure.postures),
        "events": tuple(event.name for event in structure.events),
    }
    for section, codes in names.items():
        for index, code in enumerate(codes):
            for field in qt.quantities(blocks[section].record or qt.Record):
                yield f"{section}.{code}.{field}", blocks[section], (index,), field
    for index, tie in enumerate(structure.ties):
        yield "ties." + ".".join(tie), blocks["ties"], (index,), "level"
    hosted = {(c.host, p.state) for c, p in structure.parties if c.host}
    for i, one in enumerate(structure.states):
        for j, other in enumerate(structure.states):
            if i != j and (one, other) not in hosted:
                yield f"alignments.{one}.{other}", blocks["alignments"], (i, j), "start"
            if i < j:
                yield f"proximity.{one}.{other}", blocks["proximity"], (i, j), "nearness"


def _contest_paths(structure: Structure) -> Iterator[tuple[str, Block, tuple[int, ...], str]]:
    blocks = given_blocks(structure)
    counters = {"rivals": 0, "sanctioners": 0}
    e = 0
    for c, contest in enumerate(structure.contests):
        stem = f"contests.{contest.code}"
        for field in qt.quantities(qt.ContestTraits):
            yield f"{stem}.{field}", blocks["contests"], (c,), field
        for x, side in enumerate(contest.sides):
            for field in ("covered", "share") if contest.host else ("covered",):
                yield f"{stem}.{field}.{side}", blocks["sides"], (c, x), field
        for party in contest.parties:
            here = f"{stem}.parties.{party.state}"
            for field in qt.quantities(qt.PartyTraits):
                yield f"{here}.{field}", blocks["parties"], (e,), field
            fields = qt.quantities(qt.StanceTraits) if contest.host else ("diaspora",)
            for x, side in enumerate(contest.sides):
                for field in fields:
                    yield f"{here}.{field}.{side}", blocks["stances"], (e, x), field
            for kind in ("rivals", "sanctioners"):
                for other in getattr(party, kind):
                    yield f"{here}.{kind}.{other}", blocks[kind], (counters[kind],), "weight"
                    counters[kind] += 1
            e += 1


def _outcomes(structure: Structure) -> Iterator[tuple[str, Row]]:
    blocks = now_blocks(structure)

    def row(name: str, block: str, index: tuple[int, ...], field: str) -> tuple[str, Row]:
        record = blocks[block].record
        assert record is not None
        return name, (blocks[block].row(index, field), qt.quantities(record)[field])

    for i, one in enumerate(structure.states):
        for field in STATE_OUTCOMES:
            yield row(f"{field}.{one}", "states", (i,), field)
        for j, other in enumerate(structure.states):
            if i != j:
                yield f"alignment.{one}.{other}", (blocks["alignment"].row((i, j)), PLAIN["alignment"])
                for field in PAIR_OUTCOMES:
                    yield row(f"{field}.{one}.{other}", "pairs", (i, j), field)
    for index, tie in enumerate(structure.ties):
        yield row("level." + ".".join(tie), "ties", (index,), "level")
    for c, contest in enumerate(structure.contests):
        for field in CONTEST_OUTCOMES:
            yield row(f"{field}.{contest.code}", "contests", (c,), field)
        for x, side in enumerate(contest.sides):
            for field in SIDE_OUTCOMES:
                yield row(f"{field}.{contest.code}.{side}", "sides", (c, x), field)
    for index, patron in enumerate(structure.patrons):
        yield row(f"primacy.{patron}", "patrons", (index,), "primacy")
    for field in qt.quantities(qt.RegionNow):
        yield row(field, "region", (0,), field)
    yield from _choice_outcomes(structure, blocks)


PLAIN = {
    "alignment": qt.Quantity("disposition of i toward j", "alignment", -1.0, 1.0, symbol="a"),
    "utility": qt.Quantity("utility of a posture", "utility", -qt.INFINITY, qt.INFINITY),
    "probability": qt.Quantity("probability of a posture when it is reconsidered", "probability", 0.0, 1.0),
}


def _choice_outcomes(structure: Structure, blocks: dict[str, Block]) -> Iterator[tuple[str, Row]]:
    for e, (contest, party) in enumerate(structure.parties):
        stem = f"{contest.code}.{party.state}"
        for field in PARTY_OUTCOMES:
            yield f"{field}.{stem}", (blocks["parties"].row((e,), field), qt.quantities(qt.PartyNow)[field])
        for k, (posture, _) in enumerate(structure.postures):
            for field in ("probability", "utility"):
                yield f"{field}.{stem}.{posture}", (blocks[field].row((e, k)), PLAIN[field])
        for term, quantity in qt.quantities(qt.Terms).items():
            yield f"term.{stem}.{term}", (blocks["chosen"].row((e,), term), quantity)


def _companion(structure: Structure, path: str) -> tuple[int, int, int]:
    """State that an event on a path changes too: how, its row, and one further row or −1."""
    blocks = now_blocks(structure)
    parts = path.split(".")
    at = {code: index for index, code in enumerate(structure.states)}
    contest_at = {contest.code: index for index, contest in enumerate(structure.contests)}
    if parts[0] == "states" and parts[2] in STATE_OUTCOMES:
        return SAME_SCALE, blocks["states"].row((at[parts[1]],), parts[2]), -1
    if parts[0] == "ties":
        tie = (parts[1], parts[2], parts[3])
        return SAME_SCALE, blocks["ties"].row((structure.ties.index(tie),), "level"), -1
    if parts[0] == "alignments":
        pair = (at[parts[1]], at[parts[2]])
        return LATENT, blocks["pairs"].row(pair, "latent"), blocks["pairs"].row(pair, "anchor")
    if parts[0] == "contests" and parts[2] in ("control", "age", "enmity"):
        return SAME_SCALE, blocks["contests"].row((contest_at[parts[1]],), parts[2]), -1
    if parts[0] == "contests" and parts[2] == "phase":
        row = (contest_at[parts[1]],)
        return PHASE, blocks["contests"].row(row, "phase"), blocks["contests"].row(row, "age")
    return NO_STATE, -1, -1


def event_rows(structure: Structure) -> list[tuple[float, ...]]:
    """Rows of `EventWire`: ticks are the nearest to the event's date."""
    operations = {"set": SET, "add": ADD, "multiply": MULTIPLY}
    names = layout(structure)

    def row(event: EventShape) -> tuple[float, ...]:
        start = round(event.week / structure.dt)
        stop = FOREVER if event.weeks is None else start + max(1, round(event.weeks / structure.dt))
        quantity = names.quantity(event.path)
        what = operations[event.operation], names.row(event.path), *_companion(structure, event.path)
        return start, stop, *what, max(quantity.lower, -EXTREME), min(quantity.upper, EXTREME)

    return [row(event) for event in structure.events]
