"""A copy of a run goes on as the run would, and leaves it alone."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import InfluenceModel, State, compare, load_scenario, simulate
from sim.errors import ConfigError, CounterpoiseError, Fault, ResultsError, UnknownNameError
from sim.kernel.compiler import abi
from sim.kernel.lanes import LANES

SCENARIO, WEEKS, BRANCH = "two-rivals-one-patron", 20, 10


def pickled(model: Any) -> Any:
    """What comes out of a pickle."""
    return pickle.loads(pickle.dumps(model))


class Weathercock(State):
    """Backs whoever holds more of the stake."""

    def choose_posture(self, contest: Any) -> str:
        return "back-challenger" if contest.control > 0.5 else "back-holder"


class Diarist(InfluenceModel):
    """Has attributes of its own."""

    def __init__(self, scenario: Any = SCENARIO, *, seed: int = 1, replicate: int = 0) -> None:
        super().__init__(scenario, seed=seed, replicate=replicate, weeks=WEEKS, agents={"ALD": Weathercock})
        self.pages: list[float] = []

    def step(self) -> None:
        super().step()
        self.pages.append(self.contest("VAL").control)


MODELS = {
    "plain": lambda: InfluenceModel(SCENARIO, replicate=3, weeks=WEEKS),
    "large": lambda: InfluenceModel("post-soviet-2020", replicate=3, weeks=WEEKS),
    "minded": lambda: InfluenceModel(SCENARIO, weeks=WEEKS, agents={"ALD": Weathercock}),
    "subclass": Diarist,
}
COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": pickled}


def after(model: Any, weeks: int) -> Any:
    """The model so many steps later."""
    for _ in range(weeks):
        model.step()
    return model


def seen(model: Any, bits: Callable[..., str]) -> tuple[Any, ...]:
    """Everything of a run that can be seen from outside, to the bit."""
    kept = model.datacollector.get_model_vars_dataframe().to_csv()
    agents = model.datacollector.get_agent_vars_dataframe().to_csv() if model.tick else ""
    memory = bits(model.world.state[:, :1], model.world.inputs[:, :1])
    return memory, model.week, model.steps, model.running, kept, agents, list(getattr(model, "pages", ()))


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("week", [0, BRANCH, WEEKS])
def test_a_branch_and_its_origin_both_go_on_like_a_run_that_never_branched(
    make: Callable[[], Any], duplicate: Callable[[Any], Any], week: int, bits: Callable[..., str]
) -> None:
    unbranched, model = make(), after(make(), week)
    branch = duplicate(model)
    after(unbranched, week)
    for _ in range(week, WEEKS):
        ahead = seen(unbranched, bits)
        unbranched.step()
        assert seen(branch, bits) == seen(model, bits) == ahead
        branch.step()
        assert (seen(branch, bits), seen(model, bits)) == (seen(unbranched, bits), ahead)
        model.step()
    assert seen(branch, bits) == seen(model, bits) == seen(unbranched, bits)


@settings(max_examples=15)
@given(plan=st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["step", *COPIES])), max_size=12))
def test_whatever_is_copied_and_stepped_in_any_order_each_run_is_its_own(plan: list[tuple[int, str]]) -> None:
    path = [after(InfluenceModel(SCENARIO, weeks=12), week).contest("VAL").control for week in range(13)]
    runs = [InfluenceModel(SCENARIO, weeks=12)]
    for which, deed in plan:
        one = runs[which % len(runs)]
        if deed == "step":
            one.step()
        else:
            runs.append(COPIES[deed](one))
    assert [run.contest("VAL").control for run in runs] == [path[int(run.week)] for run in runs]


def test_a_run_goes_on_in_another_process(python: Callable[..., Any], bits: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "run.pickle"
    file.write_bytes(pickle.dumps(after(InfluenceModel(SCENARIO, replicate=3, weeks=WEEKS), BRANCH)))
    code = (
        "import hashlib, pathlib, pickle\n"
        f"model = pickle.loads(pathlib.Path({str(file)!r}).read_bytes())\n"
        "model.run_model()\n"
        "print(model.week, hashlib.sha256(model.world.state[:, :1].copy().tobytes()).hexdigest())\n"
        "print(model.datacollector.get_model_vars_dataframe().to_csv(), end='')"
    )
    said, wrong = python(code).communicate(timeout=300)
    whole = after(InfluenceModel(SCENARIO, replicate=3, weeks=WEEKS), WEEKS)
    assert not wrong
    assert said.splitlines()[0] == f"{whole.week} {bits(whole.world.state[:, :1])}"
    assert said.partition("\n")[2] == whole.datacollector.get_model_vars_dataframe().to_csv()


def test_states_and_contests_copied_alone_bring_their_own_run() -> None:
    model = after(InfluenceModel(SCENARIO, weeks=WEEKS), BRANCH)
    before = model.contest("VAL").control
    for agent in (model.contest("VAL"), model.state("ALD")):
        for duplicate in (copy.deepcopy, pickled):
            other = duplicate(agent)
            after(other.model, 5)
            assert (other.code, other.model.week, model.week) == (agent.code, BRANCH + 5, BRANCH)
            assert other in set(other.model.agents)
            assert model.contest("VAL").control == before


def test_a_branch_whose_state_gets_another_mind_parts_from_its_origin() -> None:
    whole = after(InfluenceModel(SCENARIO, weeks=WEEKS), WEEKS)
    model = after(InfluenceModel(SCENARIO, weeks=WEEKS), BRANCH)
    branch = copy.deepcopy(model)
    branch.state("ALD").choose_posture = lambda contest: "fight-challenger"
    after(branch, WEEKS - BRANCH)
    after(model, WEEKS - BRANCH)
    assert model.contest("VAL").control == whole.contest("VAL").control != branch.contest("VAL").control
    assert branch.state("ALD").posture == {"VAL": "fight-challenger"}


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES)
def test_a_run_is_not_copied_while_its_states_choose(duplicate: Callable[[Any], Any]) -> None:
    model = InfluenceModel(SCENARIO, weeks=WEEKS)
    model.state("ALD").choose_posture = lambda contest: duplicate(contest.model) and None
    with pytest.raises(CounterpoiseError, match="between two steps"):
        model.step()
    del model.state("ALD").choose_posture
    assert duplicate(model).week == model.week


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES)
def test_memory_that_is_a_view_stays_one_in_a_copy(duplicate: Callable[[Any], Any]) -> None:
    model = after(InfluenceModel(SCENARIO, weeks=WEEKS), 2)
    world, tally = duplicate(model.world), duplicate(model.tally)
    assert world.address != model.world.address
    assert tally.address != model.tally.address
    for name in ("inputs", "state", "base", "keys"):
        mine, others = getattr(model.world, name), getattr(world, name)
        assert np.array_equal(mine, others)
        assert not np.shares_memory(mine, others)
        assert mine.ctypes.data % abi.LINE == others.ctypes.data % abi.LINE
    world.state[:] = 0.25
    assert (world.now.states[0].capability == np.full(LANES, 0.25)).all()
    assert (world.now.alignment == 0.25).all()
    assert not (model.world.now.alignment == 0.25).any()


def test_a_pickle_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = pickle.dumps(InfluenceModel(SCENARIO, weeks=2))
    monkeypatch.setattr(abi, "source_digest", lambda: "another")
    with pytest.raises(CounterpoiseError, match="another version"):
        pickle.loads(text)


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES)
def test_scenarios_results_and_comparisons_are_equal_to_their_copies(duplicate: Callable[[Any], Any]) -> None:
    scenario = load_scenario(SCENARIO, {"weeks": 3})
    assert duplicate(scenario) == scenario
    assert duplicate(scenario).digest == scenario.digest
    results = simulate(scenario, 3)
    other = duplicate(results)
    assert other.runs.equals(results.runs)
    assert other.series.equals(results.series)
    assert other.manifest == results.manifest
    found = compare(results, other)
    again = duplicate(found)
    assert all(str(getattr(again, one.name)) == str(getattr(found, one.name)) for one in fields(found))


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES)
def test_results_in_a_folder_are_read_by_a_copy(duplicate: Callable[[Any], Any], tmp_path: Path) -> None:
    results = simulate(SCENARIO, 3, weeks=3, out=tmp_path / "out")
    assert duplicate(results).runs.equals(results.runs)


@pytest.mark.parametrize("kind", [ConfigError, UnknownNameError])
def test_errors_come_whole_out_of_a_pickle(kind: type[ConfigError]) -> None:
    error = kind(
        [Fault("x.yaml:3", "weeks", "must be one", "two", "change it"), Fault("y.yaml", "seed", "is missing", "")]
    )
    for duplicate in COPIES.values():
        other = duplicate(error)
        assert (type(other), str(other), other.faults) == (kind, str(error), error.faults)
    assert str(pickled(ResultsError("gone"))) == "gone"
