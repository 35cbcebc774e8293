"""What staff do with a member, over real HTTP: one person of two and two again, erasing, a copy for
himself, his word on what he wants, remarks that two sides change; each with its right, and noted."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

from bot.core.clock import DAY, HOUR
from bot.core.event import Event, Happened
from bot.library.leaving import Leaving
from bot.members.orders import Report
from bot.members.row import MemberRow
from bot.store import (
    audit,
    doubles,
    erasing,
    events,
    feedback,
    lookups,
    membersfile,
    merging,
    optouts,
    orders,
    people,
    persons,
    saved,
    wishes,
)
from bot.store.engine import Tx
from tests.console.desk import KF, hear, said
from tests.contract.conftest import Bench
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, Reception, _fresh, reception

ANA, OLD, THIRD = "wmANA000001", "m:7", "m:8"
PAGE = f"/members/one?m={ANA}"
PAIR = {"m": OLD, "w": ANA}


def live(tx: Tx) -> None:
    """Three records, two with the same telephone; one has a friend, an order and a need."""
    people.ensure_members(tx, {ANA: "安娜的妈妈", OLD: "Ana", THIRD: "Ana"}, NOW - 30 * DAY)
    people.befriend(tx, ANA, "lin.xi", NOW - 20 * DAY, now=NOW)
    membersfile.put(tx, [MemberRow(OLD, {"phone": "13800138000", "city": "杭州"}),
                         MemberRow(ANA, {"phone": "138 0013 8000"})], NOW, "lin", "m.csv")  # fmt: skip
    orders.take(tx, [Report(order="o1", member=OLD, at=NOW - DAY, amount=80_00, category="茶")],
                "csv", NOW)  # fmt: skip
    events.record(tx, [
        Event(kind=Happened.NEED, at=NOW - HOUR, dedupe="n1", member=ANA, which="worry:睡不好",
              data={"inbox": 1, "by": "rule"}),
        Event(kind=Happened.INBOUND, at=NOW - HOUR, dedupe="in/1", member=ANA, channel="kf",
              account=KF, which="text"),
        Event(kind=Happened.FACT, at=NOW - HOUR, dedupe="f1", member=ANA, which="city",
              place="said", data={"value": "苏州", "from": f"kf:{ANA}:1"}),
    ], NOW)  # fmt: skip


async def lived(desk: Reception) -> None:
    await hear(desk, said(1, ANA, "最近老是睡不好", at=NOW - HOUR))
    await desk.store.write(live)


def test_two_are_compared_made_one_with_a_reason_and_parted_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("service") as browser:
            assert (await browser.get("/members/doubles")).said("Nobody to look at")
            await lived(desk)
            listed = await browser.get("/members/doubles")
            assert listed.said("same telephone") and listed.said("13800138000")
            way = re.search(r'href="/console(/members/merge[^"]+)"', listed.text)
            assert way is not None
            page = await browser.get(unescape(way[1]))
            assert page.said("1 conversations") and page.said("1 orders") and page.said("睡不好")
            form = page.form("/members/merge") | {"stays": ANA}
            bare = await browser.post("/members/merge", **(form | {"why": ""}))
            assert bare.status == 422 and bare.said("Nothing was merged")
            stale = await browser.post("/members/merge", **(form | {"seen": "x", "why": "电话"}))
            assert stale.status == 409
            done = await browser.post("/members/merge", **(form | {"why": "电话核对过"}))
            assert done.location == f"/console{PAGE}"
            one = await browser.get(PAGE)
            assert one.said("电话核对过") and one.said("same telephone") and one.said("80.00")
            assert (await browser.get("/members/merge?m=m:7&w=" + ANA)).status == 303
            undo = re.search(r'href="/console(/members/part\?id=\d+)"', one.text)
            assert undo is not None
            part = await browser.get(undo[1])
            assert part.said(OLD) and part.said("1 things that flows wait for")
            fields = part.form("/members/part")
            assert (await browser.post("/members/part", **fields)).status == 422
            await browser.post("/members/part", **(fields | {"why": "看错了"}))
            assert await desk.store.read(persons.ids_of, OLD) == [OLD]
            assert (await browser.post("/members/part", **(fields | {"why": "再来"}))).status == 409
            assert (await browser.get(PAGE)).said("undone")
            assert (await browser.post("/members/apart", **PAIR)).status == 303
            assert await desk.store.read(doubles.of, ANA) == []
            noted = await desk.store.read(lookups.of_member, ANA)
            assert {one.page for one in noted} == {"member", "merge"}

    run(scenario)


def test_two_agents_never_merge_past_each_other(db: Bench, tmp_path: Path) -> None:
    """Both look at the same three records; one makes two of them one, the other another two: who is
    second sees what has changed."""

    async def scenario() -> None:
        async with reception(tmp_path, given=db.store) as desk:
            await desk.store.write(live)
            async with desk.signed_in("lead") as one, desk.signed_in("service") as other:
                first = (await one.get(f"/members/merge?m={OLD}&w={ANA}")).form("/members/merge")
                second = (await other.get(f"/members/merge?m={OLD}&w={THIRD}")).form(
                    "/members/merge"
                )
                said_by = {"why": "同一人"}
                answers = await asyncio.gather(
                    one.post("/members/merge", **(first | said_by | {"stays": ANA})),
                    other.post("/members/merge", **(second | said_by | {"stays": THIRD})),
                )
                assert sorted(each.status for each in answers) == [303, 409]
                rows = await desk.store.read(merging.history, OLD)
                assert len(rows) == 1

    run(scenario)


def test_who_is_erased_leaves_a_certificate_and_no_byte(tmp_path: Path) -> None:
    async def scenario() -> None:
        file = tmp_path / "onevoice.db"
        async with reception(tmp_path, given=_fresh(file)) as desk:
            config = desk.console.config
            config = replace(config, home=tmp_path, store=replace(config.store, data="."))
            desk.console.leaving = Leaving(desk.store, config, desk.clock)
            await lived(desk)
            (tmp_path / "old.db").write_bytes(ANA.encode())
            await desk.store.write(saved.note, tmp_path / "old.db", NOW - DAY)
            async with desk.signed_in("service") as other:
                assert (await other.get(f"/members/erase?m={ANA}")).status == 403
                assert not (await other.get(PAGE)).said("/members/erase")
            async with desk.signed_in("owner") as browser:
                assert (await browser.get("/members/erased")).said("Nobody was erased yet")
                page = await browser.get(f"/members/erase?m={ANA}")
                assert page.said("000001") and page.said("lin.xi") and page.said("old.db")
                assert re.search(r"Talks and messages</th><td class=\"num\">[1-9]", page.text)
                wrong = await browser.post("/members/erase", m=ANA, proof="000002", why="asked")
                assert wrong.status == 422 and wrong.said("Nothing was erased")
                assert await desk.store.read(people.known, ANA) is not None
                done = await browser.post("/members/erase", m=ANA, proof="000001", why="asked")
                assert done.location == "/console/members/erased/1"
                await desk.console.leaving.settled()
                paper = await browser.get("/members/erased/1")
                for words in ("old.db", "none of his ids is left", "lin.xi", "deleted", "owner"):
                    assert paper.said(words), words
                assert not paper.said(ANA) and not paper.said("安娜")
                told = await browser.get("/members/erased/1/file")
                assert "attachment" in told.headers["Content-Disposition"]
                found = json.loads(told.text)
                assert found["left"] == 0 and found["removed"]["friend"] == {"deleted": 1}
                assert [Path(one["path"]).name for one in found["backups"]] == ["old.db"]
                assert (await browser.get("/members/erased")).said("Certificate 1")
                assert (await browser.get(PAGE)).status == 404
                assert (await browser.get("/members/erased/2")).status == 404
                assert (await browser.post("/members/erase", m=ANA, proof="000001")).status == 404
            (one,) = await desk.store.read(erasing.latest)
            trail = await desk.store.read(audit.history, "member", one.gone)
            assert [(row["event"], row["actor"], row["reason"]) for row in trail] == [
                ("erase", "owner", "asked")]  # fmt: skip

    run(scenario)
    files = list(tmp_path.glob("onevoice.db*"))
    assert files
    for word in (ANA, "睡不好"):
        assert not [one for one in files if word.encode() in one.read_bytes()], word


async def a_copy_for_himself(desk: Reception, browser: Browser) -> None:
    assert (await browser.get(f"/members/copy?m={ANA}")).said("Nobody yet")
    whole = json.loads((await browser.get(f"/members/copy/file?m={ANA}&as=json")).text)
    assert whole["ids"] == [ANA] and whole["tables"]["inbox"][0]["text"] == "最近老是睡不好"
    page = await browser.get(f"/members/copy/file?m={ANA}&as=html")
    assert page.said("最近老是睡不好") and "Content-Disposition" not in page.headers
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert (await browser.get(f"/members/copy?m={ANA}")).said("a copy")
    noted = await desk.store.read(lookups.of_member, ANA)
    assert [(one.login, one.page, one.times) for one in noted] == [("lead", "export", 2)]


async def the_page_says_what_is_left_to_send_and_hides_what_he_is_worth(
    desk: Reception, browser: Browser
) -> None:
    page = await browser.get(PAGE)
    assert page.said("What is left to send unasked") and page.said("Next offer")
    assert not page.said("Lifetime value")
    assert (await browser.get(f"/members/copy/file?m={ANA}")).status == 403


async def the_timeline_is_looked_at_by_kind_account_and_days(
    desk: Reception, browser: Browser
) -> None:
    path = f"/members/timeline?m={ANA}"
    whole = await browser.get(path)
    assert whole.said("睡不好") and whole.said("became a friend of lin.xi")
    words = await browser.get(f"{path}&kind=words")
    assert words.said("最近老是睡不好") and not words.said("became a friend")
    friends = await browser.get(f"{path}&account=lin.xi")
    assert friends.said("became a friend") and not friends.said("最近老是睡不好")
    assert (await browser.get(f"{path}&until=2020-01-01")).said("Nothing fits")
    assert (await browser.get(f"{path}&since=gestern")).said("became a friend")


async def needs_lead_to_the_words_they_came_from_and_are_taken_back(
    desk: Reception, browser: Browser
) -> None:
    page = await browser.get(PAGE)
    lines = re.findall(r'href="(/console/inbox\?c=[^"]+at=inbox-1)"', page.text)
    assert lines and page.said("his words")
    await browser.post("/members/need", m=ANA, kind="wish", word="好睡")
    page = await browser.get(PAGE)
    assert page.said("好睡")
    assert (await browser.post("/members/need", m=ANA, kind="x", word="y")).status == 422
    await browser.post("/members/unneed", m=ANA, event="n1")
    needs, _ = await desk.store.read(feedback.of_member, ANA)
    assert [row["word"] for row in needs] == ["好睡"]
    assert (await browser.post("/members/unneed", m=ANA, event="n1")).status == 404


async def a_remark_that_both_sides_changed_is_decided_by_a_person(
    desk: Reception, browser: Browser
) -> None:
    await browser.get(PAGE)
    whom = {"m": ANA, "friend": ANA, "account": "lin.xi"}
    await browser.post("/members/remark", **whom, remark="喜欢岩茶")
    (row,) = await desk.store.read(wishes.waiting, 10)
    assert (await browser.get(PAGE)).said("on its way")
    await desk.store.write(wishes.conflict, row, "老客人", NOW)
    page = await browser.get(PAGE)
    assert page.said("two answers") and page.said("老客人") and page.said("喜欢岩茶")
    field = {"field": "remark"}
    await browser.post("/members/decide", **whom, **field, ours="1")
    (row,) = await desk.store.read(wishes.waiting, 10)
    assert (row["ours"], row["base"]) == ("喜欢岩茶", "老客人")
    await browser.post("/members/decide", **whom, **field, ours="1")
    assert (await browser.get(PAGE)).said("decided before")
    long = await browser.post("/members/remark", **whom, remark="长" * 21)
    assert long.status == 303 and (await browser.get(PAGE)).said("at most 20")
    other = whom | {"friend": THIRD}
    assert (await browser.post("/members/remark", **other, remark="x")).status == 404


async def his_word_is_noted_with_how_he_said_it_and_by_whom(
    desk: Reception, browser: Browser
) -> None:
    await browser.get(PAGE)
    asked = {"m": ANA, "scope": "promotion", "choice": "fewer"}
    await browser.post("/members/wish", **asked, why="")
    assert (await browser.get(PAGE)).said("Nothing was changed")
    await browser.post("/members/wish", **asked, why="电话里说太多了")
    desk.clock.advance(HOUR)
    await browser.post("/members/wish", m=ANA, scope="partners", choice="no", why="不给别人")
    await browser.post("/members/wish", m=ANA, scope="rating", choice="no", why="嫌烦")
    held = {one.scope: one.holds for one in await desk.store.read(optouts.of, ANA) or ()}
    assert (held["promotion"], held["partners"], held["rating"]) == ("fewer", "no", "no")
    page = await browser.get(PAGE)
    for words in (
        "电话里说太多了",
        "不给别人",
        "嫌烦",
        "noted by service",
        "How it came (3)",
    ):
        assert page.said(words), words
    wrong = {"scope": "promotion", "choice": "never"}
    assert (await browser.post("/members/wish", m=ANA, **wrong, why="x")).status == 422
    async with desk.signed_in("readonly") as other:
        await other.get(PAGE)
        assert (await other.post("/members/wish", **asked, why="x")).status == 403


def test_what_service_does_on_the_page_of_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("service") as browser:
            await desk.publish()
            await lived(desk)
            async with desk.signed_in("lead") as lead:
                await a_copy_for_himself(desk, lead)
                assert (await lead.get(PAGE)).said("Lifetime value")
            await the_page_says_what_is_left_to_send_and_hides_what_he_is_worth(desk, browser)
            await the_timeline_is_looked_at_by_kind_account_and_days(desk, browser)
            await needs_lead_to_the_words_they_came_from_and_are_taken_back(desk, browser)
            await a_remark_that_both_sides_changed_is_decided_by_a_person(desk, browser)
            await his_word_is_noted_with_how_he_said_it_and_by_whom(desk, browser)
            await his_comment_waits_until_somebody_answers(desk, browser)

    run(scenario)


async def his_comment_waits_until_somebody_answers(desk: Reception, browser: Browser) -> None:
    assert (await browser.get("/members/comments")).said("Nobody waits for an answer")
    said = Event(kind=Happened.COMMENTED, at=NOW - 3 * HOUR, dedupe="c1", member=ANA,
                 account="lin.xi", place="mom1")  # fmt: skip
    await desk.store.write(lambda tx: events.record(tx, [said], NOW))
    page = await browser.get("/members/comments")
    assert page.said("安娜的妈妈") and re.search(r"\d+ h", page.text), "with how long it is"
    where = {"m": ANA, "account": "lin.xi", "moment": "mom1"}
    assert (await browser.post("/members/comments", **where)).status == 303
    assert (await browser.get("/members/comments")).said("Nobody waits for an answer")
    kept = await desk.store.read(lambda tx: tx.row("comments_latest", member=ANA, account="lin.xi",
                                                   moment="mom1"))  # fmt: skip
    assert kept is not None and kept["at"] == said.at, "the comment itself stays in the log"
    async with desk.signed_in("content") as reader:
        assert (await reader.get("/members/comments")).status == 200
        assert (await reader.post("/members/comments", **where)).status == 403
