"""Pictures of every section in four looks are those that were kept, and what is wrong with a page is seen in them.

A page that is drawn again has the same pictures: no block differs. Of the faults below the smallest, swatches without
colour, changes 0.4% of a section's blocks, a figure that is not drawn 1.1%, a state in another colour 1.3%, a figure over
another 2.2%, a scale of other colours 4.6%, all others 20% or more. Up to 0.3% may differ. Another font is seen, too:
Liberation for DejaVu moves 4% of the blocks. So pages are pictured in DejaVu, wherever they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

RENEW = "if the change is meant, look at it, and then: python tests/golden/renew_pictures.py"
RUSSIA = "rgb(11, 95, 165)"
FAULTS = {
    "a figure is not drawn": ("influence", "#plot-influence-ARM svg { display: none; }"),
    "a section is empty": ("why", "#why figure { visibility: hidden; }"),
    "a state has another colour": ("influence", f'#influence path[style*="{RUSSIA}"] {{ stroke: red !important; fill: none !important; }}'),
    "a legend is missing": ("crises", "#crises .key { display: none; }"),
    "a legend has no colours": ("crises", "#crises .swatch { background: none !important; }"),
    "a figure covers another one": ("history", "#history-facts { transform: translateX(40%); }"),
    "text is larger": ("findings", "#findings { zoom: 1.15; }"),
    "a section is wider than the page": ("findings", "#findings .cards { width: 130%; }"),
    "the map has one colour": ("alignment", "#plot-map .states path { fill: #888888 !important; }"),
    "a scale has other colours": ("camps", "#camps .heatmaplayer { filter: hue-rotate(180deg); }"),
}  # fmt: skip
"""Sections, and styles that break them."""


@pytest.fixture(scope="session")
def made(pictures: ModuleType, synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages that are pictured."""
    return pictures.make_pages(tmp_path_factory.mktemp("pictured"), synthetic)


def test_every_section_is_pictured(pictures: ModuleType, made: dict[str, Path]) -> None:
    from sim.dashboard.sections import sections

    pictured = {one for shown in pictures.SECTIONS.values() for one in shown}
    assert {section.anchor for section in sections().values()} <= pictured
    for name, shown in pictures.SECTIONS.items():
        there = set(re.findall(r'<section id="([^"]+)"', made[name].read_text(encoding="utf-8")))
        assert set(shown) <= there | {"top", "entries"}
    kept = {file.name for file in pictures.KEPT.glob("*.png")}
    assert kept == {pictures.name_of(*one) for one in pictures.every()}


@pytest.mark.parametrize("look", ["light", "dark", "phone", "print"])
@pytest.mark.parametrize("name", ["run", "sweep", "sets", "index"])
def test_sections_look_as_they_did(
    name: str, look: str, pictures: ModuleType, made: dict[str, Path], browser: Any, tmp_path: Path
) -> None:
    changed = []
    with pictures.shown(browser, made[name], look) as page:
        for section, picture in pictures.taken(page, look, pictures.SECTIONS[name]).items():
            file = pictures.name_of(name, look, section)
            higher, different = pictures.apart(picture, Image.open(pictures.KEPT / file))
            if higher > pictures.MOST_HEIGHT or different > pictures.MOST_BLOCKS:
                picture.save(tmp_path / file)
                changed.append(
                    f"{section} of {name} in {look}: {different:.1%} of its blocks and {higher:.1%} of its height are "
                    f"others than in {pictures.KEPT / file}; now: {tmp_path / file}"
                )
    assert not changed, "\n".join([*changed, RENEW])


@pytest.fixture(scope="module")
def drawn(pictures: ModuleType, made: dict[str, Path], browser: Any) -> Iterator[Any]:
    """A page that is opened once, to be broken."""
    with pictures.shown(browser, made["run"], "light") as page:
        yield page


@pytest.fixture(scope="module")
def whole(pictures: ModuleType, drawn: Any) -> dict[str, Image.Image]:
    """Pictures of the sections that are broken, before they are."""
    return pictures.taken(drawn, "light", sorted({section for section, _ in FAULTS.values()}))  # type: ignore[no-any-return]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(fault: str, pictures: ModuleType, drawn: Any, whole: dict[str, Image.Image]) -> None:
    section, style = FAULTS[fault]
    broken = drawn.add_style_tag(content=style)
    after = pictures.taken(drawn, "light", [section])[section]
    broken.evaluate("(one) => one.remove()")
    higher, different = pictures.apart(after, whole[section])
    assert higher > pictures.MOST_HEIGHT or different > pictures.MOST_BLOCKS, (higher, different)


def test_a_page_in_another_theme_is_seen(pictures: ModuleType) -> None:
    for name, sections in pictures.SECTIONS.items():
        for section in sections:
            light, dark = (
                Image.open(pictures.KEPT / pictures.name_of(name, look, section)) for look in ("light", "dark")
            )
            assert pictures.apart(dark, light)[1] > 0.5


def test_a_page_drawn_again_is_as_in_its_picture(pictures: ModuleType, drawn: Any) -> None:
    again = [pictures.taken(drawn, "light", ["crises"])["crises"] for _ in range(2)]
    assert pictures.apart(*again) == (0, 0)
