"""Which chance events a single run meets: its seed and replicate, given as users of Mesa give them."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from sim.arguments import LARGEST_KEY, argument_fault, as_whole, whole
from sim.errors import ConfigError
from sim.phrases import shown

DEFAULT_SEED = 1
REPEATED = 2**32
"""Replicates from one iteration of a Mesa batch to the next: more than anybody runs."""


def run_key(model: object, seed: Any, replicate: Any, rng: Any) -> tuple[int, int]:
    """Seed and replicate of a model that is being made.

    Parameters
    ----------
    model : InfluenceModel
    seed, replicate, rng : optional
        Its arguments.

    Raises
    ------
    ConfigError
        If `seed` or `replicate` is no whole number from 0 to 2⁶³ − 1, if `rng` seeds nothing, or if `seed` and
        `rng` are both given.
    """
    if seed is not None and rng is not None:
        raise ConfigError([argument_fault("seed", "must not be given beside rng", shown(seed), "both seed the run")])
    seeded = seed is not None or rng is not None
    read = _seed_from(rng) if rng is not None else whole("seed", DEFAULT_SEED if seed is None else seed, 0, LARGEST_KEY)
    return read, whole("replicate", replicate, 0, LARGEST_KEY) + _iteration(model, seeded) * REPEATED


def mesa_seed(seed: int, replicate: int) -> int:
    """Seed of Mesa's own generators, another one for each replicate; no draw of the model comes from them."""
    return seed if replicate == 0 else int(np.random.SeedSequence([seed, replicate]).generate_state(1, np.uint64)[0])


def _seed_from(rng: Any) -> int:
    """The seed that `rng` stands for: a whole number itself, else the next draw of a generator made from it."""
    if as_whole(rng) is not None:
        return whole("rng", rng, 0, LARGEST_KEY)
    try:
        if isinstance(rng, bool | np.bool_):
            raise TypeError
        return int(np.random.default_rng(rng).integers(LARGEST_KEY, endpoint=True))
    except (TypeError, ValueError):
        remedy = "give a whole number or a Generator"
        fault = argument_fault("rng", "must be what numpy.random.default_rng takes", shown(rng), remedy)
        raise ConfigError([fault]) from None


def _iteration(model: object, seeded: bool) -> int:
    """Which iteration of `mesa.batch_run` makes a model; 0 outside of one, and where the batch seeds each run itself.

    Mesa makes all iterations with the same arguments, so the number is read where Mesa keeps it.
    """
    frame = inspect.currentframe()
    while frame is not None:
        names, known = frame.f_locals, frame.f_globals
        if frame.f_code.co_name == "_model_run_func" and known.get("__name__") == "mesa.batchrunner":
            made_here = names.get("model_cls") is type(model) and "model" not in names
            seeds = "rng" in inspect.signature(known["batch_run"]).parameters
            return int(names["run"][1]) if made_here and not (seeds and seeded) else 0
        frame = frame.f_back
    return 0
