"""Arguments of Python functions, read and refused by one rule at every door."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from inspect import currentframe, signature
from math import isfinite
from typing import Any

import numpy as np

from sim.errors import ConfigError, Fault, UnknownNameError
from sim.phrases import choose_from, printable, shown

WHERE = "arguments"
LARGEST_KEY = 2**63 - 1
"""Largest seed and largest replicate, so that tables and JSON hold both."""
DEFAULT_SEED = 1
REPEATED = 2**32
"""Replicates from one iteration of a Mesa batch to the next: more than anybody runs."""


def as_whole(value: object) -> int | None:
    """A whole number of Python or NumPy as Python's; None for anything else, truth values too."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return int(value) if whole else None  # type: ignore[call-overload]


def as_number(value: object) -> float | None:
    """A finite number of Python or NumPy as Python's; None for anything else, truth values too."""
    known = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    try:
        number = float(value) if known else None  # type: ignore[arg-type]
    except OverflowError:
        return None
    return number if number is not None and isfinite(number) else None


def plain(value: Any) -> Any:
    """A number of NumPy as Python's, also within a tuple; anything else as it is."""
    if isinstance(value, tuple):
        return tuple(plain(one) for one in value)
    return value.item() if isinstance(value, np.number) else value


def argument_fault(name: str, rule: str, found: object = "", remedy: str = "") -> Fault:
    """What is wrong with an argument; `found` is shown as text if it is not text already."""
    said = found if isinstance(found, str) else shown(found)
    return Fault(WHERE, name, printable(rule), printable(said), printable(remedy))


def whole_faults(name: str, value: object, lowest: int, highest: int, *, optional: bool = False) -> Iterator[Fault]:
    """What is wrong with an argument that must be a whole number within bounds, or may be None."""
    if optional and value is None:
        return
    whole = as_whole(value)
    if whole is None or not lowest <= whole <= highest:
        yield argument_fault(name, f"must be a whole number in [{lowest}, {highest}]", shown(value))


def refuse(faults: Iterable[Fault]) -> None:
    """Raise ConfigError if there is a fault."""
    found = list(faults)
    if found:
        raise ConfigError(found)


def whole(name: str, value: object, lowest: int, highest: int) -> int:
    """Read an argument that must be a whole number within bounds.

    Raises
    ------
    ConfigError
        For anything else.
    """
    refuse(whole_faults(name, value, lowest, highest))
    return int(value)  # type: ignore[call-overload,no-any-return]


def refuse_options(given: Iterable[str], known: Collection[str], function: Callable[..., object]) -> None:
    """Raise TypeError, as Python does, for an option that a function does not know, with the nearest that it knows."""
    arguments = [one.name for one in signature(function).parameters.values() if one.kind is not one.VAR_KEYWORD]
    for name in given:
        if name not in known:
            raise TypeError(f"there is no option {name!r}; {choose_from(name, (*known, *arguments))}")


def list_faults(name: str, given: object) -> Iterator[Fault]:
    """What is wrong with an argument that must be a sequence of names."""
    if isinstance(given, str):
        yield argument_fault(name, "must be a sequence of names", shown(given), f"write [{shown(given)}]")
    elif not isinstance(given, Iterable) or not all(isinstance(one, str) for one in given):
        yield argument_fault(name, "must be a sequence of names", shown(given))


def name_faults(name: str, given: Iterable[str], known: Collection[str], rule: str) -> Iterator[Fault]:
    """What is wrong with names that must be known, each with the nearest that is."""
    for one in given:
        if one not in known:
            yield from unknown_name(name, one, known, rule).faults


def unknown_name(name: str, given: object, known: Collection[str], rule: str) -> UnknownNameError:
    """The error for an argument that names nothing, with the nearest name."""
    return UnknownNameError([argument_fault(name, rule, shown(given), choose_from(str(given), known))])


def scenario_fault(given: Any) -> Fault:
    """What is said of a scenario that is neither a `Scenario` nor a name."""
    remedy = "load_scenario reads a config file" if not hasattr(given, "keys") else "write the mapping to a YAML file"
    return argument_fault("scenario", "must be a Scenario, a config file or the name of one", shown(given), remedy)


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
    frame = currentframe()
    while frame is not None:
        names, known = frame.f_locals, frame.f_globals
        if frame.f_code.co_name == "_model_run_func" and known.get("__name__") == "mesa.batchrunner":
            made_here = names.get("model_cls") is type(model) and "model" not in names
            seeds = "rng" in signature(known["batch_run"]).parameters
            return int(names["run"][1]) if made_here and not (seeds and seeded) else 0
        frame = frame.f_back
    return 0
