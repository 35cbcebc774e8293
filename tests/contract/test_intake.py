"""What the door takes in: kept at once, sorted later, each once, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.core.config import Config, Wecom
from bot.pipeline.loop import Bells
from bot.pipeline.sorting import MOST, TRIES, Sorting
from bot.store import inbox, intake, turns
from bot.store.engine import StoreFailed, Tx
from tests.contract.conftest import NOW, Bench
from tests.contract.making import AT_ONCE, SETTLE, claim_turns, happened, hear, said


def leave(db: Bench, *numbers: int) -> None:
    db.write(intake.leave, [said(n, data={"n": n, "深": ["茶"]}) for n in numbers])


def texts(db: Bench) -> list[str]:
    return [row["text"] for row in db.look("SELECT text FROM inbox ORDER BY id")]


def sorting(db: Bench, tmp_path: Path) -> Sorting:
    return Sorting(db.store, Config(wecom=Wecom(corp_id="ww1"), home=tmp_path), Bells())


def test_what_was_left_is_sorted_in_its_order_as_it_came(db: Bench) -> None:
    leave(db, 3, 1)
    leave(db, 2)
    assert db.write(intake.sort, SETTLE, 2) == 2 and texts(db) == ["t3", "t1"]
    assert db.write(intake.sort, SETTLE, 9) == 1 and texts(db) == ["t3", "t1", "t2"]
    assert db.write(intake.sort, SETTLE, 9) == 0
    assert db.look("SELECT id FROM intake") == []
    assert db.read(turns.next_due) == NOW + SETTLE.wait
    [held] = claim_turns(db, NOW + SETTLE.wait)
    assert held.messages[0] == said(3, data={"n": 3, "深": ["茶"]})


def test_a_repeat_is_kept_by_the_door_and_dropped_behind_it(db: Bench) -> None:
    hear(db, said(1))
    leave(db, 1, 2, 2)
    assert db.write(intake.sort, SETTLE, 9) == 3
    assert texts(db) == ["t1", "t2"]


def test_two_messages_of_one_second_are_answered_in_the_order_in_which_they_came(db: Bench) -> None:
    """Whoever sorts the second one first."""
    first, second = said(1), said(2)
    late = said(1, at=NOW)
    db.write(inbox.accept, second.__class__(**{**_values(second), "received_at": NOW + 7}), AT_ONCE)
    db.write(inbox.accept, late.__class__(**{**_values(first), "received_at": NOW + 2}), AT_ONCE)
    [held] = claim_turns(db, NOW + 60_000)
    assert [m.text for m in held.messages] == ["t1", "t2"]


def _values(message: object) -> dict[str, object]:
    return {name: getattr(message, name) for name in intake._FIELDS}


def test_what_waits_is_counted_and_has_an_age(db: Bench) -> None:
    hear(db, said(7))
    leave(db, 1, 2)
    assert db.read(inbox.counts) == {"new": 3}
    assert db.read(inbox.queue_age, NOW + 500) == 500
    db.write(intake.set_aside, 1, "broken")
    assert db.read(inbox.counts) == {"new": 2, "dead": 1}


def test_one_that_cannot_be_sorted_takes_nobody_down(db: Bench, tmp_path: Path) -> None:
    """It is tried five times, a second apart, then set aside; a new process tries again."""
    worker = sorting(db, tmp_path)

    async def play() -> None:
        await db.store.write(_poison)
        await db.store.write(intake.leave, [said(1), happened(2)])
        for _ in range(TRIES - 1):
            with pytest.raises(TypeError, match="unexpected"):
                await worker.step(NOW)
        assert await worker.step(NOW) is None

    asyncio.run(play())
    assert [row["text"] for row in db.look("SELECT text FROM inbox")] == ["t1", ""]
    [row] = db.look("SELECT note FROM intake")
    assert row["note"].startswith("TypeError: ")
    asyncio.run(sorting(db, tmp_path).open())
    assert db.look("SELECT note FROM intake") == [{"note": ""}]


def _poison(tx: Tx) -> None:
    tx.run("intake_add", at=NOW, body='{"channel": "kf", "what": 1}')


def test_a_database_that_fails_loses_nothing(
    db: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = sorting(db, tmp_path)
    leave(db, 1, 2)

    def fail(*_: object) -> None:
        raise StoreFailed("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "accept_each", fail)
        with pytest.raises(StoreFailed):
            asyncio.run(worker.step(NOW))
    assert len(db.look("SELECT id FROM intake WHERE note = ''")) == 2
    assert asyncio.run(worker.step(NOW)) is None
    assert texts(db) == ["t1", "t2"]


def test_a_full_bite_looks_again_at_once(db: Bench, tmp_path: Path) -> None:
    leave(db, *range(MOST + 1))
    worker = sorting(db, tmp_path)
    assert asyncio.run(worker.step(NOW)) == NOW
    assert asyncio.run(worker.step(NOW)) is None
    assert len(texts(db)) == MOST + 1
