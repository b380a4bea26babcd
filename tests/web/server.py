"""A loopback HTTP server that answers by (host, path), byte for byte what a test wants."""

import contextlib
import gzip
import socket
import socketserver
import ssl
import sys
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus

_PHRASES = {int(status): status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Seen:
    """One request as it came; `at` is monotonic seconds, for gaps between requests."""

    at: float
    method: str
    host: str  # as in the Host header, without the port
    path: str  # with the query
    headers: dict[str, str]  # lower-case names
    peer: tuple[str, int]  # a connection used twice has one peer


@dataclass(frozen=True)
class Answer:
    """A well-formed response. A Content-Length is added unless `headers` say otherwise."""

    status: int = 200
    headers: dict[str, str] | list[tuple[str, str]] = field(default_factory=dict)
    body: bytes = b""

    def encode(self) -> bytes:
        headers = list(
            dict(self.headers).items() if isinstance(self.headers, dict) else self.headers
        )
        named = {name.lower() for name, _ in headers}
        if not named & {"content-length", "transfer-encoding"} and self.status not in (204, 304):
            headers.append(("Content-Length", str(len(self.body))))
        reason = _PHRASES.get(self.status, "Odd")
        lines = [f"HTTP/1.1 {self.status} {reason}", *(f"{k}: {v}" for k, v in headers)]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Call:
    """A request being answered by a handler that wants the wire to itself.

    A handler returns an `Answer` or bytes (a 200), or writes with `send` and returns None, after
    which the connection is closed.
    """

    def __init__(self, web: "Web", seen: Seen, wire: socket.socket) -> None:
        self.web = web
        self.seen = seen
        self.wire = wire

    def send(self, data: bytes) -> None:
        """Write these bytes as they are. Ends the handler when the client has gone."""
        self.wire.sendall(data)

    def head(self, status: int = 200, **headers: str) -> None:
        """Write a status line and headers (content_length=3) and nothing else."""
        lines = [f"HTTP/1.1 {status} {_PHRASES[status]}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the web lives."""
        if self.web.closing.wait(seconds):
            raise ConnectionAbortedError

    def hang(self) -> None:
        """Say nothing more until the client or the web goes away."""
        while not self.web.closing.is_set():
            self.wire.settimeout(0.05)
            try:
                if not self.wire.recv(1024):
                    return
            except TimeoutError:
                continue

    def drip(self, data: bytes, *, every: float, times: int = 10_000) -> None:
        """Write the same few bytes again and again."""
        self.head(content_type="text/html")
        for _ in range(times):
            self.send(data)
            self.pause(every)

    def reset(self) -> None:
        """Break the connection off with an RST."""
        self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        # A TLS wrapper would say goodbye first.
        socket.socket(fileno=self.wire.detach()).close()


class Web:
    """A web of any number of hosts behind one port of one loopback address.

    Args:
        tls: paths of a certificate and its key; the web then speaks https.
        address, port: where to listen; port 0 takes a free one.
    """

    def __init__(self, *, tls=None, address="127.0.0.1", port=0):
        self.requests: list[Seen] = []
        self.connections = 0
        self.mistakes: list[BaseException] = []
        self.closing = threading.Event()
        self._routes = {}
        self._lock = threading.Lock()
        self._scheme = "https" if tls else "http"
        self._server = _Server((address, port), _Connection)
        self._server.web = self
        self._server.tls = None
        if tls:
            self._server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._server.tls.load_cert_chain(*tls)
        self.address, self.port = self._server.server_address[:2]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self.closing.set()
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()
        if self.mistakes and exc[0] is None:
            raise self.mistakes[0]

    def url(self, path="/", host=""):
        """The address of a path, by the bare address or by a name such as ledger.localhost."""
        return f"{self._scheme}://{host or self.address}:{self.port}{path}"

    def route(self, path, handler, host=""):
        """Have `handler(call)` answer a path of one host, or of every host."""
        self._routes[host, path] = handler

    def page(self, path, body=b"", *, status=200, headers=None, etag="", modified=None, host=""):
        """Serve a body, and 304 to a request whose validators still hold.

        Args:
            etag: quoted, as in the header.
            modified: Last-Modified, seconds since the epoch.
        """
        fixed = dict(headers or {})
        fixed |= {"ETag": etag} if etag else {}
        fixed |= {"Last-Modified": formatdate(modified, usegmt=True)} if modified else {}
        answer = Answer(status, fixed, body.encode() if isinstance(body, str) else body)

        def serve(call):
            asked = call.seen.headers
            if etag and asked.get("if-none-match") == etag:
                return Answer(304, {"ETag": etag})
            if modified and asked.get("if-modified-since") == fixed["Last-Modified"]:
                return Answer(304, {})
            return answer

        self.route(path, serve, host)

    def gzipped(self, path, body, *, host="", **headers):
        """Serve a body compressed."""
        self.page(
            path, gzip.compress(body), headers={"Content-Encoding": "gzip", **headers}, host=host
        )

    def redirect(self, path, to, status=301, host=""):
        """Send a path elsewhere."""
        self.page(path, status=status, headers={"Location": to}, host=host)

    def remove(self, path, host=""):
        """Have a path answer 404 again."""
        del self._routes[host, path]

    def paths(self, host=""):
        """The paths asked for, in order; of one host or of all."""
        return [seen.path for seen in list(self.requests) if not host or seen.host == host]

    def answer(self, call):
        """What the routes say to a request: by host and path, then by path, without the query."""
        with self._lock:
            self.requests.append(call.seen)
        bare = call.seen.path.partition("?")[0]
        for key in ((call.seen.host, call.seen.path), (call.seen.host, bare), ("", call.seen.path)):
            if key in self._routes:
                return self._routes[key](call)
        handler = self._routes.get(("", bare))
        return handler(call) if handler else Answer(404, {}, b"no such page")


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """One thread per connection; all of them end with the web."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *args):
        self._open = set()
        super().__init__(*args)

    def process_request(self, request, client_address):
        self._open.add(request)
        self.web.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self):
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address):
        """Keep a handler's own mistake for the end of the test; clients may go away as they like."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            self.web.mistakes.append(error)


class _Connection(socketserver.BaseRequestHandler):
    """Reads requests off one connection until it is told to close it."""

    def handle(self):
        wire = self.request
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.server.tls:
            wire = self.server.tls.wrap_socket(wire, server_side=True)
        try:
            while seen := self._read(wire):
                answer = self.server.web.answer(Call(self.server.web, seen, wire))
                if answer is None:
                    return
                if isinstance(answer, bytes):
                    answer = Answer(body=answer)
                wire.sendall(answer.encode())
                if seen.headers.get("connection") == "close":
                    return
        finally:
            wire.close()

    def _read(self, wire):
        head = b""
        while b"\r\n\r\n" not in head:
            data = wire.recv(65536)
            if not data or not (head + data)[:1].isalpha():
                return None  # the end, or another protocol
            head += data
        first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        host = headers.get("host", "").rsplit(":", 1)[0]
        return Seen(time.monotonic(), method, host, path, headers, self.client_address)
