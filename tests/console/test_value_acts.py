"""What staff do on the pages of value: commissions settled and declared void exactly once, codes
made and ended, and the forest of invitations opened level by level."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.console.pages import value_codes, value_koc_one, value_tree
from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.store import audit, codes, events
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.console.test_value import SAFE, SCRIPT, begin, cells, come, file, later, order
from tests.scenario.house import run
from tests.scenario.reception import NOW, Reception, reception

DUE = 20 * DAY


async def open_house(desk: Reception) -> None:
    """wmA is a KOC; wmB came by her and ordered twice, for 50.00 and 20.00; both are due."""
    await desk.store.write(begin)
    await desk.store.write(later)
    await desk.store.write(order, "o4", "wmB", NOW - 3 * DAY, 2_000)
    desk.clock.advance(DUE)


def test_of_two_who_settle_one_does_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await open_house(desk)
            async with (
                desk.signed_in("owner") as one, desk.signed_in("lead") as two,
                desk.signed_in("brand") as brand,
            ):  # fmt: skip
                pages = [await one.get("/value/koc"), await two.get("/value/koc/one?m=wmA")]
                assert pages[0].said("1 KOCs: 2 orders are past the time for returns, ¥7.00")
                assert pages[1].said("Settle 2 orders, ¥7.00")
                seen = await brand.get("/value/koc/one?m=wmA")
                assert (
                    seen.said("¥7.00") and not seen.said('value="Settle') and not seen.said("Void…")
                )
                assert (await brand.post("/value/koc/settle", m="wmA")).status == 403
                forms = [page.form("/value/koc/settle") for page in pages]
                done = await asyncio.gather(one.post("/value/koc/settle", **forms[0]),
                                            two.post("/value/koc/settle", **forms[1]))  # fmt: skip
                said = [(await one.get(done[0].location.removeprefix("/console"))),
                        (await two.get(done[1].location.removeprefix("/console")))]  # fmt: skip
                assert sorted("2 orders settled, ¥7.00" in page.text for page in said) == [
                    False,
                    True,
                ]
                assert sum(page.said("Nothing was settled") for page in said) == 1
                again = await one.post("/value/koc/settle", **forms[0])
                assert (await one.get(again.location.removeprefix("/console"))).said("Nothing was")
            acts = await desk.store.read(lambda tx: tx.rows(Composed(
                "SELECT act, cents FROM commission_act WHERE commission IN ('o3', 'o4')"
                " ORDER BY commission, id")))  # fmt: skip
            assert [(row["act"], row["cents"]) for row in acts] == [
                ("settle", 500),
                ("settle", 200),
            ]
            trail = await desk.store.read(audit.history, "koc", "wmA")
            assert [row["after"] for row in trail] == ["700 / 2"]

    run(scenario)


def test_a_refund_between_looking_and_pressing_is_not_paid(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await open_house(desk)
            async with desk.signed_in("lead") as browser:
                form = (await browser.get("/value/koc")).form("/value/koc/settle")
                void = (await browser.get("/value/koc/void?order=o4")).form("/value/koc/void")
                back = Event(kind=Happened.REFUNDED, at=NOW, dedupe="back", member="wmB", place="o4",
                             amount=1_000)  # fmt: skip
                await desk.store.write(events.record, [back], NOW)
                await browser.post("/value/koc/settle", **form)
                assert (await browser.get("/value/koc")).said("Nothing was settled")
                await browser.post("/value/koc/void", **void | {"reason": "x"})
                page = await browser.get("/value/koc/one?m=wmA")
                assert page.said("Not voided") and page.said("Settle 2 orders, ¥6.00")

    run(scenario)


def test_void_takes_back_what_was_settled_and_the_statement_says_so(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await open_house(desk)
            async with desk.signed_in("owner") as browser:
                form = (await browser.get("/value/koc/one?m=wmA")).form("/value/koc/settle")
                await browser.post("/value/koc/settle", **form | {"reason": "九月"})
                page = await browser.get("/value/koc/void?order=o3")
                assert page.said("The ¥5.00 that were settled are taken back")
                form = page.form("/value/koc/void")
                await browser.post("/value/koc/void", **form | {"reason": " "})
                assert (await browser.get("/value/koc")).said("Write why")
                await browser.post("/value/koc/void", **form | {"reason": "自买自卖"})
                page = await browser.get("/value/koc/one?m=wmA")
                assert page.said("¥5.00 are taken back") and page.said(
                    "¥5.00 too much were settled"
                )
                rows = {row[0]: row for row in cells(page.text, "ledger")}
                assert rows["o3"][4] == "Owed" and rows["o3"][-1] == ""
                assert rows["o4"][4:] == ["Settled", "20.00", "2.00", "2.00", "Void…"]
                assert cells(page.text, "batches")[0][1:] == ["owner", "九月", "2", "7.00"]
                again = await browser.get("/value/koc/void?order=o3")
                assert again.status == 303 and again.location.endswith("/value/koc/one?m=wmA")
                october = await file(browser, "/value/koc/statement.csv?m=wmA&month=2026-10")
                told = [(row[1], row[2], row[6]) for row in october[1:-1]]
                assert told == [("Settled", "o3", "5.00"), ("Void", "o3", "0.00"),
                                ("Settled", "o4", "2.00")]  # fmt: skip
                assert october[-1][5:7] == ["0.00", "7.00"]
                september = await file(browser, "/value/koc/statement.csv?m=wmA&month=2026-09")
                assert [row[2:6] for row in september[1:-1]] == [
                    ["o3", "茶", "50.00", "0.00"], ["o4", "茶", "20.00", "2.00"]]  # fmt: skip
                assert september[-1][5] == "2.00"
                saved = await file(browser, "/value/koc/one.csv?m=wmA")
                assert [row[0] for row in saved[1:]] == ["o4", "o3"]
                odd = "/value/koc/statement.csv?m=wmA&month=2026-13"
                assert (await browser.get(odd)).status == 404
                for path in ("/value/koc/one?m=no", "/value/koc/void?order=no"):
                    assert (await browser.get(path)).location == "/console/value/koc"

    run(scenario)


def test_orders_of_a_koc_come_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value_koc_one, "SHOWN", 1)

    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await open_house(desk)
            async with desk.signed_in("brand") as browser:
                page = await browser.get("/value/koc/one?m=wmA")
                more = page.text.partition('" rel="next"')[0].rpartition('href="/console')[2]
                rest = await browser.get(more.replace("&amp;", "&"))
                found = [cells(one.text, "ledger")[0][0] for one in (page, rest)]
                assert found == ["o4", "o3"] and 'rel="next"' not in rest.text

    run(scenario)


def test_codes_are_made_once_told_of_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_codes, "SHOWN", 2)

    def spring(tx: Tx, code: str) -> None:
        come(tx, "wmD", "小丁", NOW + DUE, None, code)
        order(tx, "o9", "wmD", NOW + DUE, 3_000)

    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await open_house(desk)
            async with desk.signed_in("lead") as browser:
                for bad, why in (({}, "name a member"), ({"m": "no"}, "no member no"),
                                 ({"m": "wmA", "until": "x"}, "write the day")):  # fmt: skip
                    await browser.post("/value/codes/make", **bad)
                    assert (await browser.get("/value/codes")).said(why)
                for _ in range(2):
                    await browser.post("/value/codes/make", m="wmC", campaign="spring")
                (mine,) = await desk.store.read(codes.of, ["wmC"])
                assert (await browser.get("/value/codes")).said(mine.code)
                await desk.store.write(spring, mine.code)
                page = await browser.get("/value/codes")
                assert cells(page.text, "campaigns") == [["spring", "1", "1", "1", "0", "30.00"]]
                page = await browser.get("/value/codes?campaign=spring")
                (row,) = cells(page.text, "codes")
                assert row[:3] == [mine.code, "小周|wmC", "campaign spring"]
                assert row[5:] == ["1", "1", "0", "30.00", "End…"]
                hers = cells((await browser.get("/value/codes?m=wmA")).text, "codes")
                assert hers[0][5:9] == ["2", "1", "1", "70.00"]
                rows = await file(browser, "/value/codes.csv?campaign=spring")
                assert rows[1][:3] == [mine.code, "wmC", "小周"] and len(rows) == 2
                assert (await file(browser, "/value/codes.csv?table=campaigns"))[1][0] == "spring"
                page = await browser.get(f"/value/codes/end?code={mine.code}")
                assert page.said("the 1 who came still count")
                form = page.form("/value/codes/end")
                for why in ("has ended", "ended already"):
                    await browser.post("/value/codes/end", **form)
                    assert (await browser.get("/value/codes")).said(why)
                await browser.post("/value/codes/make", m="wmC", campaign="spring")
                assert (await browser.get("/value/codes")).said("there will be no other")

    run(scenario)


def test_who_buys_for_whom_is_said_once_and_ended(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await open_house(desk)
            async with desk.signed_in("service") as browser:
                page = await browser.get("/members/one?m=wmA")
                assert page.said("/console/members/kin?m=wmA") and not page.said("/value/tree?m=")
                page = await browser.get("/members/kin?m=wmA")
                form = page.form("/members/kin") | {"how": "household", "category": "茶"}
                for other, told in (("no", "no member no"), ("wmA", "same person"),
                                    ("wmB", "Linked."), ("wmB", "already")):  # fmt: skip
                    await browser.post("/members/kin", **form | {"other": other})
                    assert (await browser.get("/members/kin?m=wmA")).said(told), other
                page = await browser.get("/members/kin?m=wmB")
                assert page.said("Who buys for him") and page.said("Household") and page.said("茶")
                ending = page.text.rpartition("<h2>Who buys for him")[2]
                fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', ending))
                gone = await browser.post("/members/kin", **fields)
                assert gone.location == "/console/members/kin?m=wmB"
                assert not (await browser.get("/members/kin?m=wmB")).said("Who buys for him")
                trail = await desk.store.read(audit.history, "member", "wmA")
                assert [row["event"] for row in trail if "link" in row["event"]] == [
                    "linked", "unlinked"]  # fmt: skip
                assert (await browser.get("/members/kin?m=no")).status == 404

    run(scenario)


def forest(tx: Tx) -> None:
    """wmA brought wmB, who brought three, the first of whom brought one."""
    code = codes.make(tx, codes.Purpose(owner="wmB"), NOW - 4 * DAY).code
    for n in range(3):
        come(tx, f"wmX{n}", f"朋友{n}", NOW - 3 * DAY + n, None, code)
    come(tx, "wmY", "远友", NOW - DAY, None,
         codes.make(tx, codes.Purpose(owner="wmX0"), NOW - 2 * DAY).code)  # fmt: skip
    people_of_old = Event(kind=Happened.INVITED, at=NOW, dedupe="late", member="wmC", which=code)
    events.record(tx, [people_of_old], NOW)


def test_the_forest_opens_level_by_level_and_says_what_was_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_tree, "SHOWN", 2)

    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await open_house(desk)
            await desk.store.write(forest)
            async with desk.signed_in("brand") as browser:
                roots = await browser.get("/value/tree")
                assert roots.said("阿宁") and roots.said("invited 1") and not roots.said("朋友0")
                assert (await browser.get("/value/tree?q=远友")).said("m=wmY")
                top = await browser.get("/value/tree?m=wmA")
                assert top.said(
                    "Invited 1; 5 in all below, 3 levels; together they bought for ¥70.00"
                )
                assert top.said(SAFE) and SCRIPT not in top.text
                assert top.said("His own code") and top.said("bought for ¥70.00")
                live = {"HX-Request": "true"}
                level = await browser.get("/value/tree/below?m=wmB", headers=live)
                assert level.text.count("<li data-row") == 2 and "<html" not in level.text
                assert level.said("invited 1, 1 below")
                more = level.text.rpartition('hx-get="/console')[2].partition('"')[0]
                rest = await browser.get(more.replace("&amp;", "&"), headers=live)
                assert rest.said("朋友2") and rest.text.count("<li") == 1
                plain = await browser.get(more.replace("&amp;", "&"))
                assert plain.location.startswith("/console/value/tree?")
                deep = await browser.get("/value/tree?m=wmY")
                way = deep.text.partition('<ol class="way">')[2].partition("</ol>")[0]
                at = [way.index(name) for name in ("阿宁", "m=wmB", "朋友0", "wmY")]
                assert at == sorted(at) and deep.said("He has invited nobody yet")
                assert (await browser.get("/value/tree?m=wmB")).said("A member already")
                gone = await browser.get("/value/tree?m=no")
                assert gone.location == "/console/value/tree"

    run(scenario)
