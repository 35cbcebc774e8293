"""The pages of value over real HTTP, with the arithmetic of the article: somebody won for 60 who
orders for 120 is worth 60, and with 220 three months later 280. It is 2026-09-21 in Shanghai."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.console.pages import value
from bot.core.audience import Everybody
from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.members.journey import Signs
from bot.members.orders import Report
from bot.members.terms import Terms
from bot.store import categories, codes, events, orders, people, terms
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, reception

SCRIPT, SAFE = "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"
TEA = {"name": "茶", "dear": 0, "seldom": 0, "signs": Signs()}


def come(tx: Tx, member: str, name: str, at: int, cost: int | None, code: str = "") -> None:
    people.ensure_member(tx, member, at, name)
    tx.run(Composed("UPDATE member SET acquisition_cost = :cost WHERE id = :id"), id=member,
           cost=cost)  # fmt: skip
    people.befriend(tx, member, "lin.xi", at, code)


def order(tx: Tx, id: str, member: str, at: int, amount: int) -> None:
    told = Report(order=id, member=member, at=at, amount=amount, category="茶")
    orders.take(tx, [told], "csv", NOW)


def begin(tx: Tx) -> None:
    """The member of the article, who is a KOC since he came."""
    terms.adopt(tx, Terms(rate=1_000), NOW - 300 * DAY)
    categories.settle(tx, [TEA])
    tx.run("circle_put", id="tea", title="半盏茶友")
    came = NOW - 200 * DAY
    come(tx, "wmA", "阿宁", came, 6_000)
    events.record(tx, [Event(kind=Happened.ROLE, at=came, member="wmA", which="koc",
                             dedupe="koc")], came)  # fmt: skip
    order(tx, "o1", "wmA", came + 5 * DAY, 12_000)
    order(tx, "o2", "wmA", came + 95 * DAY, 22_000)


def later(tx: Tx) -> None:
    """He brings somebody who orders for 50, names his own code, and somebody costs and buys
    nothing."""
    code = codes.of(tx, ["wmA"])[0].code
    come(tx, "wmB", SCRIPT, NOW - 5 * DAY, None, code)
    order(tx, "o3", "wmB", NOW - 4 * DAY, 5_000)
    come(tx, "wmC", "小周", NOW - 10 * DAY, 6_000)
    people.befriend(tx, "wmA", "chen.mo", NOW - DAY, code)


def said_well(tx: Tx) -> None:
    """He passes on a page, praises the tea, and then says that it is bitter."""
    events.record(tx, [
        Event(kind=kind, at=NOW - DAY, member="wmA", dedupe=f"word{n}", which=which, amount=mood)
        for n, (kind, which, mood) in enumerate([
            (Happened.SHARED, "茶", 0), (Happened.FEEDBACK, "浓淡", 1),
            (Happened.FEEDBACK, "浓淡", -1)])], NOW)  # fmt: skip


def given_back(tx: Tx) -> None:
    """The second order of the article's member comes back."""
    told = Report(order="o2", member="wmA", at=NOW - 105 * DAY, amount=22_000, category="茶",
                  state="refunded", said_at=NOW)  # fmt: skip
    orders.take(tx, [told], "csv", NOW)


def factors(text: str) -> list[str]:
    section = text.partition('<section class="factors"')[2].partition("</section>")[0]
    return re.findall(r'<b class="big num">([^<]+)</b>', section)


def tiles(text: str) -> list[str]:
    return re.findall(r'<b class="big num">([^<]+)</b>', text)


def cells(text: str, table: str) -> list[list[str]]:
    """The body of a table as words."""
    body = text.partition(f'<table id="{table}">')[2].partition("</table>")[0]
    body = body.partition("<tbody>")[2].partition("</tbody>")[0]
    body = body.replace("<br>", "|")
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in body.split("</tr>")[:-1]]  # fmt: skip


async def file(browser: Browser, path: str) -> list[list[str]]:
    answer = await browser.get(path)
    assert answer.status == 200 and SCRIPT not in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_articles_arithmetic_and_the_rows_that_add_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value, "SHOWN", 2)

    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("brand") as browser:
            await desk.publish()
            assert (await browser.get("/value")).said("No members in these days")
            await desk.store.write(begin)
            early = await browser.get("/value?since=2026-03-01&until=2026-04-30")
            assert factors(early.text) == ["1", "60.00", "1.0000", "60.00"]
            assert factors((await browser.get("/value")).text) == ["1", "280.00", "1.0000", "280.00"]  # fmt: skip
            await desk.store.write(later)
            page = await browser.get("/value")
            assert factors(page.text) == ["3", "90.00", "1.5000", "405.00"]
            assert page.said("1 at the start · 1 came alone · 1 invited")
            for of in ("persona:tester", "account:lin.xi"):
                assert factors((await browser.get(f"/value?of={of}")).text) == factors(page.text)
            assert (await browser.get("/value?of=circle:tea")).said("No members in these days")
            seen, path = list[list[str]](), "/value/rows?part="
            while path:
                page = await browser.get(path)
                assert SCRIPT not in page.text and page.said("3 members, 270.00 yuan in all")
                seen += cells(page.text, "rows")
                more = re.search(r'href="/console([^"]+)" rel="next"', page.text)
                path = more[1].replace("&amp;", "&") if more else ""
            assert [row[0] for row in seen] == ["阿宁|wmA", f"{SAFE}|wmB", "小周|wmC"]
            assert sum(Decimal(row[-1]) for row in seen) == 270
            assert [row[2:4] for row in seen] == [["At the start", ""], ["Invited", "阿宁"],
                                                  ["Came alone", ""]]  # fmt: skip
            rows = await file(browser, "/value/rows.csv")
            assert [row[-1] for row in rows] == ["LTV", "280.00", "50.00", "-60.00"]
            invited = cells((await browser.get("/value/rows?part=invited")).text, "rows")
            assert [row[0] for row in invited] == [f"{SAFE}|wmB"]
            for odd in ("since=x", "since=2026-09-02&until=2026-09-01", "of=persona:no", "of=%00"):
                assert 'class="note bad"' in (await browser.get(f"/value?{odd}")).text, odd

    run(scenario)


def test_cohorts_groups_and_journeys_with_who_is_in_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            assert (await browser.get("/value/buyers")).said("Nobody here")
            await desk.store.write(begin)
            await desk.store.write(later)
            page = await browser.get("/value/buyers")
            assert tiles(page.text) == ["3", "2", "50.0%", "90 days"]
            assert cells(page.text, "cohorts") == [
                ["2026-09", "2", "1", "50.0%", "30.00", *3 * ["-5.00 (so far)"]],
                ["2026-03", "1", "1", "100.0%", "60.00", "60.00", "60.00", "280.00"],
            ]
            groups = {row[0]: row[4] for row in cells(page.text, "groups")}
            assert groups.pop("Slipping, big") == "1" and groups.pop("New") == "1"
            assert set(groups.values()) == {"0"} and len(groups) == 6
            (journey,) = cells(page.text, "journey")
            assert journey == ["茶", *3 * ["2 (0)"], "2 (1)", "1 (0)", "1 (1)"]
            assert page.text.count("<svg") == 2
            assert cells(page.text, "back")[3] == ["90 days", "1", "0", "0.0%"]
            assert cells(page.text, "back")[4] == ["180 days", "1", "1", "100.0%"]
            assert page.said("90 days 0.0%, 180 days 100.0%")
            shades = re.findall(r'<td class="num (shade-[^"]+)">([^<]+)', page.text)
            assert shades == [
                *3 * [("shade-under young", "-5.00 (so far)")],
                ("shade-2", "60.00"),
                ("shade-2", "60.00"),
                ("shade-5", "280.00"),
            ]
            for query, who in (("month=2026-09", ["wmB", "wmC"]), ("buyers=2", ["wmA"]),
                               ("group=一般发展", ["wmB"]), ("month=2026-01", []),
                               ("within=180", ["wmA"]), ("within=90", []),
                               ("ripe=90", ["wmA"])):  # fmt: skip
                behind = await browser.get(f"/value/buyers/rows?{query}")
                assert [row[0].rpartition("|")[2] for row in cells(behind.text, "rows")] == who
                saved = await file(browser, f"/value/buyers/rows.csv?{query}")
                assert [row[0] for row in saved[1:]] == who
            await desk.publish()
            page = await browser.get("/value/buyers?of=account:lin.xi")
            to = re.search(r'class="as" href="/console([^"]+)"[^>]+“New”', page.text)
            assert to is not None
            words = parse_qs(urlsplit(to[1]).query)["a"]
            assert words == ["rfm:一般发展 AND account:lin.xi"]
            listed = await browser.get(to[1].replace("/segments", "/members"))
            assert listed.said("wmB") and not listed.said("wmA") and not listed.said("wmC")
            opened = await browser.get(to[1])
            opened = await browser.get(opened.location.removeprefix("/console"))
            assert opened.status == 200 and opened.said('name="csrf"')
            assert opened.said("一般发展") and opened.said("lin.xi")
            page = await browser.get("/value/buyers")
            stage = await browser.get("/value/stage?category=茶&stage=rebought")
            assert [[row[0], *row[2:]] for row in cells(stage.text, "rows")] == [
                ["阿宁|wmA", "Bought", "ordered o2, 220.00"]]  # fmt: skip
            assert "backs" not in page.text.partition("<h1>")[2]
            await desk.store.write(given_back)
            page = await browser.get("/value/buyers")
            assert cells(page.text, "backs") == [["茶", "Bought again", "Bought", "1"]]
            moved = page.text.partition('<table id="backs">')[2].partition('href="/console')[2]
            stage = await browser.get(moved.partition('"')[0].replace("&amp;", "&"))
            (row,) = cells(stage.text, "rows")
            assert row[0] == "阿宁|wmA" and row[2] == "Bought again (back)" and "220.00" in row[3]
            saved = await file(browser, "/value/stage.csv?category=茶&stage=bought&was=rebought")
            assert saved[1][:2] == ["wmA", "阿宁"] and saved[1][3:] == row[2:]
            saved = await file(browser, "/value/buyers.csv?table=cohorts")
            assert saved[2][-3:] == ["60.00", "60.00", "yes"] and saved[1][-1] == "no"
            for table, rows in (("groups", 9), ("journey", 7), ("back", 7), ("backs", 2)):
                assert len(await file(browser, f"/value/buyers.csv?table={table}")) == rows
            for odd in ("/value/buyers.csv?table=x", "/value/buyers/rows?buyers=x",
                        "/value/buyers/rows?within=31"):  # fmt: skip
                assert (await browser.get(odd)).status == 404

    run(scenario)


def test_who_brought_whom_what_was_refused_and_what_is_earned(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            assert (await browser.get("/value/invites")).said("Nobody was invited")
            assert (await browser.get("/value/koc")).said("No KOCs yet")
            await desk.store.write(begin)
            await desk.store.write(later)
            page = await browser.get("/value/invites")
            assert cells(page.text, "top") == [["阿宁|wmA", "1", "1", "1", "1"]]
            await desk.store.write(said_well)
            page = await browser.get("/value/invites")
            assert cells(page.text, "word") == [["阿宁|wmA", "1", "1", "1"]]
            (refused,) = cells(page.text, "refused")
            assert refused[0] == "阿宁|wmA" and refused[4:] == ["His own code", "wmA"]
            assert (await browser.get("/value/invites?why=loop")).said("Nothing was refused")
            koc = cells((await browser.get("/value/koc")).text, "koc")
            assert koc == [["阿宁|wmA", "1", "1", "50.00", "5.00", "5.00", "0.00", "0.00"]]
            assert (await file(browser, "/value/koc.csv"))[1] == ["wmA", "阿宁", *koc[0][1:]]
            for table in ("top", "word", "refused"):
                rows = await file(browser, f"/value/invites.csv?table={table}")
                assert len(rows) == 2 and "wmA" in rows[1]
            assert (await browser.get("/value/invites.csv?table=x")).status == 404
            desk.clock.advance(20 * DAY)
            await browser.sign_in("owner")
            koc = cells((await browser.get("/value/koc")).text, "koc")
            assert koc[0][-4:] == ["5.00", "0.00", "5.00", "0.00"]

    run(scenario)


def test_what_takes_long_is_reckoned_seldom(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            reckoned, read = desk.console.reckoned, desk.store.read
            took = 0

            async def slowly(*a: Any, **k: Any) -> Any:
                desk.clock.advance(took)
                return await read(*a, **k)

            desk.store.read = slowly  # type: ignore[method-assign]
            assert (await reckoned.of(Everybody())).together.members == 0
            await desk.store.write(begin)
            took = 1_000
            assert (await reckoned.of(Everybody())).together.members == 1
            await desk.store.write(later)
            first, second = await asyncio.gather(*(reckoned.of(Everybody()) for _ in range(2)))
            assert first is second and first.together.members == 1
            desk.clock.advance(19_000)
            assert (await reckoned.of(Everybody())).together.members == 3

    run(scenario)
