"""What must hold between the parts of a config: who exists, who may be tied to whom, what adds up.

Every check takes any tree, however malformed, and yields the faults that it finds; wrong types are left
to `shape`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase

from sim.errors import Fault
from sim.kernel.layout import layout
from sim.kernel.structure import Structure
from sim.phrases import choose_from, nearest
from sim.quantities import STATISTICS
from sim.scenario.checks.contests import contest_faults
from sim.scenario.checks.labels import label_faults
from sim.scenario.defaults import ABSTAIN, LEVERS
from sim.scenario.structure import IS_DAY, OPERATIONS, canonical, day, real
from sim.scenario.yaml.tree import Branch, Leaf, branch, fault, find, nearest_place, text, words

ROUNDING = 1e-9


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
    ticks = structure.weeks / structure.dt
    if abs(ticks - round(ticks)) > 1e-6:
        place = nearest_place(tree, ("dt",))
        yield fault(
            place,
            ("dt",),
            "must divide the weeks into whole ticks",
            structure.dt,
            "1, 0.5 and 0.25 always do",
        )


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
    covered: dict[tuple[str, str], float] = {}
    for patron, clients in branch(tree, "ties").items():
        yield from unknown(tree, ("ties", patron), patron)
        for client, held in branch(clients).items():
            path = ("ties", patron, client)
            yield from unknown(tree, path, client)
            if client == patron:
                yield fault(held.place, path, "must not tie a state to itself", client, "remove the tie")
            for lever in branch(held):
                yield from unknown(tree, (*path, lever), lever, "levers")
                level = real(held, lever, "value") if isinstance(find(held, (lever,)), Branch) else real(held, lever)
                total = covered.get((client, lever), 0.0)
                covered[client, lever] = total + (level or 0.0)
                if total <= 1 + ROUNDING < covered[client, lever]:
                    yield _too_much(tree, (*path, lever), covered[client, lever])


def _too_much(tree: Branch, path: tuple[str, ...], total: float) -> Fault:
    rule = f"must leave the shares of {path[2]} in {path[3]} at 1 or below, all patrons together"
    place = nearest_place(tree, (*path, "value"))
    return fault(
        place,
        path,
        rule,
        f"a sum of {total:.6g}",
        "what no patron covers is home or the rest of the world: lower one of them",
    )


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
    for name, node in menu.items():
        for field in ("aid", "proxies"):
            amount = real(node, field, "value") if isinstance(find(node, (field,)), Branch) else real(node, field)
            if amount and text(node, "side") not in ("challenger", "holder"):
                path = ("postures", name, field)
                yield fault(
                    nearest_place(tree, path),
                    path,
                    "must have a side to go to",
                    amount,
                    "set `side: challenger` or `side: holder`",
                )


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
        yield from _barred(tree, path, canonical(target) if target else "", structure)


def _barred(tree: Branch, path: tuple[str, ...], target: str, structure: Structure) -> Iterator[Fault]:
    """An event must not hold a party to a posture that it cannot take."""
    word = text(tree, *path, "set") or text(tree, *path, "set", "value")
    for contest, party in structure.parties:
        here = f"contests.{contest.code}.parties.{party.state}.posture_policy"
        if target == here and word in party.without:
            allowed = [name for name, _ in structure.postures if name not in party.without]
            place = nearest_place(tree, (*path, "set"))
            yield fault(place, (*path, "set"), "must be a posture that the party has", word, choose_from(word, allowed))


def _in_faulty_contest(tree: Branch, path: str, structure: Structure) -> bool:
    """Whether a path leads into a contest that is there but has faults of its own."""
    section, _, rest = path.partition(".")
    code = rest.partition(".")[0]
    sound = {contest.code for contest in structure.contests}
    return section == "contests" and code in branch(tree, section) and code not in sound


def _outcome_faults(tree: Branch, structure: Structure) -> Iterator[Fault]:
    given = [words(tree, "outcomes"), words(tree, "series", "outcomes")]
    names = layout(structure).outcomes if any(given) else ()
    for where, with_statistic in ((("outcomes",), True), (("series", "outcomes"), False)):
        for number, (pattern, place) in enumerate(words(tree, *where)):
            name, _, statistic = pattern.partition(":")
            path = (*where, number)
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
