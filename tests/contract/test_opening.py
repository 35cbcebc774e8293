"""Which database a configuration means."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from bot.core.config import Config, StoreConfig, Wecom
from bot.core.errors import BadInput
from bot.store import people
from bot.store.opening import FILE, migrate_store, open_store, where
from bot.store.sql import migrations
from tests.contract.conftest import NOW
from tests.contract.server import Server


def config(tmp_path: Path, url: str = "") -> Config:
    store = StoreConfig(data=str(tmp_path), url=url, readers=1)
    return Config(wecom=Wecom(corp_id="ww1"), store=store)


def use(setting: Config) -> list[str]:
    """Migrates, opens, writes and reads."""
    applied = migrate_store(setting, NOW)
    store = open_store(setting)
    try:
        asyncio.run(store.write(people.befriend, "wm1", "lin.xi", NOW))
        assert asyncio.run(store.read(people.accounts_of, "wm1")) == ["lin.xi"]
    finally:
        store.close()
    return applied


def test_without_an_address_it_is_the_file_in_the_data_folder(tmp_path: Path) -> None:
    assert use(config(tmp_path)) == [name for _, name, _ in migrations()]
    assert (tmp_path / FILE).exists()


def test_with_an_address_it_is_postgresql(tmp_path: Path, pg_server: Server) -> None:
    name = pg_server.create()
    assert use(config(tmp_path, pg_server.url(name))) == [n for _, n, _ in migrations()]
    assert list(tmp_path.iterdir()) == []
    pg_server.drop(name)


@pytest.mark.parametrize("url", ["mysql://host/db", "onevoice.db", "postgresql:"])
def test_another_address_is_refused_with_a_sentence(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadInput, match=r"\[store\] url is no address of a PostgreSQL database"):
        where(config(tmp_path, url))


def test_a_missing_driver_is_named_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    setting = config(tmp_path, "postgresql://onevoice@/onevoice")
    for step in (lambda: migrate_store(setting, NOW), lambda: open_store(setting)):
        with pytest.raises(BadInput, match=r'pip install "psycopg\[binary\]"'):
            step()
