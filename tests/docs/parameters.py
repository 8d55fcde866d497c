"""Write the tables of sim/ODD.md from the code: ``python tests/docs/parameters.py``."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from sim import quantities as qt
from sim.rules import motives as rules
from sim.scenario.defaults import LEVERS, MENU
from sim.scenario.policies import ARMS_WORDS

ODD = Path(__file__).parents[2] / "sim" / "ODD.md"
MARKS = "<!-- {} -->\n", "<!-- end of {} -->"
GROUPS = {
    "Behaviour (`behaviour.F`)": qt.Behaviour,
    "Weights of motives (`weights.F`)": qt.Weights,
    "Lever kinds (`levers.K.F`)": qt.LeverKind,
    "States (`states.S.F`)": qt.StateTraits,
    "Ties (`ties.PATRON.CLIENT.LEVER`)": qt.TieTraits,
    "Alignments (`alignments.I.J`)": qt.AlignmentTraits,
    "Proximity (`proximity.I.J`)": qt.ProximityTraits,
    "Postures (`postures.Q.F`)": qt.Posture,
    "Contests (`contests.C.F`)": qt.ContestTraits,
    "Sides (`contests.C.F.X`)": qt.SideTraits,
    "Third parties (`contests.C.parties.S.F`)": qt.PartyTraits,
    "Third parties and sides (`contests.C.parties.S.F.X`)": qt.RelationTraits,
    "Rivals and sanctioners (`contests.C.parties.S.rivals.R`, `….sanctioners.R`)": qt.ConcernWeight,
    "Events (`events.NAME.set`, `.add` or `.multiply`)": qt.EventTraits,
}
"""Every record of what a config gives, under the path of its fields."""
SEEN = {
    "{}.C": qt.ContestNow,
    "{}.C.X": qt.SideNow,
    "{}.C.S": qt.PartyNow,
    "{}.C.S.Q": qt.ArrayNow,
    "term.C.S.{}": qt.Terms,
    "{}.I.J": qt.PairNow,
    "{}.S": qt.StateNow,
    "{}.PATRON.CLIENT.LEVER": qt.TieNow,
    "{}.PATRON": qt.PatronNow,
    "{}": qt.RegionNow,
}
"""Every record of which something can be observed, under the name of its outcomes."""
OF_PAIRS = {"alignment": "alignment.I.J"}
"""Names of fields of `ArrayNow` that are of pairs."""
WORDS = {"aid_to_challenger": "aid", "held": "the posture held"}
HEADS = ("name", "symbol", "meaning", "unit", "bounds", "default (range)")


def default_of(quantity: qt.Quantity) -> str:
    """Default with its range, in words."""
    if quantity.choices:
        return f"{quantity.choices[0]}; of {', '.join(quantity.choices)}"
    if quantity.default is None:
        return "must be given"
    if quantity.default == qt.DERIVED:
        return quantity.absent or "derived"
    said = f"{quantity.default:g}"
    return said if quantity.low is None else f"{said} ({quantity.low:g} to {quantity.high:g})"


def bounds_of(quantity: qt.Quantity) -> str:
    """Bounds that a config is checked against."""
    lower = -1.0 if quantity.lower == qt.DERIVED else quantity.lower
    return f"[{lower:g}, {quantity.upper:g}]"


def form_of(motive: qt.Motive) -> tuple[str, str]:
    """Value of a unit, and the motive in words, from the docstring of its rule."""
    words, form = inspect.cleandoc(getattr(rules, motive.name).__doc__).split("\n\n")
    return " ".join(form.split()), words.rstrip(".")


def motives() -> str:
    """The table of motives in Markdown."""
    lines = ["| term | per unit of | value of a unit | motive |", "|---|---|---|---|"]
    for motive in qt.MOTIVES:
        brought = [WORDS.get(one, one) for one in motive.brought_by if one != "aid_to_holder"]
        amounts = " or ".join(f"{one} to x" if motive.by_side else one for one in brought)
        lines.append(f"| {' | '.join((f'`{motive.name}`', amounts, *form_of(motive)))} |")
    lines.append("")
    return "\n".join(lines)


def parameters() -> str:
    """All tables of parameters in Markdown."""
    lines: list[str] = []
    for title, record in GROUPS.items():
        lines += [f"### {title}", "", f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|"]
        for name, quantity in qt.quantities(record).items():
            said = (quantity.symbol, quantity.meaning, quantity.unit)
            cells = (f"`{name}`", *said, bounds_of(quantity), default_of(quantity))
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def outcomes() -> str:
    """The table of outcomes in Markdown."""
    heads = ("name", "symbol", "meaning", "unit", "kept by default", "series by default")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for pattern, record in SEEN.items():
        for field, quantity in qt.quantities(record).items():
            if record is qt.Terms or quantity.keep is not None:
                name = OF_PAIRS.get(field, pattern.format(field))
                kept = ", ".join(quantity.keep or ()), "yes" if quantity.series else ""
                lines.append(
                    f"| `{name}` | {quantity.symbol} | {quantity.meaning} | {quantity.unit} | {' | '.join(kept)} |"
                )
    return "\n".join(lines)


def postures() -> str:
    """The table of the shipped menu in Markdown."""
    brought = tuple(qt.quantities(qt.Posture))
    lines = [f"| posture | side | {' | '.join(brought)} |", "|---" * (len(brought) + 2) + "|"]
    for name, numbers in MENU.items():
        cells = (name, numbers["side"], *(f"{numbers.get(one, 0):g}" for one in brought))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def arms_policies() -> str:
    """The table of arms policies in Markdown, in the words of the pages."""
    lines = ["| policy | the state | that is |", "|---|---|---|"]
    for name in qt.ARMS_POLICIES:
        brief, whole = ARMS_WORDS[name]
        lines.append(f"| `{name}` | {brief.format(challenger='the challenger', holder='the holder')} | {whole} |")
    return "\n".join(lines) + "\n"


def levers() -> str:
    """The table of known levers in Markdown."""
    lines = ["| lever | bandwidth | dependence | rate |", "|---|---|---|---|"]
    for name, numbers in LEVERS.items():
        cells = (f"`{name}`", *(f"{numbers[one]:g}" for one in ("bandwidth", "dependence", "rate")))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


TABLES = (arms_policies, postures, motives, parameters, levers, outcomes)
"""Tables of the document, by the names of their marks."""


def rules_of(file: str) -> str:
    """Names of the rules in a file, compiled ones and others, in their order."""
    source = (ODD.parent / file).read_text(encoding="utf-8")
    return f"`{file}`: " + ", ".join(f"`{name}`" for name in re.findall(r"^def (\w+)", source, re.MULTILINE))


def renewed(text: str) -> str:
    """A document with its tables as they should be."""
    text = re.sub(r"`(rules/\w+\.py)`: `\w+`(?:, `\w+`)*", lambda found: rules_of(found[1]), text)
    tables = {function.__name__: function() for function in TABLES}
    for name, table in tables.items():
        start, end = (mark.format(name) for mark in MARKS)
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n{table}\n{end}{after}"
    return text


if __name__ == "__main__":
    ODD.write_text(renewed(ODD.read_text(encoding="utf-8")), encoding="utf-8")
