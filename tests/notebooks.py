"""The guide's notebooks, run as a reader runs them.

``python tests/notebooks.py`` runs all of them and stores what they give, with figures as pictures, for which it
needs kaleido and Chrome. `test_notebooks` only compares words and numbers.
"""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from shared import ROOT

FOLDER = ROOT / "sim" / "guide" / "notebooks"
DRAWN = "application/vnd.plotly.v1+json"
PICTURE = "image/png"
QUIETLY = "import plotly.io as pio; pio.renderers.default = 'plotly_mimetype'"
"""Figures are given as data, without Plotly's library."""
SECONDS = 600


def executed(file: Path, folder: Path) -> Any:
    """A notebook run from its first cell to the last in a folder; raises what a cell raises."""
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(QUIETLY))
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=SECONDS, coalesce_streams=True, resources=where).execute()
    del notebook.cells[0]
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def words(notebook: Any) -> list[list[str]]:
    """What each cell of code printed or showed in words; of a figure that there is one."""
    return [[_words(output) for output in cell.outputs] for cell in notebook.cells if cell.cell_type == "code"]


def _words(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text)
    if {DRAWN, PICTURE} & set(output.data):
        return "a figure"
    return str(output.data["text/plain"])


def _pictured(output: Any) -> None:
    """Put a picture in the place of a figure's data."""
    from plotly import io

    figure = io.from_json(json.dumps(output.data[DRAWN]))
    picture = base64.b64encode(figure.to_image("png", width=760, scale=1)).decode()
    output.data = {PICTURE: picture, "text/plain": figure.layout.title.text}


def renew(file: Path) -> None:
    """Run a notebook and store what it gave."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = executed(file, Path(folder))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
            if DRAWN in output.get("data", {}):
                _pictured(output)
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    nbformat.write(notebook, file)


if __name__ == "__main__":
    for one in sorted(FOLDER.glob("*.ipynb")):
        renew(one)
        print(f"{one} ({one.stat().st_size:,} bytes)")
