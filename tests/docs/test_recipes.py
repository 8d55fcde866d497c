"""Recipes of the guide, followed to the letter in a copy of the package: each new thing works, is listed and is shown."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parents[1]
RECIPES = Path(sim.__file__).parent / "guide" / "recipes"
EDIT = re.compile(
    r"^(?:In `(?P<file>[^`]+)`, (?P<side>above|below) the line that begins (?P<ticks>`+) ?(?P<line>.+?) ?(?P=ticks)"
    r"|A new file, `(?P<new>[^`]+)`):\n\n```\w*\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
YAML = re.compile(r"^```yaml\n(name: (\S+)\n.*?)^```$", re.MULTILINE | re.DOTALL)
MOST_PLACES = {"motive": 4, "lever": 1, "posture": 1, "outcome": 3, "design": 4, "section": 3}
"""Places that a developer edits by hand, at most."""
CONFIG = """
name: everything
extends: two-rivals-one-patron.yaml
weeks: 4
sources: {survey: {kind: publication, title: A survey of viewers}}
ties:
  ALD:
    BOR:
      media: {value: 0.3, range: [0.1, 0.5], source: assumption, note: a third}
outcomes: ["term.VAL.*", "probability.VAL.*", "level.*", "amity"]
"""


@dataclass(frozen=True)
class Edit:
    """A step of a recipe: text that goes into a file beside a line, or is a new file."""

    file: str
    side: str
    line: str
    text: str

    def apply(self, root: Path) -> None:
        path = root / self.file
        if not self.side:
            assert not path.exists(), f"{self.file} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        places = [number for number, line in enumerate(lines) if line.strip().startswith(self.line.strip())]
        assert len(places) == 1, f"{len(places)} lines of {self.file} begin {self.line}"
        at = places[0] + (self.side == "below")
        spaces = "\n\n" if re.search(r"^(def|class) ", self.text, re.MULTILINE) else ""
        text = self.text + spaces if self.side == "above" else spaces + self.text
        path.write_text("".join([*lines[:at], text, *lines[at:]]), encoding="utf-8")


def edits(page: Path) -> list[Edit]:
    found = EDIT.finditer(page.read_text(encoding="utf-8"))
    return [Edit(one["file"] or one["new"], one["side"] or "", one["line"] or "", one["text"]) for one in found]


@dataclass(frozen=True)
class Copy:
    """A copy of the package in which all recipes were followed."""

    root: Path

    def python(self, *arguments: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(self.root), "NUMBA_DISABLE_JIT": "1", "COUNTERPOISE_LANES": "1"}
        done = subprocess.run(
            [sys.executable, *arguments], check=False, cwd=self.root, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def command(self, *arguments: str) -> str:
        return self.python("-m", "sim", *arguments)

    def text(self, file: str) -> str:
        return (self.root / file).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    root = tmp_path_factory.mktemp("recipes")
    for folder in ("sim", "configs", "tests"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for page in sorted(RECIPES.glob("*.md")):
        for edit in edits(page):
            edit.apply(root)
    explained = (root / "sim" / "reasons.py").read_text(encoding="utf-8")
    assert explained.count("EXPLAINED = 128") == 1  # of one run here, since nothing is compiled
    (root / "sim" / "reasons.py").write_text(explained.replace("EXPLAINED = 128", "EXPLAINED = 1"), encoding="utf-8")
    (root / "two-rivals-one-patron.yaml").write_bytes((root / "configs" / "two-rivals-one-patron.yaml").read_bytes())
    (root / "everything.yaml").write_text(CONFIG, encoding="utf-8")
    made = Copy(root)
    made.python("tests/docs/parameters.py")
    return made


@pytest.fixture(scope="module")
def manifest(copy: Copy) -> dict[str, dict[str, object]]:
    """What a run of the copy says of its columns."""
    copy.command("run", "everything.yaml", "--replicates", "2", "--out", "run", "--quiet")
    found: dict[str, dict[str, object]] = json.loads(copy.text("run/manifest.json"))
    return found


def data_of(page: str) -> str:
    """What the script of a page draws."""
    packed = re.search(r'id="bulk">([^<]+)<', page)
    assert packed
    return gzip.decompress(base64.b64decode(packed[1])).decode()


@pytest.mark.parametrize("name", MOST_PLACES)
def test_recipe_touches_few_places(name: str) -> None:
    article = "an" if name == "outcome" else "a"
    steps = edits(RECIPES / f"add-{article}-{name}.md")
    assert 0 < len(steps) <= MOST_PLACES[name]


def test_every_recipe_is_followed_here() -> None:
    assert len(list(RECIPES.glob("*.md"))) == len(MOST_PLACES)


@pytest.mark.parametrize("page", sorted(RECIPES.glob("*.md")), ids=lambda page: page.stem)
def test_configs_of_a_recipe_are_sound(copy: Copy, page: Path) -> None:
    for text, name in YAML.findall(page.read_text(encoding="utf-8")):
        (copy.root / f"{name}.yaml").write_text(text, encoding="utf-8")
        copy.command("check", f"{name}.yaml")


def test_new_motive_is_weighed_told_and_tried(copy: Copy, manifest: dict[str, dict[str, object]]) -> None:
    assert "term.VAL.ALD.guard:final" in manifest["columns"]
    assert "weights.guard" in copy.text("run/dashboard.html")
    assert "Guarding its own borders" in data_of(copy.text("run/dashboard.html"))
    assert "| `guard` | deployed | near · (1 − hostility) |" in copy.text("sim/ODD.md")
    copy.python("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "tests/rules/test_battery.py", "-k", "guard")


def test_new_outcome_is_kept_and_described(copy: Copy, manifest: dict[str, dict[str, object]]) -> None:
    assert {"amity:final", "amity:mean"} <= set(manifest["columns"])
    assert "| `amity` |" in copy.text("sim/ODD.md")


def test_new_lever_is_observed_and_has_its_numbers(copy: Copy, manifest: dict[str, dict[str, object]]) -> None:
    assert "level.ALD.BOR.media:final" in manifest["columns"]
    assert "levers.media.bandwidth" in copy.text("run/dashboard.html")
    assert "| `media` |" in copy.text("sim/ODD.md")


def test_new_posture_can_be_chosen_and_is_drawn(copy: Copy, manifest: dict[str, dict[str, object]]) -> None:
    assert "probability.VAL.ALD.train-holder:final" in manifest["columns"]
    assert "postures.train-holder.aid" in copy.text("run/dashboard.html")
    assert "| train-holder | holder |" in copy.text("sim/ODD.md")


def test_new_section_stands_on_the_page(copy: Copy, manifest: dict[str, dict[str, object]]) -> None:
    page = copy.text("run/dashboard.html")
    assert re.search(r'<section[^>]* id="sources"', page)
    assert 'href="#sources"' in page


def test_new_design_is_swept_and_offered_to_editors(copy: Copy) -> None:
    text = next(text for text, name in YAML.findall((RECIPES / "add-a-design.md").read_text()) if name == "ends")
    (copy.root / "ends.yaml").write_text(text.replace("two-rivals-one-patron", "everything.yaml"), encoding="utf-8")
    copy.command("sweep", "ends.yaml", "--out", "ends", "--quiet", "--no-dashboard")
    assert json.loads(copy.text("ends/manifest.json"))["sampling"]["design"] == "corners"
    assert '"corners"' in copy.command("schema", "sweep")
    assert "`corners`" in copy.text("sim/guide/designs.md")
