"""What a PNG and a PDF say of themselves."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Mapping

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = len(SIGNATURE) + 25
"""Bytes up to the end of the first chunk."""
WRITTEN = re.compile(rb"/(Creation|Mod)Date \(D:\d{14}[^)]{7}\)")
UNKNOWN = "19700101000000"
"""Of results that do not say when they were made."""


def png_with(address: str, words: Mapping[str, str]) -> bytes:
    """The PNG of a ``data:`` address, with words as international text chunks (PNG specification, iTXt).

    Raises
    ------
    ValueError
        If the address holds no PNG.
    """
    kind, _, body = address.partition(",")
    picture = base64.b64decode(body, validate=True)
    if kind != "data:image/png;base64" or not picture.startswith(SIGNATURE):
        raise ValueError("this is the address of no PNG")
    chunks = b"".join(_chunk(key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()) for key, text in words.items())
    return picture[:HEAD] + chunks + picture[HEAD:]


def _chunk(body: bytes) -> bytes:
    kind = b"iTXt"
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pdf_dated(document: bytes, created: str) -> bytes:
    """A PDF that says when its results were made instead of when it was printed, so that it is the same each time.

    Parameters
    ----------
    document : bytes
    created : str
        Time in UTC, ``2026-11-22T21:00:00Z``; empty if it is not known.
    """
    digits = re.sub(r"\D", "", created)[:14]
    date = (digits if len(digits) == len(UNKNOWN) else UNKNOWN).encode()
    return WRITTEN.sub(rb"/\1Date (D:" + date + b"+00'00')", document)
