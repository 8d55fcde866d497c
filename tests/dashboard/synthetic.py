"""Small results folders with invented numbers in the documented format: they test the page, not the model."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.quantities import TERMS
from sim.results.sample import runs_in
from sim.scenario.defaults import MENU
from sim.scenario.maps.outlines import read_outlines
from sim.storage.manifest import sealed
from sim.storage.parts import sha256

MAP = Path(__file__).parents[2] / "configs" / "maps" / "europe-and-western-asia.geojson"
STATES = {
    "RUS": "Russia",
    "TUR": "Turkey",
    "ARM": "Armenia",
    "AZE": "Azerbaijan",
    "KGZ": "Kyrgyzstan",
    "BLR": "Belarus",
    "CHN": "China",
    "USA": "United States",
    "EUU": "European Union",
}
CLIENTS, PATRONS = ["ARM", "AZE", "KGZ", "BLR"], ["RUS", "TUR", "CHN", "USA", "EUU"]
POSTURES = [
    "abstain", "mediate", "guarantee", "back-challenger", "back-holder",
    "proxies-challenger", "proxies-holder", "fight-challenger", "fight-holder",
]  # fmt: skip
LEANS = {  # rough utilities by party and contest: invented, chosen to exercise every word of the page
    ("NK", "RUS"): [0.3, 0.8, 0.2, -0.3, 0.0, -1, -0.6, -1, -0.4],
    ("NK", "TUR"): [0.0, 0.1, -0.2, 0.8, -1, 0.5, -1, 0.3, -1],
    ("NK", "USA"): [0.9, 0.5, -0.5, -0.8, -0.6, -1, -1, -1, -1],
    ("NK", "EUU"): [0.9, 0.4, -0.5, -0.8, -0.7, -1, -1, -1, -1],
    ("KG", "RUS"): [0.8, 0.5, -0.2, 0.0, 0.1, -1, -1, -1, -1],
    ("KG", "CHN"): [0.9, 0.1, -0.6, -0.3, -0.3, -1, -1, -1, -1],
    ("BY", "RUS"): [0.5, 0.2, 0.0, -1, 0.6, -1, -0.3, -1, 0.1],
    ("BY", "EUU"): [0.6, 0.4, -0.4, 0.3, -1, -1, -1, -1, -1],
    ("BY", "USA"): [0.8, 0.2, -0.5, 0.2, -1, -1, -1, -1, -1],
}
HOLD = {"ARM": 0.22, "AZE": 0.12, "KGZ": 0.25, "BLR": 0.3}
"""Influence of the strongest: all powers together hold less than all."""
SHARES = {"RUS": 1.0, "TUR": 0.3, "CHN": 0.35, "USA": 0.3, "EUU": 0.4}
ATTACK = "behaviour.attack_rate"
DRAWN = {
    "design": "plausible", "sets": "october-2020", "title": "Sets that show what was known", "digest": "0" * 64,
    "available": 100, "scenario": "post-soviet-2020", "patterns": "october-2020", "own": [], "absent": [],
    "factors": {ATTACK: {"distribution": "plausible", "range": [0, 1]}},
}  # fmt: skip
"""How points over plausible sets came about; only one number differs between these sets."""


def scenario(weeks: int, name: str) -> dict[str, Any]:
    """A resolved scenario of the nine states and three contests, with a few numbers."""
    said = json.loads(Path(__file__).with_name("scenario.json").read_text(encoding="utf-8"))
    outlines = read_outlines(MAP, MAP.name, STATES)
    structure, numbers = {**said["structure"], "weeks": weeks}, {**said["numbers"], **menu()}
    return {**said, "name": name, "structure": structure, "numbers": numbers, "map": outlines}


def menu() -> dict[str, Any]:
    """What each posture brings, as a results folder stores it."""
    plain = {"unit": "share", "range": [0, 1], "source": "assumption", "note": "", "where": "default"}
    return {
        f"postures.{posture}.{amount}": {"value": float(value), **plain}
        for posture, brought in MENU.items()
        for amount, value in brought.items()
        if amount != "side"
    }


def contest_paths(rng: np.random.Generator, weeks: int, code: str, tilt: float) -> dict[str, np.ndarray]:
    """Control and phase of one contest in one run: a walk that stops and starts."""
    control, phase, broken, fought = 0.15 if code == "NK" else 0.45, 1 if code == "NK" else 0, 0, 0
    rows = np.empty((weeks, 2))
    hazards = {"NK": (0.12, 0.06), "KG": (0.25, 0.01), "BY": (0.3, 0.004)}[code]
    drift = {"NK": 0.012, "KG": 0.05, "BY": -0.03}[code] + tilt
    for week in range(weeks):
        draw = rng.random()
        if code == "KG" and week == 1:
            phase = 1
        elif phase == 1 and (control > 0.97 or control < 0.03):
            phase = 3
        elif phase == 1 and draw < hazards[0]:
            phase = 2
        elif phase in (0, 2) and draw < hazards[1]:
            broken += phase == 2
            phase = 1
        if phase == 1:
            fought += 1
            control = float(np.clip(control + drift + 0.03 * rng.standard_normal(), 0, 1))
        rows[week] = control, phase
    return {
        "control": rows[:, 0],
        "phase": rows[:, 1],
        "governs": ((rows[:, 0] > 0.5) & (rows[:, 1] >= 2)).astype(float),
        "truces_broken": np.array([broken]),
        "weeks_fought": np.array([fought]),
    }


def one_run(seed: int, weeks: int, tilt: float) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Weekly outcomes and per-run outcomes of one invented run."""
    rng = np.random.default_rng(seed)
    weekly: dict[str, np.ndarray] = {}
    final: dict[str, float] = {}
    for code in ("NK", "KG", "BY"):
        paths = contest_paths(rng, weeks, code, tilt)
        for counter in ("truces_broken", "weeks_fought"):
            final[f"{counter}.{code}:final"] = float(paths.pop(counter)[0])
        weekly |= {f"{name}.{code}": values for name, values in paths.items() if name != "governs" or code != "NK"}
        taken = np.flatnonzero(paths["governs"])
        if code != "NK":
            final[f"takeover.{code}:final"] = float(taken[0]) if taken.size else np.nan
    for (code, party), utilities in LEANS.items():
        chances = np.exp(6 * np.array(utilities)) / np.exp(6 * np.array(utilities)).sum()
        held = rng.choice(len(POSTURES), size=1 + weeks // 3, p=chances)
        weekly[f"posture.{code}.{party}"] = np.repeat(held, 3)[:weeks].astype(float)
    for patron, client in product(STATES, STATES):
        if patron != client:
            start = HOLD.get(client, 0.1) * SHARES.get(patron, 0.1)
            weekly[f"influence.{patron}.{client}"] = np.clip(
                start + np.cumsum(0.004 * rng.standard_normal(weeks)), 0, 0.95
            )
            alike = (
                0.5 if {patron, client} <= {"RUS", "BLR", "KGZ", "ARM"} or {patron, client} == {"TUR", "AZE"} else -0.15
            )
            if {patron, client} == {"ARM", "AZE"}:
                alike = -0.9
            weekly[f"alignment.{patron}.{client}"] = np.tanh(
                np.arctanh(alike) + np.cumsum(0.02 * rng.standard_normal(weeks))
            )
    for patron in PATRONS:
        weekly[f"primacy.{patron}"] = np.clip(
            0.2 + 0.5 * (patron == "RUS") + np.cumsum(0.004 * rng.standard_normal(weeks)), 0, 1
        )
    for name, values in weekly.items():
        if name.split(".")[0] in (
            "control",
            "influence",
            "alignment",
            "primacy",
            "phase",
            "posture",
            "governs",
        ):
            final[f"{name}:final"] = float(values[-1])
    return weekly, final


def reasons(weeks: int, points: int) -> pd.DataFrame:
    """Mean weighted utility terms of every posture: a few terms a posture, fading slowly."""
    rng = np.random.default_rng(7)
    rows = []
    for point, (code, party), posture, week in product(range(points), LEANS, POSTURES, range(weeks)):
        for place, term in enumerate(TERMS):
            size = np.sin(1 + place * (3 + POSTURES.index(posture)) + len(party) + ord(code[0])) * 0.5
            value = (
                0.0
                if posture == "abstain" and term not in ("habit", "precedent")
                else size * (0.6 + 0.4 * np.exp(-week / 20))
            )
            rows.append((point, float(week), code, party, posture, term, value + 0.01 * rng.standard_normal()))
    names = ["point", "week", "contest", "party", "posture", "term", "value"]
    return pd.DataFrame(rows, columns=names).astype({"point": "int32", "week": "float32", "value": "float32"})


@dataclass(frozen=True)
class Folder:
    """An opened results folder, as `sim.Results` gives it."""

    manifest: dict[str, Any]
    design: pd.DataFrame
    runs: pd.DataFrame
    series: pd.DataFrame
    reasons: pd.DataFrame
    folder: Path | None = None

    @property
    def kept(self) -> pd.DataFrame:
        """Runs whose weeks are kept."""
        return runs_in([pa.Table.from_pandas(self.series)] if len(self.series) else [])


def folder(replicates: int = 40, weeks: int = 52, swept: bool = False, sets: int = 0) -> Folder:
    """Invented results of a run, of a sweep over two factors, or of a policy in each of some plausible sets."""
    said = scenario(weeks, "invented-sets" if sets else "invented-sweep" if swept else "invented-run")
    levels: list[tuple[Any, ...]] = [("endogenous", "yes")]
    if sets:
        levels = [(policy, number) for number in np.linspace(0.1, 0.9, sets) for policy in ("endogenous", "both")]
    elif swept:
        levels = [("endogenous", "yes"), ("both", "yes"), ("endogenous", "no"), ("both", "no")]
    weekly, summary = [], []
    for point, (policy, other) in enumerate(levels):
        tilt = 0.05 * (other - 0.5) if sets else -0.012 * (other == "no")
        for replicate in range(replicates):
            rows, final = one_run(replicate, weeks, 0.01 * (policy == "both") + tilt)
            summary.append({"point": point, "replicate": replicate, **final, "failure": None})
            weekly.append(
                pd.DataFrame(
                    {
                        "point": point,
                        "replicate": replicate,
                        "week": np.arange(weeks, dtype="float32"),
                        **rows,
                    }
                )
            )
    factors = [
        {
            "path": "states.RUS.arms_policy",
            "label": "Whom Russia arms",
            "values": ["endogenous", "both"],
            "labels": ["endogenous", "both"],
        },
        {
            "path": "Turkey may back Azerbaijan",
            "label": "Turkey may back Azerbaijan",
            "values": ["yes", "no"],
            "labels": ["yes", "no"],
        },
    ]
    if sets:
        factors[1] = {"path": ATTACK, "label": "How readily a truce is broken", "values": [], "labels": []}
    manifest = {
        "format": 1,
        "name": said["name"],
        "title": said["title"],
        "kind": "sweep" if swept or sets else "run",
        "complete": True,
        "fingerprint": "0" * 64,
        "scenario": said,
        "seed": 1,
        "replicates": replicates,
        "points": len(levels),
        "factors": factors if swept or sets else [],
        "columns": {},
        "series": {"every": 1, "replicates": replicates, "columns": {}},
        "postures": POSTURES,
        "terms": list(TERMS),
        "explained": 128,
        "parts": {},
        "failures": 0,
        "engine": "ensemble",
        "provenance": {"created": "2026-11-22T21:00:00Z", "counterpoise": "0.1.0", "python": "3.11.2"},
    }
    if sets:
        manifest["sampling"] = {"design": "product", "of": [{**DRAWN, "points": sets}, {"design": "grid"}]}
    design = pd.DataFrame({"point": range(len(levels))})
    if swept or sets:
        design[factors[0]["path"]], design[factors[1]["path"]] = zip(*levels, strict=True)
    return Folder(
        manifest,
        design,
        pd.DataFrame(summary),
        pd.concat(weekly, ignore_index=True),
        reasons(weeks, len(levels)),
    )


def with_few_kept(results: Folder, kept: int) -> Folder:
    """The same results with the weeks of the first runs only."""
    return replace(results, series=results.series[results.series["replicate"] < kept])


def write(where: Path, results: Folder) -> Path:
    """Write the folder to disk in the documented layout, with the checksums and seal of a real one."""
    manifest = dict(results.manifest)
    for name in ("runs", "series"):
        (where / name).mkdir(parents=True, exist_ok=True)
        getattr(results, name).to_parquet(where / name / "part-00000.parquet", index=False)
    results.design.to_parquet(where / "design.parquet", index=False)
    results.reasons.to_parquet(where / "reasons.parquet", index=False)
    parts = ("design.parquet", "reasons.parquet", "runs/part-00000.parquet", "series/part-00000.parquet")
    manifest["parts"] = {
        part: {"rows": len(getattr(results, re.split(r"[./]", part)[0])), "sha256": sha256(where / part)}
        for part in parts
    }
    (where / "manifest.json").write_text(sealed(manifest), encoding="utf-8")
    return where
