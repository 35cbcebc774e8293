"""What the pages of circles have in common: the days that are asked for, and how circles,
leaders and carriers are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from bot.console.page import BASE
from bot.console.pages.value_asked import days_asked
from bot.console.visit import Refused, Visit
from bot.console.words import said_or
from bot.core.clock import local
from bot.library.speech import Setting
from bot.members.circle import Circle
from bot.members.ledger import DAYS_MAX, Days, days
from bot.store import sources
from bot.store.engine import Tx

USUAL = 30  # days
MONTHLY = 62  # with more days than these a line is a month


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The days of a form; ``until`` is the last of them. ``fault``: what is wrong with it."""

    since: date
    until: date
    days: Days
    fault: str = ""

    @property
    def begins(self) -> int:
        """The first moment, in UTC ms."""
        return self.days.edges[0]

    @property
    def ends(self) -> int:
        """The moment after the last day."""
        return self.days.edges[-1]

    @property
    def monthly(self) -> bool:
        """True when a line of a table stands for a month."""
        return len(self.days) > MONTHLY

    def link(self, path: str, **more: str) -> str:
        """An address with the same days; ``more`` may name others."""
        own = {"since": self.since.isoformat(), "until": self.until.isoformat()} | more
        return f"{BASE}{path}?{urlencode({key: value for key, value in own.items() if value})}"


def span_of(visit: Visit) -> Span:
    """The days in the address; the last 30 where there are none, or too many."""
    zone = visit.console.config.timezone
    since, until, fault = days_asked(visit)
    n = (until - since).days + 1
    if n > DAYS_MAX:
        return _made(local(visit.now, zone).date(), USUAL, zone, "circles.too_long")
    return _made(until, n, zone, fault)


def last_days(visit: Visit) -> Days:
    """The days over which goals look back: 30, today the last."""
    zone = visit.console.config.timezone
    return _made(local(visit.now, zone).date(), USUAL, zone).days


def _made(until: date, n: int, zone: str, fault: str = "") -> Span:
    since = date.fromordinal(until.toordinal() - n + 1)
    return Span(since=since, until=until, days=days(since, n, zone), fault=fault)


def at(path: str, **more: str) -> str:
    """The address of a page behind ``/console``."""
    query = urlencode({key: value for key, value in more.items() if value})
    return f"{path}{'?' if query else ''}{query}"


def circles_of(visit: Visit) -> Mapping[str, Circle]:
    """The circles that serve."""
    return visit.cast.circles if visit.cast is not None else {}


def circle_named(visit: Visit, id: str) -> Circle:
    """A circle that serves. Raises Refused."""
    found = circles_of(visit).get(id)
    if found is None:
        raise Refused(404, "circles.gone")
    return found


def setting_of(visit: Visit, tx: Tx) -> Setting:
    """What serves at this moment. Raises Refused."""
    if visit.cast is None:
        raise Refused(409, "circles.nothing_serves")
    return Setting.of(visit.console.config, visit.cast, visit.now, sources.links(tx))


def titles(visit: Visit) -> dict[str, str]:
    """What people call the circles."""
    return {id: circle.title for id, circle in circles_of(visit).items()}


def persona_name(visit: Visit, id: str) -> str:
    """What members call a persona; its id where it does not serve."""
    script = visit.cast.scripts.get(id) if visit.cast is not None else None
    return script.persona.name if script is not None else id


def carrier(visit: Visit, id: str) -> str:
    """A carrier in words."""
    return said_or(visit.lang, f"carrier.{id}", id)


def rung(visit: Visit) -> None:
    """Open pages look again, and what follows from it happens now."""
    visit.console.bells.ring("circles")
    visit.console.bells.ring("due")
