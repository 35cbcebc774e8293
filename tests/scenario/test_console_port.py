"""The platform's side of the staff console: who somebody is, tickets, files, words to staff."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core.body import Media
from bot.core.clock import DAY, SystemClock
from bot.core.config import load_config
from bot.core.model import Outbound, Sent
from bot.core.ports import JsSignature, LoginRefused, MediaRefused, PlatformAway, StaffIdentity
from bot.core.signed import STATE_LASTS, make_state, state_is_good
from bot.store import telling
from bot.store.media import StoredShelf
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from bot.store.tokens import StoredTokens
from bot.wecom.gateway import Gateway
from sandbox.world import load
from tests.scenario.house import Phone, brand, house, platform, run, until

APP, AGENT, KF = "assistant", 1000002, "wkBANZHAN01"
BACK = "http://127.0.0.1:8080/console/back?next=%2Finbox"
KEY, SESSION, NONCE = b"k" * 32, "session of a browser", "abcdef0123456789"
PNG = b"\x89PNG\r\n\x1a\n" + b"tea" * 40
PAGE = "http://127.0.0.1:8080/console/sidebar?x=1"


@dataclass(frozen=True)
class Office:
    """One process: its gateway, its own store over the common database, its clock."""

    phone: Phone
    gateway: Gateway
    clock: SystemClock

    async def advance(self, ms: int) -> None:
        await self.phone.post("/clock", advance_s=ms / 1000)
        await self.follow()

    async def follow(self) -> None:
        self.clock.offset = (await self.phone.get("/clock"))["offset_ms"]


@contextlib.asynccontextmanager
async def office(config: Path, phone: Phone) -> AsyncIterator[Office]:
    """A process of its own, as far as the database and the platform can see."""
    found = load_config(config)
    clock = SystemClock()
    clock.offset = (await phone.get("/clock"))["offset_ms"]
    path = found.data_dir / "onevoice.db"
    migrate_sqlite(path, clock.now())
    store = SqliteStore(path)
    try:
        shelf, tokens = StoredShelf(store), StoredTokens(store, clock)
        async with Gateway(found, phone.url, clock, shelf=shelf, tokens=tokens) as gateway:
            yield Office(phone, gateway, clock)
    finally:
        store.close()


async def visit(phone: Phone, url: str, **choice: str) -> tuple[int, str]:
    """A browser goes there and, when a page lets it choose, chooses; status, and where it is sent
    or what it reads."""
    address = url.partition("#")[0] + "".join(f"&{key}={value}" for key, value in choice.items())
    async with phone.http.get(address, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location") or await answer.text()


async def code(office: Office, door: str = "qr_url", **choice: str) -> str:
    login = office.gateway.login(APP)
    state = make_state(KEY, SESSION, NONCE, office.clock.now())
    status, back = await visit(office.phone, getattr(login, door)(BACK, state), **choice)
    assert status == 302 and back.startswith(BACK.partition("?")[0])
    query = parse_qs(urlsplit(back).query)
    assert query["next"] == ["/inbox"] and query["state"] == [state]
    assert state_is_good(KEY, SESSION, query["state"][0], office.clock.now())
    assert not state_is_good(KEY, "another browser", query["state"][0], office.clock.now())
    return query["code"][0]


@pytest.mark.parametrize("door", ["qr_url", "inside_url"])
def test_whoever_the_platform_names_is_let_in_once(door: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(brand(tmp_path), phone) as desk:
            login = desk.gateway.login(APP)
            used = await code(desk, door, userid="he.qing")
            assert await login.who(used) == StaffIdentity(userid="he.qing", name="何青")
            with pytest.raises(LoginRefused, match="used"):
                await login.who(used)
            with pytest.raises(LoginRefused, match="invalid"):
                await login.who("made-up")
            late = await code(desk, door, userid="he.qing")
            state = make_state(KEY, SESSION, NONCE, desk.clock.now())
            await desk.advance(301_000)
            with pytest.raises(LoginRefused, match="older than 5 minutes"):
                await login.who(late)
            await desk.advance(STATE_LASTS - 301_000)
            assert not state_is_good(KEY, SESSION, state, desk.clock.now())
            guest = await code(desk, door, external_userid="wmBANZHAN0001")
            with pytest.raises(LoginRefused, match="not a member"):
                await login.who(guest)

    run(scenario)


def test_a_member_outside_the_scope_or_gone_is_refused(tmp_path: Path) -> None:
    world = tmp_path / "world.toml"
    text = load.DEFAULT.read_text("utf-8")
    world.write_text(text.replace("agent_id = 1000002", 'agent_id = 1000002\nscope = ["lin.xi"]'))

    async def scenario() -> None:
        async with platform(world=world) as phone, office(brand(tmp_path / "b"), phone) as desk:
            login = desk.gateway.login(APP)
            assert (await login.who(await code(desk, userid="lin.xi"))).userid == "lin.xi"
            with pytest.raises(LoginRefused, match="scope"):
                await login.who(await code(desk, userid="he.qing"))
            gone = await code(desk, userid="lin.xi")
            await phone.post("/staff/lin.xi/resign")
            with pytest.raises(LoginRefused, match="no such member"):
                await login.who(gone)
            assert "lin.xi" not in (await visit(phone, login.qr_url(BACK, "S")))[1]

    run(scenario)


def test_the_pages_refuse_what_the_platform_would(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(brand(tmp_path), phone) as desk:
            login = desk.gateway.login(APP)
            who = {"userid": "lin.xi"}
            for door in (login.qr_url, login.inside_url):
                for foreign in ("http://evil.example/", "http://127.0.0.1.evil.example/",
                                "http://127.0.0.1@evil.example/", "javascript:alert(1)", ""):  # fmt: skip
                    status, said = await visit(phone, door(foreign, "S"), **who)
                    assert status == 400 and "50001" in said, foreign
                for state in ("a b", "茶", "a-b", "s" * 129):
                    status, said = await visit(phone, door(BACK, state), **who)
                    assert status == 400 and "84025" in said, state
                assert (await visit(phone, door(BACK, ""), **who))[0] == 302
            broken = login.qr_url(BACK, "S").replace(str(AGENT), "7")
            assert "40056" in (await visit(phone, broken, **who))[1]
            nameless = login.qr_url(BACK, "S").replace(f"&agentid={AGENT}", "")
            assert "41011" in (await visit(phone, nameless, **who))[1]
            status, said = await visit(phone, login.qr_url(BACK, "S"))
            assert status == 200 and "小盏·林溪" in said and "userid=lin.xi" in said

    run(scenario)


async def checked(phone: Phone, signed: JsSignature, agent: int = 0, url: str = PAGE) -> int:
    """What the client says about a signature: an error code."""
    given = {"url": url, "timestamp": str(signed.timestamp), "nonceStr": signed.nonce,
             "signature": signed.signature, "agent": agent}  # fmt: skip
    async with phone.http.post(f"{phone.url}/jssdk/check", json=given) as answer:
        return int((await answer.json())["errcode"])


async def fetched(phone: Phone) -> list[int]:
    return [len(await phone.calls(path)) for path in ("get_jsapi_ticket", "ticket/get", "gettoken")]


def test_processes_share_both_tickets_and_the_client_accepts_what_they_sign(tmp_path: Path) -> None:
    async def scenario() -> None:
        config = brand(tmp_path)
        async with platform() as phone, office(config, phone) as one, office(config, phone) as two:
            sdks = [each.gateway.js_sdk(APP) for each in (one, two, one, two)]
            corp = await asyncio.gather(*(sdk.corp_signature(PAGE + "#top") for sdk in sdks))
            agent = await asyncio.gather(*(sdk.agent_signature(PAGE) for sdk in sdks))
            assert await fetched(phone) == [1, 1, 1]
            assert [await checked(phone, signed) for signed in corp] == [0] * 4
            assert [await checked(phone, signed, AGENT) for signed in agent] == [0] * 4
            assert await checked(phone, corp[0], AGENT) == 42012
            assert await checked(phone, agent[0], url=PAGE) == 40093
            assert await checked(phone, corp[0], url=PAGE + "&y=2") == 40093
            assert await checked(phone, corp[0], url="http://evil.example/") == 80001
            assert (sdks[0].corp_id, sdks[0].agent_id) == ("wwSANDBOX00000001", AGENT)
            await one.advance(7_201_000)
            await two.follow()
            assert await checked(phone, corp[1]) == 40093, "its ticket is over"
            assert await checked(phone, await sdks[1].corp_signature(PAGE)) == 0
            assert await checked(phone, await sdks[0].corp_signature(PAGE)) == 0
            assert (await fetched(phone))[0] == 2

    run(scenario)


async def sent_in(phone: Phone, who: str, kind: str) -> str:
    """The customer sends a file; its media id."""
    await phone.post(f"/customers/{who}/kf", open_kfid=KF, msgtype=kind)
    rows = (await phone.get("/state?part=kf_messages"))["kf_messages"]
    return str(rows[-1][kind]["media_id"])


def test_what_a_customer_sends_can_be_seen_or_downloaded(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(brand(tmp_path), phone) as desk:
            (who,) = await phone.customers(1)
            files = desk.gateway.media()
            picture = await files.fetch(await sent_in(phone, who, "image"))
            assert picture is not None and picture.shown
            assert (picture.type, picture.name) == ("image/png", "image.png")
            voice = await files.fetch(await sent_in(phone, who, "voice"))
            assert voice is not None and not voice.shown and voice.type == "audio/amr"
            other = await sent_in(phone, who, "file")
            await phone.post("/faults", on="api", kind="token_expired", n=1, path="media/get")
            assert (await files.fetch(other)).type == "application/octet-stream"  # type: ignore[union-attr]
            await phone.post("/faults", on="api", kind="http500", n=1, path="media/get")
            with pytest.raises(PlatformAway):
                await files.fetch(other)
            assert await files.fetch("none") is None
            await desk.advance(3 * DAY + 1000)
            assert await files.fetch(other) is None, "three days are over"

    run(scenario)


def row(who: str, body: Media, dedupe: str) -> Outbound:
    return Outbound(
        lane="x", pool="reply", channel="kf", account=KF, peer=who, kind="staff", body=body,
        origin="staff:lin.xi:1", persona="tester", persona_version=1, operator="lin.xi",
        dedupe=dedupe, send_at=0, retry_at=0,
    )  # fmt: skip


def test_a_file_of_staff_is_uploaded_once_and_leaves_with_a_row(tmp_path: Path) -> None:
    async def scenario() -> None:
        config = brand(tmp_path)
        async with platform() as phone, office(config, phone) as one, office(config, phone) as two:
            (who,) = await phone.customers(1)
            await phone.write(who, "在吗")
            picture = await one.gateway.media_shelf().put("杯子.png", PNG)
            assert picture.kind == "image" and picture.media_id and not picture.asset
            assert await two.gateway.media_shelf().put("杯子.png", PNG) == picture
            paper = await two.gateway.media_shelf().put("../茶单.pdf", b"%PDF-1.7 menu")
            assert paper.kind == "file"
            uploads = await phone.calls("media/upload")
            assert [call["body"]["filename"] for call in uploads] == ["杯子.png", "茶单.pdf"]
            for name, body in (("1", picture), ("2", paper)):
                assert isinstance(await two.gateway.send(row(who, body, name)), Sent)
            kinds = [message["kind"] for message in await phone.messages(who)]
            assert kinds[-2:] == ["image", "file"]
            await one.advance(2 * DAY - 5 * 3_600_000)
            again = await one.gateway.media_shelf().put("杯子.png", PNG)
            assert again != picture, "a row may wait a day: what ends sooner is uploaded again"

    run(scenario)


def test_a_file_the_platform_would_not_take_is_refused_with_the_reason(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(brand(tmp_path), phone) as desk:
            shelf = desk.gateway.media_shelf()
            for content, reason in ((b"12345", "small"), (b"x" * (20 * 1024 * 1024 + 1), "large")):
                with pytest.raises(MediaRefused) as told:
                    await shelf.put("a.bin", content)
                assert told.value.reason == reason
            assert await phone.calls("media/upload") == []
            big = await shelf.put("big.png", PNG + bytes(11 * 1024 * 1024))
            assert big.kind == "file", "too large for a picture, not for a file"
            long = await shelf.put("long.amr", b"#!AMR\n" + (b"\x3c" + bytes(31)) * 3001)
            assert long.kind == "file"
            await phone.post("/faults", on="api", kind="rate_limit", errcode=40201, n=1)
            with pytest.raises(MediaRefused) as told:
                await shelf.put("bad.png", PNG)
            assert told.value.reason == "refused" and "40201" in str(told.value)
            await phone.post("/faults", on="api", kind="http500", n=1, path="media/upload")
            with pytest.raises(PlatformAway):
                await shelf.put("bad.png", PNG)

    run(scenario)


def test_a_colleague_is_told_once_and_the_reply_log_says_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            parts = home.app.parts
            assert parts is not None
            words = "青柚 等了 5 分钟：杯子碎了"

            async def tell(staff: str) -> Any:
                now = home.app.clock.now()
                return await parts.store.write(telling.tell, AGENT, staff, words, "wait/7", now)

            assert [await tell("lin.xi"), await tell("lin.xi"), await tell("su.he")][1] is None
            parts.bells.ring_outbox()

            async def heard(staff: str) -> list[str]:
                rows = await phone.get(f"/chats/{staff}/messages")
                return [each["text"] for each in rows if each["channel"] == "app"]

            for staff in ("lin.xi", "su.he"):
                await until(lambda staff=staff: heard(staff), "the message")  # type: ignore[misc]
                assert await heard(staff) == [words]
            assert home.rows("SELECT * FROM replies") == []
            left = "SELECT id FROM outbox WHERE kind = 'notice' AND state = 'sent'"
            await until(lambda: len(home.rows(left)) == 2, "both are booked as sent")

    run(scenario)
