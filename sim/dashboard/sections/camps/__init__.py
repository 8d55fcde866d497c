"""Camps: how often states stand together, as a matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.dashboard.evidence import Evidence
from sim.dashboard.figures.drawing import Figure, Key, Slot, row_names, safe
from sim.dashboard.sections.section import Content, Section
from sim.dashboard.study import Study
from sim.dashboard.words import percent
from sim.errors import ResultsError

KIND = "camps"
ROW, LOW_ROW, AROUND = 34, 20, 120
"""Pixels for a row of few states and of many, and for the names around the matrix."""
MOST_NUMBERED = 10
"""States up to which there is room for numbers in the cells."""
MOST_BESIDE = 14
"""States up to which the matrix stands beside the splits."""
HOW = "Share of runs in which two states are in one camp of the best split in the last week."


def data(evidence: Evidence) -> Content | None:
    """The matrix, the most frequent splits and how many runs changed theirs; nothing without such a finding."""
    found = evidence.stored.get(KIND)
    if found is None:
        return None
    slots = figures(evidence)
    try:
        splits = [_split(evidence.study, one) for one in found["splits"]]
        words = {
            "splits": splits,
            "beside": len(found["states"]) <= MOST_BESIDE,
            "changed": percent(float(found["changed"])),
            "notes": list(map(str, found["notes"])),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _faulty(error) from error
    return Content(words, slots)


def figures(evidence: Evidence) -> list[Slot]:
    """The matrix of the last week."""
    found = evidence.stored.get(KIND)
    try:
        return [] if found is None else [_slot(evidence, found)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise _faulty(error) from error


def _slot(evidence: Evidence, found: Mapping[str, Any]) -> Slot:
    keys: list[Key] = [("Share of runs", [("none", "$low", ""), ("all", "$high", "")])]
    return Slot("camps-together", "Who stands together", HOW, [_matrix(evidence, found)], keys)


def _matrix(evidence: Evidence, found: Mapping[str, Any]) -> Figure:
    names = [evidence.study.name(str(code)) for code in found["states"]]
    shares = [[round(float(share), 4) for share in row] for row in found["together"][-1]]
    if len(shares) != len(names) or any(len(row) != len(names) for row in shares):
        raise ValueError("its matrix is not one of its states")
    shown = [safe(name) for name in names]
    row = ROW if len(names) <= MOST_BESIDE else LOW_ROW
    figure = Figure(f"Over {int(found['runs']):,} runs.", height=row * len(names) + AROUND)
    figure.columns = {"State": shown} | {
        f"with {name}": [row[at] for row in shares] for at, name in enumerate(shown)
    }  # fmt: skip
    scale = [[0, "$low"], [1, "$high"]]
    others = [[None if at == row else share for at, share in enumerate(of)] for row, of in enumerate(shares)]
    figure.traces = [
        {"type": "heatmap", "x": shown, "y": shown, "z": others, "zmin": 0, "zmax": 1, "colorscale": scale,
         "xgap": 2, "ygap": 2, "showscale": False, "hoverongaps": False,
         "hovertemplate": "%{y}, %{x}: %{z:.0%}<extra></extra>"}
    ]  # fmt: skip
    axis = {**row_names(shown), "showgrid": False, "ticks": ""}
    if len(names) <= MOST_NUMBERED:
        figure.traces[0] |= {"texttemplate": "%{z:.0%}", "textfont": {"size": 10}}
    figure.layout = {
        "margin": {"t": 100, "b": 10, "l": 110, "r": 40},
        "xaxis": {**axis, "side": "top", "tickangle": -45},
        "yaxis": {**axis, "autorange": "reversed"},
    }
    return figure


def _split(study: Study, one: Mapping[str, Any]) -> dict[str, str]:
    """A split in words."""
    sides = [", ".join(study.name(code) for code in str(one[key]).split()) for key in ("camp", "other")]
    return {"share": percent(float(one["share"])), "camp": sides[0], "other": sides[1] or "nobody"}


def _faulty(error: Exception) -> ResultsError:
    return ResultsError(f"the stored finding {KIND} is none of `counterpoise camps` ({error}); make it again")


SECTION = Section("camps", "Camps: who stands together", "Camps", data, figures)
