"""The staff inbox: who waits, what was said, and everything that may be done about it."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import CSP, Entry, Handler, Page, Route
from bot.console.pages import (
    inbox_appeal,
    inbox_compose,
    inbox_lines,
    inbox_list,
    inbox_media,
    inbox_quick,
    inbox_thread,
    inbox_verbs,
)
from bot.console.pages.inbox_list import chosen
from bot.console.pages.inbox_whole import whole
from bot.console.rights import Right, may
from bot.console.visit import Visit
from bot.store import mentions
from bot.store.engine import Tx
from bot.store.staff import Account


async def show(visit: Visit) -> web.Response:
    """The list and, where the address names one, a conversation; for htmx that one alone."""
    choice, key = chosen(visit.request.query), visit.query("c")
    if not key:
        return await whole(visit, choice, {})
    found = await inbox_thread.find(visit, inbox_thread.key_of(visit), visit.query("at"),
                                    named=bool(inbox_thread.pinned(visit)))  # fmt: skip
    given = inbox_thread.context(visit, choice, found)
    if visit.by_htmx:
        return visit.part("inbox_open.html", **given)
    return await whole(visit, choice, given)


def needs(tx: Tx, who: Account, now: int) -> int:
    """What the navigation counts: the queue and, for who replies, what is his."""
    return mentions.needs(tx, who.login, now, answers=may(who.role, Right.INBOX_REPLY))


def looks(path: str, handler: Handler, csp: str = CSP) -> Route:
    """A page, or a part of one, for whoever sees the inbox."""
    return Route(method="GET", path=path, handler=handler, needs=Right.INBOX_SEE, csp=csp)


def does(path: str, handler: Handler, body: int = 0) -> Route:
    """A verb, for whoever replies."""
    return Route(method="POST", path=path, handler=handler, needs=Right.INBOX_REPLY, body=body)


TOPICS = ("inbox", "outbox", "desk")
PAGE = Page(
    routes=(
        looks("/inbox", show),
        looks("/inbox/list", inbox_list.show),
        looks("/inbox/search", inbox_list.hits),
        looks("/inbox/thread", inbox_thread.live),
        looks("/inbox/panel", inbox_thread.beside),
        looks("/inbox/older", inbox_lines.older),
        looks("/inbox/why", inbox_lines.explain),
        looks("/inbox/file", inbox_media.file, inbox_media.CSP),
        looks("/inbox/quick", inbox_quick.show),
        *(does(f"/inbox/{name}", handler) for name, handler in inbox_verbs.VERBS.items()),
        does("/inbox/reply", inbox_compose.reply),
        does("/inbox/lint", inbox_compose.lint),
        does("/inbox/appeal", inbox_appeal.ask),
        Route(method="POST", path="/inbox/appeal/decide", handler=inbox_appeal.decide,
              needs=Right.INBOX_ASSIGN),
        does("/inbox/appeal/withdraw", inbox_appeal.withdraw),
        does("/inbox/draft", inbox_compose.draft),
        does("/inbox/file", inbox_media.send, inbox_media.MOST),
        does("/inbox/quick", inbox_quick.add),
        does("/inbox/quick/{id}/change", inbox_quick.change),
        does("/inbox/quick/{id}/remove", inbox_quick.remove),
    ),
    entry=Entry(path="/inbox", name="inbox.title", needs=Right.INBOX_SEE, order=10, key="i",
                count=needs, topics=("inbox", "desk")),
    topics=dict.fromkeys(TOPICS, Right.INBOX_SEE),
)  # fmt: skip
