"""Where the embedded engines listen: computed from the data folder, nothing started or created."""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

DATABASE = "claimline"
PORT = 5432  # only a part of the socket's name: nothing listens on TCP


def socket_dir(var: Path) -> Path:
    """The folder of the sockets that belong to the data folder `var`.

    A socket's address holds 107 bytes (unix(7)), which a deep checkout would exceed; so the
    sockets live in a short place of their own, one per user and data folder. Not in $TMPDIR: two
    terminals with different values must meet the same server.
    """
    tag = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]
    return Path("/tmp") / f"claimline-{os.getuid()}-{tag}"


def database_url(var: Path, name: str = DATABASE) -> str:
    """The libpq address of database `name` on the embedded PostgreSQL of `var`."""
    return f"postgresql://postgres@:{PORT}/{name}?host={quote(str(socket_dir(var)), safe='/')}"


def valkey_socket(var: Path) -> Path:
    """The socket of the embedded Valkey of `var`."""
    return socket_dir(var) / "valkey.sock"


def broker_url(var: Path, database: int = 0) -> str:
    """The address of the embedded Valkey of `var`, as Celery spells a unix socket."""
    return f"redis+socket://{quote(str(valkey_socket(var)), safe='/')}?virtual_host={database}"
