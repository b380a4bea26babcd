"""Which night the sample publishers are at: one small file, so that a restart keeps it."""

from __future__ import annotations

import os
from pathlib import Path

LAST = 3


def _file(folder: Path) -> Path:
    return folder / "sample-night"


def current(folder: Path) -> int:
    """The night the file names; 0 when there is none or it can't be read as a number."""
    try:
        night = int(_file(folder).read_text("ascii"))
    except (OSError, ValueError):
        return 0
    return min(max(night, 0), LAST)


def advance(folder: Path) -> int:
    """Move on by one night, up to the last, and return the new one."""
    return put(folder, min(current(folder) + 1, LAST))


def put(folder: Path, night: int) -> int:
    """Set the night. A reader sees the old file or the new one, never half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = _file(folder).with_suffix(f".{os.getpid()}")
    draft.write_text(f"{night}\n", "ascii")
    draft.replace(_file(folder))
    return night
