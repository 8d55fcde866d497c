"""Files of plausible sets: written, read, thinned, and refused where they are none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sets import ABOUT, make_sets

from sim.errors import ConfigError
from sim.experiments.plausible import PlausibleSets, load_plausible, plausible_digest, write_plausible
from sim.scenario.load import load_scenario

pytestmark = pytest.mark.quick

BASE = "two-rivals-one-patron"
KEY = b"counterpoise"


@pytest.fixture(scope="module")
def sets() -> PlausibleSets:
    """Sets of the weights of the smallest scenario."""
    return make_sets(load_scenario(BASE), "weights.*", "behaviour.*")


@pytest.fixture
def written(tmp_path: Path, sets: PlausibleSets) -> Callable[..., Path]:
    """Writes a file of sets with other columns or another text of what they are."""

    def write(columns: dict[str, Any] | None = None, about: Any = None) -> Path:
        good = dict(zip(sets.paths, sets.values.T, strict=True)) | {"weight": sets.weights}
        said = {**sets.about, "name": sets.name, "title": sets.title, "paths": list(sets.paths)}
        text = about if isinstance(about, bytes) else json.dumps(said | (about or {})).encode()
        table = pa.table({**good, **(columns or {})}).replace_schema_metadata({KEY: text} if text else None)
        pq.write_table(table, tmp_path / "sets.parquet")
        return tmp_path / "sets.parquet"

    return write


def refusal(source: str | Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_plausible(source)
    return str(caught.value)


def test_what_is_written_is_read_again_bit_for_bit(tmp_path: Path, sets: PlausibleSets) -> None:
    write_plausible(tmp_path / "sets.parquet", sets)
    found = load_plausible(tmp_path / "sets.parquet")
    assert (found.name, found.title, found.paths) == (sets.name, sets.title, sets.paths)
    assert found.values.tobytes() == sets.values.tobytes()
    assert found.weights.tobytes() == sets.weights.tobytes()
    assert found.digest == sets.digest
    assert {key: found.about[key] for key in ABOUT} == ABOUT
    first = (tmp_path / "sets.parquet").read_bytes()
    write_plausible(tmp_path / "sets.parquet", found)
    assert (tmp_path / "sets.parquet").read_bytes() == first


def test_digest_of_sets_tells_any_number_apart(sets: PlausibleSets) -> None:
    moved = sets.values.copy()
    moved[3, 2] = np.nextafter(moved[3, 2], 1e9)
    others = [replace(sets, values=moved), replace(sets, weights=sets.weights[::-1] + 0.01)]
    assert len({sets.digest, *(one.digest for one in others)}) == 3


def test_arrays_that_do_not_fit_are_refused_at_once(sets: PlausibleSets) -> None:
    with pytest.raises(ValueError, match="values for"):
        replace(sets, weights=sets.weights[:-1])


@given(weights=st.lists(st.floats(0, 1), min_size=1, max_size=40), points=st.integers(1, 60))
def test_thinning_takes_each_set_as_often_as_its_weight_says(weights: list[float], points: int) -> None:
    share = np.array(weights) + 1e-6
    share /= share.sum()
    sets = PlausibleSets("made", "Made", ("a.b",), np.zeros((len(share), 1)), share, {})
    taken = np.bincount(sets.thinned(points), minlength=len(share))
    assert taken.sum() == points
    assert (np.abs(taken - points * share) < 1 + 1e-6).all()


def test_thinning_takes_all_sets_once_where_they_weigh_the_same() -> None:
    share = np.full(337, 1 / 337)
    sets = PlausibleSets("made", "Made", ("a.b",), np.zeros((337, 1)), share, {})
    assert sets.thinned().tolist() == list(range(337))
    assert len(set(sets.thinned(100).tolist())) == 100


def test_digest_counts_what_bears_on_the_fit_and_nothing_else() -> None:
    scenario = load_scenario(BASE)
    paths = ("weights.order",)
    usual = plausible_digest(scenario, paths)
    number, other = scenario.numbers["weights.order"], scenario.numbers["weights.balance"]

    def digest(**changed: Any) -> str:
        return plausible_digest(replace(scenario, numbers={**scenario.numbers, **changed}), paths)

    assert digest(**{"weights.order": replace(number, value=number.value + 0.1)}) == usual
    assert digest(**{"weights.balance": replace(other, note="another", source="elsewhere")}) == usual
    assert plausible_digest(scenario.with_({"weeks": 13, "dt": 0.5}), paths) == usual
    assert plausible_digest(replace(scenario, name="other", title="Other", names={}), paths) == usual
    assert digest(**{"weights.order": replace(number, range=(number.range[0], number.range[1] + 1))}) != usual
    assert digest(**{"weights.balance": replace(other, value=other.value + 0.1)}) != usual
    fewer = replace(scenario.structure, clients=scenario.structure.clients[1:])
    assert plausible_digest(replace(scenario, structure=fewer), paths) != usual


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (b"", "what its sets were found for"),
        (b"[" * 100_000, "what its sets were found for"),
        (b"{not json", "must be a file of plausible sets"),
        (b"\xff\xfe", "must be a file of plausible sets"),
        (b"3", "what its sets were found for"),
        ({"name": "../../etc"}, "must say its name"),
        ({"name": "a\x1b[2Jb"}, "must say its name"),
        ({"scenario_digest": None}, "must say its scenario_digest"),
        ({"draws": -1}, "must say its draws"),
        ({"draws": True}, "must say its draws"),
        ({"representative": 1.5}, "must say its representative"),
        ({"paths": "weights.*"}, "must say its paths"),
        ({"paths": ["weights.order"]}, "must have a column for each of its paths"),
    ],
)
def test_a_file_that_does_not_say_what_it_is_is_refused(written: Callable[..., Path], about: Any, said: str) -> None:
    assert said in refusal(written(about=about))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"weights.order": np.arange(8)}, "columns of float64 (found weights.order)"),
        ({"weights.order": ["1"] * 8}, "columns of float64 (found weights.order)"),
        ({"weights.order": [None, *np.ones(7)]}, "a number in every cell (found others in weights.order)"),
        ({"weights.order": [np.inf, *np.ones(7)]}, "a number in every cell"),
        ({"weight": np.full(8, 1.0)}, "whose sum is 1"),
        ({"weight": [-0.25, 1.25, *np.zeros(6)]}, "weights of 0 or more"),
        ({"further": np.zeros(8)}, "must have a column for each of its paths"),
    ],
)
def test_cells_that_are_no_numbers_or_weights_are_refused(
    written: Callable[..., Path], columns: dict[str, Any], said: str
) -> None:
    assert said in refusal(written(columns))


def test_a_table_without_rows_and_a_damaged_file_are_refused(written: Callable[..., Path], tmp_path: Path) -> None:
    file = written()
    content = file.read_bytes()
    pq.write_table(pq.read_table(file).slice(0, 0), file)
    assert "must have 1 to" in refusal(file)
    for damaged in (
        content[:-100],
        content[: len(content) // 2],
        b"PAR1",
        b"",
        content[:40] + b"\0" * 60 + content[100:],
    ):
        file.write_bytes(damaged)
        assert "must be a file of plausible sets" in refusal(file)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "shipped" in refusal("no-such-sets")
    assert "must be readable" in refusal(tmp_path / "nowhere.parquet")
    assert "must be an ordinary file" in refusal(tmp_path)
    pipe = tmp_path / "pipe.parquet"
    os.mkfifo(pipe)
    assert "must be an ordinary file" in refusal(pipe)
