"""One run as a Mesa model, step by step.

A step calls the same compiled phases as the ensemble; so a run explored here is, bit for bit, the run of that
replicate in an ensemble.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.agents import LANE, Contest, State
from sim.arguments import argument_fault, list_faults, name_faults, run_key, unknown_name
from sim.dynamics.motives import explain
from sim.dynamics.schedule import BEGIN, FROM_CHOICE, UP_TO_CHOICE, advance
from sim.errors import ConfigError, CounterpoiseError, Fault, UnknownNameError
from sim.kernel.allocate import allocate
from sim.kernel.layout import layout
from sim.kernel.tally import no_tally
from sim.notebook import as_html
from sim.phrases import choose_from, printable, shown
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.kernel.structure import Structure


class InfluenceModel(mesa.Model):
    """One run of a scenario.

    A copy (`copy.copy`, `copy.deepcopy`, or pickled and unpickled, also in another process) goes on as the model
    would and leaves it alone, so that one run can branch. It is made between two steps.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A loaded scenario, a config file, or the name of a shipped config.
    seed, replicate : int
        Key of all draws; replicate r is replicate r of an ensemble with the same seed, which is 1 by default.
        Iteration i of a `mesa.batch_run` that does not seed its runs is replicate ``replicate + i * 2**32``.
    weeks : int, optional
        Horizon; by default the scenario's.
    agents : mapping of state code to State subclass, optional
        States with a mind of their own.
    outcomes : sequence of str, optional
        Outcomes that the data collector keeps; by default control and phase of each contest and each
        patron's primacy.
    rng : optional
        Mesa's other word for `seed`: a whole number is that seed. Of a `numpy.random.Generator`, or of anything else
        that `numpy.random.default_rng` takes, the next draw is the seed. Not beside `seed`.
    **overrides
        Numbers or policies by path, ``states.RUS.arms_policy`` or ``states__RUS__arms_policy``.

    Attributes
    ----------
    seed, replicate : int
    setting : Scenario

    Raises
    ------
    ConfigError
        For a faulty scenario, override or argument; `UnknownNameError` for names in `agents` and `outcomes`.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path = "post-soviet-2020",
        *,
        seed: int | None = None,
        replicate: int = 0,
        weeks: int | None = None,
        agents: Mapping[str, type[State]] | None = None,
        outcomes: Sequence[str] | None = None,
        rng: Any = None,
        **overrides: Any,
    ) -> None:
        self.seed, self.replicate = run_key(self, seed, replicate, rng)
        super().__init__(rng=_mesa_seed(self.seed, self.replicate))
        self.setting = _changed(scenario, weeks, overrides)
        self.structure = self.setting.structure
        self.posture_names = tuple(name for name, _ in self.structure.postures)
        minds = _minds(agents, self.structure)
        self.tick = 0
        self.tally = no_tally()
        self.world = allocate(self.structure, reasons=True)
        self.world.keys[0], self.world.keys[1] = np.uint64(self.seed), np.uint64(self.replicate)
        self._begin(self.setting.inputs())
        self.states = tuple(minds.get(code, State)(self, code) for code in self.structure.states)
        self.contests = tuple(Contest(self, shape) for shape in self.structure.contests)
        self._choosing = False
        self.datacollector = self._collector(outcomes)

    def __copy__(self) -> InfluenceModel:
        return copy.deepcopy(self)

    def __getstate__(self) -> dict[str, Any]:
        if self._choosing:
            raise CounterpoiseError(
                "a model cannot be copied or pickled while its states choose their postures; do so between two steps"
            )
        return self.__dict__

    def __repr__(self) -> str:
        key = f"seed {self.seed}, replicate {self.replicate}"
        week = f"week {self.week:g} of {self.structure.weeks}"
        return f"<{type(self).__name__} of {printable(self.setting.name)}: {key}, {week}>"

    def _repr_html_(self) -> str:
        facts: dict[str, object] = {
            "name": self.setting.name,
            "seed": self.seed,
            "replicate": self.replicate,
            "week": f"{self.week:g} of {self.structure.weeks}",
        }
        return as_html(
            self.setting.title, facts | {f"{c.name} ({c.code})": f"{c.phase}, {c.control:.0%}" for c in self.contests}
        )

    def _begin(self, inputs: NDArray[np.float64]) -> None:
        """Set the state before the first week from the scenario's numbers, shape (P,)."""
        self.world.inputs[:] = inputs[:, None]
        advance(self.world, 0, 0, BEGIN, self.tally)

    @property
    def week(self) -> float:
        """Weeks simulated so far."""
        return self.tick * self.structure.dt

    def state(self, code: str) -> State:
        """The state with a code; raises UnknownNameError."""
        if code not in self.structure.states:
            raise unknown_name("code", code, self.structure.states, "must be the code of a state")
        return self.states[self.structure.states.index(code)]

    def contest(self, code: str) -> Contest:
        """The contest with a code; raises UnknownNameError."""
        codes = [contest.code for contest in self.contests]
        if code not in codes:
            raise unknown_name("code", code, codes, "must be the code of a contest")
        return self.contests[codes.index(code)]

    def outcome(self, name: str) -> float:
        """Present value of an outcome by its name, ``control.NK``; raises UnknownNameError."""
        rows = layout(self.structure)
        try:
            return float(self.world.state[rows.outcome_row(name), LANE])
        except KeyError:
            raise unknown_name("name", name, rows.outcomes, "must be an outcome of the scenario") from None

    def step(self) -> None:
        """One tick; past the horizon nothing moves and `running` is False."""
        if self.tick >= self.structure.ticks:
            self.running = False
            return
        advance(self.world, self.tick, self.tick + 1, UP_TO_CHOICE, self.tally)
        self._choosing = True
        try:
            self._ask_all()
        finally:
            self._choosing = False
        advance(self.world, self.tick, self.tick + 1, FROM_CHOICE, self.tally)
        self.tick += 1
        self.running = self.tick < self.structure.ticks
        self.datacollector.collect(self)

    def run_model(self) -> None:
        """Step to the horizon."""
        while self.tick < self.structure.ticks:
            self.step()

    def _ask_all(self) -> None:
        """Let every state with a mind of its own choose."""
        for state in self.states:
            if getattr(state.choose_posture, "__func__", state.choose_posture) is not State.choose_posture:
                self._ask(state)

    def _ask(self, state: State) -> None:
        """Write a state's own choices of posture over the model's."""
        for code, e in state._parties():
            choice = state.choose_posture(self.contest(code))
            if choice is None:
                continue
            open_to = [n for k, n in enumerate(self.posture_names) if self.world.wiring.available[e, k]]
            if choice not in open_to:
                raise CounterpoiseError(
                    f"{type(state).__name__}.choose_posture returned {choice!r} in contest {code}; "
                    f"the postures of {state.code} there are {', '.join(open_to)}"
                )
            self.world.now.parties[e].posture[:] = self.posture_names.index(choice)
            explain(self.world, e)

    def _collector(self, outcomes: Sequence[str] | None) -> mesa.DataCollector:
        """What Mesa keeps each step, by reporters that can be pickled."""
        if outcomes is None:
            outcomes = [f"{field}.{c.code}" for c in self.structure.contests for field in ("control", "phase")]
            outcomes += [f"primacy.{code}" for code in self.structure.patrons]
        _refuse(list(list_faults("outcomes", outcomes)))
        known = layout(self.structure).outcomes
        _refuse(list(name_faults("outcomes", outcomes, known, "must be outcomes of the scenario")))
        attributes = ("code", "capability", "stability", "control")
        return mesa.DataCollector(
            model_reporters={"week": "week", **{name: partial(_outcome, name) for name in outcomes}},
            agent_reporters={name: partial(_attribute, name) for name in attributes},
        )


def _mesa_seed(seed: int, replicate: int) -> int:
    """Seed of Mesa's own generators, another one for each replicate; no draw of the model comes from them."""
    return seed if replicate == 0 else int(np.random.SeedSequence([seed, replicate]).generate_state(1, np.uint64)[0])


def _attribute(name: str, agent: mesa.Agent) -> Any:
    """Attribute of an agent, None where it has none."""
    return getattr(agent, name, None)


def _outcome(name: str, model: InfluenceModel) -> float:
    return model.outcome(name)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise UnknownNameError(faults)


def _changed(scenario: Any, weeks: Any, overrides: Mapping[str, Any]) -> Scenario:
    """The scenario that a model is made from, with what its arguments change."""
    changes = {path.replace("__", "."): value for path, value in overrides.items()}
    arguments = list(inspect.signature(InfluenceModel).parameters)[:-1]
    rule = "must be an argument of InfluenceModel or the path of a number or policy"
    _refuse([argument_fault(one, rule, "", choose_from(one, arguments)) for one in changes if not _is_path(one)])
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    if weeks is not None:
        changes["weeks"] = weeks
    return loaded.with_(changes) if changes else loaded


def _is_path(name: str) -> bool:
    return "." in name or name == "dt"


def _minds(agents: Any, structure: Structure) -> Mapping[str, type[State]]:
    """The classes of states, if each is one, of a state that there is, and is asked what it overrides."""
    minds = {} if agents is None else agents
    if not isinstance(minds, Mapping):
        raise ConfigError(
            [argument_fault("agents", "must be a mapping of codes to subclasses of State", shown(agents))]
        )
    parties = {party.state for _, party in structure.parties}
    faults = list(name_faults("agents", minds, structure.states, "must be codes of states"))
    for code, mind in minds.items():
        if not (isinstance(mind, type) and issubclass(mind, State)):
            faults.append(argument_fault(f"agents[{code!r}]", "must be a subclass of State", shown(mind)))
        elif code in structure.states and code not in parties and mind.choose_posture is not State.choose_posture:
            rule = "is a third party in no contest, so that nobody asks it for a posture"
            faults.append(
                argument_fault(f"agents[{code!r}]", rule, "", f"third parties are {', '.join(sorted(parties))}")
            )
    _refuse(faults)
    return minds
