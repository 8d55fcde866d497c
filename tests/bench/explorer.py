"""What the run explorer costs: time and memory to draw a page, its size, and how soon a brush reaches every view.

``python tests/bench/explorer.py [--quick]``, on folders of invented numbers. Needs Chromium and Playwright.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from timing import ROOT, machine, python, table

NUMBERS, TRAJECTORIES, STEPS = 12, 200, 28
"""Numbers of the Latin hypercubes; trajectories of the Morris design and points of each: 5,600 in all."""
KEPT, WEEKS, REPEATS = 200, 52, 5
SHARES = ("control.", "influence.", "primacy.")
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

DRAW = """
import resource, sys, time
from pathlib import Path
from sim.dashboard import write_dashboard
begun = time.perf_counter()
page = write_dashboard(Path(sys.argv[1]))
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, page.stat().st_size / 1e6)
"""
RELEASE = """(columns) => {
  const times = [];
  for (let turn = 0; turn < columns; turn += 1) {
    const column = explorer.axes[turn % explorer.axes.length], width = column.high - column.low;
    const begun = performance.now();
    setBrush(column, [column.low + width * 0.1, column.low + width * (0.8 - 0.02 * turn)]);
    times.push(performance.now() - begun);
  }
  return times;
}"""
"""A brush is let go: all views are drawn before `setBrush` returns."""


def synthetic() -> ModuleType:
    """The tests' maker of invented folders."""
    spec = importlib.util.spec_from_file_location("synthetic", ROOT / "tests" / "dashboard" / "synthetic.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def sampling(kind: str) -> dict[str, Any]:
    """What a manifest says of a design."""
    paths = [f"number.{place}" for place in range(STEPS - 1 if kind == "morris" else NUMBERS)]
    said: dict[str, Any] = {"design": kind, "factors": {path: {"range": [0, 1]} for path in paths}}
    return {**said, "levels": 4, "problem": {"names": paths}} if kind == "morris" else said


def numbers(kind: str, points: int, columns: int) -> Any:
    """Numbers of a design, shape (points, columns): evenly drawn, or trajectories that change one number at a time."""
    rng = np.random.default_rng(1)
    if kind != "morris":
        return rng.random((points, columns))
    begun = rng.integers(0, 2, (TRAJECTORIES, 1, columns)) / 3
    turn = rng.permuted(np.tile(np.arange(columns), (TRAJECTORIES, 1)), axis=1)
    moved = turn[:, None, :] < np.arange(STEPS)[None, :, None]
    return (begun + moved * 2 / 3).reshape(points, columns)


def folder(made: ModuleType, where: Path, kind: str, points: int) -> Path:
    """A results folder of a run at each of so many points; outcomes go with the first numbers, with noise."""
    few = made.folder(replicates=KEPT, weeks=WEEKS)
    said = sampling(kind)
    drawn = numbers(kind, points, len(said["factors"]))
    design = pd.DataFrame(drawn, columns=list(said["factors"]))
    design.insert(0, "point", np.arange(points))
    rng = np.random.default_rng(2)
    runs = few.runs.sample(points, replace=True, random_state=3).reset_index(drop=True)
    shares = [name for name in runs if name.startswith(SHARES)]
    moved = 0.1 * (drawn[:, :2] @ np.array([1.0, -0.5]))[:, None]
    runs[shares] = np.clip(runs[shares] * 0.8 + moved + 0.01 * rng.random((points, len(shares))), 0, 1)
    runs = runs.assign(point=np.arange(points), replicate=0)
    series = few.series.assign(point=few.series["replicate"], replicate=0)
    factors = [{"path": path, "label": path, "values": [], "labels": []} for path in said["factors"]]
    more = {"kind": "sweep", "factors": factors, "sampling": said, "points": points, "replicates": 1}
    where.mkdir(parents=True)
    found: Path = made.write(
        where, replace(few, manifest={**few.manifest, **more}, design=design, runs=runs, series=series)
    )
    return found


def opened(page: Path) -> Iterator[float]:
    """Seconds until all is drawn, and then of brushes let go."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as api:
        browser = api.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        shown = browser.new_page(viewport={"width": 1280, "height": 900})
        shown.goto(f"file://{page}", wait_until="commit")
        shown.locator("html[data-drawn]").wait_for(state="attached", timeout=120_000)
        yield shown.evaluate("performance.now()") / 1000
        yield from (one / 1000 for one in shown.evaluate(RELEASE, REPEATS))
        browser.close()


def main(quick: bool) -> None:
    """Measure and print."""
    made = synthetic()
    sizes = [("latin-hypercube", 1_000), ("latin-hypercube", 10_000), ("latin-hypercube", 100_000)]
    sizes = [*sizes[: 1 if quick else 3], ("morris", TRAJECTORIES * STEPS)]
    print(
        f"{machine()}; invented folders, {KEPT} runs kept over {WEEKS} weeks; median of {REPEATS} brushes (slowest)\n"
    )
    rows = []
    with TemporaryDirectory() as name:
        for kind, points in sizes:
            where = folder(made, Path(name) / f"{kind}-{points}", kind, points)
            took, peak, size = map(float, python(DRAW, str(where)).split())
            ready, *releases = opened(where / "dashboard.html")
            brush = f"{statistics.median(releases):.2f} s ({max(releases):.2f})"
            rows.append(
                [
                    f"{kind}, {points:,} runs",
                    f"{took:.1f} s",
                    f"{peak:.0f} MB",
                    f"{size:.1f} MB",
                    f"{ready:.1f} s",
                    brush,
                ]
            )
    table(["design", "to draw the page", "peak memory", "size", "all drawn in Chromium", "brush to all views"], rows)


if __name__ == "__main__":
    main("--quick" in sys.argv)
