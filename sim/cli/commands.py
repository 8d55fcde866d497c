"""The command line: parse, call, print.

Rooms are imported by the command that needs them, so that help is quick.
"""

from __future__ import annotations

import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from sim import __version__
from sim.cli import comparing, keeping, running
from sim.errors import ConfigError, ConfigWarning, CounterpoiseError, Fault

BAD_INPUT, FAILED, SIGNALLED = 2, 1, 128


class Guarded(TyperGroup):
    """Prints every error that a user can mend as text, and gives the exit code that belongs to it."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            with _spoken_warnings():
                return super().invoke(ctx)
        except ConfigError as error:
            _leave(str(error), BAD_INPUT)
        except CounterpoiseError as error:
            _leave(f"error: {error}", FAILED)
        except KeyboardInterrupt as stopped:
            _leave(str(stopped) or "stopped", SIGNALLED + getattr(stopped, "number", signal.SIGINT))
        except MemoryError:
            _leave("error: not enough memory; run fewer replicates, keep fewer series or fewer outcomes", FAILED)


@contextmanager
def _spoken_warnings() -> Iterator[None]:
    """Print what is odd about a config as a line, each time."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, ConfigWarning):
                typer.echo(f"warning: {message}", err=True)
            else:
                usual(message, category, *where, **more)

        warnings.simplefilter("always", ConfigWarning)
        warnings.showwarning = show
        yield


def _leave(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code) from None


app = typer.Typer(
    cls=Guarded,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # panels would take longer to import than all the rest of the help
    context_settings={"max_content_width": 120},
)
configs = typer.Typer(no_args_is_help=False, help="List or copy the configs that travel with Counterpoise.")
app.add_typer(configs, name="configs", invoke_without_command=True)

Config = Annotated[str, typer.Argument(metavar="CONFIG", help="A config file, or the name of a shipped one.")]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed that all runs share.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Where it goes.", show_default="results/fit-NAME")]
Threads = Annotated[int | None, typer.Option(min=1, max=4096, help="Threads.", show_default="one a core")]
Force = Annotated[bool, typer.Option("--force", help="Replace other results in the folder.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"counterpoise {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Simulate influence among states: who holds it, who loses it, and why."""


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(metavar="CONFIG...", help="Configs and sweep files to check.")],
) -> None:
    """Validate configs and sweep files, and list every fault with file and line."""
    from sim.cli import shelf

    faults: list[Fault] = []
    for file in files:
        try:
            typer.echo(f"{file}: good ({shelf.checked(file)})")
        except ConfigError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigError(faults)


@app.command()
def dashboard(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A results folder.")]) -> None:
    """Draw the page of a results folder again."""
    from sim.cli import console
    from sim.sweep.store import Results

    results = Results.open(folder)
    if results.warning:
        typer.echo(f"warning: {results.warning}", err=True)
    typer.echo(console.draw(folder))


@app.command()
def sources(config: Config) -> None:
    """Show every parameter with value, range, unit, source and note."""
    from sim.cli import shelf
    from sim.scenario import load_scenario

    shelf.show_sources(load_scenario(config))


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it to a file.")] = None,
) -> None:
    """Give the JSON Schema of a config, for editors."""
    import json

    from sim.scenario import json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise CounterpoiseError(
            f"{out} cannot be written ({error.strerror or error}); give another file with --out"
        ) from error
    typer.echo(out)


@configs.callback()
def _list(ctx: typer.Context) -> None:
    """List the configs that travel with Counterpoise; `copy DIR` copies them."""
    from sim.cli import shelf

    if ctx.invoked_subcommand is None:
        shelf.show_configs()


@configs.command("copy")
def _copy(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to.")]) -> None:
    """Copy the shipped configs into a folder; nothing there is overwritten."""
    from sim.cli import shelf

    shelf.copy_configs(folder)


@app.command()
def fit(
    config: Config,
    patterns: Annotated[
        str, typer.Option(metavar="PATTERNS", help="A patterns file, or the name of a shipped one.")
    ] = "october-2020",
    draws: Annotated[int, typer.Option(min=1, max=1_000_000, help="Parameter sets to try.")] = 1024,
    replicates: Annotated[
        int | None, typer.Option(min=1, help="Runs a set.", show_default="the patterns file's")
    ] = None,
    seed: Seed = 1,
    out: Out = None,
    threads: Threads = None,
    force: Force = False,
) -> None:
    """Search the ranges of a config's parameters for sets that show the patterns."""
    from sim.analysis.fit import fit as search
    from sim.analysis.fit import write_fit
    from sim.analysis.patterns import load_patterns
    from sim.cli import console
    from sim.scenario import load_scenario

    scenario, wanted = load_scenario(config), load_patterns(patterns)
    folder = out or Path("results") / f"fit-{scenario.name}"
    with console.progress(wanted.title) as progress:
        found = search(scenario, wanted, draws, replicates, seed, threads, progress)
    console.say_fit(found)
    typer.echo(f"wrote {write_fit(found, scenario, folder, force)}")


@app.command()
def demo() -> None:
    """Run the main job: the crises of October 2020, and whom Russia arms."""
    from sim.cli import console

    console.demo()


for command in (running.run, running.sweep, keeping.status, keeping.merge, comparing.compare):
    app.command()(command)


def main() -> None:
    """Entry point of the command ``counterpoise``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="counterpoise")
