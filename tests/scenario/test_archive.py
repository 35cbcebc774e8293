"""The message archive against the sandbox: all is kept, consent counts, nobody is answered."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.archive import ArchiveMessage, FeedFailed, parse
from bot.core.body import Text
from bot.core.clock import MINUTE, ManualClock
from bot.core.config import load_config
from bot.core.model import Outbound
from bot.pipeline.archive import ArchivePull, translate
from bot.pipeline.loop import Bells
from bot.store import archive, inbox
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from bot.wecom.sending import way_of
from sandbox.world.load import DEFAULT
from tests.scenario.house import BRAND, House, Phone, house, look, platform, run, until

GROUP, CUSTOMER, STAFF = "wrBANZHAN01", "wmBANZHAN0001", "lin.xi"


@contextlib.asynccontextmanager
async def archived(folder: Path, every: str = '"1s"') -> AsyncIterator[tuple[Phone, House]]:
    """A house that reads the sandbox's archive and is told when there is something new."""
    world = folder / "world.toml"
    receives = 'receives = ["app", "contact", "kf"'
    text = DEFAULT.read_text("utf-8")
    assert receives in text
    world.write_text(text.replace(receives, receives + ', "archive"'), "utf-8")
    async with (
        platform(world=world) as phone,
        house(folder, phone, feed='"sandbox"', every=every) as home,
    ):
        yield phone, home


def kept(home: House) -> list[dict[str, Any]]:
    return home.rows("SELECT * FROM inbox WHERE channel = 'archive' ORDER BY id")


def test_what_is_said_in_a_customer_group_is_kept_and_never_answered(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with archived(tmp_path) as (phone, home):
            await phone.post(f"/customers/{CUSTOMER}/archive-consent", agree=True)
            await phone.post(f"/groups/{GROUP}/say", **{"from": CUSTOMER, "text": "你好"})
            await phone.post(f"/groups/{GROUP}/say", **{"from": STAFF, "text": "早"})
            rows = await until(lambda: len(kept(home)) == 3 and kept(home), "all are kept")
            assert [r["kind"] for r in rows] == ["agree", "text", "text"]
            # One account of ours stands for the room, whoever speaks in it.
            talks = [(r["account"], r["peer"], r["event"], r["text"]) for r in rows[1:]]
            assert talks == [("gu.song", GROUP, "archive.text", "你好"),
                             ("gu.song", GROUP, "archive.text", "早")]  # fmt: skip
            assert json.loads(rows[1]["data"])["from"] == CUSTOMER
            await until(lambda: {r["state"] for r in kept(home)} == {"done"}, "all are worked off")
            assert home.rows("SELECT 1 FROM outbox") == home.rows("SELECT 1 FROM replies") == []
            assert home.rows("SELECT agreed FROM archive_consent") == [{"agreed": 1}]

    run(scenario)


def test_the_callback_wakes_the_reader_and_a_restart_goes_on_where_it_stopped(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with archived(tmp_path, every='"1h"') as (phone, home):
            await until(lambda: home.rows("SELECT 1 FROM source WHERE id = 'archive:corp'"
                                          " AND read_at > 0"), "a first look")  # fmt: skip
            await phone.post(f"/groups/{GROUP}/say", **{"from": STAFF, "text": "一"})
            await until(lambda: len(kept(home)) == 1, "the callback woke the reader")
            (source,) = home.rows("SELECT * FROM source WHERE id = 'archive:corp'")
            assert source["cursor"] == "1" and source["wanted"] >= 2

    run(scenario)


class Feed:
    """A log in memory; ``fault`` makes the next pull fail."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.log = [parse(i, {"msgid": f"m{i}", "msgtime": 1000 + i, **row}, 0)
                    for i, row in enumerate(rows, 1)]  # fmt: skip
        self.fault = False
        self.asked: list[int] = []

    async def pull(self, seq: int, limit: int) -> Sequence[ArchiveMessage]:
        self.asked.append(seq)
        if self.fault:
            self.fault = False
            raise FeedFailed("301042: no")
        return [m for m in self.log if m.seq > seq][:limit]

    async def media(self, sdkfileid: str) -> AsyncIterator[bytes]:
        yield b""


def words(sender: str, text: str, room: str = "") -> dict[str, Any]:
    return {"from": sender, "tolist": [STAFF], "roomid": room, "msgtype": "text",
            "text": {"content": text}}  # fmt: skip


def read(folder: Path, feed: Feed, steps: int = 1) -> tuple[list[dict[str, Any]], list[int | None]]:
    """The inbox after so many steps of a reader, and when each wanted to be called again."""

    async def scenario() -> list[int | None]:
        clock = ManualClock()
        migrate_sqlite(folder / "onevoice.db", clock.now())
        store = SqliteStore(folder / "onevoice.db", readers=1)
        config = load_config(BRAND / "config.toml")
        pull = ArchivePull(store, feed, lambda: {STAFF}, config, clock, Bells())
        await pull.open()
        told = []
        for _ in range(steps):
            told.append(await pull.step(clock.now()))
            clock.advance(MINUTE)
        store.close()
        return told

    told = asyncio.run(scenario())
    return look(folder, "SELECT * FROM inbox ORDER BY id"), told


def test_a_page_is_kept_with_its_seq_and_read_once(tmp_path: Path) -> None:
    feed = Feed(words("wm1", "一"), words("wm2", "二"), words(STAFF, "三"))
    rows, _ = read(tmp_path, feed, 2)
    assert [r["dedupe"] for r in rows] == ["archive:m1", "archive:m2", "archive:m3"]
    assert feed.asked == [0, 3, 3]
    assert look(tmp_path, "SELECT cursor FROM source") == [{"cursor": "3"}]
    assert len(read(tmp_path, feed)[0]) == 3 and feed.asked[3:] == [3]


def test_the_words_of_who_refused_are_not_kept_until_he_agrees(tmp_path: Path) -> None:
    def consent(kind: str, at: int) -> dict[str, Any]:
        return {"from": "wm1", "msgtype": kind, "msgtime": at, kind: {"userid": "wm1"}}

    feed = Feed(words("wm1", "前"), consent("disagree", 2000), words("wm1", "秘密"),
                words("wm2", "别人"), consent("agree", 3000), words("wm1", "后"))  # fmt: skip
    rows, _ = read(tmp_path, feed)
    assert [r["text"] for r in rows if r["kind"] == "text"] == ["前", "", "别人", "后"]
    assert "秘密" not in json.dumps(rows, ensure_ascii=False)
    assert look(tmp_path, "SELECT member, agreed, at FROM archive_consent") == [
        {"member": "wm1", "agreed": 1, "at": 3000}]  # fmt: skip


def test_a_message_that_was_taken_back_loses_its_words(tmp_path: Path) -> None:
    back = {"action": "recall", "msgtype": "revoke", "revoke": {"pre_msgid": "m1"}}
    feed = Feed(words("wm1", "说错了"), {"from": "wm1", "tolist": [STAFF], **back})
    rows, _ = read(tmp_path, feed)
    assert [(r["kind"], r["text"]) for r in rows] == [("text", ""), ("revoke", "")]


def test_unknown_types_are_kept_as_they_came(tmp_path: Path) -> None:
    beam = {"from": "wm1", "tolist": [STAFF], "msgtype": "hologram", "beam": {"x": 1}}
    rows, _ = read(tmp_path, Feed(beam, {"action": "switch", "user": STAFF}))
    assert [r["kind"] for r in rows] == ["hologram", "switch"]
    assert json.loads(rows[0]["data"])["beam"] == {"x": 1}


def test_a_feed_that_fails_is_asked_again_later_and_nothing_is_lost(tmp_path: Path) -> None:
    feed = Feed(words("wm1", "一"))
    feed.fault = True
    rows, told = read(tmp_path, feed, 2)
    assert len(rows) == 1 and feed.asked == [0, 0, 1]
    assert told[0] == ManualClock().now() + 1000


def test_a_page_that_another_reader_has_kept_is_not_kept_again(tmp_path: Path) -> None:
    """The seq is the fence: of two readers only one can store a page."""
    feed = Feed(words("wm1", "一"))
    read(tmp_path, feed)
    store = SqliteStore(tmp_path / "onevoice.db", readers=1)

    async def stale() -> None:
        event = translate(feed.log[0], {STAFF}, 0)
        await store.write(archive.store_page, "archive:corp", "", "9", [event])

    with pytest.raises(Exception, match="cursor of archive:corp"):
        asyncio.run(stale())
    store.close()


PEOPLE = [
    (("wm1", ("lin.xi",), ""), ("lin.xi", "wm1")),
    (("lin.xi", ("wm1",), ""), ("lin.xi", "wm1")),
    (("wm1", ("chen.mo", "lin.xi", "wm2"), "wr1"), ("lin.xi", "wr1")),
    (("chen.mo", ("he.qing",), ""), ("chen.mo", "he.qing")),
    (("wb1", ("he.qing",), ""), ("he.qing", "wb1")),
    (("women", ("wm1",), ""), ("", "women")),
    (("wm1", (), ""), ("", "wm1")),
    (("", (), ""), ("", "")),
]


@pytest.mark.parametrize(("talk", "expected"), PEOPLE)
def test_the_account_is_ours_and_the_peer_is_the_other_or_the_room(
    talk: tuple[str, tuple[str, ...], str], expected: tuple[str, str]
) -> None:
    sender, to, room = talk
    message = ArchiveMessage(seq=1, msgid="m", kind="text", sender=sender, to=to, room=room, at=5)
    found = translate(message, {"lin.xi"}, 9)
    assert (found.account, found.peer) == expected
    assert inbox.member_of(found) is None


def test_nothing_can_be_sent_through_the_archive() -> None:
    row = Outbound(
        lane="l", pool="reply", channel="archive", account=STAFF, peer=GROUP, kind="reply",
        body=Text("x"), origin="reply:1:0", persona="p", persona_version=1, dedupe="d", send_at=0,
    )  # fmt: skip
    assert way_of(row) is None
