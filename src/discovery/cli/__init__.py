"""The command line. Heavy imports are inside the commands, so that ``--help`` is there at once."""

from .app import app
from .entry import invoke, main

__all__ = ["app", "invoke", "main"]
