"""``onevoice calendar``: what is planned in a month, and how many taps it costs whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import orjson

from bot.commands.casting import setting_of
from bot.commands.database import read, ready
from bot.commands.options import looking
from bot.core.clock import local, to_ms
from bot.library.cast import Cast
from bot.offset import clock_of
from bot.store import flows, people
from bot.store.engine import Tx
from scheduler.ahead import slots
from scheduler.almanac import LUNAR_YEARS, WEEKDAYS, announced_until
from scheduler.outlook import DayOf, Slot, day_of, outlook, taps


@click.command()
@looking
@click.option("--month", metavar="YYYY-MM", help="Default: this month.")
def calendar(config_path: Path, data: Path | None, json_out: bool, month: str | None) -> None:
    """Posts, flow steps and days of silence of a month, and the taps they cost."""
    config = ready(config_path, data)
    zone = config.timezone
    first = _month(month, local(clock_of(config).now(), zone).date())
    after = (first + timedelta(days=32)).replace(day=1)
    since, until = _midnight(first, zone), _midnight(after, zone)

    def look(tx: Tx) -> tuple[Cast, tuple[Slot, ...]]:
        setting = setting_of(tx, config, clock_of(config).now())
        cast = setting.cast
        chats = people.groups_of(tx, list(cast.all_accounts("contact")) or [""])
        owners = Counter(chat["owner"] for chat in chats)
        return cast, outlook(cast, since, until, flows.ahead(tx, since, until), owners,
                             slots(tx, setting, since, until))  # fmt: skip

    cast, planned = read(config, look)
    days = [day_of(cast, first + timedelta(days=n)) for n in range((after - first).days)]
    shown = _json if json_out else _text
    click.echo(shown(first, days, planned, zone))


def _month(name: str | None, today: date) -> date:
    if name is None:
        return today.replace(day=1)
    try:
        return datetime.strptime(name, "%Y-%m").date()  # a month has no zone
    except ValueError:
        raise click.UsageError(f"--month {name!r} is no month; write it like 2026-12") from None


def _midnight(day: date, zone: str) -> int:
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def _known(first: date) -> dict[str, int]:
    return {"holidays_until": announced_until(first.year), "lunar_until": LUNAR_YEARS[-1]}


def _json(first: date, days: list[DayOf], slots: tuple[Slot, ...], zone: str) -> str:
    found: dict[str, Any] = {
        "month": first.strftime("%Y-%m"), "known": _known(first), "taps": taps(slots),
        "days": [asdict(day) for day in days], "slots": [asdict(slot) for slot in slots],
    }  # fmt: skip
    return orjson.dumps(found).decode()


def _text(first: date, days: list[DayOf], slots: tuple[Slot, ...], zone: str) -> str:
    lines = []
    for day in days:
        todays = [slot for slot in slots if local(slot.at, zone).date() == day.day]
        head = _head(day)
        if todays or len(head) > 1:
            lines += [" ".join(head), *(_line(slot, zone) for slot in todays)]
    cost = "，".join(f"{account} {n} 次" for account, n in taps(slots).items()) or "不用"
    known = _known(first)
    lines += [
        f"要点发：{cost}",
        f"放假安排知道到 {known['holidays_until']} 年，节气和农历到 {known['lunar_until']} 年",
    ]
    return "\n".join(lines)


def _head(day: DayOf) -> list[str]:
    """The day, and what is special about it."""
    marks: Iterable[str] = (day.term, *day.festivals, f"{day.holiday}放假" if day.holiday else "",
                            f"静默：{day.blackout}" if day.blackout else "")  # fmt: skip
    works = day.workday and day.day.weekday() >= 5
    words = [*dict.fromkeys(filter(None, marks)), *(["调休上班"] if works else [])]
    return [f"{day.day.isoformat()} {WEEKDAYS[day.day.weekday()]}", *words]


def _line(slot: Slot, zone: str) -> str:
    clock = local(slot.at, zone).strftime("%H:%M")
    name = f"{slot.id}/{slot.step}" if slot.step else slot.id
    members = f"，{slot.members} 人" if slot.members else ""
    cost = f"，点发 {sum(slot.taps.values())} 次" if slot.taps and not slot.held else ""
    held = f"（不发：{slot.held}）" if slot.held else ""
    title = f" {slot.title}" if slot.title else ""
    return f"  {clock} {slot.persona} {name}{title}{members}{cost}{held}"
