"""What must hold between the parts of a config: who exists, who may be tied to whom, what adds up.

Every check takes any tree, however malformed, and yields the faults that it finds; wrong types are left
to `shape`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from itertools import accumulate

from sim.errors import Fault
from sim.kernel.layout import OF_A_CONTEST, layout
from sim.kernel.structure import Structure
from sim.phrases import choose_from, nearest
from sim.quantities import STATISTICS, Quantity
from sim.scenario.checks.contests import contest_faults
from sim.scenario.checks.declared import declared_in, kept_at
from sim.scenario.checks.labels import label_faults
from sim.scenario.checks.rules import WHOLE_TICKS, WHOLE_TICKS_REMEDY, Limit, broken, divides
from sim.scenario.defaults import ABSTAIN, LEVERS
from sim.scenario.numbers import coded, default_of, meant
from sim.scenario.schema.fields import lowest
from sim.scenario.structure import IS_DAY, OPERATIONS, canonical, day, real, written_at
from sim.scenario.yaml.tree import Branch, Leaf, Node, branch, fault, find, nearest_place, text, words


def draft_faults(tree: Branch, structure: Structure) -> Iterator[Fault]:
    """All faults between the parts of a config."""
    yield from _time_faults(tree, structure)
    yield from _state_faults(tree)
    yield from _tie_faults(tree)
    yield from _pair_faults(tree)
    yield from _posture_faults(tree)
    yield from contest_faults(tree)
    yield from label_faults(tree)
    yield from _event_faults(tree, structure)
    yield from _outcome_faults(tree, structure)
    yield from _limit_faults(tree, structure)


def unknown(tree: Branch, path: tuple[str | int, ...], name: str, known: str = "states") -> Iterator[Fault]:
    """Fault unless `name` is a key of the section `known`; levers that any config may use are offered too."""
    names = branch(tree, known)
    if name not in names:
        one = {"states": "state", "levers": "lever", "postures": "posture"}[known]
        offered = {**names, **LEVERS} if known == "levers" else names
        place = nearest_place(tree, path)
        yield fault(place, path, f"must name a {one} of `{known}`", name, choose_from(name, offered))


def _time_faults(tree: Branch, structure: Structure) -> Iterator[Fault]:
    start = find(tree, ("start",))
    if isinstance(start, Leaf) and isinstance(start.value, str) and day(start.value) is None:
        yield fault(start.place, ("start",), IS_DAY, start.value, "write it as 2020-09-27")
    if not divides(structure.weeks, structure.dt):
        yield fault(nearest_place(tree, ("dt",)), ("dt",), WHOLE_TICKS, structure.dt, WHOLE_TICKS_REMEDY)


def _state_faults(tree: Branch) -> Iterator[Fault]:
    states = branch(tree, "states")
    if not states and find(tree, ("states",)) is not None:
        place = nearest_place(tree, ("states",))
        yield fault(place, ("states",), "must name a state", "none", "give each state its own entry")
    for code, state in states.items():
        for number, (rival, place) in enumerate(words(state, "rivals")):
            path = ("states", code, "rivals", number)
            yield from unknown(tree, path, rival)
            if rival == code:
                yield fault(place, path, "must not be the state itself", rival, "remove it")
    for kind in ("clients", "patrons"):
        for number, (name, _) in enumerate(words(tree, "region", kind)):
            yield from unknown(tree, ("region", kind, number), name)


def _tie_faults(tree: Branch) -> Iterator[Fault]:
    for patron, clients in branch(tree, "ties").items():
        yield from unknown(tree, ("ties", patron), patron)
        for client, held in branch(clients).items():
            path = ("ties", patron, client)
            yield from unknown(tree, path, client)
            if client == patron:
                yield fault(held.place, path, "must not tie a state to itself", client, "remove the tie")
            for lever in branch(held):
                yield from unknown(tree, (*path, lever), lever, "levers")


def _pair_faults(tree: Branch) -> Iterator[Fault]:
    for section in ("alignments", "proximity"):
        for one, row in branch(tree, section).items():
            yield from unknown(tree, (section, one), one)
            for other, node in branch(row).items():
                path = (section, one, other)
                yield from unknown(tree, path, other)
                if one == other:
                    yield fault(node.place, path, "must be between two states", one, "remove it")
    for one, row in branch(tree, "proximity").items():
        for other, node in branch(row).items():
            if one > other and other in branch(tree, "proximity") and one in branch(tree, "proximity", other):
                first = nearest_place(tree, ("proximity", other, one)).line
                yield fault(node.place, ("proximity", one, other), "must be given once, in either order",
                            f"again, see line {first}", "remove one of the two")  # fmt: skip


def _posture_faults(tree: Branch) -> Iterator[Fault]:
    menu = branch(tree, "postures")
    if ABSTAIN not in menu:
        place = nearest_place(tree, ("postures",))
        yield fault(place, ("postures",), f"must have `{ABSTAIN}`", "", "the model needs a way to do nothing: keep it")


def _event_faults(tree: Branch, structure: Structure) -> Iterator[Fault]:
    known = [path for path in layout(structure).paths if not path.startswith("events.")]
    start = day(text(tree, "start"))
    end = start + timedelta(weeks=structure.weeks) if start else None
    for name, event in branch(tree, "events").items():
        path = ("events", name)
        given = [how for how in OPERATIONS if how in branch(event)]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            yield fault(
                event.place,
                path,
                "must have exactly one of set, add, multiply",
                found,
                "for more, write a second event",
            )
        happens = day(text(event, "date"))
        place = nearest_place(tree, (*path, "date"))
        if happens is None and "date" in branch(event):
            yield fault(place, (*path, "date"), IS_DAY, text(event, "date"), "write it as 2020-10-05")
        if happens and start and happens < start:
            yield fault(
                place,
                (*path, "date"),
                f"must not lie before the start, {start}",
                str(happens),
                "move it, or start earlier",
            )
        if happens and end and happens >= end:
            last = f"must lie before the end, {end} ({structure.weeks} weeks)"
            yield fault(place, (*path, "date"), last, str(happens), "move it, or give more `weeks`")
        target = text(event, "path")
        if target and canonical(target) not in known and not _in_faulty_contest(tree, target, structure):
            place = nearest_place(tree, (*path, "path"))
            remedy = nearest(target, known) or "write a path of this config, such as states.RUS.distraction"
            yield fault(place, (*path, "path"), "must be the path of a number or policy", target, remedy)


def _limit_faults(tree: Branch, structure: Structure) -> Iterator[Fault]:
    """Faults of numbers that do not fit together, each at the number with which they no longer do."""
    rows = layout(structure)

    def value(path: str) -> float:
        """Number at a path. One out of its own bounds, of which another fault tells, counts as 0."""
        node, quantity = find(tree, written_at(tree, path)), meant(rows, path)
        given = _given(find(node, ("value",)) if isinstance(node, Branch) else node, quantity)
        if given is None:
            return default_of(tree, path, quantity)
        return given if lowest(quantity) <= given <= quantity.upper else 0.0

    for limit in broken(structure, rows.quantity, value):
        path = written_at(tree, limit.paths[-1] if limit.event else _last(tree, limit, value))
        place = nearest_place(tree, (*path, "value"))
        yield fault(place, path, limit.rule, limit.found(limit.total(value)), limit.remedy)


def _given(node: Node | None, quantity: Quantity) -> float | None:
    """Number or code of a phase that is written; None for what is neither."""
    if isinstance(node, Leaf) and isinstance(node.value, str):
        return coded(quantity, node.value, {})
    return None if node is None else real(node)


def _last(tree: Branch, limit: Limit, value: Callable[[str], float]) -> str:
    """The first number, in the order of lines, with which a limit is exceeded."""
    ordered = sorted(limit.paths, key=lambda path: nearest_place(tree, written_at(tree, path)).line)
    sums = accumulate(value(path) for path in ordered)
    return next(path for path, total in zip(ordered, sums, strict=True) if limit.exceeded(total))


def _in_faulty_contest(tree: Branch, path: str, structure: Structure) -> bool:
    """Whether a path leads into a contest that is there but has faults of its own."""
    section, _, rest = path.partition(".")
    code = rest.partition(".")[0]
    sound = {contest.code for contest in structure.contests}
    return section == "contests" and code in branch(tree, section) and code not in sound


def takes(structure: Structure, name: str, statistic: str) -> bool:
    """Whether a statistic of an outcome makes sense."""
    return layout(structure).outcome(name).takes(statistic)


def _outcome_faults(tree: Branch, structure: Structure) -> Iterator[Fault]:
    declared: list[Fault] = []
    declared_in(tree, structure, declared)
    yield from declared
    kept = kept_at(tree)
    given = [words(tree, *kept), words(tree, "series", "outcomes")]
    names = layout(structure).outcomes if any(given) else ()
    lists: tuple[tuple[tuple[str, ...], bool], ...] = ((kept, True), (("series", "outcomes"), False))
    for where, with_statistic in lists:
        for number, (pattern, place) in enumerate(words(tree, *where)):
            name, _, statistic = pattern.partition(":")
            path: tuple[str | int, ...] = (*where, number)
            if not any(fnmatchcase(known, name) for known in names):
                yield fault(
                    place,
                    path,
                    "must match an outcome",
                    pattern,
                    nearest(name, names) or "such as influence.RUS.ARM",
                )
            if statistic and (not with_statistic or statistic not in STATISTICS):
                allowed = (
                    f"must end in one of :{', :'.join(STATISTICS)}"
                    if with_statistic
                    else "must name an outcome without a statistic"
                )
                yield fault(place, path, allowed, pattern, "series keep every week; statistics belong to `outcomes`")
            elif statistic and not any(
                takes(structure, known, statistic) for known in names if fnmatchcase(known, name)
            ):
                yield fault(place, path, OF_A_CONTEST, pattern, "such as probability.NK.RUS.mediate:fighting")
