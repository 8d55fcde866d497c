"""A child that compiles its share of the phases: ``python -m sim.jit JOB``."""

from __future__ import annotations

import pickle
import sys
from importlib import import_module
from pathlib import Path

from sim.jit.building import compile_share

if __name__ == "__main__":
    job = Path(sys.argv[1])
    names, kinds = pickle.loads(job.read_bytes())
    compile_share([getattr(import_module(module), name) for module, name in names], kinds, job.parent)
