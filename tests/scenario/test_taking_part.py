"""Members take part by what they write to the persona: it counts, once, and they are told."""

from __future__ import annotations

import json
from pathlib import Path

from bot.core.clock import DAY, HOUR, SystemClock, local
from bot.core.event import Event, Happened
from bot.store import events
from bot.store.engine import Tx
from tests.scenario.house import brand as brand_in
from tests.scenario.house import opened, platform, run, until

CIRCLE = 'id = "tea"\ntitle = "喝茶小圈"\nprinciple = "interest"\n'
RULES = """
circle = "tea"
[[points.rules]]
id = "checkin"
title = "打卡"
when = "checked"
points = 2
[[levels]]
id = "one"
title = "初盏"
from = 1
[[levels]]
id = "two"
title = "续盏"
from = 5
[[badges]]
id = "first"
title = "头一泡"
when = "checked"
[seeds]
lasts = "30d"
[codenames]
pool = ["茶则", "公道"]
[[rights]]
id = "spoon"
title = "一支竹茶则"
stock = 1
"""
HALF = """
id = "half"
title = "今日半盏"
circle = "tea"
kind = "checkin"
words = ["打卡"]
[when]
every = "daily 00:00"
"""
ASKS = """
id = "asks"
title = "三问"
circle = "tea"
kind = "quiz"
judge = "right"
winners = 1
[when]
announce = "{since}"
[[questions]]
ask = "白茶怎么做？"
options = ["晒干", "炒干"]
right = [1]
[[questions]]
ask = "黄茶多哪一步？"
options = ["摇青", "闷黄"]
right = [2]
"""


def content_in(folder: Path, since: str = "") -> None:
    """The test brand with a circle, its rules, a check-in, and a quiz announced an hour ago."""
    brand_in(folder)
    since = since or f"{local(SystemClock().now() - HOUR, 'Asia/Shanghai'):%Y-%m-%d %H:%M}"
    for kind, name, text in (("circles", "tea", CIRCLE), ("community", "tea", RULES),
                             ("activities", "half", HALF), ("activities", "asks", ASKS.format(since=since))):  # fmt: skip
        (folder / "content" / kind).mkdir(exist_ok=True)
        (folder / "content" / kind / f"{name}.toml").write_text(text, "utf-8")


def invited(tx: Tx, who: str) -> None:
    now = SystemClock().now()
    events.record(tx, [Event(kind=Happened.SEED, at=now, member=who, place="tea", which="asked",
                             dedupe=f"seed/tea/{who}/{now}/0-asked",
                             data={"list": "tea@x", "until": now + DAY})], now)  # fmt: skip


def test_words_in_the_chat_count_and_are_answered(tmp_path: Path) -> None:
    async def scenario() -> None:
        content_in(tmp_path)
        async with platform() as phone, opened(tmp_path, phone) as home:
            (who,) = await phone.customers(1)

            async def says(by: str, text: str, *answer: str) -> str:
                before = len(await phone.texts(by))
                await phone.write(by, text)

                async def heard() -> bool:
                    texts = await phone.texts(by)
                    return len(texts) > before and all(one in texts[-1] for one in answer)

                await until(heard, f"{text}: {answer}")
                return (await phone.texts(by))[-1]

            await says(who, "打卡", "先进圈再来")
            await says(who, "我要加入喝茶小圈", "圈里人")
            await says(who, "打卡 今天泡了白茶", "记上了", "2 分")
            await says(who, "打卡", "已经记下了")
            (event,) = home.rows("SELECT member, data FROM event WHERE kind = 'checked'")
            assert (event["member"], json.loads(event["data"])["answer"]) == (who, "今天泡了白茶")
            await says(who, "我的积分", "2 分", "还差 3 分")
            await says(who, "我的徽章", "头一泡")
            await says(who, "代号 茶则", "代号是「茶则」")
            await says(who, "领取竹茶则", "给你留好了")
            await says(who, "领取竹茶则", "已经领过了")
            await says(who, "三问", "白茶怎么做", "闷黄")
            await says(who, "1A", "黄茶多哪一步")
            await says(who, "B", "都答完了")
            (event,) = home.rows("SELECT data FROM event WHERE kind = 'submitted'")
            assert json.loads(event["data"])["answers"] == [1, 2]
            assert "/m/i/" in await says(who, "我的主页", "15 分钟")
            await says(who, "愿意当种子用户", "没有要你答复的邀请")
            await home.app.parts.store.write(invited, who)
            await says(who, "我的任务", "没有给你的任务")
            await says(who, "愿意当种子用户", "说定了", "任务")
            await says(who, "先不当", "已经答过")
            (held,) = home.rows("SELECT role, until FROM holding")
            assert held == {"role": "seed", "until": None}

    run(scenario)
