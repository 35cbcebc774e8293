"""For whom somebody buys, and who buys for him: gifts and households, made and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.console.page import BASE, Page, Route
from bot.console.pages.member_one import at as page_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.members.kin import HOW
from bot.store import categories, kinship, lookups, people, persons, purchases
from bot.store.engine import Row, Tx
from bot.store.kinship import NotKin

WORD_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Kin:
    """``buys_for``: whom he buys for; ``buyers``: who buys for him; ``goods``: known categories."""

    id: str
    name: str
    buys_for: Sequence[Row]
    buyers: Sequence[Row]
    names: dict[str, str]
    goods: Sequence[str]


def _look(tx: Tx, visit: Visit, member: str) -> Kin:
    person = persons.person_of(tx, [member])[member]
    known = people.known(tx, person)
    if known is None:
        raise Refused(404, "members.gone")
    lookups.note(tx, visit.who.login, person, "member", visit.now, visit.console.config.timezone)
    mine, others = purchases.kin_of(tx, person)
    ids = {row["beneficiary"] for row in mine} | {row["member"] for row in others}
    return Kin(
        id=person,
        name=known["name"],
        buys_for=mine,
        buyers=others,
        names=people.names_of(tx, sorted(ids)),
        goods=sorted(categories.signs(tx)),
    )


def at(member: str) -> str:
    """The address of the page."""
    return f"/members/kin?{urlencode({'m': member})}"


async def show(visit: Visit) -> web.Response:
    """Both sides."""
    found = await visit.write(_look, visit, visit.query("m"))
    return await visit.page("member_kin.html", it=found, hows=HOW, most=WORD_MAX,
                            link=lambda id: BASE + page_of(id),
                            edits=visit.may(Right.MEMBERS_EDIT))  # fmt: skip


async def change(visit: Visit) -> web.Response:
    """He buys for somebody from now on, or no more (``off``)."""
    member, other, category, how = (visit.typed.get(name, "").replace("\0", "").strip()[:WORD_MAX]
                                    for name in ("m", "other", "category", "how"))  # fmt: skip
    on = visit.typed.get("off", "") != "1"
    if how not in HOW:
        raise Refused(422, "kin.how_needs")
    try:
        await visit.write(kinship.say, member, other, how, category, visit.now, visit.who.login,
                          on=on)  # fmt: skip
    except NotKin as why:
        return visit.go(at(member), "bad", f"kin.{why}", id=other)
    return visit.go(at(visit.typed.get("here", "") or member), "good",
                    "kin.made" if on else "kin.ended")  # fmt: skip


PAGE = Page(routes=(
    Route(method="GET", path="/members/kin", handler=show, needs=Right.MEMBERS_SEE),
    Route(method="POST", path="/members/kin", handler=change, needs=Right.MEMBERS_EDIT),
))  # fmt: skip
