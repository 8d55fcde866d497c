"""What the page's words mean, in a sentence each; sections open them in place."""

from __future__ import annotations

GLOSSARY = {
    "influence": "The share of all outside influence on a state that another state holds, in percent. The state's own "
    "autonomy counts as one more competitor, so that the shares of outsiders do not add up to all.",
    "lead": "How a power stands against its strongest rival: its influence over its own plus that rival's, averaged "
    "over the clients of the region. At 50% the two are level.",
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
    "fitted": "The scenario's numbers were chosen so that runs show it: no evidence for the model.",
    "predicted": "Nothing in the scenario was chosen to show it.",
}
"""Sentences by word, in the order in which a reader meets them."""


def meanings(words: tuple[str, ...]) -> dict[str, str]:
    """The sentences of some words."""
    return {word: GLOSSARY[word] for word in words}
