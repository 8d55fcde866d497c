"""The page: sections put together, and one offline file written."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from sim.dashboard.effects import variation
from sim.dashboard.encode import compressed, embedded_json, script_hash
from sim.dashboard.figures.alignment import alignment
from sim.dashboard.figures.comparison import comparison
from sim.dashboard.figures.crises import crises
from sim.dashboard.figures.drawing import Slot
from sim.dashboard.figures.influence import influence
from sim.dashboard.figures.provenance import counted, provenance
from sim.dashboard.figures.reasons import reasons
from sim.dashboard.figures.region import region
from sim.dashboard.figures.variation import section
from sim.dashboard.finding import BADGES, Finding
from sim.dashboard.findings import caveat, found
from sim.dashboard.fitted import fitted, patterns_shown
from sim.dashboard.study import Stored, Study, points_of, study
from sim.dashboard.sweep_findings import factor_findings
from sim.dashboard.words import kept_runs, many
from sim.files import place, write_file
from sim.storage.page_mark import DASHBOARD, MARK

TEMPLATES = Path(__file__).parent / "templates"
SCRIPTS = ("state.js", "figures.js", "alignment.js", "region.js", "reasons.js", "start.js")


def write_page(results: Stored, folder: Path) -> Path:
    """Draw the page of results and put it into their folder as ``dashboard.html``."""
    target = place(folder) / DASHBOARD
    write_file(target, page(results).encode())
    return target


def page(results: Stored) -> str:
    """The whole page as text; the same results give the same text."""
    what = study(results)
    views, vary = what.views, variation(what)
    groups = {"crises": crises(what, views), "influence": influence(what, views)}
    said = found(what, vary)
    varies = section(vary) if vary and what.varied else None
    groups["comparison"] = comparison(what, {finding.anchor for finding in said})
    stated = by_anchor(said)
    groups = {
        room: [replace(slot, findings=stated.get(slot.anchor, [])) for slot in slots if any(slot.points)]
        for room, slots in groups.items()
    }
    fit = fitted(what)
    matrices, motives = alignment(what, views), reasons(what, views)
    ground = region(what) if matrices else None
    bulk = {
        "figures": {
            slot.anchor: bodies(slot) for slots in (*groups.values(), varies.slots if varies else ()) for slot in slots
        },
        "alignment": matrices,
        "region": ground,
        "reasons": motives,
    }
    names = [view.name for view in views]
    behind = kept_runs(what, views)
    data = {"points": names, "clients": list(what.clients), "name": str(what.manifest["name"]), "kept": behind}
    script, library = page_script(), plotly_source()
    rows = provenance(what)
    shown = {slot.anchor for slots in groups.values() for slot in slots} | (varies.anchors if varies else set())
    shown |= {f"why-{case['contest']}-{case['party']}" for case in (motives["cases"] if motives else ())}
    return template().render(
        policy=policy(script, library),
        mark=MARK,
        seal=what.manifest.get("seal") or "",
        script=script,
        style=(TEMPLATES / "page.css").read_text(encoding="utf-8"),
        library=compressed(library),
        data=embedded_json(data),
        bulk=compressed(embedded_json(bulk)),
        about=about(what),
        findings=said,
        leading=len(factor_findings(vary)) if vary else 0,
        shown=shown,
        stated=stated,
        badges=BADGES,
        fit=fit,
        patterns=patterns_shown(what, fit, views[0]) if fit and views else [],
        kept_runs=behind,
        caveat=caveat(what),
        groups=groups,
        varies=varies,
        matrices=matrices,
        ground=ground,
        motives=motives,
        rows=rows,
        counts=counted(rows),
        points=names,
        many=many,
    )


def by_anchor(said: list[Finding]) -> dict[str, list[Finding]]:
    """Findings by the figure that they link to."""
    found: dict[str, list[Finding]] = {}
    for finding in said:
        found.setdefault(finding.anchor, []).append(finding)
    return found


def bodies(slot: Slot) -> list[dict[str, Any] | None]:
    """A figure's data at each design point."""
    return [figure.body() if figure else None for figure in slot.points]


def about(what: Study) -> dict[str, Any]:
    """What was run: title, design, time and versions."""
    manifest = what.manifest
    made = manifest.get("provenance") or {}
    return {
        "title": manifest["title"] or manifest["name"],
        "description": what.scenario.get("description") or "",
        "runs": len(what.runs),
        "failures": int(manifest.get("failures") or 0),
        "explained": explained if isinstance(explained := manifest.get("explained"), int) else 0,
        "kept": len(what.series[["point", "replicate"]].drop_duplicates()),
        "complete": bool(manifest.get("complete", True)),
        "all_points": len(what.points),
        "shown_points": len(points_of(what.views)),
        "pooled": what.pooled,
        "design": str((manifest.get("sampling") or {}).get("design") or "grid").replace("-", " "),
        "factors": [factor["label"] for factor in what.factors],
        "replicates": _replicates(manifest["replicates"]),
        "times": _times(manifest["replicates"]),
        "seed": manifest["seed"],
        "weeks": what.weeks,
        "shortest": what.shortest(what.points) if what.points else what.weeks,
        "first_day": what.said_day(0),
        "last_day": what.said_day(what.weeks),
        "created": str(made.get("created") or "")[:10],
        "versions": {name: made[name] for name in ("counterpoise", "python", "numpy", "numba") if made.get(name)},
        "fingerprint": str(manifest.get("fingerprint") or "")[:12],
    }


def policy(script: str, library: str) -> str:
    """Content security policy: the page's two scripts, its style and images, nothing else."""
    allowed = " ".join(f"'{script_hash(text)}'" for text in (script, library))
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        f"base-uri 'none'; form-action 'none'"
    )


@cache
def page_script() -> str:
    """The page's own script."""
    parts = [(TEMPLATES / "js" / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return '"use strict";\n' + "\n".join(parts)


@cache
def plotly_source() -> str:
    """The packaged plotly.js."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 (a second to import)

    return str(get_plotlyjs())


@cache
def template() -> jinja2.Template:
    """The page's template; whatever comes from a results folder is escaped."""
    room = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return room.get_template("page.html.j2")


def _times(given: int | dict[str, Any]) -> str:
    """How often each version was run, in words."""
    return "once each" if given == 1 else f"{_replicates(given)} times each"


def _replicates(given: int | dict[str, Any]) -> str:
    """Replicates of a point, in words where they were added as needed."""
    return f"{given['least']} to {given['most']}" if isinstance(given, dict) else str(given)
