"""Communities as those who look after them see them: who is at which level, has which badge, is
called what, took which right; one person's points with what they come from. Page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.event import Event
from bot.store import history, persons
from bot.store.engine import Row, Tx

SHOWN = 50  # rows of a page
END = 2**62


@dataclass(frozen=True, kw_only=True, slots=True)
class Earned:
    """Points that something gave or took, with the event; None where the log knows it no more."""

    row: Row
    event: Event | None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """The last row of the page before: a moment and a name, or a name alone."""

    at: int = END
    name: str = ""


def at_level(tx: Tx, circle: str, level: str, after: str = "", n: int = SHOWN) -> list[Row]:
    """Who is at a level, behind an id."""
    return tx.rows("community_members", mark=f"{circle}/{level}", after=after, n=n)


def holders(tx: Tx, circle: str, badge: str, after: str = "", n: int = SHOWN) -> list[Row]:
    """Who has a badge, behind an id."""
    return tx.rows("community_holders", mark=f"{circle}/{badge}", after=after, n=n)


def names(tx: Tx, circle: str, after: str = "", n: int = SHOWN) -> list[Row]:
    """Code-names of a circle in their order, behind a name."""
    return tx.rows("community_names", circle=circle, after=after, n=n)


def names_count(tx: Tx, circle: str) -> int:
    """How many have a code-name."""
    return _n(tx, "community_names_count", circle=circle)


def claims(
    tx: Tx, circle: str, right: str = "", before: Place | None = None, n: int = SHOWN
) -> list[Row]:  # fmt: skip
    """Rights that were taken, the latest first, before a place; those taken back, too."""
    place = before or Place()
    return tx.rows("community_claims", circle=circle, entitled=right or None, at=place.at,
                   after=place.name, n=n)  # fmt: skip


def taken(tx: Tx, circle: str) -> dict[str, int]:
    """How many of each right are taken."""
    return {row["entitled"]: row["taken"] for row in tx.rows("rights_taken", circle=circle)}


def reaching(tx: Tx, circle: str, starts: Sequence[int]) -> dict[int, int]:
    """How many have at least so many points."""
    return {start: _n(tx, "community_at_least", circle=circle, start=start) for start in starts}


def earners(tx: Tx, circle: str) -> int:
    """How many have points in a circle."""
    return _n(tx, "community_earned", circle=circle)


def points(
    tx: Tx, member: str, circle: str, before: Place | None = None, n: int = SHOWN
) -> list[Earned]:  # fmt: skip
    """What gave or took points of a person, or would have, the latest first, before a place."""
    person, place = persons.person_of(tx, [member])[member], before or Place()
    rows = tx.rows("community_points_page", member=person, circle=circle, at=place.at,
                   after=place.name, n=n)  # fmt: skip
    told = history.named(tx, sorted({row["cause"] for row in rows}))
    return [Earned(row=row, event=told[row["cause"]].event if row["cause"] in told else None,
                   id=told[row["cause"]].id if row["cause"] in told else 0)
            for row in rows]  # fmt: skip


def levels(tx: Tx, person: str, circle: str) -> list[Row]:
    """Levels that a person had, the latest first."""
    rows = tx.rows("levels_reached", members=[person])
    return [row for row in reversed(rows) if row["circle"] == circle]


def badges(tx: Tx, person: str, circle: str) -> list[Row]:
    """Badges that a person has or had."""
    return [row for row in tx.rows("badges_held", members=[person]) if row["circle"] == circle]


def rights(tx: Tx, person: str, circle: str) -> list[Row]:
    """Rights that a person took, the latest first."""
    rows = tx.rows("entitlements_of", members=[person])
    return [row for row in reversed(rows) if row["circle"] == circle]


def _n(tx: Tx, query: str, **of: object) -> int:
    row = tx.row(query, **of)
    return int(row["n"]) if row else 0
