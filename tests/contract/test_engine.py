"""What every engine promises: durable when awaited, all or nothing, and never silent."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.core.errors import Busy
from bot.core.whereabouts import NOWHERE
from bot.store import people, sources
from bot.store.engine import Store, StoreFailed, Tx
from tests.contract.conftest import NOW, Bench


def members(db: Bench) -> list[str]:
    return [row["id"] for row in db.look("SELECT id FROM member ORDER BY id")]


def add(tx: Tx, name: str) -> str:
    people.ensure_member(tx, name, NOW)
    return name


def fail(tx: Tx, error: BaseException) -> None:
    people.ensure_member(tx, "half", NOW)
    raise error


class Stop:
    """A write that holds the writer until it is let go, so that others pile up behind it."""

    def __init__(self) -> None:
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self, tx: Tx) -> None:
        self.reached.set()
        assert self.go.wait(10)


def test_when_a_write_returns_its_effect_is_committed(db: Bench) -> None:
    assert db.write(add, "wm1") == "wm1"
    assert members(db) == ["wm1"]


def test_a_write_that_fails_leaves_nothing_and_raises_what_it_raised(db: Bench) -> None:
    with pytest.raises(ValueError, match="nothing doing"):
        db.write(fail, ValueError("nothing doing"))
    assert members(db) == []


class Abort(BaseException):
    """What a cancelled or interrupted function raises is no Exception."""


@pytest.mark.parametrize(
    "error", [Abort(), asyncio.CancelledError(), GeneratorExit(), StopIteration(1), RuntimeError()]
)
def test_whatever_is_raised_rolls_back_and_reaches_its_caller(
    db: Bench, error: BaseException
) -> None:
    async def run() -> list[object]:
        tasks = [asyncio.create_task(db.store.write(fail, error)),
                 asyncio.create_task(db.store.write(add, "wm1"))]  # fmt: skip
        async with asyncio.timeout(90):
            return await asyncio.gather(*tasks, return_exceptions=True)

    failed, added = asyncio.run(run())
    assert isinstance(failed, BaseException)
    assert added == "wm1"
    assert members(db) == ["wm1"]


async def behind(store: Store, stop: Stop, *jobs: object) -> list[object]:
    """Runs jobs that all wait behind one write: they share a transaction where there is one."""
    first = asyncio.create_task(store.write(stop))
    await asyncio.to_thread(stop.reached.wait, 10)
    tasks = [asyncio.create_task(job) for job in jobs]  # type: ignore[arg-type]
    await asyncio.sleep(0)
    stop.go.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    await first
    return found


def test_one_failing_write_does_not_take_its_batch_down(db: Bench) -> None:
    store, stop = db.store, Stop()

    async def run() -> list[object]:
        return await behind(store, stop, store.write(add, "a"), store.write(fail, KeyError("x")),
                            store.write(add, "b"), store.write(fail, Abort()),
                            store.write(add, "c"))  # fmt: skip

    found = asyncio.run(run())
    assert [found[0], found[2], found[4]] == ["a", "b", "c"]
    assert isinstance(found[1], KeyError)
    assert isinstance(found[3], Abort)
    assert members(db) == ["a", "b", "c"]


def test_writes_happen_in_the_order_in_which_they_were_given(db: Bench) -> None:
    async def run() -> None:
        names = [f"n{n}" for n in range(50)]
        await asyncio.gather(
            *(db.store.write(people.ensure_member, "wm1", NOW, name) for name in names)
        )

    asyncio.run(run())
    assert db.look("SELECT name FROM member") == [{"name": "n49"}]


def test_nobody_is_told_before_the_commit(db: Bench) -> None:
    seen: list[int] = []

    async def write_and_look(n: int) -> None:
        await db.store.write(add, f"wm{n}")
        seen.append(len(members(db)))

    async def run() -> None:
        stop = Stop()
        await behind(db.store, stop, *(write_and_look(n) for n in range(5)))

    asyncio.run(run())
    assert seen == sorted(seen)
    assert all(count > done for done, count in enumerate(seen))


def test_a_caller_who_gives_up_does_not_stop_the_others(db: Bench) -> None:
    async def run() -> str:
        stop = Stop()
        first = asyncio.create_task(db.store.write(stop))
        await asyncio.to_thread(stop.reached.wait, 10)
        leaving = asyncio.create_task(db.store.write(add, "left"))
        staying = asyncio.create_task(db.store.write(add, "stayed"))
        await asyncio.sleep(0)
        leaving.cancel()
        stop.go.set()
        await first
        return await staying

    assert asyncio.run(run()) == "stayed"
    assert "stayed" in members(db)


def test_writes_of_two_loops_do_not_disturb_each_other(db: Bench) -> None:
    threads = [threading.Thread(target=db.write, args=(add, f"wm{n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert members(db) == [f"wm{n}" for n in range(8)]


def test_a_read_sees_what_was_written_before(db: Bench) -> None:
    db.write(people.befriend, "wm1", "lin.xi", NOW)
    assert db.read(people.accounts_of, "wm1") == ["lin.xi"]


def test_a_reader_cannot_write(db: Bench) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only|query_only|read only"):
        db.read(add, "wm1")
    assert members(db) == []


def test_a_reader_that_failed_reads_on(db: Bench) -> None:
    for _ in range(10):
        with pytest.raises(ZeroDivisionError):
            db.read(lambda tx: 1 // 0)
    assert db.read(sources.links) == NOWHERE


def test_a_query_that_breaks_a_rule_of_the_database_is_a_failed_store(db: Bench) -> None:
    """Drivers have errors of their own; nobody above this room knows them."""

    def twice(tx: Tx) -> None:
        for _ in range(2):
            tx.run("version_add", kind="k", name="n", version=1, digest="d", source="{}",
                   author="a", now=NOW)  # fmt: skip

    with pytest.raises(StoreFailed):
        db.write(twice)
    assert db.look("SELECT * FROM version") == []


def test_an_unknown_query_is_a_mistake_of_ours(db: Bench) -> None:
    with pytest.raises(KeyError, match="no_such_query"):
        db.write(lambda tx: tx.run("no_such_query"))


def test_an_empty_list_matches_nothing(db: Bench) -> None:
    db.write(add, "wm1")
    assert db.read(lambda tx: tx.rows("members_get", ids=[])) == []
    assert len(db.read(lambda tx: tx.rows("members_get", ids=["wm1", "wm2"]))) == 1


def test_a_full_queue_is_said_at_once_to_the_street_and_to_nobody_else(db: Bench) -> None:
    db.store._writer._limit = 3  # type: ignore[attr-defined]

    async def run() -> list[object]:
        stop, put = Stop(), (db.store.offer, db.store.write)
        return await behind(db.store, stop, *(put[n == 4](add, f"wm{n}") for n in range(6)))

    found = asyncio.run(run())
    assert [isinstance(f, Busy) for f in found] == [False] * 3 + [True, False, True]
    assert members(db) == ["wm0", "wm1", "wm2", "wm4"]


def test_closing_commits_what_waits_and_may_be_repeated(db: Bench) -> None:
    async def run() -> list[str]:
        stop = Stop()
        first = asyncio.create_task(db.store.write(stop))
        await asyncio.to_thread(stop.reached.wait, 10)
        waiting = [asyncio.create_task(db.store.write(add, f"wm{n}")) for n in range(3)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(asyncio.to_thread(db.store.close))
        stop.go.set()
        await closing
        await first
        return await asyncio.gather(*waiting)

    assert asyncio.run(run()) == ["wm0", "wm1", "wm2"]
    db.store.close()
    assert members(db) == ["wm0", "wm1", "wm2"]


def test_a_closed_store_says_so(db: Bench) -> None:
    db.store.close()
    with pytest.raises(StoreFailed, match="closed"):
        db.write(add, "wm1")
    with pytest.raises(StoreFailed, match="closed"):
        db.read(sources.links)
