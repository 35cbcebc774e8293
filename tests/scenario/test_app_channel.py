"""The application and the push robot against the sandbox: messages, cards, recalls, rates."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core.body import Body, Card, Link, Markdown, Media, Rich, Text
from bot.core.clock import MINUTE, ManualClock, SystemClock
from bot.core.config import load_config
from bot.core.model import Outbound, Outcome, Sent
from bot.core.ports import JsSignature, LoginRefused
from bot.pipeline.deliver import Deliver
from bot.pipeline.loop import Bells
from bot.store import cards, outbox
from bot.store.leases import Alone
from bot.store.migrate import migrate_sqlite
from bot.store.outbox import Receiver
from bot.store.sqlite import SqliteStore
from bot.wecom.gateway import Gateway
from tests.contract.making import Open
from tests.scenario.house import BRAND, House, Phone, house, platform, run, until

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
CARD = {"card_type": "button_interaction", "main_title": {"title": "现在群发？"}, "task_id": "t-42",
        "button_list": [{"text": "发", "style": 1, "key": "send_now"}]}  # fmt: skip
NOTICE = {"card_type": "text_notice", "main_title": {"title": "今天三单"},
          "card_action": {"type": 1, "url": "https://banzhan.example/o"}}  # fmt: skip
RULES = """
[[rule]]
id = "sent"
event = "app.card:send_now"
say = ["好，这就发。"]
"""


def outgoing(body: Body, dedupe: str, **more: Any) -> Outbound:
    base = Outbound(
        lane=f"app:{dedupe}", pool="reply", channel="app", account="1000002", peer="he.qing",
        kind="staff", body=body, origin="staff:1:1", persona="tester", persona_version=1,
        dedupe=dedupe, send_at=0,
    )  # fmt: skip
    return base.evolve(**more)


@contextlib.asynccontextmanager
async def second_store(home: House) -> Any:
    """A store beside the running product's, as a second process would have it."""
    store = SqliteStore(home.data / "onevoice.db", readers=1)
    try:
        yield store
    finally:
        store.close()


async def queue(home: House, *rows: Outbound, receivers: Sequence[str] = ()) -> None:
    people = [Receiver(who, f"staff:{who}") for who in receivers] or None
    async with second_store(home) as store:
        for row in rows:
            await store.write(outbox.enqueue, row, home.app.clock.now(), people)
    home.app.bells.ring_outbox()


async def fate(home: House, dedupe: str) -> dict[str, Any]:
    def final() -> list[dict[str, Any]]:
        return home.rows("SELECT * FROM outbox WHERE dedupe = ? AND state NOT IN"
                         " ('ready', 'sending')", dedupe)  # fmt: skip

    (row,) = await until(final, f"{dedupe} has a fate")
    return dict(row)


async def seen(phone: Phone, chat: str = "he.qing") -> list[dict[str, Any]]:
    found = await phone.get(f"/chats/{chat}/messages")
    rows: list[dict[str, Any]] = found["items"] if isinstance(found, dict) else found
    return rows


def test_what_staff_write_to_the_app_is_answered_and_events_are_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await phone.post("/apps/1000002/say", userid="he.qing", text="你好")
            await until(lambda: seen(phone), "an answer")
            assert [m["text"] for m in await seen(phone)] == ["在呢。"]
            for text in ("你好", "你好"):  # the second wording, then the first one again
                before = len(await seen(phone))
                await phone.post("/apps/1000002/say", userid="he.qing", text=text)
                await until(lambda n=before: _more(phone, n), "every question is answered")  # type: ignore[misc]
            place = {"Location_X": 23.1, "Location_Y": 113.3, "Scale": 15, "Label": "门口"}
            await phone.post(
                "/apps/1000002/say", userid="he.qing", msgtype="location", fields=place
            )
            for event, key in (("enter_agent", ""), ("click", "today")):
                await phone.post("/apps/1000002/say", userid="he.qing", event=event, key=key)
            await until(lambda: len(home.rows("SELECT 1 FROM inbox")) == 6, "everything is kept")
            rows = home.rows("SELECT * FROM inbox")
            assert {r["event"] or r["kind"] for r in rows} == {"text", "location", "app.enter",
                                                               "app.click:today"}  # fmt: skip

    run(scenario)


def test_a_card_is_clicked_changed_once_and_recalled(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            rules = home.data.parent / "personas" / "tester" / "dialogue.toml"
            rules.write_text(rules.read_text("utf-8") + RULES, "utf-8")
            new = "SELECT 1 FROM version WHERE name = 'tester' AND version = 2"
            await until(lambda: home.rows(new), "the rule serves")
            await queue(home, outgoing(Card(CARD), "card"))
            sent = await fate(home, "card")
            assert sent["state"] == "sent" and sent["provider_id"]
            assert len(home.rows("SELECT 1 FROM card_code WHERE task_id = 't-42'")) == 1
            await phone.post("/apps/1000002/say", userid="he.qing", event="template_card_event",
                             key="send_now", task_id="t-42",
                             selected={"tone": ["friendly"]})  # fmt: skip
            await until(lambda: _said(phone, "好，这就发。"), "the click is answered")
            (click,) = home.rows("SELECT * FROM inbox WHERE event = 'app.card:send_now'")
            assert '"selected":{"tone":["friendly"]}' in click["data"]
            assert len(home.rows("SELECT 1 FROM card_code WHERE task_id = 't-42'")) == 2
            await change_twice(home)
            state = await phone.get("/calls?path=update_template_card")
            calls = state["items"] if isinstance(state, dict) else state
            assert [c["errcode"] for c in calls] == [0, 0]
            await recall(home, sent)
            assert CARD["task_id"] not in str(await seen(phone))

    run(scenario)


async def _more(phone: Phone, n: int) -> bool:
    return len(await seen(phone)) > n


async def _said(phone: Phone, text: str) -> bool:
    return any(m["text"] == text for m in await seen(phone))


async def change_twice(home: House) -> None:
    """Two codes are known, of the send and of the click: the third change finds none."""
    change, now = {"button": {"replace_name": "已发"}}, home.app.clock.now()
    async with second_store(home) as store:
        made = [await store.write(cards.queue_update, outgoing(Text(""), f"u{i}"), "t-42", change,
                                  now) for i in range(3)]  # fmt: skip
    assert [m is not None for m in made] == [True, True, False]
    home.app.bells.ring_outbox()
    assert [(await fate(home, f"u{i}"))["state"] for i in range(2)] == ["sent", "sent"]


async def recall(home: House, sent: dict[str, Any]) -> None:
    now = home.app.clock.now()
    async with second_store(home) as store:
        row = outgoing(Text(""), "recall").evolve(
            kind="notice", data={"recall": sent["provider_id"]}
        )
        await store.write(outbox.enqueue, row, now)
    home.app.bells.ring_outbox()
    assert (await fate(home, "recall"))["state"] == "sent"


def test_whom_the_app_cannot_reach_is_said_in_the_reply_log(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await queue(home, outgoing(Text("开会"), "many"), receivers=["he.qing", "nobody"])
            sent = await fate(home, "many")
            assert (sent["state"], sent["note"]) == ("sent", "not reached: nobody")
            await until(
                lambda: home.rows("SELECT 1 FROM replies WHERE status = 'failed'"), "marked"
            )
            log = home.rows("SELECT peer, status FROM replies ORDER BY id")
            assert [(r["peer"], r["status"]) for r in log] == [("he.qing", "sent"),
                                                               ("nobody", "failed")]  # fmt: skip
            await queue(home, outgoing(Text("开会"), "none"), receivers=["nobody"])
            assert (await fate(home, "none"))["note"].startswith("81013")

    run(scenario)


def test_a_member_gets_everything_though_the_platform_would_drop_the_surplus(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await queue(home, *(outgoing(Text(f"第{i}条"), f"n{i}") for i in range(20)))
            paced = "SELECT 1 FROM outbox WHERE state = 'ready' AND retry_at > 0 AND attempts = 0"
            await until(lambda: home.rows(paced), "the rest waits")
            await until(lambda: _count(phone, 16), "sixteen in the first minute")
            await phone.post("/clock", advance_s=62)
            await until(lambda: _count(phone, 20), "and the rest in the next")
            assert {r["attempts"] for r in home.rows("SELECT attempts FROM outbox")} == {1}

    run(scenario)


async def _count(phone: Phone, n: int) -> bool:
    return len(await seen(phone)) == n


PUSHED: list[tuple[Body, dict[str, Any]]] = [
    (Text("早"), {"mention": ["@all"]}),
    (Markdown("**早**"), {}),
    (Markdown("- 早", "markdown_v2"), {}),
    (Media("image", "cup.png"), {}),
    (Media("file", "plan.txt"), {}),
    (Rich("", (Link("今日", "https://banzhan.example", "三款"),)), {}),
    (Card(NOTICE), {}),
]


def test_a_push_robot_says_every_kind_of_thing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            async with house(tmp_path, phone) as home:
                folder = tmp_path / "content" / "assets"
                folder.mkdir(exist_ok=True)
                (folder / "cup.png").write_bytes(PNG)
                (folder / "plan.txt").write_bytes(b"plan of the day")
                rows = [outgoing(body, f"p{i}", channel="webhook", account="store-room",
                                 peer="store-room", data=data)
                        for i, (body, data) in enumerate(PUSHED)]  # fmt: skip
                await queue(home, *rows)
                fates = [await fate(home, row.dedupe) for row in rows]
                assert [(f["state"], f["note"]) for f in fates] == [("sent", "")] * len(PUSHED)
            kinds = {m["kind"] for m in await seen(phone, "wrINTERNAL01")}
            assert kinds == {"text", "markdown", "markdown_v2", "image", "file", "news",
                             "template_card"}  # fmt: skip

    run(scenario)


class Wire:
    """The far end: notes when each message came, on a clock that moves by hand."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.at: list[int] = []

    async def send(self, row: Outbound, receivers: Sequence[str] = ()) -> Outcome:
        self.at.append(self._clock.now())
        return Sent()


@pytest.mark.parametrize("lanes", [1, 7])
def test_two_processes_together_never_exceed_twenty_in_any_minute(
    tmp_path: Path, lanes: int
) -> None:
    """Two stores, each with a sender of its own, on one database, in virtual time."""
    path, clock, total = tmp_path / "onevoice.db", ManualClock(), 90
    config = load_config(BRAND / "config.toml")
    migrate_sqlite(path, clock.now())

    async def scenario() -> None:
        wire, bells = Wire(clock), Bells()
        stores = [SqliteStore(path, readers=1), SqliteStore(path, readers=1)]
        for i in range(total):
            row = outgoing(Text(f"{i}"), f"w{i}", channel="webhook", account="store-room",
                           lane=f"w{i % lanes}", send_at=clock.now() + i)  # fmt: skip
            await stores[0].write(outbox.enqueue, row, clock.now())
        senders = [Deliver("reply", store, wire, config, clock, bells, Open())  # type: ignore[arg-type]
                   for store in stores]  # fmt: skip
        while len(wire.at) < total:
            for sender in senders:
                await sender.step(clock.now())
            for sender in senders:
                await sender.drain(5)
            clock.advance(700)
        for store in stores:
            store.close()
        assert max(sum(t <= at < t + MINUTE for at in wire.at) for t in wire.at) == 20
        assert wire.at[-1] - wire.at[0] < 6 * MINUTE

    asyncio.run(scenario())
    with contextlib.closing(sqlite3.connect(path)) as found:
        assert found.execute("SELECT DISTINCT state, attempts FROM outbox").fetchall() == [
            ("sent", 1)
        ]


class Asleep(Alone):
    """Taken for dead between its claim and its call."""

    def owns(self, mark: str) -> bool:
        return False


def test_a_sender_that_was_taken_for_dead_begins_no_call(tmp_path: Path) -> None:
    path, clock = tmp_path / "onevoice.db", ManualClock()
    config = load_config(BRAND / "config.toml")
    migrate_sqlite(path, clock.now())

    async def scenario() -> None:
        wire, bells, store = Wire(clock), Bells(), SqliteStore(path, readers=1)
        row = outgoing(Text("x"), "w1", channel="webhook", account="store-room",
                       send_at=clock.now())  # fmt: skip
        await store.write(outbox.enqueue, row, clock.now())
        for lead, sent in ((Asleep(), 0), (Alone(), 1)):
            sender = Deliver("reply", store, wire, config, clock, bells, Open(), lead=lead)  # type: ignore[arg-type]
            await sender.step(clock.now())
            await sender.drain(5)
            assert len(wire.at) == sent
        assert await store.read(outbox.counts_by_state) == {}
        store.close()

    asyncio.run(scenario())
    with contextlib.closing(sqlite3.connect(path)) as found:
        assert found.execute("SELECT state, attempts FROM outbox").fetchall() == [("sent", 1)]


def test_staff_log_in_and_pages_are_signed_as_the_platform_checks(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone):
            config = load_config(tmp_path / "config.toml")
            async with Gateway(config, phone.url, SystemClock()) as gateway:
                login = gateway.login("assistant")
                for page in (login.inside_url, login.qr_url):
                    code = await _come_back(phone, page("http://127.0.0.1:9/back", "S1"))
                    assert (await login.who(code)).userid == "he.qing"
                    with pytest.raises(LoginRefused):
                        await login.who(code)
                js = gateway.js_sdk("assistant")
                assert js is gateway.js_sdk("assistant")
                url = "http://127.0.0.1:9/side?a=1"
                await _accepted(phone, url, await js.corp_signature(url + "#x"))
                await _accepted(phone, url, await js.agent_signature(url), agent=1000002)

    run(scenario)


async def _come_back(phone: Phone, url: str) -> str:
    """The browser after the person has chosen who he is: the code, with the state it took along."""
    page, _, fragment = url.partition("#")
    found = await phone.http.get(f"{page}&userid=he.qing", allow_redirects=False)
    query = parse_qs(urlsplit(found.headers["Location"]).query)
    assert query["state"] == ["S1"] and fragment in ("", "wechat_redirect")
    return query["code"][0]


async def _accepted(phone: Phone, url: str, made: JsSignature, **more: Any) -> None:
    given = {"url": url, "timestamp": made.timestamp, "nonceStr": made.nonce,
             "signature": made.signature, **more}  # fmt: skip
    async with phone.http.post(f"{phone.url}/jssdk/check", json=given) as answer:
        assert (await answer.json())["errcode"] == 0
