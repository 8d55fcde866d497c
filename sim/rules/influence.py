"""Influence: what a patron could use, and what the client lets through.

After the Formal Bilateral Influence Capacity index (Moyer, Meisel, Matthews, Bohl and Burrows 2021,
"China-US competition: measuring global influence", Pardee Center and Atlantic Council).
"""

from __future__ import annotations

import math

from sim.kernel.compiler import rule
from sim.kernel.lanes import clip, log

PER_LOG_101 = 1.0 / 4.61512051684126  # a product takes less time than a division


@rule
def dependence_on(level: float) -> float:
    """Dependence that one lever creates, concave in its level: ln(1 + 100 L)/ln 101, in [0, 1]."""
    return log(1.0 + 100.0 * level) * PER_LOG_101


@rule
def capacity(bandwidth: float, dependence: float) -> float:
    """Influence that could be used: √(bandwidth · dependence).

    The root orders dyads as FBIC's product does and keeps ties in a single domain visible.
    """
    return math.sqrt(bandwidth * dependence)


@rule
def warmth(alignment: float, rift: float, toward_rivals: float) -> float:
    """Client's disposition to a patron, colder the warmer it is to that patron's rivals, in [−1, 1]."""
    return clip(alignment - rift * toward_rivals, -1.0, 1.0)


@rule
def received(capacity: float, warmth: float) -> float:
    """Part of a capacity that the client lets through: capacity · (1 + warmth)/2."""
    return capacity * (1.0 + warmth) * 0.5


@rule
def influence(received: float, received_of_all: float, autonomy: float) -> float:
    """Share of all outside influence on a client, which keeps some autonomy, in [0, 1)."""
    return received / (autonomy + received_of_all)


@rule
def interdependence(one: float, other: float) -> float:
    """Mean of the dependence of one state on the other and of the other on the one."""
    return 0.5 * (one + other)


@rule
def fbic_bandwidth(
    diplomacy: float, organisations: float, agreements: float, log_trade: float, alliances: float, arms: float
) -> float:
    """Bandwidth of the published FBIC from its six terms, each already normalised to [0, 1]."""
    terms = 0.11 * diplomacy + 0.19 * organisations + 0.14 * agreements
    return (terms + 0.35 * log_trade + 0.13 * alliances + 0.08 * arms) / 3.183157


@rule
def fbic_dependence(
    aid_gdp: float,
    aid_share: float,
    trade_gdp: float,
    trade_share: float,
    arms_stock: float,
    arms_share: float,
) -> float:
    """Dependence of the published FBIC from six ratios in per cent.

    Aid over GDP, share of all aid, trade over GDP, share of all trade, arms over the military stock,
    share of all arms imports.
    """
    aid = 0.21 * log(1.0 + aid_gdp) + 0.12 * log(1.0 + aid_share)
    trade = 0.28 * log(1.0 + trade_gdp) + 0.16 * log(1.0 + trade_share)
    arms = 0.10 * log(1.0 + arms_stock) + 0.13 * log(1.0 + arms_share)
    return (aid + trade + arms) / 4.122769


@rule
def fbic(bandwidth: float, dependence: float) -> float:
    """The published FBIC: bandwidth · dependence over its highest value in the data."""
    return bandwidth * dependence / 0.58199161
