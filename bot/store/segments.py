"""Segments: audiences with a name, which people write once and use in many places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.errors import BadInput
from bot.store import audit
from bot.store.engine import Tx

NAME_MAX = 64
MENTION = re.compile("segment|分群", re.IGNORECASE)
# What a word of an audience may hold, so that nobody needs quotation marks for a name.
_NAME = re.compile(r"[^\s()（）\"“”「」:：=<>≤≥,，/]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """``words``: the audience as it was written. Times are UTC ms."""

    name: str
    words: str
    made_by: str
    made_at: int
    changed_by: str
    changed_at: int


def everything(tx: Tx) -> list[Segment]:
    """All of them, by name."""
    return [Segment(**row) for row in tx.rows("segments")]


def get(tx: Tx, name: str) -> Segment | None:
    """The one of this name."""
    row = tx.row("segment_get", name=name)
    return Segment(**row) if row else None


def words(tx: Tx, *texts: str) -> dict[str, str]:
    """The words of all segments by name, as reading these audiences needs them; nothing where none
    of them speaks of a segment."""
    if not any(map(MENTION.search, texts)):
        return {}
    return {row["name"]: row["words"] for row in tx.rows("segments")}


def save(tx: Tx, name: str, words: str, actor: str, now: int) -> bool:
    """Makes a segment or gives it other words, which the caller has read; False when it had these.

    Raises BadInput for a name that cannot stand behind ``segment:``.
    """
    if not _NAME.fullmatch(name) or len(name) > NAME_MAX:
        raise BadInput(f"{name!r} is no name for a segment",
                       fix=f"up to {NAME_MAX} characters without spaces, brackets, quotation "
                       "marks and signs")  # fmt: skip
    before = get(tx, name)
    if before is not None and before.words == words:
        return False
    tx.run("segment_put", name=name, words=words, actor=actor, now=now)
    audit.record(tx, [audit.note("segment", name, "save", at=now, actor=actor,
                                 before=before.words if before else "", after=words)])  # fmt: skip
    return True
