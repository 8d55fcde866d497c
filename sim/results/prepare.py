"""A folder made ready for the results that are wanted: found, resumed, extended, replaced, or refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import ResultsError, UnreadableError
from sim.results.extend import extend
from sim.results.results import Results
from sim.storage import resume
from sim.storage.folder import Folder, known, recovered, tidy
from sim.storage.parts import unharmed

if TYPE_CHECKING:
    from sim.experiments.plan import Plan


def find_results(out: str | Path | None, wanted: dict[str, Any]) -> Results | None:
    """The wanted results, where a folder holds them whole already."""
    if out is None or not complete(Path(out), wanted):
        return None
    tidy(Path(out))
    return Results.open(out, found=True)


def complete(path: Path, wanted: dict[str, Any]) -> bool:
    """Whether a folder holds the wanted results, whole and unharmed."""
    try:
        present = known(path)
    except UnreadableError:
        raise
    except ResultsError:
        return False
    if present is None or not present["complete"] or not resume.same(present, wanted):
        return False
    return unharmed(path, present["parts"]) == set(present["parts"])


def prepare(folder: Folder, larger: Plan | None = None, *, force: bool = False) -> None:
    """Make a folder that is locked ready: keep what it holds of the wanted results, or refuse.

    Parameters
    ----------
    folder : Folder
        Its manifest is that of the wanted results.
    larger : Plan, optional
        Their plan, if what the folder holds may be added to.
    force : bool
        Replace other results.

    Raises
    ------
    ResultsError
        If it holds other results, or a damaged manifest, and they are not to be replaced.
    """
    event, present = "started", _present(folder, force)
    if present is not None and resume.same(present, folder.manifest):
        event = "resumed"
        folder.manifest.update({key: present[key] for key in ("stages", "begin")})
        _keep(folder, present["parts"])
    elif present is not None and larger is not None and present["kind"] != "fit":
        event = "extended"
        extend(folder, present, larger)
    elif present is not None and force:
        folder.discard()
    elif present is not None:
        raise ResultsError(resume.refusal(folder.path, present, folder.manifest))
    folder.begin()
    folder.note(event, runs=sum(part["rows"] for name, part in folder.manifest["parts"].items() if "runs/" in name))


def _present(folder: Folder, force: bool) -> dict[str, Any] | None:
    """The manifest that stands in a folder; one that cannot be recovered is an error unless it is to be replaced."""
    found = recovered(folder.path)
    if found is None and force:
        folder.discard()
    return found if found is not None else known(folder.path)


def _keep(folder: Folder, parts: dict[str, Any]) -> None:
    """Take over those parts that are unharmed."""
    whole = unharmed(folder.path, parts)
    found = resume.usable_parts(folder.manifest, {name: part for name, part in parts.items() if name in whole})
    folder.manifest["parts"] = dict(found)
