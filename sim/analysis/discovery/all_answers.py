"""Everything that stored results can be asked, in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.discovery.discover import discover
from sim.analysis.sensitivity.answer import Answer
from sim.analysis.sensitivity.answers import effects_of, questions, sensitivity_of
from sim.analysis.sensitivity.cube import read_cube
from sim.errors import ResultsError
from sim.storage.findings import store_finding

if TYPE_CHECKING:
    from sim.results.stored import Stored


def answers(results: Stored, outcomes: Sequence[str] | None = None, region: str | None = None) -> list[Answer]:
    """Answers to all questions that the stored design allows; a region is looked into where one is named.

    Parameters
    ----------
    results : Stored
    outcomes : sequence of str, optional
        Names of columns with ``*`` and ``?``.
    region : str, optional

    Raises
    ------
    ConfigError
        For a faulty argument.
    ResultsError
        If the design allows no question, with what each of them lacks.
    """
    found = [discover(results, region)] if region is not None else []
    asked, lacking = questions(results), []
    cube = read_cube(results, outcomes) if {"effects", "sensitivity"} & set(asked) else None
    for kind, answer in (("effects", effects_of), ("sensitivity", sensitivity_of)):
        if kind not in asked or cube is None:
            continue
        try:
            found.append(answer(cube))
        except ResultsError as error:
            lacking.append(str(error))
    if not found:
        reason = "; ".join(lacking) or "its design varies nothing that a question could be about"
        where = results.folder or results.manifest["name"]
        raise ResultsError(f"{where} can be asked nothing but a region (--region EXPR): {reason}")
    return found


def store(results: Stored, found: Sequence[Answer]) -> None:
    """Store answers as findings in the results folder, where the page shows them; nothing for results in memory."""
    if results.folder is not None:
        for answer in found:
            store_finding(results.folder, answer.kind, answer.to_dict(), results.manifest)
