"""Random histories: every ledger closes, equals the log, and made anew it is the same."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.clock import HOUR
from bot.core.event import Event, Happened
from bot.members.ledger import Line, days
from bot.store import events, flowing, history, ledger, people, persons, projections, stays
from bot.store.engine import Row, Tx
from bot.store.sql import Composed
from tests.contract.conftest import Bench

ZONE = "Asia/Shanghai"
SPAN = days(date(2026, 11, 1), 32, ZONE)
IDS = [f"wm{n:03d}" for n in range(240)]
ACCOUNTS = [f"acc{n}" for n in range(5)]
GROUPS = [f"chat{n}" for n in range(6)]
CIRCLES = ["tea", "cups"]
PLACES = {
    Happened.ADDED: ACCOUNTS, Happened.PARTED: ACCOUNTS, Happened.HANDED: ACCOUNTS,
    Happened.JOINED: GROUPS, Happened.LEFT: GROUPS,
    Happened.ENTERED: CIRCLES, Happened.WITHDREW: CIRCLES,
}  # fmt: skip
KINDS = list(PLACES)


def told(rng: random.Random, n: int) -> Event:
    """Times on the half hour: many things happen in the same millisecond."""
    kind, member = rng.choice(KINDS), rng.choice(IDS)
    where = rng.choice(PLACES[kind])
    other = rng.choice([one for one in ACCOUNTS if one != where])
    account = where if PLACES[kind] is ACCOUNTS else ""
    return Event(
        kind=kind, at=SPAN.edges[0] + rng.randrange(-48, 31 * 48) * HOUR // 2, member=member,
        dedupe=f"{rng.random()}/{n}", account=account, place="" if account else where,
        other=other if kind is Happened.HANDED else "", which=rng.choice(["", "weibo.a", "poster"]),
    )  # fmt: skip


def merge(tx: Tx, rng: random.Random) -> None:
    """Two persons become one, or one becomes two again."""
    away, stays_ = rng.sample(IDS, 2)
    ids = [*persons.ids_of(tx, away), *persons.ids_of(tx, stays_)]
    known = persons.person_of(tx, [away, stays_])
    if known[away] == known[stays_]:
        _point(tx, [one for one in ids if one == away], None)
    else:
        _point(tx, persons.ids_of(tx, away), known[stays_])
    projections.again(tx, ids)


def _point(tx: Tx, ids: Sequence[str], person: str | None) -> None:
    for one in ids:
        to = None if person == one else person
        if to is None and len(persons.ids_of(tx, one)) > 1 and persons.ids_of(tx, one)[0] == one:
            return  # others point at him: he stays whole
        tx.run(Composed("UPDATE member SET person = :to WHERE id = :id"), to=to, id=one)


def batches(rng: random.Random, n: int) -> Iterator[list[Event]]:
    """Each event once or twice, out of order, in pages of any size."""
    made = [told(rng, i) for i in range(n)]
    made += rng.sample(made, n // 8)
    rng.shuffle(made)
    while made:
        size = rng.randrange(1, 2_400)
        yield made[:size]
        made = made[size:]


def live(tx: Tx, rng: random.Random, n: int) -> None:
    for one in IDS:
        people.ensure_member(tx, one, 1)
    for batch in batches(rng, n):
        events.record(tx, batch, SPAN.edges[-1])
        for _ in range(4):
            merge(tx, rng)


def rows(db: Bench) -> list[Row]:
    return db.look("SELECT * FROM stay ORDER BY member, kind, place, since")


def closes(lines: Sequence[Line]) -> bool:
    following = {(one.place, one.day): one.opening for one in lines}
    return all(one.closing == following.get((one.place, one.day + timedelta(days=1)), one.closing)
               for one in lines)  # fmt: skip


@pytest.mark.parametrize("n", [1_500, pytest.param(10_000, marks=pytest.mark.soak)])
def test_random_histories_close_equal_the_log_and_replay(db: Bench, n: int) -> None:
    db.write(live, random.Random(9), n)
    before = rows(db)
    assert len(before) > n // 8
    assert db.read(ledger.differences, SPAN) == []
    for kind in ("account", "group", "circle"):
        found = db.read(ledger.of_places, kind, SPAN)
        assert closes(found)
        assert sum(one.joined for one in found) > 100
        last = {one.place: one.closing for one in found}
        here = {place: len(db.read(stays.at, kind, place)) for place in last}
        assert last == here
    assert coded(db) == by_hand(db)
    db.write(again)
    assert rows(db) == before


def coded(db: Bench) -> Counter[tuple[str, str]]:
    """The matrix by source and target, of who came by a code; of the others all together."""
    found = Counter[tuple[str, str]]()
    for cell in db.read(flowing.matrix, 0, SPAN.edges[-1], {"poster": "store"}):
        found[cell.source if cell.source in ("weibo", "store") else "", cell.target] += cell.n
    return found


def by_hand(db: Bench) -> Counter[tuple[str, str]]:
    """The same from the log: of each person in each place, when he was there and had not been."""
    known = [event for _, event in db.read(lambda tx: list(history.each(tx)))]
    who = db.read(persons.person_of, IDS)
    told = defaultdict[tuple[str, str, str], list[Event]](list)
    for event in sorted(known, key=lambda one: (one.at, one.dedupe)):
        target = next(t for t, kinds in TARGETS.items() if event.kind in kinds)
        told[who[event.member], target, event.account or event.place].append(event)
        if event.kind is Happened.HANDED:
            gone = replace(event, kind=Happened.PARTED)
            told[who[event.member], target, event.other].append(gone)
    return Counter((code, target) for (_, target, _), mine in told.items()
                   for code in arrivals(mine))  # fmt: skip


TARGETS = {
    "friend": (Happened.ADDED, Happened.HANDED, Happened.PARTED),
    "group": (Happened.JOINED, Happened.LEFT), "circle": (Happened.ENTERED, Happened.WITHDREW),
}  # fmt: skip
GOES = (Happened.PARTED, Happened.LEFT, Happened.WITHDREW)


def arrivals(mine: Sequence[Event]) -> Iterator[str]:
    """By which carrier each arrival of one person in one place came; none for a hand-over."""
    moments = sorted({one.at for one in mine})
    there = [any({one.member: one.kind not in GOES for one in mine if one.at <= at}.values())
             for at in moments]  # fmt: skip
    for i, at in enumerate(moments):
        if not there[i] or (i and there[i - 1]):
            continue
        end = next((moments[k] for k in range(i, len(moments)) if not there[k]), 1 << 60)
        came = [one for one in mine if at <= one.at < end and one.kind not in GOES]
        if came[0].kind is not Happened.HANDED:
            code = next((one.which for one in came if one.which), "")
            yield {"weibo.a": "weibo", "poster": "store"}.get(code, "")


def again(tx: Tx) -> None:
    """Everything once more: what is told twice, and all of it from nothing."""
    known = [event for _, event in history.each(tx)]
    assert events.record(tx, known[:300], 1) == []
    projections.clear(tx)
    projections.again(tx, sorted({one.member for one in known}))


def test_a_ledger_that_lost_a_stay_is_found_out(db: Bench) -> None:
    joined = Event(kind=Happened.JOINED, at=SPAN.edges[3], member="wm001", place="chat1",
                   dedupe="j")  # fmt: skip
    db.write(lambda tx: events.record(tx, [joined], 1))
    db.write(lambda tx: tx.run("stays_clear"))
    found = db.read(ledger.differences, SPAN)
    kind, said, log = found[0]
    assert (kind, said) == ("group", None)
    assert log is not None and (log.joined, log.day) == (1, date(2026, 11, 4))
    assert {kind for kind, *_ in found} == {"group", "brand"}


def test_a_persona_counts_a_friend_of_two_accounts_once(db: Bench) -> None:
    story = [("added", 2, "acc0"), ("added", 3, "acc1"), ("parted", 4, "acc0"),
             ("parted", 6, "acc1"), ("added", 8, "acc2")]  # fmt: skip
    db.write(lambda tx: events.record(tx, [
        Event(kind=Happened(kind), at=noon(day), member="wm001", account=account, dedupe=f"{day}")
        for kind, day, account in story], 1))  # fmt: skip
    found = db.read(ledger.of_persona, ["acc0", "acc1"], SPAN)
    assert [(one.day.day, one.joined, one.left) for one in found if one.joined or one.left] == [
        (2, 1, 0), (6, 0, 1)]  # fmt: skip
    brand = db.read(ledger.of_brand, SPAN)
    assert [one.day.day for one in brand if one.joined] == [2, 8]
    assert brand[-1].closing == 1


def noon(day: int) -> int:
    return SPAN.edges[day - 1] + 12 * HOUR
