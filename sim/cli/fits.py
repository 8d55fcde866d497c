"""What `counterpoise fit` says, and where it hands on the plausible sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.console import say, tell
from sim.errors import CounterpoiseError

if TYPE_CHECKING:
    from sim.analysis.fit_result import Fit

MOST_LINES = 8
"""Ranges, and pairs of parameters, that a terminal has room for."""


def hand_on(found: Fit, plausible: Path | None, config: Path | None) -> None:
    """Write the plausible sets to a file, and the representative one into a config, where that was asked for."""
    from dataclasses import replace

    from sim.analysis.write_back import write_back
    from sim.experiments.plausible import write_plausible

    if plausible is None and config is None:
        return
    if found.sets is None:
        raise CounterpoiseError("no draw shows all patterns, so there is nothing to write; try more --draws")
    if plausible is not None:
        try:
            write_plausible(plausible, replace(found.sets, name=plausible.stem))
        except OSError as error:
            reason = error.strerror or str(error)
            raise CounterpoiseError(f"{plausible} cannot be written ({reason}); give another file") from error
        tell(f"wrote {plausible}")
    if config is not None:
        tell(f"wrote {write_back(config, found.sets):,} numbers into {config}")


def say_fit(found: Fit) -> None:
    """Print how many draws show each pattern and all, what that says of the parameters, and what to do next."""
    if found.found:
        say(f"{found.folder} is complete: it holds this fit already; nothing was run")
    for line in _lines(found):
        say(line)
    if found.folder is not None:
        from sim.storage.manifest import read_manifest, sweep_it

        say(sweep_it(found.folder, read_manifest(found.folder)))


def _lines(found: Fit) -> Iterator[str]:
    said = found.report
    yield f"of the first {said['reference']:,} draws, none of which is dropped early:"
    for row in said["rates"]:
        yield f"  {row['pattern']:4} {row['rate']:4.0%}  {row['text']}"
    worth = f", worth {said['worth']:,.0f} of equal weight" if said["worth"] < 0.99 * said["plausible"] else ""
    patterns = len(found.patterns.patterns)
    yield f"{said['plausible']:,} of {said['draws']:,} draws show all {patterns} patterns{worth}"
    yield from _almost(said["almost"])
    yield from _ranges(said["ranges"], len(found.paths))
    yield from _tradeoffs(said["tradeoffs"])
    if found.sets is not None:
        one = said["representative"]
        yield f"{len(found.sets):,} sets kept; set {one['set']} (draw {one['draw']}) is nearest to all in what it says"


def _almost(rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows:
        parts = [f"{row['pattern']} {row['draws']} (by {row['median miss']:.2g} at the median)" for row in rows]
        yield f"draws from the ranges that miss one pattern alone: {', '.join(parts)}"


def _ranges(rows: list[dict[str, Any]], paths: int) -> Iterator[str]:
    moved = [row for row in rows if row["moved"]]
    if not rows:
        return
    yield f"{len(moved)} of {paths} ranges narrowed or shifted beyond chance{':' if moved else ''}"
    for row in moved[:MOST_LINES]:
        (low, high), (least, most) = row["interval"], row["range"]
        by = f", by {' '.join(row['patterns'])}" if row["patterns"] else ""
        yield f"  {row['path']}: {low:g} to {high:g} of {least:g} to {most:g} ({row['width']:.0%} as wide{by})"


def _tradeoffs(rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows:
        yield "trade off (rank correlation over plausible draws):"
    for row in rows[:MOST_LINES]:
        yield f"  {row['paths'][0]} and {row['paths'][1]}: {row['correlation']:+.2f}"
