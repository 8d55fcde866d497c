"""One figure of the page as a file for a paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from sim.arguments import argument_fault, refuse, unknown_name, whole_faults
from sim.dashboard.about import caption
from sim.dashboard.encode import embedded_json, script_hash
from sim.dashboard.evidence import Evidence, stored_of
from sim.dashboard.export.browser import handed_over, handed_over_and_printed, printed
from sim.dashboard.export.charts import chart_picture
from sim.dashboard.export.metadata import pdf_dated, png_with
from sim.dashboard.export.names import figures_by_section
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.notebook import colours, point_faults, theme_faults
from sim.dashboard.page import Shown, environment, own, render
from sim.dashboard.sections.section import Charted
from sim.dashboard.study import View, study
from sim.errors import ConfigError, Fault, ResultsError, UnknownNameError
from sim.phrases import nearest, shown
from sim.results.stored import Stored

FORMATS = ("svg", "png", "pdf", "html")
WIDTH, WIDTHS, HEIGHTS, SCALES = 760, (320, 4000), (100, 8000), (1, 8)
"""Pixels of a figure's width; smallest and largest width, height, and pixels of a PNG to one of the page."""

POLICY = "default-src 'none'; {script}style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Wanted:
    """How a figure is wanted.

    Attributes
    ----------
    name : str
        Its name on the page; behind it may follow what the page's address has, such as ``map&week=2020-10-02``.
    form : str
        One of `FORMATS`.
    width : int
        Pixels.
    height : int, optional
        Pixels of the drawing, without what stands above and below it; by default as on the page.
    theme : str
        ``light`` or ``dark``.
    point : int, optional
        Design point; by default what the page shows first.
    scale : int
        Pixels of a PNG to a pixel of the page.
    """

    name: str
    form: str = "svg"
    width: int = WIDTH
    height: int | None = None
    theme: str = "light"
    point: int | None = None
    scale: int = 2

    @property
    def anchor(self) -> str:
        """Id of the figure on the page."""
        return self.name.partition("&")[0]

    @property
    def choices(self) -> str:
        """What the page's address has behind it."""
        return self.name.partition("&")[2]


def titles(results: Stored) -> dict[str, str]:
    """Title of each figure of the page by its name, in reading order."""
    found: dict[str, str] = {}
    for _, here in figures_by_section(_evidence(results, None)):
        found |= here
    return found


def exported(results: Stored, wanted: Wanted) -> bytes:
    """A figure as the bytes of a file.

    The same results give the same bytes; those of what takes a browser, in the same one.

    Raises
    ------
    ConfigError
        For a name, a size or anything else that cannot be.
    ResultsError
        If the results hold no data for it.
    CounterpoiseError
        If it takes a browser and there is none that can draw it.
    """
    refuse(_faults(wanted))
    if wanted.point is not None:
        refuse(point_faults(study(results), wanted.point))
    evidence = _evidence(results, wanted.point)
    try:
        section, title = _found(evidence, wanted)
    except UnknownNameError:
        if wanted.point is not None and wanted.anchor in titles(results):
            raise _no_data(wanted) from None
        raise
    charted = next((one for one in section.content.charted if one.anchor == wanted.anchor), None)
    if charted is not None:
        return _of_charts(evidence, wanted, charted)
    single = _single(section, wanted)
    if wanted.form == "html":
        return _page(evidence, single, wanted, title).encode()
    return _drawn(evidence, single, wanted, title)


def form_of(path: PurePath) -> str | None:
    """The format that a file's name ends in."""
    end = path.suffix.lower().removeprefix(".")
    return end if end in FORMATS else None


def _evidence(results: Stored, point: int | None) -> Evidence:
    what = study(results)
    if not what.points:
        raise ResultsError("there is no finished run in the results yet, so that there is nothing to draw")
    views = what.views if point is None else (View(what.point_name(int(point)), (int(point),)),)
    return Evidence(what, views, stored_of(results))


def _faults(wanted: Wanted) -> Iterator[Fault]:
    if wanted.form not in FORMATS:
        rule = f"must be one of {', '.join(FORMATS)}"
        yield argument_fault("format", rule, shown(wanted.form), nearest(str(wanted.form), FORMATS))
    yield from theme_faults(wanted.theme)
    yield from whole_faults("width", wanted.width, *WIDTHS)
    yield from whole_faults("height", wanted.height, *HEIGHTS, optional=True)
    yield from whole_faults("scale", wanted.scale, *SCALES)


def _found(evidence: Evidence, wanted: Wanted) -> tuple[Shown, str]:
    """The section that has the figure, and the figure's title."""
    known: list[str] = []
    for section, titles in figures_by_section(evidence):
        if wanted.anchor in titles:
            return section, titles[wanted.anchor]
        known += titles
    raise unknown_name("name", wanted.anchor, known, "must be a figure of the page")


def _single(section: Shown, wanted: Wanted) -> Shown:
    """The section with nothing drawn in Python but the figure, in the height that is wanted."""
    slots = [slot for slot in section.content.figures if slot.anchor == wanted.anchor]
    if wanted.height is not None:
        if not slots:
            refuse(_height_faults(wanted))
        slots = [_as_high(one, wanted.height) for one in slots]
    if slots and not slots[0].points[0]:
        raise _no_data(wanted)
    return replace(section, content=replace(section.content, figures=slots))


def _no_data(wanted: Wanted) -> ResultsError:
    where = "" if wanted.point is None else f" at point {wanted.point}"
    return ResultsError(f"the results hold no data for the figure {wanted.anchor}{where}; it needs series")


def _as_high(slot: Slot, height: int) -> Slot:
    return replace(slot, points=[drawn and replace(drawn, height=height) for drawn in slot.points])


def _height_faults(wanted: Wanted) -> Iterator[Fault]:
    if wanted.height is not None:
        rule = "must be left out: the height of this figure follows from its width"
        yield argument_fault("height", rule, wanted.height)


def _drawn(evidence: Evidence, single: Shown, wanted: Wanted, title: str) -> bytes:
    """A figure that the page draws, in the format that is wanted; the browser starts once, as it takes long to."""
    hand_over: dict[str, dict[str, Any]] = {
        "svg": {},
        "png": {"scale": wanted.scale},
        "pdf": {"sheet": _around("", title, wanted)},
    }
    page = _page(evidence, single, wanted, title, hand_over[wanted.form])
    asked = page, _address(wanted), max(wanted.width + 40, 700)
    text, paper = handed_over_and_printed(*asked) if wanted.form == "pdf" else (handed_over(*asked), b"")
    said = json.loads(text)
    if said.get("faults"):
        rule = f"must be followed by what the page's address has, {', '.join(said['known'])}"
        raise ConfigError([argument_fault("name", rule, shown(one)) for one in said["faults"]])
    if said.get("empty"):
        raise _no_data(wanted)
    if wanted.form == "pdf":
        return _dated(paper, evidence)
    return _described(said["png"], title, evidence, wanted) if wanted.form == "png" else _svg_file(said["svg"])


def _page(
    evidence: Evidence, single: Shown, wanted: Wanted, title: str, hand_over: dict[str, Any] | None = None
) -> str:
    """A page with only the figure, which is handed over in one way if that is given."""
    below = _caption(evidence, wanted)
    data = {"single": wanted.anchor, "theme": wanted.theme, "handOver": hand_over, "caption": below}
    width = wanted.width if hand_over is not None else None
    return render("figure.html.j2", evidence, [single], data=data, title=title, width=width, caption=below)


def _address(wanted: Wanted) -> str:
    """What stands behind ``#`` in the address of the page."""
    parts = [wanted.anchor, *([wanted.choices] if wanted.choices else []), f"theme={wanted.theme}"]
    return quote("&".join(parts), safe="=&:,.-%~_")


def _of_charts(evidence: Evidence, wanted: Wanted, charted: Charted) -> bytes:
    """Small charts, which need no browser unless they become a PNG or a PDF."""
    faults = list(_height_faults(wanted))
    if wanted.choices:
        faults.append(argument_fault("name", "must be the name alone: this figure has no choices", shown(wanted.name)))
    refuse(faults)
    svg = chart_picture(charted, _caption(evidence, wanted), wanted.width, colours()[wanted.theme])
    return _as_file(svg, charted.title, evidence, wanted)


def _caption(evidence: Evidence, wanted: Wanted) -> list[str]:
    """What stands below the figure; first the version, where one was asked for."""
    version = [f"Version: {evidence.views[0].name}."] if wanted.point is not None else []
    return [*version, *caption(evidence.study)]


def _as_file(svg: str, title: str, evidence: Evidence, wanted: Wanted) -> bytes:
    """A picture in the format that is wanted."""
    if wanted.form == "svg":
        return _svg_file(svg)
    if wanted.form == "pdf":
        return _dated(printed(_around(svg, title, wanted)), evidence)
    if wanted.form == "html":
        return _around(svg, title, wanted).encode()
    return _described(handed_over(_around(svg, title, wanted, raster=True)), title, evidence, wanted)


def _svg_file(svg: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{svg.strip()}\n'.encode()


def _dated(paper: bytes, evidence: Evidence) -> bytes:
    """A PDF with the date of the results."""
    created = (evidence.study.manifest.get("provenance") or {}).get("created")
    return pdf_dated(paper, str(created or ""))


def _described(address: str, title: str, evidence: Evidence, wanted: Wanted) -> bytes:
    """A PNG, given as its address, with words about it."""
    words = {"Title": title, "Description": " ".join(_caption(evidence, wanted)), "Software": "Counterpoise"}
    return png_with(address, words)


def _around(svg: str, title: str, wanted: Wanted, *, raster: bool = False) -> str:
    """A page with nothing but a picture, or room for one, or with the script that makes a PNG of it."""
    script = own("raster.js") + own("rasterise.js") if raster else ""
    return (
        environment()
        .get_template("picture.html.j2")
        .render(
            policy=POLICY.format(script=f"script-src '{script_hash(script)}'; " if raster else ""),
            title=title,
            ground=colours()[wanted.theme]["card"],
            size=size_of(svg) if svg else None,
            svg="" if raster else svg,
            raster=embedded_json({"svg": svg, "scale": wanted.scale}),
            script=script,
        )
    )


def size_of(svg: str) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    head = svg[: svg.index(">")]
    width, height = (int(head.split(f' {key}="', 1)[1].split('"', 1)[0]) for key in ("width", "height"))
    return width, height
