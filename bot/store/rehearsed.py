"""What a rehearsal reads out of its database when the play is over."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store import governor
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Said:
    """So many rows of the reply log are alike. ``day`` counts from the start."""

    day: int
    persona: str
    channel: str
    account: str
    kind: str
    content: str
    status: str
    n: int


@dataclass(frozen=True, slots=True)
class Held:
    """So often one reason kept something back on a day since the start; ``kind`` is that of the
    message or of the plan."""

    day: int
    note: str
    kind: str
    n: int


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an activity: how many times it took place, how many people took part in how
    many ways that count, how many won."""

    activity: str
    runs: int
    people: int
    entries: int
    winners: int


def activities(tx: Tx, since: int) -> list[Came]:
    """Activities that were on since a moment, announced before or after."""
    return [Came(**row) for row in tx.rows("rehearsed_activities", since=since)]


def said(tx: Tx, since: int) -> list[Said]:
    """The reply log since a moment (UTC ms), summed up."""
    return [Said(**row) for row in tx.rows("rehearsed_replies", since=since)]


def held(tx: Tx, since: int) -> list[Held]:
    """What did not leave or was not carried out, by reason."""
    rows = tx.rows("rehearsed_notes", since=since) + tx.rows("rehearsed_skipped", since=since)
    return [Held(**row) for row in rows]


def refused(tx: Tx, first: str, last: str) -> list[governor.Refused]:
    """The governor's sums of the local days from ``first`` to ``last`` (2026-11-22)."""
    return governor.refusals(tx, first, last)


def took_part(tx: Tx, since: int) -> list[tuple[int, str, str]]:
    """(day since the start, run, person), each once."""
    rows = tx.rows("rehearsed_part", since=since)
    return sorted((int(row["day"]), row["run"], row["member"]) for row in rows)


def unasked(tx: Tx, since: int) -> dict[str, int]:
    """Messages that a member got without having asked, by member."""
    return {row["member"]: row["n"] for row in tx.rows("rehearsed_unasked", since=since)}
