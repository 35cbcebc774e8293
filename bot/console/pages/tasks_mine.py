"""What waits for one's own tap: a page for the phone of an account's owner."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.pages.tasks import DONE_FOR, TOPIC, beside
from bot.console.rights import Access
from bot.console.visit import Visit
from bot.store import tapdesk
from bot.store.engine import Tx
from bot.store.staff import Account


async def show(visit: Visit) -> web.Response:
    """Tasks of the WeCom account that is entered for whoever looks, and of nobody else."""
    account = visit.who.userid or ""
    if not account:
        return await visit.page("tasks_mine.html", desk=None)
    desk = await visit.read(tapdesk.desk, visit.now - DONE_FOR, account)
    return await visit.page("tasks_mine.html", desk=desk, **beside(visit))


def waiting(tx: Tx, who: Account, now: int) -> int:
    """How many of them wait."""
    return tapdesk.waiting(tx, who.userid) if who.userid else 0


PAGE = Page(
    routes=(Route(method="GET", path="/tasks/mine", handler=show, needs=Access.SIGNED_IN),),
    entry=Entry(path="/tasks/mine", name="tasks.mine", needs=Access.SIGNED_IN, order=34, key="w",
                count=waiting, topics=(TOPIC,)),
)  # fmt: skip
