"""Many processes on one PostgreSQL database: every row once, every lane in order."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.contract import publishing

pytest.importorskip("psycopg")


from bot.core.config import Limits
from bot.core.errors import StaleLease
from bot.core.pace import Rate, pacings
from bot.store import inbox, outbox, pace, people, turns
from bot.store.engine import Store, Tx
from bot.store.pgline import connect
from bot.store.postgres import PostgresStore
from tests.contract.conftest import NOW, PostgresBench
from tests.contract.making import (
    AT_ONCE,
    LEASE,
    WINDOW,
    answer,
    claim_turns,
    hear,
    nothing_said,
    queue,
    said,
    task,
)  # fmt: skip

STORES = 4


@pytest.fixture
def others(pg: PostgresBench) -> Iterator[list[PostgresStore]]:
    """Other processes, as far as the database can tell."""
    stores = [PostgresStore(pg.url, readers=1) for _ in range(STORES)]
    yield stores
    for store in stores:
        store.close()


def add(tx: Tx, name: str) -> None:
    people.ensure_member(tx, name, NOW)


def members(pg: PostgresBench) -> list[str]:
    return [row["id"] for row in pg.look("SELECT id FROM member ORDER BY id")]


def at_once(*functions: Callable[[], Any]) -> list[Any]:
    """Runs them in threads of their own; what they returned or raised."""
    found: list[Any] = [None] * len(functions)
    barrier = threading.Barrier(len(functions))

    def run(place: int) -> None:
        barrier.wait(10)
        try:
            found[place] = functions[place]()
        except Exception as exc:
            found[place] = exc

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def write(store: Store, fn: Callable[..., Any], *args: Any) -> Any:
    return asyncio.run(store.write(fn, *args))


class Held:
    """A write that has done its work and is kept from its commit."""

    def __init__(self, store: Store, fn: Callable[[Tx], Any]) -> None:
        self._fn, self.done, self.go = fn, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=write, args=(store, self._run))
        self._thread.start()
        assert self.done.wait(10)

    def _run(self, tx: Tx) -> None:
        self._fn(tx)
        self.done.set()
        assert self.go.wait(120)

    def commit(self) -> None:
        self.go.set()
        self._thread.join(90)


class Beside:
    """A write under way in a thread, which may have to wait for somebody."""

    def __init__(self, store: Store, fn: Callable[..., Any], *args: Any) -> None:
        self.result: Any = None
        self._thread = threading.Thread(target=self._run, args=(store, fn, args))
        self._thread.start()

    def _run(self, store: Store, fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.result = write(store, fn, *args)

    def waits(self) -> bool:
        self._thread.join(0.3)
        return self._thread.is_alive()

    def end(self) -> Any:
        self._thread.join(90)
        assert not self._thread.is_alive()
        return self.result


def drain(store: PostgresStore, number: int, taken: list[tuple[float, float, str, int]]) -> None:
    """Claims, sends and finishes until nothing is left; notes when each row was in its hands."""
    idle = 0
    while idle < 20:
        batch = write(store, outbox.claim, "bulk", NOW, f"L{number}", NOW + LEASE, 7, WINDOW)
        idle = 0 if batch.rows else idle + 1
        began = time.monotonic()
        time.sleep(0.002)
        for row in batch.rows:
            taken.append((began, time.monotonic(), row.lane, row.id))
            assert write(store, outbox.finish, row, outbox.Verdict("sent"), NOW)


def test_several_processes_take_every_row_once_and_every_lane_in_order(
    pg: PostgresBench, others: list[PostgresStore]
) -> None:
    lanes = [f"contact:a{n}/bulk" for n in range(12)]
    rows = [task(n, lane=lanes[n % 12], dedupe=f"d{n}", at=NOW - 500 + n) for n in range(240)]
    ids = queue(pg, *rows)
    taken: list[tuple[float, float, str, int]] = []
    at_once(*(lambda n=n: drain(others[n], n, taken) for n in range(STORES)))  # type: ignore[misc]
    assert sorted(row[3] for row in taken) == sorted(ids)
    for lane in lanes:
        of_lane = sorted(row for row in taken if row[2] == lane)
        assert [row[3] for row in of_lane] == sorted(row[3] for row in of_lane)
        assert all(a[1] <= b[0] for a, b in pairwise(of_lane))


def test_several_processes_take_every_turn_once(
    pg: PostgresBench, others: list[PostgresStore]
) -> None:
    hear(pg, *(said(n, peer=f"wm{n}") for n in range(80)))

    def take(number: int) -> list[str]:
        found: list[str] = []
        for _ in range(12):
            held = write(others[number], turns.claim, NOW, f"L{number}", NOW + LEASE, 5, 5)
            found += [turn.conversation.id for turn in held]
        return found

    found = at_once(*(lambda n=n: take(n) for n in range(STORES)))  # type: ignore[misc]
    assert sorted(key for part in found for key in part) == sorted(
        f"kf:wk1:wm{n}" for n in range(80)
    )


def test_a_claim_takes_no_more_than_it_asked_for(pg: PostgresBench) -> None:
    """A subselect with a limit that is run once per row would take all of them."""
    queue(pg, *(task(n, lane=f"l{n}", dedupe=f"d{n}") for n in range(300)))
    with connect(pg.url) as connection:
        connection.execute("ANALYZE")
    for _ in range(8):
        assert len(pg.write(outbox.claim, "bulk", NOW, "L", NOW + LEASE, 10, WINDOW).rows) == 10


def test_who_is_first_in_a_lane_is_seen_first(
    pg: PostgresBench, others: list[PostgresStore]
) -> None:
    """Ids are given out before the commit; the second writer must wait for the first."""
    hear(pg, said())
    first = Held(others[0], lambda tx: outbox.enqueue(tx, answer(1), NOW))
    second = Beside(others[1], outbox.enqueue, answer(2), NOW)
    assert second.waits()
    assert pg.look("SELECT id FROM outbox") == []
    first.commit()
    second.end()
    rows = pg.look("SELECT dedupe FROM outbox ORDER BY id")
    assert [row["dedupe"] for row in rows] == ["reply/wm1/1", "reply/wm1/2"]


def test_writers_of_different_conversations_do_not_wait_for_each_other(
    pg: PostgresBench, others: list[PostgresStore]
) -> None:
    hear(pg, said(), said(peer="wm2"))
    first = Held(others[0], lambda tx: outbox.enqueue(tx, answer(1), NOW))
    second = Beside(others[1], outbox.enqueue, answer(1, peer="wm2"), NOW)
    second.end()
    first.commit()


def test_a_message_that_comes_while_its_turn_is_finished_gets_a_turn(
    pg: PostgresBench, others: list[PostgresStore]
) -> None:
    """The end of a turn looks for new messages; one that is being committed must not be missed."""
    hear(pg, said(1))
    [held] = claim_turns(pg)
    arriving = Held(others[0], lambda tx: inbox.accept(tx, said(2), AT_ONCE))
    finishing = Beside(others[1], turns.finish, held, nothing_said(), NOW)
    assert finishing.waits()
    arriving.commit()
    finishing.end()
    [again] = claim_turns(pg, NOW + 1, "M")
    assert [message.text for message in again.messages] == ["t2"]


def test_a_worker_whose_lease_was_taken_over_elsewhere_writes_nothing(
    pg: PostgresBench, others: list[PostgresStore]
) -> None:
    hear(pg, said(1))
    [late] = write(others[0], turns.claim, NOW, "A", NOW + LEASE, 5, 5)
    [_] = write(others[1], turns.claim, NOW + LEASE, "B", NOW + 2 * LEASE, 5, 5)
    with pytest.raises(StaleLease):
        write(others[0], turns.finish, late, nothing_said(outbounds=[answer()]), NOW + LEASE)
    assert pg.look("SELECT id FROM outbox") == []


def test_a_rate_is_kept_over_all_processes(pg: PostgresBench, others: list[PostgresStore]) -> None:
    rate = Rate(20, 60_000)

    def press(store: PostgresStore) -> int:
        return sum(write(store, pace.take, "hook", rate, NOW) == 0 for _ in range(12))

    took = at_once(*(lambda s=store: press(s) for store in others))  # type: ignore[misc]
    assert sum(took) == 20


def test_a_robots_rates_are_kept_over_all_processes_for_each_chat(
    pg: PostgresBench, others: list[PostgresStore]
) -> None:
    paces = pacings(Limits(robot_per_minute=30, robot_per_hour=40))

    def press(store: PostgresStore, now: int, chat: str) -> int:
        row = answer(1, channel="robot", account="aib1", peer=chat)
        return sum(write(store, pace.hold, row, paces, now) == 0 for _ in range(12))

    def all_press(now: int, chat: str = "c1") -> int:
        return sum(at_once(*(lambda s=store: press(s, now, chat) for store in others)))  # type: ignore[misc]

    assert all_press(NOW) == 30
    assert all_press(NOW + 61_000) == 10, "the hour's forty are used"
    assert all_press(NOW + 61_000, "c2") == 30, "another chat"


def test_two_who_wait_for_each_other_both_get_done(
    pg: PostgresBench, others: list[PostgresStore]
) -> None:
    """A deadlock costs one of them a second try, not its writes."""
    pg.write(lambda tx: [add(tx, name) for name in ("a", "b")])
    meet = threading.Barrier(2)

    def cross(first: str, second: str) -> Callable[[Tx], None]:
        tries = [0]

        def fn(tx: Tx) -> None:
            tries[0] += 1
            people.ensure_member(tx, first, NOW, f"{first}{second}")
            if tries[0] == 1:
                meet.wait(10)
            people.ensure_member(tx, second, NOW, f"{first}{second}")

        return fn

    found = at_once(lambda: write(others[0], cross("a", "b")),
                    lambda: write(others[1], cross("b", "a")))  # fmt: skip
    assert found == [None, None]
    assert len({row["name"] for row in pg.look("SELECT name FROM member")}) == 1


def test_processes_that_publish_the_same_at_once_agree(
    pg: PostgresBench, others: list[PostgresStore]
) -> None:
    found = at_once(*(lambda s=store: write(s, publishing.publish, "persona", "lin", {"a": "1"},
                                            "lin.xi", NOW) for store in others))  # type: ignore[misc]  # fmt: skip
    assert sorted(found) == [(1, False)] * 3 + [(1, True)]
