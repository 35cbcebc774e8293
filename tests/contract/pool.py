"""Databases that tests use one after the other: who gives one back leaves it as the template is.

A copy of the template costs ten times of what it costs to empty the few tables that a test wrote.
A database that cannot be brought back with certainty (its shape, its statistics, its settings or
what the template itself holds were changed, or the server was gone meanwhile) is dropped, and the
next who asks gets a new copy.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from bot.store.pgline import Connection, connect
from tests.contract.server import Server

# Whoever is still connected; each of them is waited for.
ALONE = """SELECT pg_terminate_backend(pid, 20000) AS gone FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
# A file grows with the first row that is tried, be it rolled back, and is cut by TRUNCATE alone.
WRITTEN = """SELECT relname AS name FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"""
SEQUENCES = """SELECT sequencename AS name, last_value FROM pg_sequences
WHERE schemaname = 'public'"""
# A row of a catalogue that was added or changed since then is younger; one that went is missing.
CHANGED = (
    "SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE age(xmin) <= age(%(since)s::xid)))"
)
OURS = 16_384  # the first number that the server gives to what people make
CATALOGUES = {
    **dict.fromkeys(("class", "proc", "type", "rewrite", "constraint", "attrdef"), "oid"),
    **dict.fromkeys(("trigger", "policy", "namespace", "extension", "event_trigger"), "oid"),
    **dict.fromkeys(("statistic_ext", "largeobject_metadata"), "oid"),
    "attribute": "attrelid", "index": "indexrelid", "statistic": "starelid",
}  # fmt: skip
SETTINGS = """SELECT count(*)::text FROM pg_db_role_setting
WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"""
# What ANALYZE writes of an empty table is written in place.
COUNTED = f"SELECT string_agg(relname, ' ') FROM pg_class WHERE oid >= {OURS} AND relkind = 'r' AND reltuples > -1"
SHAPE = " UNION ALL ".join(
    [f"{CHANGED} FROM pg_{name} WHERE {number} >= {OURS}" for name, number in CATALOGUES.items()]
    + [SETTINGS, COUNTED]
)
# The rows of pg_class that TRUNCATE leaves behind are swept away before reading them takes long.
SWEEP = 20


@dataclass(frozen=True)
class Likeness:
    """What a clean database has: its shape, its sequences, and the tables that hold something.
    ``since`` is the last transaction of those that made it so."""

    since: str
    shape: list[str]
    sequences: dict[str, Any]
    held: dict[str, str]


@dataclass
class Lent:
    """One database, and a connection to it that stays open from one test to the next."""

    name: str
    url: str
    outside: Connection
    like: Likeness
    uses: int = 0


@dataclass
class Pool:
    """Databases of one server. ``made`` and ``dropped`` count."""

    server: Server
    template: str = "migrated"
    free: list[Lent] = field(default_factory=list)
    made: int = 0
    dropped: int = 0

    def take(self) -> Lent:
        """A database as the template is; nobody else has it."""
        while self.free:
            lent = self.free.pop()
            with suppress(psycopg.Error):
                lent.outside.execute(b"SELECT 1")
                return lent
            self._drop(lent)
        return self._make()

    def give(self, lent: Lent) -> None:
        """Takes it back, whatever was done to it."""
        try:
            fine = lent.outside.info.transaction_status == TransactionStatus.IDLE and clean(lent)
        except psycopg.Error:
            fine = False
        if fine:
            self.free.append(lent)
        else:
            self._drop(lent)

    def close(self) -> None:
        """Lets go of the connections; the server and its databases go by themselves."""
        for lent in self.free:
            lent.outside.close()

    def _make(self) -> Lent:
        name = self.server.create(template=self.template)
        self.made += 1
        outside = connect(self.server.url(name))
        outside.execute(b"RESET ALL")
        return Lent(name, self.server.url(name), outside, likeness(outside))

    def _drop(self, lent: Lent) -> None:
        lent.outside.close()
        self.dropped += 1
        self.server.drop(lent.name)


def likeness(outside: Connection) -> Likeness:
    """How a database looks now."""
    since = _number(outside)
    return Likeness(since, _shape(outside, since), _sequences(outside),
                    {name: _content(outside, name) for name in _written(outside)})  # fmt: skip


def clean(lent: Lent) -> bool:
    """Empties what was written; False where that does not make it what it was."""
    outside, like = lent.outside, lent.like
    outside.execute(b"RESET ALL")
    outside.execute(ALONE.encode())
    if _shape(outside, like.since) != like.shape:
        return False
    if any(_content(outside, name) != digest for name, digest in like.held.items()):
        return False
    _empty(outside, [name for name in _written(outside) if name not in like.held])
    moved = [name for name, at in _sequences(outside).items() if at != like.sequences[name]]
    if any(like.sequences[name] is not None for name in moved):
        return False
    for name in moved:
        outside.execute(f"""ALTER SEQUENCE "{name}" RESTART""".encode())
    lent.uses += 1
    if lent.uses % SWEEP == 0:
        outside.execute(b"VACUUM pg_class")
    lent.like = replace(like, since=_number(outside))
    return True


def _empty(outside: Connection, tables: list[str]) -> None:
    if tables:
        names = ", ".join(f'"{name}"' for name in tables)
        outside.execute(f"TRUNCATE {names} RESTART IDENTITY".encode())


def _number(outside: Connection) -> str:
    found = outside.execute(b"SELECT pg_current_xact_id()::xid::text AS at").fetchone()
    assert found is not None
    return str(found["at"])


def _shape(outside: Connection, since: str) -> list[str]:
    rows = outside.execute(SHAPE.encode(), {"since": since})
    return [row["concat_ws"] for row in rows]


def _written(outside: Connection) -> list[str]:
    return [row["name"] for row in outside.execute(WRITTEN.encode())]


def _sequences(outside: Connection) -> dict[str, Any]:
    return {row["name"]: row["last_value"] for row in outside.execute(SEQUENCES.encode())}


def _content(outside: Connection, table: str) -> str:
    text = (
        f"""SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS all_rows FROM "{table}" AS t"""
    )
    found = outside.execute(text.encode()).fetchone()
    assert found is not None
    return str(found["all_rows"])
