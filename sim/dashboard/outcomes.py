"""Outcomes worth comparing between design points, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.dashboard.study import Study

MOST_COMPARED = 120
"""Design points that can be compared one by one; larger designs are explored, not listed."""


@dataclass(frozen=True)
class Outcome:
    """A column of the runs.

    Attributes
    ----------
    column, words : str
        Its name in the table, and what it says, fit for the middle of a sentence.
    form : str
        Format of its mean; one that ends in ``%`` marks a share.
    """

    column: str
    words: str
    form: str

    @property
    def anchor(self) -> str:
        """Id of its figure in the page."""
        return "compare-" + re.sub(r"[^A-Za-z0-9]+", "-", self.column)


def outcomes(study: Study) -> list[Outcome]:
    """Outcomes of the contests, and of the leading patron, that the runs hold."""
    wanted = []
    for contest in study.contests:
        c, where = contest.code, contest.spoken
        if contest.host:
            words = f"{contest.challenger_name} in office in {where} at the end (share of runs)"
            wanted.append(Outcome(f"governs.{c}:final", words, ".0%"))
            continue
        words = f"part of {where} held by {contest.challenger_name} at the end"
        wanted.append(Outcome(f"control.{c}:final", words, ".0%"))
        wanted.append(Outcome(f"weeks_fought.{c}:final", f"number of weeks of fighting in {where}", ".1f"))
        wanted.append(Outcome(f"truces_broken.{c}:final", f"number of truces broken in {where}", ".1f"))
    for first in study.patrons[:1]:
        name = study.name(first)
        words = f"{name}'s lead in the region at the end (50%: level with its strongest rival)"
        wanted.append(Outcome(f"primacy.{first}:final", words, ".0%"))
        for client in study.clients:
            words = f"{name}'s influence over {study.name(client)} at the end"
            wanted.append(Outcome(f"influence.{first}.{client}:final", words, ".0%"))
    return [outcome for outcome in wanted if outcome.column in study.runs]
