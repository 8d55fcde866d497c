"""Design files: what they may hold, where their faults are, and that large ones are streamed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv as pa_csv

from sim.execution.run import sweep
from sim.scenario.load import load_scenario

ORDER, BALANCE, ARMS = "weights.order", "weights.balance", "states.ALD.arms_policy"
LIST = "design: list\nfile: points.csv\n"


@pytest.fixture
def csv(tmp_path: Path):
    def write(text: str | bytes) -> None:
        (tmp_path / "points.csv").write_bytes(text.encode() if isinstance(text, str) else text)

    return write


def design_of(plan) -> pd.DataFrame:
    return pa.concat_tables(plan.design_tables()).to_pandas()


@pytest.mark.parametrize(
    "text",
    [
        f"{ORDER},{ARMS}\n0.1,none\n,both\n0.3,\n",
        f"\ufeff{ORDER} , {ARMS}\r\n 0.1 ,none\r\n,both\r\n3e-1,",
        f'"{ORDER}","{ARMS}"\n"0.1","none"\n"","both"\n"0.3",""\n',
        f"point,{ORDER},{ARMS}\n0,0.1,none\n1,,both\n2,0.3,\n",
    ],
)
def test_csv_is_read_and_empty_cells_are_the_scenarios_own(load_plan, csv, text):
    csv(text)
    plan = load_plan(LIST)
    own = plan.scenario.numbers[ORDER].value
    assert design_of(plan)[[ORDER, ARMS]].to_numpy().tolist() == [[0.1, "none"], [own, "both"], [0.3, "endogenous"]]


def test_parquet_is_read_whatever_way_it_holds_numbers_and_words(load_plan, tmp_path):
    table = pa.table(
        {
            ORDER: pa.array([1, None, 3], pa.int16()),
            BALANCE: pa.array([0.5, 1.5, None], pa.float32()),
            ARMS: pa.array(["none", None, "both"]).dictionary_encode(),
            "behaviour.from_rest": pa.array([True, False, None]),
        }
    )
    pq.write_table(table, tmp_path / "points.parquet", row_group_size=2)
    plan = load_plan("design: list\nfile: points.parquet\n")
    numbers = plan.scenario.numbers
    assert design_of(plan)[ORDER].tolist() == [1, numbers[ORDER].value, 3]
    assert design_of(plan)[BALANCE].tolist() == [0.5, 1.5, numbers[BALANCE].value]
    assert design_of(plan)[ARMS].tolist() == ["none", "endogenous", "both"]
    assert design_of(plan)["behaviour.from_rest"].tolist() == [1, 0, numbers["behaviour.from_rest"].value]


def test_design_of_results_can_be_run_again(load_plan, tmp_path):
    body = f"factors: [{{path: {ORDER}, values: [0.1, 0.2]}}, {{label: arms, variants: {{usual: {{}}, stopped: {{{ARMS}: none}}}}}}]"
    first = sweep(load_plan(body), out=tmp_path / "results")
    (tmp_path / "again.parquet").write_bytes((tmp_path / "results" / "design.parquet").read_bytes())
    again = sweep(
        load_plan(
            body.replace(f"{{path: {ORDER}, values: [0.1, 0.2]}}, ", "").replace(
                "factors:", "design: list\nfile: again.parquet\nfactors:"
            )
        )
    )
    pd.testing.assert_frame_equal(first.runs, again.runs)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{ORDER}\n0.1\n0.2\n-1\n", 'points.csv:4: weights.order must lie in [0, 50] (found "-1")'),
        (f"{ORDER}\n0.1\nmany\n", 'points.csv:3: weights.order must be a number (found "many")'),
        (f"{ORDER}\n-1\n", "it means: raise the prospects that the guns are silent (weight)"),
        (f"{ORDER}\n0.1\nnan\n", "points.csv:3: weights.order must be a number"),
        (f"{ORDER},{ARMS}\n0.1,nun\n", "points.csv:2: states.ALD.arms_policy must be one of endogenous, both"),
        (f"{ORDER},{ARMS}\n0.1\n0.2,none,3\n", "points.csv:2: the line must have 2 cells (found 1)"),
        (f"{ORDER},{ARMS}\n0.1\n0.2,none,3\n0.3,nun\n", "points.csv:4: states.ALD.arms_policy must be one of"),
        (f"{ORDER},{ARMS}\n\n0.1,none\n\r\n0.2,none\n\n0.3,nun\n0.4\n", "points.csv:7: states.ALD.arms_policy"),
        (f"{ORDER},{ARMS}\n\n0.1,none\n\r\n0.2,none\n\n0.3,nun\n0.4\n", "points.csv:8: the line must have 2 cells"),
        ("weights.ordr\n0.1\n", "did you mean weights.order?"),
        (f"{ORDER},{ORDER}\n1,1\n", "two columns named"),
        ("\n", "no line of names"),
        ("", "no line of names"),
        (f"{ORDER}\n", "must have a point"),
        ("point\n1\n", "must have a column"),
        (f"{ORDER}\n0.1\n".encode() + b"\xff\n", "line 3: byte 0xff is no UTF-8"),
        (b"\xff\n", "line 1"),
        (f"{ORDER}\n".encode() + b"\x00\x01\n", "must be a number"),
        (f'{ORDER}\n"0.1\n0.2\n', "points.csv"),
        ("\x1b[31mred\n1\n", "names that are none"),
    ],
)  # fmt: skip
def test_fault_names_the_line(faults_of, csv, text, said):
    csv(text)
    assert said in faults_of(LIST)


def test_fault_of_parquet_names_the_row(faults_of, tmp_path):
    pq.write_table(pa.table({ORDER: [0.1, 99.0], ARMS: ["none", "nun"]}), tmp_path / "points.parquet")
    said = faults_of("design: list\nfile: points.parquet\n")
    assert "points.parquet row 1: weights.order must lie in [0, 50] (found 99)" in said
    assert "points.parquet row 1: states.ALD.arms_policy must be one of" in said


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"weights.order\n1\n"])
def test_broken_parquet_is_a_fault(faults_of, tmp_path, content):
    (tmp_path / "points.parquet").write_bytes(content)
    assert "sweep.yaml:6: file must be a table" in faults_of("design: list\nfile: points.parquet\n")


def test_parquet_of_what_is_no_number_is_a_fault(faults_of, tmp_path):
    pq.write_table(pa.table({ORDER: [[1.0], [2.0]]}), tmp_path / "points.parquet")
    assert "must be a number" in faults_of("design: list\nfile: points.parquet\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.csv", "must name a file that is there"),
        ("../points.csv", "must stay in the folder of the file that was named"),
        ("/etc/passwd.csv", "must stay in the folder of the file that was named"),
        ("points.txt", "must end in .csv or .tsv or .parquet"),
        ("3", "must be the name of one file"),
        ("folder.csv", "must name a file that is there"),
        ("link.csv", "must stay in the folder of the file that was named"),
        ("pipe.csv", "must name a file that is there"),
    ],
)
def test_file_stays_in_the_folder_of_the_sweep(faults_of, tmp_path, name, said):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "link.csv").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.csv")
    assert said in faults_of(f"design: list\nfile: {name}\n")


def test_points_do_not_change_when_the_file_does(load_plan, csv):
    csv(f"{ORDER}\n0.1\n0.2\n")
    plan = load_plan(LIST)
    digest = plan.design_digest
    csv(f"{ORDER}\n0.3\n0.4\n")
    assert plan.values(np.arange(2))[:, 0].tolist() == [0.1, 0.2]
    assert plan.design_digest == digest


def test_many_faults_are_cut_to_a_page(faults_of, csv):
    csv(f"{ORDER}\n" + "x\n" * 1000)
    assert faults_of(LIST).count("\n") == 19


MEASURED = """
import sys

import numpy as np

from sim.experiments.files.sweep_file import load_sweep

plan = load_sweep(sys.argv[1])
assert plan.design_digest
assert sum(table.num_rows for table in plan.design_tables()) == plan.points
print(plan.points)
print(plan.values(np.array([0, plan.points - 1])).tolist())
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def measured(file: Path) -> tuple[int, str, float]:
    """Points of a sweep, values of the first and last one, and the most memory that reading it took, in MB."""
    done = subprocess.run([sys.executable, "-c", MEASURED, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    points, ends, peak = done.stdout.splitlines()
    return int(points), ends, int(peak) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_large_design_file_is_read_as_a_stream(write, tmp_path, kind):
    numbers = load_scenario("two-rivals-one-patron").numbers
    paths = sorted(path for path in numbers if path.startswith("weights."))[:12]
    points = np.random.default_rng(1).random((1_000_000, 12)).round(6)
    found = []
    for count in (250_000, 1_000_000):  # even the few fill what the reader holds ahead, whose size varies with the load
        table = pa.table({path: points[:count, index] for index, path in enumerate(paths)})
        if kind == "csv":
            pa_csv.write_csv(table, tmp_path / f"{count}.csv")
        else:
            pq.write_table(table, tmp_path / f"{count}.parquet", row_group_size=count)
        found.append(measured(write(f"design: list\nfile: {count}.{kind}\n")))
    (few, _, small), (many, ends, large) = found
    assert (few, many) == (250_000, 1_000_000)
    assert ends == str(points[[0, -1]].tolist())
    assert large - small < points.nbytes / 2**20 / 3, f"{large - small:.0f} MB more for four times the points"
