"""The page's figures as Plotly's own, for notebooks, and the page drawn from Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.arguments import argument_fault, as_whole, refuse, unknown_name
from sim.dashboard.evidence import Evidence, stored_of
from sim.dashboard.export.names import figures_by_section
from sim.dashboard.figures.drawing import Figure, Key, Slot, Spec, safe
from sim.dashboard.page import own, page, write_page
from sim.dashboard.sections import sections
from sim.dashboard.sections.sensitivity.bars import drawn as drawn_answers
from sim.dashboard.study import Study, View, study
from sim.errors import ConfigError, Fault, ResultsError
from sim.files import place, write_file
from sim.phrases import nearest, shown
from sim.storage.folder import mendable

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure

    from sim.results.stored import Stored

THEMES = ("light", "dark")
STYLE = re.compile(r':root(\[data-theme="dark"\])? \{(.*?)\}', re.DOTALL)
COLOUR = re.compile(r"--(\w+): (#[0-9a-f]{6});")
COLOURED = {"color", "fillcolor", "bgcolor", "fgcolor", "gridcolor", "linecolor", "paper_bgcolor", "plot_bgcolor"}
"""Entries of a figure that hold the name of a colour."""
SHOWN_IN = {"influence": "exercised", "camps": "camps"}
"""Section of the page that shows a finding."""
TITLE = 70
"""Pixels for a title and the sentence below it."""


def titles(results: Stored) -> dict[str, str]:
    """Title of each figure by its name; see `Results.figures`."""
    what = study(results)
    drawn = _figures_of(Evidence(what, what.views[:1], stored_of(results))) if what.points else {}
    return {slot.anchor: slot.title for slots in drawn.values() for slot in slots}


def figure(results: Stored, name: str, point: int | None, theme: str) -> PlotlyFigure:
    """One figure of the page; see `Results.figure`."""
    what = study(results)
    if not what.points:
        raise ResultsError("there is no finished run in the results yet, so that there is nothing to draw")
    faults = [*(point_faults(what, point) if point is not None else ()), *theme_faults(theme)]
    if faults:
        raise ConfigError(faults)
    view = what.views[0] if point is None else View(what.point_name(int(point)), (int(point),))
    found = _figures_of(Evidence(what, (view,), stored_of(results)))
    slots = {slot.anchor: slot for section in found.values() for slot in section}
    slots |= {anchor: section[0] for anchor, section in found.items() if section}
    if name in found and name not in slots:
        raise ResultsError(
            f"the results hold no data for the figures of {name}; they have {', '.join(slots) or 'none'}"
        )
    if name not in slots:
        refuse(_drawn_by_the_page(name, Evidence(what, (view,), stored_of(results))))
        raise unknown_name("name", name, slots, "must be a figure or a section of the page")
    drawn = slots[name].points[0]
    if drawn is None:
        where = "" if point is None else f" at point {point}"
        raise ResultsError(f"the results hold no data for the figure {name}{where}; it needs series")
    return _plotly(slots[name], drawn, colours()[theme])


def answer_figure(kind: str, content: Mapping[str, Any], theme: str) -> PlotlyFigure:
    """The first figure of an answer on effects, sensitivity or a region.

    Parameters
    ----------
    kind : str
    content : mapping
        The answer as it is stored.
    theme : str
        ``light`` or ``dark``.

    Raises
    ------
    ConfigError
        For another theme.
    ResultsError
        If the answer has nothing that could be drawn.
    """
    return _first(drawn_answers({kind: content}), kind, theme)


def finding_figure(results: Stored, kind: str, content: Mapping[str, Any], theme: str) -> PlotlyFigure:
    """The first figure of a finding about results, stored or not; parameters and errors as in `answer_figure`."""
    what = study(results)
    return _first(sections()[SHOWN_IN[kind]].figures(Evidence(what, what.views[:1], {kind: content})), kind, theme)  # type: ignore[misc]


def _first(slots: list[Slot], kind: str, theme: str) -> PlotlyFigure:
    faults = theme_faults(theme)
    if faults:
        raise ConfigError(faults)
    figures = [(slot, one) for slot in slots for one in slot.points if one is not None]
    if not figures:
        raise ResultsError(f"there is nothing to draw of {kind}; its sentence and its table say what was found")
    return _plotly(*figures[0], colours()[theme])


def draw(results: Stored, path: str | Path | None, *, force: bool) -> Path:
    """Draw the whole page; see `Results.dashboard`."""
    if path is None:
        if results.folder is None:
            raise ResultsError("results in memory have no folder for the page; give the path of a file")
        return write_page(type(results).open(results.folder), results.folder)
    target = place(path)
    if target.is_symlink() or (target.exists() and not (force and target.is_file())):
        remedy = "give another path" if target.is_symlink() or not target.is_file() else "force=True replaces it"
        raise ResultsError(f"{target} is there already and is left alone; {remedy}")
    text = page(results)
    with mendable(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        write_file(target, text.encode())
    return target


@cache
def colours() -> dict[str, dict[str, str]]:
    """Colours of the page's style by theme and name."""
    found = {bool(dark): dict(COLOUR.findall(body)) for dark, body in STYLE.findall(own("page.css"))}
    return {"light": found[False], "dark": {**found[False], **found[True]}}


def _figures_of(evidence: Evidence) -> dict[str, list[Slot]]:
    """Figures of each section of the page in one view, by the section's anchor."""
    return {section.anchor: section.figures(evidence) for section in sections().values() if section.figures}


def _drawn_by_the_page(name: str, evidence: Evidence) -> list[Fault]:
    """What is wrong with the name of a figure that Python does not specify."""
    if not any(name in titles for _, titles in figures_by_section(evidence)):
        return []
    rule = "must be one of results.figures: this one is drawn by the page alone"
    return [argument_fault("name", rule, shown(name), f"`counterpoise figure DIR {name}` gives it")]


def point_faults(what: Study, point: object) -> list[Fault]:
    """What is wrong with an argument that must be a design point."""
    if as_whole(point) in what.points:
        return []
    rule = f"must be a design point with finished runs, {what.points[0]} to {what.points[-1]}"
    return [argument_fault("point", rule, shown(point))]


def theme_faults(theme: object) -> list[Fault]:
    """What is wrong with an argument that must be a theme."""
    if theme in THEMES:
        return []
    return [argument_fault("theme", f"must be one of {', '.join(THEMES)}", shown(theme), nearest(str(theme), THEMES))]


def _plotly(slot: Slot, drawn: Figure, palette: Mapping[str, str]) -> PlotlyFigure:
    """A figure with its data, its colours, its legend and a title."""
    from plotly import graph_objects  # noqa: PLC0415 (a second to import)

    body = drawn.body()
    layout = _themed(body["layout"], slot, drawn) | {"height": body["height"] + TITLE, "showlegend": bool(slot.keys)}
    data = [*body["traces"], *_legend(slot.keys)]
    return graph_objects.Figure(_filled(data, body["columns"], palette), _filled(layout, body["columns"], palette))


def _themed(layout: Spec, slot: Slot, drawn: Figure) -> Spec:
    """The layout on the page's ground, with a title, and the summary below it."""
    margin = layout.get("margin", {})
    title = {
        "text": safe(slot.title),
        "subtitle": {"text": safe(drawn.summary)},
        "font": {"color": "$ink"},
        "x": 0.01,
        "y": 1,
        "yanchor": "top",
        "pad": {"t": 14},
    }
    axes = {
        key: {"gridcolor": "$grid", "linecolor": "$line", "zeroline": False, **value}
        for key, value in layout.items()
        if re.match(r"[xy]axis", key)
    }
    return {
        "template": "none",
        "paper_bgcolor": "$card",
        "plot_bgcolor": "$card",
        "font": {"size": 12, "color": "$soft"},
        **layout,
        **axes,
        "title": title,
        "margin": {**margin, "t": margin.get("t", 0) + TITLE},
    }


def _legend(keys: list[Key]) -> list[Spec]:
    """Empty traces that put the words of a legend beside its colours and patterns."""
    return [
        {
            "type": "bar",
            "x": [None],
            "y": [None],
            "name": safe(words),
            "legendgroup": heading,
            "legendgrouptitle": {"text": safe(heading)},
            "showlegend": True,
            "marker": {"color": colour, "pattern": {"shape": pattern, "fgcolor": "$paper", "bgcolor": colour}},
        }
        for heading, entries in keys
        for words, colour, pattern in entries
    ]


def _filled(part: Any, columns: list[list[Any]], palette: Mapping[str, str]) -> Any:
    """A part of a figure with data instead of references to columns, and colours instead of their names."""
    if isinstance(part, list):
        return [_filled(one, columns, palette) for one in part]
    if not isinstance(part, dict):
        return part
    if "$" in part:
        return columns[part["$"]]
    return {key: _entry(key, value, columns, palette) for key, value in part.items()}


def _entry(key: str, value: Any, columns: list[list[Any]], palette: Mapping[str, str]) -> Any:
    if key == "colorscale":
        return [[place, _colour(name, palette)] for place, name in value]
    if key in COLOURED and isinstance(value, str):
        return _colour(value, palette)
    return _filled(value, columns, palette)


def _colour(name: str, palette: Mapping[str, str]) -> str:
    """A colour of the page's style by its name, ``$accent``, or ``$accent/38`` with the alpha in hexadecimal."""
    if not name.startswith("$"):
        return name
    plain, _, alpha = name[1:].partition("/")
    red, green, blue = (int(palette[plain][at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{int(alpha, 16) / 255:.3f})" if alpha else palette[plain]
