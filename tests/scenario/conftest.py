"""A small config that every test of this room starts from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write the small config, with parts of its text replaced, and give its path."""

    def write(*replacements: tuple[str, str], name: str = "small.yaml", text: str = SMALL) -> Path:
        for old, new in replacements:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
