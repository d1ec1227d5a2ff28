"""The command line: one short function a command."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    raise SystemExit(1)
