"""Pages made from invented results, and a browser to open them in."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from made_contrast import faults
from made_pages import BROWSER, CHROMIUM, FLAGS, launch, new_tab, until


def neighbour(name: str) -> ModuleType:
    """Load a module that stands beside this file, whatever the import mode."""
    spec = importlib.util.spec_from_file_location(f"dashboard_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """Makes invented results folders."""
    return neighbour("synthetic")


@pytest.fixture(scope="session")
def pictures() -> ModuleType:
    """Takes pictures of sections and compares them."""
    return neighbour("pictures")


@pytest.fixture(scope="session")
def run_page(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Page of a small run of one scenario."""
    return written(synthetic.folder(replicates=20, weeks=20), tmp_path_factory, synthetic)


@pytest.fixture(scope="session")
def sweep_page(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Page of a small sweep over two factors."""
    return written(synthetic.folder(replicates=12, weeks=16, swept=True), tmp_path_factory, synthetic)


@pytest.fixture(scope="session")
def hostile_page(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Page of a scenario whose names try to be markup, script and formula."""
    results = synthetic.folder(replicates=6, weeks=8)
    said = results.manifest["scenario"]
    said["names"] = said["names"] | {
        "RUS": "<img src=x onerror=alert(1)>",
        "ARM": "</script><script>alert(2)</script>",
        "AZE": "=HYPERLINK(1)",
        "BLR": "＝HYPERLINK(2)",
        "KGZ": " @SUM(3)",
        "NK": "<b>NK</b> & {{ 7*7 }}",
        "TUR": "%{x} ${1}",
    }
    results.manifest["title"] = "</title><script>alert(3)</script>"
    said["numbers"]["contests.NK.control"]["note"] = "</table><img src=x onerror=alert(4)>"
    return written(results, tmp_path_factory, synthetic)


def written(results: Any, tmp_path_factory: pytest.TempPathFactory, synthetic: ModuleType) -> Path:
    """Write the results to a folder and draw its page."""
    from sim.dashboard import write_dashboard

    return write_dashboard(synthetic.write(tmp_path_factory.mktemp("results"), results))


@pytest.fixture(scope="session")
def chromium_command() -> tuple[Path, list[str]]:
    """Chromium and the flags with which it runs here."""
    return CHROMIUM, FLAGS


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    if not BROWSER.exists():
        pytest.skip(f"{BROWSER} is not installed: the browser tests of the dashboard need it")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def show(page: Any, file: Path, hash: str = "") -> Any:  # noqa: A002 (a URL's hash)
    """A page once its file is drawn; `page.heard` and `page.asked` keep what it said and asked for."""
    page.heard, page.asked = [], []
    page.on("console", lambda said: page.heard.append(said.text))
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    page.on("dialog", lambda dialog: (page.heard.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(f"file://{file}{hash}")
    page.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    return page


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each page lies when it is opened: Chromium keeps what it compiled by the address of the page that it is in."""
    return tmp_path_factory.mktemp("opened") / "page.html"


@pytest.fixture
def opened(browser: Any, address: Path) -> Iterator[Callable[..., Any]]:
    """Opens a page of the test's own, which it may change."""
    pages = []

    def open_it(file: Path, hash: str = "", width: int = 1280, scheme: str = "light") -> Any:  # noqa: A002
        pages.append(new_tab(browser, width, scheme=scheme))
        shutil.copy(file, address)
        return show(pages[-1], address, hash)

    yield open_it
    for page in pages:
        page.close()


@pytest.fixture(scope="session")
def seen(browser: Any) -> Callable[..., Any]:
    """Gives a page that all tests see which only read it or scroll it: opening one takes longer than most of them do.

    It stays open, and so has a process of its own: it would slow down all tabs that came after it.
    """
    pages: dict[tuple[Path, int, str], Any] = {}

    def see(file: Path, width: int = 1280, scheme: str = "light") -> Any:
        look = file, width, scheme
        if look not in pages:
            pages[look] = show(browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme), file)
        return pages[look]

    return see


OPENED = """Promise.all([...document.querySelectorAll('details:not([open])')].map((one) => new Promise((resolve) => {
  one.addEventListener('toggle', resolve, { once: true });
  one.open = true;
})))"""
AT_REST = "!document.querySelector('html[data-ready]:not([data-drawn])')"
"""Whether all is drawn; a page without scripts always is."""
SHORTENED = "document.querySelectorAll('tbody tr:nth-child(n + 7)').forEach((one) => one.remove())"
"""Leave the first rows of each table: the others are made alike, and would take most of the time."""


@pytest.fixture
def violations() -> Callable[..., list[str]]:
    """Gives what is wrong with a page: by all rules of axe-core in light, and in dark by that on colours, which alone differ."""
    name = "axe_playwright_python.base"
    script = pytest.importorskip(name, reason="axe-playwright-python is not installed").AXE_SCRIPT

    def found(page: Any, scheme: str) -> list[str]:
        page.evaluate(OPENED)  # each fills tables and may draw a figure anew
        until(page, AT_REST)
        page.evaluate(SHORTENED)
        return faults(page, script, {"runOnly": ["color-contrast"]} if scheme == "dark" else {})

    return found
