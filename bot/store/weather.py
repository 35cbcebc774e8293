"""Weather that the brand tells of: kept once, and due on its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.core.daytime import moment
from bot.core.weather import Weather
from bot.store import audit, schedule
from bot.store.engine import Row, Tx

SHOWN = 100
MORNING = "03:30"  # as the sweeps that look for birthdays


def tell(tx: Tx, told: Iterable[Weather], actor: str, now: int, zone: str) -> list[Weather]:
    """Keeps what is new of it, and plans that flows begin on its day, at once when that has come;
    what was new."""
    made = [one for one in told if tx.run(
        "weather_add", city=one.city, kind=one.kind, day=one.day.isoformat(), actor=actor,
        now=now)]  # fmt: skip
    for one in made:
        morning = moment(f"{one.day.isoformat()} {MORNING}", zone) or now
        schedule.add_due(tx, f"weather/{one.key}", "weather", max(now, morning), {
            "city": one.city, "kind": one.kind, "day": one.day.isoformat(), "flow": "",
            "persona": "", "after": ""})  # fmt: skip
    audit.record(tx, [audit.note("weather", one.key, "tell", at=now, actor=actor, after=one.kind)
                      for one in made])  # fmt: skip
    return made


def begun(tx: Tx, city: str, kind: str, day: str, n: int) -> None:
    """So many flows more began by it."""
    tx.run("weather_begun", city=city, kind=kind, day=day, n=n)


def latest(tx: Tx, n: int = SHOWN) -> list[Row]:
    """What was told, the latest day first; ``begun``: how many members' flows began by it."""
    return tx.rows("weather_list", n=n)


def ahead(tx: Tx, city: str, today: date) -> list[Row]:
    """What is told of a city from today on."""
    return tx.rows("weather_ahead", city=city, day=today.isoformat()) if city else []
