"""The governor at the door: it rules once more in the transaction in which a sender claims rows.

So nothing can change between the ruling and the call: an opt-out or a complaint that is on disk is
seen, and of two messages to one member the second sees the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.clock import DAY
from bot.core.model import Outbound
from bot.core.policy import Verdict
from bot.library.speech import Setting
from bot.store import governor as facts
from bot.store import receivers
from bot.store.engine import Tx
from scheduler.admission import refused
from scheduler.governor import Ask, Feed, Ruling, Said, Standing, rule, rule_feed, unasked
from scheduler.standings import ask_of, offering, persona_out, silent, standings

# ms; a row does not stand before the others of its lane for longer than this.
HELD_MOST = DAY
# For these a whole task waits: they hold for all of its receivers, or soon for none.
WAITING = frozenset({"quiet_hours", "blackout"})
FEEDS = frozenset({"group", "moment"})


@dataclass(frozen=True, slots=True)
class _Person:
    """One receiver of a row, and what the row asks for him."""

    row: Outbound
    peer: str
    ask: Ask


def gate(tx: Tx, setting: Setting, rows: Sequence[Outbound]) -> Mapping[int, Verdict]:
    """What becomes of claimed rows that may not leave now, by id; the others may. Receivers of a
    task for many who may not get it are taken off its list here."""
    posts = dict(_posts(tx, setting, (row for row in rows if row.channel in FEEDS)))
    asked = [row for row in rows if unasked(row.kind, row.origin)]
    if not asked:
        return posts
    facts.hold(tx, setting.now)
    people = [person for row in asked for person in _people(tx, setting, row)]
    known = standings(tx, setting, [one.ask for one in people],
                      leaving=frozenset(row.id for row in asked), claimed=True)  # fmt: skip
    ruled = list(_rule(setting, people, known))
    refused(tx, setting, ((one.ask, ruling) for one, ruling in ruled))
    return {**posts, **dict(_verdicts(tx, setting.now, asked, ruled))}


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
) -> Iterator[tuple[_Person, Ruling]]:
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
    tx: Tx, now: int, rows: Sequence[Outbound], ruled: Iterable[tuple[_Person, Ruling]]
) -> Iterator[tuple[int, Verdict]]:
    found: dict[int, list[tuple[_Person, Ruling]]] = {row.id: [] for row in rows}
    for person, ruling in ruled:
        found[person.row.id].append((person, ruling))
    for row in rows:
        verdict = _verdict(tx, row, found[row.id], now)
        if verdict is not None:
            yield row.id, verdict


def _verdict(
    tx: Tx, row: Outbound, ruled: Sequence[tuple[_Person, Ruling]], now: int
) -> Verdict | None:
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


def _task(
    tx: Tx, row: Outbound, against: Sequence[tuple[_Person, Ruling]], now: int, left: int
) -> Verdict | None:
    """A task goes without those who may not get it; when nobody is left it waits for the morning,
    or is over."""
    waits = [] if left else [(one, ruling) for one, ruling in against
                             if ruling.code in WAITING and _can_wait(row, ruling, now)]  # fmt: skip
    waiting = {one.peer for one, _ in waits}
    off = {one.peer: ruling.code for one, ruling in against if one.peer not in waiting}
    if off:
        facts.take_off(tx, row.id, off)
    if waits:
        code, until = waits[0][1].code, min(ruling.until or now for _, ruling in waits)
        facts.note(tx, row.id, code)
        return Verdict("pace", retry_at=until, note=code)
    return None if left else Verdict("cancel", note=Counter(off.values()).most_common(1)[0][0])


def _can_wait(row: Outbound, ruling: Ruling, now: int) -> bool:
    until = ruling.until
    if until is None or until - now > HELD_MOST:
        return False
    return row.expires_at is None or until < row.expires_at
