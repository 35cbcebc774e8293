"""Following numbered tables: which rows are new since the last look, none of them left out.

On PostgreSQL the order of ids is not the order of commits, so an id that was passed over is asked
for again. On SQLite the last ids of a table are given again when their rows are deleted, so the
last row must still be what it was.
"""

from __future__ import annotations

from bot.core.clock import MINUTE
from bot.store.engine import Row, Tx
from bot.store.sql import Composed, compose

PATIENCE = 10 * MINUTE  # no transaction is open for so long
GAPS = 5_000  # ids asked for again at a look; beyond, the earliest are given up
FAR = 50_000  # rows behind which nothing is followed any more


class Lost(Exception):
    """The table ran ahead or is not the one it was: what was learned from it does not hold."""


class Tail:
    """A place in one table. ``rows``: a piece with the columns id, mark (what the row is) and
    whatever is wanted of it."""

    def __init__(self, rows: str) -> None:
        self._rows = rows
        self._last, self._mark = 0, ""
        self._gaps: dict[int, int] = {}  # id -> until when it is asked for

    def start(self, tx: Tx, now: int) -> None:
        """From here on; the ids just before that are not there yet may still come."""
        found = tx.row(self._compose("tail_last"))
        last = int(found["id"]) if found else 0
        self._last, self._mark, self._gaps = max(last - GAPS, 0), "", {}
        if last:
            self._take(self._after(tx), now)

    def look(self, tx: Tx, now: int) -> list[Row]:
        """New rows. Raises Lost, after which it wants a new start."""
        late = self._late(tx, now)
        found = self._after(tx)
        if self._mark:
            first = (found[0]["id"], str(found[0]["mark"])) if found else None
            if first != (self._last, self._mark):
                raise Lost
            found = found[1:]
        self._take(found, now)
        return late + found

    def _after(self, tx: Tx) -> list[Row]:
        found = tx.rows(self._compose("tail_after"), last=self._last, n=FAR)
        if len(found) == FAR:
            raise Lost
        return found

    def _late(self, tx: Tx, now: int) -> list[Row]:
        if not self._gaps:
            return []
        found = tx.rows(self._compose("tail_some"), ids=list(self._gaps))
        came = {row["id"] for row in found}
        self._gaps = {id: until for id, until in self._gaps.items()
                      if id not in came and until > now}  # fmt: skip
        return found

    def _take(self, rows: list[Row], now: int) -> None:
        for row in rows:
            first = max(self._last + 1, row["id"] - GAPS)
            self._gaps |= dict.fromkeys(range(first, row["id"]), now + PATIENCE)
            self._last, self._mark = row["id"], str(row["mark"])
        for id in list(self._gaps)[: max(len(self._gaps) - GAPS, 0)]:
            del self._gaps[id]

    def _compose(self, sentence: str) -> Composed:
        return compose(sentence, rows=compose(self._rows))
