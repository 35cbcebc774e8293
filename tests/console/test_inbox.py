"""The inbox over real HTTP: what is listed and shown, every verb, and what each role may."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import aiohttp

from bot.core.body import Media
from bot.core.clock import DAY, MINUTE
from bot.core.model import Never
from bot.core.ports import MediaContent, MediaRefused
from bot.pipeline.converse import Converse
from bot.pipeline.deliver import settle_each
from bot.pipeline.trace import Trace
from bot.store import conversations, desk, mentions, outbox, people, talks
from bot.store.outbox import KfWindow
from tests.console.desk import KF, answered, hear, said, talk
from tests.scenario.house import run
from tests.scenario.reception import NOW, Answer, Browser, Reception, reception

A, B = talk("wmA"), talk("wmB")
SCRIPT = "<script>alert(1)</script>"


def fields(page: Answer, verb: str) -> dict[str, str]:
    """The hidden fields of a verb's form."""
    form = re.search(rf'action="/console/inbox/{verb}".*?</form>', page.text, re.S)
    assert form is not None, f"no form for {verb}"
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


async def look(browser: Browser, key: str = A) -> Answer:
    page = await browser.get("/inbox", params={"c": key})
    assert page.status == 200, page.text
    return page


async def does(browser: Browser, verb: str, key: str = A, page: Answer | None = None,
               **more: str) -> Answer:  # fmt: skip
    """Presses a button of the page as it is, or as it was."""
    page = page or await look(browser, key)
    return await browser.post(f"/inbox/{verb}", **fields(page, verb) | more)


async def row(desk_: Reception, key: str = A) -> Any:
    return await desk_.store.read(conversations.get, key)


async def replies(desk_: Reception) -> list[tuple[str, str]]:
    found = await desk_.store.read(
        lambda tx: tx.rows("thread_replies", conversation=A, before=1 << 60, n=50)
    )
    return [(each["operator"], each["text"]) for each in found]


def test_a_customer_is_listed_taken_answered_once_and_given_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            await hear(house, said(1, "wmA", "几天发货"))
            page = await lin.get("/inbox")
            assert page.said("几天发货") and page.said("Last words unanswered")
            page = await look(lin)
            assert page.said("小试 answers “几天发货” · written down word for word")
            assert page.said("下单后两天内发出。")
            assert (await does(lin, "take", page=page)).status == 303
            mine = await look(lin)
            assert mine.said("Taken over") and mine.said("5 of 5 messages left")
            assert mine.said("Without a sign of life it goes back")
            for _ in range(3):  # a double click, and a resend after a lost answer
                answer = await does(lin, "reply", page=mine, text="我是林溪，明天就发")
                assert answer.status == 303
            assert await replies(house) == [("service", "我是林溪，明天就发")]
            seen = await look(lin)
            assert re.search(r'class="meta">\s*I\s', seen.text) and seen.said("queued")
            assert (await does(lin, "release")).status == 303
            assert (await row(house))["mode"] == "auto"
            assert (await does(lin, "reply", page=seen, text="晚了")).status == 409

    run(scenario)


def test_the_second_person_is_told_and_keeps_what_he_typed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "在吗"))
            async with house.signed_in("service") as lin, house.signed_in("lead") as su:
                old = await look(su)
                await does(lin, "take")
                house.clock.advance(3 * MINUTE)
                late = await does(su, "take", page=old)
                assert late.status == 409
                assert late.said("service 3 分钟前已经接手；请他转交给你，或等他交还")
                typed = {"text": "我也写了一段", "client_key": "k" * 12} | fields(old, "take")
                late = await su.post("/inbox/reply", **typed)
                assert late.status == 409 and late.said("我也写了一段")
                # what was said meanwhile is shown before anybody answers
                mine = await look(lin)
                await answered(house, "wmA", "人设刚说的", 1)
                part = await su.ask("GET", "/inbox", params={"c": A},
                                    headers={"HX-Request": "true"})  # fmt: skip
                assert part.status == 200 and "<html" not in part.text
                headers = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
                again = await su.ask("POST", "/inbox/take", headers=headers,
                                     data={"csrf": su.csrf} | fields(old, "take"))  # fmt: skip
                assert again.status == 200 and again.said("已经接手") and mine.status == 200
                # a lead may move what a colleague holds; a colleague may not
                moved = await does(su, "pass", to="lead", reason="他吃饭去了")
                assert moved.status == 303 and (await row(house))["held_by"] == "lead"
                assert (await lin.post("/inbox/pass", to="service", c=A, seen="1-0")).status == 422

    run(scenario)


def test_passing_on_putting_back_snoozing_and_resolving(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "在吗"))
            await house.add("su.he", "service")
            async with house.signed_in("service") as lin:
                await does(lin, "take")
                assert (await does(lin, "pass", to="nobody")).status == 422
                assert (await does(lin, "pass", to="")).said("Write a reason")
                assert (await does(lin, "pass", to="su.he", reason="午休")).status == 303
                assert (await row(house))["held_by"] == "su.he"
                assert (await look(lin)).said("Handed to su.he")
                await house.store.write(desk.put_back, A, "su.he", NOW, "下班")
                assert (await look(lin)).said("waits for a person")
                assert (await does(lin, "snooze", until="date", date="2020-01-01T09:00")).said(
                    "Choose a time in the future"
                )
                await does(lin, "snooze", until="morning", reason="等仓库回话")
                assert (await look(lin)).said("in the list at 2026-09-22 09:00")
                assert (await row(house))["snoozed_until"] > NOW
                for path, there in (("/inbox?f=snoozed", True), ("/inbox?f=waiting", False)):
                    assert (await lin.get(path)).said(f'data-key="{A}"') is there
                await does(lin, "take")
                assert (await does(lin, "resolve")).status == 303
                assert (await row(house))["waiting_since"] is None

    run(scenario)


def test_a_note_names_a_colleague_who_finds_it_and_is_counted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "在吗"), said(2, "wmB", "你好"))
            async with house.signed_in("service") as lin, house.signed_in("lead") as su:
                written = await does(lin, "note", note=f"@lead @nobody.x 看一下。{SCRIPT}")
                assert written.status == 303
                assert (await look(lin)).said("nobody is called nobody.x")
                nav = await su.get("/nav")
                assert nav.said('aria-label="1 waiting"')
                listed = await su.get("/inbox?f=named")
                assert listed.said(f'data-key="{A}"') and not listed.said(f'data-key="{B}"')
                page = await look(su)
                assert page.said("Note · service") and SCRIPT not in page.text
                read = await su.post("/inbox/seen", c=A, seen="1-0")
                assert read.status == 204
                assert not (await su.get("/inbox?f=named")).said(f'data-key="{A}"')
                assert not (await su.get("/nav")).said('aria-label="1 waiting"')
                assert await house.store.read(mentions.needs, "service", NOW) == 0

    run(scenario)


def test_who_only_sees_has_no_buttons_and_who_may_not_is_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "在吗"))
            for role in ("readonly", "owner"):
                async with house.signed_in(role) as browser:
                    page = await look(browser)
                    assert page.said("Your role sees, and does not reply")
                    assert 'action="/console/inbox/take"' not in page.text
                    answer = await browser.post("/inbox/take", c=A, seen="1-0")
                    assert answer.status == 403
            async with house.signed_in("analyst") as browser:
                assert (await browser.get("/inbox")).status == 403

    run(scenario)


def test_the_guard_stops_words_shows_why_and_keeps_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            await hear(house, said(1, "wmA", "便宜点"))
            await does(lin, "take")
            bad = "😀全网最低价，只要 1 元"
            late = await does(lin, "reply", text=bad)
            assert late.status == 422 and late.said(bad) and late.said("1 元")
            late = await does(lin, "reply", text="好" * 4_000 + "全网最低价")
            assert late.status == 422 and late.said("superlative"), "judged to its end"
            assert await replies(house) == []
            found = await lin.post("/inbox/lint", c=A, text=bad)

            findings = json.loads(found.text)["findings"]
            assert {one["code"] for one in findings} >= {"superlative", "price"}
            first = next(one for one in findings if one["code"] == "superlative")
            units = bad.encode("utf-16-le")
            marked = units[2 * first["start"] : 2 * first["end"]].decode("utf-16-le")
            assert marked == first["words"] and first["stop"] and first["fix"]
            assert json.loads((await lin.post("/inbox/lint", c=A, text=" ")).text) == {
                "findings": []
            }
            assert (await does(lin, "reply", text="  ")).said("Nothing was written")

    run(scenario)


def test_a_used_up_window_and_the_client_say_what_to_do(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            await hear(house, said(1, "wmA", "在吗"))
            await does(lin, "take")
            house.clock.advance(2 * DAY)
            async with house.browser() as again:  # the session of before is over
                await again.sign_in("service")
                page = await look(again)
                assert page.said("The time after the customer") and page.said(
                    "Wait until he writes"
                )
                assert (await does(again, "reply", text="在的")).said("48 小时已过")
                await house.store.write(
                    conversations.to_client, A, house.clock.now(), actor="service", reason="x",
                    holder="su.he",
                )  # fmt: skip
                page = await look(again)
                assert page.said("only the client can write there")
                assert 'id="compose"' not in page.text

    run(scenario)


def test_friend_chats_say_where_they_are_answered(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            key = talk("wmC", "contact", "lin.xi")
            await hear(house, said(1, "wmC", "", channel="contact", account="lin.xi", kind="event",
                                   event="contact.add"))  # fmt: skip
            page = await look(lin, key)
            assert page.said("answer with the sidebar") and page.said("no API")
            assert 'action="/console/inbox/take"' not in page.text
            assert (await lin.get("/inbox?a=contact:lin.xi")).said("cannot be read or written")
            forced = await lin.post("/inbox/take", c=key, seen="0-0")
            assert forced.status == 409 and forced.said("接口写不进去")

    run(scenario)


def test_scripts_in_names_words_and_files_stay_text(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            files = Files()
            house.console.files = house.console.shelf = files  # type: ignore[assignment]
            await hear(house, said(1, "wmA", SCRIPT), said(2, "wmA", "", kind="file",
                       data={"media_id": "page"}), said(3, "wmA", "", kind="image",
                       data={"media_id": "pic"}), said(4, "wmA", "", kind="image",
                       data={"media_id": "gone"}))  # fmt: skip
            await house.store.write(people.ensure_member, "wmA", NOW, SCRIPT)
            for path in (f"/inbox?c={A}", "/inbox/list", f"/inbox/thread?c={A}",
                         f"/inbox?q={SCRIPT}", f"/inbox/search?q={SCRIPT}",
                         f"/inbox?c={A}&f={SCRIPT}&p={SCRIPT}&at={SCRIPT}"):  # fmt: skip
                page = await lin.get(path)
                assert page.status == 200 and SCRIPT not in page.text, path
            page = await lin.get("/inbox/file", params={"c": A, "line": "inbox-2"})
            assert page.headers["Content-Type"] == "application/octet-stream"
            assert page.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
            assert "<" not in page.headers["Content-Disposition"]
            assert page.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert page.headers["X-Content-Type-Options"] == "nosniff"
            shown = await lin.get("/inbox/file", params={"c": A, "line": "inbox-3"})
            assert shown.headers["Content-Type"] == "image/png"
            assert shown.headers["Content-Disposition"].startswith("inline")
            for line, status in (("inbox-4", 410), ("inbox-1", 404), ("inbox-99", 404),
                                 ("changes-1", 404), ("x", 404)):  # fmt: skip
                answer = await lin.get("/inbox/file", params={"c": A, "line": line})
                assert answer.status == status, line
            # a line is served only in its own conversation
            stolen = await lin.get("/inbox/file", params={"c": B, "line": "inbox-3"})
            assert stolen.status == 404

    run(scenario)


class Files:
    """The platform's shelf, as far as these tests need one."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, int]] = []

    async def fetch(self, media_id: str) -> MediaContent | None:
        known = {"page": MediaContent(b"<html>", "application/octet-stream", f"{SCRIPT}.html"),
                 "pic": MediaContent(b"\x89PNG", "image/png", "a.png")}  # fmt: skip
        return known.get(media_id)

    async def put(self, name: str, content: bytes) -> Media:
        if len(content) < 6:
            raise MediaRefused("small", "5 bytes")
        self.taken.append((name, len(content)))
        return Media("image", media_id="up-1")


def test_a_file_of_staff_leaves_once_and_a_bad_one_is_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            files = Files()
            house.console.files = house.console.shelf = files  # type: ignore[assignment]
            await hear(house, said(1, "wmA", "在吗"))
            await does(lin, "take")
            page = await look(lin)
            for content, status in ((b"tiny", 422), (b"x" * 300_000, 303), (b"x" * 300_000, 303)):
                form = aiohttp.FormData({"csrf": lin.csrf} | fields(page, "file"))
                form.add_field("file", content, filename=f"{SCRIPT}.png")
                answer = await lin.ask("POST", "/inbox/file", data=form)
                assert answer.status == status, answer.text
            assert await replies(house) == [("service", "[image] up-1")]
            large = aiohttp.FormData({"csrf": lin.csrf} | fields(page, "file"))
            large.add_field("file", io.BytesIO(bytes(21 * 1024 * 1024)), filename="big.bin")
            assert (await lin.ask("POST", "/inbox/file", data=large)).status == 413

    run(scenario)


def test_saved_answers_are_kept_filled_in_counted_and_guarded(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            await hear(house, said(1, "wmA", "在吗"))
            await house.store.write(people.ensure_member, "wmA", NOW, "阿木")
            await lin.get("/inbox/quick?p=tester")
            new = {"p": "tester", "title": "问候", "text": "{name}你好，我是{persona}的{staff}"}
            assert (await lin.post("/inbox/quick", **new)).status == 303
            for text, words in (
                ("{other}", "only the words above"),
                ("全网最低价", "the guard stops"),
            ):
                answer = await lin.post("/inbox/quick", **new | {"text": text})
                assert answer.status == 422 and answer.said(words), answer.text
            await does(lin, "take")
            page = await look(lin)
            assert page.said("阿木你好，我是小试的service")
            await does(lin, "reply", page=page, text="阿木你好", quick="1")
            assert (await lin.get("/inbox/quick?p=tester")).said("Used 1 times")
            assert (await lin.post("/inbox/quick/1/change", **new | {"title": "早"})).status == 303
            assert (await lin.post("/inbox/quick/1/remove", p="tester")).status == 303
            assert (await lin.post("/inbox/quick/1/remove", p="tester")).said("gone already")

    run(scenario)


def test_what_became_of_a_line_and_a_line_that_is_none(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("readonly") as lin:
            library = await house.publish()
            await hear(house, said(1, "wmA", "几天发货"))
            worker = Converse(house.store, library, Nameless(), house.console.config, house.clock,
                              house.bells, Trace())  # fmt: skip
            await worker.step(NOW)
            await worker.slots.drain(10)
            claim = (outbox.claim, "reply", NOW, "L", NOW + MINUTE, 9, KfWindow(5, 48))
            (row_,) = (await house.store.write(*claim)).rows
            for outcome, words in (
                (Never("95007", "session is closed"), "95007: session is closed"),
            ):
                await house.store.write(settle_each, [(row_, outcome, NOW)])
                assert (await look(lin)).said(words)
            odd = await lin.get("/inbox/why", params={"c": A, "line": "replies-77"})
            assert odd.status == 404

    run(scenario)


class Nameless:
    async def name_of(self, external_userid: str) -> str:
        return ""


def test_older_lines_search_and_the_line_in_its_place(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            rows = [said(n, "wmA", f"第{n}句 {'雪芽' if n == 7 else ''}", at=NOW + n * 1000)
                    for n in range(1, 121)]  # fmt: skip
            await hear(house, *rows)
            page = await look(lin)
            shown = re.findall(r'<li id="inbox-(\d+)"', page.text)
            while older := re.search(r'id="older".*?hx-get="/console([^"]+)"', page.text, re.S):
                page = await lin.get(older[1].replace("&amp;", "&"))
                shown = re.findall(r'<li id="inbox-(\d+)"', page.text) + shown
            assert shown == [str(n) for n in range(1, 121)]
            hits = await lin.get("/inbox/search", params={"q": "雪芽"})
            (href,) = re.findall(r'<a href="/console(/inbox[^"]+)"', hits.text)
            assert hits.said("<mark>雪芽</mark>")
            there = await lin.get(href.replace("&amp;", "&"))
            assert re.search(r'id="inbox-7" class="[^"]*found"', there.text)
            assert there.said('id="inbox-10"') and not there.said('id="inbox-120"')

    run(scenario)


def test_pages_filters_and_orders_of_the_list(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            rows = [said(n, f"wm{n:03}", "在吗", at=NOW - n * 1000) for n in range(90)]
            other = said(1, "wmZ", "绿茶", at=NOW - 500_000, account="wkBANZHAN03")
            await hear(house, *rows, other)
            path, seen = "/inbox", list[str]()
            while path:
                page = await lin.get(path)
                seen += re.findall(r'data-key="kf:\w+:(\w+)"', page.text)
                more = re.search(r'href="/console([^"]+)" rel="next"', page.text)
                path = more[1].replace("&amp;", "&") if more else ""
            assert seen == [f"wm{n:03}" for n in range(90)] + ["wmZ"]
            for query, there in (("p=second", True), ("p=tester", False), ("a=kf:wkBANZHAN03", True),
                                 (f"a=kf:{KF}", False), ("f=mine", False)):  # fmt: skip
                assert (await lin.get(f"/inbox?{query}")).said("wkBANZHAN03:wmZ") is there, query
            assert (await lin.get("/inbox?f=unanswered&p=second")).said('<b class="num">1</b>')
            assert await house.store.read(talks.one, "kf:none:none", NOW) is None

    run(scenario)
