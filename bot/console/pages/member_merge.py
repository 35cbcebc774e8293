"""Two who may be one person: found, looked at side by side, made one with a reason, and parted
again exactly as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.console.page import BASE, Page, Route
from bot.console.pages.inbox_thread import window_of
from bot.console.pages.member_one import at
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.core.knowing import NAME_MAX
from bot.members.portrait import Fact
from bot.store import doubles, facts, foretold, history, lookups, merging, people, persons, whois
from bot.store.doubles import Double
from bot.store.engine import Row, Tx
from bot.store.foretold import Parting
from bot.store.merging import Evidence, MergeRefused
from bot.store.outbox import KfWindow

SHOWN, WORDS, WHY_MAX = 50, 3, 200
PHONE_BEGIN = -(1 << 62)


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of the two: ``known`` as ``whois.of`` tells it, the facts that count, his last words, and
    what would go over if he became the other."""

    known: Mapping[str, Any]
    facts: Mapping[str, Fact]
    words: Sequence[str]
    goes: Row

    @property
    def id(self) -> str:
        """The id by which he goes."""
        return str(self.known["id"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Both, why they may be one, which stays by rights, and a mark of who they were when somebody
    looked: whoever decides on an old page is asked again."""

    one: Side
    other: Side
    why: Double | None
    stays: str
    seen: str

    @property
    def names(self) -> list[str]:
        """The facts that either has, those of both first."""
        both = self.one.facts.keys() & self.other.facts.keys()
        return [*sorted(both), *sorted((self.one.facts.keys() | self.other.facts.keys()) - both)]


async def show(visit: Visit) -> web.Response:
    """Who may be one person, all over: the same union id first, then the same telephone."""
    first, second = visit.query("one"), visit.query("other")
    mark = int(visit.query("mark") or PHONE_BEGIN) if _number(visit.query("mark")) else PHONE_BEGIN
    found = await visit.read(_listed, (first, second), mark, bool(visit.query("mark")))
    return await visit.page("member_doubles.html", found=found, later=bool(visit.request.query),
                            edits=visit.may(Right.MEMBERS_EDIT), beside=_beside,
                            link=lambda id: BASE + at(id))  # fmt: skip


def _number(text: str) -> bool:
    return text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) < 21


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A page of pairs, with the names; ``older``: the address of the next page, or empty."""

    pairs: Sequence[Double]
    names: Mapping[str, str]
    older: str


def _listed(tx: Tx, after: tuple[str, str], mark: int, phones: bool) -> Listing:
    pairs = [] if phones else doubles.listed(tx, after, SHOWN + 1)
    query: dict[str, object] = {}
    if len(pairs) > SHOWN:
        pairs = pairs[:SHOWN]
        query = {"one": pairs[-1].one, "other": pairs[-1].other}
    else:
        shared, more = doubles.sharing_phone(tx, mark, SHOWN)
        pairs = [*pairs, *shared]
        query = {"mark": more} if more is not None else {}
    names = people.names_of(tx, sorted({id for one in pairs for id in (one.one, one.other)}))
    older = f"{BASE}/members/doubles?{urlencode(query)}" if query else ""
    return Listing(pairs=pairs, names=names, older=older)


def _beside(one: str, other: str) -> str:
    return f"{BASE}/members/merge?{urlencode({'m': one, 'w': other})}"


async def compare(visit: Visit) -> web.Response:
    """Both side by side, and the form."""
    return await _compare(visit, visit.query("m").strip(), visit.query("w").strip())


async def _compare(
    visit: Visit, one: str, other: str, status: int = 200, fault: str = ""
) -> web.Response:  # fmt: skip
    found = await visit.write(_read, visit, one, other) if one and other else None
    if found is None:
        raise Refused(404, "merge.gone")
    if isinstance(found, str):
        return visit.go(at(found), "wait", "merge.one_already")
    return await visit.page("member_merge.html", status=status, it=found, fault=fault,
                            typed=visit.typed, link=lambda id: BASE + at(id))  # fmt: skip


def _read(tx: Tx, visit: Visit, one: str, other: str) -> Pair | str | None:
    """The two; who they are, if they are one already; None when one of them is not there."""
    ids = [persons.ids_of(tx, id) for id in (one, other)]
    if any(people.known(tx, each[0]) is None for each in ids):
        return None
    if ids[0][0] == ids[1][0]:
        return ids[0][0]
    zone = visit.console.config.timezone
    for each in ids:
        lookups.note(tx, visit.who.login, each[0], "merge", visit.now, zone)
    why = next((two for two in doubles.of(tx, ids[0][0]) if two.other == ids[1][0]), None)
    sides = [_side(tx, each, visit.now, window_of(visit)) for each in ids]
    return Pair(one=sides[0], other=sides[1], why=why, seen=_seen(ids),
                stays=merging.older(tx, sides[0].id, sides[1].id))  # fmt: skip


def _side(tx: Tx, ids: Sequence[str], now: int, window: KfWindow) -> Side:
    known = whois.of(tx, ids[0], now, window)
    assert known is not None
    said = [line.words for line in history.timeline(tx, ids, n=SHOWN)
            if line.words and line.event.kind.value == "inbound"]  # fmt: skip
    return Side(known=known, words=said[:WORDS], goes=foretold.merge(tx, ids[0]),
                facts={one.name: one for one in facts.of(tx, ids[0]) if one.won})  # fmt: skip


def _seen(ids: Sequence[Sequence[str]]) -> str:
    parts = chain.from_iterable((*each, "") for each in sorted(ids, key=lambda each: each[0]))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


async def merge(visit: Visit) -> web.Response:
    """The two are one from now on."""
    one, other, stays = (visit.typed.get(key, "").strip()[:NAME_MAX * 2]
                         for key in ("m", "w", "stays"))  # fmt: skip
    why = visit.typed.get("why", "").strip()[:WHY_MAX]
    if not why or stays not in (one, other):
        return await _compare(visit, one, other, 422, visit.t("merge.no_why"))
    away = other if stays == one else one
    try:
        person = await visit.write(_merge, visit, away, stays, visit.typed.get("seen", ""), why)
    except MergeRefused:
        person = ""
    if not person:
        return await _compare(visit, one, other, 409, visit.t("merge.changed"))
    return visit.go(at(person), "good", "merge.done", away=away)


def _merge(tx: Tx, visit: Visit, away: str, stays: str, seen: str, why: str) -> str:
    """The person, or empty when they are not any more who they were on the page."""
    ids = [persons.ids_of(tx, id) for id in (away, stays)]
    if _seen(ids) != seen:
        return ""
    reason = next((two.reason for two in doubles.of(tx, stays) if two.other == ids[0][0]), "")
    evidence: Evidence = "phone" if reason == "phone" else "staff"
    merging.merge(tx, away, stays, evidence, visit.now, visit.who.login, why)
    return persons.ids_of(tx, stays)[0]


async def apart(visit: Visit) -> web.Response:
    """They look alike and are two."""
    one, other = visit.typed.get("m", ""), visit.typed.get("w", "")
    told = await visit.write(doubles.settle, one, other, visit.who.login, visit.now)
    return visit.go("/members/doubles", "good" if told else "wait",
                    "merge.apart_done" if told else "merge.apart_before")  # fmt: skip


async def undo(visit: Visit) -> web.Response:
    """What undoing one merging gives back."""
    return await _undo(visit, visit.query("id"))


async def _undo(visit: Visit, id: str, status: int = 200, fault: str = "") -> web.Response:
    number = whole(id)
    found = await visit.read(foretold.part, number) if number is not None else None
    if found is None:
        raise Refused(404, "merge.undone_before")
    names = await visit.read(people.names_of, [found.merging["away"], found.merging["stays"]])
    return await visit.page("member_part.html", status=status, it=found, names=names, fault=fault,
                            link=lambda id: BASE + at(id))  # fmt: skip


async def part(visit: Visit) -> web.Response:
    """Two persons again."""
    why = visit.typed.get("why", "").strip()[:WHY_MAX]
    if not why:
        return await _undo(visit, visit.typed.get("id", ""), 422, visit.t("merge.part_no_why"))
    number = visit.typed_number("id")
    try:
        done = await visit.write(_part, visit, number, why) if number is not None else None
    except MergeRefused:
        done = None
    if done is None:
        raise Refused(409, "merge.undone_before")
    return visit.go(at(done[0]), "good", "merge.parted", stays=done[1])


def _part(tx: Tx, visit: Visit, number: int, why: str) -> tuple[str, str] | None:
    found: Parting | None = foretold.part(tx, number)
    if found is None:
        return None
    row = found.merging
    return merging.part(tx, row["away"], row["stays"], visit.now, visit.who.login, why)


SEE, EDIT = Right.MEMBERS_SEE, Right.MEMBERS_EDIT
PAGE = Page(routes=(
    Route(method="GET", path="/members/doubles", handler=show, needs=SEE),
    Route(method="GET", path="/members/merge", handler=compare, needs=EDIT),
    Route(method="POST", path="/members/merge", handler=merge, needs=EDIT),
    Route(method="POST", path="/members/apart", handler=apart, needs=EDIT),
    Route(method="GET", path="/members/part", handler=undo, needs=EDIT),
    Route(method="POST", path="/members/part", handler=part, needs=EDIT),
))  # fmt: skip
