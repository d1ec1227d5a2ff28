"""The ledger: one row a drop and content, in SQLite, so that every drop is run once whoever looks.

Every change of state is one transaction that takes the write lock first. A run is claimed under a lease, which its
batch renews while it lives; a lease that ran out may be claimed again, so a run whose process died is picked up.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from ..errors import PublishError

__all__ = ["STATES", "Entry", "Ledger", "State", "new_owner"]

State = Literal["waiting", "running", "done", "failed", "quarantined", "superseded", "skipped"]
STATES: tuple[State, ...] = get_args(State)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS drops (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, path TEXT NOT NULL, hash TEXT NOT NULL, signature TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL DEFAULT 0,
    owner TEXT, lease_until REAL NOT NULL DEFAULT 0,
    position TEXT NOT NULL, found REAL NOT NULL, updated REAL NOT NULL,
    reruns INTEGER NOT NULL DEFAULT 0, made_with TEXT NOT NULL DEFAULT '', run TEXT, reason TEXT, summary TEXT,
    supersedes INTEGER REFERENCES drops(id), superseded_by INTEGER REFERENCES drops(id),
    duplicate_of INTEGER REFERENCES drops(id)
);
CREATE INDEX IF NOT EXISTS by_name ON drops(name, id);
CREATE INDEX IF NOT EXISTS by_hash ON drops(hash);
CREATE INDEX IF NOT EXISTS by_state ON drops(state, not_before);
CREATE TABLE IF NOT EXISTS seen (name TEXT PRIMARY KEY, signature TEXT NOT NULL, since REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger."""

    id: int
    name: str
    path: str
    hash: str
    signature: str
    state: State
    attempts: int
    not_before: float
    owner: str | None
    lease_until: float
    position: str
    found: float
    updated: float
    reruns: int
    made_with: str
    run: str | None
    reason: str | None
    summary: str | None
    supersedes: int | None
    superseded_by: int | None
    duplicate_of: int | None

    @property
    def figures(self) -> dict[str, Any]:
        """What the index shows of the run."""
        return dict(json.loads(self.summary)) if self.summary else {}


class Ledger:
    """The ledger of one engagement. Open one a thread; several processes may have it open.

    Parameters
    ----------
    path : Path
        The SQLite file; made if it is not there.
    clock : callable
        Seconds since 1970.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path, self.clock = path, clock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name='seen'").fetchone():
                self._db.executescript(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise _unusable(path, error) from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock; all of it happens, or nothing."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Entry]:
        return [Entry(**dict(row)) for row in self._db.execute(query, values)]

    def entries(self, *states: State) -> list[Entry]:
        """Return the rows in the given states (all, if none is given), in the order of the drops."""
        marks = ",".join("?" * len(states))
        where = f" WHERE state IN ({marks})" if states else ""
        return self._rows(f"SELECT * FROM drops{where} ORDER BY position, id", states)

    def get(self, number: int) -> Entry:
        """Return the row with that id; KeyError where there is none."""
        rows = self._rows("SELECT * FROM drops WHERE id=?", (number,))
        if not rows:
            raise KeyError(number)
        return rows[0]

    def known(self) -> dict[str, str]:
        """Return for each name the signature it was last recorded with."""
        query = "SELECT name, signature FROM drops WHERE id IN (SELECT max(id) FROM drops GROUP BY name)"
        return {row["name"]: row["signature"] for row in self._db.execute(query)}

    def quiet_since(self, name: str, signature: str) -> float:
        """Return since when ``name`` has been seen with that signature; a clock set back starts anew."""
        now = self.clock()
        with self._change() as db:
            row = db.execute("SELECT signature, since FROM seen WHERE name=?", (name,)).fetchone()
            if row is not None and row["signature"] == signature and row["since"] <= now:
                return float(row["since"])
            db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (name, signature, now))
        return now

    def record(self, name: str, path: Path, content: str, signature: str, position: str) -> Entry | None:
        """Record a settled drop; None if it is known.

        The same name with new bytes supersedes what was recorded before. The same bytes under another name that
        are done or on their way are recorded as skipped.
        """
        now = self.clock()
        with self._change() as db:
            db.execute("DELETE FROM seen WHERE name=?", (name,))
            before = db.execute("SELECT * FROM drops WHERE name=? ORDER BY id DESC LIMIT 1", (name,)).fetchone()
            if before is not None and before["hash"] == content:
                db.execute("UPDATE drops SET signature=?, path=? WHERE id=?", (signature, str(path), before["id"]))
                return None
            twin = db.execute(
                "SELECT id FROM drops WHERE hash=? AND name<>? AND state IN ('waiting','running','done','failed',"
                "'quarantined') ORDER BY id LIMIT 1",
                (content, name),
            ).fetchone()
            cursor = db.execute(
                "INSERT INTO drops (name, path, hash, signature, state, position, found, updated, supersedes,"
                " duplicate_of) VALUES (?,?,?,?,?,?,?,?,?,?)",
                (
                    name,
                    str(path),
                    content,
                    signature,
                    "skipped" if twin else "waiting",
                    before["position"] if before else position,
                    now,
                    now,
                    before["id"] if before else None,
                    twin["id"] if twin else None,
                ),
            )
            number = int(cursor.lastrowid or 0)
            if before is not None:
                db.execute(
                    "UPDATE drops SET superseded_by=?, updated=?, state=CASE WHEN state IN ('waiting','failed',"
                    "'quarantined','skipped') THEN 'superseded' ELSE state END WHERE id=?",
                    (number, now, before["id"]),
                )
        return self.get(number)

    def claim(self, owner: str, lease: float, names: Sequence[str] | None = None) -> Entry | None:
        """Take the next drop that is due under a lease of ``lease`` seconds; None if there is none.

        Due are those that wait, those that failed and have waited long enough, and runs whose lease ran out or
        whose batch, on this machine, is dead.
        """
        now = self.clock()
        only = f" AND name IN ({','.join('?' * len(names))})" if names is not None else ""
        with self._change() as db:
            _give_up_dead(db, now)
            row = db.execute(
                "SELECT id FROM drops WHERE (state='waiting' OR (state='failed' AND not_before<=?)"
                f" OR (state='running' AND lease_until<=?)){only} ORDER BY position, id LIMIT 1",
                (now, now, *(names or ())),
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE drops SET state='running', owner=?, lease_until=?, attempts=attempts+1, updated=?"
                " WHERE id=?",
                (owner, now + lease, now, row["id"]),
            )
        return self.get(row["id"])

    def renew(self, number: int, owner: str, lease: float) -> bool:
        """Renew a lease; False if it is no longer ours."""
        with self._change() as db:
            cursor = db.execute(
                "UPDATE drops SET lease_until=? WHERE id=? AND owner=? AND state='running'",
                (self.clock() + lease, number, owner),
            )
        return cursor.rowcount == 1

    def finish(self, number: int, owner: str, run: str, summary: dict[str, Any], made_with: str) -> bool:
        """Record that a run is done, and what it supersedes; False if the lease was no longer ours."""
        now = self.clock()
        with self._change() as db:
            cursor = db.execute(
                "UPDATE drops SET state=CASE WHEN superseded_by IS NULL THEN 'done' ELSE 'superseded' END, run=?,"
                " summary=?, made_with=?, reason=NULL, owner=NULL, updated=? WHERE id=? AND owner=?",
                (run, json.dumps(summary), made_with, now, number, owner),
            )
            if cursor.rowcount != 1:
                return False
            db.execute(
                "UPDATE drops SET state='superseded', updated=? WHERE superseded_by=? AND state='done'",
                (now, number),
            )
        return True

    def fail(self, number: int, owner: str, reason: dict[str, Any], *, again_in: float | None) -> None:
        """Record that a run failed: to be tried again after ``again_in`` seconds, or (None) quarantined."""
        now = self.clock()
        state = "quarantined" if again_in is None else "failed"
        with self._change() as db:
            db.execute(
                "UPDATE drops SET state=CASE WHEN superseded_by IS NULL THEN ? ELSE 'superseded' END, reason=?,"
                " not_before=?, owner=NULL, updated=? WHERE id=? AND owner=?",
                (state, json.dumps(reason), now + (again_in or 0), now, number, owner),
            )

    def release(self, number: int, owner: str) -> None:
        """Give a claimed drop back: it waits again, and the attempt does not count."""
        with self._change() as db:
            db.execute(
                "UPDATE drops SET state='waiting', owner=NULL, attempts=attempts-1, updated=?"
                " WHERE id=? AND owner=?",
                (self.clock(), number, owner),
            )

    def retry(self, states: Sequence[State], names: Sequence[str] | None = None) -> int:
        """Have the drops in ``states`` run again, and return how many those are; superseded ones stay so."""
        marks = ",".join("?" * len(states))
        only = f" AND name IN ({','.join('?' * len(names))})" if names is not None else ""
        with self._change() as db:
            cursor = db.execute(
                "UPDATE drops SET reruns=reruns+(state='done'), state='waiting', attempts=0, not_before=0"
                f" WHERE state IN ({marks}){only}",
                (*states, *(names or ())),
            )
        return cursor.rowcount

    def previous(self, entry: Entry) -> Entry | None:
        """Return the last drop before ``entry`` that is done, in the order of the drops."""
        rows = self._rows(
            "SELECT * FROM drops WHERE state='done' AND (position < ? OR (position = ? AND id < ?)) AND id <> ?"
            " AND name <> ? ORDER BY position DESC, id DESC LIMIT 1",
            (entry.position, entry.position, entry.id, entry.id, entry.name),
        )
        return rows[0] if rows else None


def _give_up_dead(db: sqlite3.Connection, now: float) -> None:
    """End the leases of dead batches; what was corrected since they began is not run any more."""
    for held in db.execute("SELECT id, owner FROM drops WHERE state='running'").fetchall():
        if _is_dead(held["owner"]):
            db.execute("UPDATE drops SET lease_until=0 WHERE id=?", (held["id"],))
    db.execute(
        "UPDATE drops SET state='superseded', owner=NULL, updated=? WHERE state='running' AND lease_until<=?"
        " AND superseded_by IS NOT NULL",
        (now, now),
    )


def new_owner() -> str:
    """Return a name for whoever claims: machine, process, and a random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def _is_dead(owner: str | None) -> bool:
    """Whether ``owner`` is a process of this machine that no longer is."""
    if owner is None:
        return False
    host, number, _ = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _unusable(path: Path, error: Exception) -> PublishError:
    return PublishError(
        f"the ledger cannot be used ({error})",
        where=str(path),
        mend="Check that the disk has room and may be written to; what was recorded before is intact.",
    )
