"""What the sections of the page draw from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sim.dashboard.effects.variation import Variation, variation
from sim.dashboard.effects.versions import Versions, versions
from sim.dashboard.findings.finding import Finding
from sim.dashboard.findings.findings import findings_of, scope
from sim.dashboard.findings.fitted import with_claims
from sim.dashboard.study import Study, View, study
from sim.results.stored import Stored
from sim.storage.findings import stored_findings


@dataclass(frozen=True)
class Evidence:
    """A study and the views to show; what its outcomes vary with and its findings, once they are asked for.

    Attributes
    ----------
    study : Study
    views : sequence of View
    stored : mapping
        What commands have found out about these results and stored beside them, by kind; whoever may write there may
        have written anything.
    served : bool
        Whether the page asks a server for the runs instead of holding them.
    """

    study: Study
    views: Sequence[View]
    stored: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    served: bool = False

    @cached_property
    def variation(self) -> Variation | None:
        """What the outcomes of a design vary with; None for a single point."""
        return variation(self.study)

    @cached_property
    def versions(self) -> Versions | None:
        """Versions compared with the first one; None where they are not compared one by one."""
        return versions(self.variation)

    @cached_property
    def findings(self) -> list[Finding]:
        """What the runs say."""
        return with_claims(self.stored.get("claims"), findings_of(self.study, self.variation))

    @cached_property
    def scope(self) -> str:
        """Over which assumptions the findings are, in a sentence."""
        return scope(self.study)


def gather(results: Stored) -> Evidence:
    """What a results folder has to show."""
    what = study(results)
    return Evidence(what, what.views, stored_of(results))


def stored_of(results: Stored) -> dict[str, dict[str, Any]]:
    """Findings that are stored beside results; none of results in memory, or not complete."""
    folder = getattr(results, "folder", None)
    if folder is None or not results.manifest["complete"]:
        return {}
    return stored_findings(folder)
