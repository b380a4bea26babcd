"""The web server of the sample publishers: one loopback address for each outlet, one port."""

from __future__ import annotations

import hashlib
import json
import selectors
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tracker.samples import night as nights
from tracker.samples.addresses import CONTROL, address_of, host_of
from tracker.samples.content import Outlet, outlets
from tracker.samples.feeds import TYPES, feed
from tracker.samples.pages import about_page, article_page, front_page, gone_page, missing_page

_HTML = "text/html; charset=utf-8"
_JSON = "application/json; charset=utf-8"
_ROBOTS = "User-agent: *\nDisallow: /search\n"
_TRIES = 20  # for an ephemeral port that is free on every address


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back: the body decides the ETag, `modified` the Last-Modified."""

    status: int
    type: str
    body: str
    modified: datetime | None = None


def answer(outlet: Outlet, path: str, night: int, root: str) -> Answer:
    """What an outlet has at a path on a night. Pure: the server only sends it."""
    if path == "/robots.txt":
        return Answer(200, "text/plain; charset=utf-8", _ROBOTS)
    if path == outlet.feed_path:
        return Answer(200, TYPES[outlet.feed], feed(outlet, night, root), outlet.modified(night))
    if path == "/":
        return Answer(200, _HTML, front_page(outlet, night), outlet.modified(night))
    if path == "/about":
        return Answer(200, _HTML, about_page(outlet))
    article = next((a for a in outlet.articles if a.path == path), None)
    if article is None or article.night > night:
        return Answer(404, _HTML, missing_page(outlet))
    if article.gone(night):
        return Answer(410, _HTML, gone_page(outlet))
    page = article_page(outlet, article, night, root)
    return Answer(200, _HTML, page, article.modified(night))


def unchanged(headers: Mapping[str, str], etag: str, modified: datetime | None) -> bool:
    """Whether a conditional request is answered by 304 (RFC 9110, 13.2.2).

    Args:
        headers: of the request, their names in lower case.
    """
    if matches := headers.get("if-none-match"):
        return etag in [tag.strip().removeprefix("W/") for tag in matches.split(",")]
    since = headers.get("if-modified-since")
    if not since or modified is None:
        return False
    try:
        return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SamplePublisher"
    sys_version = ""
    timeout = 10
    server: _Site

    def do_GET(self) -> None:
        self._send(self._find())

    def do_HEAD(self) -> None:
        self._send(self._find())

    def do_POST(self) -> None:
        if self.server.outlet is None and self._path() == "/__night/advance":
            nights.advance(self.server.folder)
            self._send(self._control("/__night"))
        else:
            self._send(Answer(405, "text/plain", "405\n"))

    def _path(self) -> str:
        return urlsplit(self.path).path

    def _find(self) -> Answer:
        outlet = self.server.outlet
        if outlet is None:
            return self._control(self._path())
        root = address_of(outlet.slug, self.server.server_port)
        return answer(outlet, self._path(), nights.current(self.server.folder), root)

    def _control(self, path: str) -> Answer:
        state = {"night": nights.current(self.server.folder), "last": nights.LAST}
        if path == "/__night":
            return Answer(200, _JSON, json.dumps(state) + "\n")
        if path == "/":
            rows = {slug: address_of(slug, self.server.server_port) for slug in self.server.slugs}
            return Answer(200, _JSON, json.dumps({**state, "outlets": rows}, indent=1) + "\n")
        return Answer(404, "text/plain", "404\n")

    def _send(self, found: Answer) -> None:
        body = found.body.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        asked = {name.lower(): value for name, value in self.headers.items()}
        same = found.status == 200 and unchanged(asked, etag, found.modified)
        self.send_response(HTTPStatus.NOT_MODIFIED if same else found.status)
        if found.status == 200:
            self.send_header("ETag", etag)
            if found.modified:
                self.send_header(
                    "Last-Modified", format_datetime(found.modified.astimezone(UTC), usegmt=True)
                )
        if not same:
            self.send_header("Content-Type", found.type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not same and self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what was asked stands in the ingest's own history."""


class _Site(ThreadingHTTPServer):
    """One address: an outlet, or the control address where `outlet` is None."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, host: str, port: int, outlet: Outlet | None, folder: Path, slugs: tuple[str, ...]
    ) -> None:
        self.outlet, self.folder, self.slugs = outlet, folder, slugs
        super().__init__((host, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that hangs up is no event."""


class SamplePublishers:
    """All outlets and the control address, listening; a context manager that serves in a thread.

    Args:
        folder: where the night is kept.
        port: the one port of all addresses; 0 takes a free one.

    Raises:
        OSError: the port is taken on one of the addresses.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.sites = _listen(folder, port, outlets())
        self.port = self.sites[0].server_port
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def serve(self) -> None:
        """Answer until `stop` is called."""
        with selectors.DefaultSelector() as selector:
            for site in self.sites:
                site.timeout = 0
                selector.register(site, selectors.EVENT_READ)
            while not self._stop.is_set():
                for key, _ in selector.select(0.2):
                    assert isinstance(key.fileobj, _Site)
                    key.fileobj.handle_request()

    def ask_to_stop(self) -> None:
        """Have `serve` return soon; may be called by a signal's handler."""
        self._stop.set()

    def stop(self) -> None:
        """End `serve` and close every socket."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        for site in self.sites:
            site.server_close()

    def __enter__(self) -> SamplePublishers:
        self._thread = threading.Thread(target=self.serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _listen(folder: Path, port: int, known: Mapping[str, Outlet]) -> list[_Site]:
    slugs = tuple(known)
    for attempt in range(_TRIES):
        sites: list[_Site] = []
        try:
            sites.append(_Site(CONTROL, port, None, folder, slugs))
            chosen = sites[0].server_port
            sites += [
                _Site(host_of(slug), chosen, outlet, folder, slugs)
                for slug, outlet in known.items()
            ]
        except OSError:
            for site in sites:
                site.server_close()
            # a free port on one address may be taken on the next
            if port or attempt == _TRIES - 1:
                raise
        else:
            return sites
    raise AssertionError("unreachable")
