"""``discovery new``: an engagement folder to start from."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..assets import asset
from ..errors import InputError

__all__ = ["new_engagement"]


def new_engagement(folder: Path) -> list[str]:
    """Make an engagement folder from the templates, and return what to tell the user.

    Raises
    ------
    InputError
        The folder holds something already, or cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            "is there already, and nothing is written over", where=str(folder), mend="Give a new folder."
        )
    try:
        (folder / "notebooks").mkdir(parents=True, exist_ok=True)
        for name in ("engagement.yaml", "engagement.schema.json"):
            shutil.copyfile(asset("templates", name), folder / name)
        for source in sorted(asset("notebooks").glob("[0-9]*.ipynb")):
            shutil.copyfile(source, folder / "notebooks" / source.name)
        for source in sorted(asset("templates", "engagement").rglob("*")):
            if source.is_file():
                place = folder / source.relative_to(asset("templates", "engagement"))
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, place)
    except OSError as error:
        raise InputError(
            f"cannot be made ({error.strerror})", where=str(folder), mend="Choose a folder you may write to."
        ) from None
    return [
        f"A new engagement is in {folder}.",
        f"1. Put the client's first drop into {folder / 'drops'}, in a folder of its own.",
        f"2. Fill in {folder / 'engagement.yaml'}.",
        f"3. discovery run {folder / 'engagement.yaml'}",
    ]
