"""What the scenario was chosen to show is told apart from what the model says of itself."""

from __future__ import annotations

import html
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from made_sets import make_sets
from typer.testing import CliRunner

from sim.analysis.patterns import load_patterns
from sim.cli.commands import app
from sim.dashboard import findings
from sim.dashboard.page import page
from sim.errors import ConfigError
from sim.execution.run import simulate
from sim.results.results import Results
from sim.scenario.load import load_scenario, shipped
from sim.scenario.scenario import rebuilt
from sim.storage.manifest import digest

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


def test_what_says_another_word_than_the_fit_was_to_show_is_not_fitted(synthetic: Any) -> None:
    seldom = {
        "text": "It hardly fights",
        "outcome": "posture.NK.RUS",
        "week": 3,
        "is": ["fight-holder"],
        "at_most": 0.1,
    }

    def said(words: list[str], **band: float) -> Any:
        one = {"text": "What Russia does", "outcome": "posture.NK.RUS", "week": 3, "is": words, **band}
        patterns = {**PATTERNS, "patterns": {"A": one, "B": seldom}}
        found = findings(fit_target(synthetic.folder(replicates=20, weeks=20), patterns))
        return next(finding for finding in found if "posture.NK.RUS" in finding.outcomes)

    word = said(["guarantee"], at_least=0.0).word
    other = "mediate" if word != "mediate" else "abstain"
    assert (said([word], at_least=0.5).badge, said([word, other], at_least=0.5).badge) == ("fitted", "fitted")
    contrary = said([other], at_least=0.5)
    assert contrary.badge == "predicted"
    assert contrary.because.startswith("Chosen to show otherwise: What Russia does (week 3")
    assert "It hardly fights" not in contrary.because
    assert said([other], at_most=0.1).badge == "fitted"  # to show the other word seldom


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


KNOWN = """\
name: known
title: What was known of the valley
patterns:
  A: {text: A truce has failed, outcome: truces_broken.VAL, weeks: [0, 3], ever_above: 0, at_least: 0.1}
  B: {text: Borea gains ground, outcome: control.VAL, week: 3, above: 0.2, at_least: 0.1}
"""
EARLIER, SAME_DAY, SWAPPED, TOO_SHORT = (
    "start: 2029-10-29\nweeks: 26\n",
    "start: 2030-01-07\nweeks: 26\n",
    "start: 2030-01-07\nweeks: 26\ncontests: {VAL: {challenger: COR, holder: BOR}}\n",
    "start: 2029-10-29\nweeks: 10\n",
)


def over_sets(tmp_path: Path, said: str, patterns: str = KNOWN) -> Results:
    """Runs of a config that extends a fitted one, over sets that were fitted to the patterns `KNOWN`."""
    (tmp_path / "patterns").mkdir()
    file = tmp_path / "patterns" / "known.yaml"
    file.write_text(KNOWN)
    base, child = tmp_path / "base.yaml", tmp_path / "child.yaml"
    base.write_text(f"{shipped()['two-rivals-one-patron'].read_text(encoding='utf-8')}\nfitted: patterns/known.yaml\n")
    sets = make_sets(load_scenario(base), count=4)
    facts = {"patterns": "known", "patterns_digest": digest(asdict(load_patterns(file)))}
    sets = replace(sets, about={**sets.about, **facts})
    file.write_text(patterns)
    child.write_text(f"extends: base.yaml\nname: child\nfitted: null\n{said}")
    return simulate(child, 6, plausible=sets)


def on(results: Results, outcome: str) -> Any:
    return next(one for one in findings(results) if one.outcomes[0] == outcome)


def test_what_the_sets_were_fitted_to_show_is_fitted_in_a_scenario_that_begins_earlier(tmp_path: Path) -> None:
    results = over_sets(tmp_path, EARLIER)
    told = on(results, "truces_broken.VAL")
    assert told.badge == "fitted"
    assert told.because == (
        "A truce has failed (7 January 2030 to 3 February 2030). "
        "The sets were fitted to show it in two-rivals-one-patron."
    )
    assert on(results, "control.VAL").badge == "predicted"  # the pattern is of week 13, the finding of the last one
    text = html.unescape(page(results))
    assert "What the plausible sets were fitted to: What was known of the valley" in text
    assert text.count("<td>of runs of two-rivals-one-patron</td><td>not known</td>") == 2


def test_runs_that_begin_on_the_same_day_tell_of_the_patterns(tmp_path: Path) -> None:
    results = over_sets(tmp_path, SAME_DAY)
    assert on(results, "truces_broken.VAL").because.startswith("A truce has failed (weeks 0 to 3: 7 January 2030 to ")
    assert "of 2 that these runs can tell of are shown" in page(results)


@pytest.mark.parametrize("said", [SWAPPED, TOO_SHORT])
def test_a_pattern_of_other_sides_or_later_weeks_makes_nothing_fitted(tmp_path: Path, said: str) -> None:
    assert on(over_sets(tmp_path, said), "truces_broken.VAL").badge == "predicted"


def test_patterns_that_changed_after_the_fit_are_not_those_of_the_sets(tmp_path: Path) -> None:
    results = over_sets(tmp_path, SAME_DAY, KNOWN.replace("[0, 3]", "[0, 4]"))
    assert on(results, "truces_broken.VAL").badge == "predicted"
    assert "The file cannot be used: it has changed since the sets were fitted to it" in page(results)
