"""How it was, asked once after a person has helped, and what the member said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.clock import DAY
from bot.core.model import Outbound
from bot.store import outbox
from bot.store.engine import Row, Tx

OPEN_FOR = 2 * DAY  # the kf window in which it was asked
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for its answer. ``latest``: the brand has said nothing since, so that a
    lone figure answers it and nothing else."""

    id: int
    conversation: str
    member: str
    latest: bool


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: ``score`` 1 to 5, or None for whoever does not want to be asked again."""

    asked: Asked
    score: int | None
    words: str


def helper(tx: Tx, key: str, since: int) -> str:
    """Who of the staff answered last, since the member was asked last; empty: nobody did."""
    last = (tx.row("rating_last", conversation=key) or {"at": None})["at"] or 0
    row = tx.row("rating_helper", conversation=key, since=max(since, last))
    return row["operator"] if row else ""


def unwelcome(tx: Tx, talk: Row, since: int) -> str:
    """Why he is not asked there now, or empty; by whichever record he has in conversations that are
    shown as one."""
    found = tx.rows("joins_of", joined=talk["joined"]) if talk["joined"] else []
    rows = tx.rows("joins_rows", ids=[row["id"] for row in found]) or [talk]
    members = sorted({row["member"] for row in rows if row["member"]})
    if tx.row("rating_refused", members=members) is not None:
        return "the member does not want to be asked"
    asked = tx.row("rating_recent", members=members, since=since) is not None
    return "the member was asked not long ago" if asked else ""


def pending(tx: Tx, key: str) -> int:
    """Messages that will go out before anything that is queued now."""
    return int((tx.row("rating_pending", conversation=key) or {"n": 0})["n"])


def allowed(tx: Tx, key: str, now: int) -> int:
    """Messages that an official account may still say to a follower."""
    return sum(row["remaining"] for row in tx.rows("panel_allowances", id=key, now=now))


def ask(
    tx: Tx, talk: Row, persona: str, staff: str, now: int, word: Callable[[int], Outbound]
) -> int:
    """Asks; the number of the question. ``word`` puts it into words under this number."""
    [row] = tx.rows("rating_add", conversation=talk["id"], member=talk["member"], persona=persona,
                    account=talk["account"], staff=staff, now=now)  # fmt: skip
    queued = outbox.enqueue(tx, word(row["id"]), now)
    tx.run("rating_sent_as", id=row["id"], outbox=queued or 0)
    return int(row["id"])


def open_in(tx: Tx, conversations: Sequence[str], now: int) -> dict[str, Asked]:
    """The latest question that is open in each of some conversations."""
    rows = tx.rows("ratings_open", conversations=list(conversations), since=now - OPEN_FOR)
    return {row["conversation"]: Asked(row["id"], row["conversation"], row["member"],
                                       bool(row["latest"])) for row in rows}  # fmt: skip


def keep(tx: Tx, given: Given, now: int) -> bool:
    """Writes an answer down. False when there was one already."""
    asked = given.asked
    if not tx.run("rating_answer", id=asked.id, conversation=asked.conversation,
                  score=given.score, words=given.words, now=now):  # fmt: skip
        return False
    if given.score is None:
        tx.run("rating_refuse", member=asked.member, now=now)
    return True


def of(tx: Tx, key: str, n: int = SHOWN) -> list[Row]:
    """What was asked in a conversation, the latest first."""
    return tx.rows("ratings_of", conversation=key, n=n)
