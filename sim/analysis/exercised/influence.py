"""Exercised influence beside capacity: the function, and what it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd

from sim.analysis.exercised.disagreements import DECIDED, disagreements, said
from sim.analysis.exercised.effects import Capacities, Effect, PairedRuns, capacities, effects
from sim.analysis.exercised.plan import ALL, influence_plan
from sim.comparison.over_sets import OverSets
from sim.execution.options import RunOptions, list_options
from sim.execution.run import sweep
from sim.experiments.plausible import PlausibleSets
from sim.kernel.structure import Structure
from sim.phrases import plural
from sim.results.results import Results
from sim.results.stored import Stored
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario
from sim.storage.findings import plain_rows, store_finding

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

KIND = "influence"
"""Name of the stored finding."""


@dataclass(frozen=True)
class ExercisedInfluence:
    """What patrons' levers make of outcomes, beside what they could.

    Attributes
    ----------
    table : DataFrame
        One row for each patron, client, ``lever`` (``all``, or one) and outcome: its mean ``with`` and ``without`` the
        lever, ``exercised`` (the difference in pairs), ``low`` and ``high`` (95% interval by chance),
        ``assumptions_low`` and ``assumptions_high`` (5% and 95% quantile over plausible sets), ``rises`` and ``falls``
        (share of sets by sign), ``runs`` and ``verdict``: raises, lowers, undecided (its interval holds 0) or inert (no
        run differs).
    capacity : DataFrame
        One row for each patron and client: ``capacity``, mean of all weeks, and its two intervals.
    disagreements : tuple of str
        Where the two disagree, in words.
    notes : tuple of str
        What a reader must know.
    results : Stored
        The runs.
    """

    table: pd.DataFrame
    capacity: pd.DataFrame
    disagreements: tuple[str, ...]
    notes: tuple[str, ...]
    results: Stored

    @property
    def sentence(self) -> str:
        """How many effects are clear of chance, and in how many places capacity says otherwise."""
        return said_of(self.to_dict())

    def figure(self, *, theme: str = "light") -> Figure:
        """The outcome that most patrons move, with all levers of each and without them.

        Raises
        ------
        ConfigError
            For a theme that is neither ``light`` nor ``dark``.
        ResultsError
            If no lever moves anything, or there is no run.
        """
        from sim.dashboard.notebook import finding_figure  # noqa: PLC0415 (the dashboard is a room above this one)

        return finding_figure(self.results, KIND, self.to_dict(), theme)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it, without the runs; a missing number is None."""
        return {
            "capacity": plain_rows(self.capacity),
            "exercised": plain_rows(self.table),
            "disagreements": list(self.disagreements),
            "notes": list(self.notes),
        }


@list_options
def exercised_influence(
    scenario: str | Path | Scenario,
    plausible: str | Path | PlausibleSets | None = None,
    sets: int | None = None,
    replicates: int | None = None,
    seed: int = 1,
    patrons: Sequence[str] | None = None,
    clients: Sequence[str] | None = None,
    **options: Unpack[RunOptions],
) -> ExercisedInfluence:
    """Measure what each patron's levers over each client make of its outcomes, in paired runs with and without them.

    Without a lever its value, and with it the stock that it starts from, is 0 from week 0 on. All else is as it was,
    and the runs meet the same chance events.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A config file, the name of a shipped one, or a loaded scenario.
    plausible : str, Path or PlausibleSets, optional
        Sets to run it over: a file, the name of shipped ones, or loaded sets.
    sets : int, optional
        How many of them; 32 by default.
    replicates : int, optional
        Runs of each version, 200 by default; with plausible sets, in each of them, and then 16.
    seed : int
    patrons, clients : sequence of str, optional
        Codes of states that are looked at; by default all patrons, and the clients of the region.
    **options
        As in `simulate`; with ``out``, results and finding are stored, and a stopped run goes on.

    Returns
    -------
    ExercisedInfluence

    Raises
    ------
    ConfigError, ResultsError
        As in `simulate`; for states that are unknown, or without a lever among them.

    Examples
    --------
    >>> from sim import exercised_influence
    >>> found = exercised_influence("two-rivals-one-patron", replicates=200)  # doctest: +SKIP
    >>> found.table.query("lever == 'all'")[["patron", "client", "outcome", "exercised", "verdict"]]  # doctest: +SKIP
    """
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    asked: dict[str, Any] = {"plausible": plausible, "sets": sets, "replicates": replicates, "seed": seed}
    results = sweep(influence_plan(chosen, **asked, patrons=patrons, clients=clients), **options)
    found = influence_in(results)
    keep(found, results)
    return found


def influence_in(results: Stored) -> ExercisedInfluence:
    """Exercised influence in results of its plan; raises ResultsError for others."""
    paired = PairedRuns(results)
    found, capacity = effects(paired), capacities(paired)
    names: Mapping[str, str] = results.manifest["scenario"]["names"]
    rows = pd.DataFrame([_row(effect, names) for effect in found])
    told = disagreements(found, capacity, paired.weights, names)
    return ExercisedInfluence(rows, _capacity_table(capacity), tuple(told), tuple(_notes(paired, found)), results)


def said_of(content: Mapping[str, Any]) -> str:
    """What stored exercised influence says, in a sentence."""
    whole = [row for row in content["exercised"] if row["lever"] == ALL]
    clear = sum(row["verdict"] in DECIDED for row in whole)
    return (
        f"{clear} of {plural(len(whole), 'effect')} of all levers of a patron are clear of chance; "
        f"capacity and exercised influence disagree in {plural(len(content['disagreements']), 'place')}"
    )


def keep(found: ExercisedInfluence, results: Results) -> None:
    """Store the finding beside its results, where these have a folder and are complete."""
    if results.folder is not None and results.manifest["complete"]:
        store_finding(results.folder, KIND, found.to_dict(), results.manifest)


def _row(effect: Effect, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "patron": effect.removal.patron,
        "client": effect.removal.client,
        "lever": effect.removal.lever,
        "outcome": effect.reading.name,
        "meaning": said(effect.reading.words, names),
        "unit": effect.reading.unit,
        "with": effect.present,
        "without": effect.absent,
        **_numbers("exercised", effect.exercised),
        "rises": effect.exercised.rises,
        "falls": effect.exercised.falls,
        "runs": effect.exercised.runs,
        "verdict": effect.verdict,
    }


def _numbers(name: str, found: OverSets) -> dict[str, float]:
    low, high = found.chance
    assumed_low, assumed_high = found.assumptions
    return {name: found.value, "low": low, "high": high, "assumptions_low": assumed_low,
            "assumptions_high": assumed_high}  # fmt: skip


def _capacity_table(capacity: Capacities) -> pd.DataFrame:
    rows = [{"patron": patron, "client": client, **_numbers("capacity", one)}
            for (patron, client), one in capacity.items()]  # fmt: skip
    return pd.DataFrame(rows).sort_values(["client", "capacity"], ascending=[True, False], ignore_index=True)


def _notes(paired: PairedRuns, found: Sequence[Effect]) -> list[str]:
    """What a reader must know: how many effects chance alone would show, and events that bring a lever back."""
    counts = Counter(effect.verdict for effect in found)
    decided = counts["raises"] + counts["lowers"]
    notes = [
        f"{decided} of {plural(len(found), 'effect')} are told apart from chance at 95%, each by itself; "
        f"{counts['undecided']} are undecided, {counts['inert']} inert"
    ]
    returning = _returning(paired.structure)
    return notes + [f"an event brings a lever back that was taken away: {name}" for name in returning]


def _returning(structure: Structure) -> list[str]:
    """Events that give a lever a value of their own; one that multiplies leaves 0 as it is."""
    levers = {f"ties.{patron}.{client}.{lever}" for patron, client, lever in structure.ties}
    return [
        f"{one.name} ({one.path})" for one in structure.events if one.path in levers and one.operation != "multiply"
    ]
