"""What the notebooks take: one validated model, checked before a kernel starts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from .errors import ParameterError, suggest
from .sql import one_select

__all__ = ["RunParameters", "check_parameters", "has_password", "parse_assignment", "passwords", "resolve_source"]

Text = Annotated[str, Field(min_length=1, max_length=4096)]
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SECRET_KEY = re.compile(
    r"(?i)(?:^|&)[^&=]*(?:passw|pwd|token|secret|signature|credential|odbc_connect|key)[^&=]*=|(?:^|&)sig="
)
_USER = re.compile(r"://[^/?#@:]*:(?=[^@]*@)")
_FROM_ENVIRONMENT = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")


def _seconds(value: object) -> object:
    from .baselines.budget import parse_seconds

    return parse_seconds(value) if isinstance(value, str) else value


class RunParameters(BaseModel):
    """The parameters of a run: what the cell tagged ``parameters`` of every notebook holds.

    Attributes
    ----------
    engagement : str or None
        Path of ``engagement.yaml``. None: the one beside or above the notebook, or one made from the data.
    drop : str or None
        The data: file, folder, glob or URL; ``env:NAME`` takes a URL from the environment. None: the newest drop
        of the engagement.
    sql : str or None
        A SELECT, of a database: its result is the only table, called ``query``. None: the engagement's, or tables.
    db_schema : str or None
        The schema whose tables are read, of a database. None: the engagement's, or the default one.
    target : str or None
        The column to predict, where there is no engagement.
    out : str or None
        The run directory.
    previous : str or None
        The run directory of an earlier drop to compare with.
    use_cases : list of str
        Names of the use cases to evaluate; empty: all.
    seed : int or None
        None: the engagement's.
    budget : float or None
        Seconds that the baselines may take for a use case, or a text such as 90s, 5m or 1h; None: no limit.
    workers : int
        Processes that the baselines may use.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    engagement: Text | None = None
    drop: Text | None = None
    sql: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None
    db_schema: Text | None = None
    target: Text | None = None
    out: Text | None = None
    previous: Text | None = None
    use_cases: list[Text] = Field(default_factory=list)
    seed: int | None = Field(default=None, ge=0, lt=2**32)
    budget: Annotated[float | None, BeforeValidator(_seconds)] = Field(default=None, gt=0, allow_inf_nan=False)
    workers: int = Field(default=1, ge=1, le=256)


def check_parameters(values: Mapping[str, Any], where: str = "") -> RunParameters:
    """Return ``values`` as parameters.

    Raises
    ------
    ParameterError
        A parameter is unknown (the message suggests one), of the wrong type, or unsafe: a URL with a password,
        which would land in the executed notebook, or text with control characters.
    """
    known = list(RunParameters.model_fields)
    for name, value in values.items():
        if name not in known:
            raise ParameterError(f"unknown parameter '{_plain(name)}'", where=where, mend=suggest(name, known))
        for text in value if isinstance(value, list) else [value]:
            _refuse_unsafe(name, text, where)
    try:
        return _agreeing(RunParameters.model_validate(dict(values)), where)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        message = str(problem["msg"])
        message = f"{message[:1].lower()}{message[1:]}, not {problem['input']!r}"
        if problem["type"] == "value_error":
            message = str(problem["ctx"]["error"])
        raise ParameterError(f"parameter '{problem['loc'][0]}': {message}", where=where) from None


def _agreeing(parameters: RunParameters, where: str) -> RunParameters:
    """Refuse a query that is none, and a schema beside a query, which names its own."""
    if parameters.sql is None:
        return parameters
    if parameters.db_schema is not None:
        raise ParameterError("sql and db_schema are both given", where=where, mend="Name the schema in the query.")
    try:
        one_select(parameters.sql)
    except ValueError as error:
        raise ParameterError(f"parameter 'sql': {error}", where=where, mend="Give one SELECT.") from None
    return parameters


def _plain(text: str) -> str:
    return _CONTROL.sub("?", text)[:100]


def _refuse_unsafe(name: str, value: object, where: str) -> None:
    if not isinstance(value, str):
        return
    if _CONTROL.search(re.sub(r"[\t\r\n]", "", value) if name == "sql" else value):
        raise ParameterError(f"parameter '{name}' holds a control character", where=where, mend="Take it out.")
    if has_password(value):
        raise ParameterError(
            f"parameter '{name}' holds a password, which would be written into the executed notebook",
            where=where,
            mend="Put the URL into an environment variable and give env:NAME instead.",
        )


def has_password(url: str) -> bool:
    """Return whether ``url`` is a URL with a password or token in it, be it written as URLs have it or not."""
    if "://" not in url:
        return False
    if passwords(url):
        return True
    try:
        return _SECRET_KEY.search(urlsplit(url).query) is not None
    except ValueError:
        return "@" in url


def passwords(url: str) -> set[str]:
    """Return what may be the password of ``url``: what stands before the first ``@``, and before the last.

    A password is often given as it is, with a ``/`` or ``@`` that stands for something else in a URL, where parsers
    take but a part of it, or none.
    """
    found = _USER.search(url)
    if found is None:
        return set()
    begin = found.end()
    return {url[begin : url.index("@", begin)], url[begin : url.rindex("@")]} - {""}


def without_password(url: str) -> str:
    """Return ``url`` with its user information and query taken out, as it may be shown."""
    if passwords(url):
        return f"{url.partition('://')[0]}://{url.rpartition('@')[2].partition('?')[0]}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("://")[0] + "://…"
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def parse_assignment(text: str) -> tuple[str, Any]:
    """Return name and value of ``NAME=VALUE``; the value is read as YAML, so that ``false`` is not text.

    Raises
    ------
    ParameterError
        There is no ``=``, or the name is not a name.
    """
    import yaml

    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name.isidentifier():
        raise ParameterError(f"'{_plain(text)}' is not a parameter", mend="Write NAME=VALUE, e.g. --param seed=3.")
    try:
        return name, yaml.safe_load(value) if value.strip() else None
    except yaml.YAMLError:
        return name, value


def resolve_source(source: str) -> str:
    """Return ``source``, or the value of the environment variable that ``env:NAME`` names.

    Raises
    ------
    ParameterError
        The variable is not set.
    """
    match = _FROM_ENVIRONMENT.fullmatch(source)
    if match is None:
        return source
    value = os.environ.get(match[1])
    if not value:
        raise ParameterError(
            f"the environment variable {match[1]} is not set", where=source, mend=f"Set it: export {match[1]}=…"
        )
    return value
