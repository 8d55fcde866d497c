"""Chromium without a window: a page is opened, and what it hands over or how it is printed comes back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from sim.errors import CounterpoiseError
from sim.files import place

VARIABLE = "BROWSER_PATH"
"""Environment variable with the path of the browser."""
NAMES = (
    "chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable", "chrome", "microsoft-edge", "msedge", "brave-browser",
)  # fmt: skip
"""Where several are there, first those that are built to run without a window: they start and draw faster."""
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = (
    "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
    "--no-default-browser-check", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--disable-quic", "--force-color-profile=srgb", "--force-device-scale-factor=2",
)  # fmt: skip
SECONDS = 180
"""After so long a browser is taken to hang."""
HANDED_OVER = re.compile(r'<pre id="handed-over" hidden="">([^<]*)</pre>')
PDF = "page.pdf"
REMEDY = f"install Chromium or Chrome, or name one in the environment variable {VARIABLE}"


def find_browser() -> Path:
    """Chromium, or a browser that is built on it.

    Raises
    ------
    CounterpoiseError
        If there is none, or if the environment variable names none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(place(named))
        if found is None:
            raise CounterpoiseError(f"{VARIABLE} names no program ({named}); {REMEDY}")
        return Path(found)
    for one in (*NAMES, *PLACES):
        found = shutil.which(one)
        if found is not None:
            return Path(found)
    raise CounterpoiseError(f"there is no browser to draw the figure with; {REMEDY}")


def handed_over(page: str, choices: str = "", width: int = 1280) -> str:
    """What a page's script hands over once the page is loaded.

    Parameters
    ----------
    page : str
        The page as text.
    choices : str
        The part of its address behind ``#``.
    width : int
        Width of the window.

    Raises
    ------
    CounterpoiseError
        Without a browser, or if it hands over nothing.
    """
    with _opened(page) as (folder, address):
        return _read(_run(folder, *_dumped(width), _with(address, choices)))


def printed(page: str) -> bytes:
    """A page as PDF; raises as `handed_over` does."""
    with _opened(page) as (folder, address):
        _run(folder, *_to_pdf(folder), address)
        return _pdf(folder)


def handed_over_and_printed(page: str, choices: str = "", width: int = 1280) -> tuple[str, bytes]:
    """What a page's script hands over, and the page as it then is as PDF; takes and raises what `handed_over` does."""
    with _opened(page) as (folder, address):
        said = _read(_run(folder, *_dumped(width), *_to_pdf(folder), _with(address, choices)))
        return said, _pdf(folder)


def _dumped(width: int) -> tuple[str, ...]:
    return f"--window-size={width},1000", "--dump-dom"


def _to_pdf(folder: Path) -> tuple[str, ...]:
    return "--no-pdf-header-footer", f"--print-to-pdf={folder / PDF}"


def _with(address: str, choices: str) -> str:
    return f"{address}#{choices}" if choices else address


def _read(said: str) -> str:
    """The text that was handed over, in what the browser wrote."""
    found = HANDED_OVER.search(said)
    if found is None:
        raise CounterpoiseError(f"the browser {find_browser()} could not draw the figure; {REMEDY}")
    return unquote(found[1])


def _pdf(folder: Path) -> bytes:
    file = folder / PDF
    if not file.is_file():
        raise CounterpoiseError(f"the browser {find_browser()} could not print the figure; {REMEDY}")
    return file.read_bytes()


@contextmanager
def _opened(page: str) -> Iterator[tuple[Path, str]]:
    """A folder of its own for the browser, with the page in it, and the page's address."""
    with tempfile.TemporaryDirectory(prefix="counterpoise-", ignore_cleanup_errors=True) as name:
        file = Path(name) / "page.html"
        file.write_text(page, encoding="utf-8")
        yield Path(name), file.as_uri()


def _run(folder: Path, *arguments: str) -> str:
    """What the browser writes to its standard output."""
    browser = find_browser()
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium has no sandbox for root
    flags = [*FLAGS, f"--user-data-dir={folder / 'profile'}", *(["--no-sandbox"] if root else [])]
    try:
        done = subprocess.run(
            [str(browser), *flags, *arguments], capture_output=True, timeout=SECONDS, check=False, text=True,
            encoding="utf-8", errors="replace",
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise CounterpoiseError(f"the browser {browser} gave nothing for {SECONDS} s; {REMEDY}") from None
    except OSError as error:
        raise CounterpoiseError(f"the browser {browser} cannot be started ({error.strerror}); {REMEDY}") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise CounterpoiseError(f"the browser {browser} failed ({last}); {REMEDY}")
    return done.stdout
