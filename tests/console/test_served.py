"""Service beyond the sale: contacts by topic, whether an order began them, whether they led to goods."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from bot.core.body import Text
from bot.core.carrying import OfCarrier
from bot.core.clock import HOUR
from bot.core.model import Outbound
from bot.store import outbox, people
from bot.store.engine import Tx
from tests.contract import publishing
from tests.scenario.house import run
from tests.scenario.reception import NOW, reception

FLOW = """
id = "parcel"
title = "收到之后"
trigger = "order"

[[step]]
id = "a"
at = "10:00"
template = "care/day1"
via = ["bulk"]
"""
SAID = (
    ("care", "care/day1", "flow:parcel:a", "杯子先烫一下"),
    ("care", "care/day3", "flow:week:b", "这两天喝得惯吗"),
    ("reply", "faq:ship", "reply:1:0", "明天到"),
    ("reply", "faq:ship", "reply:2:0", "明天到"),
    ("staff", "", "staff:lin:1", "我帮您看看"),
    ("staff", "", "staff:lin:2", "在这里 https://shop.banzhan.example/cup 。"),
    ("promo", "promos/x", "campaign:x:1", "买一送一"),
)


def live(tx: Tx) -> None:
    people.ensure_members(tx, {"wm1": "安娜", "wm2": "小本"}, NOW)
    for n, (kind, content, origin, text) in enumerate(SAID):
        member = f"wm{1 + n % 2}"
        outbox.enqueue(tx, Outbound(
            lane=member, pool="reply", channel="kf", account="wk1", peer=member,
            kind=kind, body=Text(text), origin=origin, content=content, persona="tester",  # type: ignore[arg-type]
            persona_version=1, conversation="", member=member, operator="bot", dedupe=f"s{n}",
            send_at=NOW, retry_at=NOW), NOW - HOUR)  # fmt: skip


def test_service_by_topic_and_how_much_of_it_led_to_goods(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("analyst") as browser:
            config = desk.console.config
            shop = {"shop": OfCarrier(hosts=("shop.banzhan.example",))}
            desk.console.config = replace(config, carriers=shop)
            library = await desk.publish()
            await desk.store.write(publishing.publish, "flow", "parcel", {"parcel.toml": FLOW},
                                   "disk", NOW)  # fmt: skip
            await library.follow()
            assert (await browser.get("/figures/service")).said("No service in these days")
            await desk.store.write(live)
            page = await browser.get("/figures/service?days=7")
            assert page.said("83%"), "five of six"
            file = await browser.get("/figures/service.csv?days=7")
            rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))[1:]
            assert sorted(rows) == sorted([
                ["几天发货", "answer", "no", "no", "2", "2"],
                ["收到之后 · 第 1 天", "care", "yes", "no", "1", "1"],
                ["第 3 天", "care", "no", "no", "1", "1"],
                ["Words of staff", "staff", "no", "no", "1", "2"],
                ["Words of staff", "staff", "no", "yes", "1", "2"],
            ])  # fmt: skip
            assert (await browser.get("/figures/service?since=x")).said("Write a day like")

    run(scenario)
