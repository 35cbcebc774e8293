"""The governor's rules for a message to one member, one small function each, in a table. Pure.

A rule gives None where it has no say (a rule about offers, asked of a birthday wish). Else it lets
the message pass, puts it off until some time, or, with ``until`` None, ends it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.clock import DAY
from bot.core.governing import Rules
from scheduler.ruling import NOTHING, Ask, Barred, Standing
from scheduler.windows import awake, window_end, window_start

RATIO_WITHIN = 31  # days after which an offer is forgotten


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What is asked, what is known, by what is judged, and when. ``times``: when messages that he
    had not asked for reached him, the oldest first; ``offers``: the offers among them."""

    ask: Ask
    standing: Standing
    rules: Rules
    now: int
    times: Sequence[int]
    offers: Sequence[int]

    @classmethod
    def of(cls, ask: Ask, standing: Standing, rules: Rules, now: int) -> Case:
        """What is on its way may arrive now."""
        told = sorted((now if at is None else at, sells) for at, sells in standing.said)
        return cls(
            ask=ask,
            standing=standing,
            rules=rules,
            now=now,
            times=[at for at, _ in told],
            offers=[at for at, sells in told if sells],
        )

    @property
    def last_offer(self) -> int | None:
        """When the last offer reached him, or does."""
        return self.offers[-1] if self.offers else None


class Found(NamedTuple):
    """What a rule found. ``key`` names its sentence, ``values`` are what stands in it."""

    holds: bool
    key: str
    values: Mapping[str, object] = NOTHING
    until: int | None = None


Judge = Callable[[Case], Found | None]


def against(barred: Barred | None, fine: str) -> Found:
    """What is barred already, or fine."""
    if barred is None:
        return Found(True, fine)
    return Found(False, barred.key, barred.values, barred.until)


def _opted_out(case: Case) -> Found:
    welcome = case.standing.promo_ok
    return Found(welcome, "promo_ok" if welcome else "opted_out")


def _fewer(case: Case) -> Found:
    if not case.standing.promo_less:
        return Found(True, "not_fewer")
    last, span = case.last_offer, case.rules.fewer
    days = days_of(span)
    if last is None or last + span <= case.now:
        return Found(True, "fewer_free", {"days": days})
    return Found(False, "fewer", {"days": days, "last_at": last}, last + span)


def _trust(case: Case) -> Found:
    rules, standing = case.rules, case.standing
    if standing.since is None:
        fine = rules.trust_days == 0
        return Found(fine, "trust_unknown", until=None if fine else case.now + rules.trust_days)
    values = {"known": (case.now - standing.since) // DAY, "days": days_of(rules.trust_days),
              "n": standing.contacts, "most": rules.trust_contacts}  # fmt: skip
    if standing.since + rules.trust_days <= case.now:
        return Found(True, "trust", values)
    if 0 < rules.trust_contacts <= standing.contacts:
        return Found(True, "trust_served", values)
    key = "trust_new" if rules.trust_contacts else "trust_days"
    return Found(False, key, values, standing.since + rules.trust_days)


def _open(name: str, fine: str, key: str) -> Judge:
    """Something of his is open since the time in the field of that name."""

    def judge(case: Case) -> Found:
        since = getattr(case.standing, name)
        if since is None:
            return Found(True, fine)
        return Found(False, key, {"since_at": since}, case.now + case.rules.again)

    return judge


def _mood(case: Case) -> Found:
    since, span = case.standing.upset_at, case.rules.mood_for
    if since is None or since + span <= case.now:
        return Found(True, "calm")
    return Found(False, "upset", {"since_at": since, "days": days_of(span)}, since + span)


def _ratio(case: Case) -> Found:
    last, least = case.last_offer, case.rules.ratio
    if last is None or last <= window_start(case.now, RATIO_WITHIN, case.standing.zone):
        return Found(True, "ratio_free", {"days": RATIO_WITHIN})
    values = {"n": case.standing.served, "most": least}
    # nobody knows when he is served again, so it is asked once a day
    until = min(case.now + DAY, window_end(last, RATIO_WITHIN, case.standing.zone))
    return Found(case.standing.served >= least, "ratio", values, until)


class Cap(NamedTuple):
    """Caps of one window: on all that is unasked, and on the offers among it."""

    code: str
    days: int
    most: Callable[[Rules], int]
    offers: Callable[[Rules], int]


CAPS = (
    Cap("cap_month", 31, lambda r: r.month, lambda r: r.promo_month),
    Cap("cap_week", 7, lambda r: r.week, lambda r: r.promo_week),
    Cap("cap_day", 1, lambda r: r.day, lambda r: r.promo_day),
)


def capped(cap: Cap, case: Case) -> tuple[Found, Found]:
    """What the cap on all finds, and what the one on offers does, whoever asks."""
    return (_cap(case, cap.days, case.times, cap.most(case.rules), "cap"),
            _cap(case, cap.days, case.offers, cap.offers(case.rules), "cap_offers"))  # fmt: skip


def _capped(cap: Cap) -> Judge:
    """The cap on all, and for an offer whichever of the two holds it back for longer."""

    def judge(case: Case) -> Found:
        found, other = capped(cap, case)
        if not case.ask.sells:
            return found
        return max(found, other, key=lambda one: -1 if one.holds else one.until or 0)

    return judge


def _cap(case: Case, days: int, times: Sequence[int], most: int, key: str) -> Found:
    zone, now = case.standing.zone, case.now
    n = len(times) - bisect_right(times, window_start(now, days, zone))
    values = {"n": n, "most": most, "days": days}
    if n < most:
        return Found(True, key, values)
    return Found(False, key, values, window_end(times[-most] if most else now, days, zone))


def quota(case: Case) -> Found:
    """The platform counts what colleagues send on their own, too (page 92135)."""
    standing, most = case.standing, case.rules.platform_month or case.standing.month_days
    return Found(standing.bulk < most, "quota", {"n": standing.bulk, "most": most},
                 standing.month_ends)  # fmt: skip


def _quiet(case: Case) -> Found:
    rules = case.rules
    return quiet(case.now, case.standing.zone, rules)


def quiet(now: int, zone: str, rules: Rules) -> Found:
    """Whether it is late or early there."""
    ends = awake(now, zone, rules.quiet_from, rules.quiet_to)
    values = {"quiet": f"{clock(rules.quiet_from)}–{clock(rules.quiet_to)}", "until_at": ends}
    return Found(ends == now, "awake" if ends == now else "asleep", values, ends)


def clock(minute: int) -> str:
    """A minute of the day as a time."""
    return f"{minute // 60:02}:{minute % 60:02}"


def days_of(span: int) -> int | float:
    """ms as days."""
    return span // DAY if span % DAY == 0 else round(span / DAY, 1)


def _of_offers(judge: Judge) -> Judge:
    return lambda case: judge(case) if case.ask.sells else None


def _of_care(judge: Judge) -> Judge:
    return lambda case: judge(case) if case.ask.kind == "care" else None


def _of_bulk(judge: Judge) -> Judge:
    return lambda case: judge(case) if case.ask.tap or case.ask.channel == "contact" else None


# In the order of weight: of two that hold something back for as long, the first is named.
RULES: Sequence[tuple[str, Judge]] = (
    ("persona_dates", lambda case: against(case.standing.persona, "persona_in")),
    ("content_dates", lambda case: against(case.standing.content, "content_in")),
    ("content_withheld", lambda case: against(case.standing.withheld, "content_free")),
    ("care_link", _of_care(lambda case: against(case.standing.trade, "care_clean"))),
    ("unreachable", lambda case: against(case.standing.way, "reachable")),
    ("opted_out", _of_offers(_opted_out)),
    ("fewer", _of_offers(_fewer)),
    ("trust", _of_offers(_trust)),
    ("open_complaint", _open("complaint_at", "no_complaint", "complaint")),
    ("handed_off", _of_offers(_open("handed_at", "not_held", "held"))),
    ("open_question", _of_offers(_open("question_at", "no_question", "question"))),
    ("mood", _of_offers(_mood)),
    ("ratio", _of_offers(_ratio)),
    *((cap.code, _capped(cap)) for cap in CAPS),
    ("quota_month", _of_bulk(quota)),
    ("blackout", lambda case: against(case.standing.blackout, "no_blackout")),
    ("quiet_hours", _quiet),
)  # fmt: skip
