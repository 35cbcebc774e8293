"""The queue of applications as colleagues decide it: each is decided once, by whoever is first, and
only as he saw it."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from bot.store import circles, circling, persons, projections
from bot.store.circling import CircleRefused
from bot.store.codec import from_json
from bot.store.engine import Row, Tx

SHOWN = 25


class Behind(NamedTuple):
    """Where a page of the queue begins."""

    at: int
    circle: str
    member: str


class DecidedAlready(CircleRefused):
    """A colleague was faster, or the member took it back: ``row`` says what became of it, None
    when there never was one."""

    def __init__(self, row: Row | None) -> None:
        self.row = row
        super().__init__("the application does not wait any more")


class AnsweredAnew(CircleRefused):
    """The member gave other answers since the colleague looked."""


def mark(row: Row) -> str:
    """What a colleague saw: changes with the application and with each answer. ``answers`` as the
    table has them, or decoded."""
    told = row["answers"] if isinstance(row["answers"], dict) else from_json(row["answers"])
    text = "\n".join(f"{question}\t{answer}" for question, answer in sorted(told.items()))
    return f"{row['at']}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def page(tx: Tx, circle: str = "", behind: Behind | None = None, n: int = SHOWN) -> list[Row]:
    """Applications that wait, the longest wait first, of one circle or of all, with their mark."""
    at, place, after = behind or Behind(-1, "", "")
    rows = tx.rows("applications_page", circle=circle, at=at, place=place, after=after, n=n)
    found = [row | {"answers": from_json(row["answers"])} for row in rows]
    return [row | {"mark": mark(row)} for row in found]


def decided(tx: Tx, circle: str = "", n: int = SHOWN) -> list[Row]:
    """What became of the latest ones."""
    return tx.rows("applications_decided", circle=circle, n=n)


def accept(
    tx: Tx, circle: str, member: str, seen: str, now: int, *, rule: str, actor: str,
    persona: str = "",
) -> None:  # fmt: skip
    """Lets in whose application a colleague saw as ``seen``. Raises CircleRefused."""
    _take(tx, circle, member, seen)
    circling.admit(tx, circle, member, now, rule=rule, actor=actor, persona=persona)


def turn_down(
    tx: Tx, circle: str, member: str, seen: str, now: int, *, why: str, actor: str,
    persona: str = "",
) -> None:  # fmt: skip
    """Turns it down; the flow that waits for it tells him. Raises CircleRefused."""
    _take(tx, circle, member, seen)
    circling.reject(tx, circle, member, now, why=why, actor=actor, persona=persona)


def _take(tx: Tx, circle: str, member: str, seen: str) -> None:
    """From here to the end of the transaction nobody else decides about him."""
    projections.hold(tx, [member])
    row = circles.application(tx, circle, persons.person_of(tx, [member])[member])
    if row is None or row["state"] != "waiting":
        raise DecidedAlready(row)
    if mark(row) != seen:
        raise AnsweredAnew("the answers are others by now")
