"""Every parameter and state variable of the model, declared once: unit, bounds, default, meaning.

Each class below is a *record*: a group of quantities that one entity carries. Nothing instantiates
these classes. The memory layout of a block of runs (`sim.kernel`), the schema of a config file
(`sim.scenario`) and the glossary are all derived from them, and kernels annotate their arguments
with them so that a type checker names a misspelt field. Each field is an array of shape ``(W,)``:
one value a lane, a lane being one run.

Symbols and equations: `sim/ODD.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Lane = NDArray[np.float64]
else:
    Lane = Any  # this module stays free of imports, so that declarations cost nothing to read

INFINITY = float("inf")
NEVER = -1.0
"""Value of a time that has not come; results store it as missing."""
DERIVED = -9.0
"""Input value that stands for no number: `begin` works the quantity out from others, or a goal is not there."""
NO_GOAL = "none"
"""Word for the goal of a third party to which every outcome of the contest is the same."""

STATISTICS = {
    "final": "at the end of the run",
    "mean": "mean over the run",
    "min": "lowest of the run",
    "max": "highest of the run",
    "fighting": "mean over the weeks in which its contest is fought over",
    "fresh-truce": "mean over the first 26 weeks of each truce in its contest",
    "old-truce": "mean over the later weeks of truces in its contest",
}
"""Statistics of a run, with their words; results name them after the outcome, ``control.NK:final``."""
FINAL, MEAN, MINIMUM, MAXIMUM, IN_FIGHTING, IN_FRESH_TRUCE, IN_OLD_TRUCE = range(7)
"""Their codes, in the same order."""
BY_PHASE = tuple(STATISTICS)[IN_FIGHTING:]
"""Statistics by the phase of the contest that an outcome belongs to: outcomes of other things have none."""

PHASES = ("quiet", "fighting", "truce", "settled")
QUIET, FIGHTING, TRUCE, SETTLED = range(4)
ENDINGS = ("quiet", "fighting", "truce", "challenger won", "holder won")
HOLDER_WON = 4
"""How a contest may end: in a phase, of which a settlement is the victory of one side."""
FRESH = 26.0
"""Weeks in which a truce counts as fresh: half a year."""
ARMS_POLICIES = ("endogenous", "both", "ally", "weaker", "challenger", "holder", "none")
ENDOGENOUS, BOTH, ALLY, WEAKER, TO_CHALLENGER, TO_HOLDER, NO_ARMS = range(7)


@dataclass(frozen=True)
class Quantity:
    """What a number means and which values it may take.

    Attributes
    ----------
    meaning : str
        One line for the glossary.
    unit : str
        Unit, or ``share``, ``index``, ``weight`` for pure numbers.
    lower, upper : float
        Bounds that a config is checked against and rules may rely on.
    default : float or None
        Value where a scenario gives none; None means that it must.
    low, high : float or None
        Range for uncertainty analysis that goes with the default (always an assumption).
    choices : tuple of str
        For a policy: its words, stored as their position in this tuple.
    symbol : str
        Letter in the ODD; without one, equations use the name.
    keep : tuple of str or None
        Of an outcome: the statistics that results hold by default, perhaps none; None of what nobody can ask for.
    series : bool
        Whether its course over time is kept by default.
    kind : {"value", "count", "time"}
        A count only grows, and a time is `NEVER` until it has come; of both only the final value is worth a column.
    domestic : bool
        Whether it is kept by default in domestic contests alone.
    absent : str
        Word that a config may give instead of a number, for `DERIVED`.
    """

    meaning: str
    unit: str
    lower: float
    upper: float
    default: float | None = None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    symbol: str = ""
    keep: tuple[str, ...] | None = None
    series: bool = False
    kind: str = "value"
    domestic: bool = False
    absent: str = ""

    @property
    def statistics(self) -> tuple[str, ...]:
        """Statistics that say something of a run, whatever happens in it."""
        return tuple(STATISTICS)[:IN_FIGHTING] if self.kind == "value" else ("final",)


def q(
    meaning: str,
    unit: str,
    bounds: tuple[float, float],
    default: float | None = None,
    prior: tuple[float, float] | None = None,
    symbol: str = "",
    choices: tuple[str, ...] = (),
    absent: str = "",
) -> Any:
    """Declare one quantity; typed as Any so that it may stand as the value of a `Lane` field."""
    low, high = prior if prior else (None, None)
    return Quantity(meaning, unit, *bounds, default, low, high, choices, symbol, absent=absent)


def outcome(
    meaning: str,
    unit: str,
    bounds: tuple[float, float],
    *,
    keep: str = "",
    symbol: str = "",
    choices: tuple[str, ...] = (),
    **flags: Any,
) -> Any:
    """Declare a quantity that can be observed; `keep` names the statistics that results hold by default.

    Flags are those of `Quantity`: `series`, `kind` and `domestic`.
    """
    return Quantity(meaning, unit, *bounds, choices=choices, symbol=symbol, keep=tuple(keep.split()), **flags)


def count(meaning: str, unit: str = "count", keep: str = "final", **flags: Any) -> Any:
    """Declare an outcome that starts at 0 and only grows."""
    return outcome(meaning, unit, (0, INFINITY), keep=keep, kind="count", **flags)


def time(meaning: str, **flags: Any) -> Any:
    """Declare an outcome that is the week of something: `NEVER` until it has come, missing in results."""
    return outcome(meaning, "week", (NEVER, INFINITY), keep="final", kind="time", **flags)


class Record:
    """Base of the declarations.

    Attributes
    ----------
    declared : mapping of str to Quantity
        The record's quantities by field name, in the order of declaration; what it inherits comes first.
    """

    declared: ClassVar[Mapping[str, Quantity]]

    def __init_subclass__(cls) -> None:
        rows = [item for base in reversed(cls.__mro__) for item in vars(base).items()]
        cls.declared = MappingProxyType({name: row for name, row in rows if isinstance(row, Quantity)})


def record(name: str, meaning: str, rows: Mapping[str, Quantity]) -> type[Record]:
    """A record whose quantities are derived from other declarations."""
    return type(name, (Record,), {"__doc__": meaning, "__module__": __name__, **rows})


def quantities(record: type[Record]) -> Mapping[str, Quantity]:
    """Quantities of a record by field name, in the order of declaration."""
    return record.declared


def records(record: type[Record] = Record) -> Iterator[type[Record]]:
    """Every declared record, those that inherit from another included."""
    for one in record.__subclasses__():
        yield one
        yield from records(one)


SHARE = (0.0, 1.0)
SIGNED = (-1.0, 1.0)
POSITIVE = (0.0, 1000.0)


# --------------------------------------------------------------------------- what a scenario gives


class Behaviour(Record):
    """Behavioural parameters that hold for every state: assumptions, each with a range."""

    rift: Lane = q("closeness lost by warmth for a patron's rivals", "share", (0, 0.5), 0.2, (0, 0.5))
    camp_elite: Lane = q("weight of elite ties in a camp's leaning", "latent", (0, 5), 1.0, (0.5, 2))
    revision: Lane = q("hazard of reconsidering a posture", "1/week", (0, 20), 0.6, (0.2, 2))
    rationality: Lane = q("rationality of third parties in choosing a posture", "1/utility", (0, 1000), 8.0, (3, 20), "λ")
    leverage_scale: Lane = q("leverage at which a mediator is fully effective", "share", (1e-3, 1), 0.2, (0.1, 0.4))
    turmoil_truce: Lane = q("lasting turmoil of a truce", "index", SHARE, 0.1, (0.05, 0.2))
    turmoil_fresh: Lane = q("further turmoil of a fresh truce", "index", SHARE, 0.4, (0.2, 0.6))
    turmoil_fade: Lane = q("weeks for which a fresh truce stays in turmoil", "week", (1, 520), 26.0, (13, 52))
    turmoil_quiet: Lane = q("turmoil of a quiet or settled contest", "index", SHARE, 0.05, (0.0, 0.1))
    wedge_floor: Lane = q("leverage below which the wedge term fades out", "share", (1e-6, 1), 0.01, (0.001, 0.05))
    side_rationality: Lane = q("rationality of the sides in attack and truce", "1/utility", (0, 100), 3.0, (1, 8))
    foresight: Lane = q("weeks that third parties look ahead", "week", (0.1, 104), 4.0, (2, 8), "F")
    truce_rate: Lane = q("hazard of a truce when both sides are ready for it", "1/week", (0, 50), 1.0, (0.2, 4))
    attack_rate: Lane = q("hazard of an attack in a fresh truce", "1/week", (0, 50), 0.5, (0.05, 2))
    attack_floor: Lane = q("part of the hazard of attack that never fades", "share", SHARE, 0.003, (0.0005, 0.1))
    attack_decay: Lane = q("weeks for which a fresh truce is in danger", "week", (0.1, 520), 8.0, (2, 26))
    boldness: Lane = q("weight of backing for fighting", "weight", (0, 20), 0.6, (0, 2))
    war_cost: Lane = q("weight of weariness against fighting", "weight", (0, 20), 1.0, (0.2, 3))
    deterrence: Lane = q("weight of foreign presence against fighting", "weight", (0, 20), 1.2, (0, 3))
    persuasion: Lane = q("weight of the best mediator for a truce", "weight", (0, 20), 2.0, (0.5, 6))
    satisfaction: Lane = q("weight of the share of the stake already held", "weight", (0, 20), 0.6, (0, 2))
    guarantee: Lane = q("weight of peacekeepers, offered or in place", "weight", (0, 20), 1.0, (0, 3))
    upkeep: Lane = q("part of persuasion that upholds a truce or quiet", "share", SHARE, 0.25, (0, 0.5))
    distrust: Lane = q("weight of enmity against a truce", "weight", (0, 20), 0.8, (0, 2))
    weariness_grow: Lane = q("growth of a side's weariness while it fights", "1/week", (0, 10), 0.1, (0.05, 0.2))
    weariness_fade: Lane = q("rate at which weariness fades without fighting", "1/week", (0, 1), 0.05, (0.02, 0.1))
    reach: Lane = q("part of a backer's capability that full aid adds", "share", (0, 10), 0.2, (0.05, 0.5))
    aid_cap: Lane = q("most aid by one backer, over the side's capability", "share", (0, 100), 1.0, (0.5, 2))
    commit: Lane = q("part of capability that a fighting backer commits", "share", SHARE, 0.08, (0.02, 0.2))
    decisiveness: Lane = q("exponent of relative strength in winning", "index", (0, 20), 1.0, (0.5, 2), "γ")
    control_noise: Lane = q("noise of control while fighting", "1/√week", (0, 1), 0.015, (0.005, 0.04))
    loss: Lane = q("capability lost in a week of certain defeat", "1/week", (0, 1), 0.02, (0.005, 0.05))
    coercion: Lane = q("strength that stability lends the camp in office", "share", (0, 10), 0.3, (0.1, 0.6))
    victory_margin: Lane = q("share of the stake below which a side may collapse", "share", (0, 0.5), 0.03, (0.01, 0.05))
    collapse: Lane = q("hazard of collapse within the victory margin", "1/week", (0, 50), 0.7, (0.2, 2))
    camp_pull: Lane = q("rate at which the camp in office realigns its host", "1/week", (0, 1), 0.05, (0.02, 0.2))
    dispute_rate: Lane = q("hazard of a dispute between opposing backers", "1/week", (0, 50), 0.2, (0.05, 0.6))
    clash_rate: Lane = q("hazard of a clash between opposing backers", "1/week", (0, 50), 0.1, (0.02, 0.3))
    dispute_cut: Lane = q("loss of latent alignment, both ways, in a dispute", "latent", (0, 5), 0.05, (0.01, 0.15))
    clash_cut: Lane = q("loss of latent alignment, both ways, in a clash", "latent", (0, 5), 0.3, (0.1, 0.6))
    clash_tie_cut: Lane = q("part of two states' ties that a clash cuts", "share", SHARE, 0.2, (0.05, 0.4))
    recovery: Lane = q("rate at which stability returns to normal", "1/week", (0, 1), 0.05, (0.02, 0.1))
    war_strain: Lane = q("loss of stability of a state that fights", "1/week", (0, 10), 0.01, (0.002, 0.03))
    unrest: Lane = q("loss of stability by unrest between diasporas", "1/week", (0, 10), 0.01, (0.002, 0.03))
    remittance_strain: Lane = q("loss of stability when all remittances are lost", "1/week", (0, 10), 0.02, (0.005, 0.05))
    proxy_strain: Lane = q("loss of stability by proxies at the border", "1/week", (0, 10), 0.01, (0.002, 0.03))
    stability_noise: Lane = q("noise of stability", "1/√week", (0, 1), 0.005, (0.001, 0.01))
    substitution: Lane = q("part of withheld arms that others deliver", "share", SHARE, 0.6, (0.2, 1))
    lever_gain: Lane = q("response of levers to a change of alignment", "1/alignment", (0, 10), 0.3, (0, 1))
    adaptation: Lane = q("speed of alignment", "1/week", (0, 10), 0.03, (0.01, 0.08), "η")
    pull: Lane = q("bandwagoning: weight of a patron's added influence", "weight", (0, 20), 0.5, (0, 2))
    gratitude: Lane = q("weight of aid received, and of added arms", "weight", (0, 0.5), 0.3, (0.05, 0.5))
    grievance: Lane = q("weight of aid and arms to one's opponent", "weight", (0, 5), 0.3, (0.05, 0.6))
    fear: Lane = q("balancing: weight of threat above its start", "weight", (0, 20), 0.5, (0, 2))
    balance: Lane = q("weight of structural balance in triads", "weight", (0, 20), 0.1, (0, 0.5))
    memory: Lane = q("return of latent alignment to its anchor", "weight", (0, 20), 1.0, (0.5, 2))
    alignment_noise: Lane = q("noise of latent alignment", "1/√week", (0, 5), 0.01, (0.002, 0.03))
    from_rest: Lane = q("whether forces on alignment count from their start", "switch", SHARE, 1.0)


class LeverKind(Record):
    """A domain of influence."""

    bandwidth: Lane = q("weight in bandwidth: how broad a relation is", "weight", (0, 100), 0.5, (0.25, 1), "β_k")
    dependence: Lane = q("weight in dependence: how much hangs on it", "weight", (0, 100), 0.5, (0.25, 1), "δ_k")
    rate: Lane = q("rate at which the lever moves to its level", "1/week", (0, 1), 0.02, (0.005, 0.05), "ε_k")


class StateTraits(Record):
    """What a scenario says of a state."""

    capability: Lane = q("military capability at the start", "index", (1e-6, 1e6), symbol="m⁰")
    stability: Lane = q("domestic stability, at the start and normally", "share", SHARE, 0.7, (0.5, 0.9), "s⁰")
    autonomy: Lane = q("own weight against all outside influence", "share", (0.05, 0.6), 0.3, (0.1, 0.5))
    attention: Lane = q("attention at full stability", "share", SHARE, 1.0, (0.7, 1))
    distraction: Lane = q("attention taken by other business", "share", SHARE, 0.0, (0, 0.3))
    reaction: Lane = q("procurement per unit of the opponent's capability", "1/week", (0, 10), 0.0005, (0, 0.002))
    fatigue: Lane = q("restraint of procurement by own capability", "1/week", (0, 10), 0.004, (0.002, 0.01))
    wear: Lane = q("wear of capability", "1/week", (0, 1), 0.002, (0.0005, 0.004))
    commerce: Lane = q("readiness to sell arms whoever asks", "logit", (-20, 20), 2.0, (0, 4))
    arms_fidelity: Lane = q("extra readiness to arm a friend", "logit/alignment", (-20, 20), 1.0, (0, 3))
    arms_balancing: Lane = q("readiness to arm whoever lags behind one's goal", "logit", (-20, 20), 1.0, (0, 4))
    arms_policy: Lane = q("whom the state arms in interstate contests", "policy", (0, 6), 0.0, choices=ARMS_POLICIES)


class TieTraits(Record):
    """A lever that one state holds over another in one domain."""

    level: Lane = q("share of the client's need covered at the start", "share", SHARE, symbol="L⁰")


class AlignmentTraits(Record):
    """Disposition of one state toward another."""

    start: Lane = q("alignment at the start", "alignment", (-0.999, 0.999), 0.0, (-0.2, 0.2), "a⁰")


class ProximityTraits(Record):
    """Nearness of a pair of states."""

    nearness: Lane = q("nearness of two states, 1 for a common border", "share", SHARE, 0.0, (0, 0.1), "v")


class Posture(Record):
    """A row of the menu of postures: what a posture brings."""

    aid: Lane = q("support given to the posture's side", "share", SHARE, 0.0)
    presence: Lane = q("forces on the ground", "share", SHARE, 0.0)
    mediation: Lane = q("mediation offered", "share", SHARE, 0.0)
    effort: Lane = q("attention and means that the posture takes", "share", SHARE, 0.0)
    proxies: Lane = q("foreign fighters brought in", "share", SHARE, 0.0)


class ContestTraits(Record):
    """What a scenario says of a dispute."""

    control: Lane = q("challenger's share of the stake at the start", "share", SHARE, symbol="θ⁰")
    phase: Lane = q("phase at the start", "policy", (0, 3), 0.0, choices=PHASES)
    age: Lane = q("weeks that the first phase has lasted at the start", "week", (0, 5200), 520.0, (260, 1040))
    stake: Lane = q("weight of the stake to the sides", "weight", (0, 20), 1.0, (0.5, 2))
    pace: Lane = q("speed at which control moves while fighting", "1/week", (0, 20), 0.25, (0.1, 0.5))
    enmity: Lane = q("enmity of the sides", "share", SHARE, DERIVED)


class SideTraits(Record):
    """A side of a contest."""

    covered: Lane = q("part of the contested ground that a treaty covers", "share", SHARE, 0.0, (0, 0.1))
    share: Lane = q("popular share of a camp (domestic contests)", "share", (1e-3, 1), 0.5, (0.4, 0.6))


class PartyTraits(Record):
    """A third party in a contest."""

    salience: Lane = q("how much the contest matters to the third party", "share", SHARE)
    access: Lane = q("ease of bringing forces in", "share", SHARE, 1.0, (0.5, 1))
    goal: Lane = q("outcome it wants, −1 holder's to 1 challenger's", "control", (DERIVED, 1), DERIVED, absent=NO_GOAL)
    entry_cost: Lane = q("cost of entering the arena from outside", "share", SHARE, 0.0, (0, 0.2))
    near: Lane = q("nearness of the contest to its soft borders", "share", SHARE, 0.0, (0, 0.2))
    precedent: Lane = q("how firmly it stayed out of earlier crises", "share", SHARE, 0.0, (0, 0.2))
    posture_policy: Lane = q("posture that it is held to; −1: it chooses", "policy", (-1, 63), -1.0)


class RelationTraits(Record):
    """A third party's relation to one side of a contest."""

    diaspora: Lane = q("people of that side's origin who live in it", "million persons", (0, 100), 0.0, (0, 0.1))
    leaning: Lane = q("latent leaning of a camp to it, elite ties apart", "latent", (-6, 6), 0.0, (-0.3, 0.3))
    elite: Lane = q("elite ties of the third party with a camp", "share", SHARE, 0.0, (0, 0.2))
    favour: Lane = q("how far it favours a camp", "alignment", (DERIVED, 1), DERIVED)


class ConcernWeight(Record):
    """Weight of a rival mediator, or of a sanctioner, in a third party's eyes."""

    weight: Lane = q("relative weight: of a rival over the largest in its list, of a sanctioner over the sum of its list", "weight", POSITIVE, 1.0, (0.5, 2), "κ")


class EventTraits(Record):
    """A dated change from outside."""

    value: Lane = q("what the event sets, adds or multiplies by", "of its target", (-1e6, 1e6))


# ------------------------------------------------------------------------------ what the model moves


class StateNow(Record):
    """State variables of a state."""

    capability: Lane = outcome("military capability", "index", (0, INFINITY), symbol="m", series=True)
    stability: Lane = outcome("domestic stability", "share", SHARE, keep="final", symbol="s", series=True)
    opponent: Lane = q("mean capability of the opponents in interstate contests", "index", (0, INFINITY))
    need: Lane = q("urge to match the other side's backers: aid that opponents receive, at most 1", "share", SHARE)
    constant: Lane = q("constant of procurement that makes the starting capabilities a fixed point", "index/week", (-INFINITY, INFINITY))
    rest: Lane = q("part of arms that comes from home and the rest of the world", "share", SHARE)
    offered: Lane = q("part of arms that suppliers offer, the rest of the world included", "share", (0, INFINITY))
    offered_start: Lane = q("the same at the start", "share", (0, INFINITY))
    procured: Lane = q("part of the demand for arms that is delivered", "share", SHARE)
    strain: Lane = q("loss of stability by contests and lost remittances", "1/week", (0, INFINITY))


class TieNow(Record):
    """State variables of a tie."""

    level: Lane = outcome("share of the client's need that the patron covers", "share", SHARE, symbol="L")
    level_start: Lane = q("the same at the start", "share", SHARE)
    offer: Lane = q("part of what it could deliver that a supplier of arms offers", "share", SHARE)
    delivered: Lane = q("part of the client's demand for arms that the patron delivers", "share", SHARE)
    delivered_start: Lane = q("the same at the start", "share", SHARE)


class PairNow(Record):
    """State variables of an ordered pair of states [i, j]."""

    influence: Lane = outcome("share of all influence on j that i holds", "share", SHARE, keep="final", symbol="I", series=True)
    influence_start: Lane = q("the same at the start", "share", SHARE)
    capacity: Lane = outcome("influence that i could use over j", "share", SHARE)
    dependence: Lane = q("dependence of j on i", "share", SHARE)
    alignment_start: Lane = q("disposition of i toward j at the start", "alignment", SIGNED)
    latent: Lane = outcome("latent alignment, atanh a", "latent", (-INFINITY, INFINITY), symbol="h")
    anchor: Lane = q("latent alignment that memory returns to", "latent", (-INFINITY, INFINITY), symbol="h⁰")
    threat: Lane = q("threat that j poses to i", "share", SHARE, symbol="τ")
    threat_start: Lane = q("the same at the start", "share", SHARE)
    triads_start: Lane = q("mean product of alignments over third states at the start", "alignment", SIGNED, symbol="T⁰")
    force_start: Lane = q("force of the world on i's alignment at the start", "weight", (-INFINITY, INFINITY))
    support: Lane = q("aid and arms of j to i, less those to i's opponents, weighed", "weight", (-INFINITY, INFINITY))


class ContestNow(Record):
    """State variables of a contest."""

    control: Lane = outcome("share of the stake that the challenger holds", "share", SHARE, keep="final mean min max", symbol="θ", series=True)
    phase: Lane = outcome("phase", "code", (0, 3), keep="final", choices=PHASES, series=True)
    age: Lane = q("weeks that the phase has lasted", "week", (0, INFINITY))
    win_probability: Lane = outcome("probability that the challenger wins a week's fighting", "share", SHARE, keep="final", symbol="p", series=True)
    strength_balance: Lane = outcome("balance of strength, challenger less holder over their sum", "share", SIGNED, symbol="g")
    turmoil: Lane = q("how far the contest calls for order", "index", SHARE)
    ending: Lane = outcome("how the contest ends: as it stands in the last week", "code", (0, 4), keep="final", choices=ENDINGS)
    fighting: Lane = q("share of the tick that was fought", "share", SHARE)
    fresh: Lane = q("1 in a tick in which a truce or a settlement begins", "switch", SHARE)
    proxies: Lane = outcome("foreign fighters in the contest, at most 1", "share", SHARE)
    entry: Lane = outcome("weight of outside mediators in the contest", "share", (0, INFINITY), keep="final", series=True)
    truce_hazard: Lane = outcome("hazard of a truce while fighting", "1/week", (0, INFINITY))
    attack_hazard: Lane = outcome("hazard of an attack by either side while quiet or in truce", "1/week", (0, INFINITY))
    exposure: Lane = q("weeks of full hazard of an attack that the foresight ahead amounts to", "week", (0, INFINITY))
    best_mediator: Lane = outcome("mediation of the best mediator, as far as its attention and sway let it", "share", SHARE)
    next_mediator: Lane = q("mediation of the second best mediator", "share", SHARE)
    peacekeepers: Lane = outcome("largest presence of a neutral third party, offered or in place", "share", SHARE)
    next_peacekeepers: Lane = q("second largest presence of a neutral third party", "share", SHARE)
    neutral_presence: Lane = q("presence of all peacekeepers, offered or in place", "share", (0, INFINITY))
    enmity: Lane = q("enmity of the sides", "share", SHARE)
    governs: Lane = outcome("1 while the challenger camp governs", "share", SHARE, keep="final", series=True, domestic=True)
    truces: Lane = count("truces so far")
    truces_broken: Lane = count("truces broken so far", series=True)
    weeks_fought: Lane = count("weeks fought so far", "week")
    disputes: Lane = count("disputes between third parties so far")
    clashes: Lane = count("clashes between third parties so far")
    first_truce: Lane = time("week of the first truce")
    first_entry: Lane = time("first week with an outside mediator or outside forces")
    first_dispute: Lane = time("week of the first dispute")
    first_clash: Lane = time("week of the first clash")
    takeover: Lane = time("week in which the challenger camp took office", domestic=True)
    settlement: Lane = time("week in which a victory settled the contest")


class SideNow(Record):
    """State variables of a side of a contest."""

    strength: Lane = outcome("strength", "index", (0, INFINITY), symbol="S")
    weariness: Lane = outcome("weariness", "index", (0, INFINITY), symbol="ω")
    backing: Lane = outcome("aid received from third parties", "share", (0, INFINITY))
    opposing_presence: Lane = q("foreign presence on the other side's part", "share", (0, INFINITY))
    readiness: Lane = outcome("readiness for a truce", "probability", SHARE)
    aggression: Lane = q("preference for attack over holding", "probability", SHARE)


class PartyNow(Posture):
    """State variables of a third party in a contest, the first of them what the posture taken up brings."""

    posture: Lane = outcome("posture held", "code", (0, 63), keep="final", symbol="q", series=True)
    before: Lane = q("posture held before the last choice; −1 at the first", "code", (-1, 63))
    side: Lane = q("side of that posture: 1 challenger, −1 holder, 0 none", "sign", SIGNED)
    offer: Lane = q("what its mediation is worth: as far as attention and sway let it", "share", SHARE)
    rival_offer: Lane = q("what the mediation of the best of its declared rivals would be worth, whether or not it mediates", "share", SHARE)
    hostility: Lane = q("hostility of sanctioners, weighed", "share", SHARE)
    other_proxies: Lane = q("foreign fighters brought by others, at most 1", "share", SHARE)
    attention: Lane = outcome("attention left for the contest", "share", SHARE, symbol="α")
    sway: Lane = q("leverage over the side less under its sway, over the leverage that mediation needs, at most 1", "share", SHARE)
    changes: Lane = count("changes of posture so far", keep="")


class RelationNow(Record):
    """State variables of a third party toward one side."""

    leverage: Lane = q("leverage over the side", "share", SHARE, symbol="ℓ")
    affinity: Lane = q("disposition toward the side", "alignment", SIGNED)
    reinforcement: Lane = q("strength that one unit of aid adds to the side", "index", (0, INFINITY))
    forces: Lane = q("strength that one unit of presence on its part adds to the side", "index", (0, INFINITY))
    opposed: Lane = q("friction with the backers of the other side, per unit of aid", "share", (0, INFINITY))
    latent: Lane = q("latent leaning of a camp to the third party", "latent", (-INFINITY, INFINITY), symbol="b")
    leaning: Lane = q("leaning of a camp to the third party, tanh of the latent one", "alignment", SIGNED)


class PatronNow(Record):
    """State variables of a patron in the region."""

    primacy: Lane = outcome("mean over clients of own influence over own plus the strongest rival's", "share", SHARE, keep="final mean", series=True)


class ArrayNow(Record):
    """State variables that lie in arrays of their own: of pairs of states, and of third parties by posture."""

    alignment: Lane = outcome("disposition of i toward j", "alignment", SIGNED, keep="final", symbol="a", series=True)
    utility: Lane = outcome("utility of a posture", "utility", (-INFINITY, INFINITY), symbol="U")
    probability: Lane = outcome("probability of a posture when it is reconsidered", "probability", SHARE, symbol="P")


class RegionNow(Record):
    """State variables of the whole."""

    imbalance: Lane = outcome("share of unbalanced triads in the alignment graph", "share", SHARE, keep="final", series=True)
    frustration: Lane = outcome("share of all alignment that the best split into two camps leaves unsatisfied", "share", SHARE, keep="final", series=True)
    polarity: Lane = outcome("share of all alignment that is hostility between the two camps of the best split", "share", SHARE, keep="final", series=True)


# ------------------------------------------------------------------------- what third parties weigh


class Action(Record):
    """Amounts of what a posture brings that motives value: first numbers of the menu, then what is worked out for it."""

    aid_to_challenger: Lane = q("aid to the challenger", "share", SHARE)
    aid_to_holder: Lane = q("aid to the holder", "share", SHARE)
    mediation: Lane = q("mediation", "share", SHARE)
    effort: Lane = q("effort", "share", SHARE)
    abstaining: Lane = q("1 for the first posture of the menu, which is to abstain", "switch", SHARE)
    forces_for_challenger: Lane = q("presence on the challenger's part", "share", SHARE)
    forces_for_holder: Lane = q("presence on the holder's part", "share", SHARE)
    peacekeepers: Lane = q("presence on no side's part", "share", SHARE)
    distance: Lane = q("distance from the goal of the line that is ahead under the posture", "control", (0, 4))
    prospects: Lane = q("probability of silence that the posture adds to that under abstention", "probability", SIGNED)
    left_to_rivals: Lane = q("by how much silence would be likelier with the best rival as mediator, and without the third party, than under the posture", "probability", SHARE)
    deployed: Lane = q("presence that is in place: peacekeepers come once the guns are silent", "share", SHARE)
    unwelcome: Lane = q("presence in place without consent", "share", SHARE)
    held: Lane = q("1 for the posture held", "switch", SHARE)


WORKED_OUT = ("distance", "prospects", "left_to_rivals", "deployed", "unwelcome", "held")
"""Amounts that depend on more than the menu; the last of an `Action`."""
AID = ("aid_to_challenger", "aid_to_holder")
MEDIATION, EFFORT, ABSTAINING, DISTANCE, PROSPECTS, LEFT_TO_RIVALS, DEPLOYED, UNWELCOME, HELD = (
    ("mediation",), ("effort",), ("abstaining",), ("distance",), ("prospects",), ("left_to_rivals",), ("deployed",),
    ("unwelcome",), ("held",),
)


@dataclass(frozen=True)
class Motive:
    """A named term of the utility of a posture: amounts that the posture brings, times the value of a unit.

    The rule of the same name in `sim.rules.motives` gives the value of a unit.

    Attributes
    ----------
    name : str
    brought_by : tuple of str
        Fields of `Action`.
    by_side : bool
        The value of a unit of aid depends on the side.
    weight : Quantity or None
        None for the motive that fixes the scale.
    meaning : str
        One line for the glossary.
    words : str
        What the page says.
    """

    name: str
    brought_by: tuple[str, ...]
    by_side: bool
    weight: Quantity | None
    meaning: str
    words: str


def motive(
    name: str,
    brought_by: tuple[str, ...],
    default: float | None,
    prior: tuple[float, float] | None,
    meaning: str,
    words: str,
    *,
    by_side: bool = False,
    bounds: tuple[float, float] = (0, 50),
) -> Motive:
    """Declare one motive: what brings it, default and range of its weight, meaning, and words of the page."""
    weight = None if default is None else q(meaning, "weight", bounds, default, prior)
    return Motive(name, brought_by, by_side, weight, meaning, words)


MOTIVES = (
    motive("fidelity", AID, 1.0, (0.2, 3), "stand by the side that one likes in its need", "Standing by the side it likes", by_side=True),
    motive("balance", DISTANCE, 1.5, (0.2, 5), "keep the line ahead near one's goal", "Keeping the outcome near its goal"),
    motive("order", PROSPECTS, 1.0, (0.2, 3), "raise the prospects that the guns are silent", "Restoring order where it can"),
    motive("primacy", LEFT_TO_RIVALS, 0.8, (0, 3), "leave no peace for rivals to make", "Leaving no peace for rivals to make"),
    motive("obligation", AID, 1.0, (0.2, 3), "keep a defence treaty on the ground that it covers", "Treaty duty to defend", by_side=True),
    motive("wedge", AID, 0.8, (0, 3), "do not push the other side away", "Not pushing the other side away", by_side=True),
    motive("friction", AID, 1.0, (0, 3), "do not cross a partner or power on the other side", "Not clashing with the powers on the other side", by_side=True),
    motive("diaspora", AID, 0.6, (0, 3), "do not carry the quarrel into one's own cities", "Peace among diasporas at home"),
    motive("spillover", PROSPECTS, 0.5, (0, 3), "calm what burns near one's soft borders", "Calming what burns near its borders"),
    motive("visibility", AID + DEPLOYED, 0.5, (0, 3), "do not look overbearing", "Not looking overbearing"),
    motive("access", DEPLOYED, 1.0, (0.2, 3), "no presence where there is no way in", "Hard for its forces to reach"),
    motive("reaction", UNWELCOME, 0.8, (0, 3), "no uninvited presence where sanctioners watch", "Fear of how others would react"),
    motive("entry", MEDIATION + DEPLOYED, 1.0, (0.2, 3), "cost of entering an arena from outside", "Cost of entering from outside"),
    motive("effort", EFFORT, None, None, "no effort without attention to spare", "Attention and means are short"),
    motive("habit", HELD, 0.1, (0, 0.15), "keep the posture that one has", "Habit: keeping to what it does", bounds=SHARE),
    motive("precedent", ABSTAINING, 0.3, (0, 2), "abstain where one abstained before", "It stayed out before"),
)
"""Every motive, in the order in which the terms of a utility are added up."""

TERMS = tuple(motive.name for motive in MOTIVES)
UTILITY = {motive.name: Quantity(motive.meaning, "utility", -INFINITY, INFINITY) for motive in MOTIVES}

Weights = record(
    "Weights",
    "Weights of the utility terms of a posture, relative to effort, whose weight is 1 and fixes the scale.",
    {motive.name: motive.weight for motive in MOTIVES if motive.weight},
)
Values = record(
    "Values",
    "Weighted value to a third party of a unit of what brings each motive.",
    {motive.name: UTILITY[motive.name] for motive in MOTIVES if not motive.by_side},
)
SideValues = record(
    "SideValues",
    "Weighted value to a third party of a unit of aid to one side, by motive.",
    {motive.name: UTILITY[motive.name] for motive in MOTIVES if motive.by_side},
)
Terms = record("Terms", "Named terms of a posture's utility, weighted.", UTILITY)
