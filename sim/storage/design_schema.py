"""What a manifest must say of how the points of its design came about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from sim.experiments.points import LARGEST_DESIGN
from sim.phrases import printable

NEEDED = {
    "morris": ("problem", "factors", "trajectories", "levels"),
    "saltelli": ("problem", "factors", "samples"),
    "plausible": ("sets", "digest", "points", "scenario", "patterns", "factors", "own", "absent"),
    "product": ("of",),
    "union": ("of",),
}
"""Entries without which a kind of design cannot be read; others need none."""
DEEPEST = 32
"""Products and unions within each other."""

Count = Annotated[int, Field(ge=0, le=LARGEST_DESIGN)]
Value = str | float | bool | None


class Entry(BaseModel):
    """An entry of a manifest; later versions may add to it."""

    model_config = ConfigDict(extra="allow", strict=True)


class DrawnEntry(Entry):
    """How a factor is drawn."""

    distribution: str
    range: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    values: list[Value] | None = None


class ProblemEntry(Entry):
    """What SALib analyses a design by."""

    names: Annotated[list[str], Field(min_length=1)]
    bounds: list[Annotated[list[float], Field(min_length=2, max_length=2)]]
    groups: list[str] | None = None


class FitEntry(Entry):
    """What plausible sets were fitted to."""

    start: date
    digest: str
    patterns: dict[str, Any]
    contests: list[str]


class DesignEntry(Entry):
    """A design, or a member of a product or of a union."""

    design: str
    of: Annotated[list[DesignEntry], Field(min_length=1)] | None = None
    factors: dict[str, DrawnEntry] | None = None
    points: Count | None = None
    dropped: Count = 0
    problem: ProblemEntry | None = None
    trajectories: Count | None = None
    samples: Count | None = None
    second_order: bool = False
    levels: Annotated[int, Field(ge=2, le=LARGEST_DESIGN)] | None = None
    sets: str | None = None
    digest: str | None = None
    scenario: str | None = None
    patterns: str | None = None
    own: list[str] | None = None
    absent: list[str] | None = None
    fit: FitEntry | None = None


def design_faults(
    design: DesignEntry, factors: Collection[str], where: str = "sampling", depth: int = 0
) -> Iterator[str]:
    """What is wrong with a stored design, each in a few words; nothing for a good one.

    Parameters
    ----------
    design : DesignEntry
    factors : collection of str
        Paths that vary, as the manifest lists them.
    where : str
        Name of the entry.
    depth : int
        Designs that this one is a member of.
    """
    if depth > DEEPEST:
        yield f"{where}: must have at most {DEEPEST} designs within each other"
        return
    lacking = [name for name in NEEDED.get(design.design, ()) if getattr(design, name) is None]
    if lacking:
        yield f"{where}.{lacking[0]}: must be there"
    problem = design.problem
    named = [*(design.factors or ()), *(name.removesuffix(":level") for name in (problem.names if problem else ()))]
    unknown = next((name for name in named if name not in factors), None)
    if unknown is not None:
        yield f"{where}: {printable(unknown)} is no factor of the manifest"
    if problem and len({len(one) for one in (problem.names, problem.bounds, problem.groups) if one is not None}) > 1:
        yield f"{where}.problem: must have bounds and a group for each name"
    for place, member in enumerate(design.of or ()):
        yield from design_faults(member, factors, f"{where}.of[{place}]", depth + 1)
