"""The ways in: a link from the chat, and the platform's own word."""

from __future__ import annotations

import logging
import secrets
from hashlib import sha256

from aiohttp import web

from bot.core.passes import PATH, Pass
from bot.core.ports import LoginRefused, PlatformAway
from bot.core.signed import make_state, state_is_good
from bot.store import memberlinks, people, persons
from bot.store.engine import Tx
from bot.web.member.gate import Route
from bot.web.member.strangers import ASKED
from bot.web.member.visit import NEXT, SESSION, Refused, Visit

log = logging.getLogger(__name__)
BACK = "/back"


async def look(visit: Visit) -> web.Response:
    """A link is opened. What only looks ahead (a preview, a scanner) uses nothing up: the page goes
    on by itself in a browser, or by its button."""
    found = _link(visit)
    if visit.held is not None and await visit.read(_same, visit.held.member, found.member):
        return visit.go(_home(found))  # he is in already; an old link in the chat still leads there
    if found.over(visit.now):
        raise Refused(401, "error.over")
    return visit.page("entering.html", word=visit.part("word"))


async def enter(visit: Visit) -> web.Response:
    """The first browser that goes on has the link; it is let in, and its address is gone."""
    found, word = _link(visit), visit.part("word")
    if found.over(visit.now):
        raise Refused(401, "error.over")
    if not await visit.write(memberlinks.take, word, visit.browser, found.until, visit.now):
        raise Refused(401, "error.used")
    return let_in(visit, found.member, found.circle)


def _link(visit: Visit) -> Pass:
    found = visit.pages.passes.read(visit.part("word"))
    if found is None or found.use != "link":
        raise Refused(401, "error.link")
    return found


def _same(tx: Tx, one: str, other: str) -> bool:
    found = persons.person_of(tx, [one, other])
    return found[one] == found[other]


def let_in(visit: Visit, member: str, circle: str) -> web.Response:
    """This browser is his from now on, for a while."""
    stay = visit.pages.passes.stay
    made = Pass(member=member, circle=circle, until=visit.now + stay, use="page",
                mark=visit.browser)  # fmt: skip
    visit.keep(SESSION, visit.pages.passes.make(made), stay // 1_000)
    asked = ASKED.fullmatch(visit.cookie(NEXT))
    if asked:
        visit.keep(NEXT, "", -1)
    return visit.go(asked[1] if asked else _home(made))


def _home(one: Pass) -> str:
    return f"/c/{one.circle}" if one.circle else ""


async def out(visit: Visit) -> web.Response:
    """This browser is nobody's again."""
    visit.keep(SESSION, "", -1)
    return visit.go("", again="1")


async def ask(visit: Visit) -> web.Response:
    """Sends the browser to the platform; it comes back with a code."""
    login = visit.pages.login
    if login is None:
        raise Refused(404, "error.nothing")
    state = make_state(_state_key(visit), visit.door, secrets.token_hex(12), visit.now)
    circle = visit.request.query.get("c", "")
    known = f"?c={circle}" if circle in visit.pages.cast.circles else ""
    back = _base(visit) + PATH + BACK + known
    return web.Response(status=303, headers={"Location": login.ask(back, state)})


async def back(visit: Visit) -> web.Response:
    """The browser is back. Only the one that we sent away is let in, within ten minutes."""
    login, query = visit.pages.login, visit.request.query
    if login is None:
        raise Refused(404, "error.nothing")
    if not state_is_good(_state_key(visit), visit.door, query.get("state", ""), visit.now):
        raise Refused(401, "error.state")
    try:
        member = await login.who(query.get("code", ""))
    except LoginRefused as exc:
        log.info("the platform names no member: %s", exc)
        raise Refused(401, "error.nobody") from None
    except PlatformAway as exc:
        log.warning("a member could not be recognised: %s", exc)
        raise Refused(503, "error.away") from None
    if await visit.read(people.known, member) is None:
        raise Refused(401, "error.nobody")
    circle = query.get("c", "")
    return let_in(visit, member, circle if circle in visit.pages.cast.circles else "")


def _state_key(visit: Visit) -> bytes:
    return sha256(visit.pages.passes.key + f"state\n{visit.door}".encode()).digest()


def _base(visit: Visit) -> str:
    return visit.pages.passes.base or f"{visit.request.scheme}://{visit.request.host}"


ROUTES = (
    Route("GET", "/i/{word}", look, known=False),
    Route("POST", "/i/{word}", enter, known=False),
    Route("GET", "/sign-in", ask, known=False),
    Route("GET", BACK, back, known=False),
    Route("POST", "/out", out),
)
