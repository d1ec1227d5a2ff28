"""YAML with line numbers: safe, without surprises, and every value knows the line it is on."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

import yaml

from ..errors import EngagementError, suggest

__all__ = ["Lines", "dump", "parse", "unknown_key"]

MAX_BYTES = 2_000_000
MAX_NODES = 200_000

Lines = dict[tuple[Hashable, ...], int]


class _Loader(yaml.SafeLoader):
    """The safe loader with the plain scalars of YAML 1.2: ``yes``, ``on``, ``12:30`` and dates stay text."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012


def _resolver(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


_resolver("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
_INTEGER = r"[-+]?(?:0|[1-9][0-9_]*)"
_resolver("int", rf"^{_INTEGER}$", "-+0123456789")
_resolver(
    "float",
    rf"^(?:(?:{_INTEGER}|[-+]?)\.[0-9]+(?:[eE][-+]?[0-9]+)?|{_INTEGER}(?:\.|[eE][-+]?[0-9]+)|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
    "-+0123456789.",
)
_resolver("null", r"^(?:~|null|Null|NULL|)$", "~nN\0")
_Loader.yaml_implicit_resolvers.setdefault("", []).extend(_Loader.yaml_implicit_resolvers.get("\0", []))


def parse(text: str, where: str) -> tuple[Any, Lines]:
    """Return the value of the YAML document ``text``, and the line (from 1) of every path in it.

    Raises
    ------
    EngagementError
        With the line, where the text is not YAML, holds a key twice or several documents, or asks for an object.
    """
    if len(text) > MAX_BYTES:
        raise EngagementError(
            f"more than {MAX_BYTES // 1_000_000} MB", where=where, mend="This is not an engagement."
        )
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        lines: Lines = {(): 1}
        value = _value(loader, node, (), lines, where) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        what = " ".join(filter(None, [error.context, error.problem])) or "not valid YAML"
        raise EngagementError(
            f"not valid YAML, {what}", where=f"{where}{line}", mend="Check indentation, colons and quotes."
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise EngagementError(
            f"not valid YAML, {error}", where=where, mend="Save it as plain UTF-8 text."
        ) from None
    finally:
        if loader is not None:
            loader.dispose()
    return value, lines


def _value(loader: _Loader, node: yaml.Node, path: tuple[Hashable, ...], lines: Lines, where: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if len(lines) > MAX_NODES:
        raise EngagementError(
            "too many values, or aliases that multiply", where=where, mend="Write it out plainly."
        )
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines, where)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*path, i), lines, where) for i, item in enumerate(node.value)]
    return loader.construct_object(node, deep=True)


def _mapping(
    loader: _Loader, node: yaml.MappingNode, path: tuple[Hashable, ...], lines: Lines, where: str
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise EngagementError("a key must be a word", where=f"{where}:{line}", mend="Put it in quotes.")
        key = str(key_node.value)
        if key in found:
            raise EngagementError(f"'{key}' is given twice", where=f"{where}:{line}", mend="Keep one of them.")
        lines[(*path, key)] = line
        found[key] = _value(loader, value_node, (*path, key), lines, where)
    return found


def unknown_key(name: str, known: list[str], where: str) -> EngagementError:
    """Return the error for a key that the model does not have."""
    return EngagementError(f"unknown key '{name}'", where=where, mend=suggest(name, known))


class _Dumper(yaml.SafeDumper):
    """Indents the items of lists, and quotes what either version of YAML would not take for text."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [*yaml.SafeDumper.yaml_implicit_resolvers.get(first, []), *resolvers]
        for first, resolvers in {
            **yaml.SafeDumper.yaml_implicit_resolvers,
            **_Loader.yaml_implicit_resolvers,
        }.items()
    }

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def dump(value: Mapping[str, Any]) -> str:
    """Return ``value`` as YAML that :func:`parse` reads back."""
    text: str = yaml.dump(
        dict(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=False
    )
    return text
