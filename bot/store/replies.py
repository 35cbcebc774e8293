"""Searching the reply log."""

from __future__ import annotations

from collections.abc import Iterator

from bot.store.engine import Row, Tx

PAGE = 500


def search(
    tx: Tx,
    *,
    since: int | None = None,
    persona: str | None = None,
    member: str | None = None,
    text: str | None = None,
) -> Iterator[Row]:
    """Matching rows, oldest first, read page by page."""
    like = None if text is None else f"%{_escape(text)}%"
    skip = 0
    while rows := tx.rows("reply_search", since=since, persona=persona, member=member, text=like,
                          n=PAGE, skip=skip):  # fmt: skip
        yield from rows
        skip += len(rows)


def words_of(tx: Tx, channel: str, account: str, provider_id: str) -> str | None:
    """The words of what the platform knows by this id, or None."""
    row = tx.row("reply_words", channel=channel, account=account, provider_id=provider_id)
    return row["text"] if row else None


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
