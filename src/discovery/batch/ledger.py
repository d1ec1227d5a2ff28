"""The ledger: one row a drop, content and recipe, so that every drop is run once whoever looks.

Every change of state is one transaction under the store's write lock. A run is claimed under a lease, which its
batch renews while it lives; a lease that ran out may be claimed again, so a run whose process died is picked up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from .entry import Entry, State
from .owner import is_dead
from .store import Run, open_store

__all__ = ["Ledger"]

_DUE = "(state='waiting' OR (state='failed' AND (not_before<=? OR updated>?)) OR (state='running'"


class Ledger:
    """The ledger of one engagement. Open one a thread; several processes may have it open.

    Parameters
    ----------
    place : Path or str
        The SQLite file, made if it is not there, or a PostgreSQL URL.
    engagement : str
        Its name: in PostgreSQL each engagement has a schema of its own.
    clock : callable, optional
        Seconds since 1970; else the machine's clock, or that of the server.
    read_only : bool
        Make and change nothing.
    """

    def __init__(
        self,
        place: Path | str,
        engagement: str = "",
        clock: Callable[[], float] | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        self._store = open_store(place, engagement, clock, read_only=read_only)
        self.clock = clock or self._store.now

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Entry]:
        return [Entry(**row) for row in self._store.rows(query, values)]

    def entries(self, *states: State) -> list[Entry]:
        """Return the rows in the given states (all, if none is given), in the order of the drops."""
        where = f" WHERE state IN ({_marks(states)})" if states else ""
        return self._rows(f"SELECT * FROM drops{where} ORDER BY position, id", states)

    def get(self, number: int) -> Entry:
        """Return the row with that id; KeyError where there is none."""
        rows = self._rows("SELECT * FROM drops WHERE id=?", (number,))
        if not rows:
            raise KeyError(number)
        return rows[0]

    def known(self) -> dict[str, str]:
        """Return for each name the signature it was last recorded with."""
        return dict(self._store.tuples("SELECT name, signature FROM drops WHERE superseded_by IS NULL"))

    def last_hash(self) -> str | None:
        """Return the hash of the drop that was recorded last."""
        found = self._store.tuples("SELECT hash FROM drops ORDER BY id DESC LIMIT 1")
        return str(found[0][0]) if found else None

    def untold(self, since: float) -> tuple[list[Entry], float]:
        """Return what has ended since it was last told, and mark it told; give the old mark to undo that.

        Of several batches that ask at one time, one is given each row. ``since`` counts where nothing was told yet.
        """
        with self._store.change() as run:
            kept = run("SELECT value FROM facts WHERE name='told'")
            mark = float(kept[0]["value"]) if kept else since
            rows = run(
                "SELECT * FROM drops WHERE updated>? AND superseded_by IS NULL"
                " AND state IN ('done','failed','quarantined','skipped') ORDER BY updated, id",
                mark,
            )
            if rows or not kept:
                newest = max((row["updated"] for row in rows), default=mark)
                run(
                    "INSERT INTO facts (name, value) VALUES ('told', ?)"
                    " ON CONFLICT (name) DO UPDATE SET value=excluded.value",
                    repr(float(newest)),
                )
        return [Entry(**row) for row in rows], mark

    def stamp(self) -> str:
        """Return a text that changes whenever a row does."""
        query = "SELECT count(*) AS number, max(updated) AS last, max(id) AS newest FROM drops"
        ((count, last, newest),) = self._store.tuples(query)
        return f"{count} {last} {newest}"

    def fact(self, name: str) -> str | None:
        """Return what was kept under ``name``."""
        found = self._store.tuples("SELECT value FROM facts WHERE name=?", (name,))
        return str(found[0][0]) if found else None

    def keep(self, name: str, value: str) -> None:
        """Keep ``value`` under ``name``."""
        with self._store.change() as run:
            run(
                "INSERT INTO facts (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value=excluded.value",
                name,
                value,
            )

    def quiet_since(self, name: str, signature: str) -> float:
        """Return since when ``name`` has been seen with that signature; a clock set back starts anew."""
        now = self.clock()
        with self._store.change() as run:
            rows = run("SELECT signature, since FROM seen WHERE name=?", name)
            if rows and rows[0]["signature"] == signature and rows[0]["since"] <= now:
                return float(rows[0]["since"])
            run(
                "INSERT INTO seen (name, signature, since) VALUES (?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET signature=excluded.signature, since=excluded.since",
                name,
                signature,
                now,
            )
        return now

    def record(self, name: str, path: Path | str, content: str, signature: str, position: str) -> Entry | None:
        """Record a settled drop; None if it is known.

        The same name with new bytes supersedes what was recorded before. The same bytes under another name that
        are done or on their way are recorded as skipped.
        """
        now = self.clock()
        with self._store.change() as run:
            run("DELETE FROM seen WHERE name=?", name)
            rows = run("SELECT * FROM drops WHERE name=? ORDER BY id DESC LIMIT 1", name)
            before = rows[0] if rows else None
            if before is not None and before["hash"] == content:
                run("UPDATE drops SET signature=?, path=? WHERE id=?", signature, str(path), before["id"])
                return None
            twins = run(
                "SELECT id FROM drops WHERE hash=? AND name<>? AND state IN ('waiting','running','done','failed',"
                "'quarantined') ORDER BY id LIMIT 1",
                content,
                name,
            )
            new = _insert(
                run,
                name=name,
                path=str(path),
                hash=content,
                signature=signature,
                state="skipped" if twins else "waiting",
                position=before["position"] if before else position,
                found=now,
                updated=now,
                supersedes=before["id"] if before else None,
                duplicate_of=twins[0]["id"] if twins else None,
            )
            if before is not None:
                _supersede(run, before["id"], new, now)
        return self.get(new)

    def renewable(
        self, made_with: str, names: Collection[str] | None = None, *, force: bool = False
    ) -> list[Entry]:
        """Return the newest rows that were done, or quarantined, under another recipe than ``made_with``.

        What was done under this recipe before, and under another since, does not count: each is run once. With
        ``force`` all that are done count.
        """
        rows = self._rows(
            "SELECT * FROM drops WHERE superseded_by IS NULL AND made_with<>'' AND state IN ('done','quarantined')"
            + ("" if force else " AND made_with<>?")
            + " ORDER BY position, id",
            () if force else (made_with,),
        )
        if names is not None:
            chosen = set(names)
            rows = [r for r in rows if r.name in chosen]
        if force or not rows:
            return rows
        made = self._store.tuples(
            "SELECT name, hash FROM drops WHERE made_with=? AND run IS NOT NULL", (made_with,)
        )
        before = {(name, content) for name, content in made}
        return [r for r in rows if r.state != "done" or (r.name, r.hash) not in before]

    def run_again(self, entries: Sequence[Entry]) -> None:
        """Have drops run again: what was done is superseded by a new row, what was quarantined waits again."""
        now = self.clock()
        with self._store.change() as run:
            for entry in entries:
                if entry.state != "done":
                    _wait_again(run, now, "id=?", entry.id)
                    continue
                held = run("SELECT 1 AS it FROM drops WHERE id=? AND superseded_by IS NOT NULL", entry.id)
                if held:
                    continue
                new = _insert(
                    run,
                    name=entry.name,
                    path=entry.path,
                    hash=entry.hash,
                    signature=entry.signature,
                    state="waiting",
                    position=entry.position,
                    found=now,
                    updated=now,
                    supersedes=entry.id,
                )
                _supersede(run, entry.id, new, now)

    def claim(self, owner: str, lease: float, names: Sequence[str] | None = None) -> Entry | None:
        """Take the next drop that is due under a lease of ``lease`` seconds; None if there is none.

        Due are those that wait, those that failed and have waited long enough, and runs whose lease ran out or
        whose batch, on this machine, is dead. A failure in the future (the clock was set back) is due. A run that
        was picked up may have been superseded since it began.
        """
        now = self.clock()
        only = f" AND name IN ({_marks(names)})" if names is not None else ""
        if not self._store.tuples(f"SELECT 1 FROM drops WHERE {_DUE})) LIMIT 1", (now, now)):
            return None
        with self._store.change() as run:
            _give_up_dead(run)
            rows = run(
                f"SELECT id FROM drops WHERE {_DUE} AND lease_until<=?)){only} ORDER BY position, id LIMIT 1",
                now,
                now,
                now,
                *(names or ()),
            )
            if not rows:
                return None
            number = int(rows[0]["id"])
            run(
                "UPDATE drops SET state='running', owner=?, lease_until=?, attempts=attempts+1, updated=?"
                " WHERE id=?",
                owner,
                now + lease,
                now,
                number,
            )
        return self.get(number)

    def due(self, names: Collection[str] | None = None) -> list[Entry]:
        """Return the drops that may be claimed, in their order."""
        now = self.clock()
        with self._store.change() as run:
            _give_up_dead(run)
            rows = run(
                f"SELECT * FROM drops WHERE {_DUE} AND lease_until<=?)) ORDER BY position, id", now, now, now
            )
        chosen = {row["name"] for row in rows} if names is None else set(names)
        return [Entry(**row) for row in rows if row["name"] in chosen]

    def renew(self, number: int, owner: str, lease: float) -> bool:
        """Renew a lease; False if it is no longer ours."""
        with self._store.change() as run:
            rows = run(
                "UPDATE drops SET lease_until=? WHERE id=? AND owner=? AND state='running' RETURNING id",
                self.clock() + lease,
                number,
                owner,
            )
        return bool(rows)

    def finish(self, number: int, owner: str, name: str, summary: dict[str, Any], made_with: str) -> bool:
        """Record that a run is done, and what it supersedes; False if the lease was no longer ours."""
        now = self.clock()
        with self._store.change() as run:
            rows = run(
                "UPDATE drops SET state=CASE WHEN superseded_by IS NULL THEN 'done' ELSE 'superseded' END, run=?,"
                " summary=?, made_with=?, reason=NULL, owner=NULL, updated=? WHERE id=? AND owner=? RETURNING id",
                name,
                json.dumps(summary),
                made_with,
                now,
                number,
                owner,
            )
            if not rows:
                return False
            run(
                "UPDATE drops SET state='superseded', updated=? WHERE superseded_by=? AND state='done'", now, number
            )
        return True

    def fail(
        self, number: int, owner: str, reason: dict[str, Any], *, again_in: float | None, made_with: str = ""
    ) -> None:
        """Record that a run failed: to be tried again after ``again_in`` seconds, or (None) quarantined."""
        now = self.clock()
        state = "quarantined" if again_in is None else "failed"
        with self._store.change() as run:
            rows = run(
                "UPDATE drops SET state=CASE WHEN superseded_by IS NULL THEN ? ELSE 'superseded' END, reason=?,"
                " not_before=?, made_with=?, owner=NULL, updated=? WHERE id=? AND owner=? RETURNING id, state",
                state,
                json.dumps(reason),
                now + (again_in or 0),
                made_with,
                now,
                number,
                owner,
            )
            _revive_twins(run, rows, now)

    def release(self, number: int, owner: str) -> None:
        """Give a claimed drop back: it waits again, if it was not corrected since; the attempt does not count."""
        now = self.clock()
        with self._store.change() as run:
            rows = run(
                "UPDATE drops SET state=CASE WHEN superseded_by IS NULL THEN 'waiting' ELSE 'superseded' END,"
                " owner=NULL, attempts=attempts-1, updated=? WHERE id=? AND owner=? RETURNING id, state",
                now,
                number,
                owner,
            )
            _revive_twins(run, rows, now)

    def retry(self, names: Sequence[str] | None = None) -> None:
        """Have the drops that failed or are quarantined run again now."""
        only = f" AND name IN ({_marks(names)})" if names is not None else ""
        with self._store.change() as run:
            _wait_again(run, self.clock(), f"state IN ('failed','quarantined'){only}", *(names or ()))

    def previous(self, entry: Entry) -> Entry | None:
        """Return the last drop before ``entry`` that is done, in the order of the drops."""
        rows = self._rows(
            "SELECT * FROM drops WHERE state='done' AND position < ? AND name <> ?"
            " ORDER BY position DESC, id DESC LIMIT 1",
            (entry.position, entry.name),
        )
        return rows[0] if rows else None


def _marks(values: Collection[object]) -> str:
    return ",".join("?" * len(values)) or "NULL"


def _insert(run: Run, **values: Any) -> int:
    rows = run(f"INSERT INTO drops ({', '.join(values)}) VALUES ({_marks(values)}) RETURNING id", *values.values())
    return int(rows[0]["id"])


def _wait_again(run: Run, now: float, where: str, *values: Any) -> None:
    run(f"UPDATE drops SET state='waiting', attempts=0, not_before=0, updated=? WHERE {where}", now, *values)


def _supersede(run: Run, old: int, new: int, now: float) -> None:
    """Link both ways. What is running or done stays so until the new one is done."""
    rows = run(
        "UPDATE drops SET superseded_by=?, updated=?, state=CASE WHEN state IN ('waiting','failed','quarantined',"
        "'skipped') THEN 'superseded' ELSE state END WHERE id=? RETURNING id, state",
        new,
        now,
        old,
    )
    _revive_twins(run, rows, now)


def _revive_twins(run: Run, rows: Sequence[Any], now: float) -> None:
    """Revive the twins of those of ``rows`` that are superseded now."""
    for row in rows:
        if row["state"] == "superseded":
            _revive(run, row["id"], now)


def _revive(run: Run, gone: int, now: float) -> None:
    """Have a drop run that was skipped for the same bytes as one that will now never be run."""
    skipped = run("SELECT id FROM drops WHERE duplicate_of=? AND state='skipped' ORDER BY id", gone)
    if not skipped:
        return
    first = skipped[0]["id"]
    run("UPDATE drops SET state='waiting', duplicate_of=NULL, updated=? WHERE id=?", now, first)
    run("UPDATE drops SET duplicate_of=?, updated=? WHERE duplicate_of=? AND state='skipped'", first, now, gone)


def _give_up_dead(run: Run) -> None:
    """End the leases of dead batches."""
    for held in run("SELECT id, owner FROM drops WHERE state='running'"):
        if is_dead(held["owner"]):
            run("UPDATE drops SET lease_until=0 WHERE id=?", held["id"])
