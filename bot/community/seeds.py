"""Seed users: the three conditions over what somebody did, judged for one day. Pure.

Active days, posts that were worth something, loyalty. Each is judged over what happened before the
local day began, so a list of a day is the same at whatever hour it is made. Nothing rests on what
was merely said: such events are forgotten after a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.community.days import day_of
from bot.community.matching import WHEN, concerns
from bot.community.verdicts import void
from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.core.span import parse_span

Condition = Literal["active", "quality", "loyal"]
CONDITIONS: Mapping[Condition, str] = {"active": "活跃天数", "quality": "优质内容",
                                       "loyal": "忠诚"}  # fmt: skip
EVIDENCE_MAX = 100  # events that a list keeps behind one number
ACTIVE = ("checked", "signed", "submitted", "voted", "helped", "teamed", "commented", "feedback",
          "shared")  # fmt: skip
QUALITY = ("accepted", "feedback")


@dataclass(frozen=True, kw_only=True, slots=True)
class Active:
    """[seeds.active]: on so many different local days he did something of ``when``."""

    days: int = 12
    when: tuple[str, ...] = ACTIVE


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """[seeds.quality]: so many posts of ``when`` that stand."""

    posts: int = 2
    when: tuple[str, ...] = QUALITY


@dataclass(frozen=True, kw_only=True, slots=True)
class Loyal:
    """[seeds.loyal]: in the circle for so long, so many orders that were paid and kept, so many
    people brought. What is 0 or empty is not asked for."""

    stay: str = "60d"
    orders: int = 0
    brought: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Seeds:
    """[seeds]: ``days`` that are looked back on for activity and posts; ``places`` on a list (0:
    all who fit); ``answer``: how long an invitation stands; ``again``: who declined or said nothing
    is not asked again for so long; ``role`` is held for ``lasts`` from the answer on, looked after
    by the colleague ``owner``."""

    days: int = 90
    places: int = 0
    answer: str = "7d"
    again: str = "180d"
    role: Literal["seed", "koc"] = "seed"
    lasts: str = "90d"
    owner: str = ""
    active: Active = field(default_factory=Active)
    quality: Quality = field(default_factory=Quality)
    loyal: Loyal = field(default_factory=Loyal)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """One number behind a condition. ``wanted``: how much it takes; ``found``: how much there is;
    ``events``: the dedupes of what it was counted from, at most EVIDENCE_MAX, the latest last."""

    what: Literal["days", "posts", "stay", "orders", "brought"]
    wanted: int
    found: int
    events: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """True when there is enough."""
        return self.found >= self.wanted


OF: Mapping[str, Condition] = {"days": "active", "posts": "quality", "stay": "loyal",
                               "orders": "loyal", "brought": "loyal"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What one person comes to; the numbers in the order of the conditions."""

    proofs: tuple[Proof, ...]

    def holds(self, condition: Condition) -> bool:
        """True when he meets a condition."""
        return all(one.holds for one in self.proofs if OF[one.what] == condition)

    @property
    def met(self) -> int:
        """How many of the three he meets."""
        return sum(self.holds(one) for one in CONDITIONS)

    @property
    def fits(self) -> bool:
        """True when he meets all."""
        return self.met == len(CONDITIONS)

    @property
    def order(self) -> tuple[int, ...]:
        """Who is first on a list: more conditions, then more of each number."""
        return (-self.met, *(-one.found for one in self.proofs))


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What is known of one person. ``events``: all that may count, under all his ids; an order is
    one event of what was paid and kept, a person he brought one of the kind INVITED. ``since``:
    when he came into the circle, where he was at ``at``."""

    events: Sequence[Event]
    since: int


@dataclass(frozen=True, slots=True)
class Deeds:
    """What somebody did, in its order, as far as it counts in a circle; ``void``: what does not,
    and why."""

    stand: Sequence[Event]
    void: Mapping[str, str]
    zone: str

    @classmethod
    def of(cls, events: Iterable[Event], circle: str, zone: str) -> Deeds:
        """All of it, told in any order and however often."""
        told = sorted({one.dedupe: one for one in events}.values(), key=lambda one: one.order)
        gone = void(told)
        stand = [one for one in told if concerns(one, circle) and one.dedupe not in gone]
        return cls(stand, gone, zone)

    def between(self, since: int, until: int) -> Deeds:
        """That of a time; ``until`` is not in it."""
        return Deeds([one for one in self.stand if since <= one.at < until], self.void, self.zone)

    def days(self, when: Iterable[str]) -> dict[date, str]:
        """The local days on which he did something of these, each with the first of it."""
        return {day_of(one, self.zone): one.dedupe for one in reversed(self._of(when))}

    def posts(self, when: Iterable[str]) -> list[str]:
        """An entry is one post, however often somebody looked at it, as long as the last word is
        that it is accepted."""
        first: dict[str, str] = {}
        for one in self._of(when):
            entry = one.place if one.kind is Happened.JUDGED else one.dedupe
            if entry not in self.void:
                first.setdefault(entry, one.dedupe)
        return list(first.values())

    def all(self, kind: Happened) -> list[str]:
        """Everything of one kind."""
        return [one.dedupe for one in self.stand if one.kind is kind]

    def _of(self, when: Iterable[str]) -> list[Event]:
        kinds = [WHEN[one] for one in when]
        return [one for one in self.stand if any(
            one.kind is kind and which in ("", one.which) for kind, which in kinds)]  # fmt: skip


def judge(wanted: Seeds, circle: str, zone: str, one: Person, at: int) -> Judged:
    """What he comes to by what happened before ``at`` (UTC ms, the beginning of a local day)."""
    every = Deeds.of((each for each in one.events if each.at < at), circle, zone)
    late = every.between(at - wanted.days * DAY, at)
    days, posts = late.days(wanted.active.when), late.posts(wanted.quality.when)
    return Judged((
        Proof(what="days", wanted=wanted.active.days, found=len(days),
              events=_last(days[day] for day in sorted(days))),
        Proof(what="posts", wanted=wanted.quality.posts, found=len(posts), events=_last(posts)),
        *_loyal(wanted.loyal, every, one.since, at),
    ))  # fmt: skip


def _loyal(wanted: Loyal, every: Deeds, since: int, at: int) -> Iterator[Proof]:
    if wanted.stay:
        came = [one.dedupe for one in every.stand
                if one.kind is Happened.ENTERED and one.at == since]  # fmt: skip
        yield Proof(what="stay", wanted=parse_span(wanted.stay) // DAY, found=(at - since) // DAY,
                    events=tuple(came[:1]))  # fmt: skip
    if wanted.orders:
        orders = every.all(Happened.ORDERED)
        yield Proof(what="orders", wanted=wanted.orders, found=len(orders), events=_last(orders))
    if wanted.brought:
        brought = every.all(Happened.INVITED)
        yield Proof(what="brought", wanted=wanted.brought, found=len(brought),
                    events=_last(brought))  # fmt: skip


def _last(dedupes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dedupes)[-EVIDENCE_MAX:]
