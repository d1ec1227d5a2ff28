"""The run directory: staged out of sight, then in place by one rename, or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from ..artifacts import RunRecord
from ..errors import InputError, PublishError

__all__ = ["Staging", "new_run_id"]

_INTERNAL = (".draft.json", ".preflight.json", ".progress")


def new_run_id(started: datetime, name: str) -> str:
    """Return the id of a run: its start in UTC, the name of the drop, and four random digits."""
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:60] or "drop"
    return f"{started:%Y%m%dT%H%M%SZ}-{slug}-{secrets.token_hex(2)}"


class Staging:
    """A hidden folder beside the run directory that becomes it.

    Parameters
    ----------
    target : Path
        The run directory. It must not exist, or be empty: nothing is written over.
    adds : str, optional
        The artifact that this run is for. Where ``target`` is an earlier run of the same data and question without
        it, the two become one run.

    Raises
    ------
    InputError
        ``target`` holds something, is a file, or cannot be made.
    """

    def __init__(self, target: Path, adds: str | None = None) -> None:
        self.target = target.absolute()
        self._joins = adds is not None and (target / "run.json").is_file() and not (target / adds).exists()
        if self.target.is_dir() and any(self.target.iterdir()) and not self._joins:
            raise InputError(
                "is not empty, and nothing is written over", where=str(target), mend="Give another --out."
            )
        if self.target.exists() and not self.target.is_dir():
            raise InputError("is a file", where=str(target), mend="Give a folder as --out.")
        self.folder = self.target.parent / f".{self.target.name}.{secrets.token_hex(4)}.partial"
        try:
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise InputError(
                f"cannot be made ({error.strerror})", where=str(target), mend="Choose a folder you may write to."
            ) from None

    def publish(self) -> Path:
        """Put the run directory in place and return it."""
        self._clear_internal()
        if self._joins:
            return self._publish_joined()
        try:
            os.rename(self.folder, self.target)  # noqa: PTH104 - replaces an empty folder, never a full one
        except OSError as error:
            raise PublishError(
                f"the artifacts could not be put in place ({error.strerror})",
                where=str(self.target),
                mend=f"They are in {self.folder}.",
            ) from error
        return self.target

    def _publish_joined(self) -> Path:
        if _subject(self.target) != _subject(self.folder):
            raise InputError(
                "holds a run of other data, and nothing is written over",
                where=str(self.target),
                mend="Give another --out.",
            )
        for path in self.target.rglob("*"):
            place = self.folder / path.relative_to(self.target)
            if path.is_file() and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, place)
        earlier = self.folder.with_suffix(".earlier")
        self.target.rename(earlier)
        try:
            self.folder.rename(self.target)
        except OSError:
            earlier.rename(self.target)
            raise
        shutil.rmtree(earlier, ignore_errors=True)
        return self.target

    def publish_failed(self) -> Path:
        """Keep what there is of a failed run beside the run directory, under a name that says so."""
        self._clear_internal()
        place = self.target.with_name(f"FAILED-{self.target.name}")
        while place.exists():
            place = place.with_name(f"FAILED-{self.target.name}-{secrets.token_hex(2)}")
        self.folder.rename(place)
        return place

    def discard(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _clear_internal(self) -> None:
        for name in _INTERNAL:
            (self.folder / name).unlink(missing_ok=True)


def _subject(folder: Path) -> tuple[object, ...]:
    """Return what the run in ``folder`` is of: the content of its drop, and what is asked of it."""
    record = RunRecord.read(folder / "run.json")
    return record.drop_hash, record.parameters.get("engagement"), record.parameters.get("target")
