"""A small hindcast from seal to page: known shares, rivals, the order of the log, and the same bytes again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from made_targets import make_targets
from typer.testing import CliRunner

from sim import Results, hindcast, load_scenario, simulate
from sim.analysis.hindcast.hindcast import Hindcast
from sim.analysis.hindcast.rivals import naive_rivals
from sim.cli import app
from sim.dashboard.study import study
from sim.errors import ConfigError, ResultsError
from sim.experiments.plausible import PlausibleSets, write_plausible
from sim.phrases import date_words
from sim.scenario.scenario import Scenario
from sim.storage.findings import store_finding, stored_finding

SETS, REPLICATES = 5, 8


@pytest.fixture(scope="module")
def valley() -> Scenario:
    return load_scenario("two-rivals-one-patron")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, valley: Scenario) -> tuple[Path, PlausibleSets]:
    return make_targets(tmp_path_factory.mktemp("targets"), valley)


@pytest.fixture(scope="module")
def found(made: tuple[Path, PlausibleSets], valley: Scenario) -> Hindcast:
    file, sets = made
    return hindcast(valley, file, sets, SETS, REPLICATES, out=file.parent / "out", threads=1)


def row(found: Hindcast, name: str) -> dict:
    (one,) = [one for one in found.content["targets"] if one["target"] == name]
    return one


def test_shares_and_medians_are_those_of_the_same_runs_over_the_whole_scenario(
    found: Hindcast, made: tuple[Path, PlausibleSets], valley: Scenario
) -> None:
    """Runs that end with the last target are the first weeks of longer ones."""
    series = replace(valley.series, outcomes=("control.VAL", "phase.VAL", "influence.ALD.*"))
    longer = simulate(replace(valley, series=series), REPLICATES, plausible=made[1], sets=SETS, threads=1).series
    week = longer[longer["week"] == 4]
    first, known = longer[longer["week"] == 0], longer[longer["week"] == 1]
    assert row(found, "quiet")["model"] == pytest.approx((week["phase.VAL"] != 1).mean())
    assert row(found, "ground")["model"] in week["control.VAL"].to_numpy(np.float64)
    assert row(found, "ground")["model"] == pytest.approx(week["control.VAL"].median(), abs=0.05)
    gained = week["control.VAL"].to_numpy() > first["control.VAL"].to_numpy()
    assert row(found, "moves")["model"] == pytest.approx(gained.mean())
    assert row(found, "leads")["model"] == pytest.approx((week["influence.ALD.BOR"] > week["influence.ALD.COR"]).mean())
    assert row(found, "quiet")["rivals"]["no change"]["says"] == pytest.approx((known["phase.VAL"] != 1).mean())


def test_rivals_say_what_they_must(found: Hindcast, valley: Scenario) -> None:
    quiet, ground = row(found, "quiet"), row(found, "ground")
    assert quiet["rivals"]["base rate"]["says"] == pytest.approx(2 / 6)
    even = row(found, "moves")["rivals"]["base rate"]
    assert (even["says"], even["of"]) == (0.5, "none: even odds")
    (contest,) = valley.structure.contests
    sides = [valley.numbers[f"states.{code}.capability"].sourced for code in (contest.challenger, contest.holder)]
    ratio = sides[0] / sum(sides)
    assert ground["rivals"]["capability ratio"]["says"] == ratio
    assert quiet["forecast"]["was"] == "wrong"
    assert set(ground["rivals"]) == {"no change", "capability ratio", "weighted alignment"}


def test_the_ratio_of_capability_of_the_war_is_that_of_its_sources() -> None:
    assert naive_rivals(load_scenario("post-soviet-2020"))["NK"]["capability ratio"] == pytest.approx(
        1.408 / (1.408 + 0.586)
    )


def test_fitted_and_outside_targets_are_reported_apart(found: Hindcast) -> None:
    groups = {one["group"]: one["targets"] for one in found.content["groups"]}
    assert groups["not fitted"] == ["quiet", "ground", "moves"]
    assert groups["not fitted, ground"] == ["moves"]
    assert groups["fitted to something close"] == ["leads"]
    assert groups["outside of the model"] == ["handed-over"]
    assert "missed by construction: nothing is ever handed over" in " ".join(found.content["sentences"])


def test_sets_are_sealed_before_targets_are_opened(found: Hindcast, made: tuple[Path, PlausibleSets]) -> None:
    lines = [json.loads(one) for one in (found.results.folder / "log.jsonl").read_text().splitlines()]
    events = [one["event"] for one in lines]
    assert events.index("sealed") < events.index("opened") < events.index("started")
    assert lines[events.index("sealed")]["sets"] == made[1].digest == found.content["sealed"]["sets"]
    assert lines[events.index("opened")]["targets"] == found.content["opened"]


def test_a_faulty_file_is_opened_after_the_seal_and_before_any_run(
    tmp_path: Path, made: tuple[Path, PlausibleSets], valley: Scenario
) -> None:
    (tmp_path / "known.yaml").write_text((made[0].parent / "known.yaml").read_text())
    (tmp_path / "bad.yaml").write_text(made[0].read_text().replace("kind: sign", "kind: signs"))
    with pytest.raises(ConfigError, match="must be one of"):
        hindcast(valley, tmp_path / "bad.yaml", made[1], SETS, REPLICATES, out=tmp_path / "out")
    assert [json.loads(one)["event"] for one in (tmp_path / "out" / "log.jsonl").read_text().splitlines()] == ["sealed"]
    with pytest.raises(ConfigError):
        hindcast(valley, tmp_path / "none.yaml", made[1], SETS, REPLICATES, out=tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_foreign_folder_is_left_alone(tmp_path: Path, made: tuple[Path, PlausibleSets], valley: Scenario) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ResultsError, match="holds no results"):
        hindcast(valley, made[0], made[1], SETS, REPLICATES, out=tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_number_of_threads_changes_no_byte_of_the_finding_and_force_keeps_the_seal(
    tmp_path: Path, found: Hindcast, made: tuple[Path, PlausibleSets], valley: Scenario
) -> None:
    again = hindcast(valley, made[0], made[1], SETS, REPLICATES, out=tmp_path / "out", threads=2)
    kept = [folder / "findings" / "hindcast.json" for folder in (found.results.folder, tmp_path / "out")]
    assert kept[0].read_bytes() == kept[1].read_bytes()
    assert again.results.manifest["fingerprint"] == found.results.manifest["fingerprint"]
    hindcast(valley, made[0], made[1], SETS, 2, seed=9, out=tmp_path / "out", force=True)
    events = [json.loads(one)["event"] for one in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert {"sealed", "opened"} <= set(events)


def test_the_finding_is_shown_as_table_figure_page_and_sentence(found: Hindcast) -> None:
    folder = found.results.folder
    assert stored_finding(folder, "hindcast") == json.loads(json.dumps(found.content))
    assert list(found.table["target"]) == ["quiet", "ground", "moves", "leads", "handed-over"]
    assert found.sentence.startswith("3 targets that the fit knew nothing of: mean Brier score")
    assert found.figure().data
    assert "later" in repr(found)
    opened = Results.open(folder)
    assert {"history-facts", "history-numbers"} <= set(opened.figures)
    text = opened.dashboard(folder.parent / "page.html").read_text(encoding="utf-8")
    assert 'id="history-scores"' in text
    assert found.sentence.split(":")[0] in text
    assert "the capability ratio 67%" in text
    [stake] = {one.stake for one in study(found.results).contests if one.code == "VAL"}
    ground, quiet = row(found, "ground"), row(found, "quiet")
    assert f">{ground['happened']} of {stake}<" in text
    assert f">{ground['model']:.3g}<" in text
    assert f">{quiet['model']:.3g} of runs<" in text
    until = f"as on {date_words(date.fromisoformat(found.content['fitted until']))}"
    assert until in found.sentence
    assert len(re.findall(f"(?i)>{until}<", text)) == 2  # heads a column of control, and is among the rivals
    assert "as at the start" in text
    (section,) = re.findall(r'<section id="history".*?</section>', text, flags=re.DOTALL)
    assert "no change" not in section.lower()
    marks = opened.figure("crisis-VAL").to_dict()["data"]
    happened = [one for one in marks if one.get("marker", {}).get("symbol") == "diamond-open"]
    assert [list(one["y"]) for one in happened] == [[0.6, 1.0]]


def test_a_finding_that_was_written_by_others_is_escaped_or_refused(tmp_path: Path, found: Hindcast) -> None:
    import shutil

    folder = tmp_path / "copy"
    shutil.copytree(found.results.folder, folder)
    results = Results.open(folder)
    store_finding(folder, "hindcast", {**found.content, "sentences": ["<script>alert(1)</script>"]}, results.manifest)
    text = results.dashboard(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in text
    store_finding(folder, "hindcast", {"targets": [3]}, results.manifest)
    with pytest.raises(ResultsError, match="none of `counterpoise hindcast`"):
        results.dashboard(tmp_path / "other.html")


def test_the_command_prints_what_it_found_and_goes_on_from_its_folder(
    tmp_path: Path, made: tuple[Path, PlausibleSets]
) -> None:
    write_plausible(tmp_path / "sets.parquet", made[1])
    given = ["hindcast", "two-rivals-one-patron", str(made[0]), "--plausible", str(tmp_path / "sets.parquet"),
             "--sets", "3", "--replicates", "4", "--out", str(tmp_path / "out"), "--no-dashboard"]  # fmt: skip
    first = CliRunner().invoke(app, given)
    assert first.exit_code == 0, first.output
    assert "quiet\tno\t" in first.stdout
    assert "capability ratio" in first.stdout
    assert "no change" not in first.stdout
    assert "\tas on " in first.stdout
    again = json.loads(CliRunner().invoke(app, [*given, "--json"]).stdout)
    assert again["points"] == 3
    assert CliRunner().invoke(app, [*given, "--plan"]).exit_code == 0
    other = CliRunner().invoke(app, ["hindcast", "two-rivals-one-patron", "arms-policy", *given[3:]])
    assert other.exit_code == 2
    assert "is a sweep file, not a targets file" in other.output
