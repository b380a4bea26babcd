"""Which user runs PostgreSQL: it refuses root, and must still reach its folder."""

import os
import stat
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NOBODY = 65534
_NAMESPACE = (
    "unshare",
    "--user",
    f"--map-user={NOBODY}",
    f"--map-group={NOBODY}",
    "--",
)


class EngineError(RuntimeError):
    """An embedded engine cannot run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """How to start a program: words put before it, and the user and group it runs as."""

    prefix: tuple[str, ...]
    uid: int
    gid: int

    @property
    def switches(self) -> bool:
        """Whether the program runs as somebody else than we do."""
        return self.uid != os.geteuid()

    @property
    def user(self) -> int | None:
        """The user id `subprocess` is to switch to, or None."""
        return self.uid if self.switches else None

    @property
    def group(self) -> int | None:
        """The group id `subprocess` is to switch to, or None."""
        return self.gid if self.switches else None

    @property
    def extra_groups(self) -> list[int] | None:
        """No further groups after a switch; None leaves them as they are."""
        return [] if self.switches else None


def ourselves() -> Identity:
    """The user we are."""
    return Identity((), os.geteuid(), os.getegid())


def choose(folder: Path, programs: Path) -> Identity:
    """The identity that may run PostgreSQL on `folder` with the binaries in `programs`.

    As root: inside a user namespace, where PostgreSQL sees an ordinary user while the files stay
    root's; where the kernel does not allow namespaces, the owner of the folder, or nobody.
    Raises EngineError naming the folder nobody but its owner may enter.
    """
    if os.geteuid() != 0:
        return ourselves()
    owner = _owner(folder)
    candidates = [Identity((), owner, owner)] if owner else []
    if not owner or not (folder / "PG_VERSION").exists():
        # a cluster that exists belongs to one user, and PostgreSQL accepts no other
        if _namespaces_work():
            candidates.insert(0, Identity(_NAMESPACE, 0, 0))
        if not owner:
            candidates.append(Identity((), NOBODY, NOBODY))
    walls = [_wall(candidate, folder, programs) for candidate in candidates]
    for candidate, wall in zip(candidates, walls, strict=True):
        if wall is None:
            return candidate
    raise EngineError(
        f"PostgreSQL does not run as root, and an ordinary user cannot enter {walls[0]}.\n"
        "Either start Claimline as the user who owns that folder (or from a folder all may enter),"
        "\nor set DATABASE_URL to a PostgreSQL 18 server."
    )


def _owner(folder: Path) -> int:
    """The user id that owns `folder`, or the nearest parent that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder.stat().st_uid


@cache
def _namespaces_work() -> bool:
    try:
        probe = subprocess.run([*_NAMESPACE, "true"], capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0


def _wall(identity: Identity, *folders: Path) -> Path | None:
    """The first folder on the way to `folders` that `identity` may not enter, or None."""
    for folder in folders:
        for step in [*reversed(folder.parents), folder]:
            if step.exists() and not _may_enter(identity, step):
                return step
    return None


def _may_enter(identity: Identity, folder: Path) -> bool:
    """Whether the folder's mode lets `identity` through; root has no privileges in a namespace."""
    found = folder.stat()
    if found.st_uid == identity.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == identity.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)
