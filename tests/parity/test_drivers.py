"""One physics, two drivers: a run has the same bits however and beside whomever it is computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shared import RESTLESS

from sim import load_scenario
from sim.ensemble import BASE, Design, Ensemble
from sim.errors import ConfigError
from sim.execution.mesa_runs import run_replicates
from sim.kernel.lanes import LANES
from sim.model import InfluenceModel
from sim.outcomes import default_series
from sim.reasons import mean_reasons
from sim.scenario.load import shipped

SEED = 20201027
WEEKS = 26


def runs_of(*replicates: int, point: int = 0) -> Any:
    """Runs of one point."""
    return np.array([[point, replicate] for replicate in replicates], np.int64)


@pytest.fixture(scope="module")
def crises() -> Any:
    """The shipped base scenario, half a year of it."""
    return load_scenario("post-soviet-2020", {"weeks": WEEKS})


@pytest.fixture(scope="module")
def ensemble(crises: Any) -> Ensemble:
    """Its ensemble with default columns and series."""
    return Ensemble(crises.structure, crises.inputs(), series=default_series(crises.structure))


def gathered(ensemble: Ensemble, runs: Any, design: Design = BASE, threads: int = 1) -> tuple[Any, Any]:
    """Summaries and series of runs, in order."""
    blocks = list(ensemble.blocks(design, runs, SEED, threads=threads, series_replicates=10**6))
    assert not any(failure for block in blocks for failure in block.failure)
    return np.concatenate([b.summary for b in blocks]), np.concatenate([b.series for b in blocks])


def test_mesa_gives_the_bits_of_the_ensemble(crises: Any, ensemble: Ensemble, bits: Callable[..., str]) -> None:
    runs = runs_of(0, 3, 70)
    summary, series = gathered(ensemble, runs)
    stepped = list(run_replicates(crises, BASE, runs, SEED, ensemble, series_replicates=10**6))
    assert bits(np.concatenate([b.summary for b in stepped])) == bits(summary)
    assert bits(np.concatenate([b.series for b in stepped])) == bits(series)


def test_mesa_agents_show_what_the_ensemble_keeps(crises: Any) -> None:
    names = ("control.NK", "influence.RUS.ARM", "posture.NK.RUS", "capability.AZE", "primacy.RUS")
    ensemble = Ensemble(crises.structure, crises.inputs(), columns=(), series=names)
    _, series = gathered(ensemble, runs_of(5))
    model = InfluenceModel(crises, seed=SEED, replicate=5)
    for week in range(WEEKS):
        model.step()
        russia = model.state("RUS")
        seen = [
            model.contest("NK").control, russia.influence["ARM"],
            model.posture_names.index(russia.posture["NK"]), model.state("AZE").capability, model.outcome("primacy.RUS"),
        ]  # fmt: skip
        assert seen == series[0, week].tolist()


def test_where_compiled_code_is_kept_neither_driver_imports_numba(
    ensemble: Ensemble, python: Callable[..., Any]
) -> None:
    ensemble.compile()
    code = (
        "import sys, numpy as np; from sim import load_scenario; from sim.ensemble import BASE, Ensemble;"
        "scenario = load_scenario('two-rivals-one-patron', {'weeks': 2});"
        "ensemble = Ensemble(scenario.structure, scenario.inputs());"
        "list(ensemble.blocks(BASE, np.zeros((3, 2), np.int64), 1, threads=2));"
        "from sim.model import InfluenceModel; InfluenceModel(scenario).run_model(); print('numba' in sys.modules)"
    )
    out, err = python(code).communicate(timeout=120)
    assert (out.strip(), err) == ("False", "")


def test_any_number_of_threads_gives_the_same_bits(ensemble: Ensemble, bits: Callable[..., str]) -> None:
    runs = runs_of(*range(3 * LANES + 5))
    assert len({bits(*gathered(ensemble, runs, threads=threads)) for threads in (1, 2, 5)}) == 1


def test_a_run_is_the_same_alone_in_a_batch_and_in_another_lane(ensemble: Ensemble, bits: Callable[..., str]) -> None:
    alone = bits(*gathered(ensemble, runs_of(41)))
    for runs in (
        runs_of(*range(60)),
        runs_of(*range(41, 10, -1)),
        runs_of(41, 41, 7),
        runs_of(*range(100, 30, -1)),
    ):
        summary, series = gathered(ensemble, runs)
        for at in np.flatnonzero(runs[:, 1] == 41):
            assert bits(summary[at : at + 1], series[at : at + 1]) == alone


def test_neighbours_with_other_parameters_do_not_change_a_run(ensemble: Ensemble, bits: Callable[..., str]) -> None:
    paths = ("behaviour.rationality", "contests.NK.phase", "states.RUS.arms_policy")
    values = np.array([[8.0, 1.0, 0.0], [3.0, 0.0, 6.0], [20.0, 2.0, 3.0], [0.0, 1.0, 1.0]])
    design = Design(paths, values)
    mixed = np.array([[p, r] for r in range(20) for p in range(4)], np.int64)
    summary, series = gathered(ensemble, mixed, design)
    for point in range(4):
        own = Design(paths, values[point : point + 1])
        alone = bits(*gathered(ensemble, runs_of(13), own))
        at = 4 * 13 + point
        assert bits(summary[at : at + 1], series[at : at + 1]) == alone


def test_runs_whose_menus_differ_have_the_bits_that_they_have_alone(
    ensemble: Ensemble, bits: Callable[..., str]
) -> None:
    # where all lanes share what postures bring it is not packed, where a design varies it it is
    # a posture may back a side and mediate at once, and one of no side may keep a peace
    paths = ("postures.mediate.effort", "postures.back-holder.aid", "postures.back-holder.mediation",
             "postures.mediate.presence")  # fmt: skip
    values = np.array([[0.2, 0.5, 0.0, 0.0], [0.9, 0.1, 0.0, 0.0], [0.2, 0.9, 0.6, 0.0], [0.2, 0.5, 0.3, 0.4]])
    count = len(values)
    mixed = np.array([[point, replicate] for replicate in range(20) for point in range(count)])
    summary, series = gathered(ensemble, mixed, Design(paths, values))
    for point in range(count):
        alone = gathered(ensemble, runs_of(13), Design(paths, values[point : point + 1]))
        at = count * 13 + point
        assert bits(summary[at : at + 1], series[at : at + 1]) == bits(*alone)


def test_keeping_what_was_weighed_changes_nothing_else(
    restless: tuple[Any, Ensemble], bits: Callable[..., str]
) -> None:
    scenario, everything = restless
    kept = tuple(name for name in scenario.layout.outcomes if not name.startswith(("utility", "probability", "term")))
    lean = Ensemble(scenario.structure, scenario.inputs(), columns=(), series=kept)
    rows = [scenario.layout.outcomes.index(name) for name in kept]
    runs = runs_of(*range(LANES + 3))
    assert 0 < len(rows) < len(scenario.layout.outcomes)
    assert bits(gathered(lean, runs)[1]) == bits(gathered(everything, runs)[1][:, :, rows])


def test_a_block_remembers_nothing_of_the_block_before(
    crises: Any, ensemble: Ensemble, bits: Callable[..., str]
) -> None:
    fresh = bits(*gathered(ensemble, runs_of(2)))
    gathered(ensemble, runs_of(900, 901, 902))
    assert bits(*gathered(ensemble, runs_of(2))) == fresh


def test_runs_do_not_depend_on_the_horizon_after_them(crises: Any, bits: Callable[..., str]) -> None:
    names = default_series(crises.structure)
    short = crises.with_({"weeks": 13})
    long = gathered(Ensemble(crises.structure, crises.inputs(), columns=(), series=names), runs_of(1, 2))[1]
    brief = gathered(Ensemble(short.structure, short.inputs(), columns=(), series=names), runs_of(1, 2))[1]
    assert bits(brief) == bits(long[:, :13])


def test_replicates_meet_different_shocks_and_seeds_too(ensemble: Ensemble, bits: Callable[..., str]) -> None:
    _, series = gathered(ensemble, runs_of(*range(20)))
    assert len({bits(one) for one in series}) == 20
    other = next(iter(ensemble.blocks(BASE, runs_of(0), SEED + 1, threads=1, series_replicates=1)))
    assert bits(other.series[0]) != bits(series[0])


@pytest.fixture(scope="module")
def restless(crises: Any) -> tuple[Any, Ensemble]:
    """The base scenario where much happens, and its ensemble with every outcome there is."""
    scenario = crises.with_(RESTLESS)
    return scenario, Ensemble(scenario.structure, scenario.inputs(), columns=(), series=scenario.layout.outcomes)


def test_where_much_happens_every_outcome_is_the_same_alone_and_in_a_batch(restless: Any) -> None:
    scenario, ensemble = restless
    alone = gathered(ensemble, runs_of(3))[1][0]
    beside = gathered(ensemble, runs_of(*range(LANES)))[1][3]
    assert differing(scenario, alone, beside) == []


def test_where_much_happens_mesa_gives_the_bits_of_every_outcome(restless: Any) -> None:
    scenario, ensemble = restless
    (stepped,) = run_replicates(scenario, BASE, runs_of(3), SEED, ensemble, series_replicates=10**6)
    assert differing(scenario, stepped.series[0], gathered(ensemble, runs_of(*range(9)))[1][3]) == []


def test_an_event_cannot_hold_a_party_to_a_posture_that_it_lacks(tmp_path: Path) -> None:
    # its utility terms are not weighed, so the two drivers would tell different stories of why it took it
    text = shipped()["post-soviet-2020"].read_text(encoding="utf-8")
    text = re.sub(r"^(map|fitted): ", r"# \1: ", text, flags=re.MULTILINE)  # files beside it are of no concern here
    event = "\n  held: {date: 2020-10-11, path: contests.NK.parties.RUS.posture_policy, set: proxies-holder}"
    config = tmp_path / "held.yaml"
    config.write_text(text.replace("\nevents:", "\nevents:" + event, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match="proxies-holder"):
        load_scenario(config)


def differing(scenario: Any, one: Any, other: Any) -> list[str]:
    """Outcomes in which two runs differ in some bit."""
    unequal = (np.ascontiguousarray(one).view(np.uint64) != np.ascontiguousarray(other).view(np.uint64)).any(axis=0)
    return [name for name, differs in zip(scenario.layout.outcomes, unequal, strict=True) if differs]


def test_terms_add_up_to_the_utility_and_the_held_posture_has_its_own() -> None:
    model = InfluenceModel("post-soviet-2020", seed=SEED, weeks=8)
    for _ in range(8):
        model.step()
        for state in model.states:
            for contest, postures in state.utility_terms.items():
                stem = f"{contest}.{state.code}"
                for name, terms in postures.items():
                    utility = model.outcome(f"utility.{stem}.{name}")
                    assert sum(terms.values()) == pytest.approx(utility, abs=1e-14 * sum(map(abs, terms.values())))
                held = postures[state.posture[contest]]
                assert held == {term: model.outcome(f"term.{stem}.{term}") for term in held}


def test_a_posture_that_a_party_lacks_has_no_reasons() -> None:
    scenario = load_scenario("post-soviet-2020")
    structure = scenario.structure
    terms = mean_reasons(structure, scenario.inputs(), seed=1, weeks=2)
    lacking = np.array([[name in party.without for name, _ in structure.postures] for _, party in structure.parties])
    assert lacking.any()
    assert np.array_equal(np.isnan(terms).all(axis=(0, 3)), lacking)
    assert np.array_equal(np.isnan(terms).any(axis=(0, 3)), lacking)
    model = InfluenceModel(scenario, weeks=1)
    model.step()
    assert set(model.state("RUS").utility_terms["NK"]) == {
        name for name, _ in structure.postures if name not in ("proxies-challenger", "proxies-holder")
    }
