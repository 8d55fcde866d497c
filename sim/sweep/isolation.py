"""Processes that may hang or die: each task has one to itself, which is killed and replaced when it must be."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
DEATHS = 2
"""Deaths of a worker at one task that are laid to the task; the first may have come from outside."""


class LostError(Exception):
    """A task that gave nothing: it took too long, or its process died; the text says which."""


class Worker:
    """One process, and the means to kill it, which a pool of several does not give.

    Parameters
    ----------
    prepare : callable
        Called in the process with the arguments before its first task.
    *args
    """

    def __init__(self, prepare: Callable[..., object], *args: object) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=_context(), initializer=_begin)
        self._number = self._pool.submit(os.getpid)
        self._ready = self._pool.submit(prepare, *args)

    def run(self, task: Callable[..., Any], args: tuple[Any, ...], limit: float | None) -> Any:
        """Run a task; raises TimeoutError after so many seconds, BrokenProcessPool when the process dies."""
        self._ready.result()
        return self._pool.submit(task, *args).result(limit)

    def kill(self) -> None:
        """Kill the process, whatever it does."""
        if self._number.done() and self._number.exception() is None:
            with suppress(OSError):
                os.kill(self._number.result(), KILL)
        self._pool.shutdown(wait=False, cancel_futures=True)


class Isolated(Executor):
    """An executor whose tasks have a time limit and may take their process with them.

    A task that exceeds the limit is lost, and so is one at which two processes in a row have died; the
    result of its future is the error `LostError` then.

    Parameters
    ----------
    workers : int
        Processes.
    limit : float or None
        Seconds that a task may take.
    prepare : callable
        Called in each new process with the arguments; its time does not count.
    *args
    """

    def __init__(self, workers: int, limit: float | None, prepare: Callable[..., object], *args: object) -> None:
        self._limit, self._prepare, self._args = limit, prepare, args
        self._threads = ThreadPoolExecutor(workers)
        self._changing, self._stopping = threading.Lock(), False
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        self._all = [Worker(prepare, *args) for _ in range(workers)]
        for worker in self._all:
            self._idle.put(worker)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function with arguments in a process of its own."""
        return self._threads.submit(self._run, fn, args)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Kill all processes, busy or not: what they were at is lost, and runs are drawn again in the same way."""
        with self._changing:
            self._stopping = True
            for worker in self._all:
                worker.kill()
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _run(self, task: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        worker, deaths = self._idle.get(), 0
        try:
            while True:
                try:
                    return worker.run(task, args, self._limit)
                except TimeoutError:
                    worker = self._replaced(worker)
                    raise LostError(f"took longer than {self._limit:g} s") from None
                except BrokenProcessPool:
                    deaths += 1
                    worker = self._replaced(worker)
                    if deaths == DEATHS:
                        raise LostError("ended its process") from None
        finally:
            self._idle.put(worker)

    def _replaced(self, worker: Worker) -> Worker:
        """A new process instead of one that hangs or is dead."""
        with self._changing:
            worker.kill()
            if self._stopping:
                raise LostError("was stopped")
            self._all.remove(worker)
            self._all.append(Worker(self._prepare, *self._args))
            return self._all[-1]


def _context() -> Any:
    """Processes forked from a server that has imported the model, where the system can; else started anew."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sim.model", "sim.sweep.job"])
    return context


def _begin() -> None:
    """Leave Ctrl-C to the main process, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
