"""Names of shipped configs and sweeps, for the completion of a shell."""

from __future__ import annotations


def configs(incomplete: str) -> list[str]:
    """Names of shipped configs that begin so."""
    from sim.scenario.load import shipped

    return [name for name in shipped() if name.startswith(incomplete)]


def sweeps(incomplete: str) -> list[str]:
    """Names of shipped sweep files that begin so."""
    from sim.experiments.files.sweep_file import shipped_sweeps

    return [name for name in shipped_sweeps() if name.startswith(incomplete)]


def patterns(incomplete: str) -> list[str]:
    """Names of shipped patterns files that begin so."""
    from sim.analysis.patterns import shipped_patterns

    return [name for name in shipped_patterns() if name.startswith(incomplete)]


def claims_files(incomplete: str) -> list[str]:
    """Names of shipped claims files that begin so."""
    from sim.comparison.claims.read import shipped_claims

    return [name for name in shipped_claims() if name.startswith(incomplete)]


def targets_files(incomplete: str) -> list[str]:
    """Names of shipped targets files that begin so."""
    from sim.analysis.hindcast.read import shipped_targets

    return [name for name in shipped_targets() if name.startswith(incomplete)]


def plausible_sets(incomplete: str) -> list[str]:
    """Names of shipped plausible sets that begin so."""
    from sim.experiments.plausible import shipped_plausible

    return [name for name in shipped_plausible() if name.startswith(incomplete)]


def checked(incomplete: str) -> list[str]:
    """Names of all that can be checked."""
    names = (configs, sweeps, patterns, claims_files, targets_files)
    return [name for one in names for name in one(incomplete)]
