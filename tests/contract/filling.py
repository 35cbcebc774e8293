"""A brand that has been at work for long, for tests of what pages cost: made inside the database."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.store.engine import Tx
from bot.store.filling import TAGS
from bot.store.sql import Composed, compose, pieces


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
    """The first ``n`` members are friends of somebody, with five corporate tags each."""
    tx.run(_numbered("bench_tag"), first=0, last=TAGS - 1)
    for query in ("bench_friend", "bench_friend_tag"):
        tx.run(_numbered(query), first=0, last=n - 1, now=now)


def put_deeds(tx: Tx, last: int, talks: int, now: int) -> None:
    """Deeds of fifty people number 1 to ``last``, 20 s apart, the last of all ``now``."""
    tx.run(_numbered("bench_deeds"), first=1, last=last, talks=talks, now=now)


def put_notes(tx: Tx, first: int, last: int, talks: int, now: int, corpus: str) -> None:
    """Notes of staff, one for every conversation in turn."""
    tx.run(_numbered("bench_note"), first=first, last=last, talks=talks, now=now, corpus=corpus,
           length=len(corpus) - 40)  # fmt: skip


def _numbered(query: str) -> Composed:
    numbers = compose("bench_numbers")
    if query in pieces():
        return compose(query, rows=numbers)
    return Composed(_sentences()[query].replace("/*rows…*/", numbers.text))


@cache
def _sentences() -> dict[str, str]:
    text = Path(__file__).with_name("filling.sql").read_text("utf-8")
    parts = [part.partition("\n") for part in text.split("-- name: ")[1:]]
    return {name.strip(): sql.strip().rstrip(";") for name, _, sql in parts}
