"""What all artifacts share: immutability, a JSON form, atomic writing."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

__all__ = ["SCHEMA_VERSION", "Artifact", "Shown", "StageResult", "write_atomic"]

SCHEMA_VERSION = 1


class Artifact(BaseModel):
    """A typed result that crosses a stage boundary. Unknown keys are ignored, so that newer runs can be read."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null", defer_build=True)

    def to_json(self) -> str:
        """Return the JSON form, indented by two; NaN and infinities become null."""
        return self.model_dump_json(indent=2)

    def write(self, path: Path) -> Path:
        """Write the JSON form atomically and return ``path``."""
        write_atomic(path, self.to_json() + "\n")
        return path

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the JSON form back."""
        return cls.model_validate_json(path.read_bytes())


class Shown(Artifact):
    """What a notebook shows as tables."""

    def _repr_html_(self) -> str:
        from ..show import overview

        return overview(self)  # type: ignore[arg-type]


class StageResult(Shown):
    """What a whole stage found."""


def write_atomic(path: Path, text: str | bytes) -> None:
    """Write ``text`` to ``path`` so that a reader sees the old file or the whole new one."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
