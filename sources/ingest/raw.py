"""Keeps what publishers sent, byte for byte, under its SHA-256, in Django's storage."""

from __future__ import annotations

import hashlib

import zstandard
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def path_of(digest: str) -> str:
    """Where the bytes with this hexadecimal SHA-256 are kept."""
    return f"{digest[:2]}/{digest}.zst"


def keep(body: bytes) -> str:
    """Store the bytes unless they are there already.

    The file is complete before any row names it, so a row never points at nothing; a file that no
    row names is swept up later.

    Returns:
        Their SHA-256, in hexadecimal.
    """
    digest = hashlib.sha256(body).hexdigest()
    path = path_of(digest)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(zstandard.compress(body, 3)))
    return digest


def read(digest: str) -> bytes:
    """The bytes with this SHA-256.

    Raises:
        FileNotFoundError: they are not kept (any more).
        DamagedError: what is kept does not have this hash.
    """
    with default_storage.open(path_of(digest)) as file:
        body = zstandard.ZstdDecompressor().decompress(file.read(), max_output_size=2**31)
    if hashlib.sha256(body).hexdigest() != digest:
        raise DamagedError(digest)
    return body


class DamagedError(Exception):
    """Stored bytes no longer have the hash they are kept under."""
