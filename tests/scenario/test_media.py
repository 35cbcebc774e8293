"""Files that go with messages: uploaded once, renewed in time, refused before the call."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bot.core.body import Link, Media, MiniProgram, Rich
from bot.core.clock import DAY, HOUR, SystemClock
from bot.core.config import load_config
from bot.core.model import NeedsHuman, Never, Outbound, Sent
from bot.store.media import StoredShelf
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from bot.wecom.gateway import Gateway
from tests.scenario.house import Phone, brand, look, opened, platform, run, until

PNG = b"\x89PNG\r\n\x1a\n" + b"tea" * 40
AMR = b"#!AMR\n" + b"\x3c" + bytes(31)
ASSETS = {"cup.png": PNG, "cover.png": PNG + b"2", "杯子.png": PNG + b"3", "hello.amr": AMR,
          "menu.pdf": b"%PDF-1.7 menu", "fake.png": b"GIF89a no png", "clip.mp4":
          b"\0\0\0\x18ftypmp42" + bytes(20), "empty.pdf": b"12345"}  # fmt: skip
WELCOME = """+++
title = "欢迎"
fallback = "你好。"
[[attachment]]
type = "image"
asset = "杯子.png"
+++
你好，送你一张图。
"""


def with_assets(folder: Path, **changes: str) -> Path:
    """The test brand with some files under content/assets."""
    config = brand(folder, **changes)
    (folder / "content/assets").mkdir()
    for name, content in ASSETS.items():
        (folder / "content/assets" / name).write_bytes(content)
    config.write_text(config.read_text("utf-8") + '\n[media]\ncover = "cover.png"\n', "utf-8")
    return config


class Post:
    """A gateway with a stored shelf, and a way to send."""

    def __init__(self, phone: Phone, gateway: Gateway, clock: SystemClock, data: Path) -> None:
        self.phone, self.gateway, self.clock, self.data = phone, gateway, clock, data
        self._n = 0

    def media(self) -> list[dict[str, Any]]:
        return look(self.data, "SELECT * FROM media ORDER BY made_at, scope")

    async def uploads(self) -> int:
        return len(await self.phone.calls("media/upload"))

    async def advance(self, ms: int) -> None:
        await self.phone.post("/clock", advance_s=ms / 1000)
        self.clock.offset = (await self.phone.get("/clock"))["offset_ms"]

    async def send(self, channel: str, body: Any, *, peer: str = "", account: str = "lin.xi",
                   kind: str = "promo") -> Any:  # fmt: skip
        self._n += 1
        now = self.clock.now()
        row = Outbound(
            lane="x", pool="bulk", channel=channel, account=account, peer=peer or account,
            kind=kind, body=body, origin="staff:x:1", persona="tester", persona_version=1,
            dedupe=f"m{self._n}", send_at=now, retry_at=now,
        )  # type: ignore[arg-type]  # fmt: skip
        return await self.gateway.send(row, [peer] if peer else [])


@contextlib.asynccontextmanager
async def post_office(folder: Path, phone: Phone) -> AsyncIterator[Post]:
    config = load_config(with_assets(folder))
    clock = SystemClock()
    clock.offset = (await phone.get("/clock"))["offset_ms"]
    path = config.data_dir / "onevoice.db"
    migrate_sqlite(path, clock.now())
    store = SqliteStore(path)
    try:
        shelf = StoredShelf(store)
        async with Gateway(config, phone.url, clock, shelf=shelf) as gateway:
            yield Post(phone, gateway, clock, config.data_dir)
    finally:
        store.close()


def test_a_welcome_carries_its_picture_and_uploads_it_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            with_assets(tmp_path)
            (tmp_path / "content/welcome/day0.j2").write_text(WELCOME, "utf-8")
            async with opened(tmp_path, phone) as home:
                people = await phone.customers(5)
                for who in people:
                    await phone.post(f"/customers/{who}/add", userid="lin.xi")
                for who in people:
                    await until(lambda who=who: two(phone, who), "text and picture")  # type: ignore[misc]
                    kinds = [m["kind"] for m in await phone.messages(who)]
                    assert kinds == ["text", "image"]
                (call,) = await phone.calls("media/upload")
                assert call["body"]["filename"] == "杯子.png"
                assert len(home.rows("SELECT * FROM media WHERE scope = 'corp'")) == 1

    run(scenario)


async def two(phone: Phone, who: str) -> bool:
    return len(await phone.messages(who)) == 2


def test_every_channel_gets_the_file_where_its_id_is_good(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, post_office(tmp_path, phone) as post:
            (who,) = await phone.customers(1)
            await phone.post(f"/customers/{who}/add", userid="lin.xi")
            await phone.write(who, "在吗")
            kf = {"account": "wkBANZHAN01", "peer": who}
            link = Link("礼盒", "https://banzhan.example/x", picture="cup.png")
            bare = Link("礼盒", "https://banzhan.example/x")
            mini = MiniProgram("wx1", "pages/a.html", "店", "cup.png")
            assert isinstance(await post.send("kf", Media("image", "cup.png"), **kf), Sent)
            assert isinstance(await post.send("kf", Media("file", "menu.pdf"), **kf), Sent)
            assert isinstance(await post.send("kf", bare, **kf), Sent)
            bulk = await post.send("contact", Rich("看", (link, mini, Media("video", "clip.mp4"))),
                                   peer=who)  # fmt: skip
            assert isinstance(bulk, NeedsHuman)
            assert isinstance(await post.send("moment", Rich("早", (bare,))), NeedsHuman)
            hook = await post.send("webhook", Media("file", "menu.pdf"), account="store-room")
            assert isinstance(hook, Sent)
            scopes = {(r["name"], r["scope"].partition(":")[0]) for r in post.media()}
            assert scopes == {
                ("cup.png", "corp"), ("menu.pdf", "corp"), ("cover.png", "corp"),
                ("cup.png", "url"), ("clip.mp4", "corp"), ("cover.png", "moment"),
                ("menu.pdf", "webhook"),
            }  # fmt: skip
            assert not [r for r in post.media() if "wh-BANZHAN" in r["scope"]], "a key is a secret"
            (body,) = [c["body"] for c in await phone.calls("add_msg_template")]
            assert body["attachments"][0]["link"]["picurl"].startswith("http")
            assert body["attachments"][1]["miniprogram"]["pic_media_id"] != "cup.png"

    run(scenario)


def test_an_id_is_renewed_before_its_three_days_are_over(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, post_office(tmp_path, phone) as post:
            body = Rich("早", (Media("image", "cup.png"),))
            await post.send("moment", body)
            await post.advance(3 * DAY - 7 * HOUR)
            await post.send("moment", body)
            assert await post.uploads() == 1
            await post.advance(2 * HOUR)
            assert isinstance(await post.send("moment", body), NeedsHuman)
            assert await post.uploads() == 2
            assert len(post.media()) == 1, "what is over is not kept"

    run(scenario)


def test_a_file_the_platform_has_lost_is_uploaded_again_and_the_message_leaves(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, post_office(tmp_path, phone) as post:
            body = Rich("早", (Media("image", "cup.png"),))
            await post.send("moment", body)
            await phone.post("/faults", on="api", kind="rate_limit", errcode=40007, n=1,
                             path="add_moment_task")  # fmt: skip
            assert isinstance(await post.send("moment", body), NeedsHuman)
            assert await post.uploads() == 2
            await phone.post("/faults", on="api", kind="rate_limit", errcode=40007, n=2,
                             path="add_moment_task")  # fmt: skip
            refused = await post.send("moment", body)
            assert isinstance(refused, Never) and refused.code == "40007"

    run(scenario)


def test_many_at_once_upload_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, post_office(tmp_path, phone) as post:
            await phone.post("/faults", on="api", kind="slow", delay_ms=50, path="media/upload")
            body = Rich("早", (Media("image", "cup.png"), Media("image", "cup.png")))
            api = post.gateway._with("contact").api
            made = await asyncio.gather(*(post.gateway._uploads.ready(api, "contact", body)
                                          for _ in range(20)))  # fmt: skip
            assert len({ref for ready in made for ref in ready.refs}) == 1
            assert await post.uploads() == 1

    run(scenario)


def test_what_the_platform_would_refuse_never_reaches_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, post_office(tmp_path, phone) as post:
            faults = {
                "none.png": "there is no file none.png",
                "../../config.toml": "there is no file",
                "fake.png": "fake.png is no JPG or PNG file",
                "clip.mp4": "clip.mp4 is no JPG or PNG file",
            }
            for asset, why in faults.items():
                refused = await post.send("moment", Rich("早", (Media("image", asset),)))
                assert isinstance(refused, Never) and why in refused.why, asset
            small = await post.send("webhook", Media("file", "empty.pdf"), account="store-room")
            assert isinstance(small, Never) and "more than 5 are needed" in small.why
            voice = await post.send("moment", Rich("早", (Media("voice", "hello.amr"),)))
            assert isinstance(voice, Never) and "no voice can be sent here" in voice.why
            assert await phone.calls("upload") == []

    run(scenario)


def test_an_upload_whose_answer_is_lost_is_tried_again_later(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, post_office(tmp_path, phone) as post:
            await phone.post("/faults", on="api", kind="drop_after", n=1, path="media/upload")
            body = Rich("早", (Media("image", "cup.png"),))
            first = await post.send("moment", body)
            assert type(first).__name__ == "Later", "an upload does nothing that could be doubled"
            assert isinstance(await post.send("moment", body), NeedsHuman)

    run(scenario)


def test_an_upload_survives_a_token_that_died(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, post_office(tmp_path, phone) as post:
            await phone.post("/faults", on="api", kind="token_expired", n=1, path="media/upload")
            sent = await post.send("moment", Rich("早", (Media("image", "cup.png"),)))
            assert isinstance(sent, NeedsHuman)

    run(scenario)
