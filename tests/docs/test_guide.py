"""The guide's page on patterns names every key, and its examples run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from sim.analysis.pattern_file import HEAD, KEYS, patterns_schema


@pytest.fixture
def patterns(root: Path) -> str:
    return (root / "sim" / "guide" / "evidence" / "patterns.md").read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)


def test_page_on_patterns_names_every_key(patterns: str) -> None:
    named = {key for row in re.findall(r"^\| (.*?) \|", patterns, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)}
    assert {*HEAD, *KEYS} <= named


def test_examples_of_the_page_on_patterns_run(patterns: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = blocks(patterns, "yaml")[0]
    Path("what-was-seen.yaml").write_text(written, encoding="utf-8")
    assert Draft202012Validator(patterns_schema()).is_valid(yaml.safe_load(written))
    names: dict[str, object] = {}
    exec(blocks(patterns, "python")[0], names)
    assert len(names["found"].draws) == 4  # type: ignore[attr-defined]
