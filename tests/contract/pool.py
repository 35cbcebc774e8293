"""Databases that tests use one after the other: who gives one back leaves it as the template is.

A copy of the template costs ten times of what it costs to empty the few tables that a test wrote.
A database that cannot be brought back with certainty (its shape, its statistics, its settings or
what the template itself holds were changed, or the server was gone meanwhile) is dropped, and the
next who asks gets a new copy. Who had no address of it wrote rows at most: there the shape, whose
catalogues are long to read, is looked at every twentieth time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

import psycopg

from bot.store.pgline import Connection, connect
from tests.contract.held import Shelf
from tests.contract.pgheld import sound
from tests.contract.server import Server

# Whoever is still connected; each of them is waited for.
ALONE = """SELECT pg_terminate_backend(pid, 20000) AS gone FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%(ours)s)"""
RESTART = """SELECT setval(s.seqrelid, s.seqstart, false) FROM pg_sequence AS s
WHERE s.seqrelid = %(name)s::regclass"""
THERE = """SELECT relname AS name, relkind = 'S' AS counts FROM pg_class
WHERE relkind IN ('r', 'S') AND relnamespace = 'public'::regnamespace ORDER BY relkind, relname"""
# What there is to see of a table that holds something, and of a sequence that somebody drew from.
FILLED = """SELECT '{name}' AS name, pg_relation_size('"{name}"') AS much
WHERE EXISTS (SELECT 1 FROM "{name}")"""
DRAWN = """SELECT '{name}' AS name, last_value AS much FROM "{name}" WHERE is_called"""
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
# What TRUNCATE leaves behind in pg_class is swept away before reading it takes long.
SWEEP = 20
# Rows that were deleted leave a file behind. To the planner one of so many bytes is like none: of a
# table that was never counted it assumes ten pages. Larger ones are cut.
LIKE_NONE = 10 * 8192


@dataclass(frozen=True)
class Likeness:
    """What a clean database has: its shape, where those of its sequences are that were drawn from,
    and what the tables hold that hold something. ``since`` is the last transaction of those that
    made it so, ``seen`` the sentence that looks for rows and numbers."""

    since: str
    shape: list[str]
    seen: bytes
    sequences: frozenset[str]
    drawn: dict[str, int]
    held: dict[str, str]


@dataclass
class Lent:
    """One database, a connection to it that stays open from one test to the next, and those of the
    stores that were there."""

    name: str
    url: str
    outside: Connection
    like: Likeness
    shelf: Shelf[Connection] = field(default_factory=Shelf)
    uses: int = 0

    def hang_up(self) -> None:
        """Lets go of all connections."""
        for connection in (self.outside, *self.shelf.empty()):
            connection.close()

    def bare(self) -> None:
        """From now on nobody but ``outside`` is connected; who hangs up is there for a while."""
        if left := self.shelf.empty():
            for connection in left:
                connection.close()
            self.outside.execute(ALONE.encode(), {"ours": []})


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

    def give(self, lent: Lent, *, known: bool = True) -> None:
        """Takes it back, whatever was done to it. ``known``: its address was."""
        try:
            fine = sound(lent.outside) and clean(lent, known=known)
        except psycopg.Error:
            fine = False
        if fine:
            self.free.append(lent)
        else:
            self._drop(lent)

    def close(self) -> None:
        """Lets go of the connections; the server and its databases go by themselves."""
        for lent in self.free:
            lent.hang_up()

    def _make(self) -> Lent:
        name = self.server.create(template=self.template)
        self.made += 1
        outside = connect(self.server.url(name))
        outside.execute(b"RESET ALL")
        return Lent(name, self.server.url(name), outside, likeness(outside))

    def _drop(self, lent: Lent) -> None:
        lent.hang_up()
        self.dropped += 1
        self.server.drop(lent.name)


def likeness(outside: Connection) -> Likeness:
    """How a database looks now."""
    since = _number(outside)
    there = {row["name"]: row["counts"] for row in outside.execute(THERE.encode())}
    seen = " UNION ALL ".join(
        (DRAWN if counts else FILLED).format(name=name) for name, counts in there.items()
    ).encode()
    found = _seen(outside, seen)
    return Likeness(
        since, _shape(outside, since), seen, frozenset(name for name in there if there[name]),
        {name: at for name, at in found.items() if there[name]},
        {name: _content(outside, name) for name in found if not there[name]},
    )  # fmt: skip


def clean(lent: Lent, *, known: bool = True) -> bool:
    """Empties what was written; False where that does not make it what it was."""
    outside, like = lent.outside, lent.like
    outside.execute(b"RESET ALL")
    outside.execute(ALONE.encode(), {"ours": [one.info.backend_pid for one in lent.shelf.all()]})
    lent.uses += 1
    swept = lent.uses % SWEEP == 0
    if (known or swept) and _shape(outside, like.since) != like.shape:
        return False
    if any(_content(outside, name) != digest for name, digest in like.held.items()):
        return False
    found = _seen(outside, like.seen)
    drawn = {name: found.pop(name) for name in like.sequences & found.keys()}
    if any(drawn.get(name) != at for name, at in like.drawn.items()):
        return False
    _restart(outside, drawn.keys() - like.drawn.keys())
    if _empty(outside, {name: found[name] for name in found.keys() - like.held.keys()}) or swept:
        outside.execute(b"VACUUM pg_class")
        lent.like = replace(like, since=_number(outside))
    return True


def _restart(outside: Connection, sequences: Collection[str]) -> None:
    for name in sequences:
        outside.execute(RESTART.encode(), {"name": f'"{name}"'})


def _empty(outside: Connection, sizes: Mapping[str, int]) -> bool:
    """Deletes all rows of these tables; True where some of them got new files."""
    large = [name for name, size in sizes.items() if size > LIKE_NONE]
    if few := sizes.keys() - large:
        outside.execute("; ".join(f'DELETE FROM "{name}"' for name in few).encode())
    if large:
        names = ", ".join(f'"{name}"' for name in large)
        outside.execute(f"TRUNCATE {names}".encode())
    return bool(large)


def _number(outside: Connection) -> str:
    found = outside.execute(b"SELECT pg_current_xact_id()::xid::text AS at").fetchone()
    assert found is not None
    return str(found["at"])


def _shape(outside: Connection, since: str) -> list[str]:
    rows = outside.execute(SHAPE.encode(), {"since": since})
    return [row["concat_ws"] for row in rows]


def _seen(outside: Connection, seen: bytes) -> dict[str, int]:
    """Bytes of each table that holds something, and the last number of each sequence."""
    return {row["name"]: row["much"] for row in outside.execute(seen, prepare=True)}


def _content(outside: Connection, table: str) -> str:
    text = (
        f"""SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS all_rows FROM "{table}" AS t"""
    )
    found = outside.execute(text.encode()).fetchone()
    assert found is not None
    return str(found["all_rows"])
