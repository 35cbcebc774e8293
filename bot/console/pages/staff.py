"""Who may sign in, and as what: for owners."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Entry, Page, Route
from bot.console.passwords import spelled
from bot.console.rights import ROLES, Right
from bot.console.visit import Refused, Visit
from bot.console.when import stamp
from bot.store import staff
from bot.store.staff import Account, StaffRefused

USERID_MAX = 64


async def show(visit: Visit) -> web.Response:
    """The list and the form for one more."""
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, **values: Any) -> web.Response:
    people = await visit.read(staff.everybody)
    given = {"fault": "", "made": None} | values
    return await visit.page("staff.html", status=status, people=people, roles=ROLES,
                            typed=visit.typed, **given)  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The list as a file."""
    zone = visit.console.config.timezone
    head = [visit.t(f"staff.{name}") for name in ("login", "role", "userid", "state", "seen",
                                                  "created")]  # fmt: skip
    rows = [[a.login, visit.t(f"role.{a.role}"), a.userid or "", _state(visit, a),
             stamp(a.seen_at, zone) if a.seen_at else "", stamp(a.created_at, zone)]
            for a in await visit.read(staff.everybody)]  # fmt: skip
    return visit.csv("staff.csv", BOM + lines([head, *rows]))


def _state(visit: Visit, one: Account) -> str:
    return visit.t("staff.off" if one.disabled_at else "staff.on")


def _role(visit: Visit) -> str:
    role = visit.typed.get("role", "")
    if role not in ROLES:
        raise Refused(422, "refused.role")
    return role


def _userid(visit: Visit) -> str:
    return visit.typed.get("userid", "").strip()[:USERID_MAX]


async def add(visit: Visit) -> web.Response:
    """A new account. Its password is shown once, here."""
    password, login = spelled(), visit.typed.get("login", "")
    kept = await visit.console.passwords.hash(password)
    try:
        number = await visit.write(staff.add, login, _role(visit), kept, visit.now,
                                   actor=visit.who.login, made=True,
                                   userid=_userid(visit))  # fmt: skip
    except StaffRefused as exc:
        return await _page(visit, 422, fault=visit.t(f"refused.{exc.code}"))
    visit.typed = {}
    return await _made(visit, number, password)


async def reset(visit: Visit) -> web.Response:
    """A new password, shown once; he is signed out everywhere."""
    _not_oneself(visit)
    password = spelled()
    kept = await visit.console.passwords.hash(password)
    await visit.write(staff.set_password, visit.number(), kept, visit.now, actor=visit.who.login,
                      made=True)  # fmt: skip
    return await _made(visit, visit.number(), password)


async def _made(visit: Visit, number: int, password: str) -> web.Response:
    visit.console.bells.ring("console")
    who = await visit.read(staff.get, number)
    return await _page(visit, made={"login": who.login, "password": password})


async def change_role(visit: Visit) -> web.Response:
    """Another role."""
    role = _role(visit)
    await visit.write(staff.change_role, visit.number(), role, visit.now, actor=visit.who.login)
    return await _done(visit, "staff.role_changed", role=visit.t(f"role.{role}"))


async def disable(visit: Visit) -> web.Response:
    """Out, at once."""
    _not_oneself(visit)
    await visit.write(staff.disable, visit.number(), visit.now, actor=visit.who.login)
    return await _done(visit, "staff.disabled")


async def enable(visit: Visit) -> web.Response:
    """In again."""
    await visit.write(staff.enable, visit.number(), visit.now, actor=visit.who.login)
    return await _done(visit, "staff.enabled")


async def set_userid(visit: Visit) -> web.Response:
    """Who he is in WeCom."""
    await visit.write(staff.set_userid, visit.number(), _userid(visit), visit.now,
                      actor=visit.who.login)  # fmt: skip
    return await _done(visit, "staff.userid_changed")


def _not_oneself(visit: Visit) -> None:
    """One's own way in is never closed by a slip."""
    if visit.number() == visit.who.id:
        raise Refused(422, "refused.oneself")


async def _done(visit: Visit, key: str, **values: object) -> web.Response:
    visit.console.bells.ring("console")
    who = await visit.read(staff.get, visit.number())
    return visit.go("/staff", "good", key, login=who.login, **values)


def told(handler: Callable[[Visit], Awaitable[web.Response]]) -> Any:
    """What the store refuses becomes a line above the list."""

    async def handle(visit: Visit) -> web.Response:
        try:
            return await handler(visit)
        except StaffRefused as exc:
            return await _page(visit, 422, fault=visit.t(f"refused.{exc.code}"))

    return handle


VERBS = {"role": change_role, "reset": reset, "disable": disable, "enable": enable,
         "wecom": set_userid}  # fmt: skip
NEEDS = Right.STAFF_MANAGE
PAGE = Page(
    routes=(
        Route(method="GET", path="/staff", handler=show, needs=NEEDS),
        Route(method="GET", path="/staff.csv", handler=save, needs=NEEDS),
        Route(method="POST", path="/staff", handler=add, needs=NEEDS),
        *(Route(method="POST", path=f"/staff/{{id}}/{verb}", handler=told(handler), needs=NEEDS)
          for verb, handler in VERBS.items()),
    ),
    entry=Entry(path="/staff", name="staff.title", needs=NEEDS, order=80, key="s"),
    topics={"console": NEEDS},
)  # fmt: skip
