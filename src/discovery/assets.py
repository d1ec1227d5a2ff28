"""The notebooks and templates: of the wheel where installed, of the repository where not."""

from __future__ import annotations

from pathlib import Path

from .errors import DiscoveryError

__all__ = ["asset"]

_PACKAGE = Path(__file__).resolve().parent


def asset(*parts: str) -> Path:
    """Return the path of a shipped file or folder, e.g. ``asset("templates", "engagement.yaml")``.

    Raises
    ------
    DiscoveryError
        It is not there: the installation is broken.
    """
    for root in (_PACKAGE / "_assets", _PACKAGE.parent.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise DiscoveryError("missing from the installation", where="/".join(parts), mend="Install the package again.")
