"""Every API call received, with body and verdict: a bounded ring, and counters that only grow."""

from __future__ import annotations

from collections import Counter, deque

from sandbox.fields import Json

KEEP = 50_000


class Calls:
    """The log behind `GET /sandbox/calls`."""

    def __init__(self, keep: int = KEEP) -> None:
        self._rows: deque[Json] = deque(maxlen=keep)
        self._seq = 0
        self.by_path: Counter[str] = Counter()
        self.by_errcode: Counter[str] = Counter()

    def begin(self, row: Json) -> Json:
        """Note a call on arrival; the same row is completed when it is answered."""
        self._seq += 1
        row["seq"] = self._seq
        self._rows.append(row)
        self.by_path[row["path"]] += 1
        return row

    def end(self, row: Json, http: int, errcode: int | None, fault: list[str]) -> None:
        """Complete a row with its verdict; http 0 = the connection was cut."""
        row["http"], row["errcode"], row["fault"] = http, errcode, fault
        if errcode:
            self.by_errcode[str(errcode)] += 1

    def rows(self, path: str, after: int) -> list[Json]:
        """Rows whose path contains `path`, later than seq `after`, in order of arrival."""
        return [row for row in self._rows if row["seq"] > after and path in row["path"]]
