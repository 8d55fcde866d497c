"""What the scenario was chosen to show is told apart from what the model says of itself."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.dashboard import findings
from sim.dashboard.page import page
from sim.errors import ConfigError
from sim.execution.run import simulate
from sim.scenario.load import load_scenario
from sim.scenario.scenario import rebuilt

PATTERNS = {
    "file": "patterns/autumn.yaml",
    "name": "autumn",
    "title": "What was known in the autumn",
    "patterns": {
        "A": {"text": "The war goes on", "outcome": "phase.NK", "week": 3, "is": ["fighting"], "at_least": 0.0},
        "B": {
            "text": "Nobody ever breaks a truce",
            "outcome": "phase.NK",
            "week": 3,
            "is": ["quiet"],
            "at_least": 0.99,
        },
        "C": {"text": "Beyond the horizon", "outcome": "phase.NK", "week": 300, "is": ["quiet"]},
        "D": {"text": "Of another world", "outcome": "phase.XX", "week": 3, "is": ["quiet"]},
    },
}


def fit_target(results: Any, patterns: dict[str, Any] = PATTERNS) -> Any:
    results.manifest["scenario"]["fitted"] = patterns
    return results


def test_findings_on_a_fitted_outcome_are_no_predictions(synthetic: Any) -> None:
    bare = findings(synthetic.folder(replicates=20, weeks=20))
    assert {one.badge for one in bare} == {"predicted"}
    found = findings(fit_target(synthetic.folder(replicates=20, weeks=20)))
    on_war = [one for one in found if "phase.NK" in one.outcomes]
    assert on_war
    for one in found:
        assert one.badge == ("fitted" if one in on_war else "predicted")
        assert one.spoken.startswith(f"[{one.badge}] ")
    assert on_war[0].because.startswith("The war goes on (week 3: 18 October 2020 to 24 October 2020)")


def test_a_posture_that_the_scenario_sets_is_assumed(synthetic: Any) -> None:
    results = synthetic.folder(replicates=20, weeks=20)
    held = {"value": 1.0, "range": [-1, 63], "unit": "policy", "source": "assumption", "note": ""}
    results.manifest["scenario"]["numbers"]["contests.NK.parties.RUS.posture_policy"] = held
    assert {one.badge for one in findings(results) if one.outcomes[0] == "posture.NK.RUS"} == {"assumed"}


def test_the_page_names_the_patterns_and_what_these_runs_show_of_them(synthetic: Any) -> None:
    text = html.unescape(page(fit_target(synthetic.folder(replicates=20, weeks=20))))
    part = text[text.index('id="fitted"') : text.index('class="caveat"')]
    rows = re.findall(
        r"<tr><th scope=\"row\">(.*?)</th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", part
    )
    assert "patterns/autumn.yaml" in part
    assert "What was known in the autumn (1 of 2 that these runs can tell of are shown)" in part
    assert [row[0] for row in rows] == [one["text"] for one in PATTERNS["patterns"].values()]
    assert [row[4] for row in rows] == ["yes", "no", "not known", "not known"]
    assert [row[1].partition(":")[0] for row in rows] == ["week 3", "week 3", "week 300", "week 3"]
    assert rows[0][1] == "week 3: 18 October 2020 to 24 October 2020"
    assert rows[1][2] == "at least 99% of runs"
    assert re.fullmatch(r"\d+% \(20 runs\)", rows[1][3])


@pytest.mark.parametrize("patterns", [{"file": "x.yaml", "patterns": {"A": 3}}, {"file": "x.yaml"}, {"name": []}])
def test_a_faulty_patterns_file_is_named_and_spoils_nothing(synthetic: Any, patterns: dict[str, Any]) -> None:
    text = page(fit_target(synthetic.folder(replicates=6, weeks=8), patterns))
    assert "The file cannot be used:" in text
    assert 'id="crises"' in text


def test_the_shipped_fit_is_marked_on_its_page() -> None:
    results = simulate(load_scenario("post-soviet-2020", {"weeks": 27}), 200)  # the runs that the fit judged it by
    badges = {one.outcomes[0]: one.badge for one in findings(results)}
    assert badges["truces_broken.NK"] == badges["posture.NK.RUS"] == "fitted"
    assert badges["control.NK"] == "predicted"  # the pattern is of week 3, the finding of the last one
    assert badges["governs.KG"] == "fitted"
    assert badges["governs.BY"] == "predicted"
    assert "13 of 13 that these runs can tell of are shown" in page(results)


def test_the_terminal_marks_what_the_shipped_config_was_fitted_to(tmp_path: Any) -> None:
    said = CliRunner().invoke(app, ["run", "post-soviet-2020", "--replicates", "2", "--out", str(tmp_path / "out")])
    assert "[fitted] In Nagorno-Karabakh" in said.output
    assert "[predicted] " in said.output


def test_what_a_config_was_fitted_to_is_kept_and_changes_no_digest() -> None:
    scenario = load_scenario("post-soviet-2020")
    assert scenario.fitted["file"] == "patterns/october-2020.yaml"
    assert set(scenario.fitted["patterns"]) >= {"P1", "P8"}
    assert rebuilt(scenario.resolved()) == scenario
    assert load_scenario("kyrgyzstan-2020").fitted == scenario.fitted


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("/etc/passwd", "must stay in the folder"),
        ("../patterns.yaml", "must stay in the folder"),
        ("nowhere.yaml", "must name a file that is there"),
        ("base.yaml", "must hold patterns"),
        ("{a: 1}", "must be the name of one file"),
    ],
)
def test_a_config_names_a_patterns_file_in_its_own_folder(tmp_path: Any, value: str, rule: str) -> None:
    (tmp_path / "patterns.yaml").write_text("patterns: {}\n")
    folder = tmp_path / "configs"
    folder.mkdir()
    base = "name: base\nstart: 2020-01-01\nstates: {AA: {name: A, capability: 1}}\n"
    (folder / "base.yaml").write_text(base)
    (folder / "config.yaml").write_text(f"{base}fitted: {value}\n")
    with pytest.raises(ConfigError, match=rule):
        load_scenario(folder / "config.yaml")
