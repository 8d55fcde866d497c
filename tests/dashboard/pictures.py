"""Pictures of every section of invented pages, small enough to be kept, and how far two of them are apart."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from made_pages import new_tab
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import maximum_filter, minimum_filter

KEPT = Path(__file__).parents[1] / "golden" / "pictures"
LOOKS = {"light": (1280, 4), "dark": (1280, 4), "phone": (390, 3), "print": (718, 3)}
"""Width of the window, and how many pixels of the page, along each side, become one of a picture."""
SECTIONS = {
    "run": ("top", "questions", "findings", "claims", "history", "crises", "influence", "exercised", "alignment", "camps",
            "why", "numbers"),
    "sweep": ("questions", "findings", "comparison"),
    "sets": ("questions", "findings", "variation", "explorer", "crises", "sensitivity"),
    "index": ("top", "entries"),
}  # fmt: skip
"""What is pictured of each page: what no other page has, or has otherwise."""
BLOCK = 5
"""Pixels of a picture along a side of the blocks whose colours are compared."""
NEAR = 14
"""Levels of 255 by which a block's colour may leave those of the blocks around it in the other picture."""
MOST_BLOCKS = 0.003
"""Share of blocks that may be different."""
MOST_HEIGHT = 0.04
"""Share of its height by which a picture may be higher or lower."""
COLOURS = 48
"""Colours of a picture; they are chosen so that rare ones, such as those of thin lines, are kept."""
FONT = """const sheet = new CSSStyleSheet(); sheet.replaceSync("body { font-family: 'DejaVu Sans' !important; }");
document.adoptedStyleSheets = [sheet];"""
PLACE = """(id) => { const { top, bottom } = (document.getElementById(id) || document.querySelector(id === "top" ? "header" : "main"))
  .getBoundingClientRect(); return [Math.round(top + scrollY), Math.round(bottom + scrollY)]; }"""
ANALYSED = {"control.NK:final": "share", "weeks_fought.NK:final": "weeks"}


def make_pages(room: Path, synthetic: ModuleType) -> dict[str, Path]:
    """Write pages that together show every section; findings of some are invented as their runs are."""
    from sim import Results
    from sim.analysis.camps.together import camps, keep
    from sim.analysis.discovery.all_answers import answers, store
    from sim.dashboard import gather, write_dashboard
    from sim.dashboard.folder import entry, write_index
    from sim.storage.findings import store_finding

    made = {
        "run": synthetic.folder(replicates=20, weeks=20),
        "sweep": synthetic.folder(replicates=12, weeks=16, swept=True),
        "sets": synthetic.folder(replicates=6, weeks=16, sets=8),
    }
    room /= "pictured"  # the index says the name
    room.mkdir()
    columns = [name for name in made["sets"].runs if name not in ("point", "replicate", "failure")]
    made["sets"].manifest["columns"] = {name: {"unit": ANALYSED.get(name, ""), "meaning": name} for name in columns}
    for name, results in made.items():
        (room / name).mkdir()
        synthetic.write(room / name, results)
    opened = {name: Results.open(room / name) for name in made}
    keep(camps(opened["run"]), opened["run"])
    store(opened["sets"], answers(opened["sets"], list(ANALYSED)))
    for name, findings in json.loads(Path(__file__).with_name("findings.json").read_text(encoding="utf-8")).items():
        for kind, content in findings.items():
            store_finding(room / name, kind, content, opened[name].manifest)
    pages = {name: write_dashboard(room / name) for name in made}
    return pages | {"index": write_index(room, [entry(room / name, gather(opened[name]), {}) for name in made])}


@contextmanager
def shown(browser: Any, file: Path, look: str) -> Iterator[Any]:
    """A page as it is drawn in a look, in a font that all machines have and a window as high as itself.

    In such a window nothing sticks to an edge and covers a section.
    """
    width = LOOKS[look][0]
    page = new_tab(browser, width, scheme="dark" if look == "dark" else "light")
    page.add_init_script(FONT)
    page.goto(file.as_uri(), timeout=120_000)
    if page.locator("#data").count():
        page.locator("html[data-drawn]").wait_for(state="attached", timeout=120_000)
    if look == "print":
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    yield page
    page.close()


def taken(page: Any, look: str, sections: Sequence[str]) -> dict[str, Image.Image]:
    """Pictures of sections, as they are kept."""
    width, times = LOOKS[look]
    boxes = {section: page.evaluate(PLACE, section) for section in sections}
    first, last = min(top for top, _ in boxes.values()), max(bottom for _, bottom in boxes.values())
    clip = {"x": 0, "y": first, "width": width, "height": last - first}
    whole = Image.open(io.BytesIO(page.screenshot(clip=clip, animations="disabled"))).convert("RGB")
    return {
        section: whole.crop((0, top - first, whole.width, bottom - first))
        .reduce(times)
        .quantize(COLOURS, Image.Quantize.FASTOCTREE)
        for section, (top, bottom) in boxes.items()
    }


def name_of(page: str, look: str, section: str) -> str:
    """File of a kept picture."""
    return f"{page}-{section}-{look}.png"


def every() -> Iterator[tuple[str, str, str]]:
    """Page, look and section of all pictures."""
    for page, sections in SECTIONS.items():
        for look in LOOKS:
            yield from ((page, look, section) for section in sections)


def apart(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """How far two pictures are apart: share of their height, and of their blocks.

    A block is different if its mean colour is beyond what the blocks around the same place of the other picture have, so
    that a picture that is moved by less than a block is the same one, and whatever is missing or new is not.
    """
    height = min(one.height, other.height)
    first, second = (block_means(picture, height) for picture in (one, other))
    different = beyond(first, second) | beyond(second, first)
    return abs(one.height - other.height) / other.height, float(different.mean())


def block_means(picture: Image.Image, height: int) -> NDArray[np.float64]:
    """Mean colours of the whole blocks in the upper part of a picture, shape (rows, columns, 3)."""
    rows, columns = height // BLOCK, picture.width // BLOCK
    pixels = np.asarray(picture.convert("RGB"), np.float64)[: rows * BLOCK, : columns * BLOCK]
    return pixels.reshape(rows, BLOCK, columns, BLOCK, 3).mean(axis=(1, 3))


def beyond(means: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which blocks are beyond the colours of the other picture's blocks around their place."""
    low, high = (take(others, size=(3, 3, 1)) for take in (minimum_filter, maximum_filter))
    return ((means < low - NEAR) | (means > high + NEAR)).any(axis=2)
