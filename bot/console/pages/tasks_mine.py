"""What waits for one's own tap: a page for the phone of an account's owner."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.pages.tasks import DONE_FOR, TOPIC, beside
from bot.console.rights import Access
from bot.console.visit import Visit
from bot.core.clock import DAY
from bot.store import atmosphere, tapdesk
from bot.store.atmosphere import Prompt
from bot.store.engine import Tx
from bot.store.staff import Account


async def show(visit: Visit) -> web.Response:
    """Tasks of the WeCom account that is entered for whoever looks, and of nobody else."""
    account = visit.who.userid or ""
    if not account:
        return await visit.page("tasks_mine.html", desk=None)
    desk = await visit.read(tapdesk.desk, visit.now - DONE_FOR, account)
    prompts = await visit.read(atmosphere.of, visit.now - DAY, account)
    return await visit.page(
        "tasks_mine.html",
        desk=desk,
        prompts=prompts,
        team=colleagues(visit, prompts),
        **beside(visit),
    )


def colleagues(visit: Visit, prompts: Sequence[Prompt]) -> dict[str, list[tuple[str, str]]]:
    """To whom each of these shifts may be handed: userid and name."""
    found = visit.cast.atmospheres if visit.cast is not None else {}
    return {one.shift: [(host.userid, host.name) for host in found[one.circle].team
                        if host.userid != one.userid]
            for one in prompts if one.circle in found}  # fmt: skip


def waiting(tx: Tx, who: Account, now: int) -> int:
    """How many of them wait, and how much there is to do in a shift."""
    if not who.userid:
        return 0
    return tapdesk.waiting(tx, who.userid) + atmosphere.waiting(tx, who.userid)


PAGE = Page(
    routes=(Route(method="GET", path="/tasks/mine", handler=show, needs=Access.SIGNED_IN),),
    entry=Entry(path="/tasks/mine", name="tasks.mine", needs=Access.SIGNED_IN, order=16, key="w",
                count=waiting, topics=(TOPIC, "atmosphere")),
)  # fmt: skip
