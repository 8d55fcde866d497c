"""What a notebook shows of an object: a heading and a table of facts, in which nothing of a file is read as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from sim.phrases import printable


def as_html(heading: str, facts: Mapping[str, object]) -> str:
    """A heading and facts by their names; all text is escaped."""
    rows = (f"<tr><th>{_safe(name)}</th><td>{_safe(value)}</td></tr>" for name, value in facts.items())
    return f"<div><strong>{_safe(heading)}</strong><table>{''.join(rows)}</table></div>"


def _safe(value: object) -> str:
    return escape(printable(str(value)))
