"""Whether a policy works: fewer total victories than with each other one, and what it does to a power's influence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.dashboard.contests import Contest
from sim.dashboard.effects.effect import Effect
from sim.dashboard.effects.factors import effect_anchor, extremes, first_level, level_words, mean_words
from sim.dashboard.effects.variation import Variation, variation
from sim.dashboard.effects.versions import DIFFERENCES
from sim.dashboard.figures.bars import ASSUMPTIONS, WORLDS, level_bar, sure_of
from sim.dashboard.figures.small import Chart, scale_of
from sim.dashboard.findings.certainty import HARDLY, change
from sim.dashboard.findings.rivals import beside_difference
from sim.dashboard.outcomes import WINS, Outcome, slug
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.study import Study, ending_column, victory_column
from sim.dashboard.words import capital, enumeration
from sim.scenario.policies import policy_words

NEARLY_ALL = 0.95
"""Share of worlds in which a difference must have one sign to be said of nearly all."""


@dataclass(frozen=True)
class Policy:
    """A factor that is a policy: whose it is, and the contest that it is tried in."""

    factor: Mapping[str, Any]
    power: str
    contest: Contest


def policy_of(study: Study, factor: Mapping[str, Any]) -> Policy | None:
    """The policy that a factor sets; None of any other factor, and of a policy without a contest."""
    path, values = str(factor["path"]), list(factor.get("values") or ())
    if not values or policy_words(path, values[0], study.scenario) is None:
        return None
    room, code, *rest = path.split(".")
    if room == "states":
        found = (one for one in study.contests if not one.host and code not in (one.challenger, one.holder))
        power = code
    else:
        found, power = (one for one in study.contests if one.code == code), rest[1]
    contest = next(found, None)
    return Policy(factor, power, contest) if contest else None


def policy_questions(vary: Variation) -> Iterator[Question]:
    """Whether each policy works that versions differ in."""
    found = (does_it_work(vary, factor, DIFFERENCES) for factor in vary.leveled)
    yield from (replace(question, link="What differs, by version") for question in found if question)


def does_it_work(vary: Variation, factor: Mapping[str, Any], anchor: str = "") -> Question | None:
    """Whether fewer runs end in a total victory at a policy's first level than at each other one.

    With it, what the policy does to the influence of the power over both sides, or over the host. None of a factor that
    is no policy, where no victory is stored, and of a single run.

    Parameters
    ----------
    vary : Variation
    factor : mapping
    anchor : str
        Id of the figure that it links to; by default that of the factor's effects, or of the challenger's victories.
    """
    policy = policy_of(vary.study, factor)
    if policy is None:
        return None
    wanted = _outcomes(vary.study, policy)
    found = variation(vary.study, wanted, policy.factor["path"]) if wanted else None
    known = [effect for effect in found.effects if effect.known] if found else []
    by_outcome = [effects for outcome in wanted if (effects := [one for one in known if one.outcome == outcome])]
    if found is None or not by_outcome or by_outcome[0][0].outcome != wanted[0]:
        return None
    see = effect_anchor(vary, policy.factor["path"]), "All effects of this factor"
    if not vary.study.varied:
        see = anchor or f"compare-{slug(ending_column(policy.contest.code, WINS))}", "Versions compared"
    return _question(found, policy, [extremes(found, by_outcome[0]), *by_outcome[1:]], see)


def _outcomes(study: Study, policy: Policy) -> list[Outcome]:
    """A victory of either side, and the power's influence over both; none where no victory is stored."""
    contest, power = policy.contest, policy.power
    won = Outcome(victory_column(contest.code), "", ".0%", "total victory")
    held = [
        Outcome(f"influence.{power}.{side}:final", "", ".0%", f"influence over {study.name(side)}")
        for side in ([contest.host] if contest.host else [contest.challenger, contest.holder])
    ]
    return [one for one in (won, *held) if one.column in study.runs] if won.column in study.runs else []


def _question(found: Variation, policy: Policy, by_outcome: list[list[Effect]], see: tuple[str, str]) -> Question:
    study, factor, (won, *held) = found.study, policy.factor, by_outcome
    name, first = study.name(policy.power), first_level(found, factor)
    keeps = f", and keep {name} its influence" if held else ""
    told = [group[0] for effects in held for group in _groups(found, effects) if group]
    bars = [level_bar(found, factor, effect) for effect in won]
    bars += [level_bar(found, factor, effect, f"{capital(effect.outcome.brief)}, ") for effect in told]
    top = max(won, key=lambda one: (one in found.clear, abs(one.estimate.value)))
    place, second = won.index(top), ASSUMPTIONS if study.over_sets else WORLDS
    moved = f", then of {name}'s influence where it moves most" if told else ""
    return Question(
        asked=f"Does “{first}” hold off a total victory{keeps}?",
        answer=" ".join(_answers(found, policy, by_outcome)),
        chart=Chart(tuple(bars), *scale_of(bars), second=second.lower(), number="Change (percentage points)"),
        anchor=see[0],
        link=see[1],
        sure=(
            *sure_of(study, bars[place], second, bars, level_words(factor, top)),
            *beside_difference(top).sure,
        ),
        about=f"against “{first}”: change of the share of runs in which either side has won all{moved}",
        wide=True,
    )


def _answers(found: Variation, policy: Policy, by_outcome: list[list[Effect]]) -> Iterator[str]:
    """A sentence on victories, and one on the influence over both sides."""
    won, *held = ((mean_words(one[0].outcome, one[0].before), one) for one in by_outcome)
    yield f"In {policy.contest.spoken}, {won[0]} of runs end in a total victory: {_fewer(found, policy, won[1])}."
    said = [f"{one[0].outcome.brief} ({before}) {_between(found, policy, one)}" for before, one in held]
    if said:
        name, rest = found.study.name(policy.power), [one.removeprefix("influence ") for one in said[1:]]
        yield f"{capital(name)}'s {'; '.join([said[0], *rest])}."


def _groups(found: Variation, effects: Sequence[Effect]) -> tuple[list[Effect], list[Effect]]:
    """Levels at which an outcome is clearly higher than at the first, and clearly lower; the largest change first."""
    clear = sorted((one for one in effects if one in found.clear), key=lambda one: -abs(one.estimate.value))
    return [one for one in clear if one.estimate.value > 0], [one for one in clear if one.estimate.value < 0]


def _fewer(found: Variation, policy: Policy, effects: list[Effect]) -> str:
    """With which other levels more or fewer runs end so than with the first, each with how sure that is."""
    groups = _groups(found, effects)
    said = [
        f"{_how(group)} {word} than with {enumeration([_level(policy, effect) for effect in group])}"
        for word, group in zip(("fewer", "more"), groups, strict=True)
        if group
    ]
    rest = [effect for effect in effects if effect not in found.clear]
    if rest:
        others = "the rest" if said else "any other" if len(rest) > 1 else _level(policy, rest[0])
        said.append(f"{_alike(rest)} difference from {others}")
    return "; ".join(said)


def _between(found: Variation, policy: Policy, effects: list[Effect]) -> str:
    """Between which other levels the first one lies."""
    ends = [group[0] for group in reversed(_groups(found, effects)) if group]
    said = [f"{level_words(policy.factor, one)} ({mean_words(one.outcome, one.ends[1])})" for one in ends]
    if not ends:
        return f"shows {_alike(effects)} difference from any other"
    if len(ends) == 1:
        return f"is {_how(ends)} {'lower' if ends[0].estimate.value > 0 else 'higher'} than with {said[0]}"
    return f"lies {_how(ends)} between that with {said[0]} and with {said[1]}"


def _how(effects: Sequence[Effect]) -> str:
    """Clearly, where nine in ten worlds agree on the direction of each effect; else on average."""
    spreads = [one.estimate.assumptions if one.estimate.sets else one.spread for one in effects if one.worlds > 1]
    return "clearly" if all(low > 0 or high < 0 for low, high in spreads) else "on average"


def _alike(effects: list[Effect]) -> str:
    """What is said of levels that cannot be told from the first."""
    return "hardly any" if all(change(one.estimate, clear=False) == HARDLY for one in effects) else "no clear"


def _level(policy: Policy, effect: Effect) -> str:
    """Another level with its number, and in how many worlds that is so."""
    rises, worlds = effect.estimate.value > 0, effect.worlds
    count, way = (effect.rises, "up") if rises else (effect.falls, "down")
    said = f"{level_words(policy.factor, effect)} ({mean_words(effect.outcome, effect.ends[1])}"
    if worlds < 2:
        return f"{said})"
    kind = "set" if effect.estimate.sets else "world"
    if count >= NEARLY_ALL * worlds:
        return f"{said}, {way} in {'every' if count == worlds else 'nearly every'} {kind})"
    return f"{said}, {way} in {count:,} of {worlds:,} {kind}s)"
