"""What runs are made with, besides the data: the package, the notebooks, and what was agreed."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from ..assets import asset

if TYPE_CHECKING:
    from ..engagement import Engagement
    from .ledger import Ledger

__all__ = ["Agreed", "agreed", "of_engagement"]

_NUMBERED = re.compile(r"\d\d_.+\.ipynb")


@dataclass(frozen=True, slots=True)
class Agreed:
    """The part of an engagement that a batch needs, small enough to be kept in the ledger.

    Attributes
    ----------
    name : str
        The engagement's.
    drops, path, database : str or None
        Where drops come from: a folder of them, a single one, or the variable that holds a database's URL.
    tables : tuple of str
        The tables of the database that are read.
    schema, queries : str or None, tuple of (name, statement)
        The schema of the tables, and the queries whose results are tables too.
    parameters : str
        A hash of everything agreed that a run depends on: all but where the data is, and where runs are recorded.
    """

    name: str
    drops: str | None
    path: str | None
    database: str | None
    tables: tuple[str, ...]
    parameters: str
    schema: str | None = None
    queries: tuple[tuple[str, str], ...] = ()

    def recipe(self, engagement: Path) -> str:
        """Return the version of the package, and a hash of the parameters and of the notebooks' code.

        Outputs and metadata of notebooks do not count: opening and saving one changes nothing.
        """
        digest = hashlib.sha256(self.parameters.encode())
        for notebook in _notebooks(engagement):
            cells = json.loads(notebook.read_bytes()).get("cells", [])
            code = [(c.get("cell_type"), "".join(c.get("source", []))) for c in cells]
            digest.update(f"{notebook.name}\0{json.dumps(code)}\n".encode())
        return f"{__version__}+{digest.hexdigest()[:12]}"


def _notebooks(engagement: Path) -> list[Path]:
    own = engagement.resolve().parent / "notebooks"
    for folder in (own, asset("notebooks")):
        found = sorted(p for p in folder.iterdir() if _NUMBERED.fullmatch(p.name)) if folder.is_dir() else []
        if found:
            return found
    return []


def of_engagement(engagement: Engagement) -> Agreed:
    """Return what a batch needs of an engagement."""
    text = engagement.model_dump_json(exclude={"mlflow": True, "data": {"drops", "path", "database_url_env"}})
    data = engagement.data
    return Agreed(
        engagement.name, data.drops, data.path, data.database_url_env, tuple(data.tables),
        hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), data.db_schema,
        tuple(data.queries.items()),
    )  # fmt: skip


def agreed(file: Path, ledger: Ledger | None = None) -> Agreed:
    """Read an engagement file; what was read of the same bytes before is taken from the ledger.

    Raises
    ------
    EngagementError
        The file is not there or wrong.
    """
    try:
        key = hashlib.sha256(f"{__version__}\0{file.resolve()}\0".encode() + file.read_bytes()).hexdigest()
    except OSError:
        key = ""
    kept = ledger.fact("agreed") if ledger is not None and key else None
    if kept is not None:
        value = json.loads(kept)
        if value.pop("key", None) == key:
            queries = tuple((name, sql) for name, sql in value["queries"])
            return Agreed(**value | {"tables": tuple(value["tables"]), "queries": queries})
    from ..engagement import load_engagement

    found = of_engagement(load_engagement(os.fspath(file)))
    if ledger is not None and key:
        ledger.keep("agreed", json.dumps(asdict(found) | {"key": key}))
    return found
