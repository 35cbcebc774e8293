"""Rates and windows that all processes keep together, and what was uploaded or may be changed."""

from __future__ import annotations

import random

import pytest

from bot.core.body import Card
from bot.core.clock import DAY
from bot.core.model import Outbound
from bot.core.pace import Pacing, Rate
from bot.core.windows import Window
from bot.store import cards, conversations, media, outbox, pace
from bot.store.engine import Tx
from tests.contract.conftest import NOW, Bench
from tests.contract.making import LEASE, TALK, WINDOW, answer, hear, queue, said, task

THREE = Rate(3, 1_000)
PACED = {"webhook": [Pacing(THREE)], "app": [Pacing(THREE, each_peer=True)]}


def take(db: Bench, now: int, key: str = "k", rate: Rate = THREE) -> int:
    return db.write(pace.take, key, rate, now)


def test_a_burst_may_go_at_once_and_the_next_one_is_told_when(db: Bench) -> None:
    assert [take(db, NOW + n) for n in range(4)] == [0, 0, 0, 997]
    assert take(db, NOW + 999) == 1
    assert take(db, NOW + 1_000) == 0
    assert take(db, NOW + 1_000, "other") == 0


@pytest.mark.parametrize("seed", range(4))
def test_never_more_than_the_rate_in_any_period(db: Bench, seed: int) -> None:
    chance, now, went = random.Random(seed), NOW, []
    for _ in range(80):
        now += chance.randrange(500)
        if take(db, now) == 0:
            went.append(now)
    assert len(went) > 10
    for start in went:
        assert sum(start <= at < start + THREE.period for at in went) <= THREE.most


def test_a_rate_that_was_lowered_holds_at_once(db: Bench) -> None:
    for n in range(3):
        take(db, NOW + n)
    assert take(db, NOW + 1_000, rate=Rate(1, 1_000)) > 0


def claim(db: Bench, now: int, lease: str = "L") -> outbox.Batch:
    return db.write(lambda tx: outbox.claim(tx, "bulk", now, lease, now + LEASE, 20, WINDOW, PACED))


def post(number: int, account: str = "room", **more: object) -> Outbound:
    values = {"channel": "webhook", "account": account, "lane": f"l{number}"} | more
    return task(number, **values)


def test_what_is_too_much_for_its_account_waits_untried(db: Bench) -> None:
    queue(db, *(post(n) for n in range(5)), post(6, "hall"))
    batch = claim(db, NOW)
    assert sorted(row.account for row in batch.rows) == ["hall", "room", "room", "room"]
    assert batch.refused == 2
    assert db.read(outbox.next_due, "bulk", NOW) == NOW + 1_000
    later = claim(db, NOW + 1_000, "M")
    assert [row.attempts for row in later.rows] == [1, 1]
    trail = db.look("SELECT event FROM audit WHERE event = 'pace'")
    assert len(trail) == 2


def test_an_apps_rate_is_counted_for_each_member(db: Bench) -> None:
    queue(db, *(post(n, channel="app", peer=f"p{n % 2}") for n in range(8)))
    batch = claim(db, NOW)
    assert sorted(row.peer for row in batch.rows) == ["p0"] * 3 + ["p1"] * 3


def opened(db: Bench, by: str, window: Window, at: int = NOW) -> None:
    db.write(pace.open_window, "oa:gh:o1", by, window, at)


def spend(db: Bench, now: int) -> bool:
    return db.write(pace.spend, "oa:gh:o1", now)


def test_an_unopened_window_allows_nothing(db: Bench) -> None:
    assert spend(db, NOW) is False


def test_a_window_allows_so_many_for_so_long(db: Bench) -> None:
    opened(db, "message", Window(2, 1_000))
    assert [spend(db, NOW + 999) for _ in range(3)] == [True, True, False]
    opened(db, "message", Window(2, 1_000), NOW + 500)
    assert spend(db, NOW + 1_500) is False
    assert spend(db, NOW + 1_499) is True


def test_the_window_that_closes_first_is_used_first(db: Bench) -> None:
    opened(db, "message", Window(1, 10_000))
    opened(db, "menu", Window(1, 1_000))
    assert spend(db, NOW) is True
    assert spend(db, NOW + 5_000) is True
    assert spend(db, NOW + 5_000) is False


def test_an_old_event_does_not_shorten_a_window(db: Bench) -> None:
    opened(db, "message", Window(5, 1_000), NOW + 900)
    opened(db, "message", Window(5, 1_000), NOW)
    assert spend(db, NOW + 1_800) is True


def test_a_code_of_a_card_is_good_once_and_for_three_days(db: Bench) -> None:
    for n, code in enumerate(("C1", "C2")):
        db.write(cards.keep, "assistant", "t-1", code, NOW + n)
    assert db.write(cards.take, "assistant", "t-2", NOW) is None
    assert db.write(cards.take, "other", "t-1", NOW) is None
    assert db.write(cards.take, "assistant", "t-1", NOW + 2) == "C2"
    assert db.write(cards.take, "assistant", "t-1", NOW + 3 * DAY) is None
    assert db.write(cards.take, "assistant", "t-1", NOW + 3) == "C1"
    db.write(cards.keep, "assistant", "t-1", "C1", NOW + 9)
    assert db.write(cards.take, "assistant", "t-1", NOW + 9) is None


def change(db: Bench, number: int, now: int = NOW) -> int | None:
    base = answer(number, channel="app", account="assistant", conversation="")

    def update(tx: Tx) -> int | None:
        return cards.queue_update(tx, base, "t-1", {"button": {"replace_name": "ok"}}, now)

    return db.write(update)


def test_a_card_is_changed_by_a_row_that_is_not_in_the_reply_log(db: Bench) -> None:
    assert change(db, 1) is None
    db.write(cards.keep, "assistant", "t-1", "C1", NOW)
    assert change(db, 1) is not None
    assert change(db, 2) is None
    [row] = db.look("SELECT kind, data FROM outbox")
    assert row["kind"] == "notice"
    assert '"response_code":"C1"' in row["data"]
    assert db.look("SELECT * FROM replies") == []


def test_only_a_card_has_a_task(db: Bench) -> None:
    assert cards.task_of(answer(1, body=Card({"task_id": "t-1"}))) == "t-1"
    assert cards.task_of(answer(1, body=Card({}))) == cards.task_of(answer(1)) == ""


def kept(db: Bench, ref: str, until: int | None, now: int = NOW, **where: str) -> None:
    at = {"digest": "d", "scope": "kf", "kind": "image"} | where
    db.write(lambda tx: media.keep(tx, **at, ref=ref, name="a.png", now=now, until=until))


def found(db: Bench, now: int, **where: str) -> str | None:
    at = {"digest": "d", "scope": "kf", "kind": "image"} | where
    return db.read(lambda tx: media.find(tx, **at, now=now))


def test_an_upload_is_found_until_the_platform_forgets_it(db: Bench) -> None:
    kept(db, "M1", NOW + 10)
    assert found(db, NOW + 9) == "M1"
    assert found(db, NOW + 10) is None
    assert found(db, NOW, scope="app") is None
    assert found(db, NOW, kind="file") is None
    kept(db, "M2", None)
    assert found(db, NOW + 9 * DAY) == "M2"


def test_what_is_over_or_refused_goes(db: Bench) -> None:
    kept(db, "M1", NOW + 10)
    kept(db, "M2", NOW + 99, NOW + 10, digest="e")
    assert db.look("SELECT ref FROM media") == [{"ref": "M2"}]
    db.write(media.forget, ["M2", "M9"])
    assert db.look("SELECT ref FROM media") == []


def test_nobody_waits_once_a_person_has_looked_after_it(db: Bench) -> None:
    hear(db, said(1))
    db.write(lambda tx: tx.run("conversation_calm", id="kf:other"))
    db.write(conversations.calm, TALK)
    row = db.read(conversations.get, TALK)
    assert row is not None
    assert (row["waiting_since"], row["waiting_for"], row["misses"]) == (None, "", 0)
