"""Which days and whom the pages of value are about, and what their tables are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from bot.console.page import BASE
from bot.console.visit import Visit
from bot.console.when import day_begins, day_named
from bot.core.audience import Audience, Everybody, Is
from bot.core.clock import local
from bot.core.money import amount
from bot.members.formula import Scope
from bot.store import circles

USUAL = 30  # days
SHOWN = 50  # rows of a page
FILE_MAX = 100_000  # rows of a file


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the choice of whom: its words, and the same for each of the two reckonings."""

    words: str
    scope: Scope = field(default_factory=Scope)
    audience: Audience = field(default_factory=Everybody)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The form as it was filled in, and what it means. ``until`` is the last day, ``ends`` the
    moment after it; ``fault``: what is wrong with it."""

    since: str
    until: str
    begins: int
    ends: int
    of: str
    choices: Mapping[str, Choice]
    fault: str = ""

    @property
    def chosen(self) -> Choice:
        """Whom it is about."""
        return self.choices[self.of]

    @property
    def options(self) -> list[tuple[str, str]]:
        """The choices for a form."""
        return [(key, one.words) for key, one in self.choices.items()]

    def link(self, path: str, **more: str) -> str:
        """An address with the same choice."""
        own = {"since": self.since, "until": self.until, "of": self.of} | more
        return f"{BASE}{path}?{urlencode({key: value for key, value in own.items() if value})}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A table: of each row the first ``words`` cells are words, the others numbers; what stands
    behind a line end is smaller. ``links``: by row and column where a cell leads to; ``shades``:
    how dark it is (``shade``). ``foot``: a last row that adds up."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    shades: Mapping[tuple[int, int], str] = field(default_factory=dict)
    foot: Sequence[str] = ()


async def asked(visit: Visit) -> Asked:
    """The choice in the address; days and places that are none become the usual ones."""
    zone = visit.console.config.timezone
    since, until, fault = days_asked(visit)
    choices = await _choices(visit)
    of = visit.query("of")
    if of not in choices:
        of, fault = "", fault or "value.no_scope"
    return Asked(since=since.isoformat(), until=until.isoformat(), of=of, choices=choices,
                 begins=day_begins(since.isoformat(), zone), fault=fault,
                 ends=day_begins((until + timedelta(days=1)).isoformat(), zone))  # fmt: skip


def days_asked(visit: Visit) -> tuple[date, date, str]:
    """The first and the last day in the address, the usual ones where they are none, and what is
    wrong with them."""
    today = local(visit.now, visit.console.config.timezone).date()
    if not (visit.query("since") or visit.query("until")):
        return _before(today), today, ""
    last = day_named(visit.query("until") or today.isoformat())
    first = day_named(visit.query("since")) if visit.query("since") else last and _before(last)
    if first and last and first <= last:
        return first, last, ""
    return _before(today), today, "value.bad_days"


def _before(last: date) -> date:
    return last - timedelta(days=USUAL - 1)


async def _choices(visit: Visit) -> dict[str, Choice]:
    """Everybody, the personas that have friends, their accounts, the circles."""
    titles, cast, t = await visit.read(circles.known), visit.cast, visit.t
    found = {"": Choice(t("value.everybody"))}
    for key, script in (cast.scripts if cast is not None else {}).items():
        if places := script.persona.accounts.contact:
            words = t("value.of_persona", name=script.persona.name)
            found[f"persona:{key}"] = Choice(words, Scope("persona", tuple(places)),
                                             Is("account", tuple(places)))  # fmt: skip
    for account in cast.all_accounts("contact") if cast is not None else ():
        found[f"account:{account}"] = Choice(t("value.of_account", name=account), Scope(
            "account", (account,)), Is("account", (account,)))  # fmt: skip
    for id, title in titles.items():
        found[f"circle:{id}"] = Choice(t("value.of_circle", name=title), Scope("circle", (id,)),
                                       Is("circle", (id,)))  # fmt: skip
    return found


def person(name: str, id: str) -> str:
    """The cell of a member: his name, his id below it."""
    return f"{name}\n{id}" if name else id


def shade(value: int, most: int) -> str:
    """One of five shades, the class of a cell; what is below nothing has a look of its own."""
    if value < 0:
        return "shade-under"
    return f"shade-{-(-5 * value // most)}" if value and most > 0 else "shade-0"


def money(cents: int) -> str:
    """An amount as people read it: ``1,234.50``."""
    whole, _, part = amount(abs(cents)).partition(".")
    return f"{'-' if cents < 0 else ''}{int(whole):,}.{part}"


def exact(cents: int) -> Decimal:
    """An amount for a file."""
    return Decimal(cents).scaleb(-2)


def day(at: int, zone: str) -> str:
    """``2026-11-22``."""
    return local(at, zone).date().isoformat()
