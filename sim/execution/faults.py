"""What is wrong with the options of a run, by what `RunOptions` declares of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.arguments import argument_fault, as_number, whole_faults
from sim.errors import Fault
from sim.execution.options import OPTIONS, Option, RunOptions
from sim.phrases import nearest, shown


def option_faults(options: RunOptions, *, elsewhere: bool = False) -> Iterator[Fault]:
    """What is wrong with options, each by itself and beside the others.

    Parameters
    ----------
    options : RunOptions
    elsewhere : bool
        Whether other machines will compute the runs; an executor does in any case.
    """
    elsewhere = elsewhere or options.get("executor") is not None
    for name, value in options.items():
        option = OPTIONS[name]
        if value is None or (option.typed is bool and not value):
            continue
        yield from _value_faults(name, option, value)
        need = option.needs
        if need is not None and not need.met(options, elsewhere):
            yield argument_fault(need.lacks or name, need.rule, "" if need.lacks else repr(value), need.remedy)


def _value_faults(name: str, option: Option, value: Any) -> Iterator[Fault]:
    if option.typed is int and option.bounds is not None:
        yield from whole_faults(name, value, option.bounds[0], option.bounds[1] or 0)
    elif option.words:
        if value not in option.words:
            rule = f"must be one of {', '.join(option.words)}"
            yield argument_fault(name, rule, shown(value), nearest(str(value), option.words))
    elif not _is_good(option, value):
        yield argument_fault(name, option.rule, shown(value), option.remedy)


def _is_good(option: Option, value: Any) -> bool:
    """Whether a value lies within its bounds, and passes its test."""
    if option.bounds is not None:
        number = as_number(value)
        lowest, highest = option.bounds
        if number is None or number < lowest or (highest is not None and number > highest):
            return False
    return option.test is None or option.test(value)
