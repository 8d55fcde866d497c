"""A child that compiles its share of the phases: ``python -m sim.kernel.compiler JOB``."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from sim.kernel.compiler.abi import read
from sim.kernel.compiler.processes import compile_share

if __name__ == "__main__":
    job = Path(sys.argv[1])
    names, spelling = json.loads(job.read_text(encoding="utf-8"))
    kinds = {name: read(kind) for name, kind in spelling.items()}
    compile_share([getattr(import_module(module), name) for module, name in names], kinds, job.parent)
