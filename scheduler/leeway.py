"""What a persona may still say to one member without having been asked, counted as the governor
counts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.library.speech import Setting
from bot.store import governor as facts
from bot.store.engine import Tx
from scheduler.governor import Ask, Ruling, Standing, rule
from scheduler.rules import CAPS, RATIO_WITHIN, Case, Found, capped, quota
from scheduler.standings import standings
from scheduler.windows import window_start

# The ways to one member: by kf, and by a colleague's tap.
WAYS = (("kf", False), ("contact", True))
_ORDER = ("yes", "later", "no")


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many. A cap that was lowered may be exceeded."""

    used: int
    most: int

    @property
    def left(self) -> int:
        """How many more."""
        return max(self.most - self.used, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """The last ``days`` days: all that was unasked, and the offers among it."""

    days: int
    all: Count
    offers: Count

    @property
    def offers_left(self) -> int:
        """An offer counts among all as well."""
        return min(self.all.left, self.offers.left)


@dataclass(frozen=True, kw_only=True, slots=True)
class Leeway:
    """Spans with the shortest first; the platform's bulk messages of this month, over all
    accounts; how often he was served (all within an hour are one time) in the last ``days`` days,
    and the offers in them; and the ruling on an offer that would leave now."""

    persona: str
    spans: tuple[Span, ...]
    bulk: Count
    days: int
    served: int
    offers: int
    offer: Ruling


def leeway(tx: Tx, setting: Setting, member: str, persona: str) -> Leeway:
    """What is left for one member and one persona."""
    return _leeway(tx, setting, member, persona)[0]


def leeways(tx: Tx, setting: Setting, member: str) -> list[Leeway]:
    """The same for every persona that serves and that he has met."""
    found = (_leeway(tx, setting, member, persona) for persona in setting.cast.scripts)
    return [one for one, standing in found if standing.since is not None]


def _leeway(tx: Tx, setting: Setting, member: str, persona: str) -> tuple[Leeway, Standing]:
    asks = [Ask(persona=persona, member=member, channel=channel, kind="promo", origin="",
                sells=True, tap=tap) for channel, tap in WAYS]  # fmt: skip
    known = standings(tx, setting, asks)
    rules, standing = setting.governing.rules(persona), known[0]
    case = Case.of(asks[0], standing, rules, setting.now)
    since = window_start(setting.now, RATIO_WITHIN, standing.zone)
    served = facts.served(tx, {member: since}, setting.now).get((member, persona), ())
    rulings = [rule(ask, one, rules, setting.now) for ask, one in zip(asks, known, strict=True)]
    spans = tuple(Span(cap.days, *map(_count, capped(cap, case))) for cap in reversed(CAPS))
    made = Leeway(
        persona=persona, spans=spans, bulk=_count(quota(case)), days=RATIO_WITHIN,
        served=sum(hour > since for hour in served), offers=spans[-1].offers.used,
        offer=_best(rulings),
    )  # fmt: skip
    return made, standing


def _count(found: Found) -> Count:
    return Count(int(str(found.values["n"])), int(str(found.values["most"])))


def _best(rulings: Sequence[Ruling]) -> Ruling:
    """The way by which an offer could leave first; of two that are closed for good, the one whose
    reason is not that it leads nowhere."""
    return min(rulings, key=lambda one: (_ORDER.index(one.answer), one.until or 0,
                                         one.code == "unreachable"))  # fmt: skip
