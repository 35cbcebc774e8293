"""A copy of the sample brand that a test may spoil, and a fresh database beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.core.config import Config, load_config
from bot.store.sqlite import SqliteStore
from tests.template import migrated

BRAND = Path(__file__).parents[2] / "fixtures" / "brand"
NOW = 1_790_000_000_000


@pytest.fixture
def config(tmp_path: Path) -> Config:
    shutil.copytree(BRAND, tmp_path, dirs_exist_ok=True)
    return load_config(tmp_path / "config.toml")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    path = tmp_path / "data" / "test.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(migrated(), path)
    store = SqliteStore(path, readers=1)
    yield store
    store.close()


def edit(config: Config, file: str, change: Callable[[str], str]) -> None:
    """Rewrites one file of the brand."""
    path = config.home / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
