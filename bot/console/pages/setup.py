"""The first run: whoever holds the code that the process printed becomes the owner, once."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.door import enter
from bot.console.passwords import fault
from bot.console.rights import Access
from bot.console.visit import Refused, Visit
from bot.core.clock import MINUTE
from bot.store import sessions, staff
from bot.store.staff import StaffRefused


async def show(visit: Visit) -> web.StreamResponse:
    """The form, as long as there is no account."""
    if await visit.read(staff.anybody):
        return visit.go("/sign-in")
    return await _form(visit)


async def make(visit: Visit) -> web.Response:
    """Makes the owner and signs him in."""
    typed = visit.typed
    if await visit.read(staff.anybody):
        raise Refused(403, "refused.settled")
    wait = await visit.write(sessions.try_in, "setup", visit.address, visit.now)
    if wait:
        return await _form(visit, {"code": visit.t("sign_in.often", n=-(-wait // MINUTE))}, 429)
    login, password = typed.get("login", ""), typed.get("password", "")
    faults = _faults(visit, login, password)
    if faults:
        return await _form(visit, faults, 422)
    kept = await visit.console.passwords.hash(password)
    code = typed.get("code", "").strip().lower()
    try:
        who = await visit.write(sessions.set_up, code, login, kept, visit.now)
    except StaffRefused as exc:
        at = "code" if exc.code in ("code", "settled") else "login"
        return await _form(visit, {at: visit.t(f"refused.{exc.code}")}, 422)
    visit.flash("good", "setup.done", login=who.login)
    return await enter(visit, who, "password", "/staff")


def _faults(visit: Visit, login: str, password: str) -> dict[str, str]:
    if wrong := fault(password, login):
        return {"password": visit.t(wrong)}
    if password != visit.typed.get("again"):
        return {"again": visit.t("password.differ")}
    return {}


async def _form(
    visit: Visit, faults: dict[str, str] | None = None, status: int = 200
) -> web.Response:  # fmt: skip
    return await visit.page("setup.html", status=status, faults=faults or {},
                            login=visit.typed.get("login", ""))  # fmt: skip


PAGE = Page(
    routes=(
        Route(method="GET", path="/setup", handler=show, needs=Access.PUBLIC),
        Route(method="POST", path="/setup", handler=make, needs=Access.PUBLIC),
    )
)
