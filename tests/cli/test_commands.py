"""The command line: what each command prints, and with which code it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from made_claims import SMALL as SMALL_CLAIMS
from made_targets import make_targets
from shared import ROOT

from sim import __version__
from sim.experiments.plausible import write_plausible
from sim.scenario.load import load_scenario, shipped

SCENARIO = "two-rivals-one-patron"
QUICK = ["--replicates", "20", "--weeks", "6"]


@pytest.mark.parametrize(
    "command",
    [
        [],
        *(
            [name]
            for name in (
                "check",
                "run",
                "sweep",
                "status",
                "merge",
                "compare",
                "dashboard",
                "sources",
                "schema",
                "configs",
            )
        ),
        ["demo"],
    ],
)
def test_every_command_has_help(counterpoise, command):
    result = counterpoise(*command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


@pytest.mark.parametrize(
    ("command", "defaults"),
    [
        ("fit", ("(results/fit-NAME)", "(one a core)", "(the patterns file's)")),
        ("compare", ("(replicate)",)),
    ],
)
def test_help_says_what_is_done_without_an_option(counterpoise, monkeypatch, command, defaults):
    monkeypatch.setenv("COLUMNS", "200")
    said = " ".join(counterpoise(command, "--help").output.split())
    for default in defaults:
        assert f"[default: {default}]" in said or f"[default: {default}; " in said  # a range may follow


def test_version_is_told(counterpoise):
    assert counterpoise("--version").output.strip() == f"counterpoise {__version__}"


def python(code: str) -> list[str]:
    """Lines that a fresh interpreter prints."""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return found.stdout.splitlines()


def test_help_imports_none_of_the_heavy_libraries():
    loaded = python("import sys, sim.cli\nprint(*sys.modules, sep='\\n')")
    assert not {"numpy", "numba", "pandas", "pyarrow", "mesa", "plotly", "pydantic", "yaml"} & set(loaded)


def test_public_names_are_there_and_cost_nothing_to_import():
    assert "numpy" not in python("import sys, sim\nprint(*sys.modules, sep='\\n')")
    names = "InfluenceModel, Results, load_scenario, simulate, sweep"
    assert python(f"from sim import {names}\nprint(all(map(callable, ({names}))))") == ["True"]


@pytest.mark.parametrize("first", ["import sim.execution.run", "from sim import Results", "import sim"])
def test_sweep_can_be_called_whatever_was_imported_before(first):
    then = "try: sweep('nowhere.yaml')\nexcept ConfigError: print('called')"
    assert python(f"{first}\nfrom sim import sweep\nfrom sim.errors import ConfigError\n{then}") == ["called"]


def test_check_praises_the_shipped_configs(counterpoise):
    result = counterpoise("check", SCENARIO, "post-soviet-2020", "arms-policy")
    assert result.exit_code == 0
    assert result.output.count("good") == 3


def test_check_lists_every_fault_of_every_file_and_leaves_with_2(counterpoise):
    Path("a.yaml").write_text("name: a\nstats: {}\nstart: soon\n")
    Path("b.yaml").write_text("")
    result = counterpoise("check", "a.yaml", SCENARIO, "b.yaml")
    assert result.exit_code == 2
    assert "a.yaml:2" in result.stderr
    assert "did you mean states?" in result.stderr
    assert "b.yaml" in result.stderr
    assert "good" in result.stdout


def test_one_is_told_as_one(counterpoise):
    Path("one.yaml").write_text(
        f"name: one\nscenario: {SCENARIO}\nweeks: 4\nreplicates: 1\nfactors: [{{path: weights.order, values: [1]}}]\n"
    )
    assert "1 point of two-rivals-one-patron, 1 run)" in counterpoise("check", "one.yaml").stdout
    assert "1 point, 1 run\n" in counterpoise("sweep", "one.yaml").stderr


def test_run_that_failed_alone_is_told_as_one(counterpoise, monkeypatch):
    from dataclasses import replace

    from sim.execution import engine

    usual = engine.Engine.blocks

    def failing(self, chunks, stop):
        for block in usual(self, chunks, stop):
            yield replace(block, failure=("no luck", *block.failure[1:]))

    monkeypatch.setattr(engine.Engine, "blocks", failing)
    assert "warning: 1 run failed;" in counterpoise("run", SCENARIO, *QUICK).stderr


def test_rate_of_slow_runs_is_not_told_as_none(monkeypatch):
    from rich.progress import Progress

    from sim.cli import console

    clock = iter([0.0, 10.0, 30.0])
    monkeypatch.setattr(console.time, "perf_counter", lambda: next(clock))
    with Progress(disable=True) as shown:
        bar = console.Bar(shown, shown.add_task("slow", total=None))
        bar(1, 8)
        bar(8, 8)
        assert bar.said() == "8 runs in 30.0 s (0.35 a second once started)"


def test_sources_shows_every_number_and_counts_what_they_rest_on(counterpoise):
    from sim.scenario.load import load_scenario
    from sim.scenario.provenance import counts

    result = counterpoise("sources", SCENARIO)
    scenario = load_scenario(SCENARIO)
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert lines[0] == ["path", "value", "figure", "range", "unit", "source", "note"]
    assert [line[0] for line in lines[1:]] == list(scenario.numbers)
    found = counts(scenario)
    assert f"{found['assumption']} by assumption, {found['constant']} constant" in result.stderr
    assert next(line for line in lines if line[0] == "states.ALD.arms_policy")[3] == "constant"


def test_sources_shows_the_figure_beside_another_value(counterpoise):
    counterpoise("configs", "copy", ".")
    text = Path(f"{SCENARIO}.yaml").read_text()
    assert text.count("value: 0.9, range: [0.8, 1]") == 1
    Path("mine.yaml").write_text(text.replace("value: 0.9, range", "value: 0.85, figure: 0.9, range"))
    row = next(line for line in counterpoise("sources", "mine.yaml").stdout.splitlines() if ".COR.arms\t" in line)
    assert row.split("\t")[1:4] == ["0.85", "0.9", "0.8 to 1"]
    found = json.loads(counterpoise("sources", "mine.yaml", "--json").stdout)["numbers"]
    assert {one["path"]: one["figure"] for one in found}["ties.ALD.COR.arms"] == 0.9


def test_schema_is_json_schema(counterpoise):
    assert json.loads(counterpoise("schema").stdout)["$schema"].startswith("https://json-schema.org/")
    assert counterpoise("schema", "--out", "s.json").exit_code == 0
    assert json.loads(Path("s.json").read_text())["title"]


@pytest.mark.parametrize(("kind", "title"), [("config", "scenario"), ("sweep", "sweep"), ("patterns", "patterns")])
def test_schema_of_each_kind_of_file_is_the_shipped_one(counterpoise, kind, title):
    found = json.loads(counterpoise("schema", kind).stdout)
    assert found["title"] == f"Counterpoise {title}"
    name = "counterpoise.schema.json" if kind == "config" else f"counterpoise-{kind}.schema.json"
    assert found == json.loads((ROOT / "configs" / name).read_text(encoding="utf-8"))


def test_schema_of_an_unknown_kind_is_refused_with_the_nearest_one(counterpoise):
    result = counterpoise("schema", "pattern")
    assert result.exit_code == 2
    assert "did you mean patterns?" in result.stderr


def test_schema_that_cannot_be_written_is_one_clear_error(counterpoise):
    result = counterpoise("schema", "--out", "nowhere/s.json")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_configs_are_listed_and_copied_and_never_overwritten(counterpoise):
    assert SCENARIO in counterpoise("configs").output
    assert counterpoise("configs", "copy", "mine").exit_code == 0
    copied = Path("mine") / f"{SCENARIO}.yaml"
    assert counterpoise("check", str(copied)).exit_code == 0
    assert counterpoise("configs", "copy", "mine").exit_code == 0
    copied.write_text("edited")
    result = counterpoise("configs", "copy", "mine")
    assert result.exit_code == 1
    assert "overwritten" in result.stderr
    assert copied.read_text() == "edited"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", SCENARIO, "--replicates", "-3"], "--replicates"),
        (["run", SCENARIO, "--replicates", "many"], "--replicates"),
        (["run", SCENARIO, "--weeks", "0"], "--weeks"),
        (["run", SCENARIO, "--set", "behaviour.rationalty=3"], "did you mean behaviour.rationality"),
        (["run", SCENARIO, "--set", "behaviour.rationality"], "must be PATH=VALUE"),
        (["run", SCENARIO, "--set", "behaviour.rationality=-3"], "must lie in"),
        (["run", SCENARIO, "--engine", "steam"], "must be one of ensemble, mesa"),
        (["run", "nowhere.yaml"], "nowhere.yaml"),
        (["run", "two-rivals"], "did you mean two-rivals-one-patron?"),
        (["sweep", "nowhere.yaml"], "nowhere.yaml"),
        (["fly"], "fly"),
    ],
)
def test_bad_input_is_one_clear_error_and_leaves_with_2(counterpoise, arguments, said):
    result = counterpoise(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output + result.stderr
    assert not Path("results").exists()


PATHS = [
    (["run", SCENARIO, *QUICK, "--no-dashboard"], "--out", "manifest.json"),
    (["sweep", "few.yaml", "--no-dashboard"], "--out", "manifest.json"),
    (["configs", "copy"], "", f"{SCENARIO}.yaml"),
    (["schema"], "--out", ""),
    (["compare", "~/whole", "~/whole", "--resamples", "100"], "--csv", ""),
    (["merge", "~/whole.shards"], "--out", "manifest.json"),
]


@pytest.mark.parametrize("joined", [True, False], ids=["--out=~/x", "--out ~/x"])
@pytest.mark.parametrize(("command", "option", "written"), PATHS, ids=str)
def test_home_is_meant_by_its_sign_in_every_path(counterpoise, tmp_path, monkeypatch, command, option, written, joined):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    Path("home").mkdir()
    Path("few.yaml").write_text(
        f"name: few\nscenario: {SCENARIO}\nweeks: 4\nreplicates: 2\nfactors: [{{path: weights.order, values: [1]}}]\n"
    )
    assert counterpoise("sweep", "few.yaml", "--out", "home/whole", "--no-dashboard").exit_code == 0
    assert counterpoise("sweep", "few.yaml", "--out", "home/whole.shards/1-of-1", "--shard", "1/1").exit_code == 0
    words = [f"{option}=~/x"] if joined and option else [*filter(None, [option]), "~/x"]
    result = counterpoise(*command, *words)
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "home" / "x" / written).exists()
    assert not Path("~").exists()
    for reader in (["status", "~/whole"], ["dashboard", "~/whole"], ["check", "~/../few.yaml"]):
        assert counterpoise(*reader).exit_code == 0


KINDS = {
    "run": ("arms-policy", "`counterpoise sweep arms-policy` runs it"),
    "sweep": (SCENARIO, f"`counterpoise run {SCENARIO}` simulates it"),
    "sources": ("arms-policy", "`counterpoise sweep arms-policy` runs it"),
    "fit": ("october-2020", "`counterpoise fit CONFIG --patterns october-2020`"),
    "dashboard": (SCENARIO, f"`counterpoise run {SCENARIO}` simulates it"),
    "status": ("mine.yaml", "`counterpoise run mine.yaml` simulates it"),
    "check": ("points.csv", "a sweep file names it by `file:`"),
}


@pytest.mark.parametrize(
    "given", ["arms-policy", SCENARIO, "october-2020", "mine.yaml", "points.csv", "world.geojson", "s.schema.json"]
)
@pytest.mark.parametrize("command", KINDS)
def test_file_of_another_kind_is_told_with_its_command(counterpoise, command, given):
    """Whatever is given to whom: it is taken, or named for what it is, with what is to be done with it."""
    Path("mine.yaml").write_text(f"extends: {SCENARIO}.yaml\nname: mine\n")
    Path(f"{SCENARIO}.yaml").write_bytes(shipped()[SCENARIO].read_bytes())
    Path("points.csv").write_text("weights.order\n1\n2\n")
    Path("world.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    Path("s.schema.json").write_text('{"$schema": "https://json-schema.org/draft/2020-12/schema"}')
    good = {
        "run": (SCENARIO, "mine.yaml"),
        "sweep": ("arms-policy",),
        "sources": (SCENARIO, "mine.yaml"),
        "fit": (SCENARIO, "mine.yaml"),
    }
    if given in good.get(command, ()) or (
        command == "check" and given not in ("points.csv", "world.geojson", "s.schema.json")
    ):
        return
    result = counterpoise(command, given)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert f"arguments: {given} is a " in result.stderr
    assert "did you mean" not in result.stderr
    if KINDS[command][0] == given:
        assert KINDS[command][1] in result.stderr


def test_other_kind_is_told_of_patterns_and_comparisons_too(counterpoise):
    assert "is a sweep file, not a patterns file" in counterpoise("fit", SCENARIO, "--patterns", "arms-policy").stderr
    counterpoise("run", SCENARIO, *QUICK, "--out", "out", "--no-dashboard")
    assert "is a config, not a results folder" in counterpoise("compare", "out", SCENARIO).stderr
    assert "out is a results folder, not a config" in counterpoise("run", "out").stderr
    assert "give the results folder that it lies in" in counterpoise("status", "out/manifest.json").stderr


@pytest.mark.parametrize(
    ("command", "offered"),
    [("run", SCENARIO), ("sources", SCENARIO), ("sweep", "arms-policy"), ("check", "arms-policy"), ("check", SCENARIO)],
)
def test_shell_completes_the_names_of_what_travels_along(command, offered):
    environment = {
        **os.environ, "_COUNTERPOISE_COMPLETE": "complete_bash", "COMP_CWORD": "2", "COMP_WORDS": f"counterpoise {command} {offered[:3]}",
    }  # fmt: skip
    code = "from sim.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert offered in done.stdout.split()


def test_list_of_commands_says_of_each_all_of_a_sentence(counterpoise, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    listed = counterpoise("--help").stdout.partition("Commands:")[2]
    assert len(listed.splitlines()) > 10
    assert "..." not in listed


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_dashboard_of_no_results_is_one_clear_error(counterpoise, folder):
    Path("empty").mkdir()
    result = counterpoise("dashboard", folder)
    assert result.exit_code == 1
    assert "no results folder" in result.stderr


def test_folder_that_cannot_be_written_is_one_clear_error(counterpoise):
    Path("taken").write_text("a file")
    result = counterpoise("run", SCENARIO, *QUICK, "--out", "taken")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert Path("taken").read_text() == "a file"


def test_run_leaves_a_page_and_says_where(counterpoise):
    result = counterpoise("run", SCENARIO, *QUICK)
    folder = Path("results") / SCENARIO
    assert result.exit_code == 0, result.stderr
    assert str(folder / "dashboard.html") in result.stdout
    assert (folder / "dashboard.html").stat().st_size > 1000


def test_run_again_says_that_all_is_there(counterpoise):
    counterpoise("run", SCENARIO, *QUICK)
    result = counterpoise("run", SCENARIO, *QUICK)
    assert result.exit_code == 0
    assert "already" in result.stdout


def test_other_run_into_the_same_folder_is_refused_without_force(counterpoise):
    counterpoise("run", SCENARIO, *QUICK)
    result = counterpoise("run", SCENARIO, *QUICK, "--seed", "2")
    assert result.exit_code == 1
    assert "seed from 1 to 2" in result.stderr
    assert counterpoise("run", SCENARIO, *QUICK, "--seed", "2", "--force").exit_code == 0


@pytest.fixture
def small_demo(monkeypatch, tmp_path):
    """The demo of a small world: three plausible sets, a sweep, a few claims, and what came later."""
    from sim.cli import demo

    targets, sets = make_targets(tmp_path, load_scenario(SCENARIO), count=3)
    write_plausible(tmp_path / "worlds.parquet", sets)
    sweep, claimed = tmp_path / "few.yaml", tmp_path / "small.yaml"
    sweep.write_text(
        f"name: few\nscenario: {SCENARIO}\nweeks: 4\nreplicates: 2\nfactors: [{{path: weights.order, values: [1]}}]\n"
    )
    claimed.write_text(SMALL_CLAIMS.replace("worlds:", "sets: worlds.parquet\nworlds:"))
    monkeypatch.setattr(demo, "DEMO_REPLICATES", 2)
    monkeypatch.setattr(demo, "DEMO_SETS", str(tmp_path / "worlds.parquet"))
    monkeypatch.setattr(demo, "DEMO_SCENARIO", SCENARIO)
    monkeypatch.setattr(demo, "DEMO_SWEEPS", (str(sweep),))
    monkeypatch.setattr(demo, "DEMO_TARGETS", str(targets))
    monkeypatch.setattr(demo, "DEMO_CLAIMS", str(claimed))
    return claimed


def test_demo_can_be_repeated_and_replaces_an_older_one(counterpoise, monkeypatch, small_demo):
    from sim.cli import demo

    folder = Path(f"results/demo/{SCENARIO}-over-worlds")
    first = counterpoise("demo")
    assert first.exit_code == 0, first.stderr
    assert "Over 3 plausible sets of assumptions" in first.stdout
    index, page = Path("results/demo/index.html").read_text(), (folder / "dashboard.html").read_text()
    linked = [index.find(f'href="{name}/dashboard.html"') for name in (folder.name, "few")]
    assert 0 < linked[0] < linked[1]  # in the order in which they are to be read
    assert "results/demo/index.html" in first.stdout
    for section in ("claims", "history"):  # the scenario is put to the test, beside what happens in it
        assert f'id="{section}"' in page
        assert f'href="{folder.name}/dashboard.html#{section}"' in index
    stored = json.loads((folder / "findings" / "claims.json").read_text())["content"]
    assert f"1 claim in {len(stored['parts'])} parts" in first.stdout
    assert "What happens?" in index
    assert counterpoise("demo").stdout.count("already") == 2
    small_demo.write_text(small_demo.read_text().replace("A patron that fights", "Whoever fights"))
    assert counterpoise("demo").exit_code == 0
    assert "Whoever fights" in (folder / "dashboard.html").read_text()  # drawn again, as another claim was tested
    monkeypatch.setattr(demo, "DEMO_REPLICATES", 3)
    again = counterpoise("demo")
    assert again.exit_code == 0, again.stderr
    assert again.stdout.count("already") == 1
    assert json.loads((folder / "manifest.json").read_text())["replicates"] == 3


def test_demo_draws_no_pages_that_are_not_wanted_and_tells_which_cannot_be_drawn(counterpoise, small_demo):
    done = counterpoise("demo", "--no-dashboard")
    assert done.exit_code == 0, done.stderr
    assert not list(Path("results").rglob("*.html"))
    assert "1 claim in" in done.stdout
    Path("results/demo/few/dashboard.html/taken").mkdir(parents=True)
    done = counterpoise("demo")
    assert done.exit_code == 1
    assert "few/dashboard.html cannot be written" in done.stderr
    assert Path(f"results/demo/{SCENARIO}-over-worlds/dashboard.html").is_file()


def test_value_set_on_the_command_line_is_in_the_manifest(counterpoise):
    counterpoise("run", SCENARIO, *QUICK, "--set", "behaviour.rationality=11", "--out", "out")
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert manifest["scenario"]["numbers"]["behaviour.rationality"]["value"] == 11


def test_ctrl_c_in_the_middle_keeps_what_is_finished_and_leaves_with_130(tmp_path):
    """The signal is sent once the folder is there, as a person's would be."""
    import signal

    command = [
        sys.executable,
        "-m",
        "sim",
        "run",
        "post-soviet-2020",
        "--replicates",
        "2000000",
        "--out",
        str(tmp_path / "out"),
    ]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        _wait_for(tmp_path / "out" / "runs" / "part-00000.parquet", child)
        child.send_signal(signal.SIGINT)
        asked = time.monotonic()
        _, said = child.communicate(timeout=60)
    finally:
        child.kill()
    assert child.returncode == 130, said
    assert time.monotonic() - asked < 10
    assert "can be read in" in said
    assert "Traceback" not in said

    from sim import Results

    with pytest.warns(UserWarning, match="not complete"):
        assert len(Results.open(tmp_path / "out").runs) > 0


def _wait_for(file: Path, child: subprocess.Popen[str]) -> None:
    for _ in range(1200):
        if file.exists():
            return
        assert child.poll() is None, child.communicate()
        time.sleep(0.1)
    raise AssertionError(f"{file} did not appear")


def test_what_a_map_passes_over_is_one_line_of_warning(counterpoise, tmp_path):
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    features = [
        {"type": "Feature", "id": "ALD", "geometry": square},
        {"type": "Feature", "id": "X", "geometry": {"type": "Point", "coordinates": [1, 1]}},
    ]
    (tmp_path / "map.json").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    text = (ROOT / "configs" / f"{SCENARIO}.yaml").read_text(encoding="utf-8")
    (tmp_path / "mapped.yaml").write_text(f"{text}\nmap: map.json\n", encoding="utf-8")
    for _ in range(2):
        result = counterpoise("check", "mapped.yaml")
        assert result.exit_code == 0
        [said] = result.stderr.splitlines()
        assert said.startswith("warning: map.json: ")
        assert "features[1].geometry: a Point" in said
