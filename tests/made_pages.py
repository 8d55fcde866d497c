"""How tests open a page in a browser and wait for what it says of itself, never for a time, as machines differ."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

CHROMIUM, SHELL = Path("/usr/bin/chromium"), Path("/usr/bin/chromium-headless-shell")
BROWSER = SHELL if SHELL.exists() else CHROMIUM
"""Chromium as it is built to run without windows, where it is there: it takes a third less of the processor for a page."""
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

ONE_PROCESS = "--renderer-process-limit=1"
"""All tabs of a context are drawn by one process, which compiles the scripts of pages once."""


def launch(playwright: Any) -> Any:
    """The browser, with a tab that keeps the process of all tabs alive."""
    browser = playwright.chromium.launch(executable_path=str(BROWSER), args=[*FLAGS, ONE_PROCESS])
    browser.new_context().new_page()
    return browser


def new_tab(browser: Any, width: int = 1280, height: int = 900, scheme: str = "light") -> Any:
    """An empty page in a tab of its own. Pages keep nothing in the browser, so that one tab knows nothing of another."""
    tab = browser.contexts[0].new_page()
    tab.set_viewport_size({"width": width, "height": height})
    tab.emulate_media(color_scheme=scheme)
    return tab


def address_at_rest(page: Any) -> str:
    """Address of a page once its last change is written."""
    until(page, "writing === 0")
    return str(page.url)


def until(page: Any, condition: str, argument: object = None) -> None:
    """Wait for a condition on a page, and fail where it does not hold within half a minute.

    Asked from outside: the page's security policy forbids it to evaluate what Playwright would have it ask itself.
    """
    for _ in range(600):
        if page.evaluate(condition, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never so: {condition}")


def has_focus(page: Any, anchor: str) -> None:
    """Wait for a target to have the focus."""
    until(page, "(anchor) => document.activeElement.id === anchor", anchor)


def go(page: Any, direction: str, condition: str, argument: object = None) -> None:
    """Step back or forward in the browser's history, and wait for what the page then shows."""
    getattr(page, f"go_{direction}")(wait_until="commit")
    until(page, condition, argument)


def counts_of(shown: str) -> str:
    """What the head of a page and its line on the run count, as text."""
    found = re.findall(r'<p class="(?:lead|run-line)">(.+?)</p>', shown, flags=re.DOTALL)
    return re.sub(r"<.+?>|\s+", " ", " ".join(found))
