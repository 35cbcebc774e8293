"""A PostgreSQL database as tables of rows: read in one snapshot, filled in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from bot.store.digest import Digest
from bot.store.engine import ForeignDatabase, StoreFailed
from bot.store.migrate import OWNER, refuse_newer
from bot.store.pgline import Connection, PgTx, place, reach, translated
from bot.store.shelf import PAGE, Put, Shelf, Tell, Values, differing, digests, walk
from bot.store.tables import CARRIED, LEDGER, LEFT_OUT


class PgShelf:
    """The database as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tables(self) -> dict[str, tuple[str, ...]]:
        rows = self._connection.execute(
            "SELECT table_name AS name, column_name AS part FROM information_schema.columns"
            ' WHERE table_schema = current_schema() ORDER BY table_name, column_name COLLATE "C"'
        ).fetchall()
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row["name"], []).append(row["part"])
        return {table: tuple(found[table]) for table in CARRIED if table in found}

    def count(self, table: str) -> int:
        text = sql.SQL("SELECT COUNT(*) AS n FROM {}").format(sql.Identifier(table))
        row = self._connection.execute(text).fetchone()
        return int(row["n"]) if row else 0

    def pages(self, table: str, columns: Sequence[str]) -> Iterator[list[Values]]:
        text = sql.SQL("SELECT {} FROM {}").format(_names(columns), sql.Identifier(table))
        with self._connection.cursor("shelf", row_factory=tuple_row) as cursor:
            cursor.execute(text)
            while rows := cursor.fetchmany(PAGE):
                yield list(rows)


class Storable:
    """Another database's rows as this engine can keep them: it has no NUL (see ``pgline.Text``)."""

    def __init__(self, source: Shelf) -> None:
        self._source = source

    def tables(self) -> dict[str, tuple[str, ...]]:
        return self._source.tables()

    def count(self, table: str) -> int:
        return self._source.count(table)

    def pages(self, table: str, columns: Sequence[str]) -> Iterator[list[Values]]:
        for rows in self._source.pages(table, columns):
            yield [[_without_nul(value) for value in row] for row in rows]


def _without_nul(value: object) -> object:
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


@contextmanager
def snapshot(url: str) -> Iterator[tuple[PgShelf, set[int]]]:
    """The database at one moment, and the numbers of its migrations; nobody waits for the reader.

    Raises ForeignDatabase or StoreFailed.
    """
    with reach(url, read_only=True) as connection, _ours(connection):
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        numbers = _ledger(connection, place(url))
        yield PgShelf(connection), numbers
        connection.execute("ROLLBACK")


def rewrite(url: str, tables: Sequence[str], tell: Tell) -> None:
    """Writes the files of these tables anew: nothing that they held before is left in them. Raises
    StoreFailed."""
    with reach(url) as connection, _ours(connection):
        for n, table in enumerate(tables):
            tell("clearing", n, len(tables))
            connection.execute(sql.SQL("VACUUM (FULL, ANALYZE) {}").format(sql.Identifier(table)))


@contextmanager
def peeked(url: str) -> Iterator[PgTx]:
    """Reads past the store, each sentence for itself. Raises StoreFailed."""
    with reach(url, read_only=True) as connection, _ours(connection):
        yield PgTx(connection)


@contextmanager
def _ours(connection: Connection) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as exc:
        raise translated(exc) from None


def _ledger(connection: Connection, where: str) -> set[int]:
    rows = connection.execute(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    ).fetchall()
    if not set(LEDGER) <= {row["name"] for row in rows}:
        raise ForeignDatabase(f"{where} is no database of OneVoice; name another")
    owners = connection.execute("SELECT name FROM owner").fetchall()
    if [row["name"] for row in owners] != [OWNER]:
        raise ForeignDatabase(f"{where} belongs to another program; name another database")
    numbers = {r["number"] for r in connection.execute("SELECT number FROM migration").fetchall()}
    refuse_newer(numbers, where)
    return numbers


def fresh(url: str) -> bool:
    """Whether a migrated database holds no row yet."""
    with snapshot(url) as (shelf, _):
        return not any(shelf.count(table) for table in shelf.tables())


def others(url: str) -> int:
    """How many connections other processes of this house hold at this moment.

    Only those of the same user are seen for certain.
    """
    with reach(url, read_only=True) as connection, _ours(connection):
        row = connection.execute(
            "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name LIKE 'onevoice%' AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row["n"]) if row else 0


def fill(source: Shelf, url: str, tell: Tell) -> Mapping[str, Digest]:
    """Replaces all rows of a migrated database by those of ``source``, which has the same schema.

    One transaction: it is all there and compared, or nothing has changed. Raises StoreFailed.
    """
    with reach(url) as connection, _ours(connection), connection.transaction():
        shelf = PgShelf(connection)
        _empty(connection)
        before = dict(walk(Storable(source), _put(connection), tell, "copying"))
        _number_on(connection, before)
        if other := differing(before, digests(shelf, tell)):
            raise StoreFailed(f"{place(url)}: {', '.join(other)} did not arrive as they were")
        # the first queries are planned now, not when autovacuum has come by
        connection.execute(sql.SQL("ANALYZE {}").format(_names(sorted(before))))
    return before


def _empty(connection: Connection) -> None:
    """Nobody else reads or writes these tables until the end."""
    rows = connection.execute(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    ).fetchall()
    known = sorted({row["name"] for row in rows} & {*CARRIED, *LEFT_OUT})
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(_names(known)))
    shelf = PgShelf(connection)
    # emptying what is empty costs a thousand new files, and most databases were made just now
    if full := [table for table in known if shelf.count(table)]:
        connection.execute(sql.SQL("TRUNCATE {}").format(_names(full)))


def _put(connection: Connection) -> Put:
    def put(table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
        text = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
        with connection.cursor() as cursor, cursor.copy(text) as copy:
            for row in rows:
                copy.write_row(row)

    return put


def _number_on(connection: Connection, tables: Mapping[str, Digest]) -> None:
    """The next id of each table comes after the ids that were copied."""
    rows = connection.execute(
        "SELECT table_name AS name, column_name AS number FROM information_schema.columns"
        " WHERE is_identity = 'YES' AND table_schema = current_schema()"
    ).fetchall()
    for row in sorted(rows, key=lambda row: row["name"]):
        if row["name"] not in tables:
            continue
        number = sql.Identifier(row["number"])
        connection.execute(sql.SQL(
            "SELECT setval(pg_get_serial_sequence({}, {}), COALESCE(MAX({}), 0) + 1, false)"
            " FROM {}"
        ).format(sql.Literal(f'"{row["name"]}"'), sql.Literal(row["number"]), number,
                 sql.Identifier(row["name"])))  # fmt: skip
