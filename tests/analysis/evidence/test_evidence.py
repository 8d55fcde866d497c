"""The whole evidence run: its stages, going on, what it keeps, what it refuses before anything runs."""

from __future__ import annotations

import json

import numpy as np
import pytest
from made_targets import make_targets

from sim import Results, evidence, load_scenario
from sim.analysis.evidence.evidence import extent_of, given_up
from sim.analysis.evidence.numbers import (
    MOST_KEPT,
    MOST_OUTCOMES,
    OTHERS,
    clear_shares,
    free_numbers,
    headlines,
    kept_numbers,
)
from sim.analysis.evidence.stages import STAGES
from sim.analysis.sensitivity.cube import Cube
from sim.errors import ConfigError
from sim.execution.run import sweep
from sim.scenario.checks.rules import limits
from sim.storage.findings import stored_finding

SCENARIO = "two-rivals-one-patron"
NAMES = ["claims", "screening", "variance", "influence"]
TINY = {"sets": 2, "replicates": 2, "trajectories": 2, "samples": 2, "threads": 1}


@pytest.fixture(scope="module")
def scenario():
    return load_scenario(SCENARIO).with_({"weeks": 8})


@pytest.fixture
def tiny(scenario, small, tmp_path):
    """Run all stages at their smallest, into a folder of a name."""

    def run(name="evidence", **more):
        return evidence(scenario, small, out=tmp_path / name, **(TINY | more))

    return run


def contents(folder):
    """Every byte of rows and findings below a folder, by name."""
    files = [one for one in folder.rglob("*") if one.suffix == ".parquet" or one.parent.name == "findings"]
    return {str(one.relative_to(folder)): one.read_bytes() for one in files}


def test_every_stage_leaves_a_results_folder_with_its_finding(tiny):
    found = tiny()
    assert [one.name for one in found.stages] == NAMES == [stage.name for stage in STAGES[:-1]]
    assert list(found.left_out) == ["hindcast"]
    for one, stage in zip(found.stages, STAGES, strict=False):
        assert Results.open(one.folder).manifest["complete"]
        assert stored_finding(one.folder, stage.kind)
        assert one.runs
        assert not one.passed_over
        assert one.said in found.sentence
    assert found.table["stage"].tolist() == NAMES
    assert found.table["said"].str.len().min() > 10
    json.dumps(found.to_dict(), allow_nan=False)


def test_what_is_there_is_passed_over_and_what_was_stopped_goes_on_to_the_same_bytes(tiny, monkeypatch):
    whole = contents(tiny("whole", threads=2).folder)
    run = []

    def until_the_third(plan, **options):
        run.append(plan.name)
        if len(run) == 4:  # claims run two plans, so this is the variance
            raise KeyboardInterrupt
        return sweep(plan, **options)

    monkeypatch.setattr("sim.analysis.evidence.evidence.sweep", until_the_third)
    with pytest.raises(KeyboardInterrupt):
        tiny("halves")
    monkeypatch.undo()
    second = tiny("halves")
    assert [one.passed_over for one in second.stages] == [True, True, False, False]
    assert contents(second.folder) == whole
    assert all(one.passed_over for one in tiny("halves").stages)


def test_targets_are_opened_when_all_else_is_sealed_and_scored_last(tiny, scenario, tmp_path):
    targets, sets = make_targets(tmp_path, scenario)
    found = tiny(plausible=sets, targets=targets)
    assert [one.name for one in found.stages] == [*NAMES, "hindcast"]
    assert not found.left_out
    last = found.stages[-1]
    scores = stored_finding(last.folder, "hindcast")
    assert last.said == scores["sentences"][0]
    assert scores["points"] == 2
    log = [json.loads(line)["event"] for line in (last.folder / "log.jsonl").read_text().splitlines()]
    assert log[:2] == ["sealed", "opened"]
    assert all(one.passed_over for one in tiny(plausible=sets, targets=targets).stages)


def test_targets_need_plausible_sets(tiny, scenario, tmp_path):
    targets, _ = make_targets(tmp_path, scenario)
    with pytest.raises(ConfigError, match="targets needs plausible sets"):
        tiny(targets=targets)
    assert not (tmp_path / "evidence").exists()


def test_another_claims_file_is_judged_anew(tiny, small):
    tiny()
    small.write_text(small.read_text().replace("expect: more", "expect: less"), encoding="utf-8")
    found = tiny()
    assert [one.passed_over for one in found.stages] == [False, True, True, True]


def test_an_analysis_of_the_screening_by_hand_does_not_change_what_it_keeps(tiny, counterpoise):
    found = tiny()
    folder = found.folder / "screening"
    kept = stored_finding(folder, "sensitivity")["kept"]
    assert counterpoise("analyse", folder, "--outcomes", "control.*", "--no-dashboard").exit_code == 0
    assert "kept" not in stored_finding(folder, "sensitivity")
    assert [one.passed_over for one in tiny().stages] == [True, False, True, True]
    assert stored_finding(folder, "sensitivity")["kept"] == kept


def test_numbers_that_are_not_kept_move_together(tiny):
    folder = tiny().folder
    kept = stored_finding(folder / "screening", "sensitivity")["kept"]
    rows = stored_finding(folder / "variance", "sensitivity")["tables"]["sobol"]
    assert 2 <= len(kept) <= MOST_KEPT
    assert {row["factor"] for row in rows} == {*kept, OTHERS}
    problem = Results.open(folder / "variance").manifest["sampling"]["problem"]
    assert problem["groups"].count(OTHERS) == len(problem["names"]) - len(kept)


def test_numbers_are_kept_by_what_is_clear_of_chance_as_a_share_of_the_largest():
    def row(outcome, factor, size, low):
        return {"outcome": outcome, "factor": factor, "mu_star": size, "mu_star_low": low}

    rows = [
        row("war", "a", 100.0, 90.0), row("war", "b", 50.0, -1.0), row("war", "c", 40.0, 20.0),
        row("lead", "a", 0.1, -0.1), row("lead", "b", 0.1, -0.2), row("lead", "c", 0.2, 0.19),
    ]  # fmt: skip
    assert clear_shares(rows) == pytest.approx({"c": 0.95, "a": 0.9, "b": -0.01})
    assert kept_numbers(rows) == ["c", "a"]
    assert kept_numbers([{**one, "mu_star_low": None} for one in rows]) == ["a", "b"]
    assert len(kept_numbers([row("war", f"n{at}", 1.0, 0.5) for at in range(99)])) == MOST_KEPT


def test_ten_headline_outcomes_are_looked_at_some_of_each_kind():
    names = [f"{kind}.C{at}:final" for kind in ("control", "governs", "weeks_fought", "primacy") for at in range(4)]
    cube = Cube({}, None, tuple(names), ("1",) * 16, np.arange(16.0).reshape(1, 1, 16))
    found = headlines(cube)
    assert len(found.outcomes) == MOST_OUTCOMES
    kinds = [name.partition(".")[0] for name in found.outcomes]
    assert [kinds.count(kind) for kind in ("control", "governs", "weeks_fought", "primacy")] == [3, 3, 2, 2]
    assert [names[int(value)] for value in found.values[0, 0]] == list(found.outcomes)


def test_free_numbers_keep_every_limit_wherever_they_are():
    scenario = load_scenario("post-soviet-2020")
    free = set(free_numbers(scenario))
    assert "behaviour.rationality" in free
    assert not any(path.startswith("contests.KG.share") for path in free)
    for limit in limits(scenario.structure, scenario.layout.quantity):
        numbers = scenario.numbers
        highest = limit.total(lambda path: numbers[path].range[1] if path in free else numbers[path].value)  # noqa: B023
        assert not limit.exceeded(highest)


def test_a_stage_that_cannot_be_run_is_left_out_with_the_reason(scenario, tmp_path):
    found = evidence(scenario, out=tmp_path / "out", **TINY)
    assert [one.name for one in found.stages] == NAMES[1:]
    assert "no claims file" in found.left_out["claims"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sets": 0}, "sets"),
        ({"replicates": 1}, "replicates"),
        ({"trajectories": 1}, "trajectories"),
        ({"samples": 3}, "must be a power of two (found 3); 2 or 4"),
        ({"samples": True}, "samples"),
        ({"seed": -1}, "seed"),
        ({"threads": 0}, "threads"),
        ({"plausible": "october"}, "october-2020"),
        ({"claims": "october"}, "october-2020"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(scenario, small, tmp_path, given, said):
    with pytest.raises(ConfigError) as refused:
        evidence(scenario, **({"claims": small, "out": tmp_path / "out"} | TINY | given))
    assert said in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_an_option_that_makes_no_sense_of_several_folders_is_refused(scenario, small):
    with pytest.raises(TypeError, match="shard"):
        evidence(scenario, small, shard=(1, 2))


def arguments(small, *more):
    words = [f"--{name}={value}" for name, value in TINY.items()]
    return ["evidence", SCENARIO, "--claims", small, "--out", "out", *words, *more]


def test_the_command_says_the_time_first_draws_an_index_and_goes_on(counterpoise, small, tmp_path):
    planned = counterpoise(*arguments(small, "--plan", "--quick"))
    assert planned.exit_code == 0, planned.output
    assert given_up(extent_of(2, 2, 2, 2, 1, quick=True)) in planned.stderr
    assert "all stages: 724 runs, about" in planned.stderr
    assert not (tmp_path / "out").exists()
    first = counterpoise(*arguments(small))
    assert first.exit_code == 0, first.output
    assert [line for line in first.stderr.splitlines() if line.startswith("3 of 4, variance")]
    index = (tmp_path / "out" / "index.html").read_text()
    assert all(f"{name}/dashboard.html" in index for name in NAMES)
    second = counterpoise(*arguments(small, "--json"))
    assert "all stages: 0 runs" in second.stderr
    said = json.loads(second.stdout)
    assert [one["stage"] for one in said["stages"]] == NAMES
    assert all(one["passed_over"] for one in said["stages"])


def test_the_command_refuses_a_file_of_another_kind(counterpoise, small, tmp_path):
    refused = counterpoise("evidence", small, "--out", "out")
    assert refused.exit_code == 2
    assert "claims file" in refused.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ([0.3, 0.5, 0.9], "numbers not kept have a part in 50% of the variance"),
        ([0.9, 1.2, 1.4], "samples are too few"),
        ([], "war leads in 1"),
    ],
)
def test_the_part_of_numbers_that_are_not_kept_is_said_where_it_is_known(totals, said):
    names = [f"outcome {at}" for at in range(len(totals))] or ["outcome"]
    rows = [{"outcome": name, "factor": "war", "total": 0.5} for name in names]
    rows += [{"outcome": name, "factor": OTHERS, "total": total} for name, total in zip(names, totals, strict=False)]
    found = STAGES[2].said({"tables": {"sobol": rows}})
    assert said in found
    assert ("not kept" in found) == bool(totals)
