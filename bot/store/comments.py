"""Who commented on a moment and waits for a word: comments come from the look at moments
(``pipeline/reactions.py``); colleagues answer in their client and note it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.event import Event, Happened
from bot.store import events
from bot.store.engine import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """``n`` comments of a person under one account's moment, the first at ``at``. ``text``: of the
    moment, as far as it is known."""

    member: str
    name: str
    account: str
    moment: str
    n: int
    at: int
    text: str


def unanswered(tx: Tx, since: int, n: int) -> list[Comment]:
    """Whoever waits, the longest wait first."""
    return [Comment(**{**row, "name": row["name"] or "", "text": row["text"] or "",
                       "n": int(row["n"])})
            for row in tx.rows("comments_open", since=since, n=n)]  # fmt: skip


def answered(tx: Tx, member: str, account: str, moment: str, login: str, now: int) -> bool:
    """A colleague has answered what he wrote there so far. False when nothing of his waits."""
    waits = tx.row("comments_latest", member=member, account=account, moment=moment)
    at = waits["at"] if waits else None
    if at is None:
        return False
    return bool(events.record(tx, [Event(
        kind=Happened.ANSWERED, at=now, dedupe=f"answered/{moment}/{account}/{member}/{at}",
        member=member, channel="moment", account=account, place=moment, data={"by": login},
    )], now))  # fmt: skip
