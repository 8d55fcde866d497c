"""Designs, running them, and the store of results.

The room carries the name of its main verb, so it can be called: ``sim.sweep("sweeps/arms-policy.yaml")``
is `sim.sweep.run.sweep`. Nothing is imported until then.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.sweep.store import Results


class _CallableRoom(ModuleType):
    """A package that can be called, since Python gives package and function the one name ``sim.sweep``."""

    def __call__(self, *args: Any, **kwargs: Any) -> Results:
        """Run a sweep; arguments as `sim.sweep.run.sweep`."""
        from sim.sweep.run import sweep  # noqa: PLC0415 (importing the room stays free of cost)

        return sweep(*args, **kwargs)


sys.modules[__name__].__class__ = _CallableRoom
