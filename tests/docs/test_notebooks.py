"""The guide's notebooks give what is stored in them, and stay small and readable."""

from __future__ import annotations

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

import notebooks  # noqa: E402 (needs what may not be installed)

FILES = sorted(notebooks.FOLDER.glob("*.ipynb"))
LARGEST, LONGEST, LONGEST_FILE = 300_000, 16, 40
"""Bytes of a notebook, and lines of a cell of code and of one that writes a file."""
each_file = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


@pytest.fixture
def stored(file: Path):
    return nbformat.read(file, as_version=4)


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@each_file
@pytest.mark.slow
def test_a_notebook_gives_what_is_stored(file: Path, stored, tmp_path: Path) -> None:
    if "discover(" in file.read_text(encoding="utf-8"):
        pytest.importorskip("ema_workbench")
    found = notebooks.executed(file, tmp_path)
    assert notebooks.words(found) == notebooks.words(stored), "python tests/notebooks.py stores it anew"


@each_file
def test_a_notebook_is_small_and_was_run_from_top_to_bottom(file: Path, stored) -> None:
    assert file.stat().st_size < LARGEST
    assert stored.cells[0].source.startswith("# ")
    cells = code_of(stored)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        assert len(cell.source.splitlines()) <= (LONGEST_FILE if cell.source.startswith("%%writefile") else LONGEST)
    kinds = {kind for cell in cells for output in cell.outputs for kind in output.get("data", {})}
    assert kinds <= {"text/plain", "text/html", notebooks.PICTURE}
    assert not any(
        output.output_type == "error" or output.get("name") == "stderr" for cell in cells for output in cell.outputs
    )


@each_file
def test_a_notebook_says_nothing_of_the_machine_that_it_was_run_on(file: Path, stored) -> None:
    text = file.read_text(encoding="utf-8")
    assert not any(place in text for place in ("/home/", "/root", "/tmp", "/work", "C:\\"))
    assert set(stored.metadata) == {"kernelspec", "language_info"}


def test_two_notebooks_travel_with_the_guide_and_a_page_says_how_to_open_them(root: Path) -> None:
    page = (root / "sim" / "guide" / "python.md").read_text(encoding="utf-8")
    assert len(FILES) == 2
    assert all(f"notebooks/{file.name}" in page for file in FILES)
