"""What whole folders of tests share: databases that are migrated once and copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.migrate import migrate_sqlite
from tests.contract import server
from tests.contract.conftest import NOW
from tests.contract.server import Server


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Server]:
    """A private PostgreSQL server with one migrated database, which tests copy."""
    if reason := server.missing():
        pytest.skip(f"PostgreSQL is not tested: {reason}")
    from bot.store.pgmigrate import migrate_postgres

    with server.running() as one:
        migrate_postgres(one.url(one.create("migrated")), NOW)
        yield one


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database that each test copies."""
    path = tmp_path_factory.mktemp("template") / "test.db"
    migrate_sqlite(path, NOW)
    return path
