"""Bells that ring in other processes: heard, not echoed, and found again after a break."""

from __future__ import annotations

import queue
from collections.abc import Collection, Iterator
from contextlib import ExitStack

import pytest

pytest.importorskip("psycopg")

from bot.core.clock import monotonic
from bot.store.notices import EVERY, Notices
from tests.contract.conftest import PostgresBench

BOUND = 90.0


class Ear:
    """A process that notes what it hears."""

    def __init__(self, url: str) -> None:
        self.heard: queue.SimpleQueue[Collection[str] | None] = queue.SimpleQueue()
        self.notices = Notices(url, self.heard.put)
        assert self.next() is None, "connected: what rang before was not heard"

    def next(self) -> set[str] | None:
        found = self.heard.get(timeout=BOUND)
        return None if found is None else set(found)

    def until(self, name: str) -> list[set[str] | None]:
        """Everything up to this name."""
        found: list[set[str] | None] = []
        while not found or found[-1] is None or name not in found[-1]:
            found.append(self.next())
        return found


@pytest.fixture
def ears(pg: PostgresBench) -> Iterator[list[Ear]]:
    with ExitStack() as stack:
        made = [Ear(pg.url) for _ in range(3)]
        for ear in made:
            stack.callback(ear.notices.close)
        yield made


def test_a_bell_rings_in_all_other_processes_and_not_here(ears: list[Ear]) -> None:
    first, second, third = ears
    first.notices.tell("inbox")
    assert second.next() == third.next() == {"inbox"}
    second.notices.tell("outbox.reply")
    assert first.next() == {"outbox.reply"}, "its own never came back"


def test_what_rings_together_is_few_notices(ears: list[Ear]) -> None:
    first, second, _ = ears
    names = {f"b{n}" for n in range(20)}
    began = monotonic()
    for _ in range(50):
        for name in sorted(names):
            first.notices.tell(name)
    first.notices.tell("last")
    heard = second.until("last")
    assert len(heard) <= (monotonic() - began) // (EVERY - 1) + 2, (
        "one for each pause, of 1,001 rings"
    )
    assert set().union(*(part or set() for part in heard)) == names | {"last"}


def test_after_a_break_it_connects_again_and_everybody_looks_meanwhile(
    pg: PostgresBench, ears: list[Ear]
) -> None:
    first, second, _ = ears
    pg.look("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE ?", "LISTEN%")  # fmt: skip
    for ear in (first, second):
        assert ear.next() is None, "broken: any bell may have rung"
        assert ear.next() is None, "connected again"
    first.notices.tell("inbox")
    assert second.next() == {"inbox"}


def test_closing_ends_the_thread_and_telling_afterwards_is_no_fault(pg: PostgresBench) -> None:
    ear = Ear(pg.url)
    ear.notices.close()
    ear.notices.close()
    ear.notices.tell("inbox")
    assert not ear.notices._thread.is_alive()
