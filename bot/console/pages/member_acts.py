"""What a colleague puts right in what is known of a person."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.member_one import at, person_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.knowing import NAME_MAX, VALUE_MAX
from bot.members.portrait import RANKS
from bot.store import correcting


async def correct(visit: Visit) -> web.Response:
    """How it is, as he told the colleague."""
    person = await visit.read(person_of, visit.typed.get("m", ""))
    name, value = (visit.typed.get(key, "").replace("\0", "").strip()[:most]
                   for key, most in (("name", NAME_MAX), ("value", VALUE_MAX)))  # fmt: skip
    try:
        await visit.write(correcting.correct, person, name, value, visit.now, visit.who.login)
    except ValueError:
        return visit.go(at(person), "bad", "members.no_value", name=name, value=value[:80])
    return visit.go(at(person), "good", "members.corrected")


async def strike(visit: Visit) -> web.Response:
    """What one source said does not count any more."""
    person = await visit.read(person_of, visit.typed.get("m", ""))
    name, source = visit.typed.get("name", "").strip(), visit.typed.get("source", "")
    if not name or source not in RANKS:
        raise Refused(422, "members.no_fact")
    await visit.write(correcting.strike, person, name, source, visit.now, visit.who.login)
    return visit.go(at(person), "good", "members.struck")


EDIT = Right.MEMBERS_EDIT
PAGE = Page(routes=(
    Route(method="POST", path="/members/correct", handler=correct, needs=EDIT),
    Route(method="POST", path="/members/strike", handler=strike, needs=EDIT),
))  # fmt: skip
