"""An independent judge over what members received one to one: it knows the platform's truth and the
numbers of the rules, nothing of the product's tables, counters or code.

What an offer and what care is, it sees by marks in the words; so does it see opt-outs, complaints
and the end of a complaint.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

DAY, MINUTE = 86_400_000, 60_000
ALONE = ("kf", "contact")
# A tap that comes so soon after an opt-out or a complaint could not be called back in time.
GRACE = MINUTE
# The platform tells whole seconds: nobody can know more exactly when a tap was.
RESOLUTION = 1_000


@dataclass(frozen=True, kw_only=True)
class Law:
    """The numbers of the rules, as they stand in the configuration, and the marks of the words."""

    day: int = 2
    week: int = 4
    month: int = 8
    promo_day: int = 1
    promo_week: int = 1
    promo_month: int = 3
    quiet_from: int = 21 * 60 + 30
    quiet_to: int = 8 * 60 + 30
    trust: int = 7 * DAY
    zone: str = "Asia/Shanghai"
    offer: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    opt_out: tuple[str, ...] = ()
    opt_in: tuple[str, ...] = ()
    complaint: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()


@dataclass(frozen=True, order=True)
class Got:
    """One message nobody asked for: a bulk message is one, however many bubbles it has."""

    at: int
    channel: str
    offer: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the platform knows: ``received`` by member, ``words`` as (at, member, text), ``added``
    as (at, member, account)."""

    received: Mapping[str, Sequence[Mapping[str, Any]]]
    words: Iterable[tuple[int, str, str]]
    added: Iterable[tuple[int, str, str]]


@dataclass
class Verdict:
    """Broken rules, each with a sentence; ``late`` are taps within GRACE; ``judged`` messages.
    ``posts``: by kind of task how many posts there were, and how many of them sold."""

    broken: list[tuple[str, str]] = field(default_factory=list)
    late: Counter[str] = field(default_factory=Counter)
    judged: int = 0
    offers: int = 0
    posts: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def by_rule(self) -> Counter[str]:
        return Counter(rule for rule, _ in self.broken)


@dataclass
class _Member:
    got: list[Got]
    opted_out: list[tuple[int, int]]
    complaining: list[tuple[int, int]]
    friend_since: int


def judge(truth: Truth, law: Law) -> Verdict:
    """Every message of every member against every rule."""
    verdict = Verdict()
    words: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for at, member, text in truth.words:
        words[member].append((at, text))
    since: dict[str, int] = {}
    for at, member, _ in truth.added:
        since[member] = min(at, since.get(member, at))
    for member, entries in truth.received.items():
        said = sorted(words[member])
        one = _Member(
            got=_got(entries, law),
            opted_out=_spans(said, said, law.opt_out, law.opt_in),
            complaining=_spans(said, _answers(entries), law.complaint, law.settled),
            friend_since=since.get(member, 1 << 62),
        )  # fmt: skip
        verdict.judged += len(one.got)
        verdict.offers += sum(message.offer for message in one.got)
        for n, message in enumerate(one.got):
            for rule in _rules(one, n, message, law, verdict):
                when = datetime.fromtimestamp(message.at / 1000, UTC).astimezone(ZoneInfo(law.zone))
                verdict.broken.append((rule, f"{rule}: {member} {when:%m-%d %H:%M:%S}"
                                             f" {message.channel} {message.text[:20]!r}"))  # fmt: skip
    return verdict


def _got(entries: Sequence[Mapping[str, Any]], law: Law) -> list[Got]:
    made: list[Got] = []
    bulks: set[str] = set()
    for entry in entries:
        text, bulk = entry["text"], entry["raw"].get("bulk")
        offer = any(mark in text for mark in law.offer)
        if entry["channel"] not in ALONE or not (offer or any(m in text for m in law.care)):
            continue
        if bulk is None or bulk not in bulks:
            made.append(Got(entry["at"], entry["channel"], offer, text))
        bulks.add(bulk or "")
    return sorted(made)


def _answers(entries: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    return [(entry["at"], entry["text"]) for entry in entries if entry["channel"] in ALONE]


def _spans(
    begins: Sequence[tuple[int, str]], ends: Sequence[tuple[int, str]], opens: Sequence[str],
    closes: Sequence[str],
) -> list[tuple[int, int]]:  # fmt: skip
    """From each opening word to the next closing one."""
    over = [at for at, text in ends if any(mark in text for mark in closes)]
    return [(at, next((end for end in over if end > at), 1 << 62))
            for at, text in begins if any(mark in text for mark in opens)]  # fmt: skip


def _rules(one: _Member, n: int, message: Got, law: Law, verdict: Verdict) -> Iterator[str]:
    if _within(_minute(message.at, law.zone), law.quiet_from, law.quiet_to):
        yield "quiet"
    times = [got.at for got in one.got[: n + 1]]
    yield from _caps(times, message.at, ((1, law.day), (7, law.week), (31, law.month)), "cap")
    if not message.offer:
        return
    offers = [got.at for got in one.got[: n + 1] if got.offer]
    limits = ((1, law.promo_day), (7, law.promo_week), (31, law.promo_month))
    yield from _caps(offers, message.at, limits, "promo_cap")
    if message.at - one.friend_since < law.trust:
        yield "trust"
    for name, spans in (("opted_out", one.opted_out), ("complaint", one.complaining)):
        for start, end in spans:
            if start < message.at < end:
                if message.channel == "contact" and message.at - start <= GRACE:
                    verdict.late[name] += 1
                else:
                    yield name


def _caps(
    times: Sequence[int], at: int, limits: Sequence[tuple[int, int]], name: str
) -> Iterator[str]:
    for days, most in limits:
        if len(times) - bisect_right(times, at - days * DAY + RESOLUTION) > most:
            yield f"{name}_{days}"


def _minute(at: int, zone: str) -> int:
    there = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
    return there.hour * 60 + there.minute


def _within(minute: int, start: int, end: int) -> bool:
    if start == end:
        return False
    return start <= minute < end if start < end else minute >= start or minute < end
