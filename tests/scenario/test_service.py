"""What stands around the inbox, with the whole house against the sandbox."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.handoff import Conflict
from bot.persona import rating
from bot.store import blocks, desk, staff, takeback, waiting
from bot.store.outbox import KfWindow
from bot.store.staffwords import reply
from tests.scenario.house import House, Phone, brand, opened, platform, run, until
from tests.scenario.test_handover import KF, at_the_desk, parts

SERVICE = '[service]\nfirst_answer = "1s"\nsecond_answer = "2s"\n'


def staffed(tmp_path: Path) -> None:
    """The brand of the tests with short patience."""
    config = brand(tmp_path)
    config.write_text(f"{config.read_text('utf-8')}\n{SERVICE}", "utf-8")


async def answered(home: House, key: str, text: str, client_key: str) -> int:
    """lin takes the conversation and answers."""
    store, now, limits = parts(home).store, parts(home).clock.now, parts(home).config.wecom.limits
    await store.write(desk.take, key, "lin", now(), await store.read(desk.glance, key))
    made = await store.write(reply, key, "lin", at_the_desk(home, text, client_key), now(),
                         await store.read(desk.glance, key),
                         KfWindow(limits.kf_messages, limits.kf_hours))  # fmt: skip
    parts(home).bells.ring_outbox()
    return made.outbox


@contextlib.asynccontextmanager
async def at_work(tmp_path: Path) -> AsyncIterator[tuple[House, Phone, str, str]]:
    """The house, the platform, a customer who knows nobody yet, and the key of his conversation."""
    async with platform() as phone, opened(tmp_path, phone) as home:
        (who,) = await phone.customers(1)
        yield home, phone, who, f"kf:{KF}:{who}"


async def apps(phone: Phone, userid: str) -> list[str]:
    """What a colleague has received from the application."""
    found = await phone.get(f"/chats/{userid}/messages")
    rows = found["items"] if isinstance(found, dict) else found
    return [m["text"] for m in rows if m["channel"] == "app"]


def test_an_alarm_in_the_client_then_help_then_how_it_was(tmp_path: Path) -> None:
    async def scenario() -> None:
        staffed(tmp_path)
        async with at_work(tmp_path) as (home, phone, who, key):
            store, now = parts(home).store, parts(home).clock.now
            for login, role, userid in (("chief", "lead", "chen.mo"),
                                        ("lin", "service", "lin.xi")):  # fmt: skip
                await store.write(staff.add, login, role, "x", now(), actor="test",
                                  made=False, userid=userid)  # fmt: skip
            await phone.write(who, "转人工")
            first = await until(lambda: apps(phone, "lin.xi"), "the owner hears of it")
            assert "客人要找真人" in first[0] and "小试" in first[0]
            second = await until(lambda: apps(phone, "chen.mo"), "and the lead")
            assert "请主管看看" in second[0]
            await answered(home, key, "我是林溪，马上给你查", "k1")
            await until(lambda: home.rows("SELECT 1 FROM alarm WHERE cleared_at IS NOT NULL"),
                        "the alarm is over")  # fmt: skip
            assert (len(await apps(phone, "lin.xi")), len(await apps(phone, "chen.mo"))) == (1, 1)
            seen = await store.read(desk.glance, key)
            await store.write(desk.resolve, key, "lin", now(), seen)
            parts(home).bells.due.set()
            menu = await until(lambda: _menu(phone, who), "the question")
            best = next(item for item in menu["list"] if item["click"]["id"].endswith(":2"))
            await phone.post(f"/customers/{who}/kf", open_kfid=KF, event="menu_click",
                             menu_id=best["click"]["id"])  # fmt: skip
            await until(lambda: _said(phone, who, rating.LINES["sorry"]), "thanked")
            [row] = home.rows("SELECT * FROM rating")
            assert (row["score"], row["words"], row["staff"]) == (2, "不满意", "lin")
            [waits] = await store.read(waiting.queue, now())
            assert waits.why == "rating" and "2 分" in waits.reason
            texts = await phone.texts(who)
            assert "这个我没听懂。" not in texts and texts.count(rating.LINES["sorry"]) == 1

    run(scenario)


async def _menu(phone: Phone, who: str) -> Any:
    found = [m for m in await phone.messages(who) if m.get("kind") == "msgmenu"
             or "msgmenu" in m.get("raw", {})]  # fmt: skip
    return found[-1]["raw"]["msgmenu"] if found else None


async def _said(phone: Phone, who: str, text: str) -> bool:
    return text in await phone.texts(who)


def test_who_is_kept_out_gets_no_answer_until_he_is_let_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        brand(tmp_path)
        async with at_work(tmp_path) as (home, phone, who, key):
            store, now = parts(home).store, parts(home).clock.now
            await phone.write(who, "几天发货")
            await until(lambda: phone.texts(who), "an answer")
            await store.write(blocks.block, key, "lin", now(), "骂人")
            await phone.write(who, "几天发货")
            await until(lambda: len(home.rows(
                "SELECT 1 FROM inbox WHERE state='done' AND kind='text'")) == 2, "read")  # fmt: skip
            assert len(await phone.texts(who)) == 1
            await store.write(blocks.unblock, key, "chief", now(), "道歉了")
            await phone.write(who, "几天发货")
            await until(lambda: _count(phone, who, 2), "answered again")
            number = await answered(home, key, "还有别的吗", "k2")
            await until(lambda: _said(phone, who, "还有别的吗"), "it left")
            with pytest.raises(Conflict, match="没有撤回接口"):
                await store.write(takeback.take_back, key, number, "lin", now())

    run(scenario)


async def _count(phone: Phone, who: str, n: int) -> bool:
    return len(await phone.texts(who)) == n


def test_an_application_takes_ones_own_words_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        brand(tmp_path)
        async with at_work(tmp_path) as (home, phone, _, _):
            store, now = parts(home).store, parts(home).clock.now
            await phone.post("/apps/1000002/say", userid="chen.mo", text="在吗")
            [talk] = await until(lambda: home.rows(
                "SELECT id FROM conversation WHERE channel = 'app'"), "heard")  # fmt: skip
            await until(lambda: home.rows("SELECT 1 FROM inbox WHERE state = 'done'"), "read")
            await until(lambda: not home.rows(
                "SELECT 1 FROM outbox WHERE state IN ('ready', 'sending')"), "said")  # fmt: skip
            number = await answered(home, talk["id"], "说错了这句", "k1")
            await until(lambda: _gone(phone, True), "it is there")
            await until(lambda: home.rows(
                "SELECT 1 FROM outbox WHERE id = ? AND state = 'sent'", number), "sent")  # fmt: skip
            await store.write(takeback.take_back, talk["id"], number, "lin", now())
            parts(home).bells.ring_outbox()
            await until(lambda: _gone(phone, False), "it is gone")
            [row] = await until(lambda: home.rows(
                "SELECT note, status FROM replies WHERE outbox = ? AND note <> '撤回中'",
                number), "the log tells it")  # fmt: skip
            assert row == {"note": "lin 已撤回", "status": "sent"}

    async def _gone(phone: Phone, there: bool) -> bool:
        return ("说错了这句" in await apps(phone, "chen.mo")) is there

    run(scenario)
