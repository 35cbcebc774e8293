"""What holds for every test: nothing is drawn by chance, and no example has to be fast. And what
whole folders of tests share: databases that are migrated once and copied."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from bot.store.migrate import migrate_sqlite
from tests.contract import server
from tests.contract.conftest import NOW
from tests.contract.server import Server

if TYPE_CHECKING:
    from tests.contract.pool import Pool  # its driver is not installed everywhere

# Two hundred processes are started: what one has compiled, the others need not compile again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The same examples in every run: what one run finds, every run finds.
# ``--hypothesis-profile=chance`` draws new ones, for whoever looks for more.
settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.register_profile("chance", settings.get_profile("steady"), derandomize=False)
settings.load_profile("steady")


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
def pg_pool(pg_server: Server) -> Iterator[Pool]:
    """Migrated databases on that server, which tests use one after the other."""
    from tests.contract.pool import Pool

    pool = Pool(pg_server)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database that each test copies."""
    path = tmp_path_factory.mktemp("template") / "test.db"
    migrate_sqlite(path, NOW)
    return path
