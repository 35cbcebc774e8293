"""What holds for every test: nothing is drawn by chance, and no example has to be fast. And what
whole folders of tests share: databases that are migrated once and copied."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from bot.core import heap
from tests import compiled, ran, template, turns
from tests.contract import server
from tests.contract.server import Server
from tests.lazily import (
    Whole,
    pytest_addoption,
    pytest_pycollect_makemodule,
    pytest_runtest_protocol,
)

__all__ = ["pytest_addoption", "pytest_pycollect_makemodule", "pytest_runtest_protocol"]

if TYPE_CHECKING:
    from tests.contract.pool import Pool  # its driver is not installed everywhere

# Two hundred processes are started: what one has compiled, the others need not compile again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Nothing here outlives the tests, so nothing has to reach a disk: where there is room in memory, their
# folders lie there. Of what passed they are removed at once (tmp_path_retention_policy).
MEMORY = Path("/dev/shm")
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

compiled.share()

# The same examples in every run: what one run finds, every run finds.
# ``--hypothesis-profile=chance`` draws new ones, for whoever looks for more.
settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.register_profile("chance", settings.get_profile("steady"), derandomize=False)
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    ran.pytest_configure(config)
    turns.pytest_configure(config)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> turns.Scheduler | None:
    return turns.Scheduler(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if all(isinstance(item, Whole) for item in items):  # not within one of them
        items[:] = [items[n] for n in turns.in_turn([item.nodeid for item in items])]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Ten thousand tests stay: whoever looks for garbage meanwhile or later finds none among them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(
            heap.YOUNG, *heap.OLDER
        )  # every 700 objects cost a tenth of the processor's time


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Server]:
    """A private PostgreSQL server with one migrated database, which tests copy."""
    if reason := server.missing():
        pytest.skip(f"PostgreSQL is not tested: {reason}")
    with server.running() as one:
        yield one


@pytest.fixture(scope="session")
def pg_pool(pg_server: Server) -> Iterator[Pool]:
    """Migrated databases on that server, which tests use one after the other."""
    from tests.contract.pool import Pool

    pool = Pool(pg_server)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def migrated() -> Path:
    """A migrated database that each test copies."""
    return template.migrated()
