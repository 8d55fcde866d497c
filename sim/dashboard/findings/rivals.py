"""What trivial models say of a contest's end, beside what the runs say."""

from __future__ import annotations

from collections.abc import Callable

from sim.analysis.hindcast.rivals import naive_of
from sim.dashboard.contests import Contest
from sim.dashboard.findings.finding import Fact
from sim.dashboard.study import Study
from sim.dashboard.words import percent


def rivals_said(study: Study, contest: Contest) -> tuple[str, list[Fact]]:
    """A sentence and its facts; nothing for a contest that no trivial model knows."""
    naive = None if contest.host else naive_of(contest.challenger, contest.holder, contest.parties, _figures(study))
    if naive is None:
        return "", []
    who = contest.challenger_name
    said = [("the ratio of capability", "the capability of both sides", naive.capability)]
    if naive.alignment is not None:
        said.append(("the leaning of outsiders", "capability and alignment of third parties", naive.alignment))
    words = ", and ".join(f"{name} alone would give it {percent(share)}" for name, _, share in said)
    facts = [Fact(f"Held by {who} by {name} alone", percent(share), of=of) for name, of, share in said]
    return f" Without any model, {words}.", facts


def _figures(study: Study) -> Callable[[str], float | None]:
    """Numbers of the scenario as their sources give them."""

    def figure(path: str) -> float | None:
        number = study.scenario["numbers"].get(path)
        given = None if number is None else number.get("figure")
        return None if number is None else float(number["value"] if given is None else given)

    return figure
