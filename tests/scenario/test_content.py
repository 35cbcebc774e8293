"""From a draft to the file and to the phone: review, pinned versions and consent in a running
house; a kill and an edit on disk meanwhile with two processes."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, LiteralString

import pytest

from bot.core.clock import SystemClock
from bot.core.config import load_config
from bot.core.content import ContentRefused
from bot.library.desk import ContentDesk
from bot.store import review
from bot.store.engine import Store
from bot.store.opening import open_store
from bot.store.versions import Edition, get, newest, serving
from tests.contract import server
from tests.scenario.house import House, brand, look, opened, platform, run, until
from tests.scenario.process import Process
from tests.scenario.test_commands import in_here
from tests.scenario.test_schedule import jump_to, task_of, tuesday

MOMENT, FILE = "moments/morning", "content/moments/morning.j2"
GUEST = """+++
title = "投稿"
genre = "story"
origin = "UGC"
author = "薄荷"
licence = "朋友圈"
consent = ["ugc-1"]
+++
一位茶友的窗台。
"""


def command(folder: Path, *arguments: str) -> str:
    """Runs one command that must succeed; what it said."""
    done = in_here(*arguments, "--config", str(folder / "config.toml"))
    assert done.returncode == 0, done.stderr
    return done.stdout


async def write(store: Store, folder: Path, before: str, after: str) -> int:
    """Somebody in the studio saves a new version of the moment."""
    found = await store.read(newest, "template", MOMENT)
    assert found is not None
    text = found.files["morning.j2"]
    assert before in text
    desk = ContentDesk(store, load_config(folder / "config.toml"), SystemClock())
    return await desk.save("template", MOMENT, {"morning.j2": text.replace(before, after)},
                           base=found.version, author="wu")  # fmt: skip


def store_of(home: House) -> Store:
    assert home.app.parts is not None
    return home.app.parts.store


def says(folder: Path, text: str) -> bool:
    return text in (folder / FILE).read_text("utf-8")


def test_what_is_approved_is_in_the_file_serves_and_leaves_as_the_version_it_was(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            await jump_to(phone, 8, 30, weekday=3)
            task = await task_of(phone, "lin.xi", "moment")
            assert await write(store_of(home), tmp_path, "早上好", "早安") == 2
            refused = in_here("content", "approve", MOMENT, "--config",
                              str(tmp_path / "config.toml"), "--as", "li")  # fmt: skip
            assert (refused.returncode, "is draft now" in refused.stderr) == (2, True)
            command(tmp_path, "content", "submit", MOMENT, "--as", "wu")
            own = in_here("content", "approve", MOMENT, "--as", "wu", "--config",
                          str(tmp_path / "config.toml"))  # fmt: skip
            assert (own.returncode, "somebody else must approve it" in own.stderr) == (2, True)
            told = command(tmp_path, "content", "approve", MOMENT, "--as", "li", "--note", "好")
            assert told == f"{MOMENT}: v2 serves\n"
            await until(lambda: says(tmp_path, "早安"), "the file holds it")
            await until(lambda: not home.rows("SELECT 1 FROM file_wanted"), "it was seen there")
            shown = command(tmp_path, "content", "diff", MOMENT, "--from", "1")
            assert "-早上好，水刚烧开。" in shown and "+早安，水刚烧开。" in shown
            await phone.post(f"/staff/lin.xi/tasks/{task['id']}/confirm")
            assert task["text"] == "早上好，水刚烧开。", "it waits as it was queued"
            await until(lambda: home.rows("SELECT 1 FROM replies WHERE account = 'lin.xi' AND"
                                          " kind = 'moment' AND status = 'sent' AND"
                                          " content_version = 1"), "as version 1")  # fmt: skip
            await jump_to(phone, 8, 30, weekday=0)
            await until(lambda: home.rows("SELECT 1 FROM outbox WHERE content_version = 2 AND"
                                          " content = ? AND state = 'waiting'", MOMENT),
                        "the next one is version 2")  # fmt: skip
            assert command(tmp_path, "content", "rollback", MOMENT, "--as", "li").endswith(
                "v1 serves\n")  # fmt: skip
            await until(lambda: says(tmp_path, "早上好"), "the file holds the former one again")
            rows = json.loads(command(tmp_path, "content", "history", MOMENT, "--json"))
            assert [(v["version"], v["state"]) for v in rows["versions"]] == [
                (1, "approved"), (2, "approved")]  # fmt: skip
            assert [(h["version"], h["event"], h["actor"]) for h in rows["history"]] == [
                ("v1", "publish", "disk"), ("v1", "publish", "disk"), ("v2", "submit", "wu"),
                ("v2", "approve", "li"), ("v2", "publish", "li"), ("v1", "rollback", "li")]  # fmt: skip
            listed = json.loads(command(tmp_path, "content", "list", "--json"))["content"]
            mine = next(one for one in listed if one["name"] == MOMENT)
            assert (mine["version"], mine["serving"], mine["served_by"]) == (2, 1, "li")
            command(tmp_path, "content", "retire", MOMENT, "--as", "li")
            assert "approved" in command(tmp_path, "content", "list")

    run(scenario)


def test_a_revoked_consent_stops_what_waits_for_a_tap_and_what_is_planned(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            command(tmp_path, "consent", "add", "ugc-1", "--who", "wm1", "--what", "窗台照片",
                    "--licence", "朋友圈", "--how", "聊天里同意", "--as", "chen")  # fmt: skip
            (tmp_path / FILE).write_text(GUEST, "utf-8")
            await until(lambda: home.rows("SELECT 1 FROM published WHERE name = ? AND version = 2",
                                          MOMENT), "it is published")  # fmt: skip
            parts = home.app.parts
            assert parts is not None
            await until(lambda: parts.library.cast.shelf.versions[MOMENT] == 2, "it serves")
            await jump_to(phone, 8, 30, weekday=3)
            task = await task_of(phone, "lin.xi", "moment")
            assert task["text"] == "一位茶友的窗台。"
            await until(lambda: len(home.rows("SELECT 1 FROM outbox WHERE state = 'waiting'")) == 2,
                        "both accounts have a task")  # fmt: skip
            assert "2 tasks on the platform" in command(
                tmp_path, "consent", "revoke", "ugc-1", "--as", "chen", "--reason", "不想要了")  # fmt: skip
            await until(lambda: len(home.rows("SELECT 1 FROM outbox WHERE state = 'cancelled' AND"
                                              " note = 'consent ugc-1 was revoked'")) == 2,
                        "the tasks are called off")  # fmt: skip
            assert task["id"] not in [one["id"] for one in await phone.tasks("lin.xi")]
            await jump_to(phone, 8, 30, weekday=0)
            await until(lambda: home.rows("SELECT 1 FROM due WHERE kind = 'calendar' AND note LIKE"
                                          " '%consent ugc-1 was revoked'"), "left out")  # fmt: skip
            assert "不想要了" in command(tmp_path, "consent", "list")
            assert "not used: consent ugc-1 was revoked" in command(tmp_path, "content", "list")

    run(scenario)


@pytest.mark.skipif(bool(server.missing()), reason=f"no PostgreSQL: {server.missing()}")
def test_of_two_processes_the_one_that_lives_writes_the_file_and_keeps_the_edit(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "brand"
    config = brand(folder)

    async def scenario() -> None:
        with server.running() as one:
            url = one.url(one.create("content", "migrated"))
            config.write_text(config.read_text("utf-8") + f'\n[store]\nurl = "{url}"\n', "utf-8")
            async with platform() as phone:
                first = await asyncio.to_thread(
                    Process, "run", "--config", str(config), "--port", "0", "--roles", "tick",
                    "--platform", phone.url, log=tmp_path / "first.log",
                )  # fmt: skip
                try:
                    await until(lambda: holder(url), "the first one leads")
                    async with opened(folder, phone, roles=["tick"]) as home:
                        await told(home, first, url)
                finally:
                    await asyncio.to_thread(first.kill)

    async def told(home: House, first: Process, url: str) -> None:
        leader = holder(url)
        await write(store_of(home), folder, "早上好", "早安")
        command(folder, "content", "submit", MOMENT, "--as", "wu")
        await asyncio.to_thread(first.kill)
        path = folder / FILE
        path.write_text(path.read_text("utf-8") + "盘上加的。\n", "utf-8")
        command(folder, "content", "approve", MOMENT, "--as", "li")
        await until(lambda: holder(url) not in (leader, ""), "the other one leads",
                    pause=0.3)  # fmt: skip
        await until(lambda: says(folder, "早安") and not rows(url, "SELECT 1 FROM file_wanted"),
                    "the file holds what was approved", pause=0.3)  # fmt: skip
        found = rows(url, "SELECT v.author, r.state, v.source FROM version v JOIN review r ON"
                     " r.kind = v.kind AND r.name = v.name AND r.version = v.version"
                     " WHERE v.name = %s ORDER BY v.version", MOMENT)  # fmt: skip
        assert [one[:2] for one in found] == [
            ("disk", "approved"), ("wu", "approved"), ("disk", "draft")]  # fmt: skip
        assert "盘上加的" in found[2][2] and not says(folder, "盘上加的")
        served = rows(url, "SELECT version, actor FROM published WHERE name = %s", MOMENT)
        assert served == [(2, "li")]

    run(scenario)


def rows(url: str, sql: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    """What the database says."""
    import psycopg

    with psycopg.connect(url) as connection:
        return connection.execute(sql, values).fetchall()


def holder(url: str) -> str:
    """Which process looks after the folders."""
    found = rows(url, "SELECT holder FROM lease WHERE name = 'library'")
    return str(found[0][0]) if found else ""


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_killed_whenever_no_text_is_lost_and_the_file_holds_what_serves(
    tmp_path: Path, seed: int
) -> None:
    config, dice = brand(tmp_path), random.Random(seed)
    texts = {(tmp_path / FILE).read_text("utf-8")}

    async def scenario() -> None:
        async with platform() as phone:

            def start() -> Process:
                return Process("run", "--config", str(config), "--port", "0", "--roles", "tick",
                               "--platform", phone.url, log=tmp_path / "log.txt")  # fmt: skip

            process = await asyncio.to_thread(start)
            store = open_store(load_config(config), readers=1)
            try:
                for number in range(10):
                    await decide(store, number)
                    await asyncio.sleep(dice.random() * 0.6)
                    await asyncio.to_thread(process.kill)
                    process = await asyncio.to_thread(start)
                await until(lambda: not look(tmp_path / "data", "SELECT 1 FROM file_wanted"),
                            "every file is written")  # fmt: skip
                await check(store)
            finally:
                await asyncio.to_thread(process.kill)
                store.close()

    async def decide(store: Store, number: int) -> None:
        """Somebody in the studio, and sometimes somebody on the disk, a moment apart."""
        found = await store.read(newest, "template", MOMENT)
        assert found is not None
        desk = ContentDesk(store, load_config(config), SystemClock())
        text = found.files["morning.j2"].rstrip() + f"{number}。\n"
        made = await desk.save("template", MOMENT, {"morning.j2": text}, base=found.version,
                               author="wu")  # fmt: skip
        await desk.submit("template", MOMENT, made, "wu")
        if dice.random() < 0.6:
            path = tmp_path / FILE
            edited = path.read_text("utf-8").rstrip() + f"盘{number}。\n"
            path.write_text(edited, "utf-8")
            texts.add(edited)
            await asyncio.sleep(dice.random() * 0.4)
        try:
            await desk.approve("template", MOMENT, made, "li")
        except ContentRefused as refused:  # the edit on disk was faster
            assert refused.code == "overtaken"
        texts.add(text)

    async def check(store: Store) -> None:
        kept = [await store.read(get, "template", MOMENT, one.version)
                for one in await store.read(review.of, "template", MOMENT)]  # fmt: skip
        assert texts <= {one.files["morning.j2"] for one in kept if one is not None}
        served = await store.read(serving, "template", MOMENT)
        assert served is not None
        await until(lambda: held(kept, served.version), "the file holds what serves")

    def held(kept: Sequence[Edition | None], version: int) -> bool:
        text = (tmp_path / FILE).read_text("utf-8")
        return any(one.files["morning.j2"] == text for one in kept
                   if one is not None and one.version == version)  # fmt: skip

    run(scenario)
