"""Design files as spreadsheets and programs write them: one table reads the same in every dialect."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ConfigError
from sim.experiments.files.sweep_file import load_sweep
from sim.scenario.load import load_scenario

ORDER, BALANCE, ARMS = "weights.order", "weights.balance", "states.ALD.arms_policy"
NAMES = [ORDER, BALANCE, ARMS]
SWEEP = "name: small\nscenario: two-rivals-one-patron\nreplicates: 1\ndesign: list\nfile: {}\n"


def read(folder: Path, content: bytes, name: str = "points.csv", more: str = "") -> list[list[object]]:
    """Points of a design file, as a sweep takes them."""
    (folder / name).write_bytes(content)
    (folder / "sweep.yaml").write_text(SWEEP.format(name) + more, encoding="utf-8")
    plan = load_sweep(folder / "sweep.yaml")
    table = pa.concat_tables(plan.design_tables()).to_pandas().drop(columns="point")
    return table[sorted(table.columns)].to_numpy().tolist()


def refusal(folder: Path, content: bytes, name: str = "points.csv", more: str = "") -> str:
    """What is said of a design file; always in a single line."""
    with pytest.raises(ConfigError) as caught:
        read(folder, content, name, more)
    said = str(caught.value)
    assert "\n" not in said
    return said


dialects = st.fixed_dictionaries(
    {
        "separator": st.sampled_from([",", ";", "\t", "|"]),
        "comma": st.booleans(),
        "quoted": st.booleans(),
        "said": st.booleans(),
        "ends": st.sampled_from(["\n", "\r\n", "\r", "\r\r\n"]),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
        "index": st.sampled_from(["", "nameless", "Unnamed: 0", "point"]),
        "trailing": st.sampled_from(["", "all", "rows", "names"]),
        "blank": st.integers(0, 2),
        "padded": st.booleans(),
        "comment": st.booleans(),
        "name": st.sampled_from(["points.csv", "POINTS.CSV", "points.tsv"]),
    }
)
numbers = st.integers(0, 49_999).map(lambda n: n / 1000) | st.none()
rows = st.lists(st.tuples(numbers, numbers, st.sampled_from(["none", "both", None])), min_size=1, max_size=6)


def spelt(value: float | None, comma: bool) -> str:
    """A number with four digits behind the mark, so that a comma separates no thousands."""
    return "" if value is None else f"{value:.4f}".replace(".", "," if comma else ".")


def written(table, dialect) -> bytes:
    """The table in a dialect."""
    comma = dialect["comma"]
    body = [[spelt(a, comma), spelt(b, comma), c or ""] for a, b, c in table]
    head = list(NAMES)
    if dialect["comment"]:
        head, body = [*head, "remark"], [[*row, 'so, it "is"; fine'] for row in body]
    if dialect["index"]:
        first = "" if dialect["index"] == "nameless" else dialect["index"]
        head, body = [first, *head], [[str(2 * n), *row] for n, row in enumerate(body)]
    separator = dialect["separator"]
    if dialect["trailing"] in ("all", "names"):
        head = [*head, ""]
    if dialect["trailing"] in ("all", "rows"):
        body = [[*row, ""] for row in body]
    body += [[""] * len(body[0])] * dialect["blank"]
    if dialect["padded"]:
        head, body = [f" {name} " if name else name for name in head], [[f" {cell} " for cell in row] for row in body]
    stream = io.StringIO()
    style = csv.QUOTE_ALL if dialect["quoted"] else csv.QUOTE_MINIMAL
    csv.writer(stream, delimiter=separator, quoting=style, lineterminator=dialect["ends"]).writerows([head, *body])
    before = f"sep={separator}{dialect['ends']}" if dialect["said"] else ""
    return (before + stream.getvalue()).encode(dialect["encoding"])


@settings(max_examples=150)
@given(table=rows.filter(lambda table: all(any(cell is not None for cell in row) for row in table)), dialect=dialects)
def test_one_table_reads_the_same_in_every_dialect(table, dialect):
    own = load_scenario("two-rivals-one-patron").numbers
    expected = [
        [
            "endogenous" if c is None else c,
            own[BALANCE].value if b is None else b,
            own[ORDER].value if a is None else a,
        ]
        for a, b, c in table
    ]
    more = "ignore: [remark]\n" if dialect["comment"] else ""
    with tempfile.TemporaryDirectory() as folder:
        assert read(Path(folder), written(table, dialect), dialect["name"], more) == expected


@pytest.mark.parametrize("content", [f"{ORDER},{BALANCE}\n1,2\n,\n  , \n3,4\n", f"point,{ORDER},{BALANCE}\n0,1,2\n1,,\n2,3,4\n"])  # fmt: skip
def test_row_without_a_value_is_no_point(tmp_path, content):
    assert read(tmp_path, content.encode()) == [[2.0, 1.0], [4.0, 3.0]]


def test_row_without_a_value_is_no_point_in_parquet(tmp_path):
    table = pd.DataFrame({ORDER: [1.0, None, 3.0], ARMS: ["none", None, None]}, index=[4, 7, 9])
    assert read(tmp_path, table.to_parquet(), "points.parquet") == [["none", 1.0], ["endogenous", 3.0]]


@pytest.mark.parametrize("index", [None, "place", ["place", "time"]])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_pandas_writes_is_read(tmp_path, form, index):
    table = pd.DataFrame({"place": ["a", "b", "c"], "time": [1, 2, 3], ORDER: [0.125, 1.0, 2.0]})
    table = table.drop(columns=["place", "time"])[::2] if index is None else table.set_index(index)
    names = table.reset_index().columns.drop(["index", ORDER], errors="ignore").tolist()
    more = f"ignore: [{', '.join(names)}]\n" if names else ""
    content = table.to_csv().encode() if form == "csv" else table.to_parquet()
    assert read(tmp_path, content, f"points.{form}", more) == [[value] for value in table[ORDER]]


def test_separator_within_a_name_is_told_from_one_between_names(tmp_path):
    more = f"factors: [{{label: 'arms; aid', variants: {{on: {{}}, off: {{{ARMS}: none}}}}}}]\n"
    assert read(tmp_path, f"{ORDER},arms; aid\n1,off\n".encode(), more=more) == [["off", 1.0]]


def test_backslashes_of_a_path_are_read_as_slashes(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "points.csv").write_text(f"{ORDER}\n1\n")
    (tmp_path / "sweep.yaml").write_text(SWEEP.format("below\\points.csv"))
    assert load_sweep(tmp_path / "sweep.yaml").points == 1
    (tmp_path / "sweep.yaml").write_text(SWEEP.format("..\\points.csv"))
    with pytest.raises(ConfigError, match="must stay in the folder"):
        load_sweep(tmp_path / "sweep.yaml")


@pytest.mark.parametrize(
    ("content", "cause", "remedy"),
    [
        (f"run,{ORDER},remark\n1,2,x\n", '(found run, remark)', "ignore: [run, remark]"),
        (f"{ORDER},{BALANCE}\n0,5,0,2\n", "must have 2 cells (found 4)", "separate cells by semicolons"),
        (f"{ORDER};{BALANCE}\n0,5;0.2\n", '"0,5", and "0.2" at 2', "write points everywhere"),
        (f"{ORDER};{BALANCE}\n1,234;5\n", "two ways", "write 1.234 or 1234"),
        (f"{ORDER};{BALANCE}\n1.234,5;5\n", "must be a number", "without separators of thousands"),
        (f"{ORDER}\n1 234\n", "must be a number", "without separators of thousands"),
        (f"{ORDER}\n1\nNA\n", "must be a number", "leave the cell empty"),
        (f"{ORDER} {BALANCE}\n1 2\n", "several names in one cell", "separate cells by commas"),
        ("x,y;z\n1,2;3\n", "commas and semicolons", "sep=;"),
        (f",{ORDER}\n0.5,1\n0.2,2\n", "must number the rows", "ignore: [NAME]"),
        (f",{ORDER}\n3,1\n3,2\n", "must number the rows", "name the column"),
        (f"{ORDER},\n1,\n2,3\n", "must have a name above each cell", "name the column"),
        (f"run,{ORDER}\nbase,\n", "must give a factor a value", "take the row out"),
        (f"{ORDER};{ORDER}\n1;2\n", "two columns named", "take one of the two out"),
        (f"{ORDER}\n".encode("utf-16-le").decode("latin-1"), "NUL bytes", "save it as UTF-8"),
    ],
)  # fmt: skip
def test_what_is_ambiguous_is_refused_with_cause_and_remedy(tmp_path, content, cause, remedy):
    more = "ignore: [run]\n" if "base" in content else ""
    said = refusal(tmp_path, content.encode(), more=more)
    assert cause in said
    assert remedy in said


def test_column_to_ignore_must_be_there(tmp_path):
    assert "did you mean remark?" in refusal(tmp_path, f"{ORDER},remark\n1,x\n".encode(), more="ignore: [remarks]\n")


def test_marks_of_decimals_are_compared_across_the_whole_file(tmp_path):
    rest = b"1;2\n" * 900_000
    assert "two ways" in refusal(tmp_path, f"{ORDER};{BALANCE}\n1,234;5\n".encode() + rest)
    assert "write points everywhere" in refusal(tmp_path, f"{ORDER};{BALANCE}\n0.5;5\n".encode() + rest + b"0,5;1")
    assert read(tmp_path, f"{ORDER};{BALANCE}\n1,234;5\n".encode() + rest + b"0,5;1")[0] == [5.0, 1.234]
