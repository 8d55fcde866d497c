"""Models of one's own: a subclass of the Mesa model, found by name wherever it is to run."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import ConfigError, Fault
from sim.phrases import nearest

if TYPE_CHECKING:
    from sim.model import InfluenceModel

REMEDY = "give it as package.module:Class, importable from this folder"
RENAME = "rename it, for `import sim` would find it instead of Counterpoise, or start in another folder"


@dataclass(frozen=True)
class CustomModel:
    """A subclass of `InfluenceModel` that every worker can import.

    Attributes
    ----------
    name : str
        ``package.module:Class``.
    digest : str
        SHA-256 of the file that defines it, in hexadecimal: by that, results know when it was changed. Modules
        that the file imports are not looked at.
    made : subclass of InfluenceModel
    """

    name: str
    digest: str
    made: type[InfluenceModel]

    def to_dict(self) -> dict[str, str]:
        """Name and digest, as JSON can hold them."""
        return {"name": self.name, "digest": self.digest}


def load_model(given: str | type[Any] | CustomModel) -> CustomModel:
    """Find a model by name, or name a class.

    Parameters
    ----------
    given : str, class or CustomModel
        ``package.module:Class``; modules of the current folder are found too. Or the class itself, which must stand
        in a module that workers can import.

    Raises
    ------
    ConfigError
        If there is no such class, or it is no `InfluenceModel`.
    """
    from sim.model import InfluenceModel  # noqa: PLC0415 (mesa takes a second to import)

    if isinstance(given, CustomModel):
        return given
    name = given if isinstance(given, str) else f"{given.__module__}:{given.__qualname__}"
    found = _found(name)
    if not (isinstance(found, type) and issubclass(found, InfluenceModel)):
        raise _refused(name, "must be a subclass of sim.InfluenceModel", "")
    try:
        inspect.signature(found).bind("scenario", seed=1, replicate=0)
    except TypeError as error:
        raise _refused(name, "must be made from a scenario, seed= and replicate=", str(error)) from error
    file = Path(inspect.getfile(found))
    return CustomModel(name, hashlib.sha256(file.read_bytes()).hexdigest(), found)


def _strays() -> bool:
    """Whether the current folder holds another `sim` than this package, which an import would find first."""
    here = [Path(stray) for stray in ("sim.py", "sim") if Path(stray).exists()]
    return any(stray.resolve() != Path(__file__).resolve().parents[1] for stray in here)


def _found(name: str) -> Any:
    """What a name leads to."""
    module, colon, path = name.partition(":")
    if not colon or not all(part.isidentifier() for part in (*module.split("."), *path.split("."))):
        raise _refused(name, "must be package.module:Class", "")
    if module.partition(".")[0] == "sim" and _strays():
        raise _refused(name, "has the name of Counterpoise's own package", "sim in the current folder", RENAME)
    if module == "__main__":
        raise _refused(name, "stands where workers cannot import it", "")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise _refused(name, "cannot be imported", f"{type(error).__name__}: {error}") from error
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            near = nearest(part, [one for one, value in vars(found).items() if isinstance(value, type)])
            raise _refused(name, "cannot be imported", f"AttributeError: {error}", near) from error
    return found


def _refused(name: str, rule: str, found: str, remedy: str = "") -> ConfigError:
    return ConfigError([Fault("model", name, rule, found, remedy or REMEDY)])
