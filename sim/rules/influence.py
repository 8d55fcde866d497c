"""Influence: what a patron could use, and what the client lets through.

After the Formal Bilateral Influence Capacity index (Moyer, Meisel, Matthews, Bohl and Burrows 2021,
"China-US competition: measuring global influence", Pardee Center and Atlantic Council).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sim.kernel.compiler import rule
from sim.kernel.lanes import clip, log

PER_LOG_101 = 1.0 / 4.61512051684126  # a product takes less time than a division

BANDWIDTH = (0.11, 0.19, 0.14, 0.35, 0.13, 0.08)
"""Published weights of the terms of bandwidth: diplomacy, organisations, agreements, trade, alliances, arms."""
DEPENDENCE = (0.21, 0.12, 0.28, 0.16, 0.10, 0.13)
"""Published weights of the terms of dependence: aid, its share, trade, its share, arms, their share."""
HIGHEST_BANDWIDTH, HIGHEST_DEPENDENCE, HIGHEST_FBIC = 3.183157, 4.122769, 0.58199161
"""Highest values in the data that the index was published with, by which it divides."""


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
    """Share of all influence on a client, of which its own autonomy is a part, in [0, 1)."""
    return received / (autonomy + received_of_all)


@rule
def interdependence(one: float, other: float) -> float:
    """Mean of the dependence of one state on the other and of the other on the one."""
    return 0.5 * (one + other)


def fbic_bandwidth(
    diplomacy: ArrayLike,
    organisations: ArrayLike,
    agreements: ArrayLike,
    log_trade: ArrayLike,
    alliances: ArrayLike,
    arms: ArrayLike,
) -> Any:
    """Bandwidth of the published FBIC from its six terms, each already normalised to [0, 1].

    Parameters
    ----------
    diplomacy, organisations, agreements, log_trade, alliances, arms : array_like
        Numbers, or arrays that are broadcast against each other: a dyad, or a dyad and year, each.

    Returns
    -------
    float or ndarray
    """
    given = (diplomacy, organisations, agreements, log_trade, alliances, arms)
    weighted = [weight * np.asarray(term) for weight, term in zip(BANDWIDTH, given, strict=True)]
    return sum(weighted[1:], weighted[0]) / HIGHEST_BANDWIDTH


def fbic_dependence(
    aid_gdp: ArrayLike,
    aid_share: ArrayLike,
    trade_gdp: ArrayLike,
    trade_share: ArrayLike,
    arms_stock: ArrayLike,
    arms_share: ArrayLike,
) -> Any:
    """Dependence of the published FBIC from six ratios in per cent; each counts by ln(1 + ratio).

    Parameters
    ----------
    aid_gdp, aid_share, trade_gdp, trade_share, arms_stock, arms_share : array_like
        Aid over GDP, share of all aid, trade over GDP, share of all trade, arms over the military stock, share of all
        arms imports. Numbers, or arrays that are broadcast against each other.

    Returns
    -------
    float or ndarray
    """
    given = (aid_gdp, aid_share, trade_gdp, trade_share, arms_stock, arms_share)
    weighted = [weight * np.log1p(np.asarray(ratio)) for weight, ratio in zip(DEPENDENCE, given, strict=True)]
    return sum(weighted[1:], weighted[0]) / HIGHEST_DEPENDENCE


def fbic(bandwidth: ArrayLike, dependence: ArrayLike) -> Any:
    """The published FBIC: bandwidth · dependence over its highest value in the data.

    Parameters
    ----------
    bandwidth, dependence : array_like
        As `fbic_bandwidth` and `fbic_dependence` give them; they are broadcast against each other.

    Returns
    -------
    float or ndarray
    """
    return np.asarray(bandwidth) * np.asarray(dependence) / HIGHEST_FBIC
