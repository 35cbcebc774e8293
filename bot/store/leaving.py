"""What the ledgers of accounts, groups and circles are told of somebody who is erased."""

from __future__ import annotations

from collections.abc import Callable

from bot.store import chronicle, people, traces
from bot.store.engine import Row, Tx
from bot.store.traces import Person

WHY = "erased"


def leave(tx: Tx, person: Person, now: int) -> None:
    """Ends his friendships, his seats and his stays, as far as they are known."""
    for account in sorted({row["account"] for row in _open(tx, "friend", person)}):
        for member in person.ids:
            if people.is_friend(tx, member, account):
                chronicle.parted(tx, member, account, now, WHY, now)
    for row in tx.rows("erased_chats", ids=list(person.ids)):
        chronicle.left(tx, [row["member"]], row["chat"], row["owner"] or "", now, now, why=WHY)
    # what the log alone knows of
    for row in _open(tx, "stay", person):
        _ENDS[row["kind"]](tx, row, now)
    for row in _open(tx, "holding", person):
        chronicle.unroled(tx, row["member"], row["role"], row["circle"], now)


def _open(tx: Tx, table: str, person: Person) -> list[Row]:
    rows = traces.rows(tx, table, person) if table in traces.tables() else []
    return [row for row in rows if row["until"] is None and row["member"] in person.ids]


def _parted(tx: Tx, row: Row, now: int) -> None:
    chronicle.parted(tx, row["member"], row["place"], now, WHY, now)


def _left(tx: Tx, row: Row, now: int) -> None:
    chronicle.left(tx, [row["member"]], row["place"], "", now, now, why=WHY)


def _withdrew(tx: Tx, row: Row, now: int) -> None:
    chronicle.withdrew(tx, row["member"], row["place"], WHY, now)


_ENDS: dict[str, Callable[[Tx, Row, int], None]] = {
    "account": _parted, "group": _left, "circle": _withdrew,
}  # fmt: skip
