"""Text in cells stands out from its ground, over the whole of both scales and in both themes (WCAG 2.2, 4.5 to 1)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STEPS = 200
WHOLE_SCALE = """([kind, steps]) => { const [low, high] = span(kind);
  return [...Array(steps + 1).keys()].map((step) => tint(kind, low + step * (high - low) / steps))
    .map((ground) => [ground, inkOn(ground)]); }"""
DRAWN = """(kind) => { const { data: [heat, words] } = document.getElementById(`plot-matrix-${kind}`);
  return words.x.map((x, place) => [tint(kind, heat.z[words.y[place]][x]), words.textfont.color[place]]); }"""
PAINTED = "(kind) => [...document.querySelectorAll(`#plot-matrix-${kind} .textpoint text`)].map((one) => getComputedStyle(one).fill)"


def luminance(rgb: list[int]) -> float:
    linear = [one / 255 / 12.92 if one / 255 <= 0.04045 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ground: list[int], ink: str) -> float:
    rgb = [int(ink[place : place + 2], 16) for place in (1, 3, 5)]
    low, high = sorted((luminance(ground), luminance(rgb)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_cell_can_be_read(run_page: Path, opened: Callable[..., Any], scheme: str) -> None:
    page = opened(run_page, scheme=scheme)
    for kind in ("alignment", "influence"):
        scale = page.evaluate(WHOLE_SCALE, [kind, STEPS])
        assert len(scale) == STEPS + 1
        assert min(contrast(ground, ink) for ground, ink in scale) >= 4.5
        drawn = page.evaluate(DRAWN, kind)
        assert min(contrast(ground, ink) for ground, ink in drawn) >= 4.5
        painted = [[int(one) for one in re.findall(r"\d+", fill)[:3]] for fill in page.evaluate(PAINTED, kind)]
        assert painted == [[int(ink[place : place + 2], 16) for place in (1, 3, 5)] for _, ink in drawn]


SEEN = """(kind) => [...document.querySelectorAll(`#plot-matrix-${kind} text`)]
  .filter((one) => /\\d/.test(one.textContent)).map((one) => { const box = one.getBoundingClientRect();
    return [box.left - 3, (box.top + box.bottom) / 2, getComputedStyle(one).fill]; })"""


def test_numbers_stand_out_from_what_is_painted_beside_them(run_page: Path, opened: Callable[..., Any]) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    page = opened(run_page)
    for kind in ("alignment", "influence"):
        page.locator(f"#plot-matrix-{kind}").scroll_into_view_if_needed()
        seen = page.evaluate(SEEN, kind)
        painted = image.open(io.BytesIO(page.screenshot())).convert("RGB")
        grounds = [(painted.getpixel((round(x), round(y))), fill) for x, y, fill in seen if 0 <= y < painted.height]
        assert len(grounds) > 40
        inks = [[int(one) for one in re.findall(r"\d+", fill)[:3]] for _, fill in grounds]
        pairs = [(ground, ink) for (ground, _), ink in zip(grounds, inks, strict=True)]
        assert min(contrast(list(ground), "#{:02x}{:02x}{:02x}".format(*ink)) for ground, ink in pairs) >= 4.5
