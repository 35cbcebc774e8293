"""The leaderboard of a circle as one member sees it: the first few, and his neighbours. Nobody is
told who is last, and nobody's name is shown but the one that he chose for the circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.engine import Row, Tx

FIRST, NEAR = 3, 2
MOST = 1_000  # places are counted as far as this


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """``place``: 0 where it is not counted."""

    place: int
    codename: str
    points: int
    level: str
    mine: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """``first``: who has the most; ``near``: himself between his neighbours, none where he stands
    among the first, or has no points; ``place``: his own, 0 beyond MOST or without points."""

    first: Sequence[Line] = ()
    near: Sequence[Line] = ()
    place: int = 0


def board(tx: Tx, circle: str, person: str) -> Board:
    """How the circle stands. Those who have equally many points share a place."""
    rows = tx.rows("board_first", circle=circle, n=FIRST)
    places = [1 + sum(one["points"] > row["points"] for one in rows) for row in rows]
    first = [_line(row, place, person) for row, place in zip(rows, places, strict=True)]
    mine = tx.row("standing_get", member=person, circle=circle)
    if mine is None or mine["points"] <= 0:
        return Board(first=first)
    place = _place(tx, circle, mine["points"])
    if any(one.mine for one in first):
        return Board(first=first, place=place)
    return Board(first=first, place=place, near=_near(tx, circle, mine, place, len(rows)))


def _place(tx: Tx, circle: str, points: int) -> int:
    row = tx.row("board_before", circle=circle, points=points, most=MOST)
    before = int(row["n"]) if row else 0
    return before + 1 if before < MOST else 0


def _near(tx: Tx, circle: str, mine: Row, place: int, known: int) -> list[Line]:
    spot = {"circle": circle, "points": mine["points"], "n": NEAR}
    above = tx.rows("board_above", **spot)[: max(place - 1 - known, 0) if place else NEAR]
    below = tx.rows("board_below", member=mine["member"], **spot)
    name = tx.row("codename_in", member=mine["member"], circle=circle)
    own = Line(place=place, codename=str(name["name"]) if name else "", points=mine["points"],
               level=mine["level"], mine=True)  # fmt: skip
    return [*(_line(row, 0, "") for row in reversed(above)), own,
            *(_line(row, 0, "") for row in below)]  # fmt: skip


def _line(row: Row, place: int, person: str) -> Line:
    return Line(place=place, codename=row["codename"] or "", points=row["points"],
                level=row["level"], mine=row["member"] == person)  # fmt: skip
