"""The database as short commands use it, beside a service that may be running."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot.commands.options import read_config
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.offset import clock_of
from bot.store.engine import Store, Tx
from bot.store.opening import migrate_store, open_store, where

R = TypeVar("R")


def user() -> str:
    """Who runs the command, for the audit."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without a name for its user
        return "unknown"


def has_database(config: Config) -> bool:
    """True when there is one; PostgreSQL is always there."""
    place = where(config)
    return not isinstance(place, Path) or place.exists()


def ready(path: Path, data: Path | None) -> Config:
    """The configuration, with its database, if there is one, up to date."""
    config = read_config(path, data)
    if has_database(config):
        migrate_store(config, clock_of(config).now())
    return config


def read(config: Config, fn: Callable[[Tx], R]) -> R:
    """Reads once. Raises BadInput when there is no database."""
    return with_store(config, lambda store: store.read(fn))


def write(config: Config, fn: Callable[[Tx, int], R]) -> R:
    """Writes once. Raises BadInput when there is no database."""
    return with_store(config, lambda store: store.write(fn, clock_of(config).now()))


def with_store(config: Config, use: Callable[[Store], Awaitable[R]]) -> R:
    """Opens the database for one piece of work. Raises BadInput when there is none."""
    if not has_database(config):
        raise BadInput("no database yet", file=str(where(config)), fix="start 'onevoice run' once")

    async def work() -> R:
        store = open_store(config, readers=1)
        try:
            return await use(store)
        finally:
            store.close()

    return asyncio.run(work())
