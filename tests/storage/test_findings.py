"""Findings are read back as they were stored, of the present results only, and never on trust."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim import Results, simulate
from sim.errors import ResultsError
from sim.storage.findings import store_finding, stored_finding, stored_findings
from sim.storage.folder import FINDINGS

CONTENT = {"indices": [{"factor": "λ </script>", "value": 0.5, "low": None}]}


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return simulate("two-rivals-one-patron", 4, weeks=4, out=tmp_path / "out", threads=1)


def test_a_finding_is_read_back_as_it_was_stored(results: Results) -> None:
    store_finding(results.folder, "sensitivity", CONTENT, results.manifest)
    assert stored_findings(results.folder) == {"sensitivity": CONTENT}
    assert stored_finding(results.folder, "effects") is None


def test_a_finding_of_other_results_is_passed_over(results: Results, tmp_path: Path) -> None:
    store_finding(results.folder, "sensitivity", CONTENT, results.manifest)
    simulate("two-rivals-one-patron", 5, weeks=4, out=tmp_path / "out", threads=1, extend=True)
    assert stored_finding(results.folder, "sensitivity") is None


def test_replacing_results_takes_their_findings_away(results: Results, tmp_path: Path) -> None:
    file = store_finding(results.folder, "sensitivity", CONTENT, results.manifest)
    simulate("two-rivals-one-patron", 4, seed=2, weeks=4, out=tmp_path / "out", threads=1, force=True)
    assert not file.exists()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda text: text.replace("0.5", "0.6"), "was changed"),
        (lambda text: text[:-9], "is damaged"),
        (lambda text: "[]", "is no finding"),
        (lambda text: json.dumps(json.loads(text) | {"format": 2}), "has format 2"),
    ],
)
def test_a_harmed_finding_is_refused(results: Results, harm, said: str) -> None:
    file = store_finding(results.folder, "sensitivity", CONTENT, results.manifest)
    file.write_text(harm(file.read_text()))
    with pytest.raises(ResultsError, match=said):
        stored_finding(results.folder, "sensitivity")


def test_findings_stay_within_their_folder(results: Results, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (results.folder / FINDINGS).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ResultsError, match="is a link"):
        store_finding(results.folder, "sensitivity", CONTENT, results.manifest)
    with pytest.raises(ResultsError, match="is a link"):
        stored_findings(results.folder)
    with pytest.raises(ValueError, match="no name"):
        store_finding(results.folder, "../x", CONTENT, results.manifest)
