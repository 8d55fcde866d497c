"""Each thing that can be wrong with a config is one clear fault with line, path and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ConfigError, Fault
from sim.scenario.load import load_scenario

Write = Callable[..., Path]

# what to replace, by what (`#!` marks the line that the fault must name), path, part of the remedy
CASES = {
    "unknown key": ("    autonomy: 0.5", "    autonomi: 0.5 #!", "states.RUS.autonomi", "did you mean autonomy?"),
    "unknown section": ("region:", "regions:", "regions", "did you mean region?"),
    "unknown key in a number": ("note: thirty}", "notes: thirty, note: x} #!", "states.RUS.capability.notes", "did you mean note?"),
    "text for a number": ("    autonomy: 0.5", "    autonomy: half #!", "states.RUS.autonomy", "own weight against all outside influence"),
    "bool for a number": ("    autonomy: 0.5", "    autonomy: true #!", "states.RUS.autonomy", "true and false are no numbers"),
    "nothing for a number": ("    autonomy: 0.5", "    autonomy: #!", "states.RUS.autonomy", "own weight"),
    "not a number": ("    autonomy: 0.5", "    autonomy: .nan #!", "states.RUS.autonomy", "own weight"),
    "infinity": ("    autonomy: 0.5", "    autonomy: .inf #!", "states.RUS.autonomy", "own weight"),
    "a list for a mapping": ("region: {clients: [ARM, AZE], patrons: [RUS, TUR]}", "region: [ARM] #!", "region", "observed"),
    "a number for weeks": ("weeks: 52", "weeks: 52.5 #!", "weeks", "weeks"),
    "no weeks at all": ("weeks: 52", "weeks: 0 #!", "weeks", "weeks"),
    "out of bounds": ("    autonomy: 0.5", "    autonomy: 0.9 #!", "states.RUS.autonomy", "share"),
    "range out of bounds": ("range: [0.8, 1]", "range: [0.8, 1.5]", "ties.RUS.ARM.arms.range[1]", "share of the client's need"),
    "value outside its range": ("value: 0.9, range: [0.8, 1]", "value: 0.7, range: [0.8, 1]", "ties.RUS.ARM.arms.value", "widen the range"),
    "range reversed": ("range: [20, 40]", "range: [40, 20]", "states.RUS.capability.range", "write [20, 40]"),
    "range of one": ("range: [20, 40]", "range: [20]", "states.RUS.capability.range", "capability"),
    "no note": (", note: thirty}", "} #!", "states.RUS.capability", "how far it may be off, and why"),
    "no source": ("source: register, note: thirty}", "note: thirty} #!", "states.RUS.capability", "assumption"),
    "no range": ("range: [20, 40], ", "", "states.RUS.capability", "assumption"),
    "no value": ("{value: 30, range", "{range", "states.RUS.capability.value", "write {value: ..."),
    "bare number without default": (
        "{value: 30, range: [20, 40], source: register, note: thirty}", "30 #!", "states.RUS.capability", "write {value: ..."),
    "number left out": (
        "TUR: {capability: {value: 13, range: [10, 16], source: register, note: thirteen}}", "TUR: {} #!",
        "states.TUR.capability", "military capability"),
    "unknown source": ("source: register, note: thirty}", "source: registry, note: thirty} #!", "states.RUS.capability.source", "did you mean register?"),
    "unknown passage": ("document:R6", "document:Z6", "ties.RUS.AZE.arms.source", "known are"),
    "unknown word": ("arms_policy: endogenous", "arms_policy: bth #!", "states.RUS.arms_policy", "did you mean both?"),
    "code for a word": ("arms_policy: endogenous", "arms_policy: 1 #!", "states.RUS.arms_policy", "known are endogenous"),
    "tie to an unknown state": ("    ARM:\n      arms:", "    AMR: #!\n      arms:", "ties.RUS.AMR", "did you mean ARM?"),
    "tie of an unknown state": ("  TUR:\n    AZE:", "  TUS: #!\n    AZE:", "ties.TUS", "did you mean"),
    "tie to oneself": ("  TUR:\n    AZE:", "  TUR:\n    TUR: #!", "ties.TUR.TUR", "remove the tie"),
    "unknown lever": ("      culture: {", "      cultur: {", "ties.RUS.ARM.cultur", "did you mean culture?"),
    "lever that no tie uses yet, misspelt": ("      culture: {value: 0.3", "      enrgy: {value: 0.3", "ties.RUS.ARM.enrgy", "did you mean energy?"),
    "lever of no known kind": ("      culture: {value: 0.3", "      xyz: {value: 0.3", "ties.RUS.ARM.xyz", "energy"),
    "two states of one name": ("  TUR: {cap", "  TUR: {name: Russia, cap", "states.TUR.name", "another name"),
    "two states whose names look alike": ("  TUR: {cap", '  TUR: {name: " RUSSIA\\u00a0", cap', "states.TUR.name", "another name"),
    "state with the code of another as its name": ("    name: Russia", "    name: Tur", "states.TUR", "another name"),
    "two contests of one name": ("    name: The valley", "    name: NN", "contests.NN", "another name"),
    "two camps that differ in case": ("    holder: north", "    holder: South #!", "contests.NN.holder", "another name"),
    "two postures that differ in case": ("  lend: {", "  Mediate: {", "postures.Mediate", "another name"),
    "bare number without default, with the rule": (
        "{value: 30, range: [20, 40], source: register, note: thirty}", "30 #!", "states.RUS.capability", "a source may be `assumption`"),
    "unknown rival in a list": ("        rivals: {TUR: 1}", "        rivals: [TRU] #!", "contests.NK.parties.RUS.rivals.TRU", "did you mean TUR?"),
    "no rival in a list": ("        rivals: {TUR: 1}", "        rivals: [[TUR]] #!", "contests.NK.parties.RUS.rivals", "a list, or a mapping to weights"),
    "two lines in a stake": ("    name: The valley", '    over: "a\\nb" #!', "contests.NK.over", "put it on one line"),
    "duplicate tie": (
        "  TUR:\n    AZE:\n", "  TUR:\n    AZE: {}\n    AZE: #!\n", "ties.TUR.AZE", "remove one of the two"),
    "duplicate state": ("  ARM: {cap", "  ARM: {}\n  ARM: {cap", "states.ARM", "remove one of the two"),
    "domain shares above one": ("{value: 0.1, range: [0, 0.2]", "{value: 0.5, range: [0, 0.6]", "ties.TUR.AZE.arms", "lower one of ties.RUS.AZE.arms"),
    "alignment with an unknown state": ("{AZE: 0.8,", "{AZR: 0.8,", "alignments.TUR.AZR", "did you mean AZE?"),
    "alignment with oneself": ("{AZE: 0.8,", "{TUR: 0.8,", "alignments.TUR.TUR", "remove it"),
    "alignment of a host": ("alignments:", "alignments:\n  NO: {RUS: 0.1} #!", "alignments.NO.RUS", "leaning of the camp in office"),
    "proximity twice": ("proximity:", "proximity:\n  ARM: {TUR: 1}", "proximity.TUR.ARM", "remove one of the two"),
    "aid without a side": ("{side: none, mediation", "{side: none, aid: 0.2, mediation", "postures.lend.aid", "set `side: challenger`"),
    "rival unknown": ("rivals: [TUR]", "rivals: [TRU] #!", "states.RUS.rivals[0]", "did you mean TUR?"),
    "own rival": ("rivals: [TUR]", "rivals: [RUS] #!", "states.RUS.rivals[0]", "remove it"),
    "contest with itself": ("    holder: ARM", "    holder: AZE #!", "contests.NK.holder", "name the other side"),
    "side unknown": ("    holder: ARM", "    holder: ARR #!", "contests.NK.holder", "did you mean ARM?"),
    "side missing": ("    holder: ARM\n", "", "contests.NK.holder", "second side"),
    "host unknown": ("host: NO", "host: NOR #!", "contests.NN.host", "did you mean NO?"),
    "camp named as a state": ("challenger: south", "challenger: TUR #!", "contests.NN.challenger", "without `host`"),
    "camp missing": ("share: {south: 0.4, north: 0.6}", "share: {south: 0.4} #!", "contests.NN.share.north", "both camps"),
    "camp unknown": ("{south: -0.5, north: 0.5}", "{south: -0.5, nort: 0.5}", "contests.NN.parties.RUS.leaning.nort", "did you mean north?"),
    "camp shares above one": ("share: {south: 0.4, north: 0.6}", "share: {south: 0.5, north: 0.6} #!", "contests.NN.share.north", "lower one"),
    "leaning between states": ("diaspora: {ARM: 2, AZE: 2}", "leaning: {ARM: 2} #!", "contests.NK.parties.RUS.leaning", "give `host`"),
    "host of two contests": (
        "contests:\n", "contests:\n  AA:\n    host: NO\n    challenger: east\n    holder: west\n    share: {east: 0.5, west: 0.5}\n"
        "    control: {value: 0.4, range: [0.3, 0.5], source: assumption, note: x}\n", "contests.NN.host", "let one contest stand for both"),
    "party unknown": ("      TUR:\n        sal", "      TRU: #!\n        sal", "contests.NK.parties.TRU", "did you mean TUR?"),
    "party that is a side": ("      TUR:\n        sal", "      ARM: #!\n        sal", "contests.NK.parties.ARM", "a third party stands outside"),
    "sanctioner unknown": ("sanctioners: {NO: 1}", "sanctioners: {NOO: 1} #!", "contests.NK.parties.RUS.sanctioners.NOO", "did you mean NO?"),
    "posture unknown": ("[proxies-holder]", "[proxies-holders] #!", "contests.NK.parties.RUS.without[0]", "did you mean proxies-holder?"),
    "policy unknown": ("posture_policy: choose", "posture_policy: mediat #!", "contests.NK.parties.RUS.posture_policy", "did you mean mediate?"),
    "policy that is taken away": (
        "posture_policy: choose", "posture_policy: proxies-holder #!", "contests.NK.parties.RUS.posture_policy", "did you mean"),
    "event before the start": ("date: 2020-10-05", "date: 2020-09-05", "events.vote.date", "start earlier"),
    "event after the end": ("date: 2020-10-05", "date: 2021-10-05", "events.vote.date", "give more `weeks`"),
    "event on no day": ("date: 2020-10-05", "date: 2020-13-05", "events.vote.date", "write it as 2020-10-05"),
    "event on an unknown path": ("path: contests.NN.phase", "path: contests.NN.fase", "events.vote.path", "did you mean contests.NN.phase?"),
    "event on an event": ("path: contests.NN.phase", "path: events.plague.value", "events.vote.path", "write a path"),
    "event without operation": (", set: fighting}", "}", "events.vote", "second event"),
    "event with two operations": (", set: fighting}", ", set: fighting, add: truce}", "events.vote", "second event"),
    "event with an unknown word": ("set: fighting", "set: fight", "events.vote.set", "did you mean fighting?"),
    "event that adds to a policy": ("set: fighting", "add: fighting", "events.vote.add", "use `set`"),
    "event out of bounds": ("add: {value: 0.3, range: [0.1, 0.5]", "set: {value: 3, range: [2, 4]", "events.plague.set", "attention taken"),
    "event without provenance": ("{value: 0.3, range: [0.1, 0.5], source: report, note: ill}", "0.3", "events.plague.add", "write {value: ..."),
    "client unknown": ("clients: [ARM, AZE]", "clients: [ARM, AZR]", "region.clients[1]", "did you mean AZE?"),
    "outcome unknown": ('"control.*"', '"contrl.*"', "outcomes[1]", ""),
    "statistic unknown": ("alignment.ARM.RUS:final", "alignment.ARM.RUS:last", "outcomes[0]", "statistics"),
    "start on no day": ("start: 2020-09-27", "start: 2020-09-31 #!", "start", "write it as"),
    "start beyond the calendar": ("start: 2020-09-27", "start: 9999-12-31 #!", "start", "write it as"),
    "ticks that do not fit": ("weeks: 52", "weeks: 52\ndt: 0.7 #!", "dt", "always do"),
    "name with a slash": ("name: small", "name: ../small #!", "name", "such as kyrgyzstan-2020"),
    "code with a dot": ("  culture: {bandwidth", "  cult.ure: {bandwidth", "levers.cult.ure", "use letters"),
    "anchor": ("rivals: [TUR]", "rivals: &r [TUR] #!", "states.RUS.rivals", "write the value out"),
    "alias": ("rivals: [TUR]", "rivals: *r #!", "states.RUS.rivals", "write the value out"),
    "tag": ("    autonomy: 0.5", "    autonomy: !!float 0.5 #!", "states.RUS.autonomy", "remove the tag"),
    "python tag": ("    autonomy: 0.5", "    autonomy: !!python/object/apply:os.system [ls] #!", "states.RUS.autonomy", "remove the tag"),
    "terminal escape in a label": ("name: Russia", 'name: "Rus\\e[31msia" #!', "states.RUS.name", "control character"),
    "turned text in a label": ("name: Russia", 'name: "Rus\\u202Esia" #!', "states.RUS.name", "control character"),
    "bell in a label": ("name: Russia", 'name: "\\a" #!', "states.RUS.name", "control character"),
    "label that turns the line": ("name: Russia", 'name: "\\u202e" #!', "states.RUS.name", "control character"),
    "half a letter in a label": ("name: Russia", 'name: "\\ud800" #!', "the file", "mend the syntax"),
    "two lines in a label": ("name: Russia", 'name: "Rus\\nsia" #!', "states.RUS.name", "put it on one line"),
    "abstain taken away": ("postures:", "postures: #!\n  abstain: null", "postures", "keep it"),
    "two lines for a side": ("challenger: AZE", 'challenger: "A\\nZE" #!', "contests.NK.challenger", "use letters"),
    "source with a long title": ("title: A register of arms", "title: " + "x" * 401, "sources.register.title", "title"),
    "nested key": ("    autonomy: 0.5", "    ? [autonomy] #!\n    : 0.5", "states.RUS", "name the key"),
    "second document": ("region:", "---\nregion:", "the file", "one document"),
    "broken syntax": ("rivals: [TUR]", "rivals: [TUR", "the file", "mend the syntax"),
}  # fmt: skip


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as caught:
        load_scenario(path)
    return caught.value.faults


@pytest.mark.parametrize("case", CASES)
def test_each_fault_names_its_line_path_and_remedy(case: str, written: Write) -> None:
    old, new, where, remedy = CASES[case]
    path = written((old, new))
    lines = path.read_text(encoding="utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if line.endswith("#!")]
    found = faults_of(path)
    mine = [fault for fault in found if fault.path == where]
    assert mine, [str(fault) for fault in found]
    assert any(remedy in fault.remedy for fault in mine), [str(fault) for fault in mine]
    for fault in mine:
        file, _, line = fault.where.rpartition(":")
        assert file == str(path)
        assert not marked or int(line) == marked[0], str(fault)
        assert str(fault).startswith(f"{path}:{line}: {where} ")
        assert str(fault).isprintable()


def test_the_small_config_has_no_fault(written: Write) -> None:
    assert load_scenario(written()).name == "small"


def test_all_faults_are_reported_at_once_in_the_order_of_lines(written: Write) -> None:
    chosen = (
        "unknown key",
        "tie to an unknown state",
        "contest with itself",
        "event before the start",
        "unknown source",
    )
    found = faults_of(written(*(CASES[case][:2] for case in chosen)))
    assert {CASES[case][2] for case in chosen} <= {fault.path for fault in found}
    lines = [int(fault.where.rpartition(":")[2]) for fault in found]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "must be a mapping"),
        (b"# nothing\n", "must be a mapping"),
        (b"- a\n- b\n", "must be a mapping"),
        (b"name: \xff\xfe\n", "must be UTF-8"),
        (b"name: a\nbad: \xe9\n", "must be UTF-8"),
        (b"a: " + b"[" * 500, "must not nest deeper than 20"),
        (b"a: " + b"[" * 5000, "must be YAML 1.2"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "must not use anchors or aliases"),
        (b"name: a\x00b\n", "must be YAML 1.2"),
        (b"a: \"\\U00110000\"\n", "must be YAML 1.2"),
        (b"%YAML 1.x\n---\na: 1\n", "must be YAML 1.2"),
        (b"x: 1\n" * 300_000, "must be at most 1 MB"),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_file_that_is_no_config_is_one_clear_error(content: bytes, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    found = faults_of(path)
    assert found[0].rule == rule
    assert all(fault.remedy and str(fault).isprintable() for fault in found)


def test_invalid_utf8_is_found_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(b"name: a\ntitle: b\nbad: \xe9\n")
    assert faults_of(path)[0].where == f"{path}:3"


def test_a_file_of_50_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    assert faults_of(path)[0].rule == "must be at most 1 MB"


def test_a_config_with_too_many_states_is_refused_in_time(written: Write) -> None:
    states = "".join(f"  S{number}: {{}}\n" for number in range(2000))
    found = faults_of(written(("states:\n", f"states:\n{states}")))
    assert "must have at most 128 entries" in {fault.rule for fault in found}


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "none.yaml")[0].found == "no file"
    assert faults_of(tmp_path)[0].found == "a folder"


def test_a_day_is_refused_by_the_rule_that_it_breaks(written: Write) -> None:
    found = faults_of(written(("start: 2020-09-27", "start: 9999-12-31")))
    assert "must be a day of the years 1000 to 9000" in {fault.rule for fault in found if fault.path == "start"}


@pytest.mark.parametrize("content", [b"a: @b\n", b"a: [b\n", b"%YAML 1.x\n---\na: 1\n"])
def test_a_syntax_fault_does_not_say_found_twice(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    assert "(found found" not in str(faults_of(path)[0])


def test_a_misspelt_shipped_name_says_so() -> None:
    with pytest.raises(ConfigError, match="must be a file or the name of a shipped config"):
        load_scenario("post-sovjet-2020")
