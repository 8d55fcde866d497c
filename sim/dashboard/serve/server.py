"""A server for one viewer on this machine: the page of a results folder, and its runs.

Three things keep others out. It listens on the loopback address alone. Its addresses begin with a token that is drawn
anew for each start. And requests are answered only if they name this server as their host and come from its own page,
so that neither another site in the same browser nor a name that was pointed at this machine gets anything.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sim.dashboard.evidence import gather
from sim.dashboard.page import page_of
from sim.dashboard.serve.runs import Runs, UnknownColumnError
from sim.errors import CounterpoiseError
from sim.results.stored import Stored

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")
"""What a browser on this machine calls the server."""
PATIENCE = 30
"""Seconds for which a connection may say nothing."""
LONGEST = 16_384
"""Letters of an address."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every answer. The page has its whole policy in itself."""
BYTES, CSV, HTML, TEXT = "application/octet-stream", "text/csv; charset=utf-8", "text/html; charset=utf-8", "text/plain"


@dataclass(frozen=True)
class Answer:
    """What is sent: a status, a kind of content, and the content in pieces; its length where it is known."""

    status: HTTPStatus
    kind: str
    content: Iterable[bytes]
    length: int | None = None
    file: str = ""


def said(status: HTTPStatus, text: str) -> Answer:
    """An answer of one line."""
    line = f"{text}\n".encode()
    return Answer(status, TEXT, [line], len(line))


NOT_FOUND = said(HTTPStatus.NOT_FOUND, "there is nothing here")


class PageServer(ThreadingHTTPServer):
    """Serves the page of a results folder.

    Parameters
    ----------
    results : Stored
        An opened results folder.
    port : int
        0 for one that is free.

    Attributes
    ----------
    token : str
        First part of every address, drawn anew each time.

    Raises
    ------
    CounterpoiseError
        Without DuckDB, or if the port is taken.
    ResultsError
        If the folder cannot be read.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, results: Stored, port: int = 0) -> None:
        assert results.folder is not None
        evidence = replace(gather(results), served=True)
        explored = evidence.variation is not None and bool(evidence.study.factors)
        self.runs = Runs(results.folder, evidence) if explored else None
        self.page = page_of(evidence).encode()
        self.token = secrets.token_urlsafe(32)
        try:
            super().__init__((LOOPBACK, port), Handler)
        except OSError as error:
            raise CounterpoiseError(
                f"port {port} cannot be used ({error.strerror}); give another with --port, or 0 for one that is free"
            ) from error

    @property
    def address(self) -> str:
        """Address of the page."""
        return f"http://{LOOPBACK}:{self.server_port}/{self.token}/"

    @property
    def hosts(self) -> list[str]:
        """How a request may name this server."""
        return [f"{name}:{self.server_port}" for name in NAMES]

    def answer(self, path: str, query: str) -> Answer:
        """What is at a path; none is looked up in the file system."""
        token, slash, name = path.removeprefix("/").partition("/")
        if not secrets.compare_digest(token.encode(), self.token.encode()) or not slash:
            return NOT_FOUND
        try:
            given = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=4))
            return self._at(name, given)
        except (UnknownColumnError, ValueError) as error:
            return said(HTTPStatus.BAD_REQUEST, ascii(str(error))[1:-1])

    def _at(self, name: str, given: dict[str, str]) -> Answer:
        if name == "":
            return _whole(HTML, self.page)
        if self.runs is None:
            return NOT_FOUND
        key = given.get("key", "")
        match name:
            case "runs":
                answer = _whole(BYTES, self.runs.places())
            case "column":
                answer = _whole(BYTES, self.runs.column(key))
            case "weeks":
                answer = _whole(BYTES, self.runs.weeks(key, given.get("run", "")))
            case "runs.csv":
                answer = Answer(HTTPStatus.OK, CSV, self.runs.table(given.get("brush", "")), file="selected-runs.csv")
            case _:
                answer = NOT_FOUND
        return answer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing where a viewer went away in the middle of an answer."""


def _whole(kind: str, content: bytes) -> Answer:
    return Answer(HTTPStatus.OK, kind, [content], len(content))


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: PageServer
    timeout = PATIENCE

    def do_GET(self) -> None:
        """Answer a request that comes from this server's own page, or from the viewer."""
        self._send(self._refusal() or self._answered())

    def do_HEAD(self) -> None:
        """The same without the content."""
        self.do_GET()

    def _not_allowed(self) -> None:
        self._send(said(HTTPStatus.METHOD_NOT_ALLOWED, "this server only shows"))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = _not_allowed  # noqa: N815

    def _refusal(self) -> Answer | None:
        """Why a request is not answered: it was sent by another site, or through another name."""
        hosts, origins = (self.headers.get_all(name) or [] for name in ("Host", "Origin"))
        if len(hosts) != 1 or hosts[0] not in self.server.hosts:
            return said(HTTPStatus.MISDIRECTED_REQUEST, "this server has another name")
        if any(origin != f"http://{hosts[0]}" for origin in origins):
            return said(HTTPStatus.FORBIDDEN, "this server answers to its own page only")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return said(HTTPStatus.FORBIDDEN, "this server answers to its own page only")
        if len(self.path) > LONGEST:
            return said(HTTPStatus.REQUEST_URI_TOO_LONG, "this address is too long")
        return None

    def _answered(self) -> Answer:
        try:
            parts = urlsplit(self.path)
        except ValueError:
            return NOT_FOUND
        if parts.scheme or parts.netloc:
            return NOT_FOUND
        return self.server.answer(parts.path, parts.query)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        if answer.length is not None:
            self.send_header("Content-Length", str(answer.length))
        if answer.file:
            self.send_header("Content-Disposition", f'attachment; filename="{answer.file}"')
        if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._write(answer.content)

    def _write(self, content: Iterable[bytes] | Iterator[bytes]) -> None:
        for piece in content:
            self.wfile.write(piece)

    def version_string(self) -> str:
        """What the server calls itself."""
        return "Counterpoise"

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 (the base class calls it so)
        """Write no line a request."""
