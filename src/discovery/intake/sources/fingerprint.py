"""The SHA-256 of what was delivered, in pieces, so that size does not matter."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["of_bytes", "of_file"]


def of_file(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_bytes(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()
