"""Boxes and a tree for a region of outcomes, in the words of the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.analysis.discovery.boxes import Box, Limit, boxes
from sim.analysis.discovery.region import Region, read_region
from sim.analysis.discovery.tree import leaves
from sim.analysis.sensitivity.answer import Answer
from sim.errors import ResultsError
from sim.experiments.factors import factors_alone
from sim.phrases import listed, plural

if TYPE_CHECKING:
    from sim.results.stored import Stored

UNBOUNDED = ("", "index", "share", "weight")
"""Units that are not said behind a number."""


def discover(results: Stored, text: str) -> Answer:
    """Where in a design outcomes lie in a region; see `Results.discover`."""
    region = read_region(results, text)
    factors = factors_alone(region.design)
    if not len(factors.columns) or not (factors.nunique() > 1).any():
        raise ResultsError("the design varies nothing, so that no part of it can be named")
    inside = region.inside
    found, tree = boxes(factors, inside), leaves(factors, inside)
    words = _Words(results)
    rows = [_row(number, one, limit, words) for number, one in enumerate(found, 1) for limit in one.limits]
    shares = [
        {"way": "; ".join(words.split(*split) for split in splits) or "all points", "points": points,
         "density": hits / points, "coverage": hits / int(inside.sum())}
        for splits, points, hits in tree
    ]  # fmt: skip
    said = (*_boxes_said(found, words), _region_said(region))
    return Answer("discovery", said, {"boxes": pd.DataFrame(rows), "tree": pd.DataFrame(shares)})


def _row(number: int, box: Box, limit: Limit, words: _Words) -> dict[str, Any]:
    return {
        "box": number,
        "factor": limit.path,
        "label": words.label(limit.path),
        "low": limit.low if np.isfinite(limit.low) else np.nan,
        "high": limit.high if np.isfinite(limit.high) else np.nan,
        "words": ", ".join(limit.words),
        "said": words.limit(limit),
        "quasi_p": limit.p,
        "coverage": box.coverage,
        "density": box.density,
        "mass": box.mass,
        "points": box.points,
    }


def _boxes_said(found: list[Box], words: _Words) -> list[str]:
    if not found:
        return ["no box is denser than the whole design with a limit that is clear of chance"]
    return [
        f"box {number}: {listed([words.limit(limit) for limit in box.limits])}; "
        f"{box.density:.0%} of its {plural(box.points, 'point')} lie in the region, "
        f"and {box.coverage:.0%} of the region lies in it"
        for number, box in enumerate(found, 1)
    ]


def _region_said(region: Region) -> str:
    inside = region.inside
    return (
        f"region {region.text}: {plural(int(inside.sum()), 'point')} of {len(inside):,} have most of their runs in it; "
        f"{region.share.mean():.0%} of runs are"
    )


class _Words:
    """Limits in the labels and units of the parameters."""

    def __init__(self, results: Stored) -> None:
        self._labels = {factor["path"]: str(factor["label"]) for factor in results.manifest["factors"]}
        self._numbers = results.manifest["scenario"].get("numbers") or {}

    def label(self, path: str) -> str:
        return self._labels.get(path, path)

    def limit(self, limit: Limit) -> str:
        name = self.label(limit.path)
        if limit.words:
            return f"{name} is {' or '.join(limit.words)}"
        low, high = self._said(limit.path, limit.low), self._said(limit.path, limit.high)
        if not np.isfinite(limit.low):
            return f"{name} at most {high}"
        return f"{name} at least {low}" if not np.isfinite(limit.high) else f"{name} from {low} to {high}"

    def split(self, path: str, sign: str, value: float | str) -> str:
        return f"{self.label(path)} {sign} {value if isinstance(value, str) else self._said(path, value)}"

    def _said(self, path: str, value: float) -> str:
        unit = str((self._numbers.get(path) or {}).get("unit") or "")
        return f"{value:.3g}" if unit in UNBOUNDED else f"{value:.3g} {unit}"
