"""A finding, and the words for how often something happens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that the runs say.

    Attributes
    ----------
    title, text : str
        A headline that holds by the numbers, and two or three sentences.
    number, interval : str
        The figure it rests on, and its 95% interval.
    runs : int
        Number of runs behind the figure.
    anchor, link : str
        Id of the figure that shows it, and the link's words.
    about : str
        What the number counts.
    """

    title: str
    text: str
    number: str
    interval: str
    runs: int
    anchor: str
    link: str
    about: str = ""


FREQUENCIES = (
    (0.95, "almost always"),
    (0.75, "usually"),
    (0.5, "more often than not"),
    (0.25, "sometimes"),
    (0.05, "rarely"),
)
"""Least share of runs for each word; below the last, almost never."""


def often(share: float) -> str:
    """A share of runs as an adverb."""
    if share == 1:
        return "always"
    if share == 0:
        return "never"
    return next((word for least, word in FREQUENCIES if share >= least), "almost never")
