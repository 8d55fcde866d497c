"""Who stands with whom over the weeks of many runs: the best split of each, by landscape theory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.camps.energy import Camps, camps_of, descend, energies_of, split_energies
from sim.arguments import argument_fault, name_faults, refuse, whole_faults
from sim.comparison.over_sets import OverSets, over_sets
from sim.errors import ConfigError, ResultsError
from sim.phrases import plural
from sim.results.measures import FAILED
from sim.results.results import Results
from sim.results.stored import Stored
from sim.results.worlds import Worlds, worlds
from sim.storage.findings import plain_rows, store_finding

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

KIND = "camps"
"""Name of the stored finding."""
Floats = NDArray[np.float64]

WEEKS = 27
"""Weeks that are looked at, evenly from the first to the last, unless another number is given."""
EXACT_UP_TO = 14
"""States up to which all splits of every week are tried; beyond, states descend from a few splits."""
AT_ONCE = 2**22
"""Energies that stand in memory together."""
MOST_SPLITS = 8
SIZES = ("equal", "capability")


@dataclass(frozen=True)
class CampsFound:
    """How often states stand in one camp.

    Attributes
    ----------
    states : tuple of str
    weeks : tuple of float
        Weeks that were looked at.
    together : ndarray, shape (T, N, N)
        Share of runs, plausible sets by their weights, in which two states are in one camp, by week.
    pairs : DataFrame
        One row a pair: share ``together`` in the last week, its interval by chance (``low``, ``high``), that over
        plausible sets, and ``before``, the share in the first week.
    splits : DataFrame
        Most frequent splits of the last week: the camp of the first state, the other, and their ``share`` of runs.
    changed : float
        Share of runs that end in another split than they began in.
    runs : int
    results : Stored
        The runs.
    notes : tuple of str
        What a reader must know.
    """

    states: tuple[str, ...]
    weeks: tuple[float, ...]
    together: Floats
    pairs: pd.DataFrame
    splits: pd.DataFrame
    changed: float
    runs: int
    results: Stored
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """One row a pair, as in `pairs`."""
        return self.pairs

    @property
    def sentence(self) -> str:
        """Who stands together most, and how often a run ends in another split than it began in."""
        most = self.pairs.iloc[int(self.pairs["together"].to_numpy().argmax())]
        return (
            f"{most['state']} and {most['other']} stand together most, in {most['together']:.0%} of "
            f"{plural(self.runs, 'run')}; {self.changed:.0%} of runs end in another split than they began in"
        )

    def figure(self, *, theme: str = "light") -> Figure:
        """How often states stand together in the last week, as a matrix.

        Raises
        ------
        ConfigError
            For a theme that is neither ``light`` nor ``dark``.
        """
        from sim.dashboard.notebook import finding_figure  # noqa: PLC0415 (the dashboard is a room above this one)

        return finding_figure(self.results, KIND, self.to_dict(), theme)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it; a missing number is None."""
        return {
            "states": list(self.states),
            "weeks": list(self.weeks),
            "together": self.together.round(6).tolist(),
            "pairs": plain_rows(self.pairs),
            "splits": plain_rows(self.splits),
            "changed": self.changed,
            "runs": self.runs,
            "notes": list(self.notes),
        }


def camps(
    results: Stored, *, weeks: int = WEEKS, size: str = "equal", states: Sequence[str] | None = None
) -> CampsFound:
    """Find the best split of states into two camps in each run and week, and how often each pair stands together.

    The propensity of two states to stand together is their mutual alignment (aᵢⱼ + aⱼᵢ)/2, or the one of the two that
    the series keep. Every run whose weeks were kept counts, of all points of the design.

    Parameters
    ----------
    results : Stored
        With series of alignments, as they are kept by default.
    weeks : int
        How many weeks to look at, evenly from the first to the last.
    size : str
        ``equal``, or ``capability`` as the scenario gives it.
    states : sequence of str, optional
        States that are split; by default all of whose pairs an alignment is kept.

    Returns
    -------
    CampsFound

    Raises
    ------
    ConfigError
        For unknown states, sizes or numbers.
    ResultsError
        For results without series of alignments.
    """
    refuse(whole_faults("weeks", weeks, 1, 100_000))
    kept = _series(results)
    chosen = _states(results, kept, states)
    sizes = _sizes(results, chosen, size)
    looked = _spaced(kept["week"].unique(), int(weeks))
    kept = kept[kept["week"].isin(looked)]
    run, keys = _runs(kept)
    best = best_splits(_costs(kept, chosen) * np.outer(sizes, sizes))
    shape = (len(keys), len(looked), len(chosen))
    found = np.full(shape, -1, np.int8)
    found[run, np.searchsorted(looked, kept["week"].to_numpy())] = best
    return _found(results, chosen, looked, found, keys)


def keep(found: CampsFound, results: Results) -> None:
    """Store the finding beside its results, where these have a folder and are complete."""
    if results.folder is not None and results.manifest["complete"]:
        store_finding(results.folder, KIND, found.to_dict(), results.manifest)


def best_splits(costs: Floats) -> Camps:
    """The split of lowest energy of each of many landscapes, shape (S, N), the first state in camp 0.

    Parameters
    ----------
    costs : ndarray, shape (S, N, N)
        As `sim.analysis.camps.energy.separation_costs` gives them.
    """
    count = costs.shape[1]
    if count > EXACT_UP_TO:
        return np.stack([_descended(one) for one in costs])
    step = max(1, AT_ONCE // 2 ** (count - 1))
    codes = [split_energies(costs[at : at + step]).argmin(axis=1) for at in range(0, len(costs), step)]
    return camps_of(np.concatenate(codes), count)


def _descended(costs: Floats) -> Camps:
    """Best split that is reached from each state against the rest."""
    ends = descend(costs, np.eye(len(costs), dtype=np.int8))
    return np.asarray(ends[energies_of(costs, ends).argmin()])


def _series(results: Stored) -> pd.DataFrame:
    """Weekly rows of the runs that did not fail."""
    kept = results.series
    if kept.empty:
        raise ResultsError("camps need the weeks of some runs; run with series (`series: {replicates: ..}`)")
    runs = results.runs
    failed = pd.MultiIndex.from_frame(runs.loc[runs[FAILED].notna(), ["point", "replicate"]])
    return kept[~pd.MultiIndex.from_frame(kept[["point", "replicate"]]).isin(failed)]


def _states(results: Stored, kept: pd.DataFrame, states: Sequence[str] | None) -> tuple[str, ...]:
    """States that can be split: each with an alignment toward or from every other."""
    known = tuple(results.manifest["scenario"]["structure"]["states"])
    if states is not None:
        refuse(name_faults("states", states, known, "must be states of the scenario"))
        known = tuple(dict.fromkeys(states))
    alone = {one for one in known for other in known if one != other and not _kept_of(kept, one, other)}
    if states is not None and alone:
        raise ResultsError(f"the series keep no alignment between some of {', '.join(sorted(alone))}")
    chosen = list(known)
    while len(chosen) > 1:  # leave out whom the fewest others are known with, until every pair is
        lacking = {one: sum(not _kept_of(kept, one, other) for other in chosen if other != one) for one in chosen}
        worst = max(chosen, key=lambda one: lacking[one])
        if not lacking[worst]:
            return tuple(chosen)
        chosen.remove(worst)
    raise ResultsError("the series keep no alignments; add alignment.* to the scenario's `series: {outcomes: [..]}`")


def _kept_of(kept: pd.DataFrame, one: str, other: str) -> list[str]:
    """Columns with the alignment of two states, in either direction."""
    return [name for name in (f"alignment.{one}.{other}", f"alignment.{other}.{one}") if name in kept]


def _sizes(results: Stored, chosen: Sequence[str], size: str) -> Floats:
    if size not in SIZES:
        raise ConfigError([argument_fault("size", f"must be one of {', '.join(SIZES)}", size)])
    if size == "equal":
        return np.ones(len(chosen))
    numbers: Mapping[str, Any] = results.manifest["scenario"]["numbers"]
    given = np.array([float(numbers[f"states.{code}.capability"]["value"]) for code in chosen])
    return np.asarray(given / given.mean())


def _spaced(weeks: NDArray[Any], count: int) -> NDArray[Any]:
    """So many of the weeks, evenly, the first and the last among them."""
    ordered = np.sort(weeks)
    return ordered[np.unique(np.linspace(0, len(ordered) - 1, min(count, len(ordered))).round().astype(np.int64))]


def _runs(kept: pd.DataFrame) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """Number of the run of each row, and point and replicate of each run."""
    keys = kept[["point", "replicate"]].drop_duplicates().sort_values(["point", "replicate"], ignore_index=True)
    index = pd.MultiIndex.from_frame(keys)
    return np.asarray(index.get_indexer(pd.MultiIndex.from_frame(kept[["point", "replicate"]]))), keys


def _costs(kept: pd.DataFrame, chosen: Sequence[str]) -> Floats:
    """Twice the mutual alignment of each pair in each row, shape (S, N, N)."""
    costs = np.zeros((len(kept), len(chosen), len(chosen)))
    for i, j in _pairs(len(chosen)):
        known = kept[_kept_of(kept, chosen[i], chosen[j])].to_numpy(np.float64)
        costs[:, i, j] = costs[:, j, i] = 2.0 * known.mean(axis=1)
    return costs


def _pairs(count: int) -> Iterator[tuple[int, int]]:
    return ((i, j) for i in range(count) for j in range(i + 1, count))


def _found(
    results: Stored, chosen: tuple[str, ...], looked: NDArray[Any], found: Camps, keys: pd.DataFrame
) -> CampsFound:
    """Shares over runs, and sets, from the camps of each run and week, shape (runs, T, N); −1 where a run had ended."""
    design = results.design
    known = worlds(results.manifest, design) or Worlds(np.zeros(len(design), np.int64), np.ones(1, np.int64))
    rows = pd.Series(np.arange(len(design)), index=design["point"]).loc[keys["point"]].to_numpy(np.int64)
    same = np.where(found[..., None] < 0, np.nan, found[..., None] == found[..., None, :])
    by_set = known.by_set(rows, keys["replicate"].to_numpy(np.int64), same.reshape(len(keys), -1))
    cells = by_set.reshape(*by_set.shape[:2], *same.shape[1:])
    count = len(chosen)
    over = {
        (t, i, j): over_sets(cells[:, :, t, i, j], known.weights, share=True)
        for t in range(len(looked)) for i, j in _pairs(count)
    }  # fmt: skip
    together = np.tile(np.eye(count), (len(looked), 1, 1))
    for (t, i, j), one in over.items():
        together[t, i, j] = together[t, j, i] = one.value
    last = len(looked) - 1
    pairs = pd.DataFrame([_pair(chosen[i], chosen[j], over[last, i, j], over[0, i, j]) for i, j in _pairs(count)])
    lasting = (found[:, [0, -1], 0] >= 0).all(axis=1)
    changed = float((found[lasting, 0] != found[lasting, -1]).any(axis=1).mean()) if lasting.any() else 0.0
    weeks = tuple(float(week) for week in looked)
    notes = tuple(_notes(results, chosen))
    return CampsFound(chosen, weeks, together, pairs, _splits(chosen, found[:, -1]), changed, len(keys), results, notes)


def _pair(one: str, other: str, now: OverSets, before: OverSets) -> dict[str, Any]:
    low, high = now.chance
    assumed_low, assumed_high = now.assumptions
    return {"state": one, "other": other, "together": now.value, "low": low, "high": high,
            "assumptions_low": assumed_low, "assumptions_high": assumed_high, "before": before.value}  # fmt: skip


def _splits(chosen: Sequence[str], last: Camps) -> pd.DataFrame:
    """The most frequent splits of one week."""
    there = last[last[:, 0] >= 0]
    splits, counts = np.unique(there, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_SPLITS]
    names = np.array(chosen)
    return pd.DataFrame([
        {"camp": " ".join(names[splits[at] == 0]), "other": " ".join(names[splits[at] == 1]),
         "share": float(counts[at] / counts.sum())}
        for at in order.tolist()
    ])  # fmt: skip


def _notes(results: Stored, chosen: Sequence[str]) -> Iterator[str]:
    left = [code for code in results.manifest["scenario"]["structure"]["states"] if code not in chosen]
    if left:
        yield f"left out, for the series keep too few of their alignments: {', '.join(left)}"
    if len(chosen) > EXACT_UP_TO:
        yield f"with more than {EXACT_UP_TO} states the best split is that of descent, and may not be the lowest"
    sets = worlds(results.manifest, results.design)
    if len(results.design) > (1 if sets is None else len(sets)):
        yield "all versions of the design count together"
