"""What the list and the head of a thread keep in sight: complaints, hand-overs, the member's words,
names instead of ids; and what typing and searching leave alone."""

from __future__ import annotations

import re
from pathlib import Path

from bot.core.clock import HOUR, MINUTE
from bot.core.rota import Shift
from bot.store import alarms, conversations, desk, shifts, staff, turns
from bot.store.engine import Tx
from bot.store.turns import Finish
from tests.console.desk import answered, hear, said
from tests.console.test_inbox import A, B, does, fields, look
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, Reception, reception

ZONE = "Asia/Shanghai"


async def complains(house: Reception, peer: str = "wmA") -> None:
    """His words, and the turn that called a person because of them."""
    await hear(house, said(1, peer, "太慢了，我要投诉"))
    now = house.clock.now()
    for held in await house.store.write(turns.claim, now, "L", now + 60_000, 9, 5):
        await house.store.write(
            turns.finish, held, Finish(memory={}, misses=0, waiting_since=now, persona="tester",
                                       waiting_for="客人投诉：太慢", waiting_why="complaint"), now,
        )  # fmt: skip


async def rows(browser: Browser, query: str = "") -> list[tuple[str, str]]:
    """(conversation, the row's words) of a list."""
    page = await browser.get(f"/inbox/list{query}")
    found = re.findall(r'<li data-row.*?data-key="([^"]+)"(.*?)</li>', page.text, re.S)
    return [(key, " ".join(re.sub(r"<[^>]+>", " ", text).split())) for key, text in found]


def test_a_complaint_stands_first_and_marked_until_it_is_resolved(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            await complains(house)
            house.clock.advance(6 * MINUTE)
            await hear(house, said(2, "wmB", "在吗", at=house.clock.now()))
            first, second = await rows(lin)
            assert first[0] == A and "complaint" in first[1] and "6 min ago" in first[1]
            assert second[0] == B and "complaint" not in second[1]
            assert [key for key, _ in await rows(lin, "?o=latest")] == [B, A]
            late = await house.store.read(alarms.candidates, 1, house.clock.now(),
                                          house.clock.now())  # fmt: skip
            await house.store.write(alarms.sound, late, 1, house.clock.now(), "", lambda who: [])
            assert (await lin.get("/alarms")).said(">complaint<")
            await does(lin, "take")
            await does(lin, "reply", text="马上查")
            page = await look(lin)
            assert page.said('<span class="mark bad">complaint</span>')
            assert [key for key, _ in await rows(lin, "?f=complaint")] == [A]
            await does(lin, "release")
            page = await look(lin)
            assert page.said(">complaint<") and page.said("inbox/resolve")
            await does(lin, "resolve", page=page)
            assert not (await look(lin)).said(">complaint<")
            assert await rows(lin, "?f=complaint") == []

    run(scenario)


def test_a_hand_over_waits_for_the_colleague_and_names_say_who_is_there(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "几天发货"))
            async with house.signed_in("service") as lin, house.signed_in("lead") as su:
                await house.store.write(
                    staff.add, "amy", "service", "x", NOW, actor="t", made=False
                )
                duty = Shift(login="amy", kind="once", since=NOW - HOUR, until=NOW + HOUR)
                await house.store.write(shifts.add, duty, "lead", NOW, ZONE)
                await does(lin, "take")
                await does(lin, "reply", text="我请同事来")
                page = await look(lin)
                [names] = re.findall(r'<select name="to">(.*?)</select>', page.text)
                assert re.findall(r">([^<]+)<", names)[:2] == [
                    "amy · on duty", "lead · in the console"
                ]  # fmt: skip
                told = await does(lin, "pass", to="lead", reason="下班了")
                assert told.status == 303
                page = await look(lin)
                assert page.said("Passed on to lead, who is waited for from now on")
                house.clock.advance(3 * MINUTE)
                page = await look(lin)
                assert page.said("waits for lead") and not page.said('mark wait">lead')
                assert page.said("service 转交 lead：下班了")
                [(_, words)] = await rows(lin, "?f=waiting")
                assert "waits for lead" in words and "waits for a person: 3 min ago" in words
                assert (await su.get("/nav")).said('aria-label="1 waiting"')
                page = await look(su)
                assert page.said("handed to you: the customer waits")
                await does(su, "reply", text="我来", client_key="k" * 12)
                assert await rows(su, "?f=waiting") == []
                assert (await look(su)).said("I hold it")

    run(scenario)


def test_a_lead_who_is_called_is_named_and_a_wait_that_went_on_is_told(tmp_path: Path) -> None:
    def call(tx: Tx) -> None:
        desk.write(tx, desk.hold(tx, A), lead_for="假货，请主管接", waiting_since=NOW)

    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "几天发货"))
            await house.store.write(call)
            async with house.signed_in("service") as lin:
                assert (await look(lin)).said("假货，请主管接. There is no lead here yet")
                await house.store.write(staff.add, "amy", "lead", "x", NOW, actor="t", made=False)
                assert (await look(lin)).said("No lead has looked yet (amy); anybody may answer")
                [(_, words)] = await rows(lin)
                assert "for a lead" in words and "waits for a person" in words
                assert (await lin.get("")).said("1</b>"), "the first page counts it too"
                await does(lin, "take")
                house.clock.advance(3 * MINUTE)
                await does(lin, "pass", to="amy")
                assert (await look(lin)).said("and goes on waiting")
            async with house.signed_in("lead") as su:
                page = await look(su)
                assert page.said("Please look at it")
                seen = fields(page, "note")
                await su.post("/inbox/seen", c=A, seen=seen["seen"])
                page = await look(su)
                assert page.said("a lead has looked") and not page.said("Please look at it")
                assert "for a lead" not in (await rows(su))[0][1]

    run(scenario)


def test_a_row_shows_his_words_who_answered_and_the_account_by_its_name(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            await hear(house, said(1, "wmA", "几天发货"))
            [(_, words)] = await rows(lin)
            assert "几天发货" in words and "↩" not in words
            await answered(house, "wmA", "下单后两天内发出。", 1)
            page = await lin.get("/inbox")
            [(_, words)] = await rows(lin)
            assert "几天发货" in words and re.search(r"↩ \S+ answered", words)
            assert "下单后" not in words and page.said('title="下单后两天内发出。"')
            assert "wkBANZHAN01" not in words and "Customer service" in words
            assert page.said('<small title="kf:wkBANZHAN01">')

    run(scenario)


def test_who_types_keeps_what_he_holds_and_nobody_else_keeps_it_for_him(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "在吗"))
            async with house.signed_in("service") as lin, house.signed_in("lead") as su:
                await does(lin, "take")

                async def active(browser: Browser, minutes: int) -> int:
                    house.clock.advance(minutes * MINUTE)
                    assert (await browser.post("/inbox/lint", c=A, text="我")).status == 200
                    talk_ = await house.store.read(conversations.get, A)
                    assert talk_ is not None
                    return (int(talk_["active_at"]) - NOW) // MINUTE

                assert await active(lin, 5) == 5
                assert await active(su, 5) == 5
                assert await active(lin, 15) == 25
                assert await active(lin, 0) == 25

    run(scenario)


def test_searching_keeps_what_is_open_and_saved_answers_are_its_personas(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            await hear(house, said(1, "wmA", "几天发货"))
            page = await lin.get("/inbox", params={"c": A, "q": "发货"})
            assert page.said('data-verb="take"')
            form = re.search(r'role="search".*?</form>', page.text, re.S)
            assert form is not None and f'name="c" value="{A}"' in form[0]
            saved = await lin.get("/inbox/quick", params={"c": A})
            cast = house.console.library.cast  # type: ignore[union-attr]
            persona = cast.persona_of("kf", "wkBANZHAN01")
            assert saved.said(f'<option value="{persona}" selected>')
            assert saved.said(f"?c={A.replace(':', '%3A')}")
            await does(lin, "take")
            assert re.search(r"taken <time[^>]*>just now</time>", (await look(lin)).text)

    run(scenario)
