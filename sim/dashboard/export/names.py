"""Figures of a page by name: whatever is drawn and has an id and a heading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from sim.dashboard.evidence import Evidence
from sim.dashboard.page import Shown, common_words, each_shown, fragments


@dataclass
class Drawn:
    """A figure as a section's HTML has it."""

    anchor: str
    title: str = ""
    is_drawn: bool = False


class Headings(HTMLParser):
    """Collects figures, and questions with their charts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Drawn] = []
        self._open: Drawn | None = None
        self._heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a figure or its heading, or note that something is drawn in it."""
        given = dict(attrs)
        kinds = (given.get("class") or "").split()
        if tag in ("figure", "article") and given.get("id"):
            self._open = Drawn(given["id"] or "")
            self.found.append(self._open)
        elif self._open is not None:
            self._heading = tag == "h3" or (self._heading and tag != "span")
            self._open.is_drawn |= tag in ("svg", "canvas") or bool({"plot", "svg-room"} & set(kinds))

    def handle_endtag(self, tag: str) -> None:
        """Close it again."""
        if tag in ("figure", "article"):
            self._open = None
        elif tag == "h3":
            self._heading = False

    def handle_data(self, data: str) -> None:
        """Take the words of a heading."""
        if self._heading and self._open is not None:
            self._open.title += data


def drawn_in(html: str) -> list[Drawn]:
    """Figures of a section in which something is drawn."""
    reader = Headings()
    reader.feed(html)
    reader.close()
    return [Drawn(one.anchor, " ".join(one.title.split()), True) for one in reader.found if one.is_drawn]


def figures_by_section(evidence: Evidence) -> Iterator[tuple[Shown, dict[str, str]]]:
    """Each section that has something to show, with the titles of its figures by name."""
    common = common_words(evidence)
    for shown in each_shown(evidence):
        (html,) = fragments([shown], [], common)
        yield shown, {one.anchor: one.title for one in drawn_in(html)}
