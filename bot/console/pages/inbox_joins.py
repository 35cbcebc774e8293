"""One person in several conversations: who may be the same, shown as one, and parted again."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import get_args

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.inbox_list import cast_of
from bot.console.pages.inbox_thread import persona_of
from bot.console.pages.more import done, key_of, path_of, told
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.model import Binding
from bot.library.cast import Cast
from bot.store import conversations, joins, talks
from bot.store.engine import Row, Tx
from bot.store.joins import Candidate, Evidence
from bot.store.talks import Filter


@dataclass(frozen=True, kw_only=True, slots=True)
class Together:
    """What the panel shows of one conversation."""

    rows: Sequence[Row]
    joined: Sequence[Row]
    candidates: Sequence[Candidate]


def together(visit: Visit, tx: Tx, talk: Row) -> Together:
    """What is shown with it, and what may be."""
    rows = joins.rows(tx, joins.of(tx, talk))
    of = _accounts(tx, cast_of(visit), persona_of(visit, talk))
    found = [*joins.candidates(tx, talk, of), *_called(visit, tx, talk, of)]
    return Together(rows=rows, joined=joins.told(tx, [row["id"] for row in rows]),
                    candidates=found)  # fmt: skip


def _called(visit: Visit, tx: Tx, talk: Row, of: Set[Binding]) -> list[Candidate]:
    """Whom staff look for by a name, for they know that it is him."""
    wanted = visit.query("q").strip()
    if not wanted:
        return []
    page = talks.page(tx, visit.now, sorted(of, key=repr), Filter(text=wanted), n=joins.SHOWN)
    ids = [one.conversation for one in page.rows]
    return joins.known(tx, talk, ids, of)


def _accounts(tx: Tx, cast: Cast | None, persona: str) -> set[Binding]:
    """The accounts of a persona that have conversations."""
    if cast is None or not persona:
        return set()
    return {one for one in talks.accounts(tx)
            if cast.persona_of(one.channel, one.account) == persona}  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """A part of the member panel, which asks for it."""
    key = key_of(visit)

    def look(tx: Tx) -> Together | None:
        talk = conversations.get(tx, key)
        return together(visit, tx, talk) if talk is not None else None

    found = await visit.read(look)
    if found is None:
        raise Refused(404, "more.gone")
    return visit.part(
        "inbox_joins_part.html", key=key, path=path_of(key), found=found, q=visit.query("q")
    )


async def join(visit: Visit, key: str) -> web.Response:
    """Shown as one from now on."""
    other, why = visit.typed.get("other", ""), visit.typed.get("evidence", "")
    if why not in get_args(Evidence) or not 0 < len(other) <= 300:
        raise Refused(422, "inbox.odd_form")
    evidence: Evidence = why  # type: ignore[assignment]

    def write(tx: Tx) -> None:
        both = [conversations.get(tx, each) for each in (key, other)]
        personas = {persona_of(visit, row) for row in both if row is not None}
        if len(personas) != 1 or "" in personas:
            raise joins.of_another_persona()
        joins.join(tx, key, other, visit.who.login, visit.now, evidence)

    await visit.write(write)
    return done(visit, key, "joins.joined")


async def part(visit: Visit, key: str) -> web.Response:
    """Alone again."""
    alone = visit.typed.get("other", "") or key
    if not 0 < len(alone) <= 300:
        raise Refused(422, "inbox.odd_form")

    def write(tx: Tx) -> None:
        if alone not in joins.keys(tx, key):
            raise joins.alone_already()
        joins.part(tx, alone, visit.who.login, visit.now)

    await visit.write(write)
    return done(visit, key, "joins.parted")


VERBS = (("join", join), ("part", part))
PAGE = Page(
    routes=(
        Route(method="GET", path="/talks/{id}/together", handler=show, needs=Right.INBOX_SEE),
        *(Route(method="POST", path=f"/talks/{{id}}/{name}", handler=told(verb),
                needs=Right.INBOX_REPLY) for name, verb in VERBS),
    ),
)  # fmt: skip
