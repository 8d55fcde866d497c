"""Pages of results folders: that of one, and the index of a folder that holds several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sim.dashboard.about import about
from sim.dashboard.evidence import Evidence
from sim.dashboard.findings.finding import Finding
from sim.dashboard.outcomes import in_words
from sim.dashboard.page import environment, page_style, write_page, write_page_of
from sim.errors import ResultsError
from sim.files import read_file, write_file
from sim.phrases import plural
from sim.storage.manifest import MANIFEST
from sim.storage.page_mark import DASHBOARD, is_current

INDEX = "index.html"
MARK = '<meta name="counterpoise-index"'
HEAD = 2048
"""Bytes within which the mark of an index stands."""
MOST_TOLD = 4
"""Findings that an index tells of each results folder: on different things, as far as there are so many."""
ASKED = {
    "claims": "Do the claims hold?", "history": "Was it right about what came later?",
    "exercised": "Which levers give influence?", "sensitivity": "Which numbers matter?",
}  # fmt: skip
"""What is asked of results, by the id of the section that has the answer."""
WHAT, WHAT_IF = "What happens?", "What if something were otherwise?"
"""What results answer of which nothing else was asked: of one version of the scenario, and of several."""
BRAND = b'<p class="brand">Counterpoise</p>'
BRAND_LINKED = b'<p class="brand">Counterpoise \xc2\xb7 <a href="../index.html">All results</a></p>'
"""Head of a page by itself, and of one that an index leads to."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def write_dashboard(folder: Path, evidence: Evidence | None = None) -> Path:
    """Draw the page of a results folder and put it there as ``dashboard.html``.

    Parameters
    ----------
    folder : Path
        A results folder with at least one finished run.
    evidence : Evidence, optional
        What `gather` found in it, so that it is not read again.

    Returns
    -------
    Path
        The page: one file that opens offline.

    Raises
    ------
    ResultsError
        If the folder cannot be read.
    """
    from sim.results.results import Results  # noqa: PLC0415 (pyarrow is not needed to draw what is in memory)

    target = write_page(Results.open(folder), folder) if evidence is None else write_page_of(evidence, folder)
    if _is_index(target.parent.parent / INDEX):
        _link_to_index(target)
    return target


@dataclass(frozen=True)
class Entry:
    """A results folder as the index tells it.

    Attributes
    ----------
    folder : str
        Its name within the folder of the index.
    about : mapping
        What was run, as `about` says it.
    answers : mapping
        What was found out about it and stored beside it: a sentence each, by the id of the section that has it whole.
    findings : tuple
        Some findings of its page.
    page : str
        Address of its page; empty where that is of earlier results, or was not drawn.
    """

    folder: str
    about: dict[str, Any]
    answers: Mapping[str, str]
    findings: tuple[Finding, ...]
    page: str

    @property
    def setting(self) -> str:
        """Scenario, length and first day, which its numbers rest on."""
        return f"{self.about['scenario']}, {plural(self.about['weeks'], 'week')} from {self.about['first_day']}"

    @property
    def asked(self) -> tuple[str, ...]:
        """Questions that the results answer."""
        answered = tuple(ASKED[section] for section in ASKED if section in self.answers)
        told = (WHAT_IF if self.about["versions_differ"] else WHAT,) if self.findings or not answered else ()
        return told + answered


def results_in(folder: Path) -> list[Path]:
    """Results folders that stand in a folder, by name; links are passed over."""
    return sorted(
        one for one in folder.iterdir() if one.is_dir() and not one.is_symlink() and (one / MANIFEST).is_file()
    )


def entry(folder: Path, evidence: Evidence, answers: Mapping[str, str]) -> Entry:
    """What the index says of a results folder."""
    manifest = evidence.study.manifest
    current = is_current(folder, manifest.get("seal") or "")
    page = f"{quote(folder.name)}/{DASHBOARD}" if current else ""
    said = {section: in_words(evidence.study, one) for section, one in answers.items()}
    return Entry(folder.name, about(evidence.study), said, _various(evidence.findings), page)


def _various(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings to be told: the first of each figure before a second of any, in their order."""
    firsts = {one.anchor: place for place, one in reversed(list(enumerate(findings)))}
    ranked = sorted(range(len(findings)), key=lambda place: (place != firsts[findings[place].anchor], place))
    return tuple(findings[place] for place in sorted(ranked[:MOST_TOLD]))


def write_index(folder: Path, entries: Sequence[Entry], untested: str = "") -> Path:
    """Write the index of a folder, ``index.html``.

    Parameters
    ----------
    folder : Path
    entries : sequence of Entry
        In the order in which they are told; all text in them is escaped.
    untested : str
        Command that tests claims and forecasts about them, where that was not done.

    Raises
    ------
    ResultsError
        If another file of that name stands there.
    """
    target = folder / INDEX
    if target.is_symlink() or (target.exists() and not _is_index(target)):
        raise ResultsError(f"{target} is no index that Counterpoise wrote; move it away, and give the command again")
    entries = list(_told_once(entries))
    asked = dict.fromkeys(question for one in entries for question in one.asked)
    words = {"title": folder.resolve().name, "asked": " ".join(asked), "untested": untested}
    differ = len({one.setting for one in entries}) > 1
    text = environment().get_template("index.html.j2").render(
        entries=entries, questions=ASKED, differ=differ, policy=POLICY, style=page_style() + in_the_dark(), mark=MARK,
        **words,
    )  # fmt: skip
    write_file(target, text.encode())
    for one in entries:
        if one.page:
            _link_to_index(folder / one.folder / DASHBOARD)
    return target


def _told_once(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Entries that tell what happens in a scenario once: what was found out about the same runs stands for the rest."""
    told = set()
    for one in entries:
        scenario = one.about["scenario"]
        silent = one.answers and (one.about["versions_differ"] or scenario in told)
        if not one.about["versions_differ"]:
            told.add(scenario)
        yield replace(one, findings=()) if silent else one


def _is_index(file: Path) -> bool:
    """Whether a file is an index that was written here."""
    return file.is_file() and not file.is_symlink() and MARK.encode() in read_file(file, HEAD)


def _link_to_index(page: Path) -> None:
    """Have a page lead back to the index of the folder that its results folder lies in."""
    text = page.read_bytes()
    if BRAND in text:
        write_file(page, text.replace(BRAND, BRAND_LINKED, 1))


def in_the_dark() -> str:
    """The colours of the page's dark theme where the system asks for one: an index has no script to choose it."""
    block = page_style().split(':root[data-theme="dark"] {', 1)[1].split("}", 1)[0]
    return f"@media (prefers-color-scheme: dark) {{ :root {{{block}}} }}\n"
