"""Points kept on disk: those of a design file, checked once and looked up a chunk at a time."""

from __future__ import annotations

import tempfile
import threading

import numpy as np
from numpy.typing import NDArray

from sim.experiments.factors import Factor
from sim.experiments.points import chunk_size


class Spill:
    """Points as plain numbers in a temporary file without a name, which goes when they do.

    A design file is text, or compressed, and may change while a sweep runs; this neither costs memory nor changes.

    Parameters
    ----------
    factors : tuple of Factor
    """

    def __init__(self, factors: tuple[Factor, ...]) -> None:
        self._factors = factors
        self._count = 0
        self._size = chunk_size(len(factors))
        self._stream = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the points)
        self._reading = threading.Lock()
        self._last = (-1, np.zeros((0, len(factors))))

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What varies."""
        return self._factors

    @property
    def count(self) -> int:
        """Number of points."""
        return self._count

    def add(self, marks: NDArray[np.float64]) -> None:
        """Take more points, shape (n, factors); raises OSError where the disk is full."""
        self._stream.write(np.ascontiguousarray(marks, dtype=np.float64).tobytes())
        self._stream.flush()
        self._count += len(marks)

    def marks(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Marks of some points, shape (n, factors)."""
        found = np.empty((len(points), len(self._factors)))
        chunks = points // self._size
        for chunk in np.unique(chunks):
            here = chunks == chunk
            found[here] = self._chunk(int(chunk))[points[here] - chunk * self._size]
        return found

    def _chunk(self, chunk: int) -> NDArray[np.float64]:
        with self._reading:
            if self._last[0] != chunk:
                width = len(self._factors)
                self._stream.seek(chunk * self._size * width * 8)
                content = self._stream.read(self._size * width * 8)
                self._last = chunk, np.frombuffer(content).reshape(-1, width)
            return self._last[1]
