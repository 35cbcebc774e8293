"""What the product has written down: the rows that the verdict reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.harness.engine import Engine

Row = dict[str, Any]
OPEN_INTAKE = "SELECT COUNT(*) AS n FROM intake WHERE note = ''"
OPEN_INBOX = "SELECT COUNT(*) AS n FROM inbox WHERE state IN ('new', 'working')"
OPEN_OUTBOX = "SELECT COUNT(*) AS n FROM outbox WHERE state IN ('ready', 'sending')"

NEWS = "SELECT COUNT(*) AS n FROM news"
UNREAD = "SELECT COUNT(*) AS n FROM source WHERE wanted > served"


@dataclass(frozen=True)
class Ledger:
    """Every row of the tables that tell what came in and what went out."""

    inbox: Sequence[Row]
    outbox: Sequence[Row]
    replies: Sequence[Row]
    audit: Sequence[Row]
    conversations: Sequence[Row]
    friends: Sequence[Row]


def read(engine: Engine) -> Ledger:
    """The ledger at this moment."""
    return Ledger(
        inbox=engine.rows("SELECT * FROM inbox ORDER BY id"),
        outbox=engine.rows("SELECT * FROM outbox ORDER BY id"),
        replies=engine.rows("SELECT * FROM replies ORDER BY id"),
        audit=engine.rows("SELECT * FROM audit ORDER BY id"),
        conversations=engine.rows("SELECT id, mode, lease FROM conversation ORDER BY id"),
        friends=engine.rows("SELECT * FROM friend"),
    )


def unfinished(engine: Engine) -> int:
    """Rows that somebody still has to act upon."""
    return sum(engine.rows(sql)[0]["n"] for sql in (OPEN_INTAKE, OPEN_INBOX, OPEN_OUTBOX))


def behind(engine: Engine) -> int:
    """Sources that have news which nobody has read to the end."""
    return sum(engine.rows(sql)[0]["n"] for sql in (NEWS, UNREAD))
