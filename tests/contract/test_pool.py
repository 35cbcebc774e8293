"""Databases that go from test to test: whatever one does to his, the next finds it clean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("psycopg")

import psycopg

from bot.store import people
from bot.store.engine import Tx
from bot.store.postgres import PostgresStore
from tests.contract.conftest import NOW, HeldBench, PostgresBench
from tests.contract.making import answer, listen, queue
from tests.contract.pool import LIKE_NONE, Pool, likeness
from tests.contract.server import Server


@pytest.fixture(scope="module")
def own(pg_server: Server) -> Iterator[Pool]:
    """A pool that no other file uses."""
    one = Pool(pg_server)
    yield one
    one.close()


@pytest.fixture
def pool(own: Pool) -> Pool:
    """It, with nothing counted yet."""
    own.made = own.dropped = 0
    return own


@pytest.fixture(scope="module")
def clean(own: Pool) -> tuple[object, ...]:
    """What a new copy holds."""
    while own.free:
        own._drop(own.free.pop())
    return everything(own)


def everything(pool: Pool) -> tuple[object, ...]:
    """All that the next one would find, in all tables; and the next number of each sequence."""
    lent = pool.take()
    names = [row["relname"] for row in lent.outside.execute(
        b"SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm') "
        b"AND relnamespace = 'public'::regnamespace ORDER BY relname")]  # fmt: skip
    rows = {name: lent.outside.execute(f'SELECT t::text FROM "{name}" AS t ORDER BY 1'.encode())
            .fetchall() for name in names}  # fmt: skip
    like = likeness(lent.outside)
    pool.give(lent)
    return rows, like.shape, like.seen, like.drawn, like.held


def live(bench: PostgresBench) -> None:
    """Somebody writes and is answered."""
    listen(bench, "wm1")
    queue(bench, answer(1))


def size_of(bench: PostgresBench, table: str) -> int:
    return int(bench.look(f"SELECT pg_relation_size('{table}') AS n")[0]["n"])


def test_what_was_written_is_gone_and_numbers_begin_anew(pool: Pool, clean: Any) -> None:
    for turn in range(25):  # beyond a sweep
        bench = HeldBench(pool) if turn % 5 else PostgresBench(pool)
        live(bench)
        assert [row["id"] for row in bench.look("SELECT id FROM outbox")] == [1]
        bench.close()
    assert everything(pool) == clean
    assert (pool.made, pool.dropped) == (0, 0)


def test_a_number_that_was_only_drawn_is_drawn_again(pool: Pool, clean: Any) -> None:
    bench = PostgresBench(pool)
    bench.look("SELECT nextval('outbox_id_seq')")
    bench.close()
    assert everything(pool) == clean
    assert pool.dropped == 0


def test_rows_that_were_rolled_back_are_no_rows(pool: Pool, clean: Any) -> None:
    bench = PostgresBench(pool)

    def fail(tx: Tx) -> None:
        people.ensure_member(tx, "wm1", NOW)
        raise LookupError

    with pytest.raises(LookupError):
        bench.write(fail)
    bench.close()
    assert everything(pool) == clean
    assert pool.dropped == 0


def test_a_file_that_grew_beyond_what_the_planner_assumes_is_cut(pool: Pool, clean: Any) -> None:
    """It takes a table that was never counted for one of ten pages, be it empty or as large."""

    def grow(tx: Tx, name: str, rows: int) -> None:
        for number in range(rows):
            people.ensure_member(tx, f"{name}{number}", NOW)

    for name, rows, stays in (("wm", 1, True), ("m" * 200, 500, False)):
        bench = PostgresBench(pool)
        bench.write(grow, name, rows)
        assert (size_of(bench, "member") <= LIKE_NONE) == stays
        bench.close()
        bench = PostgresBench(pool)
        assert (0 < size_of(bench, "member") <= LIKE_NONE) == stays
        bench.close()
    assert everything(pool) == clean
    assert pool.dropped == 0


# What no emptying of tables undoes.
DEEDS = {
    "a column": "ALTER TABLE conversation ADD COLUMN newer TEXT",
    "a name": "ALTER TABLE conversation RENAME COLUMN peer TO other",
    "a duty": "ALTER TABLE conversation ALTER COLUMN peer DROP NOT NULL",
    "a default": "ALTER TABLE conversation ALTER COLUMN peer SET DEFAULT ''",
    "a table": "CREATE TABLE theirs (a INTEGER)",
    "a table less": "DROP TABLE alarm",
    "an index": "CREATE INDEX more ON outbox (dedupe, state)",
    "an index less": "DROP INDEX IF EXISTS {index}",
    "a check": "ALTER TABLE outbox ADD CONSTRAINT no_more CHECK (id < 3)",
    "a function": "CREATE FUNCTION twist() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "a schema": "CREATE SCHEMA theirs",
    "a view": "CREATE VIEW seen AS SELECT 1 AS one",
    "statistics": "ANALYZE conversation",
    "statistics of an empty table": "ANALYZE campaign",
    "a setting of the database": "ALTER DATABASE {database} SET synchronous_commit = off",
    "a setting of a table": "ALTER TABLE outbox SET (fillfactor = 70)",
    "a migration more": "INSERT INTO migration VALUES (9999, '9999_theirs', 1)",
    "a migration less": "DELETE FROM migration WHERE number = 3",
    "an owner": "UPDATE owner SET name = 'theirs'",
    "a transaction that is open": "BEGIN",
    "a temporary table": "CREATE TEMPORARY TABLE mine (a INTEGER)",
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_a_database_that_became_another_is_dropped(pool: Pool, deed: str) -> None:
    bench = PostgresBench(pool)
    live(bench)
    found = bench.look("SELECT indexname FROM pg_indexes WHERE tablename = 'outbox' AND indexdef "
                       "NOT LIKE '%UNIQUE%' ORDER BY indexname LIMIT 1")  # fmt: skip
    words = {"index": found[0]["indexname"], "database": bench.url.split("/")[3].split("?")[0]}
    bench._outside.execute(deed.format(**words).encode())
    bench.close()
    assert (pool.dropped, pool.free) == (1, [])


def test_settings_of_the_session_do_not_stay(pool: Pool) -> None:
    bench = PostgresBench(pool)
    bench._outside.execute(b"SET enable_seqscan = off; SET search_path = pg_catalog")
    bench.close()
    bench = PostgresBench(pool)
    assert bench.look("SHOW enable_seqscan") == [{"enable_seqscan": "on"}]
    assert bench.look("SELECT count(*) AS n FROM member") == [{"n": 0}]
    bench.close()


def test_whoever_still_writes_is_cut_off_first(pool: Pool, clean: Any) -> None:
    bench = PostgresBench(pool)
    left = psycopg.connect(bench.url)  # in the middle of a transaction, and never closed
    left.execute("INSERT INTO owner VALUES ('theirs')")
    kept = PostgresStore(bench.url, readers=1)
    bench.close()
    assert everything(pool) == clean
    with pytest.raises(psycopg.Error):
        left.commit()
    left.close()
    kept.close()


def test_a_server_that_was_gone_costs_the_database(pool: Pool, pg_server: Server) -> None:
    first, second = PostgresBench(pool), PostgresBench(pool)
    pool.made = 0
    first.close()
    pg_server.stop()
    pg_server.start()
    second.close()
    bench = PostgresBench(pool)
    live(bench)
    bench.close()
    assert (pool.made, pool.dropped) == (1, 2)


def test_two_at_a_time_are_two(pool: Pool) -> None:
    first, second = PostgresBench(pool), PostgresBench(pool)
    live(first)
    assert second.look("SELECT * FROM outbox") == []
    first.close()
    second.close()


def members_of(bench: PostgresBench) -> set[int]:
    return {row["pid"] for row in bench._outside.execute(
        b"SELECT pid FROM pg_stat_activity WHERE datname = current_database()")}  # fmt: skip


def test_connections_of_a_store_are_those_of_the_next(pool: Pool, clean: Any) -> None:
    seen = []
    for _ in range(3):
        bench = HeldBench(pool)
        live(bench)
        assert bench.read(lambda tx: tx.row("outbox_get", id=1)) is not None
        seen.append(members_of(bench))
        bench.close()
    assert seen[0] == seen[1] == seen[2]
    assert everything(pool) == clean
    bench_of_its_own = PostgresBench(pool)
    assert len(members_of(bench_of_its_own)) == 1
    bench_of_its_own.close()


def test_a_store_whose_connections_were_cut_meanwhile_has_new_ones(pool: Pool) -> None:
    bench = HeldBench(pool)
    live(bench)
    bench.close()
    cut, others = members_of(bench), f"pid <> {bench._outside.info.backend_pid}"
    bench._outside.execute(
        f"""SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity
        WHERE datname = current_database() AND {others}""".encode()
    )
    bench = HeldBench(pool)
    live(bench)
    assert [row["id"] for row in bench.look("SELECT id FROM outbox")] == [1]
    assert len(members_of(bench) - cut) == 1
    bench.close()


def in_between(tx: Any) -> None:
    tx._connection.execute("BEGIN")


def test_a_connection_in_the_middle_of_something_is_not_kept(pool: Pool) -> None:
    bench = HeldBench(pool)
    bench.read(in_between)
    bench.close()
    assert bench._lent.shelf.readers == []
    assert pool.dropped == 0


def test_whose_address_was_asked_for_may_have_another_shape(pool: Pool) -> None:
    bench = HeldBench(pool)
    with psycopg.connect(bench.url, autocommit=True) as one:
        one.execute("ALTER TABLE conversation ADD COLUMN newer TEXT")
    bench.close()
    assert pool.dropped == 1
