"""Outcomes worth comparing between design points, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.dashboard.contests import Contest
from sim.dashboard.study import Study, ending_column
from sim.dashboard.words import ending_words
from sim.quantities import ENDINGS
from sim.scenario.declared import DeclaredOutcome, declared_of

SHARE = "share"
"""Unit of what is shown in percent."""
MOST_HEADLINES = 3
"""Declared outcomes that are spoken of first."""
TRUCE, WINS = ENDINGS[2:4]
"""Endings that are outcomes of their own."""


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
        c, where = contest.code, contest.spoken
        if contest.host:
            words = f"{contest.challenger_name} in office in {where} at the end (share of runs)"
            wanted.append(
                Outcome(f"governs.{c}:final", words, ".0%", f"{contest.name}: {contest.challenger_name} in office")
            )
            continue
        words = f"part of {where} held by {contest.challenger_name} at the end"
        brief = f"{contest.name}: held by {contest.challenger_name}"
        wanted += [
            Outcome(
                ending_column(c, ending), f"share of runs in which {said} in {where}", ".0%", f"{contest.name}: {said}"
            )
            for ending, said in zip(ENDINGS, ending_words(contest), strict=True)
            if ending in (WINS, TRUCE)
        ]
        wanted.append(Outcome(f"control.{c}:final", words, ".0%", brief))
        for count, what in (("weeks_fought", "weeks of fighting"), ("truces_broken", "truces broken")):
            words = f"number of {what} in {where}"
            wanted.append(Outcome(f"{count}.{c}:final", words, ".1f", f"{contest.name}: {what}"))
    for first in study.patrons[:1]:
        name = study.name(first)
        words = f"{name}'s lead in the region at the end (50%: level with its strongest rival)"
        wanted.append(Outcome(f"primacy.{first}:final", words, ".0%", f"{name}: lead in the region"))
        for client in study.clients:
            words = f"{name}'s influence over {study.name(client)} at the end"
            brief = f"{name}: influence over {study.name(client)}"
            wanted.append(Outcome(f"influence.{first}.{client}:final", words, ".0%", brief))
    return [outcome for outcome in (*wanted, *_declared(study)) if outcome.column in study.runs]


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
