"""Words that the guard stopped, put before a lead: a note names the leads, one of them decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.core.handoff import Conflict
from bot.store import audit, codec, desk, joins, mentions, withdrawing
from bot.store.engine import Row, Tx
from bot.store.withdrawing import MACHINE

FOUND_MAX = 8


def ask(
    tx: Tx, key: str, staff: str, text: str, found: Sequence[Mapping[str, Any]],
    leads: Iterable[str], now: int, words: str,
) -> int:  # fmt: skip
    """Puts ``text`` before the ``leads``: a note with ``words`` stands in the thread and in the
    filter of each. ``found``: code, words and message of what the guard said. The note's id. Raises
    Conflict: not the holder."""
    desk.held(tx, key, staff, now)
    note = desk.note(tx, key, staff, words, now)
    kept = codec.to_json({"found": list(found)[:FOUND_MAX]})
    tx.run("appeal_add", note=note, conversation=key, staff=staff, at=now, text=text, found=kept)
    mentions.name(tx, note, key, leads, now)
    audit.record(tx, [audit.note(MACHINE, note, "asked", at=now, actor=staff,
                                 reason=codes(found))])  # fmt: skip
    return note


def open_one(tx: Tx, key: str, note: int) -> Row:
    """One that nobody has decided, in this conversation or in one that is shown with it; nobody
    else decides it until the end. Raises Conflict."""
    row = tx.row("appeal_hold", note=note)
    if row is None or row["conversation"] not in joins.keys(tx, key):
        raise Conflict("没有这条请示", "刷新页面")
    if row["decided_at"] is not None:
        what = "撤回了这条请示" if row["withdrawn"] else "已经定了"
        raise Conflict(f"{row['decided_by']} {what}", "刷新页面看结果")
    return row


def take_back(tx: Tx, key: str, note: int, login: str, now: int, reason: str) -> None:
    """Who asked needs no answer any more. Raises Conflict: somebody has decided, or it is another's
    request."""
    row = open_one(tx, key, note)
    if row["staff"] != login:
        raise Conflict(f"这是 {row['staff']} 的请示", "请他自己撤回")
    withdrawing.withdraw(tx, row, login, now, reason)


def decide(tx: Tx, row: Row, login: str, now: int, reason: str, outbox: int = 0) -> None:
    """The lead's word: sent as that row of the outbox, or not sent. Who asked finds the note in his
    filter."""
    tx.run("appeal_decide", note=row["note"], login=login, now=now, reason=reason, outbox=outbox)
    event = "let_pass" if outbox else "kept_back"
    audit.record(tx, [audit.note(MACHINE, row["note"], event, at=now, actor=login,
                                 reason=reason)])  # fmt: skip
    if row["staff"] != login:
        mentions.name(tx, row["note"], row["conversation"], [row["staff"]], now)


def found_of(row: Row) -> list[dict[str, Any]]:
    """What the guard had said when it was asked."""
    found: list[dict[str, Any]] = codec.from_json(row["found"])["found"]
    return found


def codes(found: Iterable[Mapping[str, Any]]) -> str:
    """Reason codes, each once."""
    return ", ".join(sorted({one["code"] for one in found}))
