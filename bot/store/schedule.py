"""Future work: due rows, flow runs, and the pool of steps that wait for one bulk task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.model import Outbound
from bot.store import codec, outbox
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


def done(tx: Tx, row: Row, state: str = "done", note: str = "") -> None:
    """The row was acted upon (``done``) or left out on purpose (``skipped``)."""
    done_all(tx, [row["id"]], state, note)


def done_all(tx: Tx, ids: Sequence[int], state: str, note: str) -> None:
    """Rows of one page that ended alike."""
    tx.run("due_done", ids=list(ids), state=state, note=note)


def planned(tx: Tx, keys: Sequence[str]) -> frozenset[str]:
    """Which of ``keys`` have been planned, whatever became of them."""
    return frozenset(row["key"] for row in tx.rows("due_known", keys=list(keys)))


def drop(tx: Tx, prefix: str, note: str) -> int:
    """Gives up waiting rows whose key begins with ``prefix``."""
    return tx.run("due_drop", prefix=prefix, note=note)


def next_due(tx: Tx) -> int | None:
    """When something is due next."""
    row = tx.row("due_next")
    return row["at"] if row else None


def start_flow(
    tx: Tx, *, key: str, flow: str, flow_version: int, persona: str, member: str, account: str,
    now: int,
) -> int | None:  # fmt: skip
    """Begins a flow for a member; None when this key has begun already."""
    row = tx.row("flow_start", key=key, flow=flow, flow_version=flow_version, persona=persona,
                 member=member, account=account, now=now)  # fmt: skip
    return row["id"] if row else None


def flow_run(tx: Tx, run: int) -> Row | None:
    """One member's way through a flow."""
    return tx.row("flow_get", id=run)


def end_flow(tx: Tx, run: int, state: str, note: str = "") -> None:
    """The run is ``done``, or ``stopped`` with a reason."""
    tx.run("flow_end", id=run, state=state, note=note)


def pool(tx: Tx, **row: Any) -> bool:
    """Puts one member's step into the pool of its account and text."""
    return bool(tx.run("pool_add", **row))


def pools(tx: Tx) -> list[tuple[str, str]]:
    """(account, digest of the text) of everything that is pooled and not yet a task."""
    return [(row["account"], row["digest"]) for row in tx.rows("pool_groups")]


def open_pool(tx: Tx, account: str, digest: str, n: int) -> list[Row]:
    """The first ``n`` pooled members of one account and text."""
    return tx.rows("pool_open", account=account, digest=digest, n=n)


def flush(tx: Tx, rows: Sequence[Row], task: Outbound, now: int) -> int | None:
    """Turns pooled rows into one bulk task, all in this transaction."""
    people = [Receiver(row["member"], row["member"]) for row in rows]
    made = outbox.enqueue(tx, task, now, people)
    if made is not None:
        tx.run("pool_flush", outbox=made, ids=[row["id"] for row in rows])
    return made
