"""Compute the golden numbers again: ``python -m tests.golden.renew "why they changed"``.

The reason goes into the file beside the numbers that it renewed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim import load_scenario
from sim.ensemble import BASE, Ensemble
from sim.outcomes import default_columns, default_series, expanded

FILE = Path(__file__).with_name("golden.json")
RUNS = 70
SEED = 20201022
SUMMARISED = {
    "post-soviet-2020": ("control.NK", "truces_broken.NK", "weeks_fought.NK", "influence.RUS.ARM", "influence.RUS.AZE",
                         "alignment.KGZ.RUS", "governs.KG", "frustration"),
    "two-rivals-one-patron": ("control.VAL", "truces.VAL", "influence.ALD.BOR", "influence.ALD.COR", "alignment.COR.ALD"),
}  # fmt: skip


def computed(name: str) -> dict[str, Any]:
    """Config digest, hash of all bits, and means over runs of one shipped scenario."""
    scenario = load_scenario(name, {"weeks": 26})
    reasons = expanded(("term.*:mean",), scenario.layout, statistics=True)
    finals = (f"{outcome}:final" for outcome in SUMMARISED[name])
    columns = (*default_columns(scenario.structure), *reasons, *finals)
    ensemble = Ensemble(
        scenario.structure, scenario.inputs(), columns=columns, series=default_series(scenario.structure)
    )
    runs = np.array([[0, replicate] for replicate in range(RUNS)], np.int64)
    blocks = list(ensemble.blocks(BASE, runs, SEED, threads=1, series_replicates=RUNS))
    summary = np.concatenate([block.summary for block in blocks])
    series = np.concatenate([block.series for block in blocks])
    means = summary[:, -len(SUMMARISED[name]) :].mean(axis=0)
    return {
        "config": scenario.digest,
        "summary": hashlib.sha256(np.ascontiguousarray(summary).tobytes()).hexdigest(),
        "series": hashlib.sha256(np.ascontiguousarray(series).tobytes()).hexdigest(),
        "means": {outcome: float(mean) for outcome, mean in zip(SUMMARISED[name], means, strict=True)},
    }


def main() -> int:
    """Write the golden file; 2 without a reason."""
    reason = " ".join(sys.argv[1:]).strip()
    if not reason or reason.startswith("-"):
        print('say why: python -m tests.golden.renew "what changed in the model"', file=sys.stderr)
        return 2
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"renewals": []}
    found = {name: computed(name) for name in SUMMARISED}
    renewals = [*kept["renewals"], {"date": date.today().isoformat(), "reason": reason}]
    golden = {"runs": RUNS, "weeks": 26, "seed": SEED, "scenarios": found, "renewals": renewals}
    FILE.write_text(json.dumps(golden, indent=2) + "\n", encoding="utf-8")
    print(f"{FILE} renewed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
