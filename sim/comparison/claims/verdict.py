"""The rules by which a part gets its verdict; they know nothing of claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.comparison.claims.claim import ALL, EITHER, LESS, MECHANISM, REASON, REFERENCE, SAME, World
from sim.comparison.claims.effect import Effect
from sim.comparison.claims.turning import Turn
from sim.phrases import listed, plural

SUPPORTED, BUILT_IN, CONDITIONAL, CONTRADICTED, UNDECIDED = VERDICTS = (
    "supported", "built in", "conditional", "contradicted", "undecided",
)  # fmt: skip
LEVEL = 0.05
MOST_WORLDS = 0.9
"""Share of worlds in which a sign must hold."""
HALF = 0.5
"""Share of an effect that must be left where it counts as surviving."""
TINY = 0.02
"""Size, in standard deviations of the baseline's runs, below which an effect is called tiny: a tenth of the 0.2 that
Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, calls small."""


@dataclass(frozen=True)
class Elsewhere:
    """An effect in another world than the whole model.

    Attributes
    ----------
    world : World
    effect : Effect
    kept : float
        Share of the full effect that is left.
    kept_interval : tuple of float
        Its 95% interval.
    """

    world: World
    effect: Effect
    kept: float
    kept_interval: tuple[float, float]

    @property
    def survives(self) -> bool:
        """Whether at least half of the effect is left, with its sign, and clear of zero."""
        return self.kept >= HALF and self.effect.p < LEVEL


@dataclass(frozen=True)
class Case:
    """All that a verdict rests on.

    Attributes
    ----------
    asks, expect : str
    margin : float
    full : Effect
    p, p_same : float
        As of `full`, adjusted for all parts (Holm).
    elsewhere : sequence of Elsewhere
    turns : sequence of Turn
    """

    asks: str
    expect: str
    margin: float
    full: Effect
    p: float
    p_same: float
    elsewhere: Sequence[Elsewhere]
    turns: Sequence[Turn]

    @property
    def wanted(self) -> int:
        """Sign that is expected; where either will do, that of the mean."""
        return self.full.sign if self.expect == EITHER else -1 if self.expect == LESS else 1

    @property
    def level(self) -> float:
        """Level that the p-value of this part must reach by itself, so that the adjusted one reaches `LEVEL`."""
        return LEVEL * self.full.p / self.p if self.full.p < self.p < 1 else LEVEL

    @property
    def loss(self) -> Elsewhere | None:
        """The effect without any of the mechanisms that should carry it."""
        every = [one for one in self.elsewhere if one.world.role == ALL]
        alone = [one for one in self.elsewhere if one.world.role == MECHANISM]
        return next(iter(every or alone), None)

    @property
    def references(self) -> list[Elsewhere]:
        """The reference worlds, where they apply: to what asks for a reason."""
        return [one for one in self.elsewhere if one.world.role == REFERENCE and self.asks == REASON]


@dataclass(frozen=True)
class Verdict:
    """A word of `VERDICTS`, and a sentence that says why."""

    word: str
    why: str


def verdict(case: Case) -> Verdict:
    """Judge one part by the rules of the guide's page on claims."""
    full = case.full
    if not full.runs:
        return Verdict(UNDECIDED, "no run has the outcome")
    if not full.p <= 1:
        return Verdict(UNDECIDED, "one replicate says nothing of chance; run more")
    return _same(case) if case.expect == SAME else _signed(case)


def sized(said: Verdict, expect: str, size: float) -> str:
    """Why a verdict was given, and that the effect is tiny where it is; that changes no verdict on a sign.

    Parameters
    ----------
    said : Verdict
    expect : str
        No difference has a margin of its own.
    size : float
        The effect in standard deviations of the baseline's runs; NaN where those do not differ.
    """
    if said.word == UNDECIDED or expect == SAME or not abs(size) < TINY:
        return said.why
    return f"{said.why}. But the effect is tiny: {abs(size):.1g} of a standard deviation between runs"


def _signed(case: Case) -> Verdict:
    """Verdict on an expectation of a sign."""
    full = case.full
    if full.turns and min(full.up, full.down) > 1 - MOST_WORLDS:
        return _conditional(case)
    if case.p >= LEVEL:
        return Verdict(UNDECIDED, _unclear(case))
    if full.share(case.wanted) >= MOST_WORLDS:
        return _carried(case)
    if full.share(-case.wanted) >= MOST_WORLDS:
        return Verdict(CONTRADICTED, f"the opposite sign in {full.share(-case.wanted):.0%} of the worlds")
    rest = max(0.0, 1 - full.up - full.down)
    return Verdict(
        UNDECIDED,
        f"the mean is clear of zero, but its sign holds in only {full.share(full.sign):.0%} of the worlds; in "
        f"{rest:.0%} there is no effect, and the other sign is clear of chance in no more worlds than chance makes so",
    )


def _conditional(case: Case) -> Verdict:
    full = case.full
    up = f"up in {full.up:.0%} of the worlds (clear by itself in {full.clear_up})"
    down = f"down in {full.down:.0%} ({full.clear_down})"
    return Verdict(CONDITIONAL, f"{up}, {down}; {_where(case.turns)}")


def _where(turns: Sequence[Turn]) -> str:
    """Where a sign turns, by the number that tells worlds apart best."""
    if not turns:
        return "no single number tells which"
    one = max(turns, key=lambda turn: abs(turn.above - turn.below))
    others = [turn.path for turn in turns if turn is not one]
    also = f", less so with {listed(others)}" if others else ""
    return (
        f"it turns with {one.path}: up in {one.below:.0%} of the worlds where that is below {one.at:.3g} and in "
        f"{one.above:.0%} where it is not{also}"
    )


def _unclear(case: Case) -> str:
    full = case.full
    low, high = full.chance
    said = f"the interval {low:+.3g} to {high:+.3g} covers zero"
    if full.p < LEVEL:
        said = f"the interval {low:+.3g} to {high:+.3g} leaves zero out, but not once all parts are counted (Holm)"
    needed = full.needed(case.level)
    if not full.sign or needed is None:
        return f"{said}; no effect shows at {plural(full.replicates, 'replicate')}"
    if needed <= full.replicates:
        return f"{said} at {plural(full.replicates, 'replicate')}, with few of which intervals are wide; run some more"
    return f"{said} at {plural(full.replicates, 'replicate')}; an effect of this size would take about {needed:,}"


def _carried(case: Case) -> Verdict:
    """Verdict on an effect that has the expected sign: found, or assumed?"""
    full, loss = case.full, case.loss
    said = f"the expected sign in {full.share(case.wanted):.0%} of the worlds"
    alive = [one for one in case.references if one.survives]
    if alive:
        left = listed([f"{one.kept:.0%} {_in(one)}" for one in alive])
        return Verdict(BUILT_IN, f"{said}, but of the effect are left {left}")
    if loss is None:
        return Verdict(UNDECIDED, f"{said}, but no mechanism was switched off")
    if loss.survives and not case.references:
        return Verdict(BUILT_IN, f"{said}, but {loss.kept:.0%} of the effect is left {_in(loss)}")
    if loss.survives:
        return Verdict(
            UNDECIDED,
            f"{said}, and it falls in the reference worlds; but {loss.kept:.0%} is left {_in(loss)}, so something "
            "else carries it than the claim says",
        )
    if loss.kept < HALF:
        turned = "it turns" if loss.kept < 0 and loss.effect.p < LEVEL else f"{max(0.0, loss.kept):.0%} of it is left"
        return Verdict(SUPPORTED, f"{said}, and {turned} {_in(loss)}")
    return Verdict(UNDECIDED, f"{said}, but whether it falls {_in(loss)} is not clear of chance; run more replicates")


def _in(one: Elsewhere) -> str:
    label = one.world.label
    return label if label.startswith("without") else f"where {label}"


def _same(case: Case) -> Verdict:
    """Verdict on an expectation of no difference, by a test of equivalence."""
    full = case.full
    if case.p_same < LEVEL and full.within >= MOST_WORLDS:
        said = f"within {case.margin:g} either way in {full.within:.0%} of the worlds"
        return _protected(case, said)
    if case.p < LEVEL and abs(full.value) > case.margin and full.within <= 1 - MOST_WORLDS:
        return Verdict(
            CONTRADICTED, f"a difference of more than {case.margin:g} in {1 - full.within:.0%} of the worlds"
        )
    low, high = full.chance
    beyond = low > case.margin or high < -case.margin
    between = 1 - MOST_WORLDS < full.within < MOST_WORLDS and full.p < LEVEL
    if case.p_same < LEVEL or beyond or between:
        said = f"within {case.margin:g} either way in {full.within:.0%} of the worlds, beyond it in the others"
        return Verdict(CONDITIONAL, f"{said}; {_grows(case.turns)}")
    return Verdict(UNDECIDED, f"the interval {low:+.3g} to {high:+.3g} does not stay within {case.margin:g}; run more")


def _protected(case: Case, said: str) -> Verdict:
    """Verdict on no difference that was found: is there one once what should prevent it is gone?"""
    loss = case.loss
    if loss is None:
        return Verdict(UNDECIDED, f"{said}, but nothing was tried that could have made a difference")
    if loss.effect.p_same < LEVEL:
        return Verdict(BUILT_IN, f"{said}, and so it is {_in(loss)}: nothing tried makes a difference")
    if loss.effect.p < LEVEL and abs(loss.effect.value) > case.margin:
        return Verdict(SUPPORTED, f"{said}, while the difference is {loss.effect.value:+.3g} {_in(loss)}")
    return Verdict(UNDECIDED, f"{said}, but whether there is a difference {_in(loss)} is not clear of chance")


def _grows(turns: Sequence[Turn]) -> str:
    if not turns:
        return "no single number tells where"
    return f"the difference goes with {listed([turn.path for turn in turns[:3]])}"


def said_of(content: Mapping[str, Any]) -> str:
    """How many parts of stored claims got which verdict, in a sentence."""
    parts = content["parts"]
    return f"{plural(len(by_claim(parts)), 'claim')} in {plural(len(parts), 'part')}: {verdicts_of(parts)}"


def by_claim(parts: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Stored parts of each claim, in their order."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for part in parts:
        found.setdefault(part["claim"], []).append(part)
    return list(found.values())


def verdicts_of(parts: Sequence[Mapping[str, Any]]) -> str:
    """How many of some stored parts got which verdict, in words; of one part its verdict alone."""
    words = [part["verdict"] for part in parts]
    if len(words) == 1:
        return str(words[0])
    return listed([f"{words.count(word)} {word}" for word in VERDICTS if word in words])
