"""What personas remember of a member, as staff see it; and the end of it."""

from __future__ import annotations

from bot.core.event import Event, Happened
from bot.store import audit, codec, events
from bot.store.engine import Row, Tx


def of_member(tx: Tx, member: str) -> list[Row]:
    """Every memory of a member: persona, scope (``conversation:<id>`` too), data, decoded."""
    shared = tx.rows("memory_get", members=[member])
    own = tx.rows("conversation_memories", member=member)
    rows = [{"persona": r["persona"], "scope": r["scope"], "data": r["data"]} for r in shared]
    rows += [{"persona": "", "scope": f"conversation:{r['id']}", "data": r["memory"]} for r in own]
    return [row | {"data": codec.from_json(row["data"])} for row in rows if row["data"] != "{}"]


def erase(tx: Tx, member: str, now: int, *, actor: str, reason: str) -> int:
    """All personas forget the member, in all scopes; how many memories there were. What he told
    them is struck out of his portrait, too, and so is what was guessed.

    Messages and replies are kept or not by the rules of retention.
    """
    gone = len(of_member(tx, member))
    events.record(tx, [Event(kind=Happened.UNFACT, at=now, member=member, place=source,
                             dedupe=f"unfact/{member}//{source}/{actor}/{now}")
                       for source in ("said", "guess")], now)  # fmt: skip
    tx.run("memory_erase", member=member)
    tx.run("conversation_memory_erase", member=member)
    if gone:
        audit.record(tx, [audit.note("memory", member, "erase", at=now, actor=actor,
                                     reason=reason)])  # fmt: skip
    return gone
