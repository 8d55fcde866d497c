"""The runs behind exercised influence: a scenario with each patron's levers, and without them, as one plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.arguments import LARGEST_KEY, argument_fault, list_faults, name_faults, refuse, whole_faults
from sim.errors import ConfigError, Fault
from sim.execution.run import plan_of
from sim.experiments.factors import Factor, Level
from sim.experiments.plan import Plan
from sim.experiments.plausible import PlausibleSets
from sim.experiments.points import Grid, Product
from sim.experiments.replicates import MOST_REPLICATES
from sim.kernel.structure import Structure
from sim.outcomes import default_columns
from sim.scenario.scenario import Scenario

COLUMN = "levers taken away"
"""The factor, and its column in ``design.parquet``."""
NOTHING = "none"
ALL = "all"
"""What stands for all levers of a patron over a client together."""
REPLICATES, SETS, REPLICATES_A_SET = 200, 32, 16
"""Runs of each version, or plausible sets and runs of each version in each set, unless other numbers are given."""


@dataclass(frozen=True, order=True)
class Removal:
    """Levers that a version of the scenario does without: one, or all of a patron over a client."""

    patron: str
    client: str
    lever: str = ALL

    @property
    def label(self) -> str:
        """Level of the factor, ``RUS over ARM: arms``."""
        return f"{self.patron} over {self.client}: {self.lever}"


def removals(
    structure: Structure, patrons: Sequence[str] | None = None, clients: Sequence[str] | None = None
) -> tuple[Removal, ...]:
    """What is taken away in turn: all levers of each patron over each client, and each of them where there are several.

    Parameters
    ----------
    structure : Structure
    patrons, clients : sequence of str, optional
        States that are looked at; by default all patrons, and the clients of the region.
    """
    held: dict[tuple[str, str], list[str]] = {}
    for patron, client, lever in structure.ties:
        if (patrons is None or patron in patrons) and client in (structure.clients if clients is None else clients):
            held.setdefault((client, patron), []).append(lever)
    found: list[Removal] = []
    for (client, patron), levers in sorted(held.items()):
        found.append(Removal(patron, client))
        found += [Removal(patron, client, lever) for lever in sorted(levers)] if len(levers) > 1 else []
    return tuple(found)


def influence_plan(
    scenario: Scenario,
    *,
    plausible: str | Path | PlausibleSets | None = None,
    sets: int | None = None,
    replicates: int | None = None,
    seed: int = 1,
    patrons: Sequence[str] | None = None,
    clients: Sequence[str] | None = None,
) -> Plan:
    """Plan of paired runs with and without levers; see `exercised_influence`."""
    structure = scenario.structure
    refuse([
        *whole_faults("replicates", replicates, 1, MOST_REPLICATES, optional=True),
        *whole_faults("seed", seed, 0, LARGEST_KEY),
    ])  # fmt: skip
    _refuse_states(structure, patrons, clients)
    taken = removals(structure, patrons, clients)
    if not taken:
        rule = "must have a lever of one of these patrons over one of these clients"
        raise ConfigError([argument_fault("scenario", rule, scenario.name, "`counterpoise sources` lists all ties")])
    runs = _replicates(plausible) if replicates is None else int(replicates)
    base = plan_of(scenario, runs, int(seed), plausible, _sets(plausible, sets))
    variants = Grid((_factor(structure, taken),))
    over = base.factors
    return replace(
        base,
        name=f"{base.name}-influence",
        title=f"{base.title}: with and without levers",
        kind="sweep",
        scenario=replace(scenario, outcomes=kept_outcomes(scenario, taken)),
        design=Product((base.design, variants)) if over else variants,
        sampling={"design": "product", "of": [base.sampling, {"design": "grid"}]} if over else {"design": "grid"},
        series=replace(scenario.series, replicates=0),
    )


def kept_outcomes(scenario: Scenario, taken: Sequence[Removal]) -> tuple[str, ...]:
    """Outcomes of the scenario, and those by which exercised influence is measured."""
    structure = scenario.structure
    own = scenario.outcomes or default_columns(structure)
    dyads = dict.fromkeys((removal.patron, removal.client) for removal in taken)
    added = [name for patron, client in dyads for name in (f"capacity.{patron}.{client}:mean",
                                                           f"alignment.{client}.{patron}:final")]  # fmt: skip
    for patron, client in dyads:
        for contest in contests_of(structure, client):
            added += [f"{name}.{contest}:final" for name in ("control", "weeks_fought", "ending")]
            if patron in parties_of(structure, contest):
                added += [f"probability.{contest}.{patron}.{posture}:mean" for posture, _ in structure.postures]
    return tuple(dict.fromkeys((*own, *added)))


def contests_of(structure: Structure, client: str) -> tuple[str, ...]:
    """Contests in which a state is a side, or the host of both."""
    return tuple(one.code for one in structure.contests if client in (one.host, one.challenger, one.holder))


def parties_of(structure: Structure, contest: str) -> frozenset[str]:
    """Third parties of a contest."""
    return frozenset(party.state for one in structure.contests if one.code == contest for party in one.parties)


def _factor(structure: Structure, taken: Sequence[Removal]) -> Factor:
    """A version with all levers, and one without each of the removals."""
    levels = [Level(NOTHING, ())]
    for removal in taken:
        gone = [
            (f"ties.{patron}.{client}.{lever}", 0.0)
            for patron, client, lever in structure.ties
            if (patron, client) == (removal.patron, removal.client) and removal.lever in (ALL, lever)
        ]
        levels.append(Level(removal.label, tuple(gone)))
    return Factor(COLUMN, COLUMN, tuple(levels), numeric=False)


def _refuse_states(structure: Structure, patrons: Sequence[str] | None, clients: Sequence[str] | None) -> None:
    faults: list[Fault] = []
    for name, given in (("patrons", patrons), ("clients", clients)):
        if given is not None:
            listed = list(list_faults(name, given))
            faults += listed or name_faults(name, given, structure.states, "must be states of the scenario")
    refuse(faults)


def _replicates(plausible: object) -> int:
    return REPLICATES if plausible is None else REPLICATES_A_SET


def _sets(plausible: str | Path | PlausibleSets | None, sets: int | None) -> int | None:
    """Sets that are taken: as many as were asked for, else a few of all that there are."""
    if plausible is None or sets is not None:
        return sets
    from sim.experiments.plausible import load_plausible  # noqa: PLC0415 (read once more with the plan)

    known = plausible if isinstance(plausible, PlausibleSets) else load_plausible(plausible)
    return min(SETS, len(known))
