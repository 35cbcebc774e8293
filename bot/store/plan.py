"""What became of what was planned: entries of the calendar, and posts to groups and moments."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.engine import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurred:
    """One occurrence of an entry. ``planned``: when the calendar has it, ``at``: when it was due,
    both UTC ms; ``state`` as in the table ``due``, ``note``: why it was left out or waits."""

    entry: str
    planned: int
    at: int
    state: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """One post, whatever the number of accounts and chats it went to: ``total``; of these ``sent``,
    waiting for their turn or a tap, or unsure. The others were cancelled, expired or refused."""

    at: int
    persona: str
    kind: str
    content: str
    origin: str
    text: str
    total: int
    sent: int
    waits: int
    unsure: int


def occurred(tx: Tx, since: int, until: int) -> list[Occurred]:
    """What became of entries that were due in [since, until), in the order of time."""
    found = []
    for row in tx.rows("plan_entries", since=since, until=until):
        _, _, rest = row["key"].partition("/")  # calendar/ID/PLANNED
        entry, _, planned = rest.rpartition("/")
        found.append(Occurred(entry=entry, planned=int(planned), at=row["at"], state=row["state"],
                              note=row["note"] or ""))  # fmt: skip
    return found


def posted(tx: Tx, since: int, until: int) -> list[Posted]:
    """Posts that were decided about in [since, until), in the order of time."""
    return [Posted(**row) for row in tx.rows("plan_posts", since=since, until=until)]
