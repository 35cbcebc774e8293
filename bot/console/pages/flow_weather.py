"""Weather that begins flows of care: told here, by a file, or by the brand's own system."""

from __future__ import annotations

import re

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.rights import Right
from bot.console.touching import served
from bot.console.visit import Visit
from bot.core.clock import local
from bot.core.weather import KINDS
from bot.core.weather import weather as understood
from bot.store import weather

CITIES = 50  # in one form


async def show(visit: Visit) -> web.Response:
    """What was told, the latest day first, and a form."""
    return await _page(visit)


async def _page(visit: Visit, fault: str = "") -> web.Response:
    found = await visit.read(weather.latest)
    waiting = served(visit.cast)
    return await visit.page(
        "flow_weather.html", status=422 if fault else 200, found=found, fault=fault,
        kinds=[(one, one) for one in KINDS], tells=visit.may(Right.PLAN_RUN),
        typed={name: visit.typed.get(name, "") for name in ("cities", "kind", "day")},
        waiting=sorted({one for one in waiting if one}), everything="" in waiting,
        today=local(visit.now, visit.console.config.timezone).date().isoformat(),
    )  # fmt: skip


async def tell(visit: Visit) -> web.Response:
    """Several cities at once; what was told before stays as it was."""
    typed = {name: visit.typed.get(name, "").strip() for name in ("cities", "kind", "day")}
    zone = visit.console.config.timezone
    today = local(visit.now, zone).date()
    cities = [one for one in re.split(r"[\s,，、;；]+", typed["cities"]) if one]
    if not 0 < len(cities) <= CITIES:
        return await _page(visit, visit.t("weather.no_city", n=CITIES))
    try:
        told = [understood(typed | {"city": city}, today) for city in dict.fromkeys(cities)]
    except ValueError:
        return await _page(visit, visit.t("weather.bad"))
    new = await visit.write(weather.tell, told, visit.who.login, visit.now, zone)
    visit.console.bells.ring("due")
    return visit.go("/flows/weather", "good" if new else "wait",
                    "weather.told" if new else "weather.known", n=len(new))  # fmt: skip


PAGE = Page(routes=(
    Route(method="GET", path="/flows/weather", handler=show, needs=Right.PLAN_SEE),
    Route(method="POST", path="/flows/weather", handler=tell, needs=Right.PLAN_RUN),
))  # fmt: skip
