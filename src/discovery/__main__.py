"""``python -m discovery`` is the command ``discovery``."""

from .cli import main

main()
