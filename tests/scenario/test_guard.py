"""Nothing leaves unguarded: rows that no turn has seen are looked at before their call."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bot.core.body import Body, Link, Menu, MenuItem, Rich, Text
from bot.core.model import Outbound
from bot.store import outbox
from tests.scenario.house import House, house, platform, run, until

BAD: list[tuple[Body, str]] = [
    (Text("给你打八折"), "discount"),
    (Text("这是全国第一的茶"), "superlative"),
    (Text("加我微信 abcdef123"), "drain"),
    (Link(title="能降血压的茶", url="https://banzhan.example/a"), "medical"),
    (Link(title="茶", url="https://evil.example/a"), "link"),
    (Menu(head="保证你明天收到", items=(MenuItem(kind="click", id="a", text="好"),)), "promise"),
    (Rich("{{ name }} 你好"), "inner"),
    (Text(" \u200b "), "empty"),
    (Text("茶" * 700), "length"),
]


async def queue(home: House, who: str, number: int, body: Body, **more: Any) -> None:
    now = int(time.time() * 1000)
    key = f"kf:wkBANZHAN01:{who}"
    values: dict[str, Any] = {
        "lane": key, "pool": "reply", "channel": "kf", "account": "wkBANZHAN01", "peer": who,
        "kind": "staff", "body": body, "origin": "staff:lin.xi:console", "persona": "tester",
        "persona_version": 1, "operator": "lin.xi", "conversation": key, "member": who,
        "dedupe": f"test/{number}", "send_at": now, "retry_at": now,
    }  # fmt: skip
    assert home.app.parts
    await home.app.parts.store.write(outbox.enqueue, Outbound(**(values | more)), now)
    home.app.bells.ring_outbox()


def test_staff_texts_menus_and_cards_are_stopped_at_the_door(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            people = await phone.customers(len(BAD))
            for number, (who, (body, _)) in enumerate(zip(people, BAD, strict=True)):
                await phone.write(who, "你好")
                await until(lambda who=who: phone.texts(who, "kf"), "an answer")
                await queue(home, who, number, body)
            looked = "SELECT state, note FROM outbox WHERE dedupe LIKE 'test/%' ORDER BY id"
            await until(
                lambda: [r["state"] for r in home.rows(looked)] == ["dead"] * len(BAD), "all stay"
            )
            for row, (_, code) in zip(home.rows(looked), BAD, strict=True):
                assert code in str(row["note"])
            assert [len(await phone.texts(who, "kf")) for who in people] == [1] * len(BAD)

    run(scenario)


def test_a_model_text_without_its_label_stays(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (who,) = await phone.customers(1)
            await phone.write(who, "你好")
            await until(lambda: phone.texts(who, "kf"), "an answer")
            await queue(home, who, 1, Text("水温八十五度。"), operator="model", kind="reply")
            await queue(home, who, 2, Text("水温八十五度。\n（以上内容由 AI 生成）"),
                        operator="model", kind="reply")  # fmt: skip
            look = "SELECT state FROM outbox WHERE dedupe LIKE 'test/%' ORDER BY id"
            await until(lambda: [r["state"] for r in home.rows(look)] == ["dead", "sent"], "both")

    run(scenario)


def test_after_opting_out_no_promotion_reaches_him_and_answers_do(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (who,) = await phone.customers(1)
            await phone.write(who, "退订")
            await until(lambda: phone.texts(who, "kf"), "a confirmation")
            await queue(home, who, 1, Text("今天茶席开门。"), kind="promo", origin="campaign:a:1",
                        operator="bot")  # fmt: skip
            await queue(home, who, 2, Text("你的单子查到了。"))
            look = "SELECT state FROM outbox WHERE dedupe LIKE 'test/%' ORDER BY id"
            await until(lambda: [r["state"] for r in home.rows(look)] == ["cancelled", "sent"], "x")
            texts = await phone.texts(who, "kf")
            assert "你的单子查到了。" in texts
            assert "今天茶席开门。" not in texts

    run(scenario)
