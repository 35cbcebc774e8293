"""Work that goes on over restarts: rows of ``source`` that are gone when they are done."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store.engine import Row, Tx

MOST = 500


def get(tx: Tx, id: str) -> Row | None:
    """One row, or None."""
    return tx.row("source_get", id=id)


def open_pieces(tx: Tx, prefix: str, n: int = MOST) -> list[Row]:
    """What is still to be done, by id; at most ``n`` of it."""
    return tx.rows("sources_like", prefix=prefix, n=n)


def begin(tx: Tx, id: str, items: Sequence[str]) -> None:
    """A piece of work over a fixed list of names (which hold no space)."""
    tx.run("source_begin", id=id, token=" ".join(items))


def items_of(row: Row) -> tuple[str, ...]:
    """The list of a piece of work."""
    return tuple(str(row["token"]).split())


def advance(tx: Tx, id: str, before: str, cursor: str) -> bool:
    """The next page begins at ``cursor``. False when somebody else was faster."""
    return bool(tx.run("source_advance", id=id, before=before, cursor=cursor))


def done(tx: Tx, row: Row) -> bool:
    """It is done, unless it was asked for again meanwhile."""
    return bool(tx.run("source_done", id=row["id"], wanted=row["wanted"]))


def remember(tx: Tx, id: str, note: str) -> None:
    """Something the piece must not forget until it is done."""
    tx.run("source_note", id=id, note=note)


def clear(tx: Tx, prefix: str) -> None:
    """Whatever was planned under this prefix is dropped."""
    tx.run("source_clear", prefix=prefix)


def mark(tx: Tx, id: str, cursor: str, read_at: int) -> None:
    """Where a repeated work stands, and when it was done last."""
    tx.run("source_mark", id=id, cursor=cursor, read_at=read_at)
