"""Invented outlets on loopback, each at an address of its own, with a journal of who asked when."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
import time
from dataclasses import dataclass, field

WORDS = """
    harbour mill market bridge tower orchard quarry station chapel ferry depot garden council
    opened closed painted measured sold moved flooded repaired guarded counted crew clerk week
    morning winter letter answer question window paper street river number figure
""".split()  # noqa: SIM905


@dataclass(slots=True)
class Asked:
    """One request: the host, the path, when it came and when its answer was out (monotonic)."""

    host: str
    path: str
    start: float
    end: float = 0.0


@dataclass
class Press:
    """So many outlets with so many articles each; `edition` says how many are out.

    Args:
        slow: seconds before each answer, by the outlet's number.
        delay: seconds before each answer of all others.
        private: every n-th article stands under a path that robots.txt forbids; 0 for none.
    """

    outlets: int
    per_feed: int
    slow: dict[int, float] = field(default_factory=dict)
    delay: float = 0.0
    private: int = 0
    edition: int = 0
    journal: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.edition = self.edition or self.per_feed
        self.hosts = [f"127.30.{n // 250}.{n % 250 + 1}" for n in range(self.outlets)]
        with socket.socket() as probe:
            probe.bind((self.hosts[0], 0))
            self.port = probe.getsockname()[1]
        self._numbers = {host: n for n, host in enumerate(self.hosts)}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Press:
        self._thread.start()
        start = asyncio.start_server(self._serve, self.hosts, self.port, backlog=64)
        self._server = asyncio.run_coroutine_threadsafe(start, self._loop).result(30)
        return self

    def __exit__(self, *exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        answering = asyncio.all_tasks() - {asyncio.current_task()}
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)

    def feeds(self) -> list[str]:
        """The addresses of all feeds."""
        return [f"http://{host}:{self.port}/feed.xml" for host in self.hosts]

    def articles(self) -> list[str]:
        """The addresses of all articles that are out."""
        return [
            f"http://{host}:{self.port}{self.path(n)}"
            for host in self.hosts
            for n in range(self.edition)
        ]

    def stands_for(self, etag: str) -> int:
        """How many items a feed with this validator has: it says so."""
        return int(etag.strip('"'))

    def path(self, number: int) -> str:
        """Where an outlet's article stands."""
        forbidden = self.private and number % self.private == self.private - 1
        return f"/{'private' if forbidden else 'news'}/{number}.html"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            host = writer.get_extra_info("sockname")[0]
            asked = Asked(host, path, time.monotonic())
            self.journal.append(asked)
            number = self._numbers[host]
            await asyncio.sleep(self.slow.get(number, self.delay))
            status, headers, body = self._answer(number, host, path, head.lower())
            lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]
            lines += ["Connection: close", "", ""]
            asked.end = time.monotonic()  # before the client can have it, lest it ask again first
            writer.write("\r\n".join(lines).encode() + body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def _answer(self, number: int, host: str, path: str, head: str) -> tuple[str, list[str], bytes]:
        if path == "/robots.txt":
            return "200 OK", ["Content-Type: text/plain"], b"User-agent: *\nDisallow: /private/\n"
        if path == "/feed.xml":
            out = self.edition
            tag = f'"{out}"'
            if f"if-none-match: {tag}" in head:
                return "304 Not Modified", [f"ETag: {tag}"], b""
            kind = "Content-Type: application/rss+xml"
            return "200 OK", [kind, f"ETag: {tag}"], self._feed(number, host, out)
        name = path.rpartition("/")[2].removesuffix(".html")
        if not name.isdigit() or int(name) >= self.edition:
            return "404 Not Found", [], b"no such page"
        page = self.page(number, int(name))
        return "200 OK", ["Content-Type: text/html; charset=utf-8"], page

    def page(self, outlet: int, number: int) -> bytes:
        """What stands at the address of an article."""
        return article(outlet, number)

    def _feed(self, number: int, host: str, out: int) -> bytes:
        items = "".join(
            f"<item><guid>{number}-{n}</guid><title>Outlet {number}, report {n}</title>"
            f"<link>http://{host}:{self.port}{self.path(n)}</link></item>"
            for n in reversed(range(out))
        )
        title = f"<title>Outlet {number}</title>"
        return f'<rss version="2.0"><channel>{title}{items}</channel></rss>'.encode()


def article(outlet: int, number: int) -> bytes:
    """A page of about 200 words that no other page shares."""
    words = random.Random(f"{outlet}/{number}")
    sentences = [
        " ".join([f"Report {outlet}-{number}-{n}", *words.choices(WORDS, k=14)]) + "."
        for n in range(12)
    ]
    body = "".join(f"<p>{' '.join(sentences[n : n + 3])}</p>" for n in range(0, 12, 3))
    title = f"Outlet {outlet}, report {number}"
    return (
        f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"{body}</article></body></html>"
    ).encode()
