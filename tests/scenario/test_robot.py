"""Smart robots from end to end: staff write, the persona answers over the long connection."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web

from bot.core.accounts import Trouble, of_robots
from bot.core.body import Card, Text
from bot.core.clock import ManualClock
from bot.core.config import SANDBOX_AES_KEY, SANDBOX_TOKEN, load_config
from bot.core.model import Inbound, Later, Never, Outbound, Outcome, Sent, Unsure
from bot.pipeline.robots import LEAD_EVERY, RobotLinks
from bot.wecom.codec import Door, decrypt, encrypt, sign
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.robot.rhythm import Rhythm
from bot.wecom.robot.robots import Robots
from sandbox.world.load import DEFAULT
from tests.scenario.house import House, Phone, brand, opened, platform, run, until

BOT, INSIDE, NOW = "aibBANZHAN01", "wrINTERNAL01", 1_790_000_000_000
RULES = """
[[rule]]
id = "robot-enter"
event = "robot.enter"
say = [["我是小试，店里的帮手。", "这句没有地方说。"]]

[[rule]]
id = "robot-click"
event = "robot.card:yes"
say = ["收到你的选择。"]

[[rule]]
id = "two"
keywords = ["两句"]
say = [["第一句。", "第二句。"]]
"""
BUTTONS = {"card_type": "button_interaction", "task_id": "t-1",
           "main_title": {"title": "来吗"},
           "button_list": [{"text": "来", "key": "yes"}]}  # fmt: skip


# ---- the whole house ---------------------------------------------------------------------------


def staffed(folder: Path, **changes: str) -> Path:
    """The test brand, whose persona also speaks through the robot."""
    brand(folder, **changes)
    persona = folder / "personas" / "tester"
    text = (persona / "persona.toml").read_text("utf-8")
    text = text.replace('app = ["assistant"]', f'app = ["assistant"]\nrobot = ["{BOT}"]')
    (persona / "persona.toml").write_text(text, "utf-8")
    rules = (persona / "dialogue.toml").read_text("utf-8")
    (persona / "dialogue.toml").write_text(rules + RULES, "utf-8")
    return folder


def live(home: House) -> frozenset[str]:
    """The robots that are connected."""
    links = home.app.parts.robots if home.app.parts is not None else None
    return links.live if links is not None else frozenset()


@contextlib.asynccontextmanager
async def desk(folder: Path, phone: Phone, **changes: str) -> AsyncIterator[House]:
    """The house with its robot, once that is connected."""
    async with opened(staffed(folder, **changes), phone) as home:
        await until(lambda: live(home), "the robot is connected")
        yield home


async def heard(phone: Phone, chat: str, n: int = 1) -> list[dict[str, Any]]:
    """What the robot said in a chat, once that is ``n`` messages; in order."""

    async def enough() -> list[dict[str, Any]] | None:
        found = await phone.get(f"/chats/{chat}/messages")
        rows = found.get("items", found) if isinstance(found, dict) else found
        said = [row for row in rows if row["from"] == BOT]
        return said if len(said) >= n else None

    rows: list[dict[str, Any]] = await until(enough, f"{n} messages of the robot in {chat}")
    return rows


async def words(phone: Phone, chat: str, n: int = 1) -> list[str]:
    """The words of it."""
    return [row["text"] for row in await heard(phone, chat, n)]


async def say(phone: Phone, text: str, bot: str = BOT, **more: Any) -> Any:
    """A member writes to the robot."""
    return await phone.post(f"/robots/{bot}/say", **{"userid": "lin.xi", "text": text} | more)


async def settled(home: House, n: int, status: str = "sent") -> list[dict[str, Any]]:
    """The reply log, once ``n`` rows have this status."""

    def look() -> list[dict[str, Any]] | None:
        rows = home.rows("SELECT * FROM replies ORDER BY id")
        return rows if sum(r["status"] == status for r in rows) >= n else None

    rows: list[dict[str, Any]] = await until(look, f"{n} replies are {status}")
    return rows


def test_a_single_chat_is_answered_bubble_by_bubble_as_finished_streams(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, desk(tmp_path, phone) as home:
            await say(phone, "两句")
            said = await heard(phone, "lin.xi", 2)
            assert [row["text"] for row in said] == ["第一句。", "第二句。"]
            streams = [row["raw"]["stream"] for row in said]
            assert all(s["finish"] and s["feedback"]["id"] == s["id"] for s in streams)
            rows = await settled(home, 2)
            assert [r["provider_id"] for r in rows] == [s["id"] for s in streams]
            assert {(r["channel"], r["account"], r["member"], r["persona"]) for r in rows} == {
                ("robot", BOT, "staff:lin.xi", "tester")}  # fmt: skip

    run(scenario)


def test_a_group_is_answered_in_the_group_and_the_mention_is_no_part_of_the_question(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, desk(tmp_path, phone) as home:
            await phone.post(f"/groups/{INSIDE}/say", **{"from": "gu.song", "text": "没人叫你"})
            await phone.post(f"/groups/{INSIDE}/say",
                             **{"from": "lin.xi", "text": "@小盏 多久发货"})  # fmt: skip
            assert await words(phone, INSIDE) == ["下单后两天内发出。"]
            (row,) = home.rows("SELECT * FROM inbox")
            assert (row["peer"], row["text"]) == (f"group:{INSIDE}", "多久发货")
            assert orjson.loads(row["data"])["from"] == "lin.xi"

    run(scenario)


def test_whoever_opens_the_chat_is_welcomed_once_with_one_bubble(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, desk(tmp_path, phone) as home:
            await phone.post(f"/robots/{BOT}/enter", userid="lin.xi")
            (said,) = await heard(phone, "lin.xi")
            assert said["raw"] == {"msgtype": "text", "text": {"content": "我是小试，店里的帮手。"}}
            (row,) = await settled(home, 1)
            assert (row["kind"], row["content"]) == ("welcome", "robot-enter")
            assert not (await phone.post(f"/robots/{BOT}/enter", userid="lin.xi"))["delivered"]
            (sent,) = home.rows("SELECT * FROM outbox")
            data = orjson.loads(sent["data"])
            assert data["welcome"] is True and data["req_id"]
            assert sent["expires_at"] - sent["send_at"] <= 5_000

    run(scenario)


def test_a_click_is_answered_with_a_message_of_its_own(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, desk(tmp_path, phone):
            await say(phone, "多久发货")
            await heard(phone, "lin.xi")
            await phone.post(f"/robots/{BOT}/click", userid="lin.xi", key="yes", task_id="t-1")
            last = (await heard(phone, "lin.xi", 2))[1]
            assert last["raw"]["msgtype"] == "markdown" and last["text"] == "收到你的选择。"

    run(scenario)


def test_a_callback_that_comes_twice_is_answered_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, desk(tmp_path, phone) as home:
            await phone.post("/faults", on="ws", kind="duplicate", path="aibot_msg_callback", n=1)
            await say(phone, "多久发货")
            await say(phone, "泡几分钟")
            await heard(phone, "lin.xi", 2)
            assert len(home.rows("SELECT 1 FROM inbox")) == 2
            assert len(home.rows("SELECT 1 FROM outbox")) == 2

    run(scenario)


def test_what_the_store_cannot_take_is_kept_when_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The platform does not repeat a callback of the long connection, so we do."""

    async def scenario() -> None:
        async with platform() as phone, desk(tmp_path, phone) as home:
            outside = sqlite3.connect(home.data / "onevoice.db", isolation_level=None)
            outside.execute("ALTER TABLE inbox RENAME TO out_of_reach")
            await say(phone, "多久发货")
            await until(lambda: "not kept" in caplog.text, "the store refuses")
            outside.execute("ALTER TABLE out_of_reach RENAME TO inbox")
            outside.close()
            assert await words(phone, "lin.xi") == ["下单后两天内发出。"]
            assert "多久" not in caplog.text and "发出" not in caplog.text

    run(scenario)


def test_an_answer_of_unknown_fate_is_not_repeated_and_the_robot_comes_back(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, desk(tmp_path, phone) as home:
            await phone.post("/faults", on="ws", kind="drop_after", path="aibot_respond_msg", n=1)
            await say(phone, "多久发货")
            await settled(home, 1, "unsure")
            await until(lambda: live(home), "it is connected again")
            await say(phone, "泡几分钟")
            assert await words(phone, "lin.xi", 2) == [
                "下单后两天内发出。", "八十五度的水，泡一分钟就好。"]  # fmt: skip

    run(scenario)


def test_two_robots_keep_a_connection_each(tmp_path: Path) -> None:
    async def scenario() -> None:
        world = tmp_path / "world.toml"
        second = ('[[robot]]\nbot_id = "aibSECOND"\nsecret = "sandbox-robot-secret"\n'
                  'name = "老试"\ngroups = []\n')  # fmt: skip
        head, mark, tail = DEFAULT.read_text("utf-8").partition("[[customer]]")
        world.write_text(head + second + mark + tail, "utf-8")
        folder = staffed(tmp_path / "brand")
        config = folder / "config.toml"
        more = '\n[wecom.robots.second]\nbot_id = "aibSECOND"\n'
        config.write_text(config.read_text("utf-8") + more, "utf-8")
        other = folder / "personas" / "second" / "persona.toml"
        text = other.read_text("utf-8").replace("[accounts]", '[accounts]\nrobot = ["aibSECOND"]')
        other.write_text(text, "utf-8")
        async with platform(world=world) as phone, opened(folder, phone) as home:
            await until(lambda: len(live(home)) == 2, "both")
            await say(phone, "多久发货")
            await say(phone, "多久发货", "aibSECOND", userid="gu.song")
            rows = await settled(home, 2)
            assert {(r["account"], r["persona"]) for r in rows} == {
                (BOT, "tester"), ("aibSECOND", "second")}  # fmt: skip

    run(scenario)


# ---- URL mode ----------------------------------------------------------------------------------

DOOR = Door(SANDBOX_TOKEN, SANDBOX_AES_KEY, "")
QUERY = {"timestamp": "1790000000", "nonce": "n1"}


def letter(inner: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    """Query and body of a correctly signed callback of a robot."""
    sealed = encrypt(DOOR, orjson.dumps(inner), b"0123456789abcdef")
    signature = sign(DOOR.token, QUERY["timestamp"], QUERY["nonce"], sealed)
    return {**QUERY, "msg_signature": signature}, orjson.dumps({"encrypt": sealed})


@contextlib.asynccontextmanager
async def mailbox() -> AsyncIterator[tuple[str, list[Any]]]:
    """A response_url that takes one answer, as the platform's do, and what it took."""
    taken: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        assert request.content_type == "application/json"
        taken.append((dict(request.query), await request.json()))
        return web.json_response({"errcode": 0 if len(taken) == 1 else 40029, "errmsg": ""})

    app = web.Application()
    app.router.add_post("/cgi-bin/aibot/response", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}/cgi-bin/aibot/response?response_code=RC1", taken
    finally:
        await runner.cleanup()


async def knock(home: House, inner: Mapping[str, Any]) -> tuple[int, str]:
    """One callback at the robot's door."""
    query, body = letter(inner)
    url = f"{home.callback}/desk"
    async with home.phone.http.post(url, params=query, data=body) as answer:
        return answer.status, await answer.text()


def spoken(text: str, msgid: str, url: str) -> dict[str, Any]:
    return {"msgid": msgid, "aibotid": BOT, "chattype": "single", "from": {"userid": "lin.xi"},
            "response_url": url, "msgtype": "text", "text": {"content": text}}  # fmt: skip


@contextlib.asynccontextmanager
async def door(folder: Path, phone: Phone) -> AsyncIterator[House]:
    """The house with its robot in URL mode."""
    staffed(folder)
    config = folder / "config.toml"
    text = config.read_text("utf-8")
    config.write_text(text.replace(f'bot_id = "{BOT}"', f'bot_id = "{BOT}"\nmode = "callback"'),
                      "utf-8")  # fmt: skip
    async with opened(folder, phone) as home:
        yield home


def test_in_url_mode_a_message_is_on_disk_before_200_and_answered_once_by_its_address(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, mailbox() as (url, taken), door(tmp_path, phone) as home:
            assert not live(home)
            asked = spoken("两句", "M1", url)
            assert await knock(home, asked) == await knock(home, asked) == (200, "")
            assert len(home.rows("SELECT 1 FROM inbox")) == 1
            (row,) = await settled(home, 1)
            text = "第一句。\n\n第二句。"
            assert taken == [({"response_code": "RC1"},
                              {"msgtype": "markdown", "markdown": {"content": text}})]  # fmt: skip
            refresh = {"msgid": "M2", "from": {"userid": "lin.xi"}, "msgtype": "stream"}
            _, reply = await knock(home, {**refresh, "stream": {"id": row["provider_id"]}})
            sealed = orjson.loads(reply)
            stamp = (str(sealed["timestamp"]), sealed["nonce"], sealed["encrypt"])
            assert sealed["msgsignature"] == sign(SANDBOX_TOKEN, *stamp)
            state = orjson.loads(decrypt(DOOR, sealed["encrypt"]))["stream"]
            assert state == {"id": row["provider_id"], "finish": True, "content": text}
            assert await knock(home, {**refresh, "stream": {"id": "nobody"}}) == (200, "")

    run(scenario)


def test_the_door_of_a_robot_refuses_what_is_not_genuine(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, door(tmp_path, phone) as home:
            for inner, status in (({"msgtype": "text"}, 400), ([1], 400)):
                assert (await knock(home, inner))[0] == status  # type: ignore[arg-type]
            query, body = letter(spoken("你好", "M1", ""))
            url, http = f"{home.callback}/desk", phone.http
            bad = {**query, "msg_signature": "0" * 40}
            for params, data, status in ((bad, body, 403), (query, b"<xml/>", 400),
                                         (query, b"{}", 400), (query, b"[" * 5000, 400),
                                         ({}, body, 400), (query, b"x" * 70_000, 413)):  # fmt: skip
                async with http.post(url, params=params, data=data) as answer:
                    assert answer.status == status
            assert home.rows("SELECT 1 FROM inbox") == []
            echo = encrypt(DOOR, b"5577006791947779410", b"0123456789abcdef")
            signed = {**QUERY, "echostr": echo, "msg_signature": sign(
                DOOR.token, QUERY["timestamp"], QUERY["nonce"], echo)}  # fmt: skip
            async with http.get(url, params=signed) as answer:
                assert (answer.status, await answer.text()) == (200, "5577006791947779410")

    run(scenario)


# ---- the links alone: time is ours -------------------------------------------------------------


class Bench:
    """The robots against the sandbox, with a clock of their own and a shelf instead of a store."""

    def __init__(self, robots: Robots, clock: ManualClock, phone: Phone) -> None:
        self.robots, self.clock, self.phone = robots, clock, phone
        self.news: list[Inbound] = []
        self.leads = True
        self.links = RobotLinks(robots, self, clock, self)  # type: ignore[arg-type]

    async def accept(self, event: Inbound) -> bool:
        self.news.append(event)
        return True

    async def mine(self, bot_id: str, now: int) -> bool:
        return self.leads

    async def up(self) -> Bench:
        """One step, and the robot is connected."""
        await self.links.step(self.clock.now())
        await until(lambda: self.links.live, "connected")
        return self

    async def down(self) -> None:
        """Waits until it is not."""
        await until(lambda: not self.links.live, "not connected")

    def impatient(self, ack: float = 0.1) -> None:
        """The live session waits so many seconds for an acknowledgement."""
        session = self.robots.link(BOT)._session
        assert session is not None
        session._rhythm = replace(session._rhythm, ack=ack)

    async def asked(self, text: str = "几度水", n: int = 1) -> Inbound:
        """What a member's words become."""
        await say(self.phone, text)
        await until(lambda: len(self.news) >= n, "the callback came")
        return self.news[n - 1]

    async def send(self, way: Mapping[str, Any], body: Any = None, dedupe: str = "d1") -> Outcome:
        """One row of the outbox, answering to what ``way`` says."""
        return await self.robots.send(Outbound(
            lane="x", pool="reply", channel="robot", account=BOT, peer="lin.xi", kind="reply",
            body=body or Text("八十度。"), origin="reply:1:0", persona="tester", persona_version=1,
            dedupe=dedupe, send_at=self.clock.now(), data=dict(way),
        ))  # fmt: skip


@contextlib.asynccontextmanager
async def bench(folder: Path, phone: Phone, **rhythm: float) -> AsyncIterator[Bench]:
    config, clock = load_config(brand(folder)), ManualClock(NOW)
    async with aiohttp.ClientSession() as http:
        robots = Robots(config, phone.url, clock, http, Rhythm(**{"ack": 60} | rhythm))  # type: ignore[arg-type]
        made = Bench(robots, clock, phone)
        try:
            yield made
        finally:
            await made.links.close()


def story(tmp_path: Path, tell: Callable[[Bench], Any], **rhythm: float) -> None:
    """Runs one story on a connected bench."""

    async def scenario() -> None:
        async with platform() as phone, bench(tmp_path, phone, **rhythm) as made:
            await tell(await made.up())

    run(scenario)


def test_a_lost_connection_is_waited_for_and_an_old_question_is_answered_unasked(
    tmp_path: Path,
) -> None:
    async def tell(b: Bench) -> None:
        asked = await b.asked()
        await b.phone.post("/faults", on="ws", kind="drop_before", path="ping", n=1)
        with pytest.raises(CallFailed):
            await b.robots.link(BOT).ask("ping")
        await b.down()
        answer = asked.data["answer"]
        lost = await b.send(answer)
        assert isinstance(lost, Later)
        assert await b.links.step(b.clock.now()) == b.clock.now() + 1_000
        assert not b.links.live
        b.clock.advance(1_000)
        await b.up()
        assert await b.send(answer) == Sent()
        (said,) = await heard(b.phone, "lin.xi")
        assert said["raw"] == {"msgtype": "markdown", "markdown": {"content": "八十度。"}}

    story(tmp_path, tell)


def test_two_silent_pings_end_the_connection(tmp_path: Path) -> None:
    async def tell(b: Bench) -> None:
        b.impatient()
        await b.phone.post("/faults", on="ws", kind="bad_json", path="ping")
        await b.down()
        await b.phone.clear_faults()
        b.clock.advance(1_000)
        await b.up()

    story(tmp_path, tell, heartbeat=0.02)


def test_whoever_takes_the_robot_over_is_left_alone_for_a_while(tmp_path: Path) -> None:
    async def tell(b: Bench) -> None:
        async with b.phone.http.ws_connect(b.phone.url.replace("http", "ws") + "/aibot") as other:
            body = {"bot_id": BOT, "secret": "sandbox-robot-secret"}
            await other.send_json({"cmd": "aibot_subscribe", "headers": {"req_id": "s1"},
                                   "body": body})  # fmt: skip
            assert (await other.receive_json())["errcode"] == 0
            await b.down()
            due = NOW + 5 * 60_000
            await until(lambda: not b.links.busy, "the session is over")
            assert await b.links.step(b.clock.advance(due - NOW - 1)) == due
            assert not b.links.busy and not other.closed
            b.clock.advance(1)
            await b.up()
            assert (await other.receive_json())["body"]["event"]["eventtype"] == (
                "disconnected_event")  # fmt: skip

    story(tmp_path, tell)


def test_who_does_not_lead_stays_unconnected_and_who_leads_no_more_hangs_up(
    tmp_path: Path,
) -> None:
    async def tell(b: Bench) -> None:
        b.leads = False
        await b.links.step(b.clock.now())
        await b.down()
        await b.links.step(b.clock.advance(60_000))
        assert not b.links.live
        b.leads = True
        await b.up()

    story(tmp_path, tell)


def test_a_refused_subscription_is_not_repeated_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        monkeypatch.setenv("WRONG", "wrong")
        brand(tmp_path)
        config = tmp_path / "config.toml"
        text = config.read_text("utf-8").replace(f'"{BOT}"', f'"{BOT}"\nsecret_env = "WRONG"')
        config.write_text(text, "utf-8")
        async with platform() as phone, aiohttp.ClientSession() as http:
            clock = ManualClock(NOW)
            b = Bench(Robots(load_config(config), phone.url, clock, http), clock, phone)
            await b.links.step(NOW)
            await b.links.bell.wait()
            assert await b.links.step(NOW) == NOW + LEAD_EVERY
            assert await b.links.step(NOW + 59_500) == NOW + 60_000
            assert not b.links.live
            # staff are told of it, though not of a moment
            lost, ways = b.links.lost, b.links.ways
            assert of_robots(lost, ways, NOW + 59_999) == {}
            assert of_robots(lost, ways, NOW + 60_000) == {BOT: Trouble("offline", "refused")}

    run(scenario)


def test_a_streamed_answer_replaces_its_words_until_it_ends_or_six_minutes_are_over(
    tmp_path: Path,
) -> None:
    async def tell(b: Bench) -> None:
        asked = await b.asked()
        link, req_id = b.robots.link(BOT), asked.data["answer"]["req_id"]
        await link.stream(req_id, "S1", "八十", False)
        b.clock.advance(6 * 60_000)
        await link.stream(req_id, "S1", "八十五度", False)
        b.clock.advance(1)
        with pytest.raises(ApiError, match="846608"):
            await link.stream(req_id, "S1", "八十五度。", True)
        await link.stream(req_id, "S2", "好。", True)
        assert await words(b.phone, "lin.xi", 2) == ["八十五度", "好。"]

    story(tmp_path, tell)


def test_what_the_platform_will_not_have_under_its_question_is_sent_unasked_once(
    tmp_path: Path,
) -> None:
    async def tell(b: Bench) -> None:
        way = dict((await b.asked()).data["answer"])
        for code in (846605, 846608):
            await b.phone.post("/faults", on="ws", kind="rate_limit", path="respond_msg", n=1,
                               errcode=code)  # fmt: skip
            assert await b.send(way) == Sent()
        await b.phone.post("/faults", on="ws", kind="rate_limit", path="aibot_", n=2,
                           errcode=846605)  # fmt: skip
        assert isinstance(await b.send(way), Never)
        await b.phone.post("/faults", on="ws", kind="rate_limit", path="aibot_", n=1)
        assert isinstance(await b.send(way), Later)
        assert [m["kind"] for m in await heard(b.phone, "lin.xi", 2)] == ["markdown", "markdown"]
        b.clock.advance(24 * 3_600_000)
        assert await b.send(way) == Sent()
        assert len(await heard(b.phone, "lin.xi", 3)) == 3

    story(tmp_path, tell)


def test_no_acknowledgement_means_that_nobody_knows(tmp_path: Path) -> None:
    async def tell(b: Bench) -> None:
        way = (await b.asked()).data["answer"]
        await b.phone.post("/faults", on="ws", kind="bad_json", path="respond", n=1)
        b.impatient()
        assert isinstance(await b.send(way), Unsure)
        b.impatient(ack=60)
        assert await b.send(way, dedupe="d2") == Sent()
        said = await heard(b.phone, "lin.xi", 2)
        assert b.links.live and [m["kind"] for m in said] == ["stream", "markdown"]

    story(tmp_path, tell)


def test_the_pace_of_a_chat_is_kept_before_the_platform_has_to_refuse(tmp_path: Path) -> None:
    async def tell(b: Bench) -> None:
        way = (await b.asked()).data["answer"]
        for i in range(30):
            assert isinstance(await b.send(way, dedupe=f"d{i}"), Sent)
        refused = await b.send(way, dedupe="d30")
        assert isinstance(refused, Later) and 0 < refused.after <= 61_000
        assert "45009" not in refused.why
        b.clock.advance(refused.after)
        await b.phone.post("/clock", advance_s=61)
        assert isinstance(await b.send(way, dedupe="d30"), Sent)
        found = await b.phone.get("/chats/lin.xi/messages?limit=100")
        rows = found.get("items", found) if isinstance(found, dict) else found
        assert sum(m["from"] == BOT for m in rows) == 31

    story(tmp_path, tell)


def test_a_card_is_sent_clicked_and_changed_in_time_or_not_at_all(tmp_path: Path) -> None:
    async def tell(b: Bench) -> None:
        way = (await b.asked()).data["answer"]
        broken = await b.send(way, Card({**BUTTONS, "button_list": []}))
        assert isinstance(broken, Never) and "button_list" in broken.why
        assert isinstance(await b.send(way, Card(BUTTONS)), Sent)
        await b.phone.post(f"/robots/{BOT}/click", userid="lin.xi", key="yes", task_id="t-1",
                           selected={"q": ["a"]})  # fmt: skip
        await until(lambda: len(b.news) == 2, "the click came")
        click = b.news[1]
        assert click.event == "robot.card:yes" and click.data["selected"] == {"q": ["a"]}
        changed = Card({**BUTTONS, "main_title": {"title": "好的"}})
        assert await b.send(click.data["answer"], changed) == Sent()
        (said,) = await heard(b.phone, "lin.xi")
        assert said["raw"]["template_card"]["main_title"] == {"title": "好的"}
        b.clock.advance(5_000)
        assert isinstance(await b.send(click.data["answer"], changed), Never)

    story(tmp_path, tell)


def test_feedback_comes_back_under_the_id_of_the_answer(tmp_path: Path) -> None:
    async def tell(b: Bench) -> None:
        sent = await b.send((await b.asked()).data["answer"])
        assert isinstance(sent, Sent)
        await b.phone.post(f"/robots/{BOT}/feedback", userid="lin.xi", id=sent.provider_id,
                           type=2, content="价格不对", reasons=[3])  # fmt: skip
        await until(lambda: len(b.news) == 2, "the feedback came")
        told = b.news[1]
        assert told.event == "robot.feedback" and told.data["id"] == sent.provider_id
        assert told.data["inaccurate_reason_list"] == [3] and "answer" not in told.data

    story(tmp_path, tell)


def test_files_come_down_decrypted_and_go_up_in_pieces(tmp_path: Path) -> None:
    async def tell(b: Bench) -> None:
        await b.phone.post(f"/robots/{BOT}/say", userid="lin.xi", msgtype="image")
        await until(lambda: b.news, "the image came")
        (offered,) = b.news[0].data["media"]
        picture = await b.robots.download(offered["url"], offered["aeskey"].rstrip("="))
        assert b.news[0].kind == "image" and picture.data and picture.name
        data = bytes(range(256)) * 2_560
        media_id = await b.robots.upload(BOT, "file", "价目.bin", data)
        assert media_id and len(data) > 512 * 1024
        with pytest.raises(CallFailed):
            await b.robots.download(offered["url"] + "x", offered["aeskey"])

    story(tmp_path, tell)


def test_in_url_mode_the_platform_itself_brings_a_message_and_takes_the_answer(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        world = tmp_path / "world.toml"
        text = DEFAULT.read_text("utf-8")
        door_of = f'mode = "callback"\nurl = "desk"\ntoken = "{SANDBOX_TOKEN}"\n'
        secret = 'secret = "sandbox-robot-secret"\n'
        world.write_text(text.replace(secret, f'{door_of}aes_key = "{SANDBOX_AES_KEY}"\n'), "utf-8")
        async with platform(world=world) as phone, door(tmp_path, phone) as home:
            await phone.post(f"/robots/{BOT}/say", userid="lin.xi", text="两句")
            (answer,) = await heard(phone, "lin.xi")
            assert answer["text"] == "第一句。\n\n第二句。"
            (row,) = await settled(home, 1)
            assert row["status"] == "sent"

    run(scenario)
