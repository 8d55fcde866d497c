"""Policies and postures in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.defaults import CHOOSE

Words = tuple[str, str]
"""What a policy has a state do, in a few words, and in a sentence."""

ARMS_WORDS: dict[str, Words] = {
    "endogenous": (
        "arms as it sees fit",
        "it offers each client as much as trade, friendship and the balance that it wants speak for",
    ),
    "both": ("arms both sides", "it offers all that it could deliver to both sides of a dispute"),
    "ally": (
        "arms the closer side",
        "it offers arms only to the side that it is closer to, and to both where neither is closer",
    ),
    "weaker": (
        "arms the weaker side",
        "it offers arms only to the side that is not the stronger one, and to both where they are equal",
    ),
    "challenger": (
        "arms only {challenger}",
        "it offers arms only to the side that challenges who holds what is disputed",
    ),
    "holder": ("arms only {holder}", "it offers arms only to the side that holds what is disputed"),
    "none": ("arms neither side", "it offers no arms to a side of a dispute"),
}
"""What a state does among the sides of disputes between states, by its arms policy."""

POSTURE_WORDS = {
    "abstain": "stays out",
    "mediate": "mediates",
    "guarantee": "sends peacekeepers",
    "back": "backs {side}",
    "proxies": "sends foreign fighters for {side}",
    "fight": "fights for {side}",
}
"""What a third party does, by the first word of the posture's name."""
FREE: Words = ("chooses for itself", "it takes whatever posture its motives speak for")
HELD_TO = "it is held to this posture, whatever its motives say"


def policy_words(path: str, word: object, scenario: Mapping[str, Any]) -> Words | None:
    """What a policy has a state do; None of a path that holds no policy.

    Parameters
    ----------
    path : str
        Of a number of the scenario, ``states.RUS.arms_policy``.
    word : object
        The policy, ``both``; or a posture, or `CHOOSE`.
    scenario : mapping
        A resolved scenario as results store it, with ``structure`` and ``names``.
    """
    room, *codes = path.split(".")
    contests = scenario["structure"].get("contests", ())
    if room == "states" and codes[1:] == ["arms_policy"] and word in ARMS_WORDS:
        disputes = [one for one in contests if not one["host"]]
        sides = side_names(disputes[0], scenario["names"]) if len(disputes) == 1 else ("the challenger", "the holder")
        brief, whole = ARMS_WORDS[str(word)]
        return brief.format(challenger=sides[0], holder=sides[1]), whole
    contest = next((one for one in contests if room == "contests" and one["code"] == codes[0]), None)
    if contest is None or codes[1:2] != ["parties"] or codes[3:] != ["posture_policy"]:
        return None
    if word == CHOOSE:
        return FREE
    side = next((side for name, side in scenario["structure"]["postures"] if name == word), None)
    return None if side is None else (posture_words(str(word), side, side_names(contest, scenario["names"])), HELD_TO)


def side_names(contest: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, str]:
    """Challenger and holder of a contest in words, ``Azerbaijan`` or ``the north camp``."""
    sides = (str(contest["challenger"]), str(contest["holder"]))
    first, second = (f"the {side} camp" if contest["host"] else names.get(side, side) for side in sides)
    return first, second


def posture_words(name: str, side: int, sides: tuple[str, str]) -> str:
    """What a third party in a posture does, ``backs Azerbaijan``.

    Parameters
    ----------
    name : str
        Of the posture, as the menu has it.
    side : int
        The side that it supports: 1 the challenger, -1 the holder, 0 neither.
    sides : tuple of str
        Challenger and holder in words.
    """
    challenger, holder = sides
    whom = {1: challenger, -1: holder}.get(side, "")
    first, *rest = name.replace(" ", "-").replace("_", "-").split("-")
    if first in POSTURE_WORDS:
        more = " ".join(word for word in rest if word not in ("challenger", "holder"))
        return POSTURE_WORDS[first].format(side=whom) + (f" ({more})" if more else "")
    return name.replace("-", " ").replace("challenger", challenger).replace("holder", holder)
