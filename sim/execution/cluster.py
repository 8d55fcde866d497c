"""Executors on other machines: an existing Dask cluster, or the ranks of an MPI job."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from typing import Any, cast
from urllib.parse import urlsplit

from sim.arguments import argument_fault
from sim.errors import ConfigError, CounterpoiseError
from sim.phrases import shown

ANSWER = 10.0
"""Seconds that a scheduler has to answer."""
PROTOCOLS = ("tcp", "tls", "ws", "wss")
LOOK, FETCH = 1.0, 60.0
"""Seconds between two looks at whether the scheduler is still there: while a task runs, while its result is fetched."""
EXAMPLE = "tcp://10.0.0.1:8786"
LOGGERS = ("distributed", "distributed.client")


class Promise(Future[Any]):
    """What a task on a cluster will give; it is fetched when it is asked for.

    Dask's own executor hands out futures that never end where a worker and the scheduler die together.
    """

    def __init__(self, client: Any, task: Any) -> None:
        super().__init__()
        self._client, self._task = client, task

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the task and fetch what it gave; raises what it raised, or ConnectionError without a scheduler."""
        while True:
            if self._client.status != "running":
                raise ConnectionError("the scheduler does not answer any more")
            with suppress(TimeoutError):
                self._task.exception(timeout=LOOK)  # waits, and fetches nothing of a task that ends well
                found = self._task.result(timeout=FETCH)
                self._task.release()
                return found

    def cancel(self) -> bool:
        """Let the scheduler forget the task, without waiting for its answer."""
        self._task.release()
        return True


class Cluster(Executor):
    """An executor on a Dask cluster.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function with arguments on some worker."""
        return Promise(self._client, self._client.submit(fn, *args, pure=False, **kwargs))


@contextmanager
def on_cluster(address: str, tell: Callable[[str], None] | None = None) -> Iterator[Executor]:
    """Connect to a Dask scheduler for as long as the body runs.

    Parameters
    ----------
    address : str
        Protocol, host and port, such as ``tcp://10.0.0.1:8786``.
    tell : callable, optional
        Told in words where there are no workers yet.

    Yields
    ------
    Executor
        Its tasks run on the cluster's workers, which need Counterpoise installed, in the same version. A task whose
        worker dies is run by another one.

    Raises
    ------
    ConfigError
        If that is no address.
    CounterpoiseError
        If `distributed` is not installed, or no scheduler answers.
    """
    try:
        import distributed  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise CounterpoiseError(
            "clusters need Dask's distributed; pip install 'counterpoise[cluster]', here and on the workers"
        ) from error
    _check(address)
    for name in LOGGERS:  # what goes wrong is said once, by us, and without a traceback
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client: Any = distributed.Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CounterpoiseError(
            f"no Dask scheduler answers at {address} ({error}); start one by `dask scheduler`, or mend the address"
        ) from error
    try:
        if tell is not None and not client.nthreads():
            tell(f"the cluster at {address} has no workers yet; waiting for the first")
        yield Cluster(client)
    finally:
        with suppress(Exception):  # a scheduler that is gone cannot be left politely
            client.close(timeout=1)


@contextmanager
def on_mpi() -> Iterator[Executor | None]:
    """Take the ranks of an MPI job as workers of the first one, for as long as its body runs.

    Yields
    ------
    Executor or None
        None on every rank but the first, once the first has left its body: they have done their work then.

    Raises
    ------
    CounterpoiseError
        If `mpi4py` or an MPI library is missing, or the job has a single rank.
    """
    try:
        from mpi4py import MPI  # noqa: PLC0415 (an extra; it starts MPI)
        from mpi4py.futures import MPICommExecutor  # noqa: PLC0415
    except (ImportError, RuntimeError) as error:
        found = str(error).splitlines()[0]
        raise CounterpoiseError(
            f"MPI needs mpi4py and the system's MPI library ({found}); pip install 'counterpoise[mpi]'"
        ) from error
    if MPI.COMM_WORLD.Get_size() == 1:
        raise CounterpoiseError("the MPI job has one rank and so no workers; start it as mpiexec -n 4 counterpoise …")
    with MPICommExecutor(MPI.COMM_WORLD, root=0) as executor:
        yield cast("Executor | None", executor)


def _check(address: str) -> None:
    """Refuse what is no address, for which a client would look for half a minute."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in PROTOCOLS and bool(parts.hostname and parts.port)
    except ValueError:
        good = False
    if not good:
        raise ConfigError([argument_fault("cluster", "must be an address", shown(address), f"such as {EXAMPLE}")])
