"""What the governor goes by, read a page of members at a time; and the sums of its refusals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.clock import DAY
from bot.core.model import is_promotion
from bot.store.engine import Row, Tx

PAGE = 1_000
# Days back that count, and how long a message may be on its way before it arrives.
WINDOW, ON_ITS_WAY = 31 * DAY, 9 * DAY


@dataclass(frozen=True, slots=True)
class Told:
    """One message that the member had not asked for. ``at`` None: it is on its way."""

    persona: str
    channel: str
    at: int | None
    sells: bool
    outbox: int


def wishes(tx: Tx, members: Sequence[str]) -> dict[str, Row]:
    """promo_ok and promo_less by member."""
    return {row["id"]: row for row in tx.rows("governed_members", members=list(members))}


def told(tx: Tx, members: Sequence[str], now: int) -> dict[str, list[Told]]:
    """What each got of late, or is about to get, without having asked."""
    found: dict[str, list[Told]] = {}
    rows = tx.rows("governed_said", members=list(members), since=now - WINDOW - ON_ITS_WAY)
    for row in rows:
        if row["kind"] != "activity" or is_promotion(row["kind"], row["origin"]):
            found.setdefault(row["member"], []).append(_told(row))
    return found


def _told(row: Row) -> Told:
    arrived = row["status"] in ("sent", "unsure")
    at = (row["sent_at"] or row["at"]) if arrived else None
    return Told(row["persona"], row["channel"], at, is_promotion(row["kind"], row["origin"]),
                row["outbox"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """So often one answer was given on a local day. ``origin`` without the step."""

    day: str
    persona: str
    origin: str
    answer: str
    code: str
    n: int


def refused(tx: Tx, sums: Iterable[Refused]) -> None:
    """Adds to the sums."""
    tx.many("refusal_add", [
        {"day": one.day, "persona": one.persona, "origin": one.origin, "answer": one.answer,
         "code": one.code, "n": one.n} for one in sums
    ])  # fmt: skip


def refusals(tx: Tx, since: str, until: str) -> list[Refused]:
    """The sums of the local days from ``since`` to ``until`` (2026-11-22)."""
    return [Refused(**row) for row in tx.rows("refusals", since=since, until=until)]
