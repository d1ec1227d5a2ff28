"""``engagement.yaml`` in: validated, with the line of every mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ..errors import EngagementError
from ..parameters import has_password
from .model import Engagement
from .yaml_lines import Lines, parse, unknown_key

__all__ = ["load_engagement", "parse_engagement"]


def load_engagement(path: str | Path) -> Engagement:
    """Read and validate an engagement file.

    Parameters
    ----------
    path : str or Path
        The file, or the folder that holds ``engagement.yaml``. Paths in it are taken from its folder.

    Raises
    ------
    EngagementError
        One line with the file, the line and how to mend it.
    """
    file = Path(path)
    if file.is_dir():
        file = file / "engagement.yaml"
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise EngagementError(
            "no such file", where=str(file), mend="Make an engagement with: discovery new DIR"
        ) from None
    except UnicodeDecodeError:
        raise EngagementError("not UTF-8 text", where=str(file), mend="Save it as UTF-8.") from None
    except OSError as error:
        raise EngagementError(f"cannot be read ({error.strerror})", where=str(file)) from None
    engagement = parse_engagement(text, where=str(file))
    return _resolve_paths(engagement, file.resolve().parent)


def parse_engagement(text: str, where: str = "engagement.yaml") -> Engagement:
    """Validate the text of an engagement file; ``where`` is what errors call it."""
    value, lines = parse(text, where)
    if not isinstance(value, dict):
        raise EngagementError(
            "holds no keys", where=where, mend="It must start with 'name:'. See: discovery new DIR"
        )
    try:
        engagement = Engagement.model_validate(value)
    except ValidationError as error:
        raise _explain(error, lines, where) from None
    for number, entry in enumerate(engagement.accept):
        if not entry.named:
            at = f"{where}:{_line(('accept', number), lines)}"
            said = f"'accept.{number}' names no finding"
            raise EngagementError(said, where=at, mend="Give an id, or kind, table or columns.")
    return engagement


def _explain(error: ValidationError, lines: Lines, where: str) -> EngagementError:
    problems = error.errors(include_url=False, include_context=True)
    problem = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
    path = tuple(problem["loc"])
    at = f"{where}:{_line(path, lines)}"
    if problem["type"] == "extra_forbidden":
        return unknown_key(str(path[-1]), _known_keys(path[:-1]), at)
    name = ".".join(str(p) for p in path if (*path[: path.index(p)], p) in lines or isinstance(p, str))
    if problem["type"] == "missing":
        return EngagementError(f"'{name}' is missing", where=at, mend=f"Add a line '{path[-1]}: …'.")
    message = str(problem["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    mend = "Put the value in quotes." if problem["type"] == "string_type" and _is_scalar(problem["input"]) else ""
    return EngagementError(f"'{name}': {message}" if name else message, where=at, mend=mend)


def _is_scalar(value: object) -> bool:
    return isinstance(value, int | float | bool)


def _line(path: Sequence[Any], lines: Lines) -> int:
    for end in range(len(path), -1, -1):
        if tuple(path[:end]) in lines:
            return lines[tuple(path[:end])]
    return 1


def _known_keys(path: Sequence[Any]) -> list[str]:
    """Return the keys that the model allows at ``path``."""
    at: Any = Engagement
    for part in path:
        if isinstance(at, type) and issubclass(at, BaseModel) and part in at.model_fields:
            at = at.model_fields[part].annotation
        models = _models(at)
        if models:
            at = models[0]
    known = at.model_fields if isinstance(at, type) and issubclass(at, BaseModel) else {}
    return [field.alias or name for name, field in known.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for argument in get_args(annotation) for m in _models(argument)]


def _resolve_paths(engagement: Engagement, folder: Path) -> Engagement:
    """Return the engagement with its local paths made absolute, from the folder of its file."""
    changes: Mapping[str, str] = {
        name: value if "://" in value or Path(value).is_absolute() else str(folder / value)
        for name in ("drops", "path")
        if (value := getattr(engagement.data, name)) is not None
    }
    for name, value in changes.items():
        if "://" in value and has_password(value):
            raise EngagementError(
                f"data.{name} holds a password",
                mend="Put the URL in an environment variable and name it in data.database_url_env.",
            )
    tracking = engagement.mlflow
    if tracking and "://" not in tracking and not tracking.startswith(("env:", "file:")):
        engagement = engagement.model_copy(update={"mlflow": str(folder / tracking)})
    return engagement.model_copy(update={"data": engagement.data.model_copy(update=dict(changes))})
