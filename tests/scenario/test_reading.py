"""YAML 1.2 and its scalars, and the trees that it gives."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import ConfigError, Fault
from sim.scenario.load import load_scenario
from sim.scenario.yaml.builder import scalar
from sim.scenario.yaml.parser import parse
from sim.scenario.yaml.tree import plain

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


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775807", 1 - 2**63),
        ("0x7fffffffffffffff", 2**63 - 1),
        ("0o777777777777777777777", 2**63 - 1),
        ("9007199254740993.0", 2**53 + 1),
        ("1e3", 1000),
        ("52.0", 52),
        ("0.0", 0),
        ("0" * 5000 + "7", 7),
        ("1." + "0" * 5000, 1),
    ],
)
def test_whole_numbers_are_exact_however_they_are_written(written: str, value: int) -> None:
    found = scalar(written)
    assert isinstance(found, int)
    assert found == value


@pytest.mark.parametrize("written", ["0.5", "52.0000000000000000001", "1e-400", "9" * 20, "1e300"])
def test_other_numbers_are_in_double_precision(written: str) -> None:
    assert scalar(written) == float(written)


@pytest.mark.parametrize(
    "written", ["9" * 900_000, "0" * 900_000 + "1", "1." + "0" * 900_000 + "1", "0x" + "f" * 900_000, "1e-" + "9" * 900]
)
def test_numbers_of_any_length_take_no_time(written: str) -> None:
    begun = time.process_time()
    assert isinstance(scalar(written), int | float)
    assert time.process_time() - begun < 1


def test_weeks_may_be_written_with_a_point(written: Write) -> None:
    scenario = load_scenario(written(("weeks: 52", "weeks: 52.0")))
    assert scenario.structure.weeks == 52
    assert scenario.digest == load_scenario(written()).digest


@pytest.mark.parametrize(("letter", "remedy"), [("\x85", "take it out"), ("\u2028", r"\u2028"), ("\u2029", r"\u2029")])
@pytest.mark.parametrize(("before", "line"), [("# one\n# two\r\n# three\r", 4), ("", 1)])
def test_line_ends_that_only_yaml_1_1_knows_are_refused(letter: str, remedy: str, before: str, line: int) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"{before}start: 2030-01-07   # week 0 {letter}weeks: 5\n", "x.yaml")
    (found,) = caught.value.faults
    assert found.where == f"x.yaml:{line}"
    assert f"U+{ord(letter):04X}" in found.found
    assert remedy in found.remedy
    assert str(found).isprintable()


def test_escapes_of_line_ends_stay_text() -> None:
    assert plain(parse('a: "one\\u2028two"\n', "x")) == {"a": "one\u2028two"}


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


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: t\nstates:\n\tAAA: 1\n", 3),
        ("name: t\nstates:\n  A:\n\t  b: 1\n", 4),
        ("name: t\nlist:\n-\ta\n-\tb: 1\n", 3),
        ("name: t\nstates:\n  A: 1\n \tB: 2\n", 4),
        ("\tname: t\n", 1),
        ("a: |\n\ttext\n", 2),
        ("a:\n  - x\n\t- y\n", 3),
        ("# c\n\t# comment\na: 1\n", 2),
        ("a: 1\n\t\nb: 2\n", 2),
        ("name: t\rstates:\r\tA: 1\r", 3),
        ("name: t\r\nstates:\r\n\tA: 1\r\n", 3),
    ],
)
def test_tab_is_named_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "file.yaml")
    assert str(caught.value) == (
        f"file.yaml:{line}: the file must be indented with spaces (found a tab); write spaces instead of the tab"
    )


@pytest.mark.parametrize("text", ["a:\tb\n", "a: {b: 1,\n\tc: 2}\n", "a: 'x\n\ty'\n", "a: 1\t# note\n"])
def test_tab_that_indents_nothing_is_taken(text: str) -> None:
    assert "a" in parse(text, "file.yaml").entries


@pytest.mark.parametrize("letter", "@`%")
def test_letter_that_no_word_may_begin_with_is_named(letter: str) -> None:
    with pytest.raises(ConfigError, match=f"found {letter} before a word.*quotes"):
        parse(f"a: {letter}b\n", "file.yaml")


def test_line_ends_of_old_macs_are_line_ends() -> None:
    tree = parse("name: t\rstates:\r  A: 1\r", "file.yaml")
    assert tree.entries["states"].entries["A"].place.line == 3
