"""What must hold of contests, their sides and their third parties."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Fault
from sim.phrases import choose_from
from sim.scenario.defaults import ABSTAIN, CHOOSE
from sim.scenario.yaml.tree import Branch, Leaf, Node, branch, fault, find, nearest_place, text, words

ROLES = ("challenger", "holder")
CONCERNS = ("rivals", "sanctioners")
CAMP_RELATIONS = ("leaning", "elite", "favour")
RELATIONS = ("diaspora", *CAMP_RELATIONS)


def contest_faults(tree: Branch) -> Iterator[Fault]:
    """All faults of the contests of a config."""
    hosts: dict[str, str] = {}
    for code, contest in branch(tree, "contests").items():
        path = ("contests", code)
        host = text(contest, "host")
        if code in branch(tree, "states"):
            yield fault(
                contest.place,
                path,
                "must not bear the code of a state",
                code,
                "give the contest a code of its own",
            )
        if host and host in hosts:
            rule = f"must not be in a second domestic contest ({hosts[host]} is the first)"
            yield fault(
                nearest_place(contest, ("host",)),
                (*path, "host"),
                rule,
                host,
                "let one contest stand for both",
            )
        hosts.setdefault(host, code)
        yield from _side_faults(tree, contest, path)
        if len(_sides(tree, contest)) == len(ROLES):
            yield from _by_side_faults(contest, path)
        yield from _party_faults(tree, contest, path)
        if host:
            yield from _camp_faults(tree, contest, path)


def _side_faults(tree: Branch, contest: Node, path: tuple[str, ...]) -> Iterator[Fault]:
    host = text(contest, "host")
    states = branch(tree, "states")
    if host and host not in states:
        yield fault(
            nearest_place(contest, ("host",)),
            (*path, "host"),
            "must be a state of `states`",
            host,
            choose_from(host, states),
        )
    for role in ROLES:
        side = text(contest, role)
        place = nearest_place(contest, (role,))
        if side and not host and side not in states:
            remedy = choose_from(side, states) + "; for camps inside a state, give its `host`"
            yield fault(place, (*path, role), "must be a state of `states`", side, remedy)
        if side and host and side in states:
            yield fault(
                place,
                (*path, role),
                "must be a camp of the host, not a state",
                side,
                "without `host` the sides are states",
            )
    if text(contest, "challenger") and text(contest, "challenger") == text(contest, "holder"):
        place = nearest_place(contest, ("holder",))
        yield fault(
            place,
            (*path, "holder"),
            "must not be the challenger too",
            text(contest, "holder"),
            "name the other side",
        )


def _sides(tree: Branch, contest: Node) -> set[str]:
    """Sides that can stand, so that a misnamed one is not reported again wherever it recurs."""
    given = {side for role in ROLES if (side := text(contest, role))}
    states = branch(tree, "states")
    return given if text(contest, "host") else {side for side in given if side in states}


def _by_side_faults(contest: Node, path: tuple[str, ...]) -> Iterator[Fault]:
    """Keys that must be one of the two sides."""
    sides = [side for role in ROLES if (side := text(contest, role))]
    maps: list[tuple[str, ...]] = [(kind,) for kind in ("covered", "share")]
    maps += [("parties", code, kind) for code in branch(contest, "parties") for kind in RELATIONS]
    for where in maps:
        for side, node in branch(contest, *where).items():
            if side not in sides:
                yield fault(
                    node.place,
                    (*path, *where, side),
                    "must be a side of the contest",
                    side,
                    choose_from(side, sides),
                )
        if not text(contest, "host") and where[-1] in ("share", *CAMP_RELATIONS) and find(contest, where) is not None:
            place = nearest_place(contest, where)
            remedy = "give `host`, or remove it; between states, alignments say who likes whom"
            yield fault(place, (*path, *where), "belongs to a domestic contest", "a contest between states", remedy)


def _camp_faults(tree: Branch, contest: Node, path: tuple[str, ...]) -> Iterator[Fault]:
    for role in ROLES:
        camp = text(contest, role)
        if camp and find(contest, ("share", camp)) is None:
            place = nearest_place(contest, ("share",))
            remedy = "give the popular share of both camps"
            yield fault(place, (*path, "share", camp), "is missing", "", remedy)
    host = text(contest, "host")
    for party in branch(contest, "parties"):
        given = find(tree, ("alignments", host, party))
        if given is not None:
            remedy = f"remove it: {host}'s alignment follows from the leaning of the camp in office"
            yield fault(
                given.place,
                ("alignments", host, party),
                "must not be given for the host of a domestic contest",
                "",
                remedy,
            )


def _party_faults(tree: Branch, contest: Node, path: tuple[str, ...]) -> Iterator[Fault]:
    states = branch(tree, "states")
    inside = {text(contest, role) for role in ("challenger", "holder", "host")}
    for code, party in branch(contest, "parties").items():
        here = (*path, "parties", code)
        if code not in states:
            yield fault(party.place, here, "must be a state of `states`", code, choose_from(code, states))
        if code in inside:
            yield fault(
                party.place,
                here,
                "must not be a side or the host",
                code,
                "a third party stands outside: remove it",
            )
        for kind in CONCERNS:
            for other, node in branch(party, kind).items():
                if other not in states or other == code:
                    rule = "must be a state of `states`, and another one"
                    yield fault(
                        node.place,
                        (*here, kind, other),
                        rule,
                        other,
                        choose_from(other, set(states) - {code}),
                    )
        yield from _choice_faults(tree, party, here)


def _choice_faults(tree: Branch, party: Node, here: tuple[str, ...]) -> Iterator[Fault]:
    menu = branch(tree, "postures")
    without = words(party, "without")
    for number, (posture, place) in enumerate(without):
        if posture not in menu or posture == ABSTAIN:
            rule = f"must name a posture other than {ABSTAIN}"
            yield fault(
                place,
                (*here, "without", number),
                rule,
                posture,
                choose_from(posture, [name for name in menu if name != ABSTAIN]),
            )
    given = find(party, ("posture_policy",))
    node = find(given, ("value",)) if isinstance(given, Branch) else given
    if not isinstance(node, Leaf) or not isinstance(node.value, str):
        return
    lacking = {name for name, _ in without}
    allowed = [CHOOSE, *(name for name in menu if name not in lacking)]
    if node.value not in allowed:
        rule = f"must be one of {', '.join(allowed)}"
        yield fault(node.place, (*here, "posture_policy"), rule, node.value, choose_from(node.value, allowed))
