"""The mark on a page that says of which results it is, so that one of earlier results is told from a present one."""

from __future__ import annotations

import re
from pathlib import Path

from sim.files import open_file

DASHBOARD = "dashboard.html"
MARK = "counterpoise-results"
"""Name of the page's meta element that holds the seal of the manifest."""
HEAD, END = 8192, b"</html>"
"""Bytes within which the mark stands, and how a whole page ends."""


def is_current(folder: Path, seal: str) -> bool:
    """Whether the page in a results folder is whole, and of just the results whose manifest has a seal."""
    try:
        with open_file(folder / DASHBOARD) as stream:
            head = stream.read(HEAD)
            stream.seek(-min(len(head), 2 * len(END)), 2)
            is_whole = stream.read().rstrip().endswith(END)
    except OSError:
        return False
    found = re.search(rb'<meta name="%b" content="([0-9a-f]{64})">' % MARK.encode(), head)
    return is_whole and found is not None and found[1].decode() == seal
