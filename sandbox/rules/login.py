"""Login of staff (OAuth2, page 91022) and JS-SDK tickets (page 90506).

A code: one use, five minutes. A ticket: two hours, one per corp and one per app.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from urllib.parse import urlsplit

from sandbox.errors import ApiError
from sandbox.fields import check, text
from sandbox.world.config import App
from sandbox.world.model import Json
from sandbox.world.world import World

CODE_MS, USER_TICKET_MS, TICKET_MS = 5 * 60_000, 1800_000, 7_200_000
CODES, USER_TICKETS, TICKETS = "oauth_codes", "user_tickets", "jsapi_tickets"
KEEP = 10_000


def _put(world: World, shelf: str, key: str, row: Json) -> None:
    rows = world.store.shelf.setdefault(shelf, {})
    if len(rows) >= KEEP:
        del rows[next(iter(rows))]
    rows[key] = row
    world.mark()


Domain = Callable[[World, App], str]


def trusted_domain(world: World, app: App) -> str:
    """可信域名: where pages may stand and the in-client login may lead; agent/set changes it."""
    changed = world.store.shelf.get(f"agent {app.name}", {})
    return str(changed.get("redirect_domain", app.trusted_domain))


def login_domain(world: World, app: App) -> str:
    """授权回调域 of 企业微信授权登录: where the QR page may lead."""
    return app.login_domain


def inside(url: str, domain: str) -> bool:
    """True for a page of this very domain. A domain with a port fits that port alone."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    fits = domain.lower() in (host, f"{host}:{port}")
    return bool(host) and parts.scheme in ("http", "https") and fits


def make_code(world: World, person: str, scope: str) -> str:
    """A code for a member's userid or a customer's external_userid."""
    code = world.secret_id("CODE", 40)
    row = {"person": person, "scope": scope, "deadline": world.now() + CODE_MS, "used": False}
    _put(world, CODES, code, row)
    return code


def _claim(world: World, code: str, scope: str = "") -> Json:
    """``scope``: of an official account's page; a code is good for whom it was made alone."""
    found: Json | None = world.store.shelf.get(CODES, {}).get(code)
    if found is None or scope != (found["scope"] if found["scope"].startswith("oa:") else ""):
        raise ApiError(40029)
    if found["used"]:
        raise ApiError(42022)
    if world.now() > found["deadline"]:
        raise ApiError(42003)
    found["used"] = True
    world.mark()
    return found


def user_info(world: World, code: str) -> Json:
    """Who logged in: a member's userid (with a ticket after privateinfo), or an openid."""
    found = _claim(world, code)
    person = found["person"]
    if person in world.store.staff:
        if found["scope"] != "snsapi_privateinfo":
            return {"userid": person}
        ticket = world.secret_id("UT", 60)
        row = {"userid": person, "deadline": world.now() + USER_TICKET_MS}
        _put(world, USER_TICKETS, ticket, row)
        return {"userid": person, "user_ticket": ticket}
    known = {"external_userid": person} if world.relations_of(person) else {}
    return {"openid": "o" + person} | known


def openid_of(world: World, code: str, scope: str) -> str:
    """Who came back to an official account's page; 40163 when the code was used."""
    try:
        found = _claim(world, code, scope)
    except ApiError as error:
        raise ApiError(40163 if error.errcode == 42022 else error.errcode) from None
    return str(found["person"])


def user_detail(world: World, ticket: str) -> Json:
    """84015 unknown ticket, 84014 older than half an hour."""
    found = world.store.shelf.get(USER_TICKETS, {}).get(ticket)
    if found is None:
        raise ApiError(84015)
    if world.now() > found["deadline"]:
        raise ApiError(84014)
    userid = found["userid"]
    return {
        "userid": userid,
        "gender": "0",
        "avatar": f"{world.base}/avatar/{userid}",
        "qr_code": "",
        "mobile": "",
        "email": "",
        "biz_mail": "",
        "address": "",
    }


def ticket(world: World, app: App | None) -> Json:
    """The corp's ticket, or an app's; the same while it is valid."""
    name = app.name if app is not None else ""
    found = world.store.shelf.setdefault(TICKETS, {}).get(name)
    if found is None or found["deadline"] <= world.now():
        found = {"ticket": world.secret_id("sM4", 60), "deadline": world.now() + TICKET_MS}
        _put(world, TICKETS, name, found)
    return {"ticket": found["ticket"], "expires_in": (found["deadline"] - world.now()) // 1000}


def sign(ticket_value: str, nonce: str, timestamp: str, url: str) -> str:
    """Lower-case hex SHA-1 in the platform's fixed order; the url without its fragment."""
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket_value}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - the platform's rule


SIGNED = {name: text(2048, required=True) for name in ("nonceStr", "timestamp", "url", "signature")}


def _fits(world: World, app: App | None, given: Json) -> bool:
    found = check(SIGNED, given)
    value = ticket(world, app)["ticket"]
    right = sign(value, found["nonceStr"], found["timestamp"], found["url"])
    return bool(right == found["signature"])


def _at_home(world: World, apps: tuple[App, ...], given: Json) -> None:
    """80001: the page is not on a trusted domain of these apps."""
    url = str(given.get("url", ""))
    if url and not any(inside(url, trusted_domain(world, app)) for app in apps):
        raise ApiError(80001, url)


def check_signature(world: World, app: App | None, given: Json) -> None:
    """What the client does in ww.register: 80001 on a foreign page, 40093 when the signature does
    not fit: another URL, or a ticket that is over."""
    _at_home(world, world.config.apps if app is None else (app,), given)
    if not _fits(world, app, given):
        raise ApiError(40093)


def check_agent_signature(world: World, app: App, given: Json) -> None:
    """agentConfig wants the app's ticket: 42012 when it was made with the corp's."""
    _at_home(world, (app,), given)
    if not _fits(world, app, given):
        raise ApiError(42012 if _fits(world, None, given) else 40093)
