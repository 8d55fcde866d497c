"""A plausible set written into a config: values move, and comments, notes and figures stay."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.sampling.draws import Draws, Prior
from sim.analysis.sampling.space import space_of
from sim.analysis.write_back import write_back
from sim.errors import ConfigError
from sim.experiments.plausible import PlausibleSets, plausible_digest, scenario_facts
from sim.scenario.load import load_scenario, shipped


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the base config with what it needs beside it."""
    base = shipped()["post-soviet-2020"]
    for folder in ("maps", "patterns"):
        shutil.copytree(base.parent / folder, tmp_path / folder)
    return Path(shutil.copy(base, tmp_path / "mine.yaml"))


def sets_for(config: Path, wanted: str = "*", seed: int = 5) -> PlausibleSets:
    """Two draws from the ranges of a config; the second is the representative one."""
    scenario = load_scenario(config)
    space = space_of(scenario, [wanted])
    values = Draws(space, Prior(len(space.paths), seed)).values(0, 2)
    about = {**scenario_facts(scenario, space.paths), "patterns": "none", "patterns_digest": "", "draws": 2,
             "replicates": 1, "seed": seed, "method": "drawn", "representative": 1}  # fmt: skip
    return PlausibleSets("two", "Two draws", space.paths, values, np.full(2, 0.5), about)


def comments(text: str) -> list[str]:
    return [line.partition(" #")[2] for line in text.splitlines() if " #" in line or line.startswith("#")]


def test_every_number_gets_its_value_and_all_else_stays(config):
    before, text = load_scenario(config), config.read_text(encoding="utf-8")
    sets = sets_for(config)
    assert write_back(config, sets) > 400
    after = load_scenario(config)
    assert {path: after.numbers[path].value for path in sets.paths} == dict(
        zip(sets.paths, sets.values[1], strict=True)
    )
    for path, number in before.numbers.items():
        new = after.numbers[path]
        assert (new.range, new.source, new.note) == (number.range, number.source, number.note), path
        if path not in sets.paths:
            assert new.value == number.value
    assert comments(config.read_text(encoding="utf-8")) == comments(text)
    assert plausible_digest(after, sets.paths) == plausible_digest(before, sets.paths)


def test_a_number_keeps_the_figure_that_its_note_speaks_of(config):
    before = load_scenario(config)
    for seed in (5, 6):  # the second time each number has a figure already
        sets = sets_for(config, seed=seed)
        write_back(config, sets)
        numbers = load_scenario(config).numbers
        for path in sets.paths:
            if path.startswith(("behaviour.", "weights.")):
                assert numbers[path].figure is None
            elif numbers[path].value != before.numbers[path].value:
                said = before.numbers[path]
                assert numbers[path].figure == (said.value if said.figure is None else said.figure), path


def test_writing_the_same_set_twice_changes_nothing(config):
    sets = sets_for(config)
    write_back(config, sets)
    text = config.read_bytes()
    assert write_back(config, sets) == 0
    assert config.read_bytes() == text


def test_numbers_of_a_parent_config_are_added_to_the_child(config):
    child = config.with_name("child.yaml")
    child.write_text(
        "name: child\nextends: mine.yaml\nstates:\n  RUS:\n    name: Russia  # as ever\n", encoding="utf-8"
    )
    parent, sets = config.read_bytes(), sets_for(child, "*")
    write_back(child, sets, 0)
    assert config.read_bytes() == parent
    numbers = load_scenario(child).numbers
    assert [numbers[path].value for path in sets.paths] == sets.values[0].tolist()
    base = load_scenario(config).numbers
    assert all(numbers[path].note == base[path].note for path in sets.paths)
    assert "# as ever" in child.read_text(encoding="utf-8")


def test_block_style_is_kept(tmp_path):
    file = tmp_path / "small.yaml"
    text = shipped()["two-rivals-one-patron"].read_text(encoding="utf-8")
    file.write_text(
        text
        + "\nweights:\n  order:\n    value: 1.0   # one\n    range: [0.5, 2]\n    source: assumption\n    note: plain\n"
        if "\nweights:" not in text
        else text,
        encoding="utf-8",
    )
    sets = sets_for(file)
    write_back(file, sets)
    numbers = load_scenario(file).numbers
    assert [numbers[path].value for path in sets.paths] == sets.values[1].tolist()


def test_sets_of_another_config_are_refused_and_nothing_is_written(config, tmp_path):
    other = Path(shutil.copy(shipped()["two-rivals-one-patron"], tmp_path / "other.yaml"))
    before = other.read_bytes()
    with pytest.raises(ConfigError, match="write into the config that was fitted"):
        write_back(other, sets_for(config))
    assert other.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["mine.yaml", "other.yaml"]
