"""Signing in with a password, and out again."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from bot.console import tokens
from bot.console.page import Page, Route
from bot.console.rights import Access
from bot.console.visit import Visit, own_path
from bot.core.clock import MINUTE
from bot.store import sessions, staff
from bot.store.staff import Account


async def show(visit: Visit) -> web.StreamResponse:
    """The form; whoever is signed in already goes on, and before there is an account it is made."""
    if visit.session is not None:
        return visit.go(wanted(visit))
    if not await visit.read(staff.anybody):
        return visit.go("/setup")
    return await form(visit)


async def form(visit: Visit, fault: str = "", status: int = 200, **said: object) -> web.Response:
    """The page with what was typed, but for the password."""
    return await visit.page(
        "sign_in.html", status=status, login=visit.typed.get("login", ""), wecom=offers(visit),
        following=visit.typed.get("next") or visit.query("next"),
        fault=visit.t(fault, **said) if fault else "",
    )  # fmt: skip


def offers(visit: Visit) -> bool:
    """True when somebody can sign in with WeCom: the platform must find its way back to us."""
    config = visit.console.config
    return visit.console.login is not None and bool(config.web.public_url or config.sandbox)


def wanted(visit: Visit) -> str:
    """The page he was on his way to."""
    following = visit.typed.get("next") or visit.query("next")
    parts = urlsplit(following)
    path = own_path(parts.path) if not parts.scheme and not parts.netloc else ""
    return f"{path}?{parts.query}" if path and parts.query else path


async def enter(visit: Visit, who: Account, way: str, then: str = "") -> web.Response:
    """Signs him in under a new token; whatever this browser carried before is worth nothing. He
    goes on to ``then``, or to where he was going."""
    console, token = visit.console, tokens.new()
    door = visit.door(way)
    await visit.write(sessions.begin, who, token, door, console.span, visit.now)
    visit.keep("session", token, 0)
    return visit.go(then or wanted(visit))


async def sign_in(visit: Visit) -> web.Response:
    """Counts the try, then looks. Unknown, disabled and wrong are one answer that takes equally
    long."""
    login, password = visit.typed.get("login", ""), visit.typed.get("password", "")
    wait = await visit.write(sessions.try_in, login, visit.address, visit.now)
    if wait:
        return await form(visit, "sign_in.often", 429, n=-(-wait // MINUTE))
    found = await visit.read(staff.by_login, login)
    who, kept = found or (None, "")
    barred = who is None or who.disabled_at is not None
    right = await visit.console.passwords.right("" if barred else kept, password)
    if who is None or not right:
        return await form(visit, "sign_in.wrong", 422)
    await visit.write(sessions.forgive, login)
    if visit.console.passwords.outdated(kept):
        await visit.write(staff.rehash, who.id, kept, await visit.console.passwords.hash(password))
    return await enter(visit, who, "password")


async def sign_out(visit: Visit) -> web.Response:
    """Ends this session."""
    assert visit.session is not None
    await visit.write(sessions.end, visit.who, visit.session.id, visit.now)
    visit.keep("session", tokens.new(), 0)
    return visit.go("/sign-in", "good", "sign_in.out")


PAGE = Page(
    routes=(
        Route(method="GET", path="/sign-in", handler=show, needs=Access.PUBLIC),
        Route(method="POST", path="/sign-in", handler=sign_in, needs=Access.PUBLIC),
        Route(method="POST", path="/sign-out", handler=sign_out, needs=Access.SIGNED_IN),
    )
)
