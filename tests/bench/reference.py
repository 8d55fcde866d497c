"""The kernel's arithmetic in plain C on the same memory, compiled when a benchmark asks for it.

The structs are written from the arrays of a `World`, so that C reads and writes what NumPy allocated. `reference/`
mirrors `sim/dynamics` file by file, as one would write it for speed by hand where the last bits need not be kept:
sums in local arrays, reciprocals taken once, one logarithm of a ratio for two. Fast maths reorders and fuses
the rest. Against the kernel: camps by enumeration alone, levers group by group rather than dyad by dyad, and
finiteness by the exponents' bits.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.kernel.lanes import LANES
from sim.kernel.memory import World
from sim.kernel.tally import Tally
from sim.quantities import Record

SOURCES = Path(__file__).parent / "reference"
FLAGS = ["-std=gnu17", "-O3", "-march=native", "-ffast-math", "-fPIC", "-Wall", "-Wextra", "-Werror"]
FLAGS += ["-fno-loop-unroll-and-jam"]  # which jams loops over entities into those over lanes, then no longer vectors
# two passes of a loop at a time, however long, scheduled into each other: one chain of operations runs while another
# waits; of 1, 2, 3 and 4 the fastest, for many loops take two vectors a pass anyway
FLAGS += ["-funroll-loops", "-fschedule-insns", "-fsched-pressure", "--param=max-unroll-times=2"]
FLAGS += ["--param=max-unrolled-insns=3000", "--param=max-average-unrolled-insns=2000"]
MOST_STATES, MOST_POSTURES = 12, 16
WORDS = {"f": "double", "i": "int64_t", "u": "uint64_t"}
RECORDS = {tuple(record.declared): record.__name__ for record in Record.__subclasses__()}


def compiler() -> str:
    """Version of the C compiler."""
    return subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True).stdout.strip()


class Member(NamedTuple):
    """Member of a C struct: eight bytes, a pointer or a number."""

    kind: str
    name: str
    value: Any

    @property
    def word(self) -> int:
        """The eight bytes as an unsigned number."""
        if isinstance(self.value, np.ndarray):
            return int(self.value.ctypes.data)
        return int(np.array([self.value]).view(np.uint64)[0])


class Reference:
    """The C kernel, compiled into a temporary folder and loaded.

    Parameters
    ----------
    world : World
    tally : Tally
        From whose arrays the structs are written.
    definitions : str
        Definitions for the compiler: ``LIBMVEC`` takes the C library's vector functions.

    Raises
    ------
    ValueError
        For more states or postures than the C sources have room for.
    subprocess.CalledProcessError
        Where the compiler refuses the sources.
    """

    def __init__(self, world: World, tally: Tally, *definitions: str) -> None:
        if len(world.now.states) > MOST_STATES or len(world.given.postures) > MOST_POSTURES:
            raise ValueError(f"the C kernel has room for {MOST_STATES} states and {MOST_POSTURES} postures")
        sources = sorted(SOURCES.glob("*.c"))
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "records.h").write_text(header(world, tally))
            room = (f"MOST_STATES={MOST_STATES}", f"MOST_POSTURES={MOST_POSTURES}")
            options = [f"-I{folder}", *(f"-D{name}" for name in (*room, *definitions))]
            subprocess.run(["gcc", *FLAGS, *options, "-c", *map(str, sources)], cwd=folder, check=True)
            # linked without -ffast-math, whose start-up code would flush denormals in the whole process
            objects = [f"{source.stem}.o" for source in sources]
            subprocess.run(["gcc", "-shared", "-o", "kernel.so", *objects, "-lmvec", "-lm"], cwd=folder, check=True)
            self.library = ctypes.CDLL(f"{folder}/kernel.so")

    def call(self, name: str, *arguments: Any) -> None:
        """Call a function of the library with packed structs, whole numbers, and arrays."""
        self.library[name](*map(_argument, arguments))


def packed(of: World | Tally) -> Any:
    """The C struct of a world or of a tally, whose arrays must outlive it."""
    groups = groups_of(of) if isinstance(of, World) else {"": members_of_tally(of)}
    words = [member.word for members in groups.values() for member in members]
    return (ctypes.c_uint64 * len(words))(*words)


def _argument(value: Any) -> Any:
    """What ctypes passes."""
    if isinstance(value, int):
        return ctypes.c_long(value)
    return value.ctypes if isinstance(value, np.ndarray) else value


def kind_of(group: str, name: str, array: Any) -> str:
    """C type of an array's elements; a table of the wiring is named by its field."""
    if group == "wiring" and array.dtype.names:
        return f"{name.capitalize()}Wire"
    if array.dtype.names:
        return RECORDS[array.dtype.names]
    lanes = array.ndim > 1 and array.shape[-1] == LANES and array.dtype.kind == "f"
    return "lane" if lanes else WORDS[array.dtype.kind]


def groups_of(world: World) -> dict[str, list[Member]]:
    """Members of the C struct `World`, by the struct inside it that holds them."""
    groups = {
        group: [
            Member(f"{kind_of(group, name, array)} *", name, array)
            for name, array in getattr(world, group)._asdict().items()
        ]
        for group in ("given", "now", "wiring")
    }
    counted = {name: len(getattr(world.given, name)) for name in ("levers", "postures")}
    counted |= {name: len(array) for name, array in world.wiring._asdict().items()}
    groups["sizes"] = [Member("int64_t ", name, count) for name, count in counted.items()]
    groups["sizes"].append(Member("int64_t ", "rows", len(world.state)))
    plain = {"inputs": "lane *", "base": "lane *", "state": "lane *", "active": "int64_t *", "alike": "int64_t *"}
    plain["keys"] = "uint64_t *"
    groups[""] = [Member(kind, name, getattr(world, name)) for name, kind in plain.items()]
    groups[""].append(Member("double ", "dt", world.dt))
    return groups


def members_of_tally(tally: Tally) -> list[Member]:
    """Members of the C struct `Tally`."""
    arrays = {"rows": "int64_t", "statistics": "int64_t", "summary": "lane", "series_rows": "int64_t", "series": "lane"}
    members = [Member(f"{kind} *", name, getattr(tally, name)) for name, kind in arrays.items()]
    members += [Member("double *", "failed", tally.failed), Member("int64_t *", "told", tally.told)]
    counts = {
        "columns": len(tally.rows),
        "outcomes": len(tally.series_rows),
        "kept": len(tally.series),
        "every": tally.every,
        "last": tally.last,
        "graph_from": tally.graph_from,
        "weighed": tally.weighed,
    }
    return [*members, *(Member("int64_t ", name, count) for name, count in counts.items())]


def header(world: World, tally: Tally) -> str:
    """C declarations of the records, of `World` and of `Tally`."""
    groups = groups_of(world)
    records = {member.kind.rstrip(" *"): member.value for group in groups.values() for member in group}
    structs = {kind: _fields(array) for kind, array in records.items() if kind not in ("lane", *WORDS.values())}
    for group in ("given", "now", "wiring", "sizes"):
        structs[group.capitalize()] = _declared(groups[group])
    inside = "".join(f"{group.capitalize()} {group}; " for group in ("given", "now", "wiring", "sizes"))
    structs["World"] = inside + _declared(groups[""])
    structs["Tally"] = _declared(members_of_tally(tally))
    return "\n".join(
        [
            "#include <stdint.h>",
            f"#define LANES {LANES}",
            "typedef double lane[LANES] __attribute__((aligned(64)));",
            *(f"typedef struct {{ {body} }} {name};" for name, body in structs.items()),
            "",
        ]
    )


def _fields(array: Any) -> str:
    """Fields of a record or of a row of the wiring."""
    kinds = [(name, array.dtype[name]) for name in array.dtype.names]
    return " ".join(f"lane {name};" if kind.shape else f"{WORDS[kind.kind]} {name};" for name, kind in kinds)


def _declared(members: list[Member]) -> str:
    return " ".join(f"{member.kind}{member.name};" for member in members)
