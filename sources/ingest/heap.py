"""What of its memory a worker keeps, and what of it is searched for garbage."""

import ctypes
import gc

# Numbers of glibc's mallopt(3). Left to itself it keeps large blocks it once had for reuse, in a
# heap for every few threads: after some pages of the largest size these are mostly holes.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_ARENAS = 2
_LARGE = 1_000_000  # bytes; a block of this size is the system's again once it is freed
_SPARE = 4_000_000  # bytes that may stay unused at the end of the heap


def settle() -> None:
    """Leave what has been loaded by now out of every later search for garbage: half of what a
    worker would search, over and over, is its own program."""
    gc.freeze()


def keep_small() -> bool:
    """Have the C library give freed memory back: bound what this process and its children keep.

    Returns:
        Whether that was possible: a C library without mallopt is left as it is.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    options = ((_ARENA_MAX, _ARENAS), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _SPARE))
    return all(mallopt(option, value) == 1 for option, value in options)
