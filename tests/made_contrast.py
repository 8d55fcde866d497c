"""Whether the text of a page stands out from its ground (WCAG 2.2, 4.5 to 1): by axe-core, and in drawings by what is painted.

axe-core leaves all text within an `svg` open. It reads the ground from backgrounds of elements, gives up where an `svg`
is among them or shapes lie between, and takes for the ink a text's `color`, where a drawing has its `fill`. Here the
ink is the computed fill, and the ground what the browser paints while the letters are away.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LEAST = 4.5
LOST = 0.2
"""Share of a text's box that may lie over what it does not stand out from: a line that crosses it, the edge of a bar."""
OF_DRAWINGS = {"imgNode", "bgOverlap", "shortTextContent"}
"""Why axe-core leaves text of drawings open: in an image, below or above a shape, a single letter of either."""

LETTERS = """[...document.querySelectorAll("svg text, svg tspan")].filter((one) =>
  [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()) && one.checkVisibility({ visibilityProperty: true }))"""
RUN = f"""(rules) => axe.run({{ resultTypes: ["violations", "incomplete"], elementRef: true, selectors: false, ...rules }}).then((found) => {{
  const letters = {LETTERS};
  const nodesOf = (results) => results.flatMap(({{ id, nodes }}) => nodes.map((node) => ({{ id, node, part: (node.any[0] || {{}}) }})));
  const open = nodesOf(found.incomplete).filter(({{ id }}) => id === "color-contrast").map(({{ node, part }}) => ({{
    reason: (part.data || {{}}).messageKey, drawn: letters.includes(node.element), html: node.html }}));
  const faults = nodesOf(found.violations).map(({{ id, node, part }}) => `${{id}}: ${{node.html}} ${{part.message || node.failureSummary}}`);
  return {{ faults, open, passed: found.passes.length }};
}})"""
PARSED_ONCE = """(() => {
  const parsed = new Map(), { prototype } = axe.commons.color.Color, parse = prototype.parseString;
  prototype.parseString = function (said) {
    if (parsed.has(said)) return Object.assign(this, parsed.get(said));
    parse.call(this, said);
    const { r, g, b, alpha } = this;
    parsed.set(said, { r, g, b, alpha });
    return this;
  };
})()"""
"""Have axe-core parse each colour once: it does so for every text and all that lies below it, a third of its time."""
REMEMBERED = f"{LETTERS}.forEach((one) => {{ one.dataset.ink = getComputedStyle(one).fillOpacity; }})"
STRIPPED = "svg text, svg tspan { fill-opacity: 0 !important; } .bar, .chooser { position: static !important; }"
"""Without letters and without what would lie over a page that is scrolled."""
IN_SIGHT = """() => {
  const rest = [...document.querySelectorAll("[data-ink]")];
  if (rest.length) rest[0].scrollIntoView({ behavior: "instant", block: "start", inline: "nearest" });
  const range = document.createRange();
  const boxes = rest.map((one) => {
    range.selectNodeContents(one);
    return range.getBoundingClientRect();
  });
  const seen = rest.map((one, place) => [one, boxes[place]]).filter(([, { top, bottom }], place) => !place || (top >= 0 && bottom <= innerHeight));
  return seen.map(([one, { left, top, right, bottom }]) => {
    const alphas = [one.dataset.ink], { fill } = getComputedStyle(one);
    for (let part = one; part; part = part.parentElement) alphas.push(getComputedStyle(part).opacity);
    delete one.dataset.ink;
    return [one.textContent.trim(), fill, alphas.reduce((product, alpha) => product * alpha, 1), [left, top, right, bottom]];
  });
}"""


def colour(said: str) -> NDArray[np.float64]:
    """Red, green and blue from 0 to 255 of `#rrggbb` or `rgb(r, g, b)`, shape (3,)."""
    if said.startswith("#"):
        return np.array([int(said[place : place + 2], 16) for place in (1, 3, 5)], dtype=float)
    return np.array([float(part) for part in said[said.index("(") + 1 : -1].split(",")[:3]])


def luminance(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative luminance of colours in the last axis."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Contrast of colours with colours."""
    first, second = luminance(one), luminance(other)
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)


def faults(page: Any, axe_script: str, rules: dict[str, Any]) -> list[str]:
    """What axe-core finds or leaves open on a page, other than text of drawings, and which of that text is faint."""
    page.evaluate(axe_script)
    page.evaluate(PARSED_ONCE)
    found = page.evaluate(RUN, rules)
    assert found["passed"]
    others = [one for one in found["open"] if not (one["drawn"] and one["reason"] in OF_DRAWINGS)]
    measured, lost = faint(page)
    assert len(found["open"]) - len(others) <= measured
    return [*found["faults"], *(f"left open ({one['reason']}): {one['html']}" for one in others), *lost]


def faint(page: Any) -> tuple[int, list[str]]:
    """How much text there is in drawings, and which of it does not stand out from what is painted behind it."""
    page.evaluate(REMEMBERED)
    stripped = page.add_style_tag(content=STRIPPED)
    count, lost = 0, []
    while inks := page.evaluate(IN_SIGHT):
        count += len(inks)
        painted, corner = painted_behind(page, [box for _, _, _, box in inks])
        shifted = [(text, fill, alpha, np.round(box) - corner) for text, fill, alpha, box in inks]
        lost += [said for one in shifted if (said := fault_of(*one, painted))]
    stripped.evaluate("(one) => one.remove()")
    return count, lost


def painted_behind(page: Any, boxes: list[list[float]]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The part of what is in sight that holds all boxes, and left and top of it twice, as of a box."""
    edges, window = np.round(boxes), page.viewport_size
    (left, top), (right, bottom) = edges[:, :2].min(axis=0).clip(0), edges[:, 2:].max(axis=0)
    width, height = min(right, window["width"]) - left, min(bottom, window["height"]) - top
    corner = np.array([left, top, left, top])
    if width <= 0 or height <= 0:
        return np.zeros((0, 0, 3), np.uint8), corner
    picture = page.screenshot(clip={"x": left, "y": top, "width": width, "height": height})
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")), corner


def fault_of(text: str, fill: str, alpha: float, box: NDArray[np.float64], painted: NDArray[np.uint8]) -> str:
    """How a text is lost on its ground, in words; empty where it stands out, or is out of the picture."""
    left, top, right, bottom = (max(0, int(edge)) for edge in box)
    ground = painted[top:bottom, left:right].reshape(-1, 3).astype(float)
    if not len(ground):
        return ""
    seen = contrast(ground, alpha * colour(fill) + (1 - alpha) * ground)
    share = float((seen < LEAST).mean())
    return f"faint in {share:.0%} of its box, {seen.min():.2f} to 1: {text} ({fill}, {alpha:g})" if share > LOST else ""
