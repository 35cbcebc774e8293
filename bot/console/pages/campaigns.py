"""All campaigns: in what phase each is, what it waits for, how many it has reached."""

from __future__ import annotations

from aiohttp import web

from bot.console.campaigning import note_words, ordered, waits_for
from bot.console.page import Entry, Page, Route
from bot.console.pages.campaign_read import KIND, everything, names_of
from bot.console.rights import Right, may
from bot.console.visit import Visit
from bot.store import review
from bot.store.engine import Tx
from bot.store.staff import Account


async def show(visit: Visit) -> web.Response:
    """The list, what needs somebody first."""
    rows = ordered(await visit.read(everything, visit))
    return await visit.page(
        "campaigns.html", rows=rows, waits=lambda one: waits_for(one, visit.now),
        noted=lambda note: note_words(visit.lang, note), names=names_of(visit.cast),
        edits=visit.may(Right.CONTENT_EDIT),
    )  # fmt: skip


def waiting(tx: Tx, who: Account, now: int) -> int:
    """How many drafts wait for a look of this person."""
    if not may(who.role, Right.CONTENT_APPROVE):
        return 0
    return sum(one.kind == KIND and one.author != who.login for one in review.waiting(tx))


SEE = Right.PLAN_SEE
PAGE = Page(
    routes=(Route(method="GET", path="/campaigns", handler=show, needs=SEE),),
    entry=Entry(path="/campaigns", name="campaigns.title", needs=SEE, order=37, key="b",
                count=waiting, topics=("library",)),
    topics={"campaigns": SEE, "ledger": SEE},
)  # fmt: skip
