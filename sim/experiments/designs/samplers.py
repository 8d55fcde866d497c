"""Points of the unit cube: where among all draws of each factor a design looks.

Sequences that fill the space are SciPy's, those made for sensitivity analysis SALib's; both are given a seed, and
what they give is stored with the results, so that nothing later depends on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float64]
"""One row a point, one column a factor; each in [0, 1]."""


def random(count: int, factors: int, key: Sequence[int]) -> Shares:
    """Independent even draws.

    Parameters
    ----------
    count, factors : int
    key : sequence of int
        Seed of the sweep, and the place of the design in its file.
    """
    return _generator(key).random((count, factors))


def latin_hypercube(count: int, factors: int, key: Sequence[int]) -> Shares:
    """One draw in each of `count` equal strata of each factor (McKay, Beckman and Conover 1979)."""
    from scipy.stats import qmc  # noqa: PLC0415 (takes a second to import)

    drawn: Shares = qmc.LatinHypercube(factors, rng=_generator(key)).random(count)
    return drawn


def sobol(count: int, factors: int, key: Sequence[int]) -> Shares:
    """Scrambled Sobol sequence (Owen 1998); balanced where `count` is a power of two."""
    from scipy.stats import qmc  # noqa: PLC0415

    drawn: Shares = qmc.Sobol(factors, rng=_generator(key)).random(count)
    return drawn


def saltelli(problem: dict[str, Any], samples: int, key: Sequence[int], *, second_order: bool) -> Shares:
    """Design for variance-based sensitivity indices (Saltelli 2002), as ``SALib.analyze.sobol`` wants it.

    Parameters
    ----------
    problem : dict
        As SALib wants it, over the unit cube.
    samples : int
        Points of the Sobol sequence behind it, a power of two.
    second_order : bool
        Whether indices of pairs of factors are wanted, at about twice the points.
    """
    from SALib.sample import sobol as salib  # noqa: PLC0415 (takes a second to import)

    drawn: Shares = salib.sample(problem, samples, calc_second_order=second_order, seed=_generator(key))
    return drawn


def morris(problem: dict[str, Any], trajectories: int, levels: int, key: Sequence[int]) -> Shares:
    """Trajectories that move one factor, or group, at a time (Morris 1991), for ``SALib.analyze.morris``.

    Parameters
    ----------
    problem : dict
        As SALib wants it, over the unit cube.
    trajectories, levels : int
        Number of trajectories, and of levels of the grid on which they walk.
    """
    from SALib.sample import morris as salib  # noqa: PLC0415

    drawn: Shares = salib.sample(problem, trajectories, num_levels=levels, seed=_generator(key))
    return drawn


def _generator(key: Sequence[int]) -> np.random.Generator:
    return np.random.default_rng(list(key))
