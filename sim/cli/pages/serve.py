"""The command that shows the page of a folder whose runs do not fit into one file."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli import options
from sim.cli.console import say, tell
from sim.cli.paths import FOLDER, expecting


def serve(
    folder: options.Folder,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 for one that is free.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Show the page of a results folder of any size in a browser on this machine, until Ctrl-C.

    Example: `counterpoise serve results/screening`
    """
    import threading
    import webbrowser

    from sim.dashboard.serve.server import PageServer
    from sim.results.results import Results
    from sim.storage.signals import stop_signals

    with expecting(folder, FOLDER):
        results = Results.open(folder)
    if results.warning:
        tell(f"warning: {results.warning}")
    with PageServer(results, port) as server:
        say(server.address)
        tell("only this machine can open it; Ctrl-C stops it")
        if not no_browser:
            webbrowser.open(server.address)
        try:
            with stop_signals(threading.Event()):
                server.serve_forever()
        except KeyboardInterrupt:
            tell("stopped")
