"""How often a template was sent, and what came of it: counted from the reply log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.clock import HOUR
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


WITHIN = 48 * HOUR  # so long after a message what a member writes counts as an answer to it
FOLLOWED = 2_000  # messages that are followed up


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """Of so many messages in a talk of their own, to how many the member wrote something."""

    sent: int
    wrote: int


def followed(
    tx: Tx, names: Sequence[str], since: int = 0, n: int = FOLLOWED
) -> dict[tuple[str, int], Followed]:  # fmt: skip
    """What members wrote within two days after the latest ``n`` messages made of these templates,
    by template and version."""
    rows = tx.rows("result_followed", names=list(names), since=since, within=WITHIN, n=n)
    return {(row["content"], row["content_version"]): Followed(sent=row["n"], wrote=row["wrote"])
            for row in rows}  # fmt: skip


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
