"""The list of conversations: what was chosen in the address, and one page of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.console.moods import of_talk
from bot.console.page import BASE
from bot.console.troubles import Notes
from bot.console.visit import Visit
from bot.core.model import Binding
from bot.library.cast import Cast
from bot.persona.mood import moods
from bot.store import mentions, search, talks
from bot.store.engine import Tx
from bot.store.talkline import Talk
from bot.store.talks import Filter, Order, Place

ROWS, HITS, NAMES = 40, 30, 8
SILENT = ("contact", "group", "moment")  # no API reads or writes there
# Chips above the list, and what each narrows it down to.
SHOWN: Mapping[str, Mapping[str, Any]] = {
    "all": {}, "mine": {"mine": True}, "waiting": {"waiting": True},
    "unanswered": {"unanswered": True}, "complaint": {"complaint": True},
    "named": {"named": True}, "snoozed": {"snoozed": True}, "client": {"mode": "client"},
    "blocked": {"blocked": True},
}  # fmt: skip
ORDERS: tuple[Order, ...] = ("needed", "longest", "latest")
_CURSOR = re.compile(r"([0-2])-([0-9]{1,19})~(.{1,200})")
_PLACES = re.compile(r"(?:[0-9]:[0-9]{1,16},?){1,4}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What the address says: filter, persona, account, order, words, page."""

    shown: str = "all"
    persona: str = ""
    account: str = ""
    order: Order = "needed"
    q: str = ""
    after: str = ""

    def query(self, **more: str) -> str:
        """The same choice as a query, without what is as always."""
        own = {"f": "" if self.shown == "all" else self.shown, "p": self.persona,
               "a": self.account, "o": "" if self.order == ORDERS[0] else self.order, "q": self.q,
               "after": self.after}  # fmt: skip
        return urlencode({name: value for name, value in (own | more).items() if value})

    def link(self, path: str = "/inbox", **more: str) -> str:
        """An address of the console with this choice."""
        query = self.query(**more)
        return f"{BASE}{path}?{query}" if query else BASE + path

    def filter(self, login: str) -> Filter:
        """What the store is asked for."""
        marks = dict(SHOWN[self.shown])
        for name in ("mine", "named"):
            if marks.pop(name, False):
                marks[name] = login
        return Filter(**marks, text=self.q)


def chosen(given: Mapping[str, str]) -> Choice:
    """The choice in a query; what is not known there counts for nothing."""
    shown, wish = given.get("f", ""), given.get("o", "")
    order = next((order for order in ORDERS if order == wish), ORDERS[0])
    return Choice(
        shown=shown if shown in SHOWN else "all", persona=given.get("p", "")[:64],
        account=given.get("a", "")[:128], order=order,
        q=given.get("q", "").strip()[:100], after=given.get("after", "")[:220],
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One page of the list, and everything around it."""

    rows: Sequence[Talk]
    more: str
    counts: Mapping[str, int]
    named: set[str]
    accounts: Sequence[tuple[str, str]]
    personas: Sequence[tuple[str, str]]
    silent: bool
    needs: int
    notes: Notes


def names_of(cast: Cast | None) -> dict[str, str]:
    """Personas that serve, with the names that members read."""
    return {} if cast is None else {key: s.persona.name for key, s in cast.scripts.items()}


def bindings(tx: Tx, choice: Choice, cast: Cast | None) -> tuple[list[Binding], list[Binding]]:
    """(the accounts that are chosen, all that have conversations)."""
    every = talks.accounts(tx)
    wanted = [one for one in every if _wanted(one, choice, cast)]
    return wanted, every


def _wanted(one: Binding, choice: Choice, cast: Cast | None) -> bool:
    if choice.account and f"{one.channel}:{one.account}" != choice.account:
        return False
    if not choice.persona:
        return True
    return cast is not None and cast.persona_of(one.channel, one.account) == choice.persona


def listing(visit: Visit, tx: Tx, choice: Choice) -> Listing:
    """One page, with the numbers beside the filters."""
    cast, login = cast_of(visit), visit.who.login
    of, every = bindings(tx, choice, cast)
    page = talks.page(tx, visit.now, of, choice.filter(login), order=choice.order,
                      after=_place(choice), n=NAMES if choice.q else ROWS)  # fmt: skip
    counts, named = talks.counts(tx, visit.now, of, login), mentions.of(tx, login)
    numbers = {name: getattr(counts, name) for name in SHOWN if hasattr(counts, name)}
    return Listing(
        rows=page.rows, more=_cursor(page.more),
        counts=numbers | {"named": len(named)}, named=named, personas=_personas(cast),
        accounts=[(f"{one.channel}:{one.account}", _label(visit, one)) for one in every],
        silent=choice.account.partition(":")[0] in SILENT,
        needs=mentions.needs(tx, login, visit.now), notes=Notes.read(tx, cast, visit.now),
    )  # fmt: skip


def _cursor(place: Place | None) -> str:
    return f"{place.part}-{place.at}~{place.id}" if place is not None else ""


def _place(choice: Choice) -> Place | None:
    """Where a page goes on; from the beginning, when its order has no such part."""
    found = _CURSOR.fullmatch(choice.after)
    if found is None or int(found[1]) >= len(talks.ORDERS[choice.order]):
        return None
    return Place(int(found[1]), int(found[2]), found[3])


def _personas(cast: Cast | None) -> list[tuple[str, str]]:
    return sorted(names_of(cast).items())


def _label(visit: Visit, one: Binding) -> str:
    """Who speaks there, and the account; without a persona the account alone."""
    who = speaker(visit)(one.channel, one.account, "")
    named = visit.place(one.channel, one.account)
    return f"{who} · {named}" if who else named


def cast_of(visit: Visit) -> Cast | None:
    """What is published, or None in the first moments of a process."""
    return visit.cast


def speaker(visit: Visit) -> Callable[[str, str, str], str]:
    """Who speaks through an account, by the name that members read."""
    cast, names = cast_of(visit), names_of(cast_of(visit))

    def name(channel: str, account: str, persona: str) -> str:
        bound = cast.persona_of(channel, account) if cast is not None else None
        return names.get(persona or bound or "", persona)

    return name


async def show(visit: Visit) -> web.Response:
    """The list alone, for a page that is open."""
    choice = chosen(visit.request.query)
    values = await visit.read(lambda tx: listing(visit, tx, choice))
    return visit.part("inbox_list.html", **context(visit, choice, values))


def urgent(one: Talk) -> bool:
    """True when what he said last is pressing, and nobody has settled it yet."""
    open_ = one.unanswered or one.wait is not None or bool(one.holder)
    return open_ and "urgent" in moods(one.heard)


def context(visit: Visit, choice: Choice, values: Listing) -> dict[str, Any]:
    """What the template of the list asks for."""
    return {"choice": choice, "listing": values, "speaker": speaker(visit), "urgent": urgent,
            "feeling": of_talk,
            "shown": tuple(SHOWN), "orders": ORDERS, "here": visit.query("c"),
            "next_page": replace(choice, after=values.more) if values.more else None,
            "first_page": replace(choice, after="") if choice.after else None}  # fmt: skip


async def hits(visit: Visit) -> web.Response:
    """Lines of all conversations that contain some words, newest first."""
    choice = chosen(visit.request.query)
    text = visit.query("from")
    after = None
    if _PLACES.fullmatch(text):
        after = {int(kind): int(line) for kind, line in
                 (part.split(":") for part in text.strip(",").split(","))}  # fmt: skip

    def look(tx: Tx) -> search.Found:
        of = None
        if choice.persona or choice.account:
            of, _ = bindings(tx, choice, cast_of(visit))
        return search.search(tx, choice.q, accounts=of, after=after, n=HITS)

    found = await visit.read(look)
    more = ",".join(f"{kind}:{line}" for kind, line in (found.more or {}).items())
    return visit.part("inbox_hits.html", choice=choice, found=found, more=more,
                      speaker=speaker(visit), kinds=("inbox", "replies", "notes"))  # fmt: skip
