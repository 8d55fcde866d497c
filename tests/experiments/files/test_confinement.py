"""Files that a config or a sweep file names: only those beside it or below, of their kind, and none is shown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sim.errors import ConfigError
from sim.experiments.files.sweep_file import load_sweep
from sim.scenario.load import load_scenario, shipped

BASE = "two-rivals-one-patron"
FACTOR = "factors: [{path: weights.order, values: [1]}]"
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
DOORS = {
    "extends": ("name: child\nextends: FILE\n", ".yaml", load_scenario),
    "map": ("name: child\nextends: base.yaml\nmap: FILE\n", ".geojson", load_scenario),
    "map.file": ("name: child\nextends: base.yaml\nmap:\n  file: FILE\n", ".geojson", load_scenario),
    "scenario": (f"name: child\nscenario: FILE\n{FACTOR}\n", ".yaml", load_sweep),
    "file": ("name: child\nscenario: base.yaml\ndesign: list\nfile: FILE\n", ".csv", load_sweep),
}
NAMES = {
    "above": "../outside/x{ending}",
    "above by a way round": "below/../../outside/x{ending}",
    "from the root": "{root}/outside/x{ending}",
    "a link to a file": "link{ending}",
    "a link to a folder": "folder/x{ending}",
    "another kind": "secret.txt",
    "another kind, of no name": ".env",
    "a device": "/dev/stdin",
    "a folder": "below",
    "no file": "nowhere{ending}",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of configs, and another beside it with the same files."""
    content = {
        ".yaml": shipped()[BASE].read_text(encoding="utf-8"),
        ".geojson": json.dumps({"type": "Feature", "id": "ALD", "geometry": SQUARE}),
        ".csv": "weights.order\n1\n",
    }
    for folder in ("home", "home/below", "home/sweeps", "outside"):
        (tmp_path / folder).mkdir()
    for ending, text in content.items():
        (tmp_path / "outside" / f"x{ending}").write_text(text, encoding="utf-8")
        (tmp_path / "home" / f"base{ending}").write_text(text, encoding="utf-8")
        (tmp_path / "home" / "below" / f"x{ending}").write_text(text, encoding="utf-8")
        (tmp_path / "home" / f"link{ending}").symlink_to(tmp_path / "outside" / f"x{ending}")
    (tmp_path / "home" / "folder").symlink_to(tmp_path / "outside")
    for name in ("secret.txt", ".env"):
        (tmp_path / "home" / name).write_text("PASSWORD=hunter2\n", encoding="utf-8")
    return tmp_path / "home"


def write(home: Path, door: str, named: str) -> Path:
    file = home / "child.yaml"
    file.write_text(DOORS[door][0].replace("FILE", named), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("door", DOORS)
def test_no_file_leads_out_of_its_folder(home: Path, door: str, name: str) -> None:
    _, ending, load = DOORS[door]
    file = write(home, door, NAMES[name].format(ending=ending, root=home.parent))
    with pytest.raises(ConfigError) as caught:
        load(file)
    [fault] = caught.value.faults
    lines = file.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if f"{door.rpartition('.')[2]}: " in text)
    assert (fault.path, fault.where) == (door, f"{file}:{line}")
    assert fault.remedy
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("door", DOORS)
def test_files_beside_and_below_are_taken(home: Path, door: str) -> None:
    _, ending, load = DOORS[door]
    for named in (f"base{ending}", f"below/x{ending}", f"./below/../base{ending}"):
        assert load(write(home, door, named)).name == "child"


@pytest.mark.parametrize("door", [door for door in DOORS if door != "file"])
def test_backslash_between_folders_is_told_from_a_slash(home: Path, door: str) -> None:
    _, ending, load = DOORS[door]
    with pytest.raises(ConfigError, match=f"must have / between folders .*; write below/x{ending}"):
        load(write(home, door, f"below\\x{ending}"))


@pytest.mark.parametrize("door", ["extends", "map", "scenario"])
def test_endings_may_be_of_capital_letters(home: Path, door: str) -> None:
    _, ending, load = DOORS[door]
    shutil.copy(home / f"base{ending}", home / f"LOUD{ending.upper()}")
    assert load(write(home, door, f"LOUD{ending.upper()}")).name == "child"


def test_sweep_in_a_folder_of_sweeps_may_name_a_config_of_the_folder_above(home: Path) -> None:
    file = home / "sweeps" / "child.yaml"
    for named in ("../base.yaml", "../below/x.yaml", BASE):
        file.write_text(DOORS["scenario"][0].replace("FILE", named), encoding="utf-8")
        assert load_sweep(file).scenario.name == BASE
    file.write_text(DOORS["scenario"][0].replace("FILE", "../../outside/x.yaml"), encoding="utf-8")
    with pytest.raises(ConfigError, match="must stay in the folder"):
        load_sweep(file)


def test_scenario_without_an_ending_is_a_shipped_one_and_no_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    shutil.copy("base.yaml", "base")
    with pytest.raises(ConfigError, match="must be a config beside this file, or the name of a shipped one"):
        load_sweep(write(home, "scenario", "base"))
    with pytest.raises(ConfigError, match=f"did you mean {BASE}"):
        load_sweep(write(home, "scenario", BASE[:-1]))


def test_config_that_is_a_link_is_seen_from_where_it_lies(home: Path) -> None:
    for door in ("extends", "scenario"):
        file = write(home, door, "base.yaml")
        link = home.parent / "outside" / f"{door}.yaml"
        link.symlink_to(file)
        assert DOORS[door][2](link).name == "child"


@pytest.mark.parametrize("door", DOORS)
def test_missing_file_is_told_with_the_folder_of_a_bare_name(
    home: Path, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    text, ending, load = DOORS[door]
    (home / "child.yaml").write_text(text.replace("FILE", f"nowhere{ending}"), encoding="utf-8")
    monkeypatch.chdir(home)
    with pytest.raises(ConfigError, match=f"it was looked for in {home.name}/"):
        load(Path("child.yaml"))
