"""Codes with which a template card may be changed, and the rows that change or recall a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.body import Card, Text
from bot.core.clock import DAY
from bot.core.model import Outbound
from bot.store import outbox
from bot.store.engine import Tx

# Pages 90236 and 94888, and 94867.
CODE_LASTS = 3 * DAY


def task_of(row: Outbound) -> str:
    """The task_id of a row's card, or empty."""
    return str(row.body.card.get("task_id", "")) if isinstance(row.body, Card) else ""


def keep(tx: Tx, app: str, task_id: str, code: str, at: int) -> None:
    """A code that a send or a click brought at ``at``; good for 72 hours, once."""
    tx.run("card_code_forget", before=at)
    tx.run("card_code_add", code=code, app=app, task_id=task_id, until=at + CODE_LASTS)


def take(tx: Tx, app: str, task_id: str, now: int) -> str | None:
    """The latest usable code of a card, which nobody gets again; None when there is none."""
    row = tx.row("card_code_take", app=app, task_id=task_id, now=now)
    return None if row is None else str(row["code"])


def queue_update(
    tx: Tx, base: Outbound, task_id: str, change: Mapping[str, Any], now: int
) -> int | None:
    """Queues the change of a card (``{"button": …}`` or ``{"template_card": …}``), for all readers.

    ``base`` says who does it, and with which dedupe. None when no code is left or it is queued.
    """
    code = take(tx, base.account, task_id, now)
    if code is None:
        return None
    out = base.evolve(kind="notice", body=Text(""), expires_at=now + CODE_LASTS,
                      data={"update": {"response_code": code, **change}})  # fmt: skip
    return outbox.enqueue(tx, out, now)
