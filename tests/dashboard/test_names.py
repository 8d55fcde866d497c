"""Names are only shown: none is a key, two that are equal are told apart, and long ones are shortened, never cut."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.dashboard import write_dashboard
from sim.dashboard.study import study

NAMES = {"RUS": "toString", "TUR": "__proto__", "ARM": "constructor", "AZE": "hasOwnProperty", "KGZ": "valueOf"}
CODES = {"KGZ": "toString", "BLR": "constructor", "CHN": "valueOf"}
LONG = "The Most Serene and Forever United Confederation of the Upper and the Lower Provinces beyond the Eleven Great Rivers"
CELLS = "(id) => [...document.querySelectorAll(`#plot-matrix-${id} text`)].filter((one) => /\\d/.test(one.textContent)).length"
TICKS = (
    "(id) => [...document.querySelectorAll(`#plot-matrix-${id} .ytick text`)].map((one) => one.lastChild.textContent)"
)


def named(results: Any, names: dict[str, str]) -> Any:
    results.manifest["scenario"]["names"] = results.manifest["scenario"]["names"] | names
    return results


def coded(results: Any, codes: dict[str, str]) -> Any:
    """The results with other codes of states, wherever these stand."""

    def changed(text: str) -> str:
        return re.sub(r"\b(" + "|".join(codes) + r")\b", lambda found: codes[found[1]], text)

    tables = {name: getattr(results, name).rename(columns=changed) for name in ("runs", "series")}
    reasons = results.reasons.assign(party=results.reasons["party"].map(changed))
    return replace(results, manifest=json.loads(changed(json.dumps(results.manifest))), reasons=reasons, **tables)


@pytest.fixture
def drawn(synthetic: Any, opened: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    def draw(change: Callable[[Any, dict[str, str]], Any], words: dict[str, str], **how: Any) -> Any:
        results = change(synthetic.folder(replicates=4, weeks=8), words)
        return opened(write_dashboard(synthetic.write(tmp_path, results)), **how)

    return draw


@pytest.mark.parametrize(("change", "words"), [(named, NAMES), (coded, CODES)])
def test_no_name_or_code_is_a_property_of_an_object(drawn: Any, change: Any, words: dict[str, str]) -> None:
    page = drawn(change, words)
    assert page.heard == []
    for kind in ("alignment", "influence"):
        assert page.evaluate(CELLS, kind) == 72
    page.locator("#matrix-influence details").evaluate("(one) => { one.open = true; }")
    page.locator("#matrix-influence tbody tr").first.wait_for()
    assert page.locator("#matrix-influence tbody tr").count() == 72
    shown = set(words.values()) if change is named else {"Kyrgyzstan", "Belarus", "China"}
    assert shown <= set(page.evaluate(TICKS, "alignment"))


def test_states_of_one_name_are_told_apart_everywhere(drawn: Any) -> None:
    page = drawn(named, {"ARM": "Georgia", "AZE": "Georgia", "RUS": "Union", "EUU": "Union"}, width=1600)
    ticks = page.evaluate(TICKS, "alignment")
    assert len(set(ticks)) == 9
    assert {"Georgia (ARM)", "Georgia (AZE)", "Union (RUS)", "Union (EUU)"} <= set(ticks)
    assert page.evaluate(CELLS, "alignment") == 72
    titles = page.locator("#influence h3").all_text_contents()
    assert [one for one in titles if one.startswith("Influence over")][:2] == [
        "Influence over Georgia (ARM)",
        "Influence over Georgia (AZE)",
    ]
    lines = "document.querySelectorAll('#plot-influence-ARM .annotation').length"
    assert page.evaluate(lines) == 5


def test_a_contest_may_have_the_name_of_a_state(synthetic: Any) -> None:
    results = named(synthetic.folder(replicates=2, weeks=3), {"BY": "Belarus", "BLR": "Belarus"})
    what = study(results)
    assert what.name("BY") == what.name("BLR") == "Belarus"


@pytest.mark.parametrize("width", [390, 1280])
def test_long_names_are_shortened_and_whole_in_the_tooltip(drawn: Any, width: int) -> None:
    page = drawn(named, {"KGZ": LONG, "EUU": f"{LONG}, western part", "KG": f"{LONG} in revolt"}, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ticks = page.evaluate(TICKS, "alignment")
    assert [one for one in ticks if one.endswith("…")]
    assert max(map(len, ticks)) <= 16
    whole = page.evaluate(
        "[...document.querySelectorAll('#plot-matrix-alignment .ytick title')].map((one) => one.textContent)"
    )
    assert LONG in whole
    assert page.locator("#case").get_attribute("title") == page.locator("#case option:checked").text_content()
    cut = page.evaluate(
        "[...document.querySelectorAll('.plot .annotation-text, .xtick text, .ytick text')].filter((one) => {"
        " const box = one.getBoundingClientRect(), room = one.closest('.plot, .svg-room').getBoundingClientRect();"
        " return box.width && (box.left < room.left - 1 || box.right > room.right + 1); }).map((one) => one.textContent)"
    )
    assert cut == [], cut


def test_names_of_the_scenario_fit_on_a_phone(run_page: Path, opened: Callable[..., Any]) -> None:
    page = opened(run_page, width=390)
    cut = page.evaluate(
        "[...document.querySelectorAll(':is(.plot, .svg-room) text')].filter((one) => {"
        " const box = one.getBoundingClientRect(), room = one.closest('.plot, .svg-room').getBoundingClientRect();"
        " return box.width && (box.left < room.left - 1 || box.right > room.right + 1); }).map((one) => one.textContent)"
    )
    assert cut == [], cut
