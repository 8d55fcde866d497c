"""YAML 1.2 and its scalars, and the trees that it gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import ConfigError, Fault
from sim.scenario import load_scenario
from sim.scenario.building import scalar
from sim.scenario.nodes import plain
from sim.scenario.reading import parse

Write = Callable[..., Path]
SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "word",
    [
        "NO",
        "no",
        "No",
        "on",
        "off",
        "yes",
        "Y",
        "n",
        "1_000",
        "1:30",
        "0b1",
        "2020-09-27",
        "0x",
        "1e",
        "=",
        "<<",
    ],
)
def test_words_that_older_yaml_took_for_something_else_stay_words(word: str) -> None:
    assert scalar(word) == word


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-2.", -2.0),
        ("~", None),
        ("", None),
        ("null", None),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("9" * 40, float("9" * 40)),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    assert scalar(written) == value


def test_quoted_scalars_are_text() -> None:
    assert plain(parse("a: '1'\nb: \"true\"\nc: 1\n", "x")) == {"a": "1", "b": "true", "c": 1}


def test_norway_is_a_state_and_not_false(written: Write) -> None:
    scenario = load_scenario(written())
    assert "NO" in scenario.structure.states
    assert scenario.names["NO"] == "Norway"


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path, written: Write) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_scenario(path).digest == load_scenario(written()).digest


def mutated(draw: st.DrawFn) -> bytes:
    """Bytes of the small config with a few pieces cut, doubled, or replaced."""
    content = SMALL.encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        stop = min(len(content), start + draw(st.integers(0, 30)))
        words = [
            b"",
            b"null",
            b"-1",
            b"1e999",
            b".nan",
            b"true",
            b"{}",
            b"[]",
            b"&a ",
            b"*a",
            b"!!x ",
            b"'",
            b'"',
            b"\x00",
            b"\xff",
            b"? ",
            b"- ",
            b": ",
            b"\n",
            b"  ",
            b"RUS",
            b"value",
            b"source",
            b"extends: x\n",
            b"---\n",
            b"#",
            b"%YAML 1.1\n",
            b"\\ud800",
            b"9999-12-31",
        ]
        piece = draw(st.one_of(st.sampled_from(words), st.binary(max_size=6), st.just(content[start:stop] * 2)))
        content = content[:start] + piece + content[stop:]
    return content


def attempted(path: Path) -> tuple[Fault, ...] | None:
    """Faults of a config, or None if it loads."""
    try:
        load_scenario(path)
    except ConfigError as error:
        return error.faults
    return None


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=st.composite(mutated)())
def test_any_bytes_give_a_scenario_or_a_config_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "fuzz.yaml"
    path.write_bytes(content)
    faults = attempted(path)
    assert faults is None or faults
    for fault in faults or ():
        str(fault).encode()
        assert str(fault).isprintable()
