"""PostgreSQL alone: connections that break, commits cut off, and how sentences are spelled."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

import pytest

pytest.importorskip("psycopg")

import psycopg
from psycopg.rows import dict_row

from bot.store import people
from bot.store.engine import StoreFailed, Tx
from bot.store.pgline import PgLine, arrived, connect, reach
from bot.store.sql import bind_postgres, postgres, queries
from bot.store.writer import Job, run_batch
from tests.contract.conftest import NOW, PostgresBench
from tests.contract.making import (
    TALK,
    hear,
    said,
)  # fmt: skip
from tests.contract.server import Server


def add(tx: Tx, name: str) -> None:
    people.ensure_member(tx, name, NOW)


def members(pg: PostgresBench) -> list[str]:
    return [row["id"] for row in pg.look("SELECT id FROM member ORDER BY id")]


# --- connections --------------------------------------------------------------------------------


def hang_up(pg: PostgresBench) -> None:
    """Ends every connection but the one that asks."""
    pg.look("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip


def test_broken_connections_are_replaced_without_anybody_noticing(pg: PostgresBench) -> None:
    pg.write(add, "a")
    assert pg.read(people.accounts_of, "a") == []
    hang_up(pg)
    pg.write(add, "b")
    assert pg.read(people.accounts_of, "a") == []
    assert members(pg) == ["a", "b"]


def test_a_connection_that_breaks_in_the_middle_repeats_the_whole_write(pg: PostgresBench) -> None:
    tries: list[int] = []

    def cut_once(tx: Tx) -> None:
        tries.append(1)
        add(tx, f"try{len(tries)}")
        if len(tries) == 1:
            hang_up(pg)
        add(tx, "end")

    pg.write(cut_once)
    assert members(pg) == ["end", "try2"]


def test_a_server_that_is_gone_is_said_and_one_that_is_back_is_used(
    pg: PostgresBench, pg_server: Server
) -> None:
    pg.write(add, "a")
    assert pg.read(people.accounts_of, "a") == []
    pg_server.stop()
    try:
        with pytest.raises(
            StoreFailed, match=f"nothing was written: postgresql://{pg_server.folder}"
        ):
            pg.write(add, "b")
        with pytest.raises(StoreFailed, match="postgresql://"):
            pg.read(people.accounts_of, "a")
    finally:
        pg_server.start()
    pg.write(add, "c")
    assert pg.read(people.accounts_of, "a") == []
    pg._outside.close()
    pg._outside = connect(pg.url)
    assert members(pg) == ["a", "c"]


class Cut(psycopg.Connection[Any]):  # type: ignore[name-defined,misc]
    """Breaks at the commit: before it took place, or after."""

    arrive = True

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        if query != "COMMIT":
            return super().execute(query, *args, **kwargs)
        if self.arrive:
            super().execute(query)
        self.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize("arrive", [True, False])
def test_a_commit_that_was_cut_off_is_asked_about_and_done_once(
    pg: PostgresBench, arrive: bool
) -> None:
    line = PgLine(pg.url)
    line._connection = Cut.connect(pg.url, autocommit=True, row_factory=dict_row)
    line._connection.arrive = arrive  # type: ignore[attr-defined]
    tries: list[int] = []
    loop = asyncio.new_event_loop()
    loop.close()

    def count(tx: Tx) -> None:
        tries.append(1)
        add(tx, f"m{len(tries)}")

    job = Job(count, None, loop)  # type: ignore[arg-type]
    run_batch(line, [job])
    line.close()
    assert job.error is None
    assert members(pg) == (["m1"] if arrive else ["m2"])


def test_a_fate_that_nobody_knows_is_no_success(pg: PostgresBench) -> None:
    assert arrived(pg.url, None)
    with connect(pg.url) as connection:
        connection.execute("BEGIN")
        row = connection.execute("SELECT pg_current_xact_id()::text AS it").fetchone()
        assert row is not None
        with pytest.raises(StoreFailed, match="fate is unknown"):
            arrived(pg.url, row["it"])
        connection.execute("ROLLBACK")
    assert not arrived(pg.url, row["it"])


def test_an_error_that_was_swallowed_does_not_pass_for_a_commit(pg: PostgresBench) -> None:
    """PostgreSQL answers COMMIT of a failed transaction with a quiet rollback."""

    def swallow(tx: Tx) -> None:
        add(tx, "a")
        with suppress(psycopg.Error):
            tx.run("version_add", kind=None, name="n", version=1, digest="d", source="{}",
                   author="a", now=NOW)  # fmt: skip

    with pytest.raises(StoreFailed, match="nothing was written"):
        pg.write(swallow)
    assert members(pg) == []


def test_a_new_column_does_not_disturb_who_is_at_work(pg: PostgresBench) -> None:
    """Prepared plans of ``SELECT *`` go stale when a newer release migrates."""
    for _ in range(8):
        pg.write(lambda tx: tx.rows("conversation_get", id=TALK))
        pg.read(lambda tx: tx.rows("conversation_get", id=TALK))
    with connect(pg.url) as connection:
        connection.execute("ALTER TABLE conversation ADD COLUMN newer TEXT")
    assert pg.write(lambda tx: tx.rows("conversation_get", id=TALK)) == []
    assert pg.read(lambda tx: tx.rows("conversation_get", id=TALK)) == []


def test_an_error_tells_no_values(pg: PostgresBench) -> None:
    def twice(tx: Tx) -> None:
        for _ in range(2):
            tx.run("version_add", kind="k", name="secret", version=1, digest="d", source="{}",
                   author="a", now=NOW)  # fmt: skip

    with pytest.raises(StoreFailed) as caught:
        pg.write(twice)
    assert "unique constraint" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_server_out_of_reach_is_named_without_its_password() -> None:
    with pytest.raises(StoreFailed) as caught:
        reach("postgresql://me:hush@/db?host=/nowhere")
    assert str(caught.value).startswith("postgresql:///nowhere/db: ")
    assert "hush" not in str(caught.value)


def test_a_text_with_a_nul_is_kept_without_it(pg: PostgresBench) -> None:
    hear(pg, said(1, text="a\0b"))
    assert pg.look("SELECT text FROM inbox") == [{"text": "a�b"}]


def test_writes_are_durable_and_sums_are_whole(pg: PostgresBench) -> None:
    with connect(pg.url) as connection:
        connection.execute(
            f"ALTER DATABASE {connection.info.dbname} SET synchronous_commit = off".encode()
        )
    with connect(pg.url) as connection:
        row = connection.execute("SELECT current_setting('synchronous_commit') AS sync,"
                                 " SUM(x) AS n FROM (VALUES (1::bigint), (2)) v (x)").fetchone()  # fmt: skip
    assert row == {"sync": "on", "n": 3}


# --- sentences ----------------------------------------------------------------------------------


def test_every_query_can_be_prepared_on_the_migrated_schema(pg: PostgresBench) -> None:
    with connect(pg.url) as connection:
        for name, text in queries().items():
            lists = re.findall(r":(\w+)…", text)
            values = dict.fromkeys(re.findall(r":(\w+)", text)) | {key: [] for key in lists}
            sql, bound = bind_postgres(text, values)
            try:
                connection.execute(b"EXPLAIN " + sql, bound)
            except psycopg.Error as exc:
                pytest.fail(f"{name}: {exc}")


@pytest.mark.parametrize(("ours", "theirs"), [
    ("x = :x AND y IN (:ids…)", b"x = %(x)s AND y = ANY(%(ids)s)"),
    ("x NOT IN (:ids…)", b"x <> ALL(%(ids)s)"),
    ("x /*few*/ IN (:ids…)", b"x = ANY(ARRAY(SELECT unnest(%(ids)s::text[])))"),
    ("x LIKE 'a%:b''%' OR x % 2 = :n", b"x LIKE 'a%%:b''%%' OR x %% 2 = %(n)s"),
    ("LIMIT :n /*skip locked*/) x", b"LIMIT %(n)s FOR UPDATE SKIP LOCKED) x"),
    ("id = :id /*lock*/", b"id = %(id)s FOR UPDATE"),
])  # fmt: skip
def test_one_text_serves_two_engines(ours: str, theirs: bytes) -> None:
    assert postgres(ours)[0] == theirs


def test_no_mark_is_left_over() -> None:
    assert not [
        name
        for name, text in queries().items()
        if re.search(rb"[/*]\*|\xe2\x80\xa6", postgres(text)[0])
    ]


def test_an_empty_list_matches_nothing_with_not_too(pg: PostgresBench) -> None:
    pg.write(people.befriend, "wm1", "lin.xi", NOW)
    with connect(pg.url) as connection:
        for text in ("member IN (:ids…)", "member NOT IN (:ids…)", "member /*few*/ IN (:ids…)"):
            sql, values = bind_postgres(f"SELECT * FROM friend WHERE {text}", {"ids": []})
            assert connection.execute(sql, values).fetchall() == []
