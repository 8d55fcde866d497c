"""Take the pictures of the page's sections again: ``python tests/golden/renew_pictures.py``.

Look at every picture that changed before it is committed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]


def main() -> int:
    """Write all pictures, and take away those of sections that are no more."""
    sys.path[:0] = [str(TESTS), str(TESTS / "dashboard")]
    import pictures
    import synthetic
    from made_pages import launch
    from playwright.sync_api import sync_playwright

    pictures.KEPT.mkdir(exist_ok=True)
    for file in pictures.KEPT.glob("*.png"):
        file.unlink()
    with tempfile.TemporaryDirectory() as room, sync_playwright() as playwright:
        browser = launch(playwright)
        for name, page in pictures.make_pages(Path(room), synthetic).items():
            for look in pictures.LOOKS:
                with pictures.shown(browser, page, look) as drawn:
                    for section, picture in pictures.taken(drawn, look, pictures.SECTIONS[name]).items():
                        picture.save(pictures.KEPT / pictures.name_of(name, look, section), optimize=True)
        browser.close()
    print(f"{len(list(pictures.KEPT.glob('*.png')))} pictures in {pictures.KEPT}: look at those that changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
