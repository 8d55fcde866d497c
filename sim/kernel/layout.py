"""Names of rows: config paths of what a scenario gives, outcome names of what the model moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from sim import quantities as qt
from sim.kernel.memory import Block, given_blocks, now_blocks
from sim.kernel.structure import EventShape, Structure
from sim.kernel.wiring import ADD, FOREVER, LATENT, MULTIPLY, NO_STATE, PHASE, SAME_SCALE, SET

Row = tuple[int, qt.Quantity]

EXTREME = 1e300
OF_A_CONTEST = "must be a number of a contest, whose phase the statistic goes by"
OF_CONTESTS = ("contests", "sides", "parties", "probability", "utility", "chosen")
MOST_PAIRS = 400
"""Pairs of patron and client up to which results hold statistics of pairs by default; more would crowd out the rest."""


@dataclass(frozen=True)
class Outcome:
    """What can be observed of one state, pair, contest, side or third party, or of the whole.

    Attributes
    ----------
    name : str
        Such as ``control.NK``.
    row : int
        Row of `World.state`.
    quantity : Quantity
    summarised, followed : bool
        Whether results hold statistics of it, and its course over time, where nobody asks for other outcomes.
    contest : str
        Code of the contest that it belongs to, empty for none.
    """

    name: str
    row: int
    quantity: qt.Quantity
    summarised: bool
    followed: bool
    contest: str = ""

    def takes(self, statistic: str) -> bool:
        """Whether a statistic makes sense: one by phase only for numbers of a contest, of which a mean says much."""
        quantity = self.quantity
        mean_of_contest = bool(self.contest) and quantity.kind == "value" and quantity.unit != "code"
        return statistic not in qt.BY_PHASE or mean_of_contest


class Entity(NamedTuple):
    """What has outcomes: block and place of its record, its name, and whether results hold it by default."""

    block: str
    place: tuple[int, ...]
    name: str
    summarised: bool = True
    followed: bool = True
    domestic: bool = False

    @property
    def contest(self) -> str:
        """Code of the contest that it belongs to, empty for none."""
        return self.name.partition(".")[0] if self.block in OF_CONTESTS else ""


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
    def _outputs(self) -> dict[str, Outcome]:
        blocks = now_blocks(self.structure)
        found = (one for entity in _entities(self.structure) for one in _outcomes_of(entity, blocks[entity.block]))
        return {outcome.name: outcome for outcome in found}

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
        return self._outputs[name].row

    def outcome(self, name: str) -> Outcome:
        """An outcome by its name; raises KeyError for an unknown one."""
        return self._outputs[name]

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
            fields = qt.quantities(qt.RelationTraits) if contest.host else ("diaspora",)
            for x, side in enumerate(contest.sides):
                for field in fields:
                    yield f"{here}.{field}.{side}", blocks["relations"], (e, x), field
            for kind in ("rivals", "sanctioners"):
                for other in getattr(party, kind):
                    yield f"{here}.{kind}.{other}", blocks[kind], (counters[kind],), "weight"
                    counters[kind] += 1
            e += 1


def _entities(structure: Structure) -> Iterator[Entity]:
    """Everything that can be observed, in the order of columns."""
    yield from _contest_entities(structure)
    yield from _pair_entities(structure)
    for i, state in enumerate(structure.states):
        yield Entity("states", (i,), state, summarised=state in structure.clients)
    for index, tie in enumerate(structure.ties):
        yield Entity("ties", (index,), ".".join(tie))
    for index, patron in enumerate(structure.patrons):
        yield Entity("patrons", (index,), patron)
    yield Entity("region", (0,), "")


def _contest_entities(structure: Structure) -> Iterator[Entity]:
    """Each contest, its sides, and its third parties with their menu."""
    e = 0
    for c, contest in enumerate(structure.contests):
        yield Entity("contests", (c,), contest.code, domestic=contest.host is not None)
        for x, side in enumerate(contest.sides):
            yield Entity("sides", (c, x), f"{contest.code}.{side}")
        for party in contest.parties:
            name = f"{contest.code}.{party.state}"
            yield Entity("parties", (e,), name)
            for k, (posture, _) in enumerate(structure.postures):
                for block in ("probability", "utility"):
                    yield Entity(block, (e, k), f"{name}.{posture}")
            yield Entity("chosen", (e,), name)
            e += 1


def _pair_entities(structure: Structure) -> Iterator[Entity]:
    """Each ordered pair; statistics hold influence of patrons on clients, and alignment of clients with patrons."""
    patrons, clients = set(structure.patrons), set(structure.clients)
    few = len(patrons) * len(clients) <= MOST_PAIRS
    for i, one in enumerate(structure.states):
        for j, other in enumerate(structure.states):
            if i != j:
                down, up = one in patrons and other in clients, one in clients and other in patrons
                yield Entity("pairs", (i, j), f"{one}.{other}", few and down, one in patrons)
                yield Entity("alignment", (i, j), f"{one}.{other}", few and up)


def _outcomes_of(entity: Entity, block: Block) -> Iterator[Outcome]:
    """Outcomes of an entity; those of a utility term are named after the term at their end."""
    declared = qt.quantities(block.record) if block.record else {block.name: qt.quantities(qt.ArrayNow)[block.name]}
    for field, quantity in declared.items():
        is_term = block.record is qt.Terms
        if is_term or quantity.keep is not None:
            parts = ("term", entity.name, field) if is_term else (field, entity.name)
            shown = entity.domestic or not quantity.domestic
            row = block.row(entity.place, field if block.record else "")
            yield Outcome(
                ".".join(part for part in parts if part),
                row,
                quantity,
                summarised=shown and entity.summarised and bool(quantity.keep),
                followed=shown and entity.followed and quantity.series,
                contest=entity.contest,
            )


def _companion(structure: Structure, path: str) -> tuple[int, int, int]:
    """State that an event on a path changes too: how, its row, and one further row or −1."""
    blocks = now_blocks(structure)
    parts = path.split(".")
    at = {code: index for index, code in enumerate(structure.states)}
    contest_at = {contest.code: index for index, contest in enumerate(structure.contests)}
    if parts[0] == "states" and parts[2] in qt.quantities(qt.StateNow):
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


def time_rows(structure: Structure) -> list[int]:
    """Rows of `World.state` that hold the week of something."""
    names = layout(structure)
    return [names.outcome_row(name) for name in names.outcomes if names.outcome(name).quantity.kind == "time"]
