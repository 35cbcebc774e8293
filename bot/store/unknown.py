"""Creations of tasks whose answer never came: looked up on the platform until somebody is sure."""

from __future__ import annotations

from bot.core.model import Outbound
from bot.store import audit, outbox
from bot.store.codec import outbound
from bot.store.engine import Row, Tx

FOUND = "the call had arrived: the task was found on the platform"


def due(tx: Tx, now: int, every: int, n: int = 20) -> list[Outbound]:
    """Rows to look up now; their next look is planned ``every`` ms later."""
    rows = tx.rows("outbox_unsure_due", now=now, next=now + every, n=n)
    return [outbound(row) for row in rows]


def since(tx: Tx, id: int) -> tuple[int, int]:
    """When the first call of a row left, and since when its fate is unknown."""
    trail = audit.history(tx, "outbox", id)
    began = [row["at"] for row in trail if row["event"] == "claim"]
    lost = [row["at"] for row in trail if row["event"] in ("unsure", "restore")]
    if not began:  # of a restored row it is only known that it was queued
        row = tx.row("outbox_get", id=id)
        began = [row["created_at"]] if row else []
    return (min(began, default=0), max(lost, default=0))


def known_tasks(tx: Tx, row: Outbound, since: int) -> list[str]:
    """Tasks on the platform that belong to other rows of the same account."""
    found = tx.rows("outbox_tasks_known", channel=row.channel, account=row.account, since=since)
    return [other["provider_id"] for other in found]


def found(tx: Tx, id: int, task: str, now: int) -> bool:
    """The platform has it after all: it waits for the tap. False when the row moved on."""
    row = tx.row("outbox_get", id=id)
    if row is None or row["state"] != "unsure":
        return False
    tx.run("outbox_rename", id=id, provider_id=task)
    return outbox.move(tx, row, "human", now, actor="platform", reason=FOUND, retry_at=now)


def rest(tx: Tx, id: int, note: str) -> None:
    """Nobody looks for it any more; it stays ``unsure``, for a person to decide."""
    tx.run("outbox_unsure_rest", id=id, note=note)


def published(tx: Tx, since: int, after: int, n: int) -> list[Row]:
    """Moments of ours that somebody has published and that were made after ``since``: id, account,
    provider_id, created_at; a page of ``n``, beginning behind id ``after``."""
    return tx.rows("moments_published", since=since, after=after, n=n)
