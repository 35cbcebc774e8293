"""Worlds of a given size for the benchmarks, made inside the database, and bare floors beside them.

Nothing of the product imports this. A world is written in transactions of at most STEP numbers.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.store.engine import Tx
from bot.store.sql import compose, queries
from bot.store.sqlite import connect

STEP = 50_000
TAGS = 101
SEGMENTS = ("small", "some", "large", "many", "negative")
_PEOPLE = ("bench_member", "bench_number", "bench_friend", "bench_member_tag", "bench_conversation")


def put_due(tx: Tx, first: int, last: int, at: int, apart: int = 0) -> None:
    """Waiting rows number ``first`` to ``last``, ``apart`` ms from each other, from ``at`` on.

    They are steps of flows that have ended, so that a tick skips them, each with its reason.
    """
    tx.run(_numbered("bench_due"), first=first, last=last, at=at, apart=apart)


def put_people(tx: Tx, first: int, last: int, now: int) -> None:
    """Members number ``first`` to ``last``, each with a friendship, five tags of a file and a
    chat."""
    for query in _PEOPLE:
        tx.run(_numbered(query), first=first, last=last, now=now)


def put_tags(tx: Tx, query: str = "bench_tag") -> None:
    """The corporate tags T0 to T100."""
    tx.run(_numbered(query), first=0, last=TAGS - 1)


def put_own_tags(tx: Tx) -> None:
    """The same as tags of files."""
    put_tags(tx, "bench_own_tag")


def put_talks(tx: Tx, first: int, last: int, now: int) -> None:
    """Conversations number ``first`` to ``last`` on four kf accounts, each with its member; of 100
    two are held, three wait (one complains), one is put off, one is muted, ten are unanswered."""
    for query in ("bench_member", "bench_number", "bench_talk"):
        tx.run(_numbered(query), first=first, last=last, now=now)


def put_lines(tx: Tx, first: int, last: int, talks: int, now: int, corpus: str) -> None:
    """Lines number ``first`` to ``last``, a second apart and the last of all ``now``, three of five
    by members; each a piece of ``corpus``, and every third begins with its first two characters.
    Where ``put_sent`` was there before, each line of the brand has its row."""
    for query in ("bench_heard", "bench_told"):
        tx.run(_numbered(query), first=first, last=last, talks=talks, now=now, corpus=corpus,
               length=len(corpus) - 40)  # fmt: skip


def put_sent(tx: Tx, first: int, last: int, talks: int, now: int, corpus: str) -> None:
    """What stands behind the lines of the brand: a row that was sent, with its trail."""
    span = {"first": first, "last": last}
    tx.run(_numbered("bench_sent"), **span, talks=talks, now=now, corpus=corpus)
    tx.run(_numbered("bench_steps"), **span)


def put_friends(tx: Tx, n: int, now: int) -> None:
    """The first ``n`` members are friends of somebody, with five tags each."""
    put_tags(tx)
    for query in ("bench_friend", "bench_friend_tag"):
        tx.run(_numbered(query), first=0, last=n - 1, now=now)


def put_deeds(tx: Tx, last: int, talks: int, now: int) -> None:
    """Deeds of fifty people number 1 to ``last``, 20 s apart, the last of all ``now``."""
    tx.run(_numbered("bench_deeds"), first=1, last=last, talks=talks, now=now)


def put_notes(tx: Tx, first: int, last: int, talks: int, now: int, corpus: str) -> None:
    """Notes of staff, one for every conversation in turn."""
    tx.run(_numbered("bench_note"), first=first, last=last, talks=talks, now=now, corpus=corpus,
           length=len(corpus) - 40)  # fmt: skip


def waiting(tx: Tx) -> int:
    """How many due rows wait."""
    row = tx.row("bench_due_waiting")
    return int(row["n"]) if row else 0


def segment(tx: Tx, name: str, since: int) -> int:
    """How many members one of SEGMENTS has, by the sentence written by hand."""
    row = tx.row(f"bench_segment_{name}", since=since)
    return int(row["n"]) if row else 0


def _numbered(query: str) -> Any:
    return compose(query, rows=compose("bench_numbers"))


class BareLine:
    """A connection and its sentences, without anything of ours in between."""

    def __init__(self, path: Path) -> None:
        self._connection: sqlite3.Connection = connect(path)

    def idle(self, now: int) -> float:
        """Seconds for a transaction that looks for what is due."""
        return self._timed(lambda: self._fetch("bench_due_take", now=now, n=200))

    def claim(self, now: int, n: int) -> tuple[int, float]:
        """Marks the first ``n`` due rows done in one transaction: how many, and the seconds."""
        rows: list[Any] = []
        took = self._timed(lambda: rows.extend(self._fetch("bench_due_claim", now=now, n=n)))
        return len(rows), took

    def close(self) -> None:
        """The end."""
        self._connection.close()

    def _fetch(self, query: str, **params: Any) -> list[Any]:
        return self._connection.execute(queries()[query], params).fetchall()

    def _timed(self, work: Callable[[], object]) -> float:
        began = time.perf_counter()
        self._connection.execute("BEGIN IMMEDIATE")
        work()
        self._connection.execute("COMMIT")
        return time.perf_counter() - began
