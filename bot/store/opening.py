"""Which engine a configuration means: SQLite in the data folder, or PostgreSQL by its address."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.clock import SystemClock
from bot.core.config import Config
from bot.core.credentials import store_keys
from bot.core.errors import BadInput
from bot.store import keyring
from bot.store.cipher import Key
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from bot.store.notices import Notices

FILE = "onevoice.db"
SCHEMES = ("postgresql://", "postgres://")


def where(config: Config) -> Path | str:
    """The file, or the address. Raises BadInput when ``[store] url`` is neither empty nor one."""
    if not config.store.url:
        return config.data_dir / FILE
    if not config.store.url.startswith(SCHEMES):
        raise BadInput("[store] url is no address of a PostgreSQL database",
                       fix="postgresql://user@host/database, or empty for SQLite")  # fmt: skip
    return config.store.url


def migrate_store(config: Config, now: int) -> list[str]:
    """Brings the database up to date; names of the migrations that were applied.

    Raises ForeignDatabase or BadInput.
    """
    place = where(config)
    require_driver(place)
    return migrate(place, now)


def open_store(config: Config, *, readers: int | None = None) -> Store:
    """Opens the migrated database. Raises BadInput."""
    place, readers = where(config), readers or config.store.readers
    require_driver(place)
    cipher = keyring.cipher_for(place, keys(config), SystemClock().now())
    if isinstance(place, Path):
        return SqliteStore(
            place, readers=readers, queue_limit=config.web.queue_limit, cipher=cipher
        )
    from bot.store.postgres import PostgresStore  # its driver is not installed everywhere

    return PostgresStore(place, readers=readers, queue_limit=config.web.queue_limit, cipher=cipher)


def keys(config: Config) -> list[Key]:
    """The keys that are configured, the one that seals first. Raises BadInput."""
    return keyring.keys_of(store_keys(config))


def open_notices(config: Config, heard: Callable[[Collection[str] | None], None]) -> Notices | None:
    """Bells of other processes on the same database; None where there can be no others."""
    place = where(config)
    if isinstance(place, Path):
        return None
    from bot.store.notices import Notices  # its driver is not installed everywhere

    return Notices(place, heard)


def require_driver(place: Path | str) -> None:
    """Raises BadInput when ``place`` is an address and PostgreSQL's driver is not there."""
    if isinstance(place, Path):
        return
    try:
        import psycopg  # noqa: F401
    except ImportError as exc:
        raise BadInput(f"[store] url is PostgreSQL, whose driver does not load: {exc}",
                       fix='pip install "psycopg[binary]"') from None  # fmt: skip
