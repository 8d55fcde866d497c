"""What the page of a design costs, against its budgets: to build, to open, and to use.

``python tests/bench/pages.py [--quick] [--bundle FILE ...]``; needs Chromium and Playwright. A FILE is another build of
plotly.js, such as ``plotly-cartesian.min.js`` of npm's ``plotly.js-cartesian-dist-min``, to measure beside the one that
pages have. Results are kept in a temporary folder, and found there the next time.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from timing import SCENARIO, machine, python, table

from sim import sweep
from sim.dashboard.encode import compress
from sim.dashboard.page import plotly_source
from sim.experiments.files.sweep_file import load_sweep

KEPT = Path(gettempdir()) / "counterpoise-pages"
TRAJECTORIES, STEPS = 20, 280
"""Trajectories of the Morris design and points of each: 5,600 in all, over the first 279 numbers of `screening`."""
MANY = 10_000
"""Runs up to which the tighter budgets hold."""
TURNS = 5
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
OWN = ("file:", "data:", "blob:")
"""Requests that are none: they stay within the page."""

BUILD = """
import hashlib, sys, time
from pathlib import Path
begun = time.perf_counter()
from sim.dashboard import write_dashboard
page = write_dashboard(Path(sys.argv[1]))
took = time.perf_counter() - begun
held = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(took, int(held) / 1000, hashlib.sha256(page.read_bytes()).hexdigest())
"""
"""Of its own memory alone: `ru_maxrss` begins with that of the process that started it."""
CLOCK = """
globalThis.clock = {};
new MutationObserver(() => {
  for (const key of ["ready", "drawn"]) if (key in document.documentElement.dataset) clock[key] ??= performance.now() / 1000;
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-ready", "data-drawn"] });
new PerformanceObserver((list) => { clock.first = list.getEntries().at(-1).startTime / 1000; }).observe({ type: "largest-contentful-paint", buffered: true });
clock.next = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
clock.seconds = async (act) => { const begun = performance.now(); act(); await clock.next(); return (performance.now() - begun) / 1000; };
clock.slowest = async (places, turns, act) => {
  const found = [];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const one of document.querySelectorAll(places)) {
      one.scrollIntoView({ behavior: "instant" });
      do await clock.next(); while (!("drawn" in document.documentElement.dataset));
      found[turn] = Math.max(found[turn] || 0, await clock.seconds(() => act(turn)));
    }
  }
  return found;
};
"""
"""The first screen is drawn when the largest thing in it is painted, and an act is done with the frame that shows it. What
is out of sight may follow: of the places that may be in sight, the one that takes longest counts."""
BRUSH = """(turns) => clock.slowest("#explorer", turns, (turn) => {
  const column = explorer.axes[turn % explorer.axes.length], width = column.high - column.low;
  setBrush(column, [column.low + width * 0.1, column.low + width * (0.8 - 0.02 * turn)]);
})"""
WEEK = """(turns) => clock.slowest("#alignment figure", turns, () => change({ week: state.week + 1 }))"""
THEME = """() => clock.slowest("main section", 1, () => change({ theme: isDark() ? "light" : "dark" }))"""
UNPACK = "async () => { const begun = performance.now(); await unpack('plotly'); return (performance.now() - begun) / 1000; }"
EVALUATE = """(source) => {
  const begun = performance.now(), script = document.createElement("script");
  script.textContent = source;
  document.head.append(script);
  return (performance.now() - begun) / 1000;
}"""


@dataclass(frozen=True)
class Measure:
    """What is measured of each page, and the most that it may be: with up to `MANY` runs, and with more."""

    words: str
    form: str
    budgets: tuple[float, float] | None = None

    def said(self, value: float | None, runs: int) -> str:
        """A figure with its budget, and whether it is met."""
        if value is None:
            return "no weeks kept"
        if self.budgets is None:
            return self.form.format(value)
        most = self.budgets[runs > MANY]
        return f"{self.form.format(value)} of {most:g}: {'met' if value <= most else '**missed**'}"


MEASURES = {
    "build": Measure("building the page", "{:.1f} s", (10, 10)),
    "peak": Measure("its peak memory", "{:.0f} MB", (500, 500)),
    "size": Measure("size", "{:.1f} MB", (6, 15)),
    "builds": Measure("different pages of the same results", "{:.0f}", (0, 0)),
    "first": Measure("first screen drawn", "{:.2f} s", (1, 1)),
    "ready": Measure("ready", "{:.2f} s", (1.5, 2.5)),
    "drawn": Measure("all figures drawn", "{:.1f} s"),
    "brush": Measure("brush let go to all views", "{:.2f} s", (0.3, 0.3)),
    "week": Measure("change of week", "{:.3f} s", (0.05, 0.05)),
    "theme": Measure("change of theme", "{:.2f} s", (0.3, 0.3)),
    "errors": Measure("errors in the console", "{:.0f}", (0, 0)),
    "requests": Measure("requests", "{:.0f}", (0, 0)),
}


@dataclass(frozen=True)
class Folder:
    """A results folder to draw the page of."""

    words: str
    where: Path
    runs: int


def latin_hypercube(points: int, replicates: int) -> Folder:
    """Numbers of behaviour and motives; one run of each point is kept over time."""
    lines = [
        "design: latin-hypercube",
        f"points: {points}",
        "all-uncertain: {only: [behaviour.*, weights.*]}",
        "series: {replicates: 1}",
    ]
    return swept(f"latin-hypercube-{points}", replicates, lines)


def morris() -> Folder:
    """A screening of many numbers, none kept over time, as in the shipped one."""
    paths = [factor.column for factor in load_sweep("screening").factors[: STEPS - 1]]
    lines = ["design: morris", f"trajectories: {TRAJECTORIES}", "levels: 4", "series: {replicates: 0}", "factors:"]
    return swept("morris", 20, [*lines, *(f"  - path: {path}" for path in paths)])


def swept(name: str, replicates: int, lines: Sequence[str]) -> Folder:
    """Results of a sweep of the base scenario."""
    KEPT.mkdir(exist_ok=True)
    head = [f"name: {name}", "title: A design for the clock", f"scenario: {SCENARIO}", f"replicates: {replicates}"]
    file = KEPT / f"{name}.yaml"
    file.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    results = sweep(file, out=KEPT / name)
    points, runs = len(results.design), len(results.runs)
    return Folder(f"{results.manifest['sampling']['design']}, {points:,} points, {runs:,} runs", KEPT / name, runs)


def built(folder: Folder, repeats: int) -> dict[str, float]:
    """Time, peak memory and size of a page, and whether two builds are the same bytes."""
    builds = [python(BUILD, str(folder.where), PYTHONHASHSEED=str(seed)).split() for seed in range(max(2, repeats))]
    return {
        "build": min(float(took) for took, _, _ in builds),
        "peak": max(float(peak) for _, peak, _ in builds),
        "size": (folder.where / "dashboard.html").stat().st_size / 1e6,
        "builds": len({digest for _, _, digest in builds}) - 1,
    }


@contextmanager
def chromium() -> Iterator[Callable[[], Any]]:
    """Opens empty pages, each in a context of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as api:
        browser = api.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield lambda: browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        browser.close()


def opened(blank: Callable[[], Any], page: Path) -> dict[str, float]:
    """Times of one opening of a page, its errors and requests; of several turns the median."""
    shown, errors, requests = blank(), [], []
    shown.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.on("request", lambda request: requests.append(request.url) if not request.url.startswith(OWN) else None)
    shown.add_init_script(CLOCK)
    shown.goto(f"file://{page}", wait_until="commit")
    shown.locator("html[data-drawn]").wait_for(state="attached", timeout=120_000)
    times = shown.evaluate("({ first: clock.first, ready: clock.ready, drawn: clock.drawn })")
    for name, act in (("brush", BRUSH), ("week", WEEK), ("theme", THEME)):
        if turns := shown.evaluate(act, TURNS):
            times[name] = statistics.median(turns)
    times["unpack"] = shown.evaluate(UNPACK)
    shown.context.close()
    return {**times, "errors": len(errors), "requests": len(requests)}


def evaluated(blank: Callable[[], Any], source: str, repeats: int) -> float:
    """Seconds to evaluate a script, the fastest of several pages."""
    found = []
    for _ in range(repeats):
        shown = blank()
        found.append(shown.evaluate(EVALUATE, source))
        shown.context.close()
    return min(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--bundle", type=Path, nargs="*", default=[])
    asked = parser.parse_args()
    repeats = 1 if asked.quick else 3
    folders = [latin_hypercube(100, 10)]
    if not asked.quick:
        folders += [latin_hypercube(500, 20), latin_hypercube(1000, 100), morris()]
    print(f"{machine()}; fastest of {repeats}, largest of memory; a brush and a week are medians of {TURNS}\n")
    found = []
    with chromium() as blank:
        for folder in folders:
            build, page = built(folder, repeats), folder.where / "dashboard.html"
            times = [opened(blank, page) for _ in range(repeats)]
            found.append({**build, **{key: min(one[key] for one in times) for key in times[0]}})
        table(
            ["", *(folder.words for folder in folders)],
            [
                [
                    one.words,
                    *(one.said(have.get(key), folder.runs) for folder, have in zip(folders, found, strict=True)),
                ]
                for key, one in MEASURES.items()
            ],
        )
        print()
        sources = {
            "as packaged": plotly_source(),
            **{file.name: file.read_text(encoding="utf-8") for file in asked.bundle},
        }
        rows, page = [], found[min(1, len(found) - 1)]
        for name, source in sources.items():
            packed, seconds = len(compress(source)) / 1e6, evaluated(blank, source, repeats)
            rows.append([name, f"{len(source.encode()) / 1e6:.2f} MB", f"{packed:.2f} MB", f"{seconds:.2f} s"])
    table(["plotly.js", "source", "in the page", "to evaluate"], rows)
    packed, seconds = len(compress(plotly_source())) / 1e6, float(rows[0][-1].split()[0])
    print(
        f"\nOf the page of {folders[min(1, len(found) - 1)].runs:,} runs it is {packed / page['size']:.0%} of the bytes; "
        f"{page['unpack']:.2f} s to unpack and {seconds:.2f} s to evaluate are "
        f"{(page['unpack'] + seconds) / page['drawn']:.0%} of the time until all is drawn."
    )


if __name__ == "__main__":
    main()
