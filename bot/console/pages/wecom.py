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

log = logging.getLogger(__name__)
BACK = "/sign-in/wecom/back"


async def start(visit: Visit) -> web.Response:
    """Sends the browser to the platform; it comes back with a code."""
    login = _login(visit)
    config = visit.console.config
    home = config.web.public_url.rstrip("/") or f"{visit.request.scheme}://{visit.request.host}"
    following = wanted(visit)
    redirect = home + BASE + BACK
    redirect += f"?next={quote(BASE + following, safe='/')}" if following else ""
    state = make_state(tokens.state_key(visit.token), visit.token, secrets.token_hex(12), visit.now)
    inside = "wxwork" in visit.request.headers.get("User-Agent", "").lower()
    ask = login.inside_url if inside else login.qr_url
    return web.Response(status=303, headers={"Location": ask(redirect, state)})


async def back(visit: Visit) -> web.Response:
    """The browser is back. Only the one that we sent away is let in, within ten minutes, and only
    somebody whose WeCom account an owner has entered."""
    login = _login(visit)
    key = tokens.state_key(visit.token)
    if not state_is_good(key, visit.token, visit.query("state"), visit.now):
        return await form(visit, "wecom.stale", 403)
    if await visit.write(sessions.try_in, "", visit.address, visit.now):
        return await form(visit, "wecom.often", 429)
    try:
        found = await login.who(visit.request.query.get("code", ""))
    except LoginRefused as exc:
        log.warning("a WeCom sign-in was refused: %s", exc)
        return await form(visit, "wecom.refused", 403)
    except PlatformAway as exc:
        log.warning("a WeCom sign-in failed: %s", exc)
        return await form(visit, "wecom.away", 503)
    who = await visit.read(staff.by_userid, found.userid)
    if who is None or who.disabled_at is not None:
        return await form(visit, "wecom.nobody", 403, userid=found.userid)
    return await enter(visit, who, "wecom")


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
