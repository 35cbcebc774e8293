"""What stands around one conversation: who waits too long, keeping somebody out, taking back one's
own words, how it was, and an account that nobody answers for any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.rights import Right
from bot.console.troubles import Note, Notes
from bot.console.visit import Refused, Visit
from bot.core.handoff import ANSWERABLE, Conflict
from bot.store import alarms, blocks, conversations, ratings, takeback, whole
from bot.store.engine import Row, Tx

ALARMS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class More:
    """What one read finds. ``own``: one's own latest words and where; ``notes``: what is the matter
    with the account."""

    talk: Row
    block: Row | None
    ratings: list[Row]
    own: list[tuple[str, takeback.Own]]
    notes: Sequence[Note]

    @property
    def blocks(self) -> bool:
        """True where somebody can be kept out."""
        return self.talk["channel"] in ANSWERABLE and self.talk["mode"] in ("auto", "staff")


async def ringing(visit: Visit) -> web.Response:
    """The alarms that ring now, for the top of the list."""
    found = await visit.read(alarms.standing, visit.now, alarms.SHOWN)
    return await visit.page("inbox_alarm_part.html", alarms=found, shown=ALARMS,
                            worst=any(one.level > alarms.FIRST for one in found),
                            full=len(found) == alarms.SHOWN, names=_names(visit))  # fmt: skip


def _names(visit: Visit) -> dict[str, str]:
    scripts = visit.cast.scripts if visit.cast is not None else {}
    return {key: script.persona.name for key, script in scripts.items()}


async def show(visit: Visit) -> web.Response:
    """The end of the member panel."""
    key = key_of(visit)
    found = await visit.read(lambda tx: _more(visit, tx, key))
    if found is None:
        raise Refused(404, "more.gone")
    return await visit.page(
        "inbox_more_part.html", more=found, key=key, path=path_of(key), path_of=path_of
    )


def _more(visit: Visit, tx: Tx, key: str) -> More | None:
    talk = conversations.get(tx, key)
    if talk is None:
        return None
    return More(talk=talk, block=blocks.of(tx, key), ratings=ratings.of(tx, key),
                own=whole.own(tx, key, visit.who.login, visit.now),
                notes=notes_of(visit, tx).at(talk["channel"], talk["account"]))  # fmt: skip


def notes_of(visit: Visit, tx: Tx) -> Notes:
    """What is the matter with accounts."""
    return Notes.read(tx, visit.cast, visit.now)


def key_of(visit: Visit) -> str:
    """The conversation that the address names. Raises Refused."""
    key = visit.request.match_info["id"]
    if not 0 < len(key) <= 300:
        raise Refused(404, "more.gone")
    return key


def path_of(key: str) -> str:
    """Where its verbs are."""
    return f"/talks/{quote(key, safe='')}"


Verb = Callable[[Visit, str], Awaitable[web.Response]]


def told(verb: Verb) -> Callable[[Visit], Awaitable[web.Response]]:
    """Whoever comes second, or may not, gets a page that says why and shows what he typed."""

    async def handle(visit: Visit) -> web.Response:
        key = key_of(visit)
        try:
            return await verb(visit, key)
        except Conflict as exc:
            raise Refused(409, "more.conflict", said=str(exc)) from None

    return handle


async def block(visit: Visit, key: str) -> web.Response:
    """Keeps him out."""
    stopped = await visit.write(whole.block, key, visit.who.login, visit.now,
                                visit.typed.get("reason", ""))  # fmt: skip
    return done(visit, key, "more.blocked", n=stopped)


async def unblock(visit: Visit, key: str) -> web.Response:
    """Lets him in again."""
    typed = visit.typed
    await visit.write(whole.unblock, key, visit.who.login, visit.now, typed.get("reason", ""),
                      promo=bool(typed.get("promo")))  # fmt: skip
    return done(visit, key, "more.unblocked")


async def recall(visit: Visit, key: str) -> web.Response:
    """Takes back one's own words."""
    number = visit.typed_number("outbox")
    if number is None:
        raise Refused(404, "more.gone")
    way = await visit.write(takeback.take_back, key, number, visit.who.login, visit.now)
    if way == "recall":
        visit.console.bells.ring("outbox.reply")
    return done(visit, key, f"more.taken_{way}")


def done(visit: Visit, key: str, words: str, **values: Any) -> web.Response:
    """Everybody's pages look again. Back to where he was: the conversation, or the page he came
    from."""
    visit.console.bells.ring("inbox")
    came = visit.back()
    inbox = not came or came.startswith(("/inbox", "/talks"))
    return visit.go(f"/inbox?c={quote(key, safe='')}" if inbox else came, "good", words, **values)


SEE, REPLY, ASSIGN = Right.INBOX_SEE, Right.INBOX_REPLY, Right.INBOX_ASSIGN
VERBS = (("block", block, REPLY), ("unblock", unblock, ASSIGN), ("recall", recall, REPLY))
PAGE = Page(
    routes=(
        Route(method="GET", path="/alarms", handler=ringing, needs=SEE),
        Route(method="GET", path="/talks/{id}/more", handler=show, needs=SEE),
        *(Route(method="POST", path=f"/talks/{{id}}/{name}", handler=told(verb), needs=needs)
          for name, verb, needs in VERBS),
    ),
)  # fmt: skip
