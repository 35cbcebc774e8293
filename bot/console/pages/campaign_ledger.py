"""The ledger of a run: everybody it was for and what became of him, as pages or as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.console.campaigning import Told, code_words
from bot.console.cells import BOM, lines
from bot.console.page import BASE, Page, Route
from bot.console.pages import campaign_read
from bot.console.pages.campaign_one import at, name_of
from bot.console.rights import Right
from bot.console.visit import Visit, whole
from bot.console.when import stamp
from bot.store import people, recipients
from bot.store.campaigns import Run
from bot.store.engine import Row, Tx

ROWS, FILE_PAGE, FILE_MAX = 100, 2_000, 50_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which rows of which run are wanted."""

    name: str
    run: Run
    state: str
    account: str

    def link(self, path: str = "/ledger", **more: str) -> str:
        """An address with the same filter."""
        given = {"run": str(self.run.id), "state": self.state, "account": self.account} | more
        query = urlencode({key: value for key, value in given.items() if value})
        return f"{BASE}{at(self.name, path)}?{query}"


def _asked(visit: Visit, told: Told) -> Asked | None:
    number = whole(visit.query("run"))
    run = next((one for one in told.runs if one.id == number), told.run)
    if run is None:
        return None
    return Asked(name=told.name, run=run, state=visit.query("state"),
                 account=visit.query("account"))  # fmt: skip


def _page(tx: Tx, wanted: Asked, after: str, n: int) -> tuple[Sequence[Row], Mapping[str, str]]:
    rows = recipients.page(tx, wanted.run.id, after, n, wanted.state or None,
                           wanted.account or None)  # fmt: skip
    return rows, people.names_of(tx, [row["member"] for row in rows])


async def show(visit: Visit) -> web.Response:
    """One page of it."""
    after = visit.query("after")

    told = await visit.read(campaign_read.one, visit, name_of(visit))
    wanted = _asked(visit, told)
    if wanted is None:
        return visit.go(at(told.name), "wait", "campaigns.no_run")
    rows, names = await visit.read(_page, wanted, after, ROWS + 1)
    counts = await visit.read(recipients.by_state, wanted.run.id)
    more, rows = len(rows) > ROWS, rows[:ROWS]
    accounts = visit.cast.accounts_of(wanted.run.persona, "contact") if visit.cast else ()
    return await visit.page(
        "campaign_ledger.html", it=told, wanted=wanted, rows=rows, people=names, counts=counts,
        accounts=sorted(accounts), why=lambda code: code_words(visit.lang, code),
        older=wanted.link(after=rows[-1]["member"]) if more else "",
        newest=wanted.link() if after else "", file=wanted.link("/ledger.csv"), most=FILE_MAX,
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The same as a file, at most FILE_MAX rows."""
    told = await visit.read(campaign_read.one, visit, name_of(visit))
    wanted, after, rows = _asked(visit, told), "", list[Row]()
    if wanted is None:
        return visit.go(at(told.name), "wait", "campaigns.no_run")
    names: dict[str, str] = {}
    while len(rows) < FILE_MAX:
        page, called = await visit.read(_page, wanted, after, FILE_PAGE)
        rows += page
        names |= called
        if len(page) < FILE_PAGE:
            break
        after = page[-1]["member"]
    zone = visit.console.config.timezone
    head = [visit.t(f"campaign_ledger.{key}") for key in ("member", "name", "state", "why",
                                                           "channel", "account", "at")]  # fmt: skip

    def written() -> str:
        cells = ([row["member"], names.get(row["member"], ""), visit.t(f"ledger.{row['state']}"),
                  code_words(visit.lang, row["code"]) if row["code"] else "", row["channel"],
                  row["account"], stamp(row["at"], zone)] for row in rows[:FILE_MAX])  # fmt: skip
        return BOM + lines([head, *cells])

    return visit.csv(f"{told.name}.csv", await asyncio.to_thread(written))


SEE = Right.PLAN_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/campaigns/{id}/ledger", handler=show, needs=SEE),
    Route(method="GET", path="/campaigns/{id}/ledger.csv", handler=save, needs=SEE),
))  # fmt: skip
