"""How far a sweep is, told from another terminal: from its manifest, its lock and its log, without touching a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import ResultsError
from sim.experiments.shards import shards_in
from sim.storage import resume
from sim.storage.lock import holder
from sim.storage.log import last_lines
from sim.storage.manifest import FIT_DRAWS, read_manifest, sweep_it
from sim.storage.manifest_schema import LARGEST

COMPLETE, RUNNING, STOPPED = "complete", "running", "stopped"
LINES = 5


@dataclass(frozen=True)
class Status:
    """How far a sweep is.

    Attributes
    ----------
    folder : Path
    state : str
        ``complete``, ``running`` or ``stopped``.
    done, total, failures : int
        Runs that are done, all that are planned so far, and those of the former that failed.
    rate : float or None
        Runs a second since it was last started; None where nothing runs.
    host, pid : str, int or None
        Which process runs it.
    adaptive : bool
        Whether more may be planned, by what the runs show.
    lines : tuple of mapping
        Last lines of its log.
    unit : str
        What is counted: ``run``, or ``draw`` of a fit.
    next : str
        What to do next, where there is something to do.
    """

    folder: Path
    state: str
    done: int
    total: int
    failures: int
    rate: float | None = None
    host: str | None = None
    pid: int | None = None
    adaptive: bool = False
    lines: tuple[Mapping[str, Any], ...] = ()
    unit: str = "run"
    next: str = ""

    @property
    def left(self) -> float | None:
        """Seconds until all that is planned is done, at the present rate."""
        return (self.total - self.done) / self.rate if self.rate else None


def status(folder: Path) -> list[Status]:
    """Status of a results folder; of a folder of shards, that of each.

    Raises
    ------
    ResultsError
        If there are no results, or the manifest is damaged.
    """
    return [_status(path) for path in shards_in(folder) or [folder]]


def _status(folder: Path) -> Status:
    live = holder(folder)
    lines = tuple(last_lines(folder, LINES))
    try:
        manifest = read_manifest(folder)
    except ResultsError:
        if live is None:
            raise
        return Status(folder, RUNNING, 0, 0, 0, None, live.get("host"), live.get("pid"), False, lines)
    if manifest["kind"] == "fit":
        return _fit_status(folder, manifest, live, lines)
    if "stages" not in manifest:
        rows = sum(part["rows"] for name, part in manifest["parts"].items() if name.startswith("runs/"))
        return Status(folder, COMPLETE if manifest["complete"] else STOPPED, rows, rows, manifest["failures"])
    schedule = resume.schedule_of(manifest)
    done = sum(resume.usable_runs(part, manifest["parts"]) for part in schedule.parts)
    total, failures = schedule.count, manifest["failures"]
    adaptive = isinstance(manifest["replicates"], dict) and not manifest["complete"]
    if live is None:
        state = COMPLETE if manifest["complete"] else STOPPED
        return Status(folder, state, done, total, failures, adaptive=adaptive, lines=lines)
    told = _told(live)
    return Status(
        folder,
        RUNNING,
        max(done, int(told.get("done", 0))),
        max(total, int(told.get("total", 0))),
        max(failures, int(told.get("failures", 0))),
        told.get("rate"),
        live.get("host"),
        live.get("pid"),
        adaptive,
        lines,
    )


def _fit_status(
    folder: Path, manifest: Mapping[str, Any], live: Mapping[str, Any] | None, lines: tuple[Mapping[str, Any], ...]
) -> Status:
    """Status of a fit: its draws are done one after the other."""
    done = int(manifest["parts"].get(FIT_DRAWS, {}).get("rows", 0))
    state = COMPLETE if manifest["complete"] else STOPPED if live is None else RUNNING
    return Status(
        folder,
        state,
        max(done, int(_told(live or {}).get("done", 0))),
        max(manifest["points"], done),
        0,
        host=live.get("host") if live else None,
        pid=live.get("pid") if live else None,
        lines=lines,
        unit="draw",
        next="" if live else sweep_it(folder, manifest),
    )


def _told(live: Mapping[str, Any]) -> dict[str, float]:
    """Numbers that the process at work tells, as far as they can be such."""
    return {key: value for key, value in live.items() if isinstance(value, int | float) and 0 <= value <= LARGEST}
