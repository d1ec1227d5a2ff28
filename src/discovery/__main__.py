"""``python -m discovery`` is the command ``discovery``."""

from .cli import main

if __name__ == "__main__":
    main()
