"""Postures are drawn by the side that they take and by what they bring, whatever they are called."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.dashboard.page import page
from sim.dashboard.postures import PATTERNS, Posture, amounts_of, posture_styles, read_menu
from sim.scenario.defaults import MENU, SIDES

AMOUNTS = tuple(amounts_of("", {}))
OTHER_NAMES = {"fight-holder": "garrison", "proxies-challenger": "volunteers", "abstain": "watch"}


def posture(name: str, side: int = 0, **amounts: float) -> Posture:
    """A posture that brings what is given."""
    return Posture(name, side, dict.fromkeys(AMOUNTS, 0.0) | amounts)


def shipped() -> list[Posture]:
    """The menu that every scenario starts from."""
    return [
        posture(name, SIDES[row["side"]], **{key: value for key, value in row.items() if key != "side"})
        for name, row in MENU.items()
    ]


def renamed(results: Any) -> Any:
    """The same results with other names for some postures."""
    text = json.dumps(results.manifest["scenario"])
    for name, other in OTHER_NAMES.items():
        text = text.replace(f'"{name}"', f'"{other}"').replace(f"postures.{name}.", f"postures.{other}.")
    results.manifest["scenario"] = json.loads(text)
    return results


def test_shipped_postures_have_a_colour_by_side_and_a_pattern_by_means() -> None:
    assert dict(zip(MENU, posture_styles(shipped()), strict=True)) == {
        "abstain": ("$quiet", ""), "mediate": ("$mediate", ""), "guarantee": ("$mediate", "\\"),
        "back-challenger": ("$challenger", ""), "back-holder": ("$holder", ""),
        "proxies-challenger": ("$challenger", "."), "proxies-holder": ("$holder", "."),
        "fight-challenger": ("$challenger", "x"), "fight-holder": ("$holder", "x"),
    }  # fmt: skip


def test_another_name_does_not_change_how_a_posture_is_drawn(synthetic: Any) -> None:
    before, after = (synthetic.folder(replicates=4, weeks=8) for _ in range(2))
    renamed(after)
    styles = [posture_styles(read_menu(results.manifest["scenario"])) for results in (before, after)]
    assert styles[0] == styles[1]
    assert page(after).count('data-colour="$holder" data-pattern="x"') == page(before).count(
        'data-colour="$holder" data-pattern="x"'
    )


def test_own_forces_are_fighting_under_any_name() -> None:
    assert [one.name for one in shipped() if one.fights] == ["fight-challenger", "fight-holder"]
    assert posture("garrison", -1, presence=0.6, aid=0.2).fights
    assert not posture("peacekeepers", 0, presence=1.0).fights


def test_whoever_brings_nothing_stays_out_under_any_name() -> None:
    assert [one.name for one in shipped() if one.idle] == ["abstain"]
    assert posture("watch").idle
    assert not posture("condemn", 1).idle


def test_two_postures_of_one_kind_are_told_apart() -> None:
    menu = [*shipped(), posture("arm-holder", -1, aid=0.9, effort=0.2), posture("garrison", -1, presence=0.5)]
    styles = posture_styles(menu)
    assert len(set(styles)) == len(menu)
    assert [colour for colour, _ in styles[-2:]] == ["$holder", "$holder"]


@given(st.lists(st.tuples(st.sampled_from([-1, 0, 1]), *[st.sampled_from([0.0, 0.5])] * 5), max_size=len(PATTERNS)))
def test_any_short_menu_has_as_many_styles_as_postures(rows: list[tuple[float, ...]]) -> None:
    menu = [
        Posture(f"p{place}", int(side), dict(zip(AMOUNTS, rest, strict=True)))
        for place, (side, *rest) in enumerate(rows)
    ]
    assert len(set(posture_styles(menu))) == len(menu)
