"""Outcomes worth comparing between design points, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.dashboard.contests import Contest
from sim.dashboard.parameters import meaning
from sim.dashboard.study import Study, ending_column
from sim.dashboard.words import capital, ending_words
from sim.quantities import ENDINGS, STATISTICS, quantities, records
from sim.scenario.declared import DeclaredOutcome, declared_of

SHARE = "share"
"""Unit of what is shown in percent."""
MOST_HEADLINES = 3
"""Declared outcomes that are spoken of first."""
TRUCE, WINS = ENDINGS[2:4]
"""Endings that are outcomes of their own."""
OBSERVED = {
    name: one.meaning for record in records() for name, one in quantities(record).items() if one.keep is not None
}
"""What is observed, by the first word of its columns."""
CODED = re.compile(r"\b[a-z_]+(?:\.[A-Za-z0-9_-]*\w)+(?::[a-z]+(?:-[a-z]+)*)?")
"""Name of a column or of a number within a text."""


@dataclass(frozen=True)
class Outcome:
    """A column of the runs.

    Attributes
    ----------
    column, words : str
        Its name in the table, and what it says, fit for the middle of a sentence.
    form : str
        Format of its mean; one that ends in ``%`` marks a share.
    brief : str
        What it says, in as few words as head a column.
    """

    column: str
    words: str
    form: str
    brief: str

    @property
    def share(self) -> bool:
        """Whether it lies between 0 and 1."""
        return self.form.endswith("%")

    @property
    def least(self) -> float:
        """Smallest difference that does not round to none as `change_words` writes it."""
        return 0.0005 if self.share else 0.005

    @property
    def anchor(self) -> str:
        """Id of its figure in the page."""
        return f"compare-{slug(self.column)}"


def slug(text: str) -> str:
    """Text as part of an id."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


def asked(column: str) -> tuple[str, int]:
    """Outcome and code that a column of a study's runs is of: ``ending.NK`` and 2 of ``ending.NK:final truce``."""
    name, _, rest = column.partition(":")
    ending = rest.partition(" ")[2]
    return name, ENDINGS.index(ending) if ending in ENDINGS else 0


def headline(study: Study, found: Sequence[Outcome]) -> list[Outcome]:
    """The first outcomes of each contest, the leading patron's place in the region, and the first declared ones."""
    wanted = [column for contest in study.contests for column in _first(contest)]
    wanted += [f"primacy.{patron}:final" for patron in study.patrons[:1]]
    wanted += [one.column for one in _declared(study)][:MOST_HEADLINES]
    return [outcome for column in wanted for outcome in found if outcome.column == column]


def _first(contest: Contest) -> tuple[str, ...]:
    """Columns of the first outcomes of a contest: whether the challenger governs, or has won all, and what it holds."""
    code = contest.code
    return (f"governs.{code}:final",) if contest.host else (ending_column(code, WINS), f"control.{code}:final")


def outcomes(study: Study) -> list[Outcome]:
    """Outcomes of the contests, of the leading patron, and those that are declared, that the runs hold."""
    wanted = []
    for contest in study.contests:
        governs, *others = _of_contest(contest)
        wanted += [governs] if contest.host else [*_endings(contest), *others]
    for first in study.patrons[:1]:
        wanted += _of_power(study, first)
    return [outcome for outcome in (*wanted, *_declared(study)) if outcome.column in study.runs]


def _of_contest(contest: Contest) -> list[Outcome]:
    """Whether the challenger governs, what it holds, and how long and how often there was fighting."""
    code, where, side = contest.code, contest.spoken, contest.challenger_name
    held = f"part of {where} held by {side} at the end"
    return [
        Outcome(f"governs.{code}:final", f"{side} in office in {where} at the end (share of runs)", ".0%",
                f"{contest.name}: {side} in office"),
        Outcome(f"control.{code}:final", held, ".0%", f"{contest.name}: held by {side}"),
        *(Outcome(f"{count}.{code}:final", f"number of {what} in {where}", ".1f", f"{contest.name}: {what}")
          for count, what in (("weeks_fought", "weeks of fighting"), ("truces_broken", "truces broken"))),
    ]  # fmt: skip


def _endings(contest: Contest) -> list[Outcome]:
    return [
        Outcome(ending_column(contest.code, ending), f"share of runs in which {said} in {contest.spoken}", ".0%",
                f"{contest.name}: {said}")
        for ending, said in zip(ENDINGS, ending_words(contest), strict=True) if ending in (WINS, TRUCE)
    ]  # fmt: skip


def _of_power(study: Study, power: str) -> list[Outcome]:
    """Its lead in the region, and its influence over each client."""
    name, over = study.name(power), [(client, study.name(client)) for client in study.clients]
    words = f"{name}'s lead in the region at the end (50%: level with its strongest rival)"
    return [
        Outcome(f"primacy.{power}:final", words, ".0%", f"{name}: lead in the region"),
        *(Outcome(f"influence.{power}.{code}:final", f"{name}'s influence over {client} at the end", ".0%",
                  f"{name}: influence over {client}") for code, client in over),
    ]  # fmt: skip


def in_words(study: Study, text: str) -> str:
    """A text with names of columns and of numbers in words."""
    said = CODED.sub(lambda found: _words_of(study, found[0]), text)
    return capital(said) if CODED.match(text) else said


def _words_of(study: Study, name: str) -> str:
    """A name within a sentence: what a number means is set off from the words around it."""
    words = name_in_words(study, name)
    return f"“{words}”" if name in study.scenario["numbers"] else words


def name_in_words(study: Study, name: str) -> str:
    """A column or a number in words; what is neither stays as it is."""
    if name in study.scenario["numbers"]:
        return meaning(study, name)
    outcome, _, statistic = name.partition(":")
    kind, *codes = outcome.split(".")
    words = _column_words(study).get(f"{outcome}:final")
    if words is None and (kind not in OBSERVED or not codes):
        return name
    words = words or f"{OBSERVED[kind]} ({', '.join(map(study.name, codes))}) at the end"
    if statistic in ("", "final"):
        return words
    return f"{words.removesuffix(' at the end')}, {STATISTICS.get(statistic, statistic)}"


def _column_words(study: Study) -> dict[str, str]:
    """Final values in words: all contests' and all states'."""
    found = [one for contest in study.contests for one in _of_contest(contest)]
    found += [one for state in study.states for one in _of_power(study, state)]
    words = {one.column: re.sub(r" \(.*\)$", "", one.words) for one in found}
    words |= {f"ending.{one.code}:final": f"the ending in {one.spoken}" for one in study.contests}
    return words | {
        f"alignment.{one}.{other}:final": f"alignment of {study.name(one)} with {study.name(other)} at the end"
        for one in study.states for other in study.states if one != other
    }  # fmt: skip


def declared(study: Study) -> list[tuple[DeclaredOutcome, Outcome]]:
    """Outcomes that the scenario declares, each with its column, in the words of whoever declared it."""
    found = []
    for one in declared_of(study.scenario):
        if one.name in study.runs:
            within = study.runs[one.name].dropna().between(0, 1).all()  # a difference of shares need not be a share
            form = ".0%" if one.unit == SHARE and within else ".2f"
            found.append((one, Outcome(one.name, one.label, form, one.label)))
    return found


def _declared(study: Study) -> list[Outcome]:
    """Those of them that every run has, so that each point of a design has a mean."""
    return [outcome for _, outcome in declared(study) if study.runs[outcome.column].notna().all()]
