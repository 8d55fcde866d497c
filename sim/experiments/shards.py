"""Shares of a plan that know nothing of each other: what an array of batch jobs wants."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sim.arguments import argument_fault
from sim.errors import ConfigError
from sim.experiments.replicates import Adaptive
from sim.kernel.lanes import LANES
from sim.phrases import shown

if TYPE_CHECKING:
    from sim.experiments.plan import Plan

MOST_SHARDS = 100_000
NAMED = re.compile(r"(\d+)-of-(\d+)")


def read_shard(said: str) -> tuple[int, int]:
    """Which of how many shards, from ``2/8``.

    Raises
    ------
    ConfigError
        For anything else.
    """
    index, slash, of = said.partition("/")
    digits = index.isascii() and index.isdigit() and of.isascii() and of.isdigit() and len(said) < 16
    if not (slash and digits and 1 <= int(index) <= int(of) <= MOST_SHARDS):
        rule = f"must be I/N, with I from 1 to N and N at most {MOST_SHARDS:,}"
        raise ConfigError([argument_fault("shard", rule, shown(said), "such as 2/8")])
    return int(index), int(of)


def shard_folder(out: Path, shard: tuple[int, int]) -> Path:
    """Folder of a shard whose merged results go to `out`."""
    return out.with_name(f"{out.name}.shards") / f"{shard[0]}-of-{shard[1]}"


def shards_in(folder: Path) -> list[Path]:
    """Folders of shards in a folder that holds nothing else, in their order; a results folder holds none."""
    found = [(NAMED.fullmatch(path.name), path) for path in folder.iterdir()] if folder.is_dir() else []
    return [path for _, path in sorted((int(match[1]), path) for match, path in found if match)]


def share(plan: Plan, count: int, shard: tuple[int, int] | None, *, extend: bool) -> dict[str, int] | None:
    """What a manifest says of a shard: which, of how many, and from which run to which; None for all runs.

    Parameters
    ----------
    plan : Plan
    count : int
        Runs of the plan.
    shard : (int, int) or None
        Which of how many, counted from 1.
    extend : bool
        Whether the plan adds to results that are there.

    Raises
    ------
    ConfigError
        If the plan cannot be run in shards.
    """
    if shard is None:
        return None
    if isinstance(plan.replicates, Adaptive) or extend:
        what = "extend" if extend else "adaptive replicates"
        remedy = "merge the shards first, and extend the whole" if extend else "give a fixed number of them"
        raise ConfigError([argument_fault("shard", f"cannot be combined with {what}", "", remedy)])
    index, of = shard
    blocks = -(-count // LANES)
    first, last = (min(count, blocks * edge // of * LANES) for edge in (index - 1, index))
    return {"index": index, "of": of, "first": first, "last": last}
