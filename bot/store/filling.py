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


def put_own_tags(tx: Tx) -> None:
    """The tags of files T0 to T100."""
    tx.run(_numbered("bench_own_tag"), first=0, last=TAGS - 1)


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
