"""A backup taken while customers write, put back elsewhere: it serves, and repeats nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from bot.store import manifest
from bot.store.pgshelf import snapshot
from bot.store.shelf import SqliteShelf, digests, opened
from tests.contract import server
from tests.scenario.born import finished
from tests.scenario.house import Phone, brand, platform, run, until
from tests.scenario.house import opened as open_house
from tests.scenario.process import Process
from tests.scenario.test_commands import in_here

ENGINES = [
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.skipif(
        bool(server.missing()), reason=f"PostgreSQL is not tested: {server.missing()}")),
]  # fmt: skip
QUESTIONS = ("几天发货", "泡几分钟", "能开发票吗")


class Site:
    """A folder with the test brand, and where its database is."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder, self.url = folder, url
        self.config = brand(folder)
        if url:
            text = self.config.read_text("utf-8")
            self.config.write_text(f'{text}\n[store]\nurl = "{url}"\n', "utf-8")

    def look(self, sql: str) -> list[tuple[Any, ...]]:
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                return connection.execute(sql.encode()).fetchall()
        with opened(self.folder / "data" / "onevoice.db") as connection:
            return connection.execute(sql).fetchall()

    def digests(self) -> Any:
        if self.url:
            with snapshot(self.url) as (shelf, _):
                return digests(shelf)
        with opened(self.folder / "data" / "onevoice.db") as connection:
            return digests(SqliteShelf(connection))


@contextmanager
def sites(engine: str, folder: Path) -> Iterator[tuple[Site, Site]]:
    """Two of them, on one engine."""
    with server.running() if engine == "postgres" else nullcontext() as one:
        urls = [one.url(one.create(name)) if one else "" for name in ("first", "second")]
        yield Site(folder / "first", urls[0]), Site(folder / "second", urls[1])


async def command(*arguments: object) -> str:
    """Runs one command beside the house; its stdout."""
    done = await asyncio.to_thread(finished, *map(str, arguments))
    assert done.returncode == 0, done.stderr
    return done.stdout


async def chatter(phone: Phone, n: int, stop: asyncio.Event) -> list[str]:
    """Customers who write one after the other, at least ``n`` and on until ``stop``."""
    people: list[str] = []
    while len(people) < n or (not stop.is_set() and len(people) < 600):
        if len(people) >= n:  # whoever waits for is slow: there must be somebody left to write
            await asyncio.sleep(0.05)
        (who,) = await phone.customers(1)
        await phone.write(who, QUESTIONS[len(people) % 3], f"wkBANZHAN0{1 + len(people) % 2}")
        people.append(who)
    return people


async def answered(phone: Phone, people: list[str]) -> bool:
    return all([await phone.messages(who) for who in people])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_backup_under_load_is_restored_and_nothing_is_sent_again(
    engine: str, tmp_path: Path
) -> None:
    target = tmp_path / "backup.db"

    async def scenario(first: Site, second: Site) -> None:
        async with platform() as phone:
            async with open_house(first.folder, phone):
                people = await load(phone, first)
            saved = manifest.verify(target)
            assert 0 < saved.tables["inbox"].rows < len(people), "taken in the midst of it"
            # the platform tells times in seconds
            end = int(time.time())
            await until(lambda: int(time.time()) > end, "the next second")
            said = await command("restore", "--config", second.config, target)
            assert f"restored: {saved.rows} rows, verified" in said
            compare(saved, second)
            sent = len(await phone.calls("kf/send_msg"))
            async with open_house(second.folder, phone):
                await until(lambda: has_read(second), "all is read once more")
                await greet(phone, people, sent)
            open_rows = second.look(
                "SELECT COUNT(*) FROM outbox WHERE state IN ('ready', 'sending')"
            )
            assert open_rows == [(0,)]

    async def load(phone: Phone, first: Site) -> list[str]:
        stop = asyncio.Event()
        writing = asyncio.create_task(chatter(phone, 24, stop))
        await until(lambda: first.look("SELECT 1 FROM inbox LIMIT 12")[11:], "a crowd")
        await command("backup", "--config", first.config, target)
        stop.set()
        people = await writing
        people += await chatter(phone, 5, stop)
        await until(lambda: answered(phone, people), "everybody is answered", 60)
        return people

    def compare(saved: manifest.Manifest, second: Site) -> None:
        """What is final is as it was, row by row; the rest has become something else."""
        found = second.digests()
        for table in ("version", "member", "source", "friend", "link", "memory", "chat"):
            assert found[table] == saved.tables[table], table
        assert found["inbox"].rows == saved.tables["inbox"].rows
        assert found["replies"].rows == saved.tables["replies"].rows

    def has_read(second: Site) -> bool:
        late = second.look("SELECT COUNT(*) FROM inbox WHERE note LIKE '%backup was put back%'")
        unread = second.look("SELECT COUNT(*) FROM source WHERE id LIKE 'kf:%' AND read_at = 0")
        return late[0][0] >= 5 and unread == [(0,)]

    async def greet(phone: Phone, people: list[str], sent: int) -> None:
        (who,) = await phone.customers(1)
        await phone.write(who, "几天发货")
        assert await until(lambda: phone.texts(who), "a new customer is answered") == [
            "下单后两天内发出。"]  # fmt: skip
        await phone.write(people[0], "能开发票吗")
        await until(lambda: twice(phone, people[0]), "an old customer is answered, too")
        assert [len(await phone.messages(p)) for p in people[1:]] == [1] * (len(people) - 1)
        assert len(await phone.calls("kf/send_msg")) == sent + 2

    async def twice(phone: Phone, who: str) -> bool:
        return len(await phone.messages(who)) == 2

    with sites(engine, tmp_path) as (first, second):
        run(lambda: scenario(first, second))


def test_the_commands_refuse_what_they_must_and_say_what_to_do(tmp_path: Path) -> None:
    config, target = str(brand(tmp_path / "brand")), str(tmp_path / "b.db")
    empty = in_here("backup", "--config", config, target)
    assert (empty.returncode, empty.stdout) == (2, "")
    assert "there is no such database" in empty.stderr
    bot = Process("run", "--config", config, "--port", "0", "--sandbox-port", "0",
                  log=tmp_path / "log.txt")  # fmt: skip
    try:
        done = finished("backup", "--config", config, target)
        assert done.returncode == 0 and "verified" in done.stdout and done.stderr == ""
        again = in_here("backup", "--config", config, target)
        assert again.returncode == 2 and "--force" in again.stderr
        held = in_here("restore", "--config", config, target)
        assert held.returncode == 2
        assert held.stderr.startswith("onevoice: another 'onevoice run' holds ")
        moved = in_here("store", "copy", "--config", config, "postgresql://x@/nowhere")
        assert moved.returncode == 2 and "holds" in moved.stderr
    finally:
        assert bot.stop() == 0
    done = finished("restore", "--config", config, target)
    assert done.returncode == 0, done.stderr
    assert "the former database: " in done.stdout and "verified" in done.stdout
    (tmp_path / "text.db").write_text("no database")
    wrong = in_here("restore", "--config", config, str(tmp_path / "text.db"))
    assert wrong.returncode == 2 and wrong.stderr.count("\n") == 1
    bad = in_here("store", "copy", "--config", config, "mysql://host")
    assert bad.returncode == 2 and "postgresql://" in bad.stderr


@pytest.mark.skipif(bool(server.missing()), reason=f"PostgreSQL is not tested: {server.missing()}")
def test_a_small_shop_moves_to_the_server_and_goes_on(tmp_path: Path) -> None:
    async def scenario(url: str) -> None:
        async with platform() as phone:
            config = brand(tmp_path)
            async with open_house(tmp_path, phone):
                (who,) = await phone.customers(1)
                await phone.write(who, "几天发货")
                await until(lambda: phone.texts(who), "an answer")
            said = await command("store", "copy", "--config", config, url)
            assert "equal on both sides" in said and "[store] url" in said
            text = config.read_text("utf-8")
            config.write_text(f'{text}\n[store]\nurl = "{url}"\n', "utf-8")
            async with open_house(tmp_path, phone):
                await phone.write(who, "能开发票吗")
                await until(lambda: _two(phone, who), "the talk goes on")
            assert len(await phone.messages(who)) == 2

    async def _two(phone: Phone, who: str) -> bool:
        return len(await phone.messages(who)) >= 2

    with server.running() as one:
        address = one.url(one.create("house"))
        run(lambda: scenario(address))
