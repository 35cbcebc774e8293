"""Which tasks that wait for a tap are to be looked at again, and why."""

from __future__ import annotations

from collections import deque

from bot.core.clock import MINUTE
from bot.core.model import Outbound
from bot.store.codec import outbound
from bot.store.engine import Row, Tx
from bot.store.pullback import Pull, pull

# What a message leads to is decided a moment after it came, and on PostgreSQL the order of numbers
# is not that of commits: whoever wrote is looked at for so long.
LOOK_FOR = 1 * MINUTE
NIGHT = "quiet_hours"
PAGE = 500


class News:
    """How far the inbox was at each look of the last minute."""

    def __init__(self) -> None:
        self._marks: deque[tuple[int, int]] = deque()

    def since(self, now: int, newest: int) -> int:
        """The number after which messages are news; remembers that the inbox is at ``newest``."""
        self._marks.append((now, newest))
        while len(self._marks) > 1 and self._marks[1][0] <= now - LOOK_FOR:
            self._marks.popleft()
        return self._marks[0][1]


def personas(tx: Tx) -> list[str]:
    """Personas of which a task to members waits."""
    return [row["persona"] for row in tx.rows("tap_personas")]


def suspects(tx: Tx, news: News, now: int) -> list[tuple[int, str]]:
    """(task, member): on a task that waits, and in a conversation that is not at rest, or the
    writer of a message of the last minute."""
    newest = tx.row("inbox_newest")
    after = news.since(now, (newest["id"] or 0) if newest else 0)
    rows = [*tx.rows("tap_suspects"), *tx.rows("tap_writers", after=after)]
    return sorted({(row["outbox"], row["member"]) for row in rows})


def abroad(tx: Tx, zone: str) -> list[Row]:
    """outbox, member, zone and persona of whoever is on a task that waits and has another zone."""
    return tx.rows("tap_abroad", zone=zone)


def task(tx: Tx, id: int) -> Outbound | None:
    """The row of a task that waits for a tap, or None."""
    row = tx.row("outbox_get", id=id)
    return outbound(row) if row is not None and row["state"] == "waiting" else None


def before_night(tx: Tx, persona: str, over_at: int, now: int) -> int:
    """Takes back every task of a persona to members, to be made again when the night is over; how
    many."""
    wish = Pull(why=NIGHT, again_at=over_at)
    rows = tx.rows("tap_members", persona=persona, n=PAGE)
    return sum(pull(tx, row, wish, now) for row in rows)
