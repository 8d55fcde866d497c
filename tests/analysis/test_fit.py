"""A fit: where its patterns come from, what it stores, and that what it stores can be used as it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import sim
from sim.analysis.patterns import load_patterns
from sim.errors import ConfigError, ResultsError
from sim.experiments.plausible import load_plausible, plausible_digest
from sim.scenario.load import load_scenario, shipped
from sim.storage.lock import Lock
from sim.storage.signals import Stopped

SCENARIO = "two-rivals-one-patron"
PATTERNS = """
name: small
weeks: 4
replicates: 8
parameters: ["weights.*"]
patterns:
  Q: {text: The ground holds, outcome: control.VAL, week: 3, above: 0.0, at_least: 0.5}
  H: {text: It is quiet, outcome: phase.VAL, week: 3, is: [quiet, fighting], of: runs, at_least: LEAST}
"""
FILES = ("draws.parquet", "plausible.parquet", "report.json")


@pytest.fixture
def patterns(tmp_path) -> Path:
    """A patterns file that every draw fits."""
    file = tmp_path / "small.yaml"
    file.write_text(PATTERNS.replace("LEAST", "0.0"), encoding="utf-8")
    return file


def content(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_plausible_sets_are_read_as_they_were_found(patterns, tmp_path):
    found = sim.fit(SCENARIO, patterns, draws=5, out=tmp_path / "fit")
    sets = load_plausible(tmp_path / "fit" / "plausible.parquet")
    assert sets.paths == found.paths
    assert sets.values.tolist() == found.plausible[list(found.paths)].to_numpy().tolist()
    assert sets.weights.tolist() == pytest.approx([0.2] * 5)
    scenario = load_scenario(SCENARIO)
    assert sets.about["scenario_digest"] == plausible_digest(scenario, found.paths)
    other = scenario.at({found.paths[0]: scenario.numbers[found.paths[0]].value * 1.01})
    assert plausible_digest(other, found.paths) == sets.about["scenario_digest"]


def test_patterns_are_found_beside_the_config_and_never_assumed(counterpoise, patterns, tmp_path):
    (tmp_path / "own.yaml").write_bytes(shipped()[SCENARIO].read_bytes())
    said = counterpoise("fit", "own.yaml", "--draws", "2")
    assert said.exit_code == 2
    assert "patterns must be named, or stand beside the config" in said.stderr
    assert "patterns/own.yaml" in said.stderr
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "own.yaml").write_bytes(patterns.read_bytes())
    assert json.loads(counterpoise("fit", "own.yaml", "--draws", "2", "--json").stdout)["patterns"] == "small"
    assert "configs" not in counterpoise("fit", SCENARIO).stderr
    with pytest.raises(ConfigError, match="patterns must be given"):
        sim.fit(load_scenario(SCENARIO))


@pytest.mark.parametrize("wanted", [0, 500])
def test_stopped_fit_goes_on_and_gives_the_same_bytes(patterns, tmp_path, wanted):
    calls: list[int] = []

    def stop(done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == (3 if wanted else 1):
            raise KeyboardInterrupt

    how = {"draws": 300, "wanted": wanted}
    with pytest.raises(Stopped, match="stopped after 556 of 556 draws" if wanted else "stopped after 256 of 300 draws"):
        sim.fit(SCENARIO, patterns, out=tmp_path / "fit", progress=stop, **how)
    found = sim.fit(SCENARIO, patterns, out=tmp_path / "fit", **how)
    whole = sim.fit(SCENARIO, patterns, out=tmp_path / "whole", threads=1, **how)
    assert content(tmp_path / "fit") == content(tmp_path / "whole")
    assert found.draws.equals(whole.draws)
    assert len(found.draws) == (600 if wanted else 300)
    again = sim.fit(SCENARIO, patterns, out=tmp_path / "fit", progress=lambda done, total: calls.append(-1), **how)
    assert again.found
    assert -1 not in calls
    assert again.draws.equals(whole.draws)
    assert again.plausible.equals(whole.plausible)
    assert again.report == whole.report


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": 2}, "seed from 1 to 2"),
        ({"draws": 3}, "draws from 2 to 3"),
        ({"replicates": 9}, "replicates from 8 to 9"),
        ({"wanted": 1}, "plausible sets that are wanted"),
    ],
)
def test_other_fit_in_the_folder_is_refused_in_words_unless_forced(patterns, tmp_path, change, said):
    folder = tmp_path / "fit"
    first = {"draws": 2, "out": folder}
    sim.fit(SCENARIO, patterns, **first)
    before = content(folder)
    with pytest.raises(ResultsError, match=f"holds other results: {said}.*--out .*fit-2.*--force"):
        sim.fit(SCENARIO, patterns, **{**first, **change})
    assert content(folder) == before
    assert not sim.fit(SCENARIO, patterns, **{**first, **change}, force=True).found


def test_other_patterns_and_other_results_are_refused_in_words(patterns, tmp_path):
    sim.fit(SCENARIO, patterns, draws=2, out=tmp_path / "fit")
    patterns.write_text(patterns.read_text().replace("0.5", "0.6"))
    with pytest.raises(ResultsError, match="patterns small"):
        sim.fit(SCENARIO, patterns, draws=2, out=tmp_path / "fit")
    sim.simulate(SCENARIO, 1, weeks=2, out=tmp_path / "runs")
    with pytest.raises(ResultsError, match="runs, and no fit"):
        sim.fit(SCENARIO, patterns, draws=2, out=tmp_path / "runs")
    with pytest.raises(ResultsError, match="holds other results"):
        sim.simulate(SCENARIO, 1, weeks=2, out=tmp_path / "fit", extend=True)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("force", [False, True])
def test_file_behind_a_link_is_never_written(patterns, tmp_path, name, force):
    folder, other = tmp_path / "fit", tmp_path / "other"
    sim.fit(SCENARIO, patterns, draws=2, out=folder)
    other.write_text("theirs")
    (folder / name).unlink()
    (folder / name).symlink_to(other)
    try:
        sim.fit(SCENARIO, patterns, draws=2, out=folder, force=force)
    except ResultsError as error:
        assert "--force" in str(error)  # noqa: PT017 (the link stays, or gives way to a file)
    assert other.read_text() == "theirs"


@pytest.mark.parametrize("name", ["report.json", "draws.parquet"])
def test_command_writes_through_no_link_that_waits_for_it(counterpoise, patterns, name):
    fit = ("fit", SCENARIO, "--patterns", "small.yaml", "--draws", "2", "--out", "fit")
    assert counterpoise(*fit).exit_code == 0
    Path("theirs").write_bytes((Path("fit") / name).read_bytes())
    before = Path("theirs").read_bytes()
    (Path("fit") / name).unlink()
    (Path("fit") / name).symlink_to(Path("theirs").resolve())
    counterpoise(*fit, "--seed", "2", "--force")
    assert Path("theirs").read_bytes() == before


def test_files_of_others_are_not_replaced(patterns, tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "report.json").write_text("theirs")
    with pytest.raises(ResultsError, match="is not empty and holds no results"):
        sim.fit(SCENARIO, patterns, draws=2, out=folder, force=True)
    assert (folder / "report.json").read_text() == "theirs"


@pytest.mark.parametrize("name", FILES)
def test_lost_file_is_made_again(patterns, tmp_path, name):
    sim.fit(SCENARIO, patterns, draws=2, out=tmp_path / "fit")
    before = content(tmp_path / "fit")
    (tmp_path / "fit" / name).unlink()
    sim.fit(SCENARIO, patterns, draws=2, out=tmp_path / "fit")
    assert content(tmp_path / "fit") == before


def test_folder_that_another_process_writes_is_refused(patterns, tmp_path):
    (tmp_path / "fit").mkdir()
    lock = Lock(tmp_path / "fit")
    lock.take()
    try:
        with pytest.raises(ResultsError, match="is being written by another process"):
            sim.fit(SCENARIO, patterns, draws=2, out=tmp_path / "fit")
    finally:
        lock.release()


def test_every_column_has_its_unit_and_meaning(patterns, tmp_path):
    sim.fit(SCENARIO, patterns, draws=2, out=tmp_path / "fit")
    schema = pq.read_schema(tmp_path / "fit" / "draws.parquet")
    assert len(schema) > 2
    assert all(field.metadata[b"unit"] and field.metadata[b"meaning"] for field in schema)


def test_status_and_dashboard_say_what_the_folder_is(counterpoise, patterns):
    counterpoise("fit", SCENARIO, "--patterns", "small.yaml", "--draws", "2", "--out", "fit")
    status = counterpoise("status", "fit")
    assert status.exit_code == 0
    assert "fit: complete, 2 of 2 draws (100.0%)" in status.stdout
    assert "--plausible fit/plausible.parquet" in status.stdout
    assert json.loads(counterpoise("status", "fit", "--json").stdout)["unit"] == "draw"
    for command in (("dashboard", "fit"), ("compare", "fit", "fit")):
        said = counterpoise(*command)
        assert said.exit_code == 1
        assert said.stderr.count("\n") == 1
        assert "fit holds a fit, which has no runs" in said.stderr
        assert "sets: fit/plausible.parquet" in said.stderr


def test_status_of_a_stopped_fit_says_how_it_goes_on(counterpoise, patterns):
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Stopped):
        sim.fit(SCENARIO, "small.yaml", draws=300, out="fit", progress=stop)
    status = counterpoise("status", "fit")
    assert status.exit_code == 4
    assert "fit: stopped, 256 of 300 draws" in status.stdout
    assert "the command that began it goes on" in status.stdout


def test_fit_that_nothing_passes_says_so(counterpoise, patterns):
    patterns.write_text(PATTERNS.replace("LEAST", "0.0").replace("above: 0.0", "above: 2.0"))
    said = counterpoise("fit", SCENARIO, "--patterns", "small.yaml", "--draws", "2", "--out", "fit").stdout
    assert "0 of 2 draws show all 2 patterns" in said
    assert "no draw shows all patterns: fit/draws.parquet says how near each came" in said
    assert "draws from the ranges that miss one pattern alone: Q 2 (by 0.5 at the median)" in said
    for option in ("--write", "--plausible"):
        refused = counterpoise(
            "fit", SCENARIO, "--patterns", "small.yaml", "--draws", "2", "--out", "fit", option, "it"
        )
        assert refused.exit_code == 1
        assert "nothing to write" in refused.stderr
        assert not Path("it").exists()


def test_json_says_what_the_words_say(counterpoise, patterns):
    found = json.loads(
        counterpoise("fit", SCENARIO, "--patterns", "small.yaml", "--draws", "2", "--out", "fit", "--json").stdout
    )
    assert (found["draws"], found["plausible"], found["folder"]) == (2, 2, "fit")
    assert [rate["pattern"] for rate in found["rates"]] == ["Q", "H"]
    assert found["representative"]["draw"] in (0, 1)
    assert found["parameters"] == len(sim.fit(SCENARIO, "small.yaml", draws=1).paths)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"draws": 0}, "draws must be a whole number"),
        ({"draws": 2.5}, "draws must be a whole number"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"replicates": True}, "replicates must be a whole number"),
        ({"threads": 0}, "threads must be a whole number"),
        ({"patterns": "smal"}, "smal"),
        ({"wanted": -1}, "wanted must be a whole number"),
        ({"method": "luck"}, "method must be importance or history"),
    ],
)
def test_argument_that_is_none_is_refused_in_words(patterns, arguments, said):
    with pytest.raises(ConfigError, match=said):
        sim.fit(SCENARIO, **{"patterns": patterns, "draws": 2, **arguments})


def test_whole_numbers_of_numpy_are_whole_numbers(patterns):
    one = sim.fit(SCENARIO, patterns, draws=np.int64(2), seed=np.uint8(3), replicates=np.int32(4))
    assert one.draws.equals(sim.fit(SCENARIO, load_patterns(patterns), draws=2, seed=3, replicates=4).draws)


def test_words_are_not_drawn(patterns):
    patterns.write_text(patterns.read_text().replace('["weights.*"]', '["weights.*", "states.*", "behaviour.*"]'))
    found = sim.fit(SCENARIO, patterns, draws=1)
    layout = load_scenario(SCENARIO).layout
    assert {layout.quantity(path).unit for path in found.paths}.isdisjoint({"policy", "switch"})


def test_fit_is_a_public_name():
    assert "fit" in sim.__all__
    assert callable(sim.fit)
