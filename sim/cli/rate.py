"""Runs a second, in a progress bar."""

from __future__ import annotations

from rich.progress import ProgressColumn, Task
from rich.text import Text

from sim.phrases import frequency


class Rate(ProgressColumn):
    """Runs a second."""

    def render(self, task: Task) -> Text:
        """Show the rate so far."""
        speed = task.finished_speed or task.speed
        return Text(f"{frequency(speed)} runs/s" if speed else "", style="cyan")
