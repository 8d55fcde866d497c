"""What a claims file says, read and checked: claims, their parts, and the worlds in which each part is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.scenario.scenario import Scenario

Settings = tuple[tuple[str, float], ...]
"""Value by path, in the order of the paths."""

MORE, LESS, SAME, EITHER = EXPECTED = ("more", "less", "same", "either")
"""What a part expects of the treatment: which sign its effect has, or that it has none beyond the margin."""
REASON, CONSEQUENCE = ASKS = ("reason", "consequence")
"""What a part asks: why states choose as they do, or what follows from an act or a strength that is given."""
FORMS = ("number", "log", "log-odds", "spread")
FULL, MECHANISM, ALL, REFERENCE, LADDER, STRESS = ROLES = (
    "full", "mechanism", "all mechanisms", "reference", "ladder", "stress",
)  # fmt: skip
"""What a world is there for."""


@dataclass(frozen=True)
class Measure:
    """A number that each run has.

    Attributes
    ----------
    outcome, less : tuple of str
        Columns of results: the sum of the first, minus that of the second.
    form : str
        One of `FORMS`: the number itself, its logarithm, its log odds, or its squared distance from the mean of the
        runs of its arm and set.
    codes : tuple of float
        Where there are any: 1 if the outcome is one of these codes, else 0.
    between : tuple of float or None
        1 if the outcome lies within, ends included, else 0; a time that never came does not.
    """

    outcome: tuple[str, ...]
    less: tuple[str, ...] = ()
    form: str = "number"
    codes: tuple[float, ...] = ()
    between: tuple[float, float] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it needs."""
        return (*self.outcome, *self.less)


@dataclass(frozen=True)
class World:
    """Assumptions under which all arms of a part are run.

    Attributes
    ----------
    name, label : str
        Short name, and words for people.
    role : str
        One of `ROLES`.
    settings : tuple
    """

    name: str
    label: str
    role: str
    settings: Settings = ()


@dataclass(frozen=True)
class Part:
    """One experiment: the effect of a treatment on a measure, and which sign is expected of it.

    Attributes
    ----------
    claim, name, text, note : str
    scenario : str
        Key of `ClaimsFile.scenarios`.
    asks, expect : str
        One of `ASKS`, and of `EXPECTED`.
    baseline, treatment : tuple
        Settings of the two arms.
    moderator : tuple or None
        A second treatment: the effect is then how far it changes that of the first.
    measure : Measure
    margin : float
        Size below which an effect counts as none, in units of the measure.
    worlds : tuple of World
        The first is the full model.
    """

    claim: str
    name: str
    text: str
    scenario: str
    asks: str
    expect: str
    baseline: Settings
    treatment: Settings
    moderator: Settings | None
    measure: Measure
    margin: float
    worlds: tuple[World, ...]
    note: str = ""

    @property
    def key(self) -> str:
        """Name of the part among all."""
        return f"{self.claim}.{self.name}"

    def terms(self, world: World) -> Iterator[tuple[str, float, Settings]]:
        """Arms of the effect in a world: each with its words, its sign in the effect, and its settings.

        With a second treatment the effect is the difference between that of the first with it and without.
        """
        alone = -1.0 if self.moderator is not None else 1.0
        yield "treatment", alone, combined(world.settings, self.baseline, self.treatment)
        yield "baseline", -alone, combined(world.settings, self.baseline)
        if self.moderator is not None:
            yield "both treatments", 1.0, combined(world.settings, self.baseline, self.treatment, self.moderator)
            yield "second treatment", -1.0, combined(world.settings, self.baseline, self.moderator)


@dataclass(frozen=True)
class Claim:
    """A claim of the text, and the experiments that test it."""

    name: str
    text: str
    source: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ClaimsFile:
    """All claims of a file, with the scenarios that they are tested on.

    Attributes
    ----------
    name, title : str
    digest : str
        SHA-256 of the file's content, in hexadecimal.
    sets : str
        Plausible sets that the claims are tested over; empty for worlds drawn from the ranges of `parameters`.
    parameters : tuple of str
        Paths, with ``*`` for any letters.
    scenarios : mapping of str to Scenario
    claims : tuple of Claim
    """

    name: str
    title: str
    digest: str
    sets: str
    parameters: tuple[str, ...]
    scenarios: Mapping[str, Scenario]
    claims: tuple[Claim, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Parts of all claims, in their order."""
        return tuple(part for claim in self.claims for part in claim.parts)


def combined(*settings: Settings) -> Settings:
    """Settings laid over each other, the later ones on top."""
    found: dict[str, float] = {}
    for one in settings:
        found.update(one)
    return tuple(sorted(found.items()))
