"""Text in cells stands out from its ground, over the whole of both scales and in both themes (WCAG 2.2, 4.5 to 1)."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_contrast import colour, contrast
from made_pages import new_tab

STEPS = 200
WHOLE_SCALE = """([kind, steps]) => { const [low, high] = span(kind), tint = tints(kind);
  return [...Array(steps + 1).keys()].map((step) => tint(low + step * (high - low) / steps))
    .map((ground) => [ground, inkOn(ground)]); }"""
DRAWN = """(kind) => { const tint = tints(kind);
  return matrix(kind, state.week).flat().filter((value) => value !== null).map((value) => [tint(value), inkOn(tint(value))]); }"""
PAINTED = """(kind) => [...document.querySelectorAll(`#plot-matrix-${kind} .cells > g`)]
  .map((one) => ["rect", "text"].map((part) => getComputedStyle(one.querySelector(part)).fill))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_cell_can_be_read(run_page: Path, seen: Callable[..., Any], scheme: str) -> None:
    page = seen(run_page, scheme=scheme)
    for kind in ("alignment", "influence"):
        scale = page.evaluate(WHOLE_SCALE, [kind, STEPS])
        assert len(scale) == STEPS + 1
        assert min(contrast(np.array(ground), colour(ink)) for ground, ink in scale) >= 4.5
        drawn = page.evaluate(DRAWN, kind)
        assert min(contrast(np.array(ground), colour(ink)) for ground, ink in drawn) >= 4.5
        painted = [[colour(fill).tolist() for fill in pair] for pair in page.evaluate(PAINTED, kind)]
        assert painted == [[list(ground), colour(ink).tolist()] for ground, ink in drawn]


SEEN = """(kind) => [...document.querySelectorAll(`#plot-matrix-${kind} text`)]
  .filter((one) => /\\d/.test(one.textContent)).map((one) => { const box = one.getBoundingClientRect();
    return [box.left - 3, (box.top + box.bottom) / 2, getComputedStyle(one).fill]; })"""


def test_numbers_stand_out_from_what_is_painted_beside_them(run_page: Path, seen: Callable[..., Any]) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    page = seen(run_page)
    for kind in ("alignment", "influence"):
        page.locator(f"#plot-matrix-{kind}").scroll_into_view_if_needed()
        numbers = page.evaluate(SEEN, kind)
        painted = image.open(io.BytesIO(page.screenshot())).convert("RGB")
        grounds = [(painted.getpixel((round(x), round(y))), fill) for x, y, fill in numbers if 0 <= y < painted.height]
        assert len(grounds) > 40
        assert min(contrast(np.array(ground), colour(ink)) for ground, ink in grounds) >= 4.5


DRAWING = """<!doctype html><html lang="en"><title>A drawing</title><body style="background: #fff; color: #000"><main><h1>Words</h1>%s
<svg width="300" height="3000" role="img" aria-label="A drawing"><rect width="300" height="60" fill="#17202b"/>%s</svg></main>"""


@pytest.mark.parametrize(
    ("words", "drawn", "found"),
    [
        (
            "",
            '<text x="9" y="90">far</text><text x="9" y="30" fill="#fff">near</text><text x="9" y="2990">below</text>',
            "",
        ),
        ("", '<text x="9" y="90" fill="#999">planted</text>', "planted"),
        ("", '<text x="9" y="30">planted</text>', "planted"),
        ("", '<text x="9" y="2990"><tspan fill="#999">planted</tspan></text>', "planted"),
        ("", '<text x="9" y="90" fill-opacity=".4">planted</text>', "planted"),
        ("", '<g opacity=".4"><text x="9" y="90">planted</text></g>', "planted"),
        ("", '<text x="9" y="90" style="fill: #999">x</text>', "x"),
        ('<p style="background: linear-gradient(#fff, #eee)">open</p>', "", "left open (bgGradient)"),
        ('<p style="color: #999">faint</p>', "", "color-contrast"),
    ],
)
def test_faint_text_is_found_in_words_and_in_drawings(
    browser: Any, violations: Callable[..., list[str]], words: str, drawn: str, found: str
) -> None:
    page = new_tab(browser, height=720)
    page.set_content(DRAWING % (words, drawn))
    faults = violations(page, "light")
    page.close()
    assert len(faults) == bool(found)
    assert not found or found in faults[0]
