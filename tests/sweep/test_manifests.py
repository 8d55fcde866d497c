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
from sim.sweep.manifest import sealed
from sim.sweep.run import sweep

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
ABSURD = (
    None, True, -1, 0, 1, 2, 3.5, 10**6, 10**9, 10**18, 10**40, 1e308, -1e308, float("nan"), "", "x", "\x1b[31mred", "\ud800", "../x", "9" * 5000,
    "runs/part-00000.parquet", [], {}, [1], [[]], ["x", "x"], {"x": 1}, {"from": 0, "to": 10**12}, {"from": -5, "to": 3}, list(range(300)),
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A sweep's folder, another folder like it, and its sweep file."""
    home = tmp_path_factory.mktemp("manifests")
    (home / "small.yaml").write_text(SWEEP)
    for name in ("out", "other"):
        sweep(home / "small.yaml", out=home / name)
    return home


def places(tree, path=()):
    """Paths of all entries of a manifest."""
    if path:
        yield path
    below = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in below:
        yield from places(value, (*path, key))


def changed(manifest, path, how, value):
    """A manifest with one entry gone, doubled, renamed or replaced."""
    found = copy.deepcopy(manifest)
    room = found
    for key in path[:-1]:
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


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_resealed_manifest_ends_every_command_soon_and_in_words(whole, tmp_path, data):
    manifest = json.loads((whole / "out" / "manifest.json").read_bytes())
    rooms = {}
    for path in places(manifest):
        if path != ("seal",):
            rooms.setdefault((*path[:2], len(path)), []).append(path)
    room = data.draw(st.sampled_from(sorted(rooms, key=str)), "room")
    path = data.draw(st.sampled_from(rooms[room]), "path")
    how = data.draw(st.sampled_from(["gone", "put", "renamed", "doubled", "swapped"]), "how")
    value = data.draw(st.sampled_from(ABSURD), "value")
    check_doors(whole, tmp_path, changed(manifest, path, how, value))


def check_doors(whole, tmp_path, manifest):
    """Give a manifest to every command, each with a folder of its own."""
    out, other, file = (str(place) for place in (tmp_path / "out", whole / "other", whole / "small.yaml"))
    for command in (
        ["status", out], ["dashboard", out], ["compare", out, other], ["compare", other, out, "--json"], ["sweep", file, "--out", out],
        ["sweep", file, "--out", out, "--replicates", "8", "--extend"], ["merge", out, "--out", f"{out}-merged"],
    ):  # fmt: skip
        for name in ("out", "out-merged"):
            shutil.rmtree(tmp_path / name, ignore_errors=True)
        shutil.copytree(whole / "out", out)
        for name in ("manifest.json", ".manifest.json"):
            (tmp_path / "out" / name).write_bytes(written(manifest))
        begun = time.monotonic()
        result = CliRunner().invoke(app, command, prog_name="counterpoise")
        assert time.monotonic() - begun < 30, command
        assert result.exception is None or isinstance(result.exception, SystemExit), (command, result.exc_info)
        assert "\x1b" not in result.output
        assert result.exit_code in (0, 1, 2, 4), command
