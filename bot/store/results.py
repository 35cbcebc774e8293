"""How often a template was sent, and what came of it: counted from the reply log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.store.engine import Row, Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One version of a template: reply rows (one a bubble and receiver) by their status, and when
    the last one was decided (UTC ms)."""

    version: int
    counts: Mapping[str, int]
    last_at: int

    @property
    def sent(self) -> int:
        """Rows that arrived."""
        return self.counts.get("sent", 0)


def of(tx: Tx, names: Sequence[str], since: int = 0) -> dict[str, list[Result]]:
    """Results of these templates since then, each version's by itself, the oldest first; nothing
    for what was never sent."""
    rows = tx.rows("result_counts", names=list(names), since=since) if names else []
    by_version: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        by_version.setdefault((row["content"], row["content_version"]), []).append(row)
    found: dict[str, list[Result]] = {}
    for (name, version), mine in sorted(by_version.items()):
        counts = {row["status"]: row["n"] for row in mine}
        last = max(row["last"] for row in mine)
        found.setdefault(name, []).append(Result(version=version, counts=counts, last_at=last))
    return found
