"""Who commented on a moment and nobody has answered yet, with how long it is."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.member_one import at
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.core.clock import DAY
from bot.store import comments

SINCE = 30 * DAY  # what is older is left
SHOWN = 100


async def show(visit: Visit) -> web.Response:
    """The list, the longest wait first."""
    found = await visit.read(comments.unanswered, visit.now - SINCE, SHOWN + 1)
    return await visit.page("member_comments.html", found=found[:SHOWN], shown=SHOWN, link=at,
                            more=len(found) > SHOWN, days=SINCE // DAY,
                            edits=visit.may(Right.MEMBERS_EDIT))  # fmt: skip


async def answered(visit: Visit) -> web.Response:
    """A colleague has answered in his client."""
    member, account, moment = (visit.typed.get(name, "") for name in ("m", "account", "moment"))
    done = await visit.write(comments.answered, member, account, moment, visit.who.login, visit.now)
    return visit.go("/members/comments", "good" if done else "wait",
                    "comments.done" if done else "comments.was_done")  # fmt: skip


PAGE = Page(routes=(
    Route(method="GET", path="/members/comments", handler=show, needs=Right.MEMBERS_SEE),
    Route(method="POST", path="/members/comments", handler=answered, needs=Right.MEMBERS_EDIT),
))  # fmt: skip
