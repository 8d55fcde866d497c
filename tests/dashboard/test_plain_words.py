"""What a page shows is said in plain words: levels of policies, names of outcomes, numbers below zero."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from made_pages import counts_of, new_tab, until

from sim import Results
from sim.dashboard import write_dashboard
from sim.dashboard.effects.factors import level_meanings
from sim.dashboard.export.export import titles
from sim.dashboard.outcomes import in_words
from sim.dashboard.sections.claims.drawing import effects
from sim.dashboard.sections.glossary import VERDICTS
from sim.dashboard.study import level, study
from sim.phrases import minus
from sim.quantities import ARMS_POLICIES
from sim.scenario.policies import ARMS_WORDS, policy_words

ARMS = "states.RUS.arms_policy"
PARTS = json.loads(Path(__file__).with_name("findings.json").read_text(encoding="utf-8"))["run"]["claims"]["parts"]
TEXTS = """async () => {
  const shut = [...document.querySelectorAll('details:not([open])')];
  const filled = shut.map((one) => new Promise((resolve) => one.addEventListener('toggle', resolve, { once: true })));
  shut.forEach((one) => { one.open = true; });
  await Promise.all(filled);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) if (!['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(walker.currentNode.parentElement.tagName)) found.push(walker.currentNode.textContent);
  return found;
}"""
HYPHENED = re.compile(r"(?<![\w.)/−-])-\.?\d|\de-\d")
"""A number below zero, or a small one, with a hyphen; not a span, a date or a name."""
CODED = re.compile(r"\w\.\w+:(final|mean|min|max|fighting|fresh-truce|old-truce)\b")


@pytest.fixture(scope="module")
def pages(pictures: Any, synthetic: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages that together show every section."""
    made: dict[str, Path] = pictures.make_pages(tmp_path_factory.mktemp("pages"), synthetic)
    return made


@pytest.mark.parametrize("name", ["run", "sweep", "sets", "index"])
def test_no_visible_text_has_a_hyphen_for_a_minus_sign_or_a_column_for_an_outcome(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    shown = new_tab(browser)
    shown.goto(f"file://{pages[name]}")
    if name != "index":
        shown.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    found = shown.evaluate(TEXTS)
    shown.close()
    assert len(found) > 20
    assert [text for text in found if HYPHENED.search(text)] == []
    assert [text for text in found if CODED.search(text)] == []
    assert name != "run" or any("−" in text for text in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-0.5 to -.25", "−0.5 to −.25"),
        ("(-1)", "(−1)"),
        ("6.4e-12", "6.4e−12"),
        ("+/-10%", "+/−10%"),
        ("2020-10-22", "2020-10-22"),
        ("2011-20", "2011-20"),
        ("claim-H1-2", "claim-H1-2"),
        ("runs/-1/dashboard.html", "runs/-1/dashboard.html"),
        ("two-rivals", "two-rivals"),
    ],
)
def test_only_a_hyphen_before_a_number_is_a_minus_sign(text: str, said: str) -> None:
    assert minus(text) == said


def test_each_arms_policy_has_words_of_its_own() -> None:
    assert tuple(ARMS_WORDS) == ARMS_POLICIES
    for place in (0, 1):
        assert len({words[place] for words in ARMS_WORDS.values()}) == len(ARMS_POLICIES)


def test_policies_name_the_sides_where_there_is_one_dispute_between_states(synthetic: Any) -> None:
    scenario = synthetic.scenario(8, "sides")
    said = {policy: policy_words(ARMS, policy, scenario) for policy in ARMS_POLICIES}
    assert said["holder"]
    assert said["holder"][0] == "arms only Armenia"
    assert said["challenger"]
    assert said["challenger"][0] == "arms only Azerbaijan"
    scenario["structure"]["contests"] = [{**one, "host": None} for one in scenario["structure"]["contests"]]
    assert policy_words(ARMS, "holder", scenario) == ("arms only the holder", ARMS_WORDS["holder"][1])


@pytest.mark.parametrize(
    ("word", "said"),
    [("abstain", "stays out"), ("back-challenger", "backs Azerbaijan"), ("choose", "chooses for itself")],
)
def test_a_posture_that_a_party_is_held_to_is_said_in_words(synthetic: Any, word: str, said: str) -> None:
    words = policy_words("contests.NK.parties.TUR.posture_policy", word, synthetic.scenario(8, "held"))
    assert words
    assert words[0] == said


@pytest.mark.parametrize(
    "path", ["weights.order", "contests.NK.control", "contests.XX.parties.TUR.posture_policy", "backing"]
)
def test_what_is_no_policy_has_no_such_words(synthetic: Any, path: str) -> None:
    assert policy_words(path, "both", synthetic.scenario(8, "none")) is None


def test_levels_are_in_words_wherever_they_are_used(browser: Any, pages: dict[str, Path]) -> None:
    shown = new_tab(browser)
    shown.goto(f"file://{pages['sets']}")
    shown.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    for section in ("questions", "variation"):
        text = shown.locator(f"#{section}").text_content()
        assert "arms both sides" in text
        assert "“both” in files" in text
        assert "“both”:" not in text
    for section in ("questions", "variation", "explorer", "sensitivity"):
        opened = shown.locator(f"#{section} .glossary details", has_text="Whom Russia arms")
        opened.locator("summary").click()
        assert opened.locator("dt").all_inner_texts() == ["arms as it sees fit", "arms both sides"]
        assert all(opened.locator("dd").all_inner_texts())
    shown.close()


def test_a_variant_means_what_it_sets(synthetic: Any) -> None:
    results = synthetic.folder(replicates=2, weeks=4, swept=True)
    results.manifest["factors"][1]["settings"] = [{}, {"contests.NK.parties.TUR.posture_policy": 0.0}]
    found = level_meanings(study(results))["Turkey may back Azerbaijan"]
    assert found[0] == ("yes", "as the scenario has it")
    assert found[1][0] == "no"
    assert "Turkey" in found[1][1]
    assert "stays out" in found[1][1] or "abstain" in found[1][1]


def test_levels_that_share_their_words_keep_their_names(synthetic: Any) -> None:
    results = synthetic.folder(replicates=2, weeks=4, swept=True)
    factor = study(results).factors[1]
    assert [level(factor, value) for value in factor["values"]] == ["yes", "no"]


def test_names_within_a_sentence_are_said_in_words(synthetic: Any) -> None:
    what = study(synthetic.folder(replicates=2, weeks=4))
    assert (
        in_words(what, "control.NK:final, by much") == "Part of Nagorno-Karabakh held by Azerbaijan at the end, by much"
    )
    assert (
        in_words(what, "sum of influence.RUS.ARM:mean") == "sum of Russia's influence over Armenia, mean over the run"
    )
    assert in_words(what, "not a.name, nor one: final") == "not a.name, nor one: final"
    assert "“" in in_words(what, "it goes with contests.NK.control")


@pytest.mark.parametrize(
    ("name", "counted", "others"),
    [
        ("run", ["20 runs"], "sets?|replicates?|times|versions"),
        ("sweep", ["48 runs", "4 versions", "12 runs of each"], "sets?|replicates?|times"),
    ],
)
def test_first_screen_counts_runs_and_one_more_thing(
    pages: dict[str, Path], name: str, counted: list[str], others: str
) -> None:
    said = counts_of(pages[name].read_text(encoding="utf-8"))
    assert [one for one in counted if one not in said] == []
    assert not re.search(rf"\b(?:{others})\b", said)


def test_verdicts_are_explained_where_claims_are_told(pages: dict[str, Path], synthetic: Any) -> None:
    told, untold = (pages[name].read_text(encoding="utf-8") for name in ("run", "sets"))
    for word in VERDICTS:
        assert told.count(f"<summary>{word}</summary>") == 2  # below the questions, and below the claims
        assert f"<summary>{word}</summary>" not in untold


def test_all_claims_are_seen_at_once_and_a_link_to_a_part_opens_its_claim(opened: Any, pages: dict[str, Path]) -> None:
    shown = opened(pages["run"])
    claims = shown.locator(".claim")
    assert claims.count() > 1
    for claim in claims.all():
        assert claim.locator(":scope > summary").is_visible()
        assert claim.get_attribute("open") is None
    part = claims.last.locator(".facts").last
    shown.evaluate("(anchor) => goTo(anchor)", part.get_attribute("id"))
    assert part.locator("table").is_visible()
    assert claims.last.get_attribute("open") is not None
    assert shown.heard == []


def test_dots_of_claims_have_the_colours_of_the_card_and_a_shape_for_each_verdict(
    opened: Any, pages: dict[str, Path]
) -> None:
    shown = opened(pages["run"])
    dots = shown.evaluate(
        """[...document.getElementById("plot-claims-effects").data].filter((trace) => trace.mode === "markers").map(({ y, marker, hovertemplate }) => {
          const open = marker.color === colour("$card");
          return { word: hovertemplate.match(/<br>(.*)<extra>/)[1], count: y.length, hue: open ? marker.line.color : marker.color, shape: `${marker.symbol}${open}` };
        })"""
    )
    verdicts = [part["verdict"] for part in PARTS]
    assert {dot["word"]: dot["count"] for dot in dots} == {word: verdicts.count(word) for word in verdicts}
    assert len({dot["shape"] for dot in dots}) == len(dots)
    bars = shown.evaluate(
        """Object.fromEntries([...document.querySelectorAll(".question:has(a[href='#claims']) svg > g")].map((row) => [
          row.querySelector(".words").textContent, colour(`$${row.querySelector("rect").getAttribute("style").match(/--(c\\d)/)[1]}`)]))"""
    )
    assert {dot["word"]: dot["hue"] for dot in dots} == {dot["word"]: bars[dot["word"]] for dot in dots}
    key = shown.locator("#claims-effects .key li:not(.heading)").all_text_contents()
    assert [words.split(" ", 1)[1] for words in key] == [dot["word"] for dot in dots]


def test_a_figure_of_claims_has_its_scale_at_both_ends(opened: Any, pages: dict[str, Path]) -> None:
    shown = opened(pages["run"])
    plot = shown.locator("#plot-claims-effects").bounding_box()
    ends = [shown.locator(f"#plot-claims-effects .{axis}tick text").first.bounding_box()["y"] for axis in ("x2", "x")]
    assert ends[0] - plot["y"] < 60
    assert plot["y"] + plot["height"] - ends[1] < 60


def test_the_figure_of_claims_is_one_for_papers(pages: dict[str, Path]) -> None:
    assert titles(Results.open(pages["run"].parent))["claims-effects"] == "Effects beside what is expected"


def test_parts_of_claims_without_a_dot_are_counted_with_the_reason() -> None:
    first, second, *others = PARTS
    nothing = {"value": 0.0, "chance": [0.0, 0.0], "assumptions": [0.0, 0.0]}
    unknown = {"value": None, "chance": [None, None], "assumptions": [None, None]}
    (whole,) = effects(PARTS, 1)
    assert "Without a dot" not in whole.how
    (less,) = effects([{**first, "effect": nothing}, {**second, "effect": unknown}, *others], 1)
    told = re.findall(r"Without a dot: (\d+) of (\d+) parts, whose (.*?)\.", less.how)
    assert [(int(count), int(of)) for count, of, _ in told] == [(1, len(PARTS))] * 2
    assert [why for *_, why in told] == ["effect and intervals are all 0", "effect is not known"]
    assert len(less.points[0].columns["Effect"]) == len(others)


def test_the_run_that_is_marked_first_is_there_over_time(opened: Any, synthetic: Any, tmp_path: Path) -> None:
    results = synthetic.with_few_kept(synthetic.folder(replicates=30, weeks=8, sets=3), 2)
    (tmp_path / "few").mkdir()
    shown = opened(write_dashboard(synthetic.write(tmp_path / "few", results)), "#explorer")
    said = shown.locator("#explorer-said").text_content()
    name = re.search(r"Run (\d+)\.(\d+) is marked", said)
    assert name
    assert int(name[2]) < 2
    assert f"Dark: the marked run, {name[1]}.{name[2]}." in shown.locator("#explorer-paths-said").text_content()


def test_a_question_leads_to_the_choice_that_it_speaks_of(opened: Any, pages: dict[str, Path]) -> None:
    shown = opened(pages["run"])
    card = shown.locator(".question", has_text="not fight in")
    spoken = re.search(r"than for “(.+?)”", card.locator(":scope > .how").text_content())
    assert spoken
    card.get_by_role("link").click()
    until(shown, "state.anchor.startsWith('closer-')")
    assert shown.locator("#posture option:checked").text_content() == spoken[1]
    assert spoken[1] in shown.locator("#why-weeks-title").text_content()
