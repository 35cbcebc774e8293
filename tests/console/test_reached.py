"""How many members can be reached now, where a lead looks first, and who they are."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from bot.core.clock import DAY, HOUR
from bot.store import people
from bot.store.engine import Tx
from tests.console.desk import hear, said
from tests.scenario.house import run
from tests.scenario.reception import NOW, Answer, Browser, reception

ANA, BEN, CLO = "wmANA000001", "wmBEN000001", "wmCLO000001"
FOUND = r'members\?a=([^"]+)"><b[^>]*>([\d,]+)</b>'


def live(tx: Tx) -> None:
    """Three members; two are friends, one of them of two accounts."""
    people.ensure_members(tx, {ANA: "安娜", BEN: "小本", CLO: "可可"}, NOW - 30 * DAY)
    for member, account in ((ANA, "lin.xi"), (ANA, "chen.yu"), (BEN, "lin.xi")):
        people.befriend(tx, member, account, NOW - 20 * DAY, now=NOW)


def gone(tx: Tx, member: str) -> None:
    people.unfriend(tx, member, "lin.xi", NOW, "member")


def numbers(page: Answer) -> dict[str, int]:
    """By the words behind each number."""
    return {unquote(words): int(n.replace(",", "")) for words, n in re.findall(FOUND, page.text)}


async def listed(browser: Browser, words: str) -> int:
    page = await browser.get(f"/members?a={words}")
    found = re.search(r"([\d,]+) in all", page.text)
    return int(found[1]) if found else 0


def test_the_number_on_the_first_page_drops_when_he_deletes_the_account(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            await desk.store.write(live)
            await hear(desk, said(1, CLO, "在吗", at=NOW - HOUR))
            for page in ("", "/members"):
                assert (await browser.get(page)).said('hx-get="/console/members/reach"')
            home = numbers(await browser.get("/members/reach"))
            assert list(home.values()) == [3, 2, 0, 1]
            for words, n in home.items():
                assert await listed(browser, words) == n
            await desk.store.write(gone, BEN)
            await desk.store.write(gone, ANA)
            assert list(numbers(await browser.get("/members/reach")).values()) == [2, 1, 0, 1]
            async with desk.signed_in("analyst") as other:
                assert not (await other.get()).said("/members/reach")
                assert (await other.get("/members/reach")).status == 403

    run(scenario)
