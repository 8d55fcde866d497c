"""A finding, and the facts that it states."""

from __future__ import annotations

from dataclasses import dataclass

from sim.phrases import plural

FITTED, PREDICTED, ASSUMED = "fitted", "predicted", "assumed"
BADGES = {
    FITTED: "the numbers were chosen so that runs show this",
    PREDICTED: "nothing in the scenario was chosen to show this; whether the model has it built in, "
    "“counterpoise claims” tests",
    ASSUMED: "the scenario says so itself",
}
"""What each badge of a finding says."""


@dataclass(frozen=True)
class Fact:
    """A number that a finding states, as it is said there.

    Attributes
    ----------
    what, said : str
        What is counted, and the number.
    interval, of : str
        Its 95% interval where it has one, and what it was counted of.
    """

    what: str
    said: str
    interval: str = ""
    of: str = ""

    def __str__(self) -> str:
        return f"{self.said} ({self.interval})" if self.interval else self.said


@dataclass(frozen=True)
class Finding:
    """One thing that the runs say.

    Attributes
    ----------
    title, text : str
        A headline that holds by the numbers, and two or three sentences.
    number, interval : str
        The figure it rests on, and its 95% interval; no interval from one run.
    runs : int
        Number of runs behind the figure.
    anchor, link : str
        Id of the figure that shows it, and the link's words.
    choices : str
        What the page's address has behind the anchor, such as ``run=3.1``.
    about : str
        What the number counts.
    facts : tuple of Fact
        The numbers of its sentences; the page puts them beside the linked figure.
    outcomes : tuple of str
        Outcomes that it rests on, that of its title first.
    badge, because : str
        A key of `BADGES`, and what it goes by.
    sets : int
        Plausible sets that the figure was taken over; 0 for one set of assumptions.
    weeks : tuple of float or None
        First and last week that it speaks of; None for the whole run.
    word : str
        Word that its title says of its first outcome, such as the name of a posture; empty where it says a number.
    beside : tuple of str
        What trivial models say, in a sentence for each number that they speak of.
    """

    title: str
    text: str
    number: str
    interval: str
    runs: int
    anchor: str
    link: str
    about: str = ""
    facts: tuple[Fact, ...] = ()
    outcomes: tuple[str, ...] = ()
    badge: str = PREDICTED
    because: str = ""
    choices: str = ""
    sets: int = 0
    weeks: tuple[float, float] | None = None
    word: str = ""
    beside: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """What a link to its figure has behind the ``#``."""
        return f"{self.anchor}&{self.choices}" if self.choices else self.anchor

    @property
    def numbers(self) -> tuple[Fact, ...]:
        """The numbers that its figure holds."""
        return self.facts or (Fact(self.about or self.title, self.number, self.interval, plural(self.runs, "run")),)

    @property
    def spoken(self) -> str:
        """The finding in a line, for a terminal: its title, and its figure where the title does not have it."""
        title = self.title.rstrip(".")
        if (self.interval or self.number) in title:
            return f"[{self.badge}] {title}"
        figure = self.number if self.about.startswith("runs") else f"{self.number} {self.about}".strip()
        return f"[{self.badge}] {title}: {figure}" + (f" ({self.interval})" if self.interval else "")
