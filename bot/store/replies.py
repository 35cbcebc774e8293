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
    here = text.lower() if text is not None and tx.sealed else ""
    like = None if text is None or here else f"%{_escape(text)}%"
    skip = 0
    while rows := tx.rows("reply_search", since=since, persona=persona, member=member, text=like,
                          n=PAGE, skip=skip):  # fmt: skip
        yield from (row for row in rows if here in row["text"].lower())
        skip += len(rows)


def heard(
    tx: Tx, *, since: int | None = None, persona: str | None = None, member: str | None = None,
    text: str | None = None,
) -> Iterator[Row]:  # fmt: skip
    """What machines made of members' voices and videos, oldest first, in the shape of rows of the
    reply log: ``kind`` is heard, ``operator`` who listened, ``origin`` the message."""
    wanted, skip = (text or "").lower(), 0
    while rows := tx.rows("heard_search", since=since, persona=persona, member=member, n=PAGE,
                          skip=skip):  # fmt: skip
        yield from (row | {"origin": f"inbox:{row['id']}"} for row in rows
                    if wanted in row["text"].lower())  # fmt: skip
        skip += len(rows)


def words_of(tx: Tx, channel: str, account: str, provider_id: str) -> str | None:
    """The words of what the platform knows by this id, or None."""
    row = tx.row("reply_words", channel=channel, account=account, provider_id=provider_id)
    return row["text"] if row else None


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
