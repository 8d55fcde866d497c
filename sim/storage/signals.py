"""Being stopped: by Ctrl-C, by the SIGTERM of a scheduler such as SLURM, or by the end of the terminal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

HANGUP: signal.Signals | None = getattr(signal, "SIGHUP", None)
"""The end of the terminal, on systems that tell of it; ignored by what ``nohup`` starts."""


class Stopped(KeyboardInterrupt):
    """A stop, after what was finished has been put away; its text says where, and how to go on.

    Attributes
    ----------
    number : int
        The signal.
    """

    def __init__(self, said: str, number: int = signal.SIGINT) -> None:
        super().__init__(said)
        self.number = number


def signal_of(stop: KeyboardInterrupt) -> int:
    """The signal that a stop stands for: Ctrl-C unless it says otherwise."""
    number = stop.args[0] if stop.args else None
    return number if isinstance(number, int) else int(signal.SIGINT)


@contextmanager
def stop_signals(stop: threading.Event) -> Iterator[None]:
    """Let a stop set `stop` before it is raised, so that blocks under way on other threads end at once."""

    def press(number: int, frame: object) -> None:
        stop.set()
        raise KeyboardInterrupt(number)

    with _answered(press):
        try:
            yield
        finally:
            stop.set()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold a stop back until the body is done, so that no row is lost between buffer and disk."""
    pressed: list[int] = []
    with _answered(lambda number, frame: pressed.append(number)):
        yield
    if pressed:
        raise KeyboardInterrupt(pressed[0])


@contextmanager
def _answered(answer: Callable[[int, Any], None]) -> Iterator[None]:
    """Answer the signals of a stop otherwise within the body; only the main thread can."""
    before = {number: signal.getsignal(number) for number in _stopping()}
    if threading.current_thread() is not threading.main_thread() or None in before.values():
        yield
        return
    for number in before:
        signal.signal(number, answer)
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)


def _stopping() -> tuple[signal.Signals, ...]:
    """Signals that stop a run."""
    usual = (signal.SIGINT, signal.SIGTERM)
    return usual if HANGUP is None or signal.getsignal(HANGUP) is signal.SIG_IGN else (*usual, HANGUP)
