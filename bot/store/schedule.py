"""Future work: due rows, and the pool of steps that wait for one bulk task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.core.lifecycle import advance
from bot.core.model import Outbound
from bot.store import audit, codec, outbox
from bot.store.codec import to_json
from bot.store.engine import Row, Tx
from bot.store.outbox import Receiver


def add_due(tx: Tx, key: str, kind: str, at: int, data: Mapping[str, Any]) -> bool:
    """Plans one thing; the key makes it happen once. False when it was planned before."""
    return bool(tx.run("due_add", key=key, kind=kind, at=at, data=to_json(data)))


def take_due(tx: Tx, now: int, n: int = 200) -> list[Row]:
    """Due rows, earliest first, with ``data`` decoded. Finish each in the same transaction."""
    rows = tx.rows("due_take", now=now, n=n)
    return [row | {"data": codec.from_json(row["data"])} for row in rows]


def done_all(tx: Tx, ids: Sequence[int], now: int, event: str, note: str) -> None:
    """Rows of one page that ended alike."""
    state = advance("due", "waiting", event)
    rows = tx.rows("due_done", ids=list(ids), state=state, note=note)
    audit.record(tx, [_trail(row["id"], event, now, note) for row in rows])


def put_off(tx: Tx, rows: Iterable[tuple[int, int, str]]) -> None:
    """Waiting rows are due again later: (id, UTC ms, what they wait for)."""
    tx.many("due_put_off", [{"id": i, "at": at, "note": note} for i, at, note in rows])


def _trail(due: int, event: str, now: int, note: str, actor: str = "scheduler") -> Row:
    return audit.entry("due", due, "waiting", event, at=now, actor=actor, reason=note)


def planned(tx: Tx, keys: Sequence[str]) -> frozenset[str]:
    """Which of ``keys`` have been planned, whatever became of them."""
    return frozenset(row["key"] for row in tx.rows("due_known", keys=list(keys)))


def drop(tx: Tx, prefix: str, now: int, note: str, actor: str = "scheduler") -> int:
    """Gives up waiting rows whose key begins with ``prefix``; how many."""
    rows = tx.rows("due_drop", prefix=prefix, note=note)
    audit.record(tx, [_trail(row["id"], "drop", now, note, actor) for row in rows])
    return len(rows)


def drop_run(
    tx: Tx, run: int, now: int, note: str, actor: str = "scheduler", keep: Sequence[int] = (),
) -> int:  # fmt: skip
    """Gives up what waits of one member's way through a flow, but for the rows of ``keep``; how
    many steps."""
    told = note if actor in audit.PARTS else tx.hide(note)
    rows = tx.rows("due_drop_run", run=run, note=told, keep=[0, *keep])
    audit.record(tx, [_trail(row["id"], "drop", now, note, actor) for row in rows])
    return len(rows)


def drop_steps(
    tx: Tx, run: int, steps: Sequence[str], now: int, note: str, actor: str = "scheduler"
) -> int:  # fmt: skip
    """Gives up these steps of a run, as far as they wait; how many."""
    told = note if actor in audit.PARTS else tx.hide(note)
    rows = tx.rows("due_drop_steps", run=run, steps=list(steps) or [""], note=told)
    audit.record(tx, [_trail(row["id"], "drop", now, note, actor) for row in rows])
    return len(rows)


def next_due(tx: Tx) -> int | None:
    """When something is due next."""
    row = tx.row("due_next")
    return row["at"] if row else None


def pool(tx: Tx, **row: Any) -> bool:
    """Puts one member's step into the pool of its account and text."""
    return bool(tx.run("pool_add", **row))


def unpool(tx: Tx, row: int, now: int, note: str) -> None:
    """A pooled member gets it no more."""
    tx.run("pool_drop", id=row, now=now, note=note)


def unpool_run(tx: Tx, run: int, member: str, now: int, note: str) -> int:
    """What is pooled of one member's way through a flow is taken out; how many steps."""
    return tx.run("pool_drop_run", member=member, prefix=f"flow/{run}/", now=now, note=note)


def open_pool(tx: Tx, account: str, digest: str, n: int, after: int = 0) -> list[Row]:
    """The first ``n`` pooled members of one account and text, behind row ``after``."""
    return tx.rows("pool_open", account=account, digest=digest, n=n, after=after)


def flush(tx: Tx, rows: Sequence[Row], task: Outbound, now: int) -> int | None:
    """Turns pooled rows into one bulk task, all in this transaction."""
    people = [Receiver(row["member"], row["member"]) for row in rows]
    made = outbox.enqueue(tx, task, now, people)
    if made is not None:
        tx.run("pool_flush", outbox=made, ids=[row["id"] for row in rows])
    return made
