"""Connections to PostgreSQL: the house's settings, transactions, and the writer's line."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.numeric import Int8Dumper, NumericLoader
from psycopg.types.string import StrDumper

from bot.store.engine import Row, StoreFailed
from bot.store.sql import Query, bind_postgres, text_of

Connection = psycopg.Connection[Row]

# Pauses in seconds before each try to reach the server again.
WAITS = (0.0, 0.1, 0.3, 1.0)
# What the address does not say: a server that is gone is noticed in seconds, not in hours.
ADDRESS: dict[str, str | int] = {
    "connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 20_000, "client_encoding": "utf8", "application_name": "onevoice",
}  # fmt: skip
# A process that was stopped in the middle of a transaction does not hold its rows for ever, and
# an answer of this house is on disk whatever the server's own default says.
SESSION = """SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = '30s';
SET default_transaction_isolation = 'read committed';
SET default_transaction_read_only = {read_only};
SET jit = off;
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'"""
# Every sentence of a writer has an index that was made for it. A planner that knows a table only
# from when it was empty, as all queues once were, would read it from end to end instead.
HOT = "SET enable_seqscan = off"
# Lost races: deadlock, serialization, and a row that somebody else added between look and insert.
RACES = frozenset({"40P01", "40001", "23505"})
# This connection is of no more use: a plan from before a migration, a server that was demoted.
STALE = "0A000"
SPOILED = frozenset({STALE, "25006"})
_INSIDE = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


class Whole(NumericLoader):
    """Sums are integers here, as on the other engine."""

    def load(self, data: Any) -> Any:
        number = super().load(data)
        return int(number) if number == int(number) else float(number)


class Text(StrDumper):
    """PostgreSQL stores no NUL; a message that holds one must not come back for ever."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd"))


def connect(url: str, *, read_only: bool = False) -> Connection:
    """A connection with this house's settings; transactions are begun by hand.

    Raises psycopg.Error.
    """
    where = make_conninfo("", **(ADDRESS | conninfo_to_dict(url)))
    connection: Connection = psycopg.connect(where, autocommit=True, row_factory=dict_row)
    # one type for all integers: another one would be another prepared statement
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(str, Text)
    connection.adapters.register_loader("numeric", Whole)
    session = SESSION.format(read_only="on" if read_only else "off")
    if not read_only:
        session = f"{HOT}; {session}"
    connection.execute(session.encode(), prepare=False)
    return connection


def place(url: str) -> str:
    """Server and database of an address, for people: without user and password."""
    try:
        known = conninfo_to_dict(url)
    except psycopg.Error:
        return "the address of the database"
    return f"postgresql://{known.get('host', '')}/{known.get('dbname', '')}"


class PgTx:
    """A transaction on one connection; see engine.Tx."""

    alone = False
    sealed = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hide(self, text: str) -> str:
        return text

    def _execute(self, query: Query, params: Mapping[str, Any]) -> psycopg.Cursor[Row]:
        sql, values = bind_postgres(text_of(query), params)
        return self._connection.execute(sql, values)

    def run(self, query: Query, **params: Any) -> int:
        return self._execute(query, params).rowcount

    def rows(self, query: Query, **params: Any) -> list[Row]:
        return self._execute(query, params).fetchall()

    def row(self, query: Query, **params: Any) -> Row | None:
        return self._execute(query, params).fetchone()

    def many(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> None:
        sql, _ = bind_postgres(text_of(query), {})
        values = list(rows)
        if len(values) == 1:  # executemany would set up a pipeline for it
            self._connection.execute(sql, values[0])
        elif values:
            self._connection.cursor().executemany(sql, values)

    def each(self, query: Query, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        sql, _ = bind_postgres(text_of(query), {})
        values = list(rows)
        if len(values) == 1:
            return [self._connection.execute(sql, values[0]).rowcount]
        with self._connection.pipeline():  # one journey for all of them
            done = [self._connection.execute(sql, value) for value in values]
        return [cursor.rowcount for cursor in done]


class PgLine:
    """The writer's connection; see writer.Line. A broken one is replaced when it is next needed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._marked = False

    def begin(self) -> PgTx:
        self._marked = False
        if self._connection is None:
            self._connection = reach(self._url)
        self._connection.execute("BEGIN")
        return PgTx(self._connection)

    def mark(self) -> None:
        # releasing the last one along with setting the next saves a journey for every write
        text = b"RELEASE SAVEPOINT job; SAVEPOINT job" if self._marked else b"SAVEPOINT job"
        self._open.execute(text, prepare=False)
        self._marked = True

    def undo(self) -> bool:
        if self._open.info.transaction_status not in _INSIDE:
            return False
        self._open.execute("ROLLBACK TO SAVEPOINT job", prepare=False)
        return True

    def keep(self) -> None:
        """See ``mark``; the commit releases what is left."""

    def commit(self) -> None:
        # asked first, since COMMIT turns a failed transaction into a rollback without a word
        number = _scalar(self._open, "SELECT pg_current_xact_id_if_assigned()::text AS it")
        try:
            self._open.execute("COMMIT")
        except psycopg.Error:
            if not (self._broken() and arrived(self._url, number)):
                raise

    def rollback(self) -> None:
        if self._connection is None:
            return
        with suppress(psycopg.Error):
            self._connection.execute("ROLLBACK")
        if self._broken():
            self.close()

    def close(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def translate(self, error: BaseException) -> BaseException:
        return translated(error)

    def again(self, error: BaseException) -> bool:
        if not isinstance(error, psycopg.Error):
            return False
        if error.sqlstate in SPOILED:
            self.close()
        return error.sqlstate in RACES or self._broken()

    @property
    def _open(self) -> Connection:
        if self._connection is None:
            raise StoreFailed("there is no connection to the database")
        return self._connection

    def _broken(self) -> bool:
        return self._connection is None or self._connection.closed


def reach(url: str, *, read_only: bool = False) -> Connection:
    """A connection, with a few tries. Raises StoreFailed."""
    for wait in WAITS:
        time.sleep(wait)
        try:
            return connect(url, read_only=read_only)
        except psycopg.Error as exc:
            error = exc
    raise StoreFailed(f"{place(url)}: {_first_line(error)}")


def arrived(url: str, number: str | None) -> bool:
    """Whether the commit of a transaction took place though its connection broke on the way.

    Raises StoreFailed when nobody can tell; everything written here stands a repetition.
    """
    if number is None:
        return True  # it had written nothing
    status = None
    with reach(url) as connection:
        for wait in WAITS:
            time.sleep(wait)
            status = _scalar(connection, "SELECT pg_xact_status(%s::xid8) AS it", number)
            if status != "in progress":
                break
    if status not in ("committed", "aborted"):
        raise StoreFailed(f"the connection broke during a commit, whose fate is unknown ({status})")
    return status == "committed"


def _scalar(connection: Connection, sql: LiteralString, *values: str) -> str | None:
    row = connection.execute(sql, values or None).fetchone()
    return row["it"] if row else None


def translated(error: BaseException) -> BaseException:
    """psycopg's errors leave the store as StoreFailed, without the values of rows."""
    return StoreFailed(_first_line(error)) if isinstance(error, psycopg.Error) else error


def _first_line(error: psycopg.Error) -> str:
    text = error.diag.message_primary or str(error)
    return text.strip().partition("\n")[0] or type(error).__name__
