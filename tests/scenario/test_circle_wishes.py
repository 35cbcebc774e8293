"""A member asks for a circle in his chat, answers what it asks, and stands in the queue."""

from __future__ import annotations

import json
from pathlib import Path

from tests.scenario.house import brand as brand_in
from tests.scenario.house import opened, platform, run, until

CIRCLE = """
id = "blind"
title = "盲品小圈"
principle = "interest"
[admission]
how = "questions"
questions = ["最近泡坏了哪一泡？", "能留出周五晚上吗？"]
"""
FLOW = """
id = "not-yet"
trigger = "circle_rejected:blind"
persona = ["tester"]
[[step]]
id = "say"
day = 1
at = "10:00"
template = "care/day1"
via = ["kf", "bulk"]
"""


def test_a_wish_in_the_chat_ends_in_the_queue(tmp_path: Path) -> None:
    async def scenario() -> None:
        brand_in(tmp_path)
        (tmp_path / "content" / "circles").mkdir()
        (tmp_path / "content" / "circles" / "blind.toml").write_text(CIRCLE, "utf-8")
        (tmp_path / "content" / "flows" / "not-yet.toml").write_text(FLOW, "utf-8")
        async with platform() as phone, opened(tmp_path, phone) as home:
            (who,) = await phone.customers(1)

            async def say(text: str, answer: str) -> None:
                await phone.write(who, text)

                async def heard() -> bool:
                    texts = await phone.texts(who)
                    return bool(texts) and answer in texts[-1]

                await until(heard, f"{text}: {answer}")

            await say("怎么加入盲品小圈", "哪一泡")
            await say("水太烫，泡苦了", "周五晚上")
            await say("没有", "排上队了")
            rows = home.rows("SELECT member, state FROM application")
            assert [dict(row) for row in rows] == [{"member": who, "state": "waiting"}]
            (event,) = home.rows("SELECT data, place FROM event WHERE kind = 'applied'")
            assert (event["place"], list(json.loads(event["data"]).values())) == (
                "blind", ["水太烫，泡苦了", "没有"])  # fmt: skip
            await say("我想报名盲品小圈", "还排着队")
            await say("撤回我的盲品小圈申请", "撤回来了")
            assert home.rows("SELECT state FROM application")[0]["state"] == "withdrawn"

    run(scenario)
