"""What the sections of the page draw from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sim.dashboard.effects.variation import Variation, variation
from sim.dashboard.findings.finding import Finding
from sim.dashboard.findings.findings import findings_of, scope
from sim.dashboard.study import Study, View, study
from sim.results.stored import Stored
from sim.storage.findings import stored_findings


@dataclass(frozen=True)
class Evidence:
    """A study and the views to show; what its outcomes vary with and its findings, once they are asked for.

    `stored` is what other commands found out about the results, by the kind of finding.
    """

    study: Study
    views: Sequence[View]
    stored: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def variation(self) -> Variation | None:
        """What the outcomes of a design vary with; None for a single point."""
        return variation(self.study)

    @cached_property
    def findings(self) -> list[Finding]:
        """What the runs say."""
        return findings_of(self.study, self.variation)

    @cached_property
    def scope(self) -> str:
        """Over which assumptions the findings are, in a sentence."""
        return scope(self.study)


def gather(results: Stored) -> Evidence:
    """What a results folder has to show."""
    what = study(results)
    return Evidence(what, what.views, stored_beside(results))


def stored_beside(results: Stored) -> Mapping[str, Mapping[str, Any]]:
    """Findings stored in the folder of results; none for results in memory."""
    return {} if results.folder is None else stored_findings(results.folder)
