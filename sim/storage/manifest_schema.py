"""What a manifest must look like: nothing in one is used before it was checked, for it may be a stranger's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from sim.experiments.points import LARGEST_DESIGN
from sim.experiments.replicates import MOST_REPLICATES, Adaptive
from sim.experiments.shards import MOST_SHARDS
from sim.experiments.stages import MOST_PARTS, Stage, part_count, read_stage
from sim.phrases import printable
from sim.scenario.scenario import Scenario
from sim.scenario.schema.fields import MOST_WEEKS, SHORTEST_TICK
from sim.scenario.yaml.tree import dotted
from sim.storage.design_schema import DesignEntry, Entry, Value, design_faults

MOST_STAGE_POINTS = 2**26
"""Points of all stages together, of which each takes two numbers in memory."""
LARGEST = 2**53
EDGES = ("first", "last")
SINCE_SECOND = {"sources_digest", "model", "shard", "stages", "begin"}
"""What manifests of the first format lack."""

Count = Annotated[int, Field(ge=0, le=LARGEST)]
Point = Annotated[int, Field(ge=0, le=LARGEST_DESIGN)]
Replicate = Annotated[int, Field(ge=0, le=MOST_REPLICATES)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class PartEntry(Entry):
    """A file of results."""

    rows: Count
    sha256: Digest
    failures: Count = 0
    series: Count = 0


class Span(Entry):
    """Points from one up to, but not including, another."""

    begin: Point = Field(alias="from")
    to: Point


class StageEntry(Entry):
    """What `Stage.said` gives."""

    points: Span | list[Point]
    first: Replicate | list[Replicate]
    last: Replicate | list[Replicate]


class Meaning(Entry):
    """Unit and meaning of a column."""

    unit: str
    meaning: str


class SeriesEntry(Entry):
    """Which courses over time are kept."""

    every: Annotated[int, Field(ge=1, le=MOST_WEEKS)]
    replicates: Count
    rows: Annotated[int, Field(ge=0, le=MOST_WEEKS)] = 0
    columns: dict[str, Meaning]


class FactorEntry(Entry):
    """What varies over the points."""

    path: str
    label: str
    values: list[Value]
    labels: list[str]
    settings: list[dict[str, Value]] | None = None


class ShardEntry(Entry):
    """Which share of the runs a folder holds."""

    index: Annotated[int, Field(ge=1, le=MOST_SHARDS)]
    of: Annotated[int, Field(ge=1, le=MOST_SHARDS)]
    first: Count
    last: Count


class ModelEntry(Entry):
    """A Mesa model of somebody's own."""

    name: str
    digest: str


class AdaptiveEntry(Entry):
    """What adaptive replicates came to."""

    runs: Annotated[list[Count], Field(min_length=1)]
    not_reached: Count


class ManifestEntry(Entry):
    """A whole manifest; what is optional here is missing in the first format."""

    format: Literal[1, 2]
    name: str
    title: str
    kind: Literal["run", "sweep", "fit"]
    scenario: Scenario
    seed: Annotated[int, Field(ge=0, lt=2**64)]
    replicates: Annotated[int, Field(ge=1, le=MOST_REPLICATES)] | Adaptive
    points: Annotated[int, Field(ge=1, le=LARGEST_DESIGN)]
    factors: list[FactorEntry]
    sampling: DesignEntry = DesignEntry(design="grid")
    fingerprint: Digest
    sources_digest: Digest | None = None
    model: ModelEntry | None = None
    columns: dict[str, Meaning]
    series: SeriesEntry
    postures: list[str]
    terms: list[str]
    complete: bool
    shard: ShardEntry | None = None
    stages: list[StageEntry] | None = None
    begin: Annotated[int, Field(ge=0, le=10**8)] = 0
    parts: Annotated[dict[str, PartEntry], Field(max_length=2 * MOST_PARTS + 2)]
    failures: Count
    adaptive: AdaptiveEntry | None = None
    provenance: dict[str, str]


def manifest_faults(content: bytes) -> Iterator[str]:
    """What is wrong with a manifest, each in a few words; nothing for a good one.

    Parameters
    ----------
    content : bytes
        JSON.
    """
    try:
        manifest = ManifestEntry.model_validate_json(content)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            yield f"{printable(dotted(fault['loc']))}: {printable(fault['msg'])}"
        return
    yield from _factor_faults(manifest)
    yield from design_faults(manifest.sampling, {factor.path for factor in manifest.factors})
    yield from _scenario_faults(manifest.scenario)
    if [name for name, _ in manifest.scenario.structure.postures] != manifest.postures:
        yield "postures: must be those of the scenario"
    for key in ("postures", "terms"):
        names = getattr(manifest, key)
        if len(set(names)) < len(names):
            yield f"{key}: must differ from each other"
    if manifest.format > 1:
        lacking = SINCE_SECOND - manifest.model_fields_set
        bare = manifest.sources_digest is None or any(factor.settings is None for factor in manifest.factors)
        if (
            lacking
            or bare
            or (not manifest.stages and manifest.kind != "fit")
            or "rows" not in manifest.series.model_fields_set
        ):
            yield f"{min(lacking, default='stages, sources, settings or series')}: must be there"
            return
        yield from _stage_faults(manifest)
        design = manifest.parts.get("design.parquet")
        if design is None and manifest.complete and manifest.kind != "fit":
            yield "parts: design.parquet must be there, as all is complete"
        if design is not None and design.rows != manifest.points:
            yield "parts: design.parquet must have a row a point"


def _factor_faults(manifest: ManifestEntry) -> Iterator[str]:
    """Factors whose lists do not belong together, or that have one name."""
    for index, factor in enumerate(manifest.factors):
        lists = (factor.values, factor.labels, factor.settings)
        if len({len(one) for one in lists if one is not None}) > 1:
            yield f"factors[{index}]: must have as many values as labels and settings"
    paths = [factor.path for factor in manifest.factors]
    if len({*paths, "point"}) <= len(paths):
        yield "factors: must have different paths"


def _scenario_faults(scenario: Scenario) -> Iterator[str]:
    """What does not fit together in a scenario's structure."""
    structure = scenario.structure
    if not (1 <= structure.weeks <= MOST_WEEKS and SHORTEST_TICK <= structure.dt <= 1):
        yield f"scenario.structure: must have at most {MOST_WEEKS} weeks, in ticks of at most one"
    elif date.max - timedelta(weeks=structure.weeks + 1) < structure.start:
        yield "scenario.structure.start: must be earlier"
    known = set(structure.states)
    named = {*structure.clients, *structure.patrons, *(party.state for _, party in structure.parties)}
    named |= {state for tie in structure.ties for state in tie[:2]} | {one for pair in structure.rivals for one in pair}
    for contest in structure.contests:
        named |= {*contest.sides} if contest.host is None else {contest.host}
    if not named <= known:
        yield f"scenario.structure: {printable(min(named - known))} is no state of it"
    if len({contest.code for contest in structure.contests}) < len(structure.contests):
        yield "scenario.structure.contests: must have different codes"


def _stage_faults(manifest: ManifestEntry) -> Iterator[str]:
    """Stages that cannot be, found without running through their runs."""
    said = [stage.model_dump(by_alias=True) for stage in manifest.stages or ()]
    if sum(_length(stage["points"]) for stage in said) > MOST_STAGE_POINTS:
        yield f"stages: must have at most {MOST_STAGE_POINTS:,} points"
        return
    if any(isinstance(one[edge], list) and len(one[edge]) != _length(one["points"]) for one in said for edge in EDGES):
        yield "stages: must have a first and a last replicate for each point"
        return
    if any(one["points"]["to"] > manifest.points for one in said if isinstance(one["points"], dict)):
        yield "stages: must list points of the design"
        return
    stages = [read_stage(one) for one in said]
    if not _follow_on(stages, manifest.points):
        yield "stages: must list points of the design, each with the replicates that follow those before"
        return
    total, shard = sum(stage.count for stage in stages), manifest.shard
    if shard is not None and not (shard.index <= shard.of and shard.first <= shard.last <= total):
        yield "shard: must be one of the sweep"
    if part_count(stages, manifest.series.rows, manifest.series.replicates) > MOST_PARTS:
        yield f"stages: must come to at most {MOST_PARTS:,} parts"


def _length(points: Any) -> int:
    return max(0, points["to"] - points["from"]) if isinstance(points, dict) else len(points)


def _follow_on(stages: Sequence[Stage], points: int) -> bool:
    """Whether each stage has points of the design, each once, and begins with the replicates that are next there."""
    reached = np.zeros(points, np.int64)
    for stage in stages:
        once = len(np.unique(stage.points)) == len(stage.points) > 0 and int(stage.points.max()) < points
        if not once or (reached[stage.points] != stage.first).any() or (stage.last <= stage.first).any():
            return False
        reached[stage.points] = stage.last
    return True
