"""Migrations of PostgreSQL: once, together, and never on what is not ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("psycopg")

from bot.store.engine import ForeignDatabase
from bot.store.migrate import migrate
from bot.store.pgline import connect
from bot.store.sql import migrations
from tests.contract.conftest import NOW
from tests.contract.foreign import FOREIGN
from tests.contract.server import Server


@pytest.fixture
def url(pg_server: Server) -> Iterator[str]:
    """The address of an empty database."""
    name = pg_server.create()
    yield pg_server.url(name)
    pg_server.drop(name)


def ask(url: str, *sentences: str) -> list[dict[str, Any]]:
    with connect(url) as connection:
        for sentence in sentences[:-1]:
            connection.execute(sentence.encode())
        return connection.execute(sentences[-1].encode()).fetchall()


def test_a_fresh_database_gets_all_migrations_once(url: str) -> None:
    names = [name for _, name, _ in migrations()]
    assert migrate(url, NOW) == names
    assert migrate(url, NOW + 1) == []
    ledger = ask(url, "SELECT * FROM migration ORDER BY number")
    assert ledger == [{"number": n, "name": name, "applied_at": NOW} for n, name, _ in migrations()]
    assert ask(url, "SELECT * FROM owner") == [{"name": "onevoice"}]


def test_several_that_migrate_at_once_agree(url: str) -> None:
    applied: list[str] = []
    faults: list[Exception] = []
    barrier = threading.Barrier(4)

    def run() -> None:
        barrier.wait(10)
        try:
            applied.extend(migrate(url, NOW))
        except Exception as exc:
            faults.append(exc)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert sorted(applied) == [name for _, name, _ in migrations()]


def test_a_migration_that_fails_leaves_no_trace(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (
        *migrations(),
        (9_999, "9999_broken", "CREATE TABLE half (a TEXT); CREATE TABLE half (a TEXT);"),
    )
    for module in ("migrate", "pgmigrate"):
        monkeypatch.setattr(f"bot.store.{module}.migrations", lambda: broken)
    with pytest.raises(ForeignDatabase, match='"half" already exists'):
        migrate(url, NOW)
    monkeypatch.undo()
    assert migrate(url, NOW) == []
    assert ask(url, "SELECT 1 FROM pg_tables WHERE tablename = 'half'") == []


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_database_is_refused_with_a_sentence_and_left_as_it_is(
    url: str, name: str
) -> None:
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    before = ask(url, *FOREIGN[name], tables)
    with pytest.raises(ForeignDatabase, match="belongs to another program; name another database"):
        migrate(url, NOW)
    assert ask(url, tables) == before


def test_a_newer_database_is_refused_with_a_sentence(url: str) -> None:
    migrate(url, NOW)
    ask(url, "INSERT INTO migration VALUES (9999, '9999_future', 0) RETURNING 1")
    with pytest.raises(ForeignDatabase, match=r"newer OneVoice \(migration 9999\); upgrade"):
        migrate(url, NOW)


def test_a_database_of_another_encoding_is_refused_with_a_sentence(pg_server: Server) -> None:
    pg_server.admin("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(ForeignDatabase, match="LATIN1; create it with ENCODING 'UTF8'"):
        migrate(pg_server.url("latin"), NOW)
    pg_server.drop("latin")


def test_a_database_that_is_not_there_is_named(pg_server: Server) -> None:
    with pytest.raises(ForeignDatabase, match=r'postgresql://.*/nobody: .*"nobody" does not exist'):
        migrate(pg_server.url("nobody"), NOW)


def test_an_address_that_is_none_is_refused_with_a_sentence() -> None:
    with pytest.raises(ForeignDatabase, match="the address of the database: "):
        migrate("postgresql://user:hush@host:notaport/x?nonsense=1", NOW)
