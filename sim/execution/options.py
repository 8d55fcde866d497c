"""How to run, as opposed to what: every option of a run, declared once. No option changes a row.

Signatures, docstrings, the command line and the messages about faults derive from the annotations of `RunOptions`.
"""

# Annotations are read as objects here. Nothing that is slow to import is imported, for every --help reads them.
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from inspect import Parameter, cleandoc, signature
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict, TypeVar, get_args

from sim.execution.custom_model import CustomModel, load_model
from sim.files import place

if TYPE_CHECKING:
    from sim.model import InfluenceModel

Progress = Callable[[int, int], None]
"""Called with the number of finished runs and of all runs."""
Function = TypeVar("Function", bound=Callable[..., Any])

ENGINES = ("ensemble", "mesa")
MOST_WORKERS = 4096
PLACE = "**options"
"""Entry of a docstring that the options are listed in the place of."""


@dataclass(frozen=True)
class Need:
    """What else must be so for an option to make sense.

    Attributes
    ----------
    met : callable
        Whether it is so, by all options and by whether the runs are computed elsewhere.
    rule, remedy : str
        What is said where it is not.
    lacks : str
        Option that must be there besides, which the fault names then.
    """

    met: Callable[["RunOptions", bool], bool]
    rule: str
    remedy: str
    lacks: str = ""


@dataclass(frozen=True)
class Option:
    """One option of a run.

    Attributes
    ----------
    meaning : str
        A sentence, as all help shows it.
    unit : str or None
        Placeholder of its value on the command line.
    usual, from_python : str
        What is taken where it is left out, in words; and from Python, where that differs.
    typed : type or None
        What the command line takes; None for what only Python can give.
    read : callable or None
        Reads the text of the command line.
    bounds : tuple of int or None
        Lowest and highest value of a number; None for an end that is open.
    words : tuple of str
        The values that there are.
    test : callable or None
        Whether any other value is good.
    rule, remedy : str
        What is said of a value that is not.
    needs : Need or None
    """

    meaning: str
    unit: str | None = None
    usual: str = ""
    from_python: str = ""
    typed: type | None = None
    read: Callable[[str], Any] | None = None
    bounds: tuple[int, int | None] | None = None
    words: tuple[str, ...] = ()
    test: Callable[[Any], bool] | None = None
    rule: str = ""
    remedy: str = ""
    needs: Need | None = None


def through_mesa(options: "RunOptions") -> bool:
    """Whether runs go through a Mesa model, one after the other."""
    return options.get("engine") == "mesa" or options.get("model") is not None


def custom_model(options: "RunOptions") -> CustomModel | None:
    """The Mesa model of one's own that computes the runs, where there is one."""
    given = options.get("model")
    return None if given is None else load_model(given)


def _is_shard(value: Any) -> bool:
    pair = isinstance(value, tuple) and len(value) == 2
    whole = pair and all(isinstance(one, Integral) and not isinstance(one, bool) for one in value)
    return bool(whole and 1 <= value[0] <= value[1])


def _read_shard(text: str) -> tuple[int, int]:
    from sim.experiments.shards import read_shard  # noqa: PLC0415 (slow to import)

    return read_shard(text)


FOLDER = Need(
    lambda options, elsewhere: options.get("out") is not None,
    "is missing",
    "extensions and shards need a results folder",
    "out",
)
ENSEMBLE_HERE = Need(
    lambda options, elsewhere: not (through_mesa(options) or elsewhere),
    "is for the ensemble on this machine",
    "Mesa runs take processes, and a cluster has as many workers as were started",
)
MESA_HERE = Need(
    lambda options, elsewhere: through_mesa(options) and not elsewhere,
    "is for Mesa runs in processes of this machine",
    "leave it out",
)
MESA = Need(
    lambda options, elsewhere: options.get("engine") != "ensemble",
    "runs through Mesa only",
    "leave out the engine ensemble",
)

_Flag = partial(Option, typed=bool)
_Count = partial(Option, usual="one a core", typed=int, bounds=(1, MOST_WORKERS))


class RunOptions(TypedDict, total=False):
    """Options that `simulate` and `sweep` share."""

    out: Annotated[
        str | Path,
        Option(
            "Results folder; a stopped run goes on there.",
            unit="DIR",
            usual="results/NAME",
            from_python="in memory",
            typed=str,
            read=place,
        ),
    ]
    force: Annotated[bool, _Flag("Replace other results in the folder.")]
    extend: Annotated[bool, _Flag("Add the replicates or points that the folder lacks.", needs=FOLDER)]
    wait: Annotated[bool, _Flag("Wait for another process that writes the folder.")]
    shard: Annotated[
        tuple[int, int],
        Option(
            "Run only share I of N, into results/NAME.shards/I-of-N; `merge` joins them.",
            unit="I/N",
            typed=str,
            read=_read_shard,
            test=_is_shard,
            rule="must be (i, n) with 1 ≤ i ≤ n",
            remedy="(1, 4) is the first of four",
            needs=FOLDER,
        ),
    ]
    most_failures: Annotated[
        float,
        Option(
            "Stop when more than this share of the runs failed.",
            unit="SHARE",
            usual="never",
            typed=float,
            bounds=(0, 1),
            rule="must lie in [0, 1]",
            remedy="0.1 is a tenth of the runs",
        ),
    ]
    threads: Annotated[int, _Count("Threads of the ensemble.", needs=ENSEMBLE_HERE)]
    engine: Annotated[
        str,
        Option(
            "Compiled ensemble, or the Mesa model: same rows.",
            unit="|".join(ENGINES),
            usual=ENGINES[0],
            typed=str,
            words=ENGINES,
        ),
    ]
    model: Annotated[
        "str | type[InfluenceModel] | CustomModel",
        Option(
            "A Mesa model of your own, a subclass of InfluenceModel.",
            unit="MODULE:CLASS",
            typed=str,
            test=lambda value: isinstance(value, str | type | CustomModel),
            rule="must be package.module:Class or a class",
            needs=MESA,
        ),
    ]
    processes: Annotated[int, _Count("Processes of Mesa runs.", needs=MESA_HERE)]
    time_limit: Annotated[
        float,
        Option(
            "End a Mesa run that takes longer; it counts as failed.",
            unit="SECONDS",
            typed=float,
            bounds=(0, None),
            test=bool,
            rule="must be a positive number of seconds",
            needs=MESA_HERE,
        ),
    ]
    large: Annotated[bool, _Flag("Run although it takes more memory than is free, or more than a day.")]
    executor: Annotated[
        Executor,
        Option(
            "Computes the runs instead of this machine: an executor of Dask, MPI, or any other kind.",
            test=lambda value: hasattr(value, "submit"),
            rule="must be a concurrent.futures.Executor",
        ),
    ]
    progress: Annotated[Progress, Option("Called with the number of finished runs and of all.")]
    tell: Annotated[Callable[[str], None], Option("Called with what there is to wait for, in words.")]
    watch: Annotated[
        Callable[[str, int], None],
        Option("Called with counts: `stored`, the runs that were there already, and `failed`, when there are more."),
    ]


OPTIONS: dict[str, Option] = {name: get_args(declared)[1] for name, declared in RunOptions.__annotations__.items()}
"""What is known of each option, by its name."""


def list_options(function: Function) -> Function:
    """List the options of a run in the signature and the docstring of a function, for help and notebooks."""
    own = [one for one in signature(function).parameters.values() if one.kind is not one.VAR_KEYWORD]
    named, entries = [], []
    for name, option in OPTIONS.items():
        kind, usual = get_args(RunOptions.__annotations__[name])[0], option.from_python or option.usual
        default = False if option.typed is bool else None
        named.append(Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind))
        entries.append(f"{name} : {_in_words(kind)}\n    {option.meaning}{f' Default: {usual}.' if usual else ''}")
    function.__signature__ = signature(function).replace(parameters=[*own, *named])  # type: ignore[attr-defined]
    function.__doc__ = cleandoc(function.__doc__ or "").replace(PLACE, "\n".join(entries))
    return function


def _in_words(kind: Any) -> str:
    """A type as docstrings write it."""
    text = kind.__name__ if type(kind) is type else getattr(kind, "__forward_arg__", str(kind))
    return str(text).replace("pathlib.", "").replace("collections.abc.", "").replace(" | ", " or ")
