"""How far the governor has come with a task that has more receivers than one write rules on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from bot.store.engine import Row, Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Up to receiver ``after`` (by peer) ``passed`` may get it. ``until`` and ``code``: as long as
    nobody may, others wait for that time. ``since``: when it began (UTC ms)."""

    since: int
    after: str = ""
    passed: int = 0
    until: int | None = None
    code: str = ""


def of(tx: Tx, outbox: int) -> Progress | None:
    """None: it has not begun."""
    row = tx.row("ruling_get", outbox=outbox)
    return Progress(**row) if row else None


def put(tx: Tx, outbox: int, progress: Progress) -> None:
    """It has come so far."""
    tx.run("ruling_put", outbox=outbox, **asdict(progress))


def end(tx: Tx, outbox: int, old: int) -> None:
    """It is over; so is whatever began before ``old`` (UTC ms) and came to no end."""
    tx.run("ruling_end", outbox=outbox, old=old)


def page(tx: Tx, outbox: int, after: str, n: int) -> list[Row]:
    """peer and member of the next ``n`` who are still to get a task."""
    return tx.rows("ruling_page", outbox=outbox, after=after, n=n)


def commonest(tx: Tx, outbox: int) -> str:
    """Why most of those who do not get it do not."""
    row = tx.row("ruling_commonest", outbox=outbox)
    return str(row["note"]) if row else ""


def passed(
    tx: Tx, outboxes: Sequence[int], members: Sequence[str]
) -> tuple[Collection[int], Collection[tuple[int, str]]]:
    """Which of these tasks are ruled on just now; and which (task, member) passed already."""
    under_way = {row["outbox"] for row in tx.rows("rulings_among", ids=list(outboxes))}
    if not under_way:
        return under_way, ()
    rows = tx.rows("rulings_passed", ids=sorted(under_way), members=list(members))
    return under_way, {(row["outbox"], row["member"]) for row in rows}
