"""Signing in with WeCom: a QR code in any browser, nothing at all inside the client."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import quote

from aiohttp import web

from bot.console import tokens
from bot.console.page import BASE, Page, Route
from bot.console.pages.door import enter, form, offers, wanted
from bot.console.rights import Access
from bot.console.visit import Refused, Visit
from bot.core.ports import LoginRefused, PlatformAway, StaffLogin
from bot.core.signed import make_state, state_is_good
from bot.store import sessions, staff
from bot.store.staff import Account

log = logging.getLogger(__name__)
BACK = "/sign-in/wecom/back"


class Unknown(Exception):
    """Somebody who is not let in; ``key`` has the words."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        self.status, self.key, self.values = status, key, values
        super().__init__(key)


async def start(visit: Visit) -> web.Response:
    """Sends the browser to the platform; it comes back with a code."""
    following = wanted(visit)
    query = f"?next={quote(BASE + following, safe='/')}" if following else ""
    inside = "wxwork" in visit.request.headers.get("User-Agent", "").lower()
    return sent_away(visit, BACK + query, inside=inside)


def sent_away(visit: Visit, back: str, *, inside: bool) -> web.Response:
    """To the platform and, with a code, back to a path of the console."""
    login = _login(visit)
    state = make_state(tokens.state_key(visit.token), visit.token, secrets.token_hex(12), visit.now)
    ask = login.inside_url if inside else login.qr_url
    return web.Response(status=303, headers={"Location": ask(home(visit) + BASE + back, state)})


def home(visit: Visit) -> str:
    """Our own address as browsers and the platform know it, without a slash at its end."""
    public = visit.console.config.web.public_url.rstrip("/")
    return public or f"{visit.request.scheme}://{visit.request.host}"


async def back(visit: Visit) -> web.Response:
    """The browser is back."""
    try:
        who = await vouched(visit)
    except Unknown as exc:
        return await form(visit, exc.key, exc.status, **exc.values)
    return await enter(visit, who, "wecom")


async def vouched(visit: Visit) -> Account:
    """Who came back. Only the browser that we sent away is let in, within ten minutes, and only
    somebody whose WeCom account an owner has entered. Raises Unknown."""
    login = _login(visit)
    key = tokens.state_key(visit.token)
    if not state_is_good(key, visit.token, visit.query("state"), visit.now):
        raise Unknown(403, "wecom.stale")
    if await visit.write(sessions.try_in, "", visit.address, visit.now):
        raise Unknown(429, "wecom.often")
    try:
        found = await login.who(visit.request.query.get("code", ""))
    except LoginRefused as exc:
        log.warning("a WeCom sign-in was refused: %s", exc)
        raise Unknown(403, "wecom.refused") from None
    except PlatformAway as exc:
        log.warning("a WeCom sign-in failed: %s", exc)
        raise Unknown(503, "wecom.away") from None
    who = await visit.read(staff.by_userid, found.userid)
    if who is None or who.disabled_at is not None:
        raise Unknown(403, "wecom.nobody", userid=found.userid)
    return who


def _login(visit: Visit) -> StaffLogin:
    login = visit.console.login
    if login is None or not offers(visit):
        raise Refused(404, "wecom.off")
    return login


PAGE = Page(
    routes=(
        Route(method="GET", path="/sign-in/wecom", handler=start, needs=Access.PUBLIC),
        Route(method="GET", path=BACK, handler=back, needs=Access.PUBLIC),
    )
)
