"""One's own account: password, and where one is signed in."""

from __future__ import annotations

from aiohttp import web

from bot.console import tokens
from bot.console.page import Page, Route
from bot.console.passwords import fault
from bot.console.rights import Access
from bot.console.visit import Visit
from bot.core.clock import MINUTE
from bot.store import sessions, staff


async def show(visit: Visit) -> web.Response:
    """Account and sessions."""
    return await _page(visit)


async def change_password(visit: Visit) -> web.Response:
    """A new password; every other session ends."""
    assert visit.session is not None
    old, new = visit.typed.get("old", ""), visit.typed.get("password", "")
    wait = await visit.write(sessions.try_in, visit.who.login, visit.address, visit.now)
    if wait:
        return await _page(visit, {"old": visit.t("sign_in.often", n=-(-wait // MINUTE))}, 429)
    faults = await _faults(visit, old, new)
    if faults:
        return await _page(visit, faults, 422)
    await visit.write(staff.set_password, visit.who.id, await visit.console.passwords.hash(new),
                      visit.now, actor=visit.who.login, made=False,
                      keep=visit.session.id)  # fmt: skip
    await visit.write(sessions.forgive, visit.who.login)
    return visit.go("/me", "good", "me.changed")


async def _faults(visit: Visit, old: str, new: str) -> dict[str, str]:
    found = await visit.read(staff.by_login, visit.who.login)
    assert found is not None
    if found[1] and not await visit.console.passwords.right(found[1], old):
        return {"old": visit.t("me.old_wrong")}
    if wrong := fault(new, visit.who.login):
        return {"password": visit.t(wrong)}
    if new == old:
        return {"password": visit.t("password.same")}
    if new != visit.typed.get("again"):
        return {"again": visit.t("password.differ")}
    return {}


async def end_one(visit: Visit) -> web.Response:
    """Signs one of his browsers out."""
    if not await visit.write(sessions.end, visit.who, visit.number(), visit.now):
        return visit.go("/me", "wait", "me.gone")
    return visit.go("/me", "good", "me.ended")


async def end_all(visit: Visit) -> web.Response:
    """Signs him out everywhere, here too."""
    await visit.write(sessions.end_all, visit.who, visit.now)
    visit.keep("session", tokens.new(), 0)
    return visit.go("/sign-in", "good", "sign_in.out_all")


async def _page(
    visit: Visit, faults: dict[str, str] | None = None, status: int = 200
) -> web.Response:  # fmt: skip
    rows = await visit.read(sessions.of, visit.who.id, visit.console.span.idle, visit.now)
    found = await visit.read(staff.by_login, visit.who.login)
    return await visit.page("me.html", status=status, faults=faults or {}, rows=rows,
                            has_password=bool(found and found[1]))  # fmt: skip


PAGE = Page(
    routes=(
        Route(method="GET", path="/me", handler=show, needs=Access.SIGNED_IN),
        Route(method="POST", path="/me/password", handler=change_password,
              needs=Access.SIGNED_IN),
        Route(method="POST", path="/me/sessions/{id}/end", handler=end_one,
              needs=Access.SIGNED_IN),
        Route(method="POST", path="/me/sessions/end", handler=end_all, needs=Access.SIGNED_IN),
    )
)  # fmt: skip
