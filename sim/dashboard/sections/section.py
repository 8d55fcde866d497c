"""What a section of the page is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.figures.small import Chart


@dataclass(frozen=True)
class Charted:
    """Small charts that stand together, and what is said above them.

    Attributes
    ----------
    anchor, title : str
        Id in the page, and heading.
    said : tuple of str
        Paragraphs between the heading and the charts.
    charts : tuple of (heading, Chart)
        The heading of a single chart is empty.
    """

    anchor: str
    title: str
    said: tuple[str, ...]
    charts: tuple[tuple[str, Chart], ...]


@dataclass(frozen=True)
class Content:
    """What a section shows.

    Attributes
    ----------
    words : dict
        Variables of its ``section.html.j2``.
    figures : list of Slot
        Figures that the page's script draws.
    script : dict
        Entries of ``data`` for its own script.
    anchors : set of str
        Ids in its template that findings may link to, beside its own and those of its figures.
    charted : tuple of Charted
        Small charts of its template.
    """

    words: Mapping[str, Any] = field(default_factory=dict)
    figures: list[Slot] = field(default_factory=list)
    script: Mapping[str, Any] = field(default_factory=dict)
    anchors: frozenset[str] = frozenset()
    charted: tuple[Charted, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section of the page, which lives in a folder with its template, script and style.

    Attributes
    ----------
    anchor : str
        Id in the page, and name of the section for a notebook.
    title, nav : str
        Heading, and words of the link in the bar.
    data : callable
        Gives what the section shows, or None where it has nothing to show.
    figures : callable, optional
        Gives the figures that a notebook can ask for.
    by_version : bool
        Whether it follows the choice of a version.
    whole : tuple of str, optional
        Words of a link to it from the choice of a version, and what it does with all versions, where it shows them.
    words : tuple of str
        Words of the glossary that can be opened below its heading.
    """

    anchor: str
    title: str
    nav: str
    data: Callable[[Evidence], Content | None]
    figures: Callable[[Evidence], list[Slot]] | None = None
    by_version: bool = False
    whole: tuple[str, str] | None = None
    words: tuple[str, ...] = ()


def with_figures(slots: list[Slot]) -> Content | None:
    """Content of a section of figures alone: those that have data in any view; None without any."""
    drawable = [slot for slot in slots if any(slot.points)]
    return Content(figures=drawable) if drawable else None
