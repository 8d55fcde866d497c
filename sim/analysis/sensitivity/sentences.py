"""Answers in words: what leads, by how much, and whether there are points enough to say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.phrases import listed, plural
from sim.scenario.policies import policy_words

VALUE = {"sobol": "total", "morris": "mu_star", "ranks": "spearman", "pawn": "pawn"}
WORDS = {
    "sobol": "total order index",
    "morris": "mean size of elementary effects",
    "ranks": "rank correlation",
    "pawn": "distance of distributions beyond that of dummies",
}
MOST_NAMED = 3


def of_effects(table: pd.DataFrame, regrets: pd.DataFrame, scenario: Mapping[str, Any]) -> list[str]:
    """The largest effect on each outcome, and which policy of a scenario is best in how many worlds."""
    said = []
    for outcome, rows in table.groupby("outcome", sort=False):
        row = rows.iloc[int(rows["mean"].abs().fillna(-1.0).to_numpy().argmax())]
        signs = f"up in {row['rises']:.0%} and down in {row['falls']:.0%} of {plural(row['worlds'], 'world')}"
        level, first = (_level(row["factor"], row[name], scenario) for name in ("level", "baseline"))
        said.append(
            f"{outcome}: {row['label']} {level} instead of {first} changes it most, by "
            f"{_signed(row['mean'])}{_ends(row['chance_low'], row['chance_high'])}, {signs}"
        )
    for key, held in regrets.groupby(["outcome", "label", "best_is"], sort=False) if len(regrets) else ():
        of, label, best = key
        row = held.iloc[int(held["max_regret"].fillna(np.inf).to_numpy().argmin())]
        level = _level(row["factor"], row["level"], scenario)
        said.append(
            f"{of}, where the {best} is best: {label} {level} has the smallest largest regret, "
            f"{row['max_regret']:.3g}, and is best in {row['best_in']:.0%} of {plural(row['worlds'], 'world')}"
        )
    return said


def _level(path: str, value: str, scenario: Mapping[str, Any]) -> str:
    """A level in words."""
    policy = policy_words(path, value, scenario)
    return f"“{policy[0] if policy else value}”"


def of_tables(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """What leads in each table, outcome by outcome."""
    return [
        _leaders(str(outcome), name, rows)
        for name, table in tables.items()
        if name in VALUE
        for outcome, rows in table.groupby("outcome", sort=False)
    ] + [
        f"{row['outcome']}: a quadratic surface over {row['first']} and {row['second']} foretells "
        f"{max(0.0, row['explained']):.0%} of the variance between points that it did not see"
        for _, row in (tables["surface"].drop_duplicates("outcome").iterrows() if "surface" in tables else ())
    ]


def too_few(rows: pd.DataFrame, value: str) -> bool:
    """Whether the intervals of all neighbours in a ranking overlap, so that it says nothing of their order."""
    size = rows.reindex(rows[value].abs().sort_values(ascending=False, kind="stable").index)
    ends = size[[f"{value}_low", f"{value}_high"]].to_numpy(dtype=np.float64)
    flip = (size[value] < 0).to_numpy()
    low, high = np.where(flip, -ends[:, 1], ends[:, 0]), np.where(flip, -ends[:, 0], ends[:, 1])
    return bool(len(size) > 1 and not (low[:-1] > high[1:]).any())


def _leaders(outcome: str, name: str, rows: pd.DataFrame) -> str:
    """The factors whose interval is clear of 0, the first ones by name."""
    value = VALUE[name]
    clear = rows[(rows[f"{value}_low"] > 0) | (rows[f"{value}_high"] < 0)]
    clear = clear.reindex(clear[value].abs().sort_values(ascending=False, kind="stable").index)
    first = [
        f"{row['label']} ({_signed(row[value]) if name == 'ranks' else format(row[value], '.2g')}"
        f"{_ends(row[f'{value}_low'], row[f'{value}_high'])})"
        for _, row in clear.head(MOST_NAMED).iterrows()
    ]
    if not first:
        return f"{outcome}: no factor has a {WORDS[name]} that is clear of 0"
    more = f" and {plural(len(clear) - len(first), 'more factor')}" if len(clear) > len(first) else ""
    few = "; too few points to rank them: all neighbours' intervals overlap" if too_few(rows, value) else ""
    return f"{outcome}, by {WORDS[name]}: {listed(first)}{more}{few}"


def _signed(number: float) -> str:
    return f"{number:+.3g}" if number else "0"


def _ends(low: float, high: float) -> str:
    return f" [{low:.2g}, {high:.2g}]" if np.isfinite(low) and np.isfinite(high) else ""
