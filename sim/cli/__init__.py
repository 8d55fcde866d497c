"""The command line: parse, call, print; anything may be imported here, and nobody imports it."""

from sim.cli.commands import app, main

__all__ = ["app", "main"]
