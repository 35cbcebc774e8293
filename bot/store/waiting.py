"""Conversations that wait for a person, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from bot.core.model import Binding
from bot.store.engine import Row, Tx

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One of them. ``why`` is a code of core.handoff.CAUSES, ``reason`` the sentence, ``words`` the
    member's last, ``age`` in ms since he began to wait."""

    conversation: str
    channel: str
    account: str
    persona: str
    member: str | None
    name: str
    mode: str
    why: str
    reason: str
    words: str
    since: int
    age: int


def queue(
    tx: Tx, now: int, *, accounts: Sequence[Binding] | None = None,
    after: tuple[int, str] = (0, ""), n: int = PAGE,
) -> list[Waiting]:  # fmt: skip
    """Up to ``n`` of them, of these accounts or of all, behind ``after`` (since, conversation).

    Held, snoozed and handed to the client are left out.
    """
    window = {"now": now, "since": after[0], "id": after[1], "n": n}
    if accounts is None:
        found = tx.rows("desk_waiting", **window)
    else:
        found = [row for a in accounts for row in tx.rows(
            "desk_waiting_of", channel=a.channel, account=a.account, **window)]  # fmt: skip
    first = sorted(found, key=itemgetter("waiting_since", "id"))[:n]
    rows = tx.rows("desk_waiting_rows", ids=[row["id"] for row in first])
    # somebody may have been faster between the two looks
    made = [_waiting(row, now) for row in rows if row["waiting_since"] is not None]
    return sorted(made, key=attrgetter("since", "conversation"))


def _waiting(row: Row, now: int) -> Waiting:
    return Waiting(
        conversation=row["id"], channel=row["channel"], account=row["account"],
        persona=row["persona"], member=row["member"], name=row["name"] or "", mode=row["mode"],
        why=row["waiting_why"], reason=row["waiting_for"], words=row["words"] or "",
        since=row["waiting_since"], age=now - row["waiting_since"],
    )  # fmt: skip
