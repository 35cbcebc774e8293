"""Voices and videos of members on their way to becoming words. Nothing of them is lost: what could
not be heard is a person's, and so is what sounds upset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store import codec, conversations, index
from bot.store.engine import Tx

ACTOR = "listening"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One file to listen to. ``media`` is the platform's name of it; this is try number
    ``tries``."""

    id: int
    conversation: str
    kind: str
    media: str
    tries: int


def want(tx: Tx, ids: Sequence[int], now: int) -> None:
    """These messages are to be listened to."""
    if ids:
        tx.run("listening_wanted", ids=ids, now=now)


def claim(tx: Tx, now: int, until: int, n: int) -> list[Wanted]:
    """Up to ``n`` that are due, which come back at ``until`` unless something came of them."""
    rows = tx.rows("listening_claim", now=now, until=until, n=n)
    return [Wanted(id=row["id"], conversation=row["conversation"], kind=row["kind"],
                   media=str(codec.from_json(row["data"]).get("media_id") or ""),
                   tries=row["hear_tries"]) for row in rows]  # fmt: skip


def next_due(tx: Tx) -> int | None:
    """When the next is due, or None."""
    row = tx.row("listening_next")
    return row["at"] if row else None


def later(tx: Tx, one: Wanted, at: int) -> None:
    """It is tried again at ``at``."""
    tx.run("listening_later", id=one.id, at=at)


def heard(tx: Tx, one: Wanted, text: str, mood: str, service: str, now: int, upset: str) -> bool:
    """Keeps what a machine made of it. ``upset``: why a person should look, for it sounds so, and
    no offer leaves for a while. False when it was taken back meanwhile."""
    index.hold(tx, index.INBOX)  # before the row, as whoever takes words back
    row = tx.row("listening_row", id=one.id)
    if not tx.run("listening_heard", id=one.id, heard=text, mood=mood, service=service):
        return False
    if row is not None:
        pair = (index.words(row), index.words(row | {"heard": text}))
        index.change(tx, index.INBOX, {one.id: pair})
    if upset:
        tx.run("listening_upset", id=one.conversation, now=now)
        conversations.wait(tx, one.conversation, now, upset, ACTOR)
    return True


def failed(tx: Tx, one: Wanted, why: str, service: str, now: int, call: str) -> bool:
    """Nobody could make words of it: a person is asked to, for the reason ``call``."""
    if not tx.run("listening_failed", id=one.id, why=why, service=service):
        return False
    conversations.wait(tx, one.conversation, now, call, ACTOR)
    return True
