"""The page: its sections put together, and one offline file written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2

from sim.dashboard.about import about, caption
from sim.dashboard.effects.factors import level_meanings
from sim.dashboard.encode import compress, embedded_json, script_hash
from sim.dashboard.evidence import Evidence, gather
from sim.dashboard.findings.finding import Finding
from sim.dashboard.outcomes import in_words
from sim.dashboard.sections import FOLDER, sections, texts
from sim.dashboard.sections.glossary import VERDICTS, meanings
from sim.dashboard.sections.section import Content, Section
from sim.dashboard.words import capital
from sim.files import place, write_file
from sim.phrases import minus, plural
from sim.results.stored import Stored
from sim.storage.page_mark import DASHBOARD, MARK

TEMPLATES = Path(__file__).parent / "templates"
BEFORE, AFTER = ("state.js", "figures.js", "raster.js", "picture.js"), ("start.js",)
"""Scripts before and after those of the sections."""


@dataclass(frozen=True)
class Shown:
    """A section that has something to show, and its folder."""

    folder: str
    section: Section
    content: Content

    @property
    def anchors(self) -> frozenset[str]:
        """Ids that findings may link to."""
        return self.content.anchors | {self.section.anchor, *(slot.anchor for slot in self.content.figures)}


def page(results: Stored) -> str:
    """The whole page as text; the same results give the same text."""
    return page_of(gather(results))


def page_of(evidence: Evidence) -> str:
    """The whole page as text, of what was gathered before."""
    return render("page.html.j2", evidence, shown_sections(evidence), evidence.findings)


def render(
    template: str,
    evidence: Evidence,
    shown: Sequence[Shown],
    findings: Sequence[Finding] = (),
    data: Mapping[str, Any] | None = None,
    **words: Any,
) -> str:
    """A page of sections as text.

    Parameters
    ----------
    template : str
        The page's own, or one that extends it.
    evidence : Evidence
    shown : sequence of Shown
    findings : sequence of Finding
        Those whose numbers stand beside the figures that they link to.
    data : mapping, optional
        Entries of ``data`` for the page's scripts, beside the usual ones.
    **words
        Further variables of the template.
    """
    what = evidence.study
    common = common_words(evidence)
    script, library = page_script(), plotly_source()
    small = {"points": common["versions"], "name": str(what.manifest["name"]), "caption": caption(what), **(data or {})}
    return (
        environment()
        .get_template(template)
        .render(
            **common,
            **words,
            policy=policy(script, library, served=evidence.served),
            mark=MARK,
            seal=what.manifest.get("seal") or "",
            style=page_style(),
            script=script,
            library=packed_plotly(),
            data=embedded_json(small),
            bulk=compress(embedded_json(bulk(shown))),
            sections=[one.section for one in shown],
            meanings=partial(
                meanings, levels=level_meanings(what), absent=() if "claims" in evidence.stored else VERDICTS
            ),
            blocks=blocks(shown, fragments(shown, findings, common)),
        )
    )


def common_words(evidence: Evidence) -> dict[str, Any]:
    """Variables of every section's template."""
    what = evidence.study
    return {
        "about": about(what),
        "versions": [view.name for view in evidence.views],
        "in_words": partial(in_words, what),
    }


def write_page(results: Stored, folder: Path) -> Path:
    """Draw the page of results and put it into their folder; returns the file."""
    return write_page_of(gather(results), folder)


def write_page_of(evidence: Evidence, folder: Path) -> Path:
    """The same of what was gathered before."""
    target = place(folder) / DASHBOARD
    write_file(target, page_of(evidence).encode())
    return target


def shown_sections(evidence: Evidence) -> list[Shown]:
    """Sections that have something to show, in reading order."""
    return list(each_shown(evidence))


def each_shown(evidence: Evidence) -> Iterator[Shown]:
    """The same one by one: a section is worked out when its turn comes."""
    for folder, section in sections().items():
        content = section.data(evidence)
        if content is not None:
            yield Shown(folder, section, content)


def bulk(shown: Sequence[Shown]) -> dict[str, Any]:
    """Data of the page's scripts: all figures at each design point, and what each section has for its own."""
    data: dict[str, Any] = {"figures": {}}
    for one in shown:
        data |= one.content.script
        for slot in one.content.figures:
            data["figures"][slot.anchor] = [figure.body() if figure else None for figure in slot.points]
    return data


def fragments(shown: Sequence[Shown], findings: Sequence[Finding], common: dict[str, Any]) -> list[str]:
    """Each section as HTML, in which findings stand beside the figures that they link to."""
    linked = {anchor: [one for one in findings if one.anchor == anchor] for anchor in {one.anchor for one in findings}}
    anchors = frozenset[str]().union(*(one.anchors for one in shown))
    common = {**common, "linked": linked, "anchors": anchors}
    return [
        environment()
        .get_template(f"{one.folder}/section.html.j2")
        .render(**common, **one.content.words, figures=one.content.figures)
        for one in shown
    ]


def blocks(shown: Sequence[Shown], html: Sequence[str]) -> list[tuple[bool, list[tuple[Section, str]]]]:
    """Sections with their HTML in runs of those that follow the choice of a version, and those that do not."""
    pairs = [(one.section, text) for one, text in zip(shown, html, strict=True)]
    return [(by_version, list(run)) for by_version, run in groupby(pairs, key=lambda pair: pair[0].by_version)]


def policy(script: str, library: str, *, served: bool = False) -> str:
    """Content security policy: the page's two scripts, its style and images, if need be its server, nothing else."""
    allowed = " ".join(f"'{script_hash(text)}'" for text in (script, library))
    server = "connect-src 'self'; " if served else ""
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; {server}"
        f"base-uri 'none'; form-action 'none'"
    )


@cache
def page_script() -> str:
    """The page's own script."""
    before, after = ([own(name) for name in names] for names in (BEFORE, AFTER))
    return '"use strict";\n' + "\n".join([*before, *texts("js"), *after])


@cache
def page_style() -> str:
    """The page's style."""
    return "".join([own("page.css"), *texts("css")])


def own(name: str) -> str:
    """A file of the page itself."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def plotly_source() -> str:
    """The packaged plotly.js."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 (a second to import)

    return str(get_plotlyjs())


@cache
def packed_plotly() -> str:
    """The same as a page has it; kept, as a tenth of a second goes into it for each page of an index or a server."""
    return compress(plotly_source())


@cache
def environment() -> jinja2.Environment:
    """Where templates are found; whatever comes from a results folder is escaped."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader([TEMPLATES, FOLDER]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda said: minus(said) if type(said) is str else said,  # not of what is markup already, or a number
    )
    found.filters |= {"plural": plural, "capital": capital}
    return found
