"""Fetches one URL over HTTP within limits; the only module of the ingest that opens a socket."""

import math
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import certifi
import pycurl

from sources.ingest import contentcoding, destination, redirects
from sources.ingest.body import Body
from sources.ingest.pulse import Pulse
from sources.ingest.transport import (
    FetchError,
    Hop,
    Limits,
    Response,
    header_fields,
    one_line,
    outcome,
    request_lines,
)

# The certificates the system trusts, where it has a bundle (a newsroom may have added its own).
_CERTIFICATES = ssl.get_default_verify_paths().cafile or certifi.where()
__all__ = ["FetchError", "Hop", "Limits", "Response", "Session", "fetch"]


def fetch(
    url: str,
    limits: Limits,
    *,
    etag: str = "",
    last_modified: str = "",
    accept: str = "*/*",
    identity: bool = False,
    trail: tuple[Hop, ...] = (),
    gate: Callable[[str], bool] | None = None,
) -> Response:
    """GET a URL, following redirects, each of them checked like the first.

    Args:
        url: absolute http or https URL of a public server.
        etag, last_modified: validators of an earlier response, sent as they are (RFC 9110 13.1).
        accept: the Accept header.
        identity: ask for no compression, for servers that mislabel theirs.
        trail: redirects followed from `url` before; goes on where the last of them leads.
        gate: told the next URL before a redirect is followed to another host. Where it says no
            the redirect is the response, and its place the last hop's location.

    Raises:
        FetchError: when no complete response came. Any HTTP status is a `Response`.
    """
    lines = request_lines(accept, etag, last_modified, identity)
    return _session().get(url, limits, lines, distrust_label=identity, trail=trail, gate=gate)


class _Socket(socket.socket):
    """A socket that pycurl, which writes each one out, need not ask for its two addresses."""

    __repr__ = object.__repr__


class Session:
    """One curl handle with its open connections; used by one thread at a time.

    `resolve` pins names to addresses before the resolver is asked ("host:port:address[,...]");
    pinned addresses are checked like any other.
    """

    def __init__(self, resolve: Sequence[str] = ()) -> None:
        self._resolve = list(resolve)
        self._inside_only = False
        self._problem: FetchError | None = None
        self._blocked = ""
        self._lines: list[bytes] = []
        self._headers: list[tuple[str, str]] = []
        self._header_count = self._progress = 0
        self._moved, self._pulse = 0.0, Pulse()
        self._curl = pycurl.Curl()
        for option, value in self._fixed_options():
            self._curl.setopt(option, value)
        self._info = self._curl.getinfo
        self._set_limits(Limits())
        self._taken = Body(self._limits, 0)

    def _fixed_options(self) -> list[tuple[int, Any]]:
        return [
            (pycurl.NOSIGNAL, 1),  # signals would be delivered to whatever thread runs
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.FOLLOWLOCATION, 0),  # by hand, so that every hop is checked
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.PROXY, ""),  # a proxy named in the environment would connect for us, unchecked
            (pycurl.CAINFO, _CERTIFICATES),
            (pycurl.RESOLVE, self._resolve),
            (pycurl.OPENSOCKETFUNCTION, self._open_socket),
            (pycurl.PREREQFUNCTION, self._before_request),
            (pycurl.HEADERFUNCTION, self._take_header),
            (pycurl.WRITEFUNCTION, self._take_body),
            (pycurl.NOPROGRESS, 0),
            (pycurl.XFERINFOFUNCTION, self._watch_progress),
        ]

    def get(
        self,
        url: str,
        limits: Limits,
        lines: Sequence[str] = (),
        *,
        distrust_label: bool = False,
        trail: tuple[Hop, ...] = (),
        gate: Callable[[str], bool] | None = None,
    ) -> Response:
        """GET a URL with these header lines; see `fetch` and `contentcoding.decode`."""
        started = time.perf_counter()
        self._pulse = Pulse()
        if limits != self._limits:
            self._set_limits(limits)
        self._curl.setopt(pycurl.HTTPHEADER, [line.encode() for line in lines])
        hops, wire, body = trail, 0, b""
        try:
            place = redirects.place(trail[-1].location if trail else url, hops, limits)
            while True:
                status = self._exchange(place, started + limits.total)
                wire += self._info(pycurl.SIZE_DOWNLOAD_T) + self._info(pycurl.HEADER_SIZE)
                if status not in redirects.STATUSES:
                    body = self._body(status, distrust_label)
                    break
                target = redirects.location(self._headers, place.url)
                hops += (Hop(place.url, status, target[: destination.MAX_URL]),)
                following = redirects.place(target, hops, limits)
                leaves = redirects.changes_host(place.url, following.url)
                if gate and leaves and not gate(following.url):
                    break
                place = following
        except FetchError as error:
            error.url, error.hops = url, hops
            error.excuse(self._pulse.still)
            raise
        finally:
            self._taken = Body(limits, 0)
        took, ip = time.perf_counter() - started, self._info(pycurl.PRIMARY_IP)
        return Response(url, place.url, status, tuple(self._headers), body, hops, ip, took, wire)

    def _set_limits(self, limits: Limits) -> None:
        """Set the limits that curl keeps."""
        self._limits, curl = limits, self._curl
        curl.setopt(pycurl.USERAGENT, one_line(limits.user_agent).encode())
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, math.ceil(limits.connect * 1000))
        # by Content-Length, at once
        curl.setopt(pycurl.MAXFILESIZE_LARGE, 0 if limits.cut else limits.max_bytes)
        curl.setopt(pycurl.SSL_VERIFYPEER, 0 if limits.allow_bad_tls else 1)
        curl.setopt(pycurl.SSL_VERIFYHOST, 0 if limits.allow_bad_tls else 2)

    def _exchange(self, place: destination.Destination, deadline: float) -> int:
        """One request and its response, whose status is returned."""
        now = time.perf_counter()
        if now >= deadline:
            raise FetchError("deadline", f"not finished in {self._limits.total:g} s")
        self._inside_only = place.inside_only
        self._problem, self._blocked = None, ""
        self._lines, self._taken = [], Body(self._limits, deadline)
        self._header_count = 0
        self._moved, self._progress = now, 0
        self._curl.setopt(pycurl.URL, place.url)
        self._curl.setopt(pycurl.TIMEOUT_MS, math.ceil((deadline - now) * 1000))
        self._pulse.skip()
        try:
            self._curl.perform()
        except pycurl.error as error:
            if not self._taken.cut:
                raise self._failure(place.host, error, deadline) from None
        self._headers = header_fields(self._lines)
        status: int = self._info(pycurl.RESPONSE_CODE)
        return status

    def _failure(self, host: str, error: pycurl.error, deadline: float) -> FetchError:
        """The outcome behind curl's error code."""
        self._pulse.beat()
        code, detail = error.args
        if self._problem:
            return self._problem
        if self._blocked and code in (pycurl.E_COULDNT_CONNECT, pycurl.E_ABORTED_BY_CALLBACK):
            why = "outside the allowed networks" if self._inside_only else "not a public address"
            return FetchError("ssrf_blocked", f"{host} leads to {self._blocked}, {why}")
        if code == pycurl.E_OPERATION_TIMEDOUT:
            if time.perf_counter() > deadline - 0.05:  # curl keeps a clock of its own
                return FetchError("deadline", f"not finished in {self._limits.total:g} s")
            if not self._info(pycurl.NAMELOOKUP_TIME):
                return FetchError("dns_temp", f"no answer about the name {host}")
            return FetchError("connect", f"no connection in {self._limits.connect:g} s")
        if code == pycurl.E_COULDNT_RESOLVE_HOST:
            return FetchError(_dns_outcome(host, self._limits.connect), detail)
        detail = detail or f"curl error {code}"
        return FetchError(outcome(code, self._info(pycurl.OS_ERRNO)), detail)

    def _body(self, status: int, distrust_label: bool) -> bytes:
        if status == HTTPStatus.NOT_MODIFIED:
            return b""
        labels = [value for name, value in self._headers if name == "content-encoding"]
        try:
            return self._taken.decoded(labels, distrust_label=distrust_label)
        except contentcoding.Undecodable as error:
            if status >= HTTPStatus.BAD_REQUEST:
                return b""  # the status is what counts then
            raise FetchError(error.outcome, error.detail) from None

    # What curl calls. An exception in here would only be printed, so problems are kept.

    def _open_socket(self, purpose: int, address: Any) -> Any:
        """Open the socket for the very address curl is about to connect to, if it is allowed."""
        if not self._allowed(address.addr[0]):
            return pycurl.SOCKET_BAD
        try:
            return _Socket(address.family, address.socktype, address.protocol)
        except OSError:  # no IPv6 on this machine; curl goes on to the next address
            return pycurl.SOCKET_BAD

    def _before_request(self, address: str, *_: object) -> int:
        """Judge the peer again: a connection may have been kept open under other rules."""
        return 0 if self._allowed(address) else 1

    def _allowed(self, address: str) -> bool:
        if destination.may_connect(address, self._limits.allow_networks, self._inside_only):
            return True
        self._blocked = address
        return False

    def _take_header(self, line: bytes) -> int | None:
        self._moved = self._pulse.beat()
        self._header_count += 1
        if self._header_count > self._limits.max_headers:
            most = self._limits.max_headers
            self._problem = FetchError("too_large", f"more than {most} header lines")
            return -1
        if not self._taken.begun:  # a trailer comes after the body, and is none of ours
            self._lines.append(line)
        return None

    def _take_body(self, chunk: bytes) -> int | None:
        self._pulse.beat()
        try:
            return None if self._taken.take(chunk) else -1
        except FetchError as error:
            self._problem = error
            return -1
        finally:
            self._pulse.skip()  # it may have waited for a place

    def _watch_progress(self, total: int, received: int, *_: object) -> int:
        """End a transfer that stalls; curl asks about once a second while nothing happens."""
        now = self._pulse.beat()
        if received != self._progress:
            self._moved, self._progress = now, received
        elif now - self._moved > self._limits.stall:
            self._problem = FetchError("timeout", f"nothing came for {self._limits.stall:g} s")
            return 1
        return 0


def _dns_outcome(host: str, patience: float) -> str:
    """Whether a name does not exist or could not be asked about: curl does not tell them apart."""
    found = ["dns_temp"]

    def ask() -> None:
        try:
            socket.getaddrinfo(host, None)
        except OSError as error:
            if error.errno in (socket.EAI_NONAME, socket.EAI_NODATA):
                found[0] = "dns_none"

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience)
    return found[0]


_thread = threading.local()
_abandoned: list[Session] = []


def _session() -> Session:
    """This thread's session, so that connections are used again.

    A forked process takes a new one and keeps its parent's untouched: closing it would say goodbye
    on connections the parent still uses.
    """
    session: Session | None = getattr(_thread, "session", None)
    if session is None or _thread.pid != os.getpid():
        if session is not None:
            _abandoned.append(session)
        session = _thread.session = Session()
        _thread.pid = os.getpid()
    return session
