"""Questions that commands have answered and stored: whether claims hold, and whether history bore the model out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sim.analysis.hindcast.rivals import BASE_RATE
from sim.comparison.claims.naive import beside_no_change
from sim.dashboard.figures.bars import ASSUMPTIONS, BAR, CHANCE
from sim.dashboard.figures.marks import VERDICTS
from sim.dashboard.figures.small import Bar, Chart
from sim.dashboard.findings.rivals import HEADING
from sim.dashboard.sections.questions.question import Question
from sim.dashboard.words import capital, percent, percent_ends
from sim.errors import ResultsError
from sim.phrases import date_words, plural

MOST_TOLD = 2
"""Parts of claims that are told of a verdict."""
QUICK = " This was a quick test, for a first look."
FREE = "not fitted"
"""Group of the targets that the fit knew nothing of."""
BETTER = {
    "beats": "better than", "does not beat": "not clearly better than", "is beaten by": "worse than",
    "scores the same as": "as well as",
}  # fmt: skip
SIMPLE = {"no change": "saying that all stays as on the last day of the fit", BASE_RATE: "the base rate"}
EVEN = 0.5


def stored_questions(stored: Mapping[str, Mapping[str, Any]]) -> Iterator[Question]:
    """Questions on claims and on history, where such findings are stored.

    Raises
    ------
    ResultsError
        If a finding is none that a command has stored.
    """
    for kind, asked in (("claims", do_they_hold), ("hindcast", was_it_right)):
        if kind in stored:
            try:
                question = asked(stored[kind])
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise ResultsError(f"the stored finding {kind} is none of `counterpoise {kind}` ({error})") from error
            if question:
                yield question


def do_they_hold(found: Mapping[str, Any]) -> Question | None:
    """How many parts of claims got which verdict."""
    verdicts = [str(part["verdict"]) for part in found["parts"]]
    if not verdicts:
        return None
    counts = {word: verdicts.count(word) for word in VERDICTS}
    rows = [Bar(word, f"{count:,}", count, VERDICTS[word][0]) for word, count in counts.items()]
    said = beside_no_change(found["parts"])
    claims = plural(len({part["claim"] for part in found["parts"]}), "claim")
    depend = "depends" if counts["conditional"] == 1 else "depend"
    return Question(
        asked="Do the claims hold?",
        answer=(
            f"{found['title']}: {counts['supported']:,} of their parts are supported and {counts['contradicted']:,} "
            f"contradicted; {counts['built in']:,} the model assumes (built in), {counts['conditional']:,} {depend} on "
            f"assumptions, and {counts['undecided']:,} cannot be told."
            f"{_examples(found['parts'])}{QUICK if found['quick'] else ''}"
        ),
        chart=Chart(tuple(rows), high=float(max(1, *counts.values())), number="Parts"),
        anchor="claims",
        sure=((HEADING, said),) if said else (),
        link="Each claim with its verdict",
        about=f"parts of {claims}, by verdict",
        wide=True,
    )


def _examples(parts: Sequence[Mapping[str, Any]]) -> str:
    """What was contradicted, and what was supported, in the words of the claims; a few of each."""
    found = []
    for verdict in ("contradicted", "supported"):
        told = [str(part["text"]).rstrip(".") for part in parts if part["verdict"] == verdict][:MOST_TOLD]
        if told:
            found.append(f" {capital(verdict)}: {'; '.join(f'“{text}”' for text in told)}.")
    return "".join(found)


def was_it_right(found: Mapping[str, Any]) -> Question | None:
    """What the model gave to facts that the fit knew nothing of, and how that compares with knowing nothing."""
    group, said = _free(found), _beside_rivals(found)
    facts = [one for one in found["targets"] if one["target"] in group["targets"] and one["kind"] == "binary"]
    rows = [_fact(one) for one in facts if one["model"] is not None]
    if not rows or not said:
        return None
    return Question(
        asked="Was it right about what came later?",
        answer=f"{said}.",
        chart=Chart(tuple(rows), number="Share of runs"),
        anchor="history-facts",
        link="All facts, and what simpler models say",
        sure=(
            *([(BAR, rows[0].words)] if len(rows) > 1 else []),
            (CHANCE, rows[0].chance_said),
            (ASSUMPTIONS, rows[0].assumptions_said),
        ),
        about=f"share of runs in which it is so; facts until {_last_day(found['targets'])}, nothing later was compared",
        wide=True,
    )


def said_of_history(found: Mapping[str, Any]) -> str:
    """What a stored hindcast comes to, in a sentence; of one without facts that were not fitted, its own first one."""
    return _beside_rivals(found) or str(next(iter(found["sentences"]), ""))


def _free(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The group of targets that the fit knew nothing of; an empty one where there is none."""
    return next((one for one in found["groups"] if one["group"] == FREE), {"targets": (), "rivals": {}})


def _beside_rivals(found: Mapping[str, Any]) -> str:
    """How the model does on such targets beside knowing nothing, in a sentence; empty where nobody can say."""
    group = _free(found)
    rates = [one["rivals"][BASE_RATE]["says"] for one in found["targets"]
             if one["target"] in group["targets"] and BASE_RATE in one["rivals"]]  # fmt: skip
    simple = SIMPLE | ({BASE_RATE: "a coin toss"} if all(rate == EVEN for rate in rates) else {})
    told = [f"{BETTER[one['judged']]} {simple[name]}" for name, one in group["rivals"].items() if name in simple]
    return f"On facts that the fit knew nothing of, the model does {' and '.join(told)}" if told else ""


def _last_day(targets: Sequence[Mapping[str, Any]]) -> str:
    """The last day of which a fact was compared, in words."""
    return date_words(max(date.fromisoformat(one["date"]) for one in targets))


def _fact(one: Mapping[str, Any]) -> Bar:
    """A yes/no fact: in which share of runs it is so."""
    chance, assumptions = (_ends(one[key]) for key in ("chance", "assumptions"))
    words = f"{one['text']} (happened: {one['happened']})"
    share = float(one["model"])
    return Bar(words, percent(share), share, "accent", chance, assumptions, _said(chance), _said(assumptions))


def _ends(stored: Sequence[float | None]) -> tuple[float, float]:
    low, high = (math.nan if end is None else float(end) for end in stored)
    return low, high


def _said(ends: tuple[float, float]) -> str:
    return percent_ends(*ends) if all(map(math.isfinite, ends)) else ""
