"""The page of messages that were given up on, over real HTTP: who sees and does what, once."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from bot.console.unsent import code_of, fix, title, unsent
from bot.console.words import catalogue
from bot.core.body import Text
from bot.core.policy import UNKNOWN, Verdict
from bot.store import givenup, intake, outbox, people
from tests.console.desk import answered, hear, said, talk
from tests.contract.making import WINDOW, answer
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, Reception, reception

PEER = "wmQING"


async def failed(house: Reception, note: str, number: int, event: str = "never") -> int:
    """An answer to the customer that did not arrive, for that reason."""
    await hear(house, said(number, PEER, "几天发货", at=NOW))
    await answered(house, PEER, f"两天内发出 {number}<b>", number)
    batch = await house.store.write(outbox.claim, "reply", NOW, "l", NOW + 1, 9, WINDOW)
    [row] = batch.rows
    await house.store.write(outbox.finish, row, Verdict(event, note=note), NOW)
    return row.id


async def open_page(browser: Browser, query: str = "") -> str:
    answer = await browser.get(f"/given-up{query}")
    assert answer.status == 200
    return answer.text


def test_each_says_why_and_what_to_do_and_is_sent_anew_or_let_go_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("lead") as su,
            house.signed_in("readonly") as guest,
            house.signed_in("content") as writer,
        ):
            await house.store.write(people.ensure_members, {PEER: "阿青"}, NOW)
            assert "Nothing was given up on" in await open_page(su)
            first = await failed(house, "60020: this server's IP is not trusted", 1)
            second = await failed(house, "guard: price (text: 没有这个价)", 2)
            third = await failed(house, "no answer", 3, "unsure")
            home = await su.get()
            assert home.said("messages were given up on") and home.said("/console/given-up")
            page = await open_page(su)
            assert "两天内发出 1&lt;b&gt;" in page and "阿青" in page and talk(PEER) in page.replace(
                "%3A", ":")  # fmt: skip
            assert "this server&#39;s IP is not trusted by the app" in page
            assert "企业可信IP: add this server&#39;s address" in page  # the doctor's word
            assert "stopped by the guard: 没有这个价" in page and "两天内发出 3" not in page
            only = await open_page(su, "?why=guard&a=kf:wkBANZHAN01")
            assert "两天内发出 2" in only and "两天内发出 1" not in only
            assert (await writer.get("/given-up")).status == 403
            assert "Send anew" not in await open_page(guest)
            refused = await guest.post("/given-up/act", ids=str(first), do="again")
            assert refused.status == 403
            await acts(house, su, first, second, third)

    run(scenario)


async def acts(house: Reception, su: Browser, first: int, second: int, third: int) -> None:
    """All that a lead does on the page, and a second press of each."""
    for words in ("It is queued anew", "A colleague has just dealt with it"):
        await su.post("/given-up/act", ids=str(first), do="again", here="/given-up?why=60020")
        assert words in await open_page(su)
    await su.post("/given-up/act", ids=str(second), do="dismiss")
    assert "Say in a few words" in await open_page(su)
    await su.post("/given-up/act", ids=f"{second},{first}", do="dismiss", why="打过电话")
    assert "1 were dealt with; 1 were not" in await open_page(su)
    page = await open_page(su, "?s=unsure")
    assert "two" not in page and "两天内发出 3" in page and "Send anew" not in page
    went = await su.post("/given-up/act", ids=str(third), do="lost", here="/given-up?s=unsure")
    assert went.location == "/console/given-up?s=unsure"
    assert "a colleague looked: it did not arrive" in await open_page(su)
    odd = await su.post("/given-up/act", ids="i1", do="arrived", here="//elsewhere")
    assert odd.status == 400
    assert (await house.store.read(givenup.counts)).all == 1


def test_what_was_never_worked_on_stands_there_too_and_all_of_it_as_a_file(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("lead") as su:
            await house.store.write(intake.leave, [said(7, PEER, "=cmd 在吗")])
            await house.store.write(intake.set_aside, 1, "KeyError: 'peer'")
            page = await open_page(su, "?s=in")
            assert "=cmd 在吗" in page and "Work on it again" in page
            rows = list(csv.reader(io.StringIO((await su.get("/given-up.csv?s=in")).text)))
            assert rows[1][0] == "d1" and rows[1][4] == "'=cmd 在吗"
            await su.post("/given-up/act", ids="d1", do="again", here="/given-up?s=in")
            assert "It is queued to be worked on" in await open_page(su, "?s=in")
            assert await house.store.read(intake.first) == 1

    run(scenario)


@pytest.mark.parametrize(("note", "code"), [
    ("45009: frequency limit; 8 attempts", "45009"),
    ("token: refused; 8 attempts", "tried"),
    ("message/send: no answer: ServerDisconnectedError", "no_answer"),
    ("kf/send_msg: HTTP 502; 8 attempts", "http"),
    ("guard: price, promise (text: x)", "guard"),
    ("the 48 h of the kf window are over", "the_h_of_the_kf_window_are_over"),
    ("over 48 h", "over_48_h"),
    (f"{UNKNOWN}the sender died during the call; 0 tasks on the platform look like it",
     "the_sender_died_during_the_call"),
    (f"lin {givenup.MISSING}", "seen"),
    ("restored from a backup; what happened after 12 is not known", "restored"),
    ("something new", "other"), ("", "other"),
])  # fmt: skip
def test_equal_reasons_have_one_name_and_words(note: str, code: str) -> None:
    assert code_of(note) == code
    assert title("zh", code) != code
    assert unsent("zh", note) or not note


def test_the_fix_of_a_fault_is_the_doctors_and_named_by_its_channel() -> None:
    assert fix("en", "kf", "48002") == catalogue()["doctor_fix.kf-not-permitted"]["en"]
    assert fix("en", "moment", "48002") != fix("en", "kf", "48002")
    assert fix("zh", "kf", "95001").startswith("等他再说话") and fix("en", "kf", "99999") == ""
    assert answer(1).body == Text("a1")
