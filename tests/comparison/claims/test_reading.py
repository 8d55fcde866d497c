"""Claims files: every fault at once, with its line, and never anything but a fault; a small file runs to its verdicts."""

from __future__ import annotations

import html
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from made_claims import SMALL
from typer.testing import CliRunner

from sim import Results, claims, load_scenario
from sim.cli import app
from sim.comparison.claims.claims import QUICK, USUAL, Claims, folder_of, prepare
from sim.comparison.claims.naive import naive_of
from sim.comparison.claims.read import load_claims, shipped_claims
from sim.comparison.claims.schema import PART, claims_schema
from sim.comparison.claims.verdict import VERDICTS, by_claim, verdicts_of
from sim.dashboard.page import page
from sim.errors import ConfigError
from sim.phrases import listed
from sim.scenario.scenario import Scenario
from sim.storage.findings import stored_finding

FAULTS = [
    ("expect: more", "expect: sideways", "expect must be one of more, less, same, either"),
    ('outcome: "control.VAL:final"', 'outcome: "contrl.VAL:final"', "must be an outcome with its statistic"),
    ('outcome: "control.VAL:final"', 'outcome: "control.VAL"', "must have a statistic that it takes"),
    ("margin: 0.05", "margin: -1", "margin must be a number"),
    ("        margin: 0.05\n", "", "margin is missing"),
    ("behaviour.commit: 0", "behaviour.comit: 0", "must be a path of the scenario"),
    ("behaviour.commit: 0", '"nothing.*": 0', "must match a path of the scenario"),
    ("states.COR.distraction: 0.3", "states.COR.distraction: 3", "must lie in [0, 1]"),
    ("fight-challenger", "sing", "posture_policy"),
    ("asks: consequence", "asks: why", "asks must be one of reason, consequence"),
    ("shuffle:", "jumble:", "is not a key here"),
    ("shuffle: \"alignments.*\"", "shuffle: \"states.*\"", "must match paths of one kind"),
    ("name: small", "name: ../small", "must be short"),
    ("source: invented", "", "source must be text"),
    ("  C1:", "  'C 1':", "must have a short name"),
    ("        mechanisms: {help", "        scenario: elsewhere\n        mechanisms: {help", "must be a name of `scenarios`"),
    ("        expect: more\n", "        expect: more\n        is: [high]\n", "must be a list of words"),
    ("        expect: more\n", "        expect: more\n        between: [1, 0]\n", "must be two numbers, the lower one first"),
]  # fmt: skip


@pytest.fixture(scope="module")
def valley() -> Scenario:
    return load_scenario("two-rivals-one-patron")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Claims:
    folder = tmp_path_factory.mktemp("claims")
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    return claims("two-rivals-one-patron", folder / "small.yaml", sets=12, replicates=6, out=folder / "out", threads=1)


@pytest.mark.parametrize(("good", "bad", "said"), FAULTS)
def test_each_fault_is_named_with_its_line(small: Path, valley: Scenario, good: str, bad: str, said: str) -> None:
    assert good in SMALL
    small.write_text(SMALL.replace(good, bad), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_claims(small, valley)
    lines = [str(fault) for fault in caught.value.faults]
    assert any(said in line for line in lines), lines
    assert all(line.startswith(f"{small}:") for line in lines)


def test_all_faults_come_at_once(small: Path, valley: Scenario) -> None:
    text = SMALL
    for good, bad, _ in (FAULTS[0], FAULTS[3], FAULTS[5]):
        text = text.replace(good, bad)
    small.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_claims(small, valley)
    assert len(caught.value.faults) == 3


TREE = yaml.safe_load(SMALL)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.sampled_from([*PART, "*", "C1", "set"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PART, "parts", "p", "*"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a tree."""
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(one for key, child in below for one in places(child, (*at, key)))]


def test_chosen_claims_and_a_quick_look_have_folders_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    asked = ((None, USUAL), (["C1"], USUAL), (None, QUICK), (["C1"], QUICK))
    found = [folder_of(prepare("two-rivals-one-patron", file, *one), None).name for one in asked]
    name = "claims-two-rivals-one-patron"
    assert found == [name, f"{name}-C1", f"{name}-quick", f"{name}-C1-quick"]


def test_shipped_claims_are_checked_as_such_by_their_path() -> None:
    done = CliRunner().invoke(app, ["check", str(shipped_claims()["october-2020"])])
    assert done.exit_code == 0, done.output
    assert "20 claims in 57 parts" in done.output


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(places(TREE)[1:]), put=ANY)
def test_whatever_stands_somewhere_is_read_or_refused(
    small: Path, valley: Scenario, place: tuple[Any, ...], put: Any
) -> None:
    tree = json.loads(json.dumps(TREE))
    node = tree
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = put
    small.write_text(yaml.safe_dump(tree), encoding="utf-8")
    with suppress(ConfigError):
        load_claims(small, valley)


def test_shipped_claims_are_good_for_the_schema_and_for_their_config() -> None:
    file = shipped_claims()["october-2020"]
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert list(Draft202012Validator(claims_schema()).iter_errors(tree)) == []
    assert [*tree["claims"]] == [f"H{number}" for number in range(1, 21)]
    read = load_claims(file, load_scenario(tree["about"]))
    assert len(read.parts) == sum(len(claim["parts"]) for claim in tree["claims"].values())


def test_small_file_runs_to_its_verdicts(found: Claims) -> None:
    table = found.table.set_index("part")
    assert table.loc["ground", "effect"] > 0.1
    assert table.loc["nothing", "verdict"] in ("supported", "built in")
    assert (table["low"] <= table["effect"]).all()
    assert (table["effect"] <= table["high"]).all()
    assert table.loc["ground", "runs"] == 12 * 6


def test_trivial_models_stand_beside_each_effect(found: Claims) -> None:
    said = {part["part"]: {one["rival"]: one["says"] for one in part["naive"]} for part in found.content["parts"]}
    held = (2 + 20) / (2 + 20 + 1) - 2 / (2 + 1)  # the patron is ten times the challenger, which is twice the holder
    assert said == {
        "ground": {"no change": 0.0, "capability ratio": pytest.approx(held)},
        "nothing": {"no change": 0.0},
    }
    table = found.table.set_index("part")
    assert f"the capability ratio {held:+.3g}; the model says" in table.loc["ground", "without_model"]
    assert "no clear difference from so simple a rule" in table.loc["nothing", "without_model"]
    shown = page(found.results)
    spans = [[part["effect"][key] for key in ("chance", "assumptions")] for part in found.content["parts"]]
    covered = [[low <= 0 <= high for low, high in ends] for ends in spans]
    outside, within = sum(not any(ends) for ends in covered), sum(ends[0] for ends in covered)
    clear = len(covered) - outside - within
    told = [f"no change lies outside the intervals of {outside} of 2 effects"]
    told += [f"{clear} more are clear of chance, not of what is assumed"] if clear else []
    told += [f"for the other {within} there is no clear difference from so simple a rule"] if within else []
    assert f"Without any model: {'; '.join(told)}." in shown
    assert table.loc["ground", "without_model"] in shown


def test_a_ratio_of_capability_is_told_of_shipped_claims_that_change_it() -> None:
    file = load_claims(shipped_claims()["october-2020"], load_scenario("post-soviet-2020"))
    said = {part.key: naive_of(part, file.scenarios[part.scenario]) for part in file.parts}
    assert all(one["no change"] == 0 for one in said.values())
    assert said["H6.ground"]["capability ratio"] == pytest.approx(0.5 - 1.408 / (1.408 + 0.586))
    assert [key for key, one in said.items() if "capability ratio" in one] == ["H6.ground"]


def test_effect_is_the_mean_difference_of_pairs(found: Claims) -> None:
    arms = Results.open(f"{found.results.folder}.arms/two-rivals-one-patron")
    words = {"treatment": "C1.ground: treatment", "baseline": "C1.ground: baseline"}
    pairs = arms.pairs({"arm": words["treatment"]}, {"arm": words["baseline"]})
    effect = found.table.set_index("part").loc["ground", "effect"]
    assert pairs["control.VAL:final"].mean() == pytest.approx(effect, abs=1e-9)


def test_verdicts_are_stored_and_shown_on_the_page(found: Claims) -> None:
    folder = found.results.folder
    assert folder is not None
    assert stored_finding(folder, "claims") == json.loads(json.dumps(found.content))
    shown = page(found.results)
    for part in found.content["parts"]:
        assert f'id="claim-{part["claim"]}-{part["part"]}"' in shown
        assert f'href="#claim-{part["claim"]}-{part["part"]}"' in shown
    assert len(found.figure().data) > 1


def test_each_claim_is_told_in_its_sentence_with_the_verdicts_on_its_parts(found: Claims, small: Path) -> None:
    verdicts = [part["verdict"] for part in found.content["parts"]]
    counts = listed([f"{verdicts.count(word)} {word}" for word in VERDICTS if word in verdicts])
    (told,) = re.findall(r'<details class="claim" id="claim-C1"><summary>(.+?)</summary>', page(found.results))
    assert re.sub("<.+?>", "", told) == f"C1 A patron that fights decides the war (invented) {counts}"
    done = CliRunner().invoke(app, ["claims", "two-rivals-one-patron", "--claims", str(small), "--sets", "12",
                                    "--replicates", "6", "--no-dashboard", "--out", str(found.results.folder)])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert f"C1\tA patron that fights decides the war\t{counts}\n" in done.stdout
    reasons = done.stdout.split("C1: A patron that fights decides the war\n", 1)[1]
    for part in found.content["parts"]:
        assert f"  {part['text']} {part['verdict'].capitalize()}: {part['why']}" in reasons
        assert f"\nC1\t{part['text']}\t{part['expect']}\t" in done.stdout


def test_a_part_is_told_in_its_sentence_not_by_its_code(found: Claims, small: Path) -> None:
    text = load_claims(small, load_scenario("two-rivals-one-patron"))
    codes = {part.key.partition(".")[2] for part in text.parts}
    claims = re.search(r'<section[^>]* id="claims".*?</section>', page(found.results), re.DOTALL)
    assert claims is not None
    said = html.unescape(re.sub("<[^>]+>", "\n", claims[0]))
    for part in found.content["parts"]:
        assert part["part"] in codes
        assert said.count(f"\n{part['text']}") == 2  # in the table, and above what its verdict rests on
        assert part["part"].replace("-", " ") not in said.lower().split("\n")


def test_verdict_of_a_claim_with_one_part_is_that_word() -> None:
    parts = [
        {"claim": "A", "verdict": "supported"},
        {"claim": "B", "verdict": "undecided"},
        {"claim": "A", "verdict": "built in"},
    ]
    assert [verdicts_of(one) for one in by_claim(parts)] == ["1 supported and 1 built in", "undecided"]


def test_texts_of_a_file_are_escaped_on_the_page(found: Claims) -> None:
    folder = found.results.folder
    assert folder is not None
    from sim.storage.findings import store_finding

    content = json.loads(json.dumps(found.content))
    content["parts"][0]["text"] = "<script>alert(1)</script>"
    store_finding(folder, "claims", content, found.results.manifest)
    shown = page(found.results)
    store_finding(folder, "claims", found.content, found.results.manifest)
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_same_file_gives_the_same_verdicts_on_two_threads(found: Claims, small: Path, tmp_path: Path) -> None:
    again = claims("two-rivals-one-patron", small, sets=12, replicates=6, out=tmp_path / "out", threads=2)
    assert again.content == found.content


def test_command_names_an_unknown_claim(small: Path) -> None:
    done = CliRunner().invoke(app, ["claims", "two-rivals-one-patron", "--claims", str(small), "--claim", "C9"])
    assert done.exit_code == 2
    assert "must be a claim of the file" in done.stderr


def test_a_claim_may_be_about_a_declared_outcome(small: Path, valley: Scenario, tmp_path: Path) -> None:
    text = SMALL.replace('outcome: "control.VAL:final"', "outcome: gain", 1)
    small.write_text(text, encoding="utf-8")
    declared = valley.with_({"outcomes.gain": "control.VAL:final - 0.2"})
    first, *_ = load_claims(small, declared).parts
    assert first.measure.outcome == ("gain",)
    same, other = (
        claims(scenario, file, sets=4, replicates=4, out=tmp_path / file.stem, threads=1)
        for scenario, file in ((declared, small), (valley, _plain(tmp_path)))
    )
    assert same.table["effect"][0] == pytest.approx(other.table["effect"][0], abs=1e-12)
    assert (same.table["verdict"] == other.table["verdict"]).all()
    small.write_text(text.replace("outcome: gain", "outcome: gian"), encoding="utf-8")
    with pytest.raises(ConfigError, match="did you mean gain"):
        load_claims(small, declared)


def _plain(folder: Path) -> Path:
    file = folder / "plain.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file
