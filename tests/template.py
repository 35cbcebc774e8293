"""A migrated SQLite database, made once in a run of the tests and copied since."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

from bot.core.config import load_config
from bot.store.migrate import migrate_sqlite
from bot.store.opening import where
from tests import shared

NOW = 1_790_000_000_000


@functools.cache
def migrated() -> Path:
    """The one that is copied; nobody opens it."""
    with shared.one_at_a_time("template.db") as made:
        if not made.exists():
            new = made.with_name("new.db")
            migrate_sqlite(new, NOW)
            new.rename(made)
    return made


def furnish(config: Path) -> Path:
    """Puts it where a config.toml wants its database, unless one is there or elsewhere; the same
    config. What a first start makes of an empty folder is the subject of few tests."""
    place = where(load_config(config))
    if isinstance(place, Path) and not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(migrated(), place)
    return config
