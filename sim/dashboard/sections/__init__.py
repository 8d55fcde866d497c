"""Sections of the page, one folder each."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.dashboard.sections.section import Section

FOLDER = Path(__file__).parent
SECTIONS = (
    "questions",
    "findings",
    "claims",
    "history",
    "variation",
    "explorer",
    "crises",
    "influence",
    "exercised",
    "alignment",
    "camps",
    "reasons",
    "comparison",
    "sensitivity",
    "provenance",
)
"""Folders in reading order. Each has a `SECTION` and a ``section.html.j2``, and perhaps scripts and styles."""


def sections() -> dict[str, Section]:
    """Sections by folder, in reading order."""
    return {folder: import_module(f"{__name__}.{folder}").SECTION for folder in SECTIONS}


def texts(ending: str) -> list[str]:
    """Files of all sections with an ending such as ``js``, section by section."""
    files = [file for folder in SECTIONS for file in sorted((FOLDER / folder).glob(f"*.{ending}"))]
    return [file.read_text(encoding="utf-8") for file in files]
