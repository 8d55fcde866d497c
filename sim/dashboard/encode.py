"""From Python data to text that is safe and the same every time: JSON, compression, hashes."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import Any

ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Characters that could end a script block or a line of script; JSON reads the escapes as the same text."""


def embedded_json(data: Any) -> str:
    """Short JSON that may stand inside ``<script type="application/json">``; numbers must be finite.

    Raises
    ------
    ValueError
        If a number is not finite: the page shows missing values as null.
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escape in ESCAPES.items():
        text = text.replace(character, escape)
    return text


def compress(text: str) -> str:
    """Text as base64 of gzip without a clock in it, so that two pages are the same bytes."""
    return base64.b64encode(gzip.compress(text.encode(), compresslevel=6, mtime=0)).decode()


def script_hash(text: str) -> str:
    """What a content security policy calls a script that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
