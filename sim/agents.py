"""States and contests as Mesa agents.

Agents are views of one lane of the same memory that the compiled ensemble works on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import mesa

from sim import quantities as qt

if TYPE_CHECKING:
    from sim.kernel.memory import World
    from sim.kernel.structure import ContestShape
    from sim.scenario.scenario import Scenario

LANE = 0
"""Lane of the one run of a Mesa model; the others repeat it."""


class Model(Protocol):
    """What an agent asks of its model; `sim.InfluenceModel` is one."""

    @property
    def setting(self) -> Scenario:
        """The scenario."""

    @property
    def world(self) -> World:
        """Memory of the run, in one lane."""


class State(mesa.Agent):
    """A state: it holds influence over others and alignment toward others, and chooses postures.

    Subclass it and override `choose_posture` to give a state a mind of its own.

    Attributes
    ----------
    code, name : str
    """

    def __init__(self, model: Model, code: str) -> None:
        super().__init__(model)
        self.code = code
        self.name = model.setting.names.get(code, code)
        self._row = model.setting.structure.states.index(code)

    def choose_posture(self, contest: Contest) -> str | None:
        """Posture to take in a contest this week, or None for the model's own logit choice.

        Called once a step for every contest in which the state is a third party, after the utility
        terms and probabilities of this week are known and before anybody acts. A function assigned to
        one state's ``choose_posture`` does as well, and may be exchanged during a run.
        """
        return None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code}>"

    @property
    def influence(self) -> dict[str, float]:
        """Influence over each other state, shares in [0, 1)."""
        return {code: self._pair(j, "influence") for code, j in self._others()}

    @property
    def alignment(self) -> dict[str, float]:
        """Disposition toward each other state, in (−1, 1)."""
        return {code: float(self._world.now.alignment[self._row, j, LANE]) for code, j in self._others()}

    @property
    def capability(self) -> float:
        """Military capability, index units."""
        return float(self._world.now.states[self._row].capability[LANE])

    @property
    def stability(self) -> float:
        """Domestic stability, in [0, 1]."""
        return float(self._world.now.states[self._row].stability[LANE])

    @property
    def attention(self) -> dict[str, float]:
        """Attention left for each contest in which it is a third party, in [0, 1]."""
        return {code: float(self._world.now.parties[e].attention[LANE]) for code, e in self._parties()}

    @property
    def posture(self) -> dict[str, str]:
        """Posture held in each contest in which it is a third party."""
        names = self.model.posture_names
        return {code: names[int(self._world.now.parties[e].posture[LANE])] for code, e in self._parties()}

    @property
    def probability(self) -> dict[str, dict[str, float]]:
        """Probability of each posture, by contest, as last weighed."""
        return {
            code: {
                name: float(self._world.now.probability[e, k, LANE]) for k, name in enumerate(self.model.posture_names)
            }
            for code, e in self._parties()
        }

    @property
    def utility_terms(self) -> dict[str, dict[str, dict[str, float]]]:
        """Weighted utility terms, by contest, posture that it may take, and term, as last weighed."""
        return {
            code: {
                name: {term: float(self._world.reasons[e, k][term][LANE]) for term in qt.TERMS}
                for k, name in enumerate(self.model.posture_names)
                if self._world.wiring.available[e, k]
            }
            for code, e in self._parties()
        }

    @property
    def _world(self) -> Any:
        return self.model.world

    def _pair(self, j: int, field: str) -> float:
        return float(self._world.now.pairs[self._row, j][field][LANE])

    def _others(self) -> Iterator[tuple[str, int]]:
        states = self.model.setting.structure.states
        return ((code, j) for j, code in enumerate(states) if j != self._row)

    def _parties(self) -> Iterator[tuple[str, int]]:
        parties = self.model.setting.structure.parties
        return ((c.code, e) for e, (c, party) in enumerate(parties) if party.state == self.code)


class Contest(mesa.Agent):
    """A dispute between two sides, with a stake that moves between them.

    Attributes
    ----------
    code, name : str
    challenger, holder : str
        State codes, or names of camps.
    host : str or None
        State of a domestic contest.
    """

    def __init__(self, model: Model, shape: ContestShape) -> None:
        super().__init__(model)
        self.code = shape.code
        self.name = model.setting.names.get(shape.code, shape.code)
        self.challenger, self.holder, self.host = shape.challenger, shape.holder, shape.host
        self._row = model.setting.structure.contests.index(shape)

    @property
    def control(self) -> float:
        """Share of the stake that the challenger holds, in [0, 1]."""
        return self._value("control")

    @property
    def phase(self) -> str:
        """quiet, fighting, truce or settled."""
        return qt.PHASES[int(self._value("phase"))]

    @property
    def age(self) -> float:
        """Weeks that the phase has lasted."""
        return self._value("age")

    @property
    def win_probability(self) -> float:
        """Probability that the challenger wins a week's fighting, in [0, 1]."""
        return self._value("win_probability")

    @property
    def postures(self) -> dict[str, str]:
        """Posture of each third party."""
        return {state.code: state.posture[self.code] for state in self.model.states if self.code in state.posture}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code}>"

    def _value(self, field: str) -> float:
        return float(self.model.world.now.contests[self._row][field][LANE])
