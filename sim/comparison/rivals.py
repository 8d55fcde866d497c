"""Naive rivals: what trivial models say of an outcome, of which the model knows everything too.

`NAIVE` is the one place that says which of them speak of which kind of outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from sim.quantities import HOLDER_WON, SETTLED
from sim.scenario.scenario import Scenario

AS_AT_START, NO_CHANGE, CAPABILITY, CAMPS, ALIGNMENT, LEANING = (
    "as at the start", "no change", "capability ratio", "size of camps", "weighted alignment", "own alignment",
)  # fmt: skip
SPOKEN: Mapping[str, str] = {
    AS_AT_START: AS_AT_START,
    NO_CHANGE: NO_CHANGE,
    CAPABILITY: "the capability ratio",
    CAMPS: "the size of camps",
    ALIGNMENT: "the weighted alignment",
    LEANING: "its own alignment",
}
"""Rivals as a sentence has them."""
MEANINGS: Mapping[str, str] = {
    AS_AT_START: "everything stays as it is at the start",
    NO_CHANGE: "no treatment does anything, and nothing moves",
    CAPABILITY: "the challenger holds its share of both sides' capability, and wins all with that probability",
    CAMPS: "a camp takes office, and wins all, with the probability of its share of both camps",
    ALIGNMENT: "how third parties lean, weighed by capability; all toward the challenger gives it all",
    LEANING: "a third party takes the side toward which its alignment is larger",
}
CHALLENGER_WON = SETTLED
SAME = 1e-9
"""Numbers nearer to each other than this are the same."""


@dataclass(frozen=True)
class Sides:
    """A contest as far as trivial models know it: its sides, its host if it has one, and its third parties."""

    challenger: str
    holder: str
    host: str | None
    parties: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What trivial models know.

    Attributes
    ----------
    contests : mapping of str to Sides
    postures : sequence of (name, side)
        The menu.
    figure : callable
        Number at a path of the scenario as its source gives it; None where there is none.
    start : callable
        An outcome at the start of the runs; None where it is not known.
    """

    contests: Mapping[str, Sides]
    postures: Sequence[tuple[str, int]]
    figure: Callable[[str], float | None]
    start: Callable[[str], float | None] = lambda _: None

    def with_(self, settings: Mapping[str, float]) -> Known:
        """The same with some numbers set."""
        return Known(self.contests, self.postures, lambda path: settings.get(path, self.figure(path)), self.start)


def known_of(scenario: Scenario) -> Known:
    """What trivial models know of a scenario.

    Numbers are those that their sources give, where a fit has chosen others: a rival that needs no model needs no fit.
    """
    numbers, structure = scenario.numbers, scenario.structure

    def figure(path: str) -> float | None:
        number = numbers.get(path)
        return None if number is None else float(number.sourced)

    contests = {
        one.code: Sides(one.challenger, one.holder, one.host, tuple(party.state for party in one.parties))
        for one in structure.contests
    }
    return Known(contests, structure.postures, figure)


def naive(known: Known, outcome: str, code: int = 0) -> dict[str, float]:
    """What each trivial model says of an outcome, by its name; those that say nothing of it are left out.

    Parameters
    ----------
    known : Known
    outcome : str
        Such as ``control.NK``; a statistic after a colon is passed over, as nothing moves in a trivial model.
    code : int
        Of an ending or a posture, which one: its probability is what is said.
    """
    kind, *words = outcome.partition(":")[0].split(".")
    found = {name: rule(known, words, code) for name, rule in NAIVE.get(kind, {}).items()}
    return {name: says for name, says in found.items() if says is not None}


def _at_the_start(kind: str) -> Rule:
    return lambda known, words, _: known.start(".".join([kind, *words]))


def _never(known: Known, words: Sequence[str], code: int) -> float | None:
    return 0.0


def _ends_as_it_began(known: Known, words: Sequence[str], code: int) -> float | None:
    """A contest ends in the phase in which it begins; one that is settled was won by whoever holds more."""
    phase, control = (known.start(f"{kind}.{words[0]}") for kind in ("phase", "control"))
    if phase is None or (phase == SETTLED and control is None):
        return None
    ending = HOLDER_WON if phase == SETTLED and control is not None and control <= 0.5 else phase
    return float(ending == code)


def _in_office(known: Known, words: Sequence[str], code: int) -> float | None:
    control = known.start(f"control.{words[0]}")
    return None if control is None else float(control > 0.5)


def _takes_up_what_it_had(known: Known, words: Sequence[str], code: int) -> float | None:
    """A third party keeps out, as at the start, unless it is held to a posture."""
    held = known.figure("contests.{}.parties.{}.posture_policy".format(*words))
    return float(code == (0 if held is None or held < 0 else int(held)))


def _ratio(known: Known, words: Sequence[str], code: int) -> float | None:
    """Challenger's capability over that of both sides; whoever is held to a side adds as much as its posture aids."""
    sides = known.contests.get(words[0])
    if sides is None or sides.host is not None:
        return None
    own = [known.figure(f"states.{side}.capability") for side in (sides.challenger, sides.holder)]
    if None in own or not all(own):
        return None
    strength = {side: float(one or 0.0) for side, one in zip((1, -1), own, strict=True)}
    for party in sides.parties:
        held = known.figure(f"contests.{words[0]}.parties.{party}.posture_policy")
        if held is not None and 0 <= held < len(known.postures):
            posture, side = known.postures[int(held)]
            aid, capability = known.figure(f"postures.{posture}.aid"), known.figure(f"states.{party}.capability")
            strength[side] = strength.get(side, 0.0) + (aid or 0.0) * (capability or 0.0)
    return strength[1] / (strength[1] + strength[-1])


def _camps(known: Known, words: Sequence[str], code: int) -> float | None:
    """Share of the challenger's camp in both."""
    sides = known.contests.get(words[0])
    if sides is None or sides.host is None:
        return None
    own, other = (known.figure(f"contests.{words[0]}.share.{side}") for side in (sides.challenger, sides.holder))
    return own / (own + other) if own and other else None


def _won(chance: Rule) -> Rule:
    """One side wins all: the challenger with a probability."""

    def rule(known: Known, words: Sequence[str], code: int) -> float | None:
        wins = chance(known, words, code)
        return None if wins is None else {CHALLENGER_WON: wins, HOLDER_WON: 1.0 - wins}.get(code, 0.0)

    return rule


def _outsiders(known: Known, words: Sequence[str], code: int) -> float | None:
    """Half of 1 + m: the mean m, weighed by capability, of half the difference of a third party's alignments."""
    sides = known.contests.get(words[0])
    leanings = []
    for party in () if sides is None or sides.host is not None else sides.parties:
        weight, leaning = known.figure(f"states.{party}.capability"), _leaning(known, sides, party)
        if weight is not None and leaning is not None:
            leanings.append((weight, leaning / 2.0))
    total = sum(weight for weight, _ in leanings)
    return (1.0 + sum(weight * leaning for weight, leaning in leanings) / total) / 2.0 if total else None


def _sides_with_its_friend(known: Known, words: Sequence[str], code: int) -> float | None:
    """A third party takes the side toward which its alignment is larger, by whatever means."""
    leaning = _leaning(known, known.contests.get(words[0]), words[1])
    if not leaning or not 0 <= code < len(known.postures):
        return None
    return float(known.postures[code][1] == (1 if leaning > 0 else -1))


def _leaning(known: Known, sides: Sides | None, party: str) -> float | None:
    """How much more aligned a third party is with the challenger than with the holder; nothing of camps."""
    if sides is None or sides.host is not None:
        return None
    toward, away = (known.figure(f"alignments.{party}.{side}") for side in (sides.challenger, sides.holder))
    return None if toward is None or away is None else toward - away


Rule = Callable[[Known, Sequence[str], int], float | None]
"""What a trivial model says, of what is known, of the words after an outcome's kind, and of a code."""
NAIVE: Mapping[str, Mapping[str, Rule]] = {
    "control": {
        AS_AT_START: _at_the_start("control"), CAPABILITY: _ratio, CAMPS: _camps, ALIGNMENT: _outsiders,
    },
    "ending": {AS_AT_START: _ends_as_it_began, CAPABILITY: _won(_ratio), CAMPS: _won(_camps)},
    "governs": {AS_AT_START: _in_office, CAMPS: _camps},
    "takeover": {AS_AT_START: _never, CAMPS: _camps},
    "truces_broken": {AS_AT_START: _never},
    "posture": {AS_AT_START: _takes_up_what_it_had, LEANING: _sides_with_its_friend},
    "influence": {AS_AT_START: _at_the_start("influence")},
    "primacy": {AS_AT_START: _at_the_start("primacy")},
}  # fmt: skip
"""Trivial models that speak of each kind of outcome, by the first word of its name.

Of takeovers and broken truces it is the share of runs that have one. Every treatment is spoken of besides: no change
says that it does nothing, and each other rival what it says with it less what it says without. Of which numbers
matter, of how far outcomes vary, and of all other outcomes no trivial model says anything.
"""


def naive_effect(
    known: Known, says: Callable[[Known], Mapping[str, float]], *terms: tuple[float, Mapping[str, float]]
) -> dict[str, float]:
    """What trivial models say of an effect: nothing, but for those on whose numbers the treatment bears.

    Parameters
    ----------
    known : Known
    says : callable
        What they say of the outcome.
    *terms : tuple of (sign, settings)
        Arms of the effect.
    """
    arms = [(sign, says(known.with_(settings))) for sign, settings in terms]
    found = {NO_CHANGE: 0.0}
    for name in SPOKEN:
        if name not in found and name != AS_AT_START and all(name in arm for _, arm in arms):
            effect = sum(sign * arm[name] for sign, arm in arms)
            if isfinite(effect) and abs(effect) > SAME:
                found[name] = effect
    return found
