"""The governor at the door: it rules once more in the transaction in which a sender claims rows.

So nothing can change between the ruling and the call: an opt-out or a complaint that is on disk is
seen, and of two messages to one member the second sees the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.clock import DAY, MINUTE
from bot.core.model import Outbound
from bot.core.policy import Verdict
from bot.library.speech import Setting
from bot.store import governor as facts
from bot.store import receivers, rulings
from bot.store.engine import Tx
from scheduler.admission import refused
from scheduler.governor import Ask, Feed, Ruling, Said, Standing, rule, rule_feed, unasked
from scheduler.standings import ask_of, offering, persona_out, silent, standings

# ms; a row does not stand before the others of its lane for longer than this.
HELD_MOST = DAY
# For these a whole task waits: they hold for all of its receivers, or soon for none.
WAITING = frozenset({"quiet_hours", "blackout"})
FEEDS = frozenset({"group", "moment"})
# Receivers that one write rules on: 500 take 60 to 90 ms, in which nobody else can write to SQLite.
PAGE = 500
STALE = 10 * MINUTE
NEXT = "the rest of its receivers is ruled on"


@dataclass(frozen=True, slots=True)
class _Person:
    """One receiver of a row, and what the row asks for him."""

    row: Outbound
    peer: str
    ask: Ask


_Ruled = tuple[_Person, Ruling]


def gate(tx: Tx, setting: Setting, rows: Sequence[Outbound]) -> Mapping[int, Verdict]:
    """What becomes of claimed rows that may not leave now, by id; the others may. Receivers of a
    task for many who may not get it are taken off its list here, a page of them at a time."""
    found = dict(_posts(tx, setting, (row for row in rows if row.channel in FEEDS)))
    asked = [row for row in rows if unasked(row.kind, row.origin)]
    if not asked:
        return found
    facts.hold(tx, setting.now)
    leaving = {row.id for row in asked}
    for row in [row for row in asked if not row.member and _is_long(tx, row)]:
        verdict = _paged(tx, setting, row, frozenset(leaving))
        leaving.discard(row.id)  # whoever passed counts for the others
        if verdict is not None:
            found[row.id] = verdict
    short = [row for row in asked if row.id in leaving]
    people = [person for row in short for person in _people(tx, setting, row)]
    ruled = _ruled(tx, setting, people, frozenset(leaving))
    return {**found, **dict(_verdicts(tx, setting.now, short, ruled))}


def _ruled(
    tx: Tx, setting: Setting, people: Sequence[_Person], leaving: frozenset[int]
) -> list[_Ruled]:
    known = standings(tx, setting, [one.ask for one in people], leaving=leaving, claimed=True)
    ruled = list(_rule(setting, people, known))
    refused(tx, setting, ((one.ask, ruling) for one, ruling in ruled))
    return ruled


def _is_long(tx: Tx, row: Outbound) -> bool:
    """More receivers than one write may rule on, or begun so."""
    return rulings.of(tx, row.id) is not None or len(rulings.page(tx, row.id, "", PAGE + 1)) > PAGE


def _paged(tx: Tx, setting: Setting, row: Outbound, leaving: frozenset[int]) -> Verdict | None:
    """Rules on the next page of a task. In between it is ready again, and whoever has passed counts
    as if he had it; an opt-out takes him off. A pass that takes too long begins anew."""
    now, [ask] = setting.now, offering(setting, [ask_of(row)])
    come = rulings.of(tx, row.id)
    if come is None or come.since < now - STALE:
        come = rulings.Progress(since=now)
    page = rulings.page(tx, row.id, come.after, PAGE)
    people = [_Person(row, one["peer"], replace(ask, member=one["member"]))
              for one in page if one["member"]]  # fmt: skip
    ruled = _ruled(tx, setting, people, leaving)
    come = _take_off(tx, row, ruled, come, now)
    if len(page) == PAGE:
        rulings.put(tx, row.id, replace(come, after=page[-1]["peer"]))
        return Verdict("pace", retry_at=now, note=NEXT)
    return _end(tx, row, come, now)


def _take_off(
    tx: Tx, row: Outbound, ruled: Sequence[_Ruled], come: rulings.Progress, now: int
) -> rulings.Progress:
    """As long as nobody may have the task, those stay for whom all of it might wait."""
    against = [(one, ruling) for one, ruling in ruled if ruling.answer != "yes"]
    come = replace(come, passed=come.passed + len(ruled) - len(against))
    waits = _waits(row, against, now, left=come.passed)
    waiting = {one.peer for one, _ in waits}
    facts.take_off(tx, row.id, {one.peer: ruling.code for one, ruling in against
                                if one.peer not in waiting})  # fmt: skip
    if not waits:
        return come
    until = min(ruling.until or now for _, ruling in waits)
    return replace(come, until=min(until, come.until or until), code=come.code or waits[0][1].code)


def _end(tx: Tx, row: Outbound, come: rulings.Progress, now: int) -> Verdict | None:
    if come.until is not None and come.passed:  # those that might have waited are taken off, too
        rulings.put(tx, row.id, rulings.Progress(since=come.since, passed=come.passed))
        return Verdict("pace", retry_at=now, note=NEXT)
    rulings.end(tx, row.id, now - STALE)
    if come.until is not None:
        facts.note(tx, row.id, come.code)
        return Verdict("pace", retry_at=come.until, note=come.code)
    if come.passed and rulings.page(tx, row.id, "", 1):
        return None
    return Verdict("cancel", note=rulings.commonest(tx, row.id))


def _posts(tx: Tx, setting: Setting, rows: Iterable[Outbound]) -> Iterator[tuple[int, Verdict]]:
    """Tasks for groups and moments. Their numbers were ruled on when they were planned, but it may
    be night by now."""
    for row in rows:
        moment = row.channel == "moment"
        feed = Feed(zone=setting.cast.zone, moment=moment,
                    persona=persona_out(setting, row.persona),
                    blackout=silent(setting, row.kind, row.persona))  # fmt: skip
        rules = setting.governing.rules(row.persona)
        ruling = rule_feed(feed, rules, setting.now, sells=False)
        if ruling.answer != "yes":
            yield row.id, _single(tx, row, ruling, setting.now)


def _people(tx: Tx, setting: Setting, row: Outbound) -> Iterator[_Person]:
    [ask] = offering(setting, [ask_of(row)])
    if row.member:
        yield _Person(row, row.peer, ask)
        return
    for person in receivers.of(tx, row.id):
        if person["member"]:
            yield _Person(row, person["peer"], replace(ask, member=person["member"]))


def _rule(
    setting: Setting, people: Sequence[_Person], known: Sequence[Standing]
) -> Iterator[_Ruled]:
    """One after the other: what passes counts for those that come after it."""
    passed: dict[str, list[_Person]] = {}
    for person, standing in zip(people, known, strict=True):
        ask, before = person.ask, passed.get(person.ask.member)
        seen = standing if before is None else _with(standing, ask, before)
        ruling = rule(ask, seen, setting.governing.rules(ask.persona), setting.now)
        if ruling.answer == "yes":
            passed.setdefault(ask.member, []).append(person)
        yield person, ruling


def _with(standing: Standing, ask: Ask, before: Iterable[_Person]) -> Standing:
    said = tuple(Said(None, one.ask.sells) for one in before if one.ask.persona == ask.persona)
    offers = any(one.sells for one in said)
    return replace(standing, said=(*standing.said, *said),
                   served=0 if offers else standing.served,
                   bulk=standing.bulk + sum(one.ask.tap for one in before))  # fmt: skip


def _verdicts(
    tx: Tx, now: int, rows: Sequence[Outbound], ruled: Iterable[_Ruled]
) -> Iterator[tuple[int, Verdict]]:
    found: dict[int, list[_Ruled]] = {row.id: [] for row in rows}
    for person, ruling in ruled:
        found[person.row.id].append((person, ruling))
    for row in rows:
        verdict = _verdict(tx, row, found[row.id], now)
        if verdict is not None:
            yield row.id, verdict


def _verdict(tx: Tx, row: Outbound, ruled: Sequence[_Ruled], now: int) -> Verdict | None:
    against = [(one, ruling) for one, ruling in ruled if ruling.answer != "yes"]
    if not against:
        return None
    if row.member:
        return _single(tx, row, against[0][1], now)
    return _task(tx, row, against, now, left=len(ruled) - len(against))


def _single(tx: Tx, row: Outbound, ruling: Ruling, now: int) -> Verdict:
    if not _can_wait(row, ruling, now):
        return Verdict("cancel", note=ruling.code)
    facts.note(tx, row.id, ruling.code)
    return Verdict("pace", retry_at=ruling.until or now, note=ruling.code)


def _task(tx: Tx, row: Outbound, against: Sequence[_Ruled], now: int, left: int) -> Verdict | None:
    """A task goes without those who may not get it; when nobody is left it waits for the morning,
    or is over."""
    waits = _waits(row, against, now, left=left)
    waiting = {one.peer for one, _ in waits}
    off = {one.peer: ruling.code for one, ruling in against if one.peer not in waiting}
    if off:
        facts.take_off(tx, row.id, off)
    if waits:
        code, until = waits[0][1].code, min(ruling.until or now for _, ruling in waits)
        facts.note(tx, row.id, code)
        return Verdict("pace", retry_at=until, note=code)
    return None if left else Verdict("cancel", note=Counter(off.values()).most_common(1)[0][0])


def _waits(row: Outbound, against: Iterable[_Ruled], now: int, left: int) -> list[_Ruled]:
    """For whom a whole task might wait: nobody, when some may have it now."""
    return [] if left else [(one, ruling) for one, ruling in against
                            if ruling.code in WAITING and _can_wait(row, ruling, now)]  # fmt: skip


def _can_wait(row: Outbound, ruling: Ruling, now: int) -> bool:
    until = ruling.until
    if until is None or until - now > HELD_MOST:
        return False
    return row.expires_at is None or until < row.expires_at
