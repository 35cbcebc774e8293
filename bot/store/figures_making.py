"""Sums up what is over, behind the scenes: days, and quarters of an hour of the day that runs.

A piece is counted on a reader's connection and put down at once, in place of what stood there, so
doing it twice changes nothing. Rows that come late, or whose fate changes, stain their piece, and
it is counted anew; until then the old numbers stand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.clock import DAY, MINUTE, local, to_ms
from bot.core.handoff import ANSWER_WITHIN
from bot.store.engine import Row, Tx
from bot.store.figures_count import count
from bot.store.figures_talk import Counts, Key, Stretch

# A transaction on PostgreSQL may commit up to 30 s after its rows got their ids and times.
RIPE = 2 * MINUTE
QUARTER = 15 * MINUTE
# A day becomes one piece so long after its end: by then its answers have left, or never will.
SETTLED = ANSWER_WITHIN
# What is older is not counted anew: retention may have taken some of it ([retention] wants 14d).
LATE_MOST = 13 * DAY
DAYS_MOST = 400
BITE = 500


@dataclass(frozen=True, slots=True)
class Made:
    """A piece as it was counted; ``stains``: those that it had when the counting began."""

    stretch: Stretch
    stains: int
    counts: Counts


def day_of(at: int, zone: str) -> int:
    """When the local day of a moment began."""
    return to_ms(local(at, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0))


def day_after(day: int, zone: str, days: int = 1) -> int:
    """When the local day so many days later begins: a day may have 23 or 25 hours."""
    noon = local(day, zone).replace(hour=12) + timedelta(days=days)
    return to_ms(noon.replace(hour=0, fold=0))


def prepare(tx: Tx, now: int, zone: str) -> Made | None:
    """The next piece that wants counting, counted; None when there is none."""
    stretch = _next(tx, now, zone)
    if stretch is None:
        return None
    stains = _stains(tx, stretch)
    folded = None if stains else _folded(tx, stretch)
    return Made(stretch, stains, count(tx, stretch) if folded is None else folded)


def _folded(tx: Tx, stretch: Stretch) -> Counts | None:
    """The sum of a day's quarters, None unless they are all there."""
    span = {"since": stretch.begins, "until": stretch.ends}
    pieces = tx.rows("figure_pieces", **span)
    if len(pieces) < 2 or sum(p["ends"] - p["begins"] for p in pieces) < stretch.length:
        return None
    sums = tx.rows("figure_totals", **span)
    return Counter({Key(*(row[name] for name in Key._fields)): int(row["n"]) for row in sums})


def put(tx: Tx, made: Made) -> None:
    """Puts a piece in the place of whatever stood there."""
    span = {"begins": made.stretch.begins, "ends": made.stretch.ends}
    left = max(_stains(tx, made.stretch) - made.stains, 0)
    tx.run("figure_piece_drop", **span)
    tx.run("figure_sum_drop", **span)
    tx.run("figure_piece_put", **span, stale=left)
    tx.many("figure_sum_put", [key._asdict() | {"begins": span["begins"], "n": n}
                               for key, n in sorted(made.counts.items())])  # fmt: skip


def _stains(tx: Tx, stretch: Stretch) -> int:
    row = tx.row("figure_piece_stale", begins=stretch.begins, ends=stretch.ends)
    return int(row["n"]) if row else 0


def _next(tx: Tx, now: int, zone: str) -> Stretch | None:
    """First the day that runs, then the days before it, the newest first; then what is stained."""
    today = day_of(now, zone)
    have = {row["begins"]: row for row in tx.rows("figure_pieces", since=0, until=now)}
    for begins in quarters(today, now - RIPE):
        if begins not in have:
            return Stretch(begins, begins + QUARTER, today)
    for day, ends in _days(tx, today, zone):
        whole = day in have and have[day]["ends"] == ends
        if not whole and now - ends >= SETTLED:
            return Stretch(day, ends, day)
        if not whole:
            missing = [at for at in quarters(day, min(ends, now - RIPE)) if at not in have]
            if missing:
                return Stretch(missing[0], min(missing[0] + QUARTER, ends), day)
    stained = [row for row in have.values() if row["stale"]]
    if not stained:
        return None
    row = max(stained, key=lambda row: int(row["begins"]))
    return Stretch(row["begins"], row["ends"], day_of(row["begins"], zone))


def quarters(day: int, until: int) -> Iterator[int]:
    """When the quarters of an hour of a day begin that are over at ``until``."""
    yield from range(day, until - QUARTER + 1, QUARTER)


def _days(tx: Tx, today: int, zone: str) -> Iterator[tuple[int, int]]:
    """Begin and end of the days before today, back to the first of which there are rows."""
    oldest = tx.row("figure_oldest") or {}
    known = [at for at in (oldest.get("heard"), oldest.get("said")) if at is not None]
    first, day = min(known, default=today), today
    for _ in range(DAYS_MOST):
        day, ends = day_after(day, zone, -1), day
        if ends <= first:
            return
        yield day, ends


def look(tx: Tx, now: int, zone: str) -> int:
    """Stains the pieces of rows that came or changed since the look before last; of how many rows.

    The last two looks count, for a transaction may commit after a look that its ids belong to.
    """
    late: list[Row] = []
    for name in ("inbox", "replies", "audit"):
        mark = tx.row("figure_mark_get", name=name)
        if mark is not None and now - mark["at"] < RIPE:
            continue
        last = (tx.row(f"figure_last_{name}") or {"id": 0})["id"]
        before = mark["latest"] if mark is not None else last
        tx.run("figure_mark_put", name=name, before=before, latest=last, at=now)
        if mark is not None:
            late += _late(tx, name, mark["before"], now)
    return _stain(tx, late, now, zone)


def _late(tx: Tx, name: str, after: int, now: int) -> list[Row]:
    span = {"since": now - LATE_MOST, "until": now - RIPE}
    if name != "audit":
        return tx.rows(f"figure_new_{name}", after=after, **span)
    ids = [int(row["subject"].partition(":")[2])
           for row in tx.rows("figure_new_audit", after=after)]  # fmt: skip
    return [row for first in range(0, len(ids), BITE)
            for row in tx.rows("figure_at_of", ids=ids[first : first + BITE], **span)]  # fmt: skip


def _stain(tx: Tx, late: Sequence[Row], now: int, zone: str) -> int:
    """Their pieces, what follows of the same day (which turn was the second), and the piece with
    the next answer (how long its wait was)."""
    pieces = tx.rows("figure_pieces", since=now - LATE_MOST - DAY, until=now)
    begins = [row["begins"] for row in pieces]

    def covered(at: int) -> bool:
        place = bisect_right(begins, at) - 1
        return place >= 0 and at < pieces[place]["ends"]

    found = {(row["conversation"], row["at"]) for row in late if covered(row["at"])}
    stains: set[tuple[int, int]] = set()
    for conversation, at in found:
        stains.add((at, day_after(day_of(at, zone), zone)))
        following = tx.row("figure_next_answer", conversation=conversation, at=at)
        if following is not None and following["at"] is not None:
            stains.add((following["at"], 0))
    tx.many("figure_stain", [{"at": at, "until": until} for at, until in sorted(stains)])
    return len(found)
