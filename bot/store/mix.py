"""What was posted to moments and groups, each post once."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.engine import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """One post. ``at`` is when it was decided, in UTC ms; ``entry`` is the calendar's, if it is of
    the calendar."""

    at: int
    persona: str
    kind: str
    content: str
    text: str
    entry: str = ""


def sent(tx: Tx, since: int, until: int) -> list[Sent]:
    """Posts from ``since`` until before ``until``, oldest first; what was refused, cancelled or
    never tapped in time is not among them."""
    return [Sent(at=row["at"], persona=row["persona"], kind=row["kind"], content=row["content"],
                 text=row["text"], entry=_entry(row["origin"]))
            for row in tx.rows("mix_sent", since=since, until=until)]  # fmt: skip


def _entry(origin: str) -> str:
    """``campaign:weekly-table:20261125T2000`` is of the entry ``weekly-table``."""
    kind, _, rest = origin.partition(":")
    return rest.partition(":")[0] if kind == "campaign" else ""
