"""A manifest may be a stranger's, with the right seal: whatever it says, each command ends soon and in words."""

from __future__ import annotations

import copy
import json
import shutil
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import ConfigError
from sim.execution import runner
from sim.execution.run import sweep
from sim.storage.manifest import sealed

SWEEP = """
name: small
title: Small
scenario: two-rivals-one-patron
replicates: 6
seed: 1
weeks: 4
factors:
  - path: states.ALD.arms_policy
    values: [endogenous, none]
  - path: ties.ALD.BOR.arms
    values: [0.2, 0.4]
"""
SETS = """
name: sets
title: Sets
scenario: post-soviet-2020
replicates: 2
seed: 1
weeks: 4
series: {replicates: 1}
design: product
of:
  - {design: plausible, sets: october-2020, points: 2}
  - {design: grid, factors: [{path: contests.NK.parties.TUR.posture_policy, values: [choose, abstain]}]}
"""
WALK = (
    SWEEP.replace("small", "walk").partition("factors:")[0]
    + """
design: product
of:
  - {design: morris, trajectories: 2, levels: 4, factors: [{path: ties.ALD.BOR.arms, range: [0.2, 0.4]}]}
  - {design: grid, factors: [{path: states.ALD.arms_policy, values: [endogenous, none]}]}
"""
)
ABSURD = (
    None, True, -1, 0, 1, 2, 3.5, 10**6, 10**9, 10**18, 10**40, 1e308, -1e308, float("nan"), "", "x", "\x1b[31mred", "\ud800", "../x", "9" * 5000,
    "runs/part-00000.parquet", [], {}, [1], [[]], ["x", "x"], {"x": 1}, {"from": 0, "to": 10**12}, {"from": -5, "to": 3}, list(range(300)),
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A sweep's folder, another folder like it, those of drawn designs, and the sweep files."""
    home = tmp_path_factory.mktemp("manifests")
    for name, text, folders in (
        ("small", SWEEP, ("out", "other")),
        ("sets", SETS, ("sets",)),
        ("walk", WALK, ("walk",)),
    ):
        (home / f"{name}.yaml").write_text(text)
        for folder in folders:
            sweep(home / f"{name}.yaml", out=home / folder)
    return home


def places(tree, path=()):
    """Paths of all entries of a manifest."""
    if path:
        yield path
    below = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in below:
        yield from places(value, (*path, key))


def changed(manifest, path, how, value):
    """A manifest with one entry gone, doubled, renamed or replaced; what is not on the way there is shared."""
    found = room = copy.copy(manifest)
    for key in path[:-1]:
        room[key] = copy.copy(room[key])
        room = room[key]
    key = path[-1]
    if how == "gone":
        del room[key]
    elif how == "put":
        room[key] = value
    elif how == "renamed" and isinstance(room, dict):
        room[str(value)] = room.pop(key)
    elif how == "doubled" and isinstance(room, list):
        room.append(copy.deepcopy(room[key]))
    elif how == "swapped" and isinstance(room, dict):
        other = next(iter(room))
        room[key], room[other] = room[other], room[key]
    return found


def written(manifest):
    """Text of a manifest that was sealed anew, even of one that cannot be written as UTF-8."""
    return sealed(manifest).encode("utf-8", "surrogatepass")


DOORS = (
    ["status", "out"], ["dashboard", "out"], ["compare", "out", "other"], ["compare", "other", "out", "--json"], ["merge", "out", "--out", "merged"],
    ["sweep", "small.yaml", "--out", "out"], ["sweep", "small.yaml", "--out", "out", "--replicates", "8", "--extend"], ["analyse", "out"],
)  # fmt: skip


@pytest.fixture
def run_on(whole, tmp_path, monkeypatch):
    """Give a manifest to a command, in a copy of its folder; what it says, and with which code it ends."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SWEEP)
    (tmp_path / "other").symlink_to(whole / "other")

    def run_on(manifest, command, of="out"):
        for name in ("out", "merged"):
            shutil.rmtree(name, ignore_errors=True)
        shutil.copytree(whole / of, "out")
        content = written(manifest)
        for name in ("manifest.json", ".manifest.json"):
            (tmp_path / "out" / name).write_bytes(content)
        begun = time.process_time()
        result = CliRunner().invoke(app, command, prog_name="counterpoise")
        assert time.process_time() - begun < 30, command
        assert result.exception is None or isinstance(result.exception, SystemExit), (command, result.exc_info)
        assert result.exit_code in (0, 1, 2, 4), command
        return result

    return run_on


def draw_change(data, manifest, below=()):
    """One entry of a manifest, or of a part of it, changed in one way."""
    rooms, part = {}, manifest
    for key in below:
        part = part[key]
    for path in places(part, below):
        if path != ("seal",):
            rooms.setdefault((*path[: len(below) + 2], len(path)), []).append(path)
    path = data.draw(st.sampled_from(rooms[data.draw(st.sampled_from(sorted(rooms, key=str)), "room")]), "path")
    how = data.draw(st.sampled_from(["gone", "put", "renamed", "doubled", "swapped"]), "how")
    return changed(manifest, path, how, data.draw(st.sampled_from(ABSURD), "value"))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_resealed_manifest_ends_every_command_soon_and_in_words(whole, run_on, data):
    manifest = json.loads((whole / "out" / "manifest.json").read_bytes())
    run_on(draw_change(data, manifest), data.draw(st.sampled_from(DOORS), "command"))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data(), folder=st.sampled_from(["sets", "walk"]))
def test_resealed_design_ends_every_command_soon_and_in_words(whole, run_on, data, folder):
    manifest = json.loads((whole / folder / "manifest.json").read_bytes())
    command = data.draw(
        st.sampled_from([["dashboard", "out"], ["analyse", "out"], ["compare", "out", "other"]]), "command"
    )
    run_on(draw_change(data, manifest, ("sampling",)), command, folder)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("stages", 0, "points"), {"from": 0, "to": 10**12}),
        (("stages", 0, "points"), {"from": 0, "to": 10**6}),
        (("stages", 0, "points"), [0, 0, 0, 0]),
        (("stages", 0, "points"), []),
        (("stages", 0, "last"), 10**9),
        (("stages", 0, "last"), [6, 6, 6]),
        (("stages", 0, "first"), 7),
        (("stages",), [{"points": {"from": 0, "to": 10**6}, "first": 0, "last": 1}] * 10_000),
        (("stages",), [{"points": {"from": 0, "to": 4}, "first": 0, "last": 6}] * 2),
        (("stages",), []),
        (("shard",), {"index": 1, "of": 1, "first": 0, "last": 10**15}),
        (("begin",), 10**15),
        (("series", "rows"), 10**12),
        (("series", "every"), 0),
        (("points",), 10**12),
        (("points",), 5),
        (("replicates",), 10**12),
        (("factors", 0, "labels"), ["one"]),
        (("factors", 0, "path"), "point"),
        (("factors", 0, "settings"), None),
        (("postures",), ["abstain"]),
        (("terms",), ["effort", "effort"]),
        (("parts", "runs/part-00000.parquet", "sha256"), "x"),
        (("parts", "runs/part-00000.parquet", "rows"), -1),
        (("scenario", "structure", "weeks"), 10**12),
        (("scenario", "structure", "dt"), 1e-300),
        (("scenario", "structure", "start"), "9999-12-31"),
        (("scenario", "structure", "patrons"), ["XXX"]),
        (("scenario", "structure", "contests", 0, "parties", 0, "state"), "XXX"),
        (("scenario", "numbers"), {"behaviour.rift": 1}),
    ],
)
@pytest.mark.parametrize("command", [DOORS[0], DOORS[-1]], ids=" ".join)
def test_absurd_manifest_is_refused_in_one_line(whole, run_on, path, value, command):
    manifest = json.loads((whole / "out" / "manifest.json").read_bytes())
    begun = time.process_time()
    result = run_on(changed(manifest, path, "put", value), command)
    assert time.process_time() - begun < 10
    assert result.exit_code == 1
    assert "is no manifest that Counterpoise wrote (" in result.stderr
    assert len([line for line in result.stderr.splitlines() if "error" in line]) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("columns",), {}),
        (("series", "columns"), {}),
        (("factors",), []),
        (("factors", 0, "path"), "other"),
        (("terms",), ["effort"]),
    ],
)
def test_parts_must_have_the_columns_points_and_terms_that_the_manifest_lists(whole, run_on, path, value):
    manifest = json.loads((whole / "out" / "manifest.json").read_bytes())
    result = run_on(changed(manifest, path, "put", value), ["dashboard", "out"])
    assert result.exit_code == 1
    assert "holds other rows or columns than the manifest says" in result.stderr


def test_more_runs_than_a_folder_can_list_are_refused_before_any_is_made(tmp_path, monkeypatch):
    (tmp_path / "small.yaml").write_text(SWEEP)
    monkeypatch.setattr(runner, "MOST_PARTS", 0)
    with pytest.raises(ConfigError, match="must come to at most 0 parts of a folder"):
        sweep(tmp_path / "small.yaml", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", DOORS, ids=" ".join)
def test_folder_that_was_stopped_before_its_design_was_listed_ends_in_words(whole, run_on, command):
    manifest = json.loads((whole / "out" / "manifest.json").read_bytes())
    del manifest["parts"]["design.parquet"]
    run_on(manifest | {"complete": False}, command)
