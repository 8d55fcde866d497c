"""Processes that may hang or die: each task has one to itself, which is killed and replaced when it must be."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from sim.errors import ResultsError

SERVE = """import pickle, sys
home, path = pickle.load(sys.stdin.buffer)
sys.path[:] = [home, *path]
import sim
sys.path[:] = path
from sim.execution.workers import serve
serve()
"""
"""What a worker runs; `sim` is this package, whatever else of that name lies in the current folder."""
HOME = str(Path(__file__).parents[2])
DEATHS = 2
"""Deaths of a worker at one task that are laid to the task; the first may have come from outside."""
Call = tuple[Callable[..., Any], tuple[Any, ...]]


class LostError(Exception):
    """A task that gave nothing: it took too long, or its process died; the text says which."""


class Worker:
    """One process that runs calls one after the other.

    It is a fresh Python and knows nothing of the script that started it, so that scripts need no guard. It leads a
    session of its own: Ctrl-C does not reach it, and whatever it has started dies with it.

    Parameters
    ----------
    prepare : call
        Run before its first task; what that raises is raised by the first task.
    """

    def __init__(self, prepare: Call) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._prepare: Call | None = prepare
        self._late = False

    def run(self, call: Call, limit: float | None) -> Any:
        """Run a call, and give what it gives or raise what it raises.

        Raises
        ------
        TimeoutError
            If it takes longer than so many seconds.
        EOFError
            If its process dies.
        ResultsError
            If the process cannot be made ready.
        """
        if self._prepare is not None:
            self._make_ready(self._prepare)
        self._late = False
        if limit is None:
            return self._answer(call)
        alarm = threading.Timer(limit, self._end_late)
        alarm.start()
        try:
            return self._answer(call)
        except EOFError:
            if self._late:
                raise TimeoutError from None
            raise
        finally:
            alarm.cancel()

    def kill(self) -> None:
        """Kill the process, whatever it does, and what it has started."""
        if self._process.returncode is None:  # until it is waited for, nobody else gets its number
            _end_session(self._process.pid)
            self._process.wait()

    def close(self) -> None:
        """Kill the process and close its pipes; only for who is not waiting for its answer."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()

    def _end_late(self) -> None:
        self._late = True
        self.kill()

    def _make_ready(self, prepare: Call) -> None:
        try:
            self._send((HOME, list(sys.path)))
            self._answer(prepare)
        except EOFError:
            raise ResultsError(
                "a worker process ended before it could begin; what it printed says why, and the same command goes on"
            ) from None
        self._prepare = None

    def _answer(self, call: Call) -> Any:
        self._send(call)
        try:
            good, value = pickle.load(_open(self._process.stdout))
        except (OSError, ValueError, pickle.UnpicklingError):
            raise EOFError from None  # half an answer
        if good:
            return value
        raise value

    def _send(self, content: object) -> None:
        try:
            stream = _open(self._process.stdin)
            stream.write(pickle.dumps(content))
            stream.flush()
        except (OSError, ValueError):
            raise EOFError from None


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
        Called in each new process with the arguments; its time does not count, and what it gives is not sent back.
    *args
    """

    def __init__(self, workers: int, limit: float | None, prepare: Callable[..., object], *args: object) -> None:
        self._limit, self._prepare = limit, (_prepared, (prepare, args))
        self._threads = ThreadPoolExecutor(workers)
        self._changing, self._stopping = threading.Lock(), False
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        self._all = [Worker(self._prepare) for _ in range(workers)]
        for worker in self._all:
            self._idle.put(worker)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function with arguments in a process of its own."""
        return self._threads.submit(self._run, (fn, args))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Kill all processes, busy or not: what they were at is lost, and runs are drawn again in the same way."""
        with self._changing:
            self._stopping = True
            for worker in self._all:
                worker.kill()
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        for worker in self._all:
            worker.close()

    def _run(self, call: Call) -> Any:
        worker, deaths = self._idle.get(), 0
        try:
            while True:
                try:
                    return worker.run(call, self._limit)
                except TimeoutError:
                    worker = self._replaced(worker)
                    raise LostError(f"took longer than {self._limit:g} s") from None
                except EOFError:
                    deaths += 1
                    worker = self._replaced(worker)
                    if deaths == DEATHS:
                        raise LostError("ended its process") from None
        finally:
            self._idle.put(worker)

    def _replaced(self, worker: Worker) -> Worker:
        """A new process instead of one that hangs or is dead."""
        worker.close()
        with self._changing:
            if self._stopping:
                raise LostError("was stopped")
            self._all.remove(worker)
            self._all.append(Worker(self._prepare))
            return self._all[-1]


def serve() -> None:
    """Run the calls that come by standard input; answers go where standard output led, what is printed to errors."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    calls: SimpleQueue[Call] = SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, calls), daemon=True).start()
    while True:
        call, args = calls.get()
        try:
            answer = True, call(*args)
        except BaseException as error:  # noqa: BLE001 (it is raised again where the call came from)
            answer = False, error
        answers.write(_pickled(answer))
        answers.flush()


def _receive(stream: BinaryIO, calls: SimpleQueue[Call]) -> None:
    """Take calls in, and end the whole session when there is nobody left to answer to."""
    try:
        while True:
            calls.put(pickle.load(stream))
    finally:
        _end_session(os.getpid())


def _end_session(leader: int) -> None:
    """Kill a process and what it has started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(leader, signal.SIGKILL)
        else:  # pragma: no cover (on Windows)
            os.kill(leader, signal.SIGTERM)


def _pickled(answer: tuple[bool, Any]) -> bytes:
    try:
        return pickle.dumps(answer)
    except Exception as error:  # noqa: BLE001 (objects raise what they like when they are pickled)
        return pickle.dumps((False, RuntimeError(f"an answer cannot be sent ({type(error).__name__}: {error})")))


def _prepared(prepare: Callable[..., object], args: tuple[object, ...]) -> None:
    prepare(*args)


def _open(stream: Any) -> Any:
    """A pipe of a process, which has both."""
    return stream
