"""What the page's words mean, in a sentence each; sections open them in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

VERDICTS = {
    "supported": "the expected sign in nine worlds of ten, and it falls without the mechanism that should carry it",
    "built in": "the expected sign, but it survives where it should fall: the model assumes it, so it is no finding",
    "conditional": "the sign depends on assumptions",
    "contradicted": "the opposite sign in nine worlds of ten",
    "undecided": "not clear of chance, or not in nine worlds of ten, or not shown to rest on the mechanism",
}
"""What verdicts on claims mean, as a viewer should know it; the rules stand in the guide."""
LEVELS = "levels"
"""Word of a section that stands for the levels of each factor that the design varies."""

GLOSSARY = {
    "influence": "The part of all weight on a state that another state has, in percent. The state's own weight, its "
    "autonomy, counts as one more competitor: what outsiders do not hold is its own, so that their parts do not add up "
    "to all.",
    "lead": "How a power stands against its strongest rival: its influence over its own plus that rival's, averaged "
    "over the clients of the region. At 50% the two are level; the states' own weight has no part in it.",
    "alignment": "How one state is disposed toward another, from −1 (hostile) over 0 to 1 (close).",
    "posture": "What an outside power does in a dispute: stay out, mediate, send peacekeepers, back a side, send "
    "foreign fighters, or fight.",
    "held": "How much of what a dispute is over its challenger holds: ground between states, power within one.",
    "reason": "A term of the utility by which an outside power weighs a posture: points above zero speak for it, below "
    "zero against it. It mostly does what has the highest sum.",
    "chance": "A 95% interval: where the number would lie with other shocks, choices and turns of fortune.",
    "assumptions": "Where nine in ten plausible sets of the scenario's numbers have their own value.",
    "plausible set": "A choice of all uncertain numbers with which the model shows what was known to have happened.",
    "version": "One setting of what the design varies; all versions meet the same chance events.",
    "world": "One setting of everything that the design varies but the factor that is asked about.",
    "fitted": "The numbers were chosen so that runs show it: no evidence for the model.",
    "predicted": "Nothing in the scenario was chosen to show it. Whether the model has it built in, "
    "“counterpoise claims” tests.",
    **{word: f"Of a claim: {means}." for word, means in VERDICTS.items()},
}
"""Sentences by word, in the order in which a reader meets them."""


def meanings(
    words: Sequence[str], levels: Mapping[str, Sequence[tuple[str, str]]], absent: Collection[str] = ()
) -> dict[str, object]:
    """What some words mean: a sentence each, or of a factor its levels, each with what it means.

    Parameters
    ----------
    words : sequence of str
    levels : mapping
        Levels with their meanings, by factor.
    absent : collection of str
        Words that the page does not use.
    """
    found: dict[str, object] = {}
    for word in words:
        if word not in absent:
            found |= levels if word == LEVELS else {word: GLOSSARY[word]}
    return found
