"""Outcomes are declared once, and everything that shows them follows."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim import load_scenario, simulate
from sim import quantities as qt
from sim.errors import ConfigError
from sim.outcomes import default_columns, default_series

ROOT = Path(sim.__file__).parents[1]
EDITS = {
    "sim/quantities.py": (
        r"(class RegionNow.*?\n\n)",
        r'\1    warmth: Lane = outcome("warmth of the whole", "share", SHARE, keep="final mean", series=True)' "\n",
        r"(class ContestNow.*?\n\n)",
        r'\1    first_thaw: Lane = time("week of the first thaw")'
        "\n"
        r'    thaws: Lane = count("thaws so far", series=True)'
        "\n",
    ),
    "sim/reasons.py": (r"EXPLAINED = 128", "EXPLAINED = 1"),
    "sim/dynamics/measures.py": (
        r"(\n    observe_primacy\(world\)\n)",
        r"\1    for w in range(LANES):" "\n" r"        world.now.region[0].warmth[w] = 0.25" "\n",
    ),
}
"""Three outcomes that the model has not: what is declared, and the line that works one of them out.

Nothing is compiled, so that reasons are averaged over one run.
"""
SCRIPT = """
import json
import math
from sim import simulate
results = simulate("two-rivals-one-patron", 2, weeks=2, threads=1)
new = ("warmth", "first_thaw", "thaws")
print(json.dumps({
    "runs": {name: results.runs[name].fillna("missing").tolist() for name in results.runs if name.startswith(new)},
    "series": {name: results.series[name].tolist() for name in results.series if name.startswith(new)},
    "columns": {name: column for name, column in results.manifest["columns"].items() if name.startswith(new)},
}))
"""
TABLE = "import runpy; print(runpy.run_path('tests/docs/parameters.py')['outcomes']())"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package in which three more outcomes are declared."""
    for folder in ("sim", "configs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests" / "docs").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "docs" / "parameters.py", tmp_path / "tests" / "docs")
    for name, edits in EDITS.items():
        text = (tmp_path / name).read_text(encoding="utf-8")
        for pattern, new in zip(edits[::2], edits[1::2], strict=True):
            text, count = re.subn(pattern, new, text, count=1, flags=re.DOTALL)
            assert count == 1, pattern
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_outcome_declared_once_is_in_runs_series_manifest_and_odd(package: Path, python: Callable[..., Any]) -> None:
    process = python(SCRIPT, root=package, NUMBA_DISABLE_JIT="1", COUNTERPOISE_LANES="1")
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    found = json.loads(out.splitlines()[-1])
    assert found["runs"]["warmth:final"] == found["runs"]["warmth:mean"] == [0.25, 0.25]
    assert found["runs"]["first_thaw.VAL:final"] == ["missing"] * 2
    assert found["runs"]["thaws.VAL:final"] == [0.0, 0.0]
    assert set(found["series"]) == {"warmth", "thaws.VAL"}
    assert set(found["series"]["warmth"]) == {0.25}
    assert found["columns"]["first_thaw.VAL:final"]["unit"] == "week"
    assert "warmth of the whole" in found["columns"]["warmth:mean"]["meaning"]
    tables = python(TABLE, root=package)
    text, _ = tables.communicate(timeout=60)
    assert "| `warmth` |  | warmth of the whole | share | final, mean | yes |" in text
    assert "| `first_thaw.C` |  | week of the first thaw | week | final |  |" in text


@pytest.mark.parametrize("name", ["post-soviet-2020", "two-rivals-one-patron"])
def test_results_hold_what_the_declarations_say(name: str) -> None:
    results, structure = simulate(name, 1, weeks=2, threads=1), load_scenario(name).structure
    columns = [column for column in results.runs if column not in ("point", "replicate", "failure")]
    assert tuple(columns) == default_columns(structure)
    for code, host in ((contest.code, contest.host) for contest in structure.contests):
        kept = {f: one for f, one in qt.quantities(qt.ContestNow).items() if one.keep and (host or not one.domestic)}
        wanted = {f"{field}.{code}:{how}" for field, one in kept.items() for how in one.keep}
        assert wanted == {column for column in columns if re.fullmatch(rf"\w+\.{code}:\w+", column)}
    assert set(default_series(structure)) <= set(results.series)


@pytest.mark.parametrize("name", ["post-soviet-2020", "two-rivals-one-patron"])
def test_default_columns_never_hold_a_part_of_what_belongs_together(name: str) -> None:
    structure = load_scenario(name).structure
    columns = set(simulate(name, 1, weeks=2, threads=1).runs)
    for contest, party in structure.parties:
        stem = f"{contest.code}.{party.state}"
        assert f"posture.{stem}:final" in columns
        assert sum(column.startswith(f"term.{stem}.") for column in columns) in (0, len(qt.TERMS))
    pairs = [(patron, client) for patron in structure.patrons for client in structure.clients if patron != client]
    assert {f"influence.{patron}.{client}:final" for patron, client in pairs} <= columns
    assert {f"alignment.{client}.{patron}:final" for patron, client in pairs} <= columns


def test_pairs_of_a_large_region_are_all_left_to_series(small: Callable[..., Any]) -> None:
    states = [f"S{number:02}" for number in range(21)]
    few, many = (small(states, clients=tuple(states), patrons=tuple(states[:most])).structure for most in (19, 20))
    assert sum(column.startswith("influence.") for column in default_columns(few)) == 19 * 20
    assert not [column for column in default_columns(many) if column.startswith(("influence.", "alignment."))]
    assert sum(name.startswith("influence.") for name in default_series(many)) == 20 * 20
    assert {f"stability.{state}:final" for state in states} <= set(default_columns(many))


def phased(folder: Path, *outcomes: str) -> Path:
    """A config of two rivals that keeps some outcomes over every week."""
    for name in ("two-rivals-one-patron.yaml", "counterpoise.schema.json"):
        shutil.copy(ROOT / "configs" / name, folder)
    series = "{every: 1, replicates: 40, outcomes: [probability.VAL.ALD.mediate, weeks_fought.VAL, phase.VAL]}"
    text = f"extends: two-rivals-one-patron.yaml\nname: phased\noutcomes: {json.dumps(outcomes)}\nseries: {series}\n"
    (folder / "phased.yaml").write_text(text, encoding="utf-8")
    return folder / "phased.yaml"


def test_statistic_by_phase_is_the_mean_over_the_weeks_of_that_phase(tmp_path: Path) -> None:
    names = [f"probability.VAL.ALD.mediate:{one}" for one in qt.BY_PHASE]
    results = simulate(phased(tmp_path, *names), 40)
    for replicate, weeks in results.series.groupby("replicate"):
        fought = weeks["weeks_fought.VAL"].diff().fillna(weeks["weeks_fought.VAL"])
        calm = (1.0 - fought).where(weeks["phase.VAL"] == qt.TRUCE, 0.0)
        run = results.runs[results.runs["replicate"] == replicate].iloc[0]
        for name, share in ((names[0], fought), (names[1:], calm)):
            in_truce = isinstance(name, list)
            if share.sum() == 0:
                assert run[name].isna().all() if in_truce else math.isnan(run[name])
            elif not in_truce:
                expected = (weeks["probability.VAL.ALD.mediate"] * share).sum() / share.sum()
                assert run[name] == pytest.approx(expected, rel=1e-6)
            else:
                mean = (weeks["probability.VAL.ALD.mediate"] * share).sum() / share.sum()
                assert run[name].min() - 1e-6 <= mean <= run[name].max() + 1e-6


@pytest.mark.parametrize("outcome", ["influence.ALD.BOR:fighting", "phase.VAL:old-truce", "truces.VAL:fresh-truce"])
def test_statistic_by_phase_is_for_numbers_of_contests_alone(tmp_path: Path, outcome: str) -> None:
    states = load_scenario("two-rivals-one-patron").structure.states
    name = outcome.replace("ALD.BOR", ".".join(states[:2]))
    with pytest.raises(ConfigError, match="must be a number of a contest, whose phase the statistic goes by"):
        load_scenario(phased(tmp_path, name))
