"""A section is one folder: the page links and shows those that have data, and takes a new one without other changes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.dashboard.page import page
from sim.dashboard.sections import FOLDER, SECTIONS, sections

HEADING = re.compile(r'<section id="([^"]+)" aria-labelledby="h-\1">\s*<h2 id="h-\1">([^<]+)</h2>')
LINK = re.compile(r'<a href="#([^"]+)">[^<]+</a>')
NEW = {
    "__init__.py": '''"""How many runs there are."""

from sim.dashboard.sections.section import Content, Section


def data(evidence):
    """The number of runs; nothing of a single one."""
    runs = len(evidence.study.runs)
    return Content({"runs": runs}, script={"tally": runs}) if runs > 1 else None


SECTION = Section("tally", "How many there are", "How many", data)
''',
    "section.html.j2": '<p class="tally" id="tally-said">{{ runs | plural("run") }}</p>\n',
    "section.js": 'register({ room: "tally", redrawn: ["theme"], draw: () => { byId("tally-said").dataset.drawn = data.tally; } });\n',
    "section.css": ".tally { color: var(--soft); }\n",
}
DRAW = "import sys; from pathlib import Path; from sim.dashboard import write_dashboard; write_dashboard(Path(sys.argv[1]))"


def bar(text: str) -> list[str]:
    """Anchors that the bar links to."""
    return LINK.findall(text[text.index("<nav") : text.index("</nav>")])


def test_folders_are_the_sections_in_order() -> None:
    folders = {file.parent.name for file in FOLDER.glob("*/__init__.py")}
    assert folders == set(SECTIONS)
    assert len({section.anchor for section in sections().values()}) == len(SECTIONS)
    assert all((FOLDER / folder / "section.html.j2").exists() for folder in SECTIONS)


@pytest.mark.parametrize("swept", [False, True])
def test_the_bar_links_to_the_sections_that_have_data(synthetic: Any, swept: bool) -> None:
    text = page(synthetic.folder(replicates=3, weeks=6, swept=swept))
    shown = HEADING.findall(text)
    known = {section.anchor: section.title for section in sections().values()}
    assert dict(shown).items() <= known.items()
    assert bar(text) == [anchor for anchor, _ in shown]
    assert ("comparison" in dict(shown)) == swept
    assert "variation" not in dict(shown)


def test_a_section_without_data_leaves_no_trace(synthetic: Any) -> None:
    results = synthetic.folder(replicates=3, weeks=6)
    text = page(synthetic.with_few_kept(results, 0))
    shown = dict(HEADING.findall(text))
    assert "crises" not in shown
    assert "why" in shown
    assert "crises" not in bar(text)


def test_a_new_section_is_a_folder_and_a_line(synthetic: Any, tmp_path: Path, opened: Any) -> None:
    """The recipe of the page's sections: nothing else changes."""
    room = tmp_path / "copy"
    shutil.copytree(Path(sim.__file__).parent, room / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    new = room / "sim" / "dashboard" / "sections" / "tally"
    new.mkdir()
    for name, text in NEW.items():
        (new / name).write_text(text, encoding="utf-8")
    order = new.parent / "__init__.py"
    order.write_text(order.read_text(encoding="utf-8").replace('    "crises",\n', '    "crises",\n    "tally",\n'))
    results = synthetic.write(tmp_path, synthetic.folder(replicates=3, weeks=6))
    environment = {**os.environ, "PYTHONPATH": str(room)}
    subprocess.run([sys.executable, "-c", DRAW, str(results)], check=True, cwd=room, env=environment)
    drawn = opened(results / "dashboard.html")
    assert drawn.heard == []
    assert drawn.locator("nav a[href='#tally']").text_content() == "How many"
    assert drawn.locator("#tally h2").text_content() == "How many there are"
    assert drawn.locator("#tally-said[data-drawn='3']").text_content() == "3 runs"
