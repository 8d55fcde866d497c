"""Every door reads the same numbers and refuses the same nonsense; no name that matches nothing is passed over."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_claims import SMALL
from made_sets import make_sets
from made_targets import make_targets

import sim
from sim import (
    InfluenceModel,
    Results,
    State,
    claims,
    compare,
    evidence,
    exercised_influence,
    fit,
    hindcast,
    landscape,
    load_scenario,
    simulate,
    sweep,
    together,
)
from sim.analysis.fit import LARGEST_SEED
from sim.arguments import LARGEST_KEY, REPEATED, as_number, as_whole
from sim.errors import ConfigError, CounterpoiseError
from sim.execution.options import RunOptions
from sim.experiments.files.sweep_file import load_sweep
from sim.scenario.scenario import Scenario

SCENARIO = "two-rivals-one-patron"
SWEEP = (
    f"name: small\nscenario: {SCENARIO}\nweeks: 3\nreplicates: 2\nfactors:\n"
    "  - {path: contests.VAL.parties.ALD.salience, values: [0.2, 0.9], label: care}\n"
)


PATTERNS = "name: few\nweeks: 3\npatterns: {P: {outcome: control.VAL, week: 2, above: 0.3, at_least: 0.5}}\n"


class Mind(State):
    """Stays out."""

    def choose_posture(self, contest: Any) -> str:
        return "abstain"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("sweep") / "small.yaml"
    found.write_text(SWEEP)
    return found


@pytest.fixture(scope="module")
def results(file: Path) -> Results:
    return sweep(file)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(SCENARIO, {"weeks": 3})


Door = Callable[[Any, "Doors"], Any]


class Doors:
    """What the doors need."""

    def __init__(self, scenario: Scenario, results: Results, file: Path, folder: Path) -> None:
        self.scenario, self.results, self.file, self.out = scenario, results, file, folder / "out"
        self.war, self.patterns = "post-soviet-2020", "october-2020"
        self.few = folder / "few.yaml"
        self.few.write_text(PATTERNS)
        self.claims = folder / "claims.yaml"
        self.claims.write_text(SMALL)
        self.worlds = make_sets(scenario, count=8)
        self.valley = load_scenario(SCENARIO)
        self.targets, self.fitted = make_targets(folder, self.valley)


def stages(at: Doors, **given: Any) -> Any:
    """The smallest evidence run."""
    least: dict[str, Any] = {"claims": at.claims, "sets": 1, "replicates": 2, "trajectories": 2, "samples": 2}
    return evidence(**({"config": at.scenario, "out": at.out} | least | given))


@pytest.fixture
def doors(scenario: Scenario, results: Results, file: Path, tmp_path: Path) -> Doors:
    return Doors(scenario, results, file, tmp_path)


WHOLE: Mapping[str, tuple[Door, int, int]] = {
    "simulate.replicates": (lambda n, at: simulate(at.scenario, n), 1, 10_000_000),
    "simulate.seed": (lambda n, at: simulate(at.scenario, 2, n), 0, LARGEST_KEY),
    "simulate.weeks": (lambda n, at: simulate(at.scenario, 2, weeks=n), 1, 5200),
    "simulate.sets": (lambda n, at: simulate(at.scenario, 1, plausible=at.worlds, sets=n), 1, 8),
    "simulate.threads": (lambda n, at: simulate(at.scenario, 2, threads=n), 1, 4096),
    "simulate.processes": (lambda n, at: simulate(at.scenario, 1, engine="mesa", processes=n), 1, 4096),
    "sweep.replicates": (lambda n, at: sweep(at.file, n), 1, 10_000_000),
    "sweep.seed": (lambda n, at: sweep(at.file, seed=n), 0, LARGEST_KEY),
    "sweep.threads": (lambda n, at: sweep(at.file, threads=n), 1, 4096),
    "load_sweep.replicates": (lambda n, at: load_sweep(at.file, n), 1, 10_000_000),
    "load_sweep.seed": (lambda n, at: load_sweep(at.file, seed=n), 0, LARGEST_KEY),
    "Scenario.with_.weeks": (lambda n, at: at.scenario.with_({"weeks": n}), 1, 5200),
    "load_scenario.weeks": (lambda n, at: load_scenario(SCENARIO, {"weeks": n}), 1, 5200),
    "InfluenceModel.seed": (lambda n, at: InfluenceModel(at.scenario, seed=n), 0, LARGEST_KEY),
    "InfluenceModel.replicate": (lambda n, at: InfluenceModel(at.scenario, replicate=n), 0, LARGEST_KEY),
    "InfluenceModel.weeks": (lambda n, at: InfluenceModel(at.scenario, weeks=n), 1, 5200),
    "fit.draws": (lambda n, at: fit(at.scenario, at.few, n, 1, wanted=0), 1, 1_000_000),
    "fit.replicates": (lambda n, at: fit(at.scenario, at.few, 1, n, wanted=0), 1, 10_000_000),
    "fit.seed": (lambda n, at: fit(at.scenario, at.few, 1, 1, n, wanted=0), 0, LARGEST_SEED),
    "fit.threads": (lambda n, at: fit(at.scenario, at.few, 1, 1, threads=n, wanted=0), 1, 4096),
    "claims.sets": (lambda n, at: claims(at.scenario, at.claims, sets=n, replicates=2, out=at.out), 1, 10_000),
    "claims.replicates": (
        lambda n, at: claims(at.scenario, at.claims, sets=1, replicates=n, out=at.out),
        2,
        10_000_000,
    ),
    "evidence.sets": (lambda n, at: stages(at, sets=n), 1, 10_000),
    "evidence.replicates": (lambda n, at: stages(at, replicates=n), 2, 10_000_000),
    "evidence.trajectories": (lambda n, at: stages(at, trajectories=n), 2, 65_536),
    "evidence.samples": (lambda n, at: stages(at, samples=n), 2, 65_536),
    "evidence.seed": (lambda n, at: stages(at, seed=n), 0, LARGEST_KEY),
    "exercised_influence.sets": (
        lambda n, at: exercised_influence(at.scenario, at.worlds, sets=n, replicates=2, clients=["BOR"]),
        1,
        8,
    ),
    "exercised_influence.replicates": (
        lambda n, at: exercised_influence(at.scenario, replicates=n, clients=["BOR"]),
        1,
        10_000_000,
    ),
    "exercised_influence.seed": (
        lambda n, at: exercised_influence(at.scenario, replicates=2, seed=n, clients=["BOR"]),
        0,
        LARGEST_KEY,
    ),
    "hindcast.sets": (
        lambda n, at: hindcast(at.valley, at.targets, at.fitted, n, 2, out=at.out),
        1,
        6,
    ),
    "hindcast.replicates": (
        lambda n, at: hindcast(at.valley, at.targets, at.fitted, 1, n, out=at.out),
        2,
        10_000_000,
    ),
    "hindcast.seed": (lambda n, at: hindcast(at.valley, at.targets, at.fitted, 1, 2, n, out=at.out), 0, LARGEST_KEY),
    "landscape.starts": (lambda n, at: landscape(np.eye(3), starts=n), 1, 1_000_000),
    "landscape.seed": (lambda n, at: landscape(np.eye(3), seed=n), 0, LARGEST_KEY),
    "compare.resamples": (lambda n, at: compare(at.results, at.results, resamples=n), 100, 1_000_000),
    "Results.pairs.treatment": (lambda n, at: at.results.pairs(n, 0), 0, 1),
    "Results.pairs.baseline": (lambda n, at: at.results.pairs(0, n), 0, 1),
    "Results.figure.point": (lambda n, at: at.results.figure("crises", n), 0, 1),
}
"""Doors to whole numbers, with their bounds."""
REAL: Mapping[str, tuple[Door, float, float]] = {
    "simulate.most_failures": (lambda x, at: simulate(at.scenario, 2, most_failures=x), 1, 1.5),
    "simulate.time_limit": (lambda x, at: simulate(at.scenario, 1, engine="mesa", time_limit=x), 60, 0),
    "compare.confidence": (lambda x, at: compare(at.results, at.results, confidence=x), 0.75, 1),
    "Scenario.with_.dt": (lambda x, at: at.scenario.with_({"dt": x}), 0.5, 2),
    "Scenario.with_.overrides": (
        lambda x, at: at.scenario.with_({"contests.VAL.parties.ALD.salience": x}), 0.5, -1
    ),
}  # fmt: skip
"""Doors to numbers, with one that is taken and one that is not."""
NAMES: Mapping[str, tuple[Callable[[Doors], Any], str]] = {
    "simulate.scenario": (lambda at: simulate("two-rivals-one-patrn", 1), "did you mean two-rivals-one-patron?"),
    "simulate.engine": (lambda at: simulate(at.scenario, 1, engine="messa"), "did you mean mesa?"),
    "simulate.outcomes": (lambda at: simulate(at.scenario, 1, outcomes={"gain": "contrl.VAL:final"}), "did you mean control.VAL:final?"),
    "sweep.outcomes": (lambda at: sweep(at.file, outcomes={"gain": "contrl.VAL:final"}), "did you mean control.VAL:final?"),
    "simulate.plausible": (lambda at: simulate(at.scenario, 1, plausible="october"), "the name of a shipped file of plausible sets"),
    "simulate.options": (lambda at: simulate(at.scenario, 1, extnd=True), "did you mean extend?"),
    "simulate.model": (lambda at: simulate(at.scenario, 1, model="sim.model:InfluenceModl"), "did you mean InfluenceModel?"),
    "sweep.design": (lambda at: sweep("arms-polcy"), "did you mean arms-policy?"),
    "sweep.options": (lambda at: sweep(at.file, thread=1), "did you mean threads?"),
    "fit.scenario": (lambda at: fit("two-rivals-one-patrn", at.patterns), "did you mean two-rivals-one-patron?"),
    "fit.patterns": (lambda at: fit(at.war, "october-202"), "did you mean october-2020?"),
    "fit.options": (lambda at: fit(at.war, at.patterns, forc=True), "did you mean force?"),
    "claims.config": (lambda at: claims("two-rivals-one-patrn", at.claims), "did you mean two-rivals-one-patron?"),
    "claims.claims": (lambda at: claims(at.war, "october-202"), "did you mean october-2020?"),
    "claims.only": (lambda at: claims(at.scenario, at.claims, ["C2"]), "must be a claim of the file"),
    "claims.options": (lambda at: claims(at.scenario, at.claims, sets=1, replicates=2, out=at.out, thread=1), "did you mean threads?"),
    "evidence.config": (lambda at: stages(at, config="two-rivals-one-patrn"), "did you mean two-rivals-one-patron?"),
    "evidence.claims": (lambda at: stages(at, claims="october-202"), "did you mean october-2020?"),
    "evidence.plausible": (lambda at: stages(at, plausible="october"), "the name of a shipped file of plausible sets"),
    "evidence.targets": (
        lambda at: stages(at, config=at.valley, plausible=at.fitted, targets="lat-2020"), "did you mean late-2020?",
    ),
    "evidence.options": (lambda at: stages(at, thread=1), "did you mean threads?"),
    "exercised_influence.scenario": (lambda at: exercised_influence("two-rivals-one-patrn"), "did you mean two-rivals-one-patron?"),
    "exercised_influence.plausible": (lambda at: exercised_influence(at.scenario, "october"), "the name of a shipped file of plausible sets"),
    "exercised_influence.patrons": (lambda at: exercised_influence(at.scenario, patrons=["ALDD"]), "did you mean ALD?"),
    "exercised_influence.clients": (lambda at: exercised_influence(at.scenario, clients=["BOOR"]), "did you mean BOR?"),
    "exercised_influence.options": (lambda at: exercised_influence(at.scenario, replicates=1, thread=1), "did you mean threads?"),
    "hindcast.config": (lambda at: hindcast("two-rivals-one-patrn", at.targets, at.fitted), "did you mean two-rivals-one-patron?"),
    "hindcast.targets": (lambda at: hindcast(at.valley, "late-202", at.fitted, out=at.out), "did you mean late-2020?"),
    "hindcast.plausible": (lambda at: hindcast(at.valley, at.targets, "october", out=at.out), "the name of a shipped file of plausible sets"),
    "hindcast.options": (lambda at: hindcast(at.valley, at.targets, at.fitted, 1, 2, out=at.out, thread=1), "did you mean threads?"),
    "Results.effects.outcomes": (lambda at: at.results.effects(["contrl.VAL:final"]), "did you mean control.VAL:final?"),
    "Results.sensitivity.outcomes": (lambda at: at.results.sensitivity(["contrl.VAL:final"]), "did you mean control.VAL:final?"),
    "Results.discover.region": (lambda at: at.results.discover("contrl.VAL:final > 0.5"), "did you mean control.VAL:final?"),
    "Results.some.columns": (lambda at: at.results.some(["contrl.VAL:final"]), "did you mean control.VAL:final?"),
    "load_scenario.source": (lambda at: load_scenario("post-soviet-200"), "did you mean post-soviet-2020?"),
    "load_scenario.overrides": (lambda at: load_scenario(SCENARIO, {"week": 3}), "did you mean weeks?"),
    "Scenario.with_.overrides": (lambda at: at.scenario.with_({"behaviour.rationalty": 1}), "did you mean behaviour.rationality?"),
    "Scenario.word.path": (lambda at: at.scenario.word("behaviour.rationalty"), "did you mean behaviour.rationality?"),
    "Scenario.at.values": (lambda at: at.scenario.at({"behaviour.rationalty": 1.0}), "did you mean behaviour.rationality?"),
    "InfluenceModel.scenario": (lambda at: InfluenceModel("two-rivals-one-patrn"), "did you mean two-rivals-one-patron?"),
    "InfluenceModel.agents": (lambda at: InfluenceModel(at.scenario, agents={"ALDIA": Mind}), "did you mean ALD?"),
    "InfluenceModel.agents in small letters": (
        lambda at: InfluenceModel(at.scenario, agents={"ald": Mind}), "did you mean ALD?"
    ),
    "InfluenceModel.agents of no third party": (
        lambda at: InfluenceModel(at.scenario, agents={"BOR": Mind}), "is a third party in no contest"
    ),
    "InfluenceModel.outcomes": (lambda at: InfluenceModel(at.scenario, outcomes=["control.VAI"]), "did you mean control.VAL?"),
    "InfluenceModel.overrides": (lambda at: InfluenceModel(at.scenario, states__ALD__arms_polcy="both"), "did you mean states.ALD.arms_policy?"),
    "InfluenceModel.overrides that are no path": (lambda at: InfluenceModel(at.scenario, replicat=3), "did you mean replicate?"),
    "InfluenceModel.state.code": (lambda at: InfluenceModel(at.scenario).state("ALDD"), "did you mean ALD?"),
    "InfluenceModel.contest.code": (lambda at: InfluenceModel(at.scenario).contest("VALE"), "did you mean VAL?"),
    "InfluenceModel.outcome.name": (lambda at: InfluenceModel(at.scenario).outcome("contrl.VAL"), "did you mean control.VAL?"),
    "Results.wide.by": (lambda at: at.results.wide("pont"), "must be run or point"),
    "Results.pairs.treatment": (lambda at: at.results.pairs({"caree": 0.2}, {"care": 0.9}), "must be a factor of the design"),
    "Results.pairs.baseline": (lambda at: at.results.pairs({"care": 0.2}, {"care": 0.8}), "must be a value that the design has"),
    "compare.outcomes": (lambda at: compare(at.results, at.results, ["contrl.VAL:final"]), "did you mean control.VAL:final?"),
    "compare.outcomes beside good ones": (
        lambda at: compare(at.results, at.results, ["control.*", "contrl.VAL:final"]), "did you mean control.VAL:final?"
    ),
    "compare.outcomes as a text": (lambda at: compare(at.results, at.results, "control.VAL:final"), 'write ["control.VAL:final"]'),
    "compare.unit": (lambda at: compare(at.results, at.results, unit="replicat"), "did you mean replicate?"),
    "compare.correction": (lambda at: compare(at.results, at.results, correction="hol"), "did you mean holm?"),
    "compare.options": (lambda at: compare(at.results, at.results, confidnce=0.9), "confidnce"),
    "Results.tables.columns": (lambda at: at.results.tables("runs", ["contrl.VAL:final"]), "did you mean control.VAL:final?"),
    "Results.tables.kind": (lambda at: at.results.tables("run"), "did you mean runs?"),
    "Results.figure.name": (lambda at: at.results.figure("crisses"), "did you mean crises?"),
    "Results.figure.theme": (lambda at: at.results.figure("crises", theme="drak"), "did you mean dark?"),
}  # fmt: skip
"""Names that match nothing, and what is said."""
KINDS: Mapping[str, tuple[Callable[[Doors], Any], str]] = {
    "simulate.scenario as a mapping": (lambda at: simulate({"name": "x"}, 1), "write the mapping to a YAML file"),
    "simulate.outcomes as a list": (lambda at: simulate(at.scenario, 1, outcomes=["control.VAL:final"]), "must be a mapping of names"),
    "sweep.outcomes as a list": (lambda at: sweep(at.file, outcomes=["control.VAL:final"]), "must be a mapping of names"),
    "simulate.plausible as a mapping": (lambda at: simulate(at.scenario, plausible={}), "must be PlausibleSets, or a file"),
    "fit.scenario as a mapping": (lambda at: fit({"name": "x"}, at.patterns), "write the mapping to a YAML file"),
    "fit.patterns as a mapping": (lambda at: fit(at.war, {"name": "x"}), "patterns must be"),
    "claims.only as a text": (lambda at: claims(at.scenario, at.claims, "C1"), 'write ["C1"]'),
    "claims.config as a mapping": (lambda at: claims({"name": "x"}, at.claims), "write the mapping to a YAML file"),
    "evidence.config as a mapping": (lambda at: stages(at, config={"name": "x"}), "write the mapping to a YAML file"),
    "evidence.targets as a mapping": (
        lambda at: stages(at, config=at.valley, plausible=at.fitted, targets={"name": "x"}), "targets must be",
    ),
    "evidence.plausible as a mapping": (lambda at: stages(at, plausible={}), "must be PlausibleSets, or a file"),
    "exercised_influence.patrons as a text": (lambda at: exercised_influence(at.scenario, patrons="ALD"), 'write ["ALD"]'),
    "hindcast.config as a mapping": (lambda at: hindcast({"name": "x"}, at.targets, at.fitted), "write the mapping to a YAML file"),
    "hindcast.targets as a mapping": (lambda at: hindcast(at.valley, {"name": "x"}, at.fitted, out=at.out), "targets must be"),
    "hindcast.plausible as a mapping": (lambda at: hindcast(at.valley, at.targets, {}), "must be PlausibleSets, or a file"),
    "together.results": (lambda at: together(at.results), "must be two or more Results"),
    "together.results by name, alone": (lambda at: together({"a": at.results}), "must be two or more Results"),
    "together.results alone": (lambda at: together([at.results]), "must be two or more Results"),
    "together.results as folders": (lambda at: together(["a", "b"]), "must be two or more Results"),
    "landscape.propensity": (lambda at: landscape([[0, 1]]), "propensity must be"),
    "landscape.size": (lambda at: landscape(np.eye(2), [1]), "size must be"),
    "Results.effects.outcomes as a text": (lambda at: at.results.effects("control.VAL:final"), 'write ["control.VAL:final"]'),
    "Results.series_of.runs": (lambda at: at.results.series_of([0, 1]), "must be rows of Results.kept"),
    "Results.series_of.runs without rows": (lambda at: at.results.series_of(at.results.runs), "must be rows of Results.kept"),
    "simulate.scenario as nothing": (lambda at: simulate(None, 1), "scenario must be a Scenario, a config file"),
    "InfluenceModel.scenario as a mapping": (lambda at: InfluenceModel({"name": "x"}), "write the mapping to a YAML file"),
    "load_scenario.source as a mapping": (lambda at: load_scenario({"name": "x"}), "write the mapping to a YAML file"),
    "load_scenario.overrides as a list": (lambda at: load_scenario(SCENARIO, [("weeks", 3)]), "must be a mapping of paths"),
    "Scenario.with_.overrides by number": (lambda at: at.scenario.with_({3: 1}), "must be a mapping of paths"),
    "sweep.design as a mapping": (lambda at: sweep({"name": "x"}), "design must be a sweep"),
    "sweep.design as a scenario": (lambda at: sweep(at.scenario), "design must be a sweep"),
    "sweep.replicates of a plan": (lambda at: sweep(load_sweep(at.file), 3), "replicates must not be given beside a plan"),
    "sweep.seed of a plan": (lambda at: sweep(load_sweep(at.file), seed=3), "seed must not be given beside a plan"),
    "InfluenceModel.agents as a list": (lambda at: InfluenceModel(at.scenario, agents=["ALD"]), "agents must be a mapping"),
    "InfluenceModel.agents as objects": (lambda at: InfluenceModel(at.scenario, agents={"ALD": 3}), "must be a subclass of State"),
    "InfluenceModel.outcomes as a text": (lambda at: InfluenceModel(at.scenario, outcomes="control.VAL"), 'write ["control.VAL"]'),
    "InfluenceModel.rng as a text": (lambda at: InfluenceModel(at.scenario, rng="one"), "rng must be what"),
    "InfluenceModel.rng as a fraction": (lambda at: InfluenceModel(at.scenario, rng=1.5), "rng must be what"),
    "InfluenceModel.rng as a truth value": (lambda at: InfluenceModel(at.scenario, rng=True), "rng must be what"),
    "InfluenceModel.rng below 0": (lambda at: InfluenceModel(at.scenario, rng=-1), "rng must be a whole number"),
    "InfluenceModel.seed and rng": (lambda at: InfluenceModel(at.scenario, seed=1, rng=1), "must not be given beside rng"),
    "simulate.shard": (lambda at: simulate(at.scenario, 2, shard=(1.0, 2), out=at.out), "shard must be (i, n)"),
    "simulate.model as a number": (lambda at: simulate(at.scenario, 1, model=3), "model must be package.module:Class"),
    "simulate.executor": (lambda at: simulate(at.scenario, 1, executor=3), "must be a concurrent.futures.Executor"),
    "simulate.out": (lambda at: simulate(at.scenario, 1, extend=True), "need a results folder"),
}  # fmt: skip
"""Arguments of a wrong kind, and what is said."""
FREE = {
    "progress", "tell", "watch", "force", "extend", "wait", "large", "out", "path", "folder", "found", "series", "grid",
    "first", "second", "other", "each_point", "quick",
}  # fmt: skip
"""Functions, truth values, folders and results: there is nothing to spell or to count."""
PUBLIC = {
    "simulate": simulate, "sweep": sim.execution.run.sweep, "load_scenario": load_scenario, "load_sweep": load_sweep,
    "fit": fit, "compare": compare, "together": together, "claims": claims, "evidence": evidence, "hindcast": hindcast,
    "exercised_influence": exercised_influence,
    "landscape": landscape, "InfluenceModel": InfluenceModel.__init__,
    **{f"InfluenceModel.{name}": getattr(InfluenceModel, name) for name in ("state", "contest", "outcome")},
    **{f"Scenario.{name}": getattr(Scenario, name) for name in ("with_", "word", "at")},
    **{f"Results.{name}": value for name, value in vars(Results).items() if inspect.isfunction(value) and name[0] != "_"},
    "Results.open": Results.open,
}  # fmt: skip


def test_every_argument_of_a_public_function_is_in_a_table() -> None:
    tables = [name.split(" ")[0] for table in (WHOLE, REAL, NAMES, KINDS) for name in table]
    taken = {name for name in PUBLIC if name.split(".")[0] in sim.__all__}
    assert set(sim.__all__) - {"Results", "State"} <= taken  # both are made by functions, not by hand
    shared = [f"simulate.{option}" for option in RunOptions.__annotations__]
    named = [f"{name}.{one}" for name, function in PUBLIC.items() for one in inspect.signature(function).parameters]
    handed_on = {
        f"{name}.{one}" for name in ("sweep", "exercised_influence", "hindcast") for one in RunOptions.__annotations__
    }
    named = [name for name in named if name not in handed_on]  # as in simulate
    lacking = {name for name in (*named, *shared) if name.rsplit(".", 1)[1] not in {"self", *FREE}} - set(tables)
    also = {"load_sweep.file": "sweep.design"}
    assert {also.get(name, name) for name in lacking} <= set(tables)


@pytest.mark.parametrize("door", WHOLE)
@pytest.mark.parametrize("kind", [np.int64, np.uint64])
def test_whole_numbers_of_python_and_numpy_are_taken_alike(door: str, kind: type[Any], doors: Doors) -> None:
    call, low, _ = WHOLE[door]
    expected, found = call(low, doors), call(kind(low), doors)
    if isinstance(found, Results):
        assert json.loads(json.dumps(found.manifest))["fingerprint"] == expected.manifest["fingerprint"]
        assert found.runs.equals(expected.runs)
    if isinstance(found, InfluenceModel):
        assert type(found.seed) is type(found.replicate) is int


@pytest.mark.parametrize("door", WHOLE)
@pytest.mark.parametrize("value", [2.9, 2.0, np.float64(2), True, np.True_, "few", [2], (2,), float("nan"), 2j, -1, 2**64, np.uint64(2**64 - 1), np.array([2])])  # fmt: skip
def test_what_is_no_whole_number_within_bounds_is_refused_in_words(door: str, value: Any, doors: Doors) -> None:
    with pytest.raises(ConfigError, match="must be") as caught:
        WHOLE[door][0](value, doors)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("door", WHOLE)
def test_bounds_are_told(door: str, doors: Doors) -> None:
    call, low, high = WHOLE[door]
    for value in (low - 1, high + 1):
        with pytest.raises(ConfigError, match=rf"{low}.*{high}"):
            call(value, doors)


@pytest.mark.parametrize("door", REAL)
def test_numbers_of_python_and_numpy_are_taken_and_nonsense_is_refused(door: str, doors: Doors) -> None:
    call, good, bad = REAL[door]
    for kind in (type(good), float, np.float64, np.float32):
        call(kind(good), doors)
    for value in (bad, "few", True, np.True_, float("nan"), float("inf"), [good], 1j):
        with pytest.raises(ConfigError, match=r"must (be|lie)"):
            call(value, doors)


@pytest.mark.parametrize("case", [*NAMES, *KINDS])
def test_name_or_kind_that_matches_nothing_is_refused(case: str, doors: Doors) -> None:
    call, said = {**NAMES, **KINDS}[case]
    with pytest.raises((CounterpoiseError, TypeError), match=re.escape(said)) as caught:
        call(doors)
    assert len(str(caught.value).splitlines()) == 1
    assert not doors.out.exists()


def test_names_that_a_model_lacks_are_key_errors_too(scenario: Scenario) -> None:
    model = InfluenceModel(scenario)
    for ask in (model.state, model.contest, model.outcome):
        with pytest.raises(KeyError):
            ask("nobody")


def test_shares_may_be_counted_in_numpy(doors: Doors) -> None:
    found = simulate(doors.scenario, 4, shard=(np.int64(1), np.int64(2)), out=doors.out)
    assert simulate(doors.scenario, 4, shard=(1, 2), out=doors.out).found
    assert json.loads(json.dumps(found.manifest["shard"])) == found.manifest["shard"]


NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -(10**400)]))


@given(value=NUMBERS, other=st.one_of(st.booleans(), st.text(), st.none(), st.complex_numbers()))
def test_a_number_is_what_python_calls_one_but_for_truth_values(value: float, other: Any) -> None:
    assert as_whole(value) == (value if isinstance(value, int) else None)
    assert as_number(value) == (float(value) if abs(value) <= sys.float_info.max else None)
    assert as_whole(other) is as_number(other) is None


def control(**arguments: Any) -> float:
    """Control at the end of a run."""
    model = InfluenceModel(SCENARIO, weeks=8, **arguments)
    model.run_model()
    return model.contest("VAL").control


def test_rng_seeds_a_run_as_seed_does() -> None:
    assert control(rng=1) == control(seed=1) == control() == control(seed=None, rng=None)
    assert control(rng=2) == control(seed=2) == control(rng=np.int64(2)) != control()
    assert len({control(rng=n) for n in range(6)}) == 6


def test_generators_seed_runs_by_their_next_draw() -> None:
    generator = np.random.default_rng(7)
    drawn = [control(rng=generator) for _ in range(3)]
    again = np.random.default_rng(7)
    assert drawn == [control(rng=again) for _ in range(3)]
    assert len(set(drawn)) == 3
    assert control(rng=np.random.SeedSequence(7)) == control(rng=[7]) == drawn[0]
    model = InfluenceModel(SCENARIO, weeks=8, rng=np.random.default_rng(7))
    assert control(seed=model.seed) == drawn[0]


def test_replicates_have_other_generators_of_mesa() -> None:
    draws = [InfluenceModel(SCENARIO, replicate=replicate).random.random() for replicate in (0, 1, 2, 1)]
    assert draws[1] == draws[3]
    assert len(set(draws)) == 3


class Windless(InfluenceModel):
    """A subclass that hands its arguments on."""

    def __init__(self, scenario: Any = SCENARIO, *, seed: int | None = None, replicate: int = 0) -> None:
        super().__init__(scenario, seed=seed, replicate=replicate, weeks=8)


def batch(model: type[InfluenceModel], **options: Any) -> list[dict[str, Any]]:
    """Rows of a batch by Mesa."""
    import mesa

    parameters = options.pop("parameters", {})
    keep = {"number_processes": 1, "max_steps": 8, "display_progress": False}
    return list(mesa.batch_run(model, {"scenario": SCENARIO, **parameters}, **keep, **options))


@pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")
@pytest.mark.parametrize("model", [InfluenceModel, Windless])
def test_iterations_of_a_mesa_batch_differ_and_are_the_same_again(model: type[InfluenceModel]) -> None:
    parameters: dict[str, Any] = {"replicate": range(2)} | ({"weeks": 8} if model is InfluenceModel else {})
    rows = {
        (row["iteration"], row["replicate"]): row["control.VAL"]
        for row in batch(model, iterations=3, parameters=parameters)
    }
    assert len(set(rows.values())) == len(rows) == 6
    assert rows == {key: control(replicate=key[1] + key[0] * REPEATED) for key in rows}


def test_runs_that_a_mesa_batch_seeds_are_those_of_their_seeds() -> None:
    import mesa

    seeds = [4, 9]
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        rows = batch(InfluenceModel, rng=seeds, parameters={"weeks": 8})
    else:
        rows = batch(InfluenceModel, parameters={"weeks": 8, "seed": seeds})
    assert {row["seed"]: row["control.VAL"] for row in rows} == {seed: control(seed=seed) for seed in seeds}


@pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")
def test_models_that_a_model_of_a_batch_makes_are_left_alone() -> None:
    class Nested(Windless):
        def __init__(self, scenario: Any = SCENARIO, *, seed: int | None = None, replicate: int = 0) -> None:
            super().__init__(scenario, seed=seed, replicate=replicate)
            self.inner = InfluenceModel(scenario, weeks=8)
            made.append(self.inner.replicate)

    made: list[int] = []
    batch(Nested, iterations=2)
    assert made == [0, 0]
