"""Writes that wait are run together, and one that fails takes nobody down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.core.errors import Busy
from bot.pipeline.gather import Gather
from bot.store import people
from bot.store.engine import Tx
from tests.contract.conftest import NOW, Bench


def writer(calls: list[int]):  # type: ignore[no-untyped-def]
    def write(tx: Tx, names: Sequence[str]) -> list[str]:
        calls.append(len(names))
        for name in names:
            if name == "bad":
                raise ValueError("nothing doing")
            people.ensure_member(tx, name, NOW)
        return [name.upper() for name in names]

    return write


def members(db: Bench) -> list[str]:
    return [row["id"] for row in db.look("SELECT id FROM member ORDER BY id")]


def gathered(db: Bench, calls: list[int], *names: str, limit: int = 100) -> list[object]:
    async def run() -> list[object]:
        gather: Gather[str, str] = Gather(db.store, writer(calls), limit)
        async with asyncio.timeout(90):
            return await asyncio.gather(*(gather.put(name) for name in names),
                                        return_exceptions=True)  # fmt: skip

    return asyncio.run(run())


def test_what_waits_is_written_at_once_and_each_gets_his_own_answer(db: Bench) -> None:
    calls: list[int] = []
    assert gathered(db, calls, "a", "b", "c") == ["A", "B", "C"]
    assert members(db) == ["a", "b", "c"]
    assert calls == [3]


def test_one_that_fails_takes_nobody_down(db: Bench) -> None:
    found = gathered(db, [], "a", "bad", "c")
    assert [found[0], found[2]] == ["A", "C"]
    assert isinstance(found[1], ValueError)
    assert members(db) == ["a", "c"]


def test_what_comes_during_a_write_is_in_the_next_one(db: Bench) -> None:
    calls: list[int] = []

    async def run() -> None:
        gather: Gather[str, str] = Gather(db.store, writer(calls), 100)
        first = gather.put("a")
        await asyncio.sleep(0)  # the first write is on its way
        rest = [gather.put(name) for name in ("b", "c")]
        assert await first == "A"
        assert await asyncio.gather(*rest) == ["B", "C"]

    asyncio.run(run())
    assert calls == [1, 2]


def test_who_gives_up_does_not_stop_the_others(db: Bench) -> None:
    async def run() -> str:
        gather: Gather[str, str] = Gather(db.store, writer([]), 100)
        leaving, staying = gather.put("left"), gather.put("stayed")
        leaving.cancel()
        return await staying

    assert asyncio.run(run()) == "STAYED"
    assert members(db) == ["left", "stayed"]


def test_only_so_many_wait(db: Bench) -> None:
    with pytest.raises(Busy, match="2 writes are waiting"):
        gathered(db, [], "a", "b", "c", limit=2)


def test_a_closed_store_fails_everybody(db: Bench) -> None:
    db.store.close()
    found = gathered(db, [], "a", "b")
    assert all("closed" in str(one) for one in found)
