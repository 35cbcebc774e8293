"""The official account against the sandbox: follow, talk, windows; three modes of its door."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.wecom.oa.codec import signature
from sandbox.world.load import DEFAULT
from tests.scenario.house import BRAND, House, Phone, brand, opened, platform, run, until

WHO = "oSBXwmBANZHAN0001"
RULES = """
[[rule]]
id = "follow"
event = "oa.subscribe"
say = ["template:replies/follow"]

[[rule]]
id = "tea"
event = "oa.click:tea"
say = ["今天喝什么？"]
"""
TEMPLATE = """+++
title = "加我"
genre = "story"
origin = "BGC"
[vars.qr]
source = "persona.contact_qr"
type = "text"
sample = "https://wework.qpic.cn/wwpic/persona.png"
+++
来啦，扫码加我：{{ qr }}
"""


def files(folder: Path, mode: str) -> None:
    """The test brand with a persona that speaks through the official account."""
    config = brand(folder)
    ours = 'mode = "plain"' if mode == "plain" else 'mode = "safe"'
    config.write_text(config.read_text("utf-8").replace('mode = "safe"', ours), "utf-8")
    persona = folder / "personas" / "tester"
    script = persona / "persona.toml"
    text = script.read_text("utf-8").replace("[accounts]\n", '[accounts]\noa = ["oa"]\n')
    script.write_text(text, "utf-8")
    dialogue = persona / "dialogue.toml"
    dialogue.write_text(dialogue.read_text("utf-8") + RULES, "utf-8")
    (folder / "content" / "replies" / "follow.j2").write_text(TEMPLATE, "utf-8")


@contextlib.asynccontextmanager
async def followed(folder: Path, mode: str = "safe") -> AsyncIterator[tuple[Phone, House]]:
    world = folder / "world.toml"
    world.write_text(
        DEFAULT.read_text("utf-8").replace('mode = "safe"', f'mode = "{mode}"'), "utf-8"
    )
    files(folder, mode)
    async with platform(world=world) as phone, opened(folder, phone) as home:
        yield phone, home


async def say(phone: Phone, **what: Any) -> None:
    await phone.post("/oa/say", openid=WHO, **what)


async def received(phone: Phone) -> list[str]:
    return await phone.texts("wmBANZHAN0001", "oa")


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
def test_a_follower_is_answered_whatever_the_mode_of_the_door(tmp_path: Path, mode: str) -> None:
    async def scenario() -> None:
        async with followed(tmp_path, mode) as (phone, home):
            await say(phone, text="你好")
            assert await until(lambda: received(phone), "an answer") == ["在呢。"]
            done = "SELECT * FROM replies WHERE status = 'sent'"
            (row,) = await until(lambda: home.rows(done), "it is in the reply log")
            assert (row["channel"], row["account"], row["member"], row["status"]) == (
                "oa", "oa", f"oa:{WHO}", "sent")  # fmt: skip
            assert home.rows("SELECT 1 FROM member WHERE id = ?", f"oa:{WHO}")

    run(scenario)


def test_a_new_follower_is_handed_the_personas_qr_code(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with followed(tmp_path) as (phone, home):
            await say(phone, event="subscribe", key="qrscene_poster-a", ticket="TK")
            (welcome,) = await until(lambda: received(phone), "a welcome")
            assert welcome.startswith("来啦，扫码加我：http")
            (event,) = home.rows("SELECT * FROM inbox")
            assert event["event"] == "oa.subscribe" and '"scene":"poster-a"' in event["data"]
            await say(phone, event="CLICK", key="tea")
            await until(lambda: _has(phone, "今天喝什么？"), "the menu answers")

    run(scenario)


async def _has(phone: Phone, text: str) -> bool:
    return text in await received(phone)


def test_what_the_window_does_not_allow_is_not_tried(tmp_path: Path) -> None:
    """Five answers to one message; a follow allows three, for one minute."""

    async def scenario() -> None:
        async with followed(tmp_path) as (phone, home):
            await say(phone, text="你好")
            await until(lambda: received(phone), "an answer")
            assert _left(home) == {"message": 4}
            await say(phone, event="subscribe")
            await until(lambda: _left(home) == {"message": 4, "follow": 2}, "a window more")
            await phone.post("/clock", advance_s=61)
            await until(lambda: home.app.clock.offset > 60_000, "the bot's clock follows")
            await say(phone, event="CLICK", key="tea")
            await until(lambda: _has(phone, "今天喝什么？"), "the menu answers")
            assert _left(home) == {"message": 4, "follow": 2, "menu": 2}
            await say(phone, event="unsubscribe")
            await until(lambda: set(_left(home).values()) == {0}, "who has left is not written to")
            calls = await phone.calls("message/custom/send")
            assert [c["errcode"] for c in calls] == [0, 0, 0]

    run(scenario)


def _left(home: House) -> dict[str, int]:
    rows = home.rows("SELECT opened_by, remaining FROM allowance")
    return {row["opened_by"]: row["remaining"] for row in rows}


def test_a_sixth_answer_is_refused_on_the_doorstep(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with followed(tmp_path) as (phone, home):
            await say(phone, text="你好")
            await until(lambda: received(phone), "an answer")
            with contextlib.closing(sqlite3.connect(home.data / "onevoice.db")) as outside:
                outside.execute("UPDATE allowance SET remaining = 0")
                outside.commit()
            await say(phone, event="LOCATION")
            with contextlib.closing(sqlite3.connect(home.data / "onevoice.db")) as outside:
                outside.execute("UPDATE outbox SET state = 'ready', attempts = 0")
                outside.commit()
            home.app.bells.ring_outbox()
            (row,) = await until(lambda: home.rows("SELECT * FROM outbox WHERE state = 'dead'"),
                                 "refused")  # fmt: skip
            assert "45047" in row["note"] and len(await received(phone)) == 1

    run(scenario)


def test_a_repeated_delivery_is_kept_once_and_answered_success(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with followed(tmp_path) as (phone, home):
            await phone.post("/faults", on="callback", kind="duplicate")
            await say(phone, text="你好")
            await say(phone, event="SCAN", key="poster-a")
            await until(lambda: len(home.rows("SELECT 1 FROM inbox")) == 2, "both are kept")
            await until(lambda: received(phone), "an answer")
            assert len(home.rows("SELECT 1 FROM inbox")) == 2
            assert await received(phone) == ["在呢。"]

    run(scenario)


def test_the_door_takes_only_genuine_letters(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with followed(tmp_path) as (phone, home):
            url = f"{home.callback}/oa"
            good = {"timestamp": "1790000000", "nonce": "n",
                    "signature": signature("SandboxOa42", "1790000000", "n")}  # fmt: skip
            async with phone.http.get(url, params={**good, "echostr": "5577"}) as answer:
                assert (answer.status, await answer.text()) == (200, "5577")
            forged = {**good, "signature": "0" * 40, "echostr": "5577"}
            async with phone.http.get(url, params=forged) as answer:
                assert answer.status == 403
            plain = b"<xml><FromUserName>o</FromUserName><MsgType>text</MsgType></xml>"
            async with phone.http.post(url, params=good, data=plain) as answer:
                assert (answer.status, await answer.text()) == (400, "not encrypted")
            assert not home.rows("SELECT 1 FROM inbox")

    run(scenario)


def test_a_store_that_fails_is_not_answered_success_and_the_repeat_is_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with followed(tmp_path) as (phone, home):
            with contextlib.closing(sqlite3.connect(home.data / "onevoice.db")) as outside:
                outside.execute("ALTER TABLE inbox RENAME TO out_of_reach")
                await say(phone, text="你好")
                await until(lambda: _refused(phone), "the platform is told to repeat")
                outside.execute("ALTER TABLE out_of_reach RENAME TO inbox")
            await until(lambda: received(phone), "the repeat is answered")
            assert len(home.rows("SELECT 1 FROM inbox")) == 1
            assert _left(home) == {"message": 4}

    run(scenario)


async def _refused(phone: Phone) -> bool:
    sent = (await phone.get("/state?part=callbacks"))["callbacks"]
    return any(attempt["status"] == 503 for c in sent for attempt in c["attempts"])


def test_the_shipped_test_brand_knows_the_account() -> None:
    assert "[wecom.official_accounts.oa]" in (BRAND / "config.toml").read_text("utf-8")


def test_a_follower_is_handed_a_code_that_makes_him_a_friend(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with followed(tmp_path) as (phone, home):
            await until(lambda: home.rows("SELECT 1 FROM link WHERE account = 'contact:lin.xi'"),
                        "a contact way was made for the persona")  # fmt: skip
            await say(phone, event="subscribe")
            texts = await until(lambda: received(phone), "a greeting with the code")
            url = texts[0].partition("：")[2]
            (who,) = await phone.customers(1)
            await phone.post(f"/customers/{who}/open", url=url)
            await until(lambda: home.rows("SELECT 1 FROM friend WHERE member = ? AND state = 'oa'",
                                          who), "he is a friend, and we know from where")  # fmt: skip

    run(scenario)
