"""The command line: parse, call, print.

Rooms are imported by the command that needs them, so that help is quick.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from sim import __version__
from sim.cli import compare, demo, guide, options, results, run
from sim.cli.completion import checked
from sim.cli.completion import patterns as shipped_patterns
from sim.cli.console import say, tell
from sim.cli.evidence import analyse, camps, claims, evidence, hindcast, influence
from sim.cli.pages import figure, serve
from sim.cli.paths import CONFIG, PATTERNS, expecting, source
from sim.errors import ConfigError, ConfigWarning, CounterpoiseError
from sim.files import place

FAILED, BAD_INPUT, SIGNALLED = 1, 2, 128
"""Exit codes; those of `status` are in `sim.cli.results`, and the guide's page on commands says what each means."""
LONGEST_HELP = 200


class Guarded(TyperGroup):
    """Prints every error that a user can mend as text, and gives the exit code that belongs to it."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            with _spoken_warnings():
                return super().invoke(ctx)
        except ConfigError as error:
            _leave([str(fault) for fault in error.faults], BAD_INPUT)
        except CounterpoiseError as error:
            _leave([f"error: {error}"], FAILED)
        except KeyboardInterrupt as stopped:
            _leave([str(stopped) or "stopped"], SIGNALLED + getattr(stopped, "number", signal.SIGINT))
        except MemoryError:
            _leave(["error: not enough memory; run fewer replicates, keep fewer series or fewer outcomes"], FAILED)
        except OSError as error:
            _leave([_refusal(error)], _code(error))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands, each with the whole first sentence of its help."""
        found = [(name, command) for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(LONGEST_HELP)) for name, command in found])

    def main(self, *arguments: Any, **more: Any) -> Any:
        """Run the command line; even its help may meet a standard output that takes nothing."""
        try:
            return super().main(*arguments, **more)
        except OSError as error:
            _give_up_output()
            tell(_refusal(error))
            sys.exit(_code(error))


@contextmanager
def _spoken_warnings() -> Iterator[None]:
    """Print what is odd about a config as a line, each time; other warnings of ours are said by the commands."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, ConfigWarning):
                tell(f"warning: {message}")
            else:
                usual(message, category, *where, **more)

        warnings.filterwarnings("ignore", category=UserWarning, module=r"sim\.")
        warnings.simplefilter("always", ConfigWarning)
        warnings.showwarning = show
        yield


def _leave(lines: list[str], code: int) -> NoReturn:
    _give_up_output()
    for line in lines:
        tell(line)
    raise typer.Exit(code) from None


def _refusal(error: OSError) -> str:
    """What the operating system refused; only streams have no name."""
    reason = error.strerror or str(error)
    if error.filename:
        return f"error: {error.filename} cannot be used ({reason}); mend that, and give the command again"
    return f"error: standard output cannot be written ({reason}); results that were stored are safe"


def _code(error: OSError) -> int:
    return SIGNALLED + signal.SIGPIPE if error.errno == errno.EPIPE else FAILED


def _give_up_output() -> None:
    """Print what is left of the answer; where that fails, spare the interpreter from trying once more as it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


app = typer.Typer(
    cls=Guarded,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # panels would take longer to import than all the rest of the help
    context_settings={"max_content_width": 120},
)
configs = typer.Typer(no_args_is_help=False, help="List or copy the configs that travel with Counterpoise.")
app.add_typer(configs, name="configs", invoke_without_command=True)

Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where it goes.", show_default="results/fit-NAME", parser=place)
]


def _version(wanted: bool) -> None:
    if wanted:
        say(f"counterpoise {__version__}")
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
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="CONFIG...", help="Configs and sweep files to check.", parser=source, autocompletion=checked
        ),
    ],
    as_json: options.AsJson = False,
) -> None:
    """Validate configs and sweep files, and list every fault with file and line."""
    from sim.cli import configs

    configs.check(files, as_json)


@app.command()
def sources(config: options.Config, as_json: options.AsJson = False) -> None:
    """Show every parameter with value, range, unit, source and note."""
    from sim.cli import configs
    from sim.scenario.load import load_scenario

    with expecting(config, CONFIG):
        scenario = load_scenario(config)
    configs.show_sources(scenario, as_json)


@app.command()
def schema(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="[config|sweep|patterns|claims|targets]", help="Which kind of file.", show_default=False
        ),
    ] = "config",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it to a file.", parser=place)] = None,
) -> None:
    """Give the JSON Schema of a config, or of a sweep, patterns, claims or targets file, for editors."""
    import json

    from sim.cli import configs
    from sim.cli.table import export

    text = json.dumps(configs.schema_of(kind), indent=2, ensure_ascii=False)
    if out is None:
        typer.echo(text)
        return
    export(out, text + "\n", "--out")
    say(str(out))


@configs.callback()
def _list(ctx: typer.Context) -> None:
    """List the configs that travel with Counterpoise; `copy DIR` copies them."""
    from sim.cli import configs

    if ctx.invoked_subcommand is None:
        configs.show_configs()


@configs.command("copy")
def _copy(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to.", parser=place)]) -> None:
    """Copy the shipped configs into a folder; nothing there is overwritten."""
    from sim.cli import configs

    configs.copy_configs(folder)


@app.command()
def fit(  # noqa: PLR0913 (one parameter an option)
    config: options.Config,
    patterns: Annotated[
        str | None,
        typer.Option(
            metavar="PATTERNS",
            help="A patterns file, or the name of a shipped one.",
            show_default="patterns/NAME.yaml beside the config",
            parser=source,
            autocompletion=shipped_patterns,
        ),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, max=1_000_000, help="Parameter sets to try, in each wave.")] = 1024,
    replicates: Annotated[
        int | None, typer.Option(min=1, help="Runs a set.", show_default="the patterns file's")
    ] = None,
    wanted: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1_000_000,
            help="Plausible sets to look for: while there are fewer, more waves follow.",
            show_default="the patterns file's",
        ),
    ] = None,
    method: Annotated[
        str, typer.Option(metavar="[importance|history]", help="How further waves are drawn.")
    ] = "importance",
    plausible: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the plausible sets to a file, too.", parser=place)
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the representative set into this config.", parser=place),
    ] = None,
    seed: options.Seed = 1,
    out: Out = None,
    threads: options.Threads = None,
    force: options.Force = False,
    wait: options.Wait = False,
    as_json: options.AsJson = False,
) -> None:
    """Search the ranges of a config's parameters for sets that show the patterns; a stopped search goes on."""
    from sim.analysis.fit import fit as search
    from sim.analysis.patterns import load_patterns, patterns_beside
    from sim.cli import console, fits
    from sim.scenario.load import load_scenario

    with expecting(config, CONFIG):
        scenario = load_scenario(config)
    chosen = patterns_beside(config) if patterns is None else patterns
    with expecting(chosen, PATTERNS):
        sought = load_patterns(chosen)
    folder = out or Path("results") / f"fit-{scenario.name}"
    how: Any = {"force": force, "wait": wait, "tell": tell, "wanted": wanted, "method": method}
    with console.progress(sought.title) as shown:
        found = search(scenario, sought, draws, replicates, seed, threads, folder, shown, **how)
    fits.hand_on(found, plausible, write)
    if as_json:
        console.say_json(found.to_dict())
    else:
        fits.say_fit(found)


for command in (
    run.run,
    run.sweep,
    results.dashboard,
    figure.figure,
    serve.serve,
    results.status,
    results.merge,
    compare.compare,
    analyse.analyse,
    claims.claims,
    influence.influence,
    hindcast.hindcast,
    camps.camps,
    evidence.evidence,
    demo.demo,
    guide.guide,
):
    app.command()(command)


def main() -> None:
    """Entry point of the command ``counterpoise``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="counterpoise")
