"""Sums over motives and over what postures bring, written out from their declarations.

Each is one loop over lanes with a line a field, since a loop over fields inside it would not become vector code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.kernel.compiler import part
from sim.kernel.lanes import LANES, PACK
from sim.quantities import AID, MOTIVES, WORKED_OUT, Action, Motive, Posture, quantities

AMOUNTS = tuple(quantities(Action))
OF_THE_MENU = tuple(name for name in AMOUNTS if name in quantities(Posture))
"""Amounts that are numbers of the menu as they stand; aid goes to a side."""
SIDES = dict(zip(AID, ("challenger", "holder"), strict=True))
VALUED = tuple(name for name in AMOUNTS if any(name in motive.brought_by for motive in MOTIVES))
"""Amounts that a motive values; the others only help to work those out."""


Lines = Mapping[str, str]
"""What targets become."""


def written_out(name: str, takes: str, lanes: str, lines: Lines, first: Lines | None = None) -> Any:
    """A part with one loop over lanes: a line for each target with what it becomes, and lines that come first."""
    start = "".join(f"    {target} = {value}\n" for target, value in (first or {}).items())
    body = "".join(f"        {target} = {value}\n" for target, value in lines.items())
    source = f"def {name}({takes}):\n{start}    for w in range({lanes}):\n{body}"
    space: dict[str, Any] = {"__name__": __name__, "LANES": LANES, "PACK": PACK}
    exec(compile(source, __file__, "exec"), space)
    return part(space[name])


def value_of(motive: Motive, amount: str) -> str:
    """Where the value of a unit of an amount stands."""
    return f"{SIDES[amount] if motive.by_side else 'values'}.{motive.name}[w]"


def brings(amount: str) -> str:
    """The values of all motives that an amount brings, summed."""
    return " + ".join(value_of(motive, amount) for motive in MOTIVES if amount in motive.brought_by)


def term_of(motive: Motive) -> str:
    """The term of a motive: amounts times values of a unit."""
    return " + ".join(f"action.{amount}[w] * {value_of(motive, amount)}" for amount in motive.brought_by)


add_up = written_out(
    "add_up", "values, challenger, holder, worth", "LANES", {f"worth.{one}[w]": brings(one) for one in VALUED}
)
"""What a unit of each amount is worth: the values of the motives that it brings."""

terms = written_out(
    "terms", "action, values, challenger, holder, out", "LANES", {f"out.{one.name}[w]": term_of(one) for one in MOTIVES}
)
"""Utility terms of an action."""

MENU_AMOUNTS = tuple(one for one in AMOUNTS if one not in WORKED_OUT)


def weigh(name: str, takes: str, amounts: Lines, first: Lines | None = None) -> Any:
    """A part that gives the utility of an action: amounts times what a unit is worth; and the best so far."""
    total = " + ".join(f"{amount} * worth.{one}[w]" for one, amount in amounts.items() if one in VALUED)
    best = "total if total > best[w] else best[w]"
    return written_out(name, takes, "n * PACK", {"total": total, "out[w]": "total", "best[w]": best}, first)


IN_LANES = {one: f"action.{one}[w]" for one in AMOUNTS}
utility = weigh("utility", "n, action, worth, out, best", IN_LANES)
"""Utility of an action that differs between lanes; packed."""

WORKED_OUT_IN_LANES = {one: IN_LANES[one] for one in WORKED_OUT}

utility_of_mediation = weigh(
    "utility_of_mediation", "n, mediation, effort, abstaining, action, worth, out, best",
    {one: one for one in ("mediation", "effort", "abstaining")} | WORKED_OUT_IN_LANES,
)  # fmt: skip
"""Utility of an action that backs nobody and is the same in all lanes; packed. What is 0 then is not added."""

utility_of_backing = weigh(
    "utility_of_backing",
    "n, aid_to_challenger, aid_to_holder, effort, abstaining, presence, left, action, worth, out, best",
    {one: one for one in (*AID, "effort", "abstaining")}
    | {"distance": "action.distance[w]", "left_to_rivals": "left[w]"}
    | {"deployed": "presence", "unwelcome": "presence", "held": "action.held[w]"},
)  # fmt: skip
"""The same of an action that neither mediates nor keeps a peace."""

act_by_menu = written_out(
    "act_by_menu", "posture, challenger, holder, abstaining, out", "LANES",
    {
        f"out.{AID[0]}[w]": "challenger * posture.aid[w]",
        f"out.{AID[1]}[w]": "holder * posture.aid[w]",
        "out.abstaining[w]": "abstaining",
        "out.forces_for_challenger[w]": "challenger * posture.presence[w]",
        "out.forces_for_holder[w]": "holder * posture.presence[w]",
        "out.peacekeepers[w]": "(1.0 - challenger - holder) * posture.presence[w]",
        **{f"out.{one}[w]": f"posture.{one}[w]" for one in OF_THE_MENU},
    },
)  # fmt: skip
"""What an action owes to the menu; challenger and holder are 1 where the posture's side is theirs, else 0."""
