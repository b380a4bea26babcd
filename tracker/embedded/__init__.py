"""A private PostgreSQL and Valkey for one data folder, reached through unix sockets."""

from tracker.embedded.paths import broker_url, database_url, socket_dir
from tracker.embedded.postgres import Postgres, require_version
from tracker.embedded.service import EngineError, Service
from tracker.embedded.valkey import Valkey

__all__ = [
    "EngineError",
    "Postgres",
    "Service",
    "Valkey",
    "broker_url",
    "database_url",
    "require_version",
    "socket_dir",
]
