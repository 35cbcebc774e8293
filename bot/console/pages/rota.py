"""The rota: a week of shifts and absences, who is on duty now, and where office hours are bare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.console.cells import BOM
from bot.console.cells import lines as file_lines
from bot.console.page import Entry, Page, Route
from bot.console.pages import rota_week
from bot.console.rights import Right, may
from bot.console.visit import Visit
from bot.console.when import day_named
from bot.core import rota
from bot.core.clock import DAY, to_ms
from bot.core.rota import DAY_MINUTES, Shift
from bot.store import shifts, staff
from bot.store.engine import Tx
from bot.store.shifts import ShiftRefused

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
LOOK_BACK = 14 * DAY


async def show(visit: Visit) -> web.Response:
    """The week in the address, or this one."""
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, **values: Any) -> web.Response:
    found, names = await _week(visit), _names(visit)
    everybody = await visit.read(staff.everybody)
    people = [one.login for one in everybody
              if one.disabled_at is None and may(one.role, Right.INBOX_REPLY)]  # fmt: skip
    given = {"fault": "", "typed": {"week": visit.query("week")}} | values
    return await visit.page("rota.html", status=status, week=found, people=people, names=names,
                            **given)  # fmt: skip


async def _week(visit: Visit) -> rota_week.Week:
    zone = visit.console.config.timezone
    day = day_named(visit.typed.get("week") or visit.query("week")) or rota.day_of(visit.now, zone)
    since = min(rota.week_of(day, zone).since, visit.now) - LOOK_BACK
    standing = await visit.read(shifts.standing, since)
    return rota_week.week(standing, day, visit.now, zone, visit.cast)


def _names(visit: Visit) -> dict[str, str]:
    cast = visit.cast
    return {key: s.persona.name for key, s in cast.scripts.items()} if cast else {}


async def save(visit: Visit) -> web.Response:
    """The week as a file."""
    found = await _week(visit)
    head = [visit.t(f"rota.{name}") for name in ("day", "who", "from", "until", "covers", "kind",
                                                 "note")]  # fmt: skip
    rows = [[*row[:5], visit.t(f"rota.kind_{row[5]}"), row[6]]
            for row in rota_week.lines(found, _names(visit))]  # fmt: skip
    return visit.csv(f"rota-{found.monday.isoformat()}.csv", BOM + file_lines([head, *rows]))


class _Fault(Exception):
    """What was typed is no entry; ``key`` has the words."""


async def add(visit: Visit) -> web.Response:
    """One more entry, or one for each weekday that is ticked: all of them or none."""
    try:
        wanted = _wanted(visit)
        await visit.write(_add_all, wanted, visit.who.login, visit.now,
                          visit.console.config.timezone)  # fmt: skip
    except _Fault as exc:
        return await _page(visit, 422, fault=visit.t(f"rota.{exc}"), typed=visit.typed)
    except ShiftRefused as exc:
        return await _page(visit, 422, fault=_told(visit, exc), typed=visit.typed)
    _changed(visit)
    return visit.go(_back(visit), "good", "rota.added", login=wanted[0].login)


def _add_all(tx: Tx, wanted: Iterable[Shift], login: str, now: int, zone: str) -> None:
    for shift in wanted:
        shifts.add(tx, shift, login, now, zone)


def _told(visit: Visit, exc: ShiftRefused) -> str:
    if exc.other is None:
        return visit.t(f"rota.refused_{exc.code}")
    piece, zone = exc.other, visit.console.config.timezone
    if piece.kind == "weekly":
        day = visit.t(f"rota.day_{piece.weekday}")
        when = f"{day} {shifts.clock(piece.opens)}–{shifts.clock(piece.closes)}"
    else:
        when = (f"{rota.day_of(piece.since, zone).isoformat()} – "
                f"{rota.day_of(piece.until - 1, zone).isoformat()}")  # fmt: skip
    return visit.t("rota.refused_overlap", login=piece.login, when=when)


def _wanted(visit: Visit) -> list[Shift]:
    """What the form means. Raises _Fault."""
    typed = visit.typed
    login, note = typed.get("login", "").strip(), typed.get("note", "").strip()
    covers = tuple(typed.get("covers", "").split()[:1])
    if typed.get("kind") != "weekly":
        kind: rota.Kind = "away" if typed.get("kind") == "away" else "once"
        return [Shift(login=login, kind=kind, since=_moment(visit, "since"),
                      until=_moment(visit, "until"), note=note,
                      covers=covers if kind == "once" else ())]  # fmt: skip
    days = [n for n in range(7) if typed.get(f"d{n}")]
    if not days:
        raise _Fault("no_day")
    opens, closes = _minute(typed.get("opens", "")), _minute(typed.get("closes", ""))
    closes += DAY_MINUTES if closes <= opens else 0
    return [Shift(login=login, kind="weekly", weekday=day, opens=opens, closes=closes,
                  covers=covers, note=note) for day in days]  # fmt: skip


def _minute(text: str) -> int:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise _Fault("no_time")
    return int(found[1]) * 60 + int(found[2])


def _moment(visit: Visit, name: str) -> int:
    """``2026-11-23T09:00`` in the corp's zone. Raises _Fault."""
    try:
        naive = datetime.fromisoformat(visit.typed.get(name, "").strip())
        if not 2000 <= naive.year < 2100:
            raise ValueError
        return to_ms(naive.replace(tzinfo=ZoneInfo(visit.console.config.timezone)))
    except ValueError:
        raise _Fault("no_moment") from None


async def remove(visit: Visit) -> web.Response:
    """Takes one entry off."""
    try:
        gone = await visit.write(shifts.remove, visit.number(), visit.who.login, visit.now,
                                 visit.console.config.timezone)  # fmt: skip
    except ShiftRefused as exc:
        return visit.go(_back(visit), "wait", f"rota.refused_{exc.code}")
    _changed(visit)
    return visit.go(_back(visit), "good", "rota.removed", login=gone.login)


def _changed(visit: Visit) -> None:
    """Who is on duty decides who is told."""
    visit.console.bells.ring("service")


def _back(visit: Visit) -> str:
    day = day_named(visit.typed.get("week", ""))
    return f"/rota?week={day.isoformat()}" if day else "/rota"


SEE, EDIT = Right.INBOX_SEE, Right.INBOX_ASSIGN
PAGE = Page(
    routes=(
        Route(method="GET", path="/rota", handler=show, needs=SEE),
        Route(method="GET", path="/rota.csv", handler=save, needs=SEE),
        Route(method="POST", path="/rota", handler=add, needs=EDIT),
        Route(method="POST", path="/rota/{id}/remove", handler=remove, needs=EDIT),
    ),
    entry=Entry(path="/rota", name="rota.title", needs=SEE, order=12, key="r"),
)
