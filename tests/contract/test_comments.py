"""Who commented on a moment and waits for a word: until a colleague notes that she answered, and
again when he comments anew."""

from __future__ import annotations

from dataclasses import astuple

from bot.core.clock import DAY, HOUR
from bot.core.event import Event, Happened
from bot.store import comments, events, outbox, people
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.contract.conftest import NOW, Bench
from tests.contract.making import task

WAITS = tuple[str, str, str, str, int, int, str]


def commented(tx: Tx, member: str, at: int, account: str = "lin.xi", moment: str = "mom1") -> None:
    events.record(tx, [Event(kind=Happened.COMMENTED, at=at, member=member, account=account,
                             place=moment, dedupe=f"c/{member}/{account}/{at}")], NOW)  # fmt: skip


def waiting(db: Bench, since: int = NOW - 30 * DAY) -> list[WAITS]:
    return [astuple(one) for one in db.read(comments.unanswered, since, 10)]


def test_who_comments_waits_until_he_is_answered_and_when_he_comments_anew(db: Bench) -> None:
    def begin(tx: Tx) -> None:
        people.ensure_members(tx, {"wm1": "安娜", "wm2": ""}, NOW)
        outbox.enqueue(tx, task(1, kind="moment"), NOW)
        tx.run(Composed("UPDATE outbox SET provider_id = 'mom1'"))
        commented(tx, "wm1", NOW - 2 * HOUR)
        commented(tx, "wm1", NOW - HOUR)
        commented(tx, "wm1", NOW - 3 * HOUR, "gu.an")
        commented(tx, "wm2", NOW - 40 * DAY, moment="mom0")

    db.write(begin)
    hers: WAITS = ("wm1", "安娜", "gu.an", "mom1", 1, NOW - 3 * HOUR, "a1")
    first: WAITS = ("wm1", "安娜", "lin.xi", "mom1", 2, NOW - 2 * HOUR, "a1")
    assert waiting(db) == [hers, first]
    assert waiting(db, 0)[0][:4] == ("wm2", "", "lin.xi", "mom0")
    assert db.write(comments.answered, "wm1", "lin.xi", "mom1", "lin", NOW)
    assert not db.write(comments.answered, "wm1", "lin.xi", "mom1", "chen", NOW + 1), "once"
    assert not db.write(comments.answered, "wm2", "lin.xi", "mom1", "lin", NOW), "never commented"
    assert waiting(db) == [hers]
    db.write(commented, "wm1", NOW + HOUR)
    assert waiting(db) == [hers, (*first[:4], 1, NOW + HOUR, "a1")]
