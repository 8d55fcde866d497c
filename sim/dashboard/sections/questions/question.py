"""A question that a viewer brings, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.dashboard.figures.small import Chart
from sim.dashboard.findings.finding import PREDICTED


@dataclass(frozen=True)
class Question:
    """A question with its answer.

    Attributes
    ----------
    asked, answer : str
        The question, and its answer in a sentence or two, whose numbers stand in the chart's rows.
    chart : Chart
        What it rests on, drawn without scripts.
    anchor, link : str
        Id of the section or figure that says more, and the link's words.
    choices : str
        What the page's address has behind the anchor, such as ``run=3.1``.
    wide : bool
        Whether its card has a row of its own.
    sure : tuple of (heading, words)
        Both intervals of the answer's first number, or what is missing of them and why.
    about : str
        What the chart's numbers count.
    outcomes : tuple of str
        Outcomes that the answer rests on, that of its first number first.
    weeks : tuple of float or None
        First and last week that it speaks of; None for the whole run.
    badge, because : str
        A key of `BADGES`, and what it goes by.
    """

    asked: str
    answer: str
    chart: Chart
    anchor: str
    link: str
    sure: tuple[tuple[str, str], ...] = ()
    about: str = ""
    outcomes: tuple[str, ...] = field(default=())
    weeks: tuple[float, float] | None = None
    badge: str = PREDICTED
    because: str = ""
    choices: str = ""
    wide: bool = False
