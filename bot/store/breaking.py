"""Newcomers whom somebody of another circle brought, from stays and invitations."""

from __future__ import annotations

from bot.core.event import Event, Happened
from bot.members.breaking import Brought, Newcomer, Seat, brought
from bot.store import history, persons, tree
from bot.store.engine import Tx

PAGE = 500


def of(tx: Tx, since: int, before: int, circle: str | None = None) -> list[Brought]:
    """All of a span (UTC ms), of one circle or of all, by time. Who brought somebody: as his
    admission says, else by whose code he became a member, else the latest invitation before it,
    else whoever took him into a group."""
    rows = tx.rows("brought_newcomers", since=since, before=before, circle=circle)
    codes = tree.inviters(tx, [row["member"] for row in rows])
    asked = _invited(tx, [row["member"] for row in rows])
    said = [row["inviter"] or codes.get(row["member"])
            or _latest(asked.get(row["member"], []), row["at"]) or row["taken_by"] or ""
            for row in rows]  # fmt: skip
    who = persons.person_of(tx, [one for one in said if one])
    newcomers = [Newcomer(row["member"], row["circle"], row["at"], who.get(one, ""))
                 for row, one in zip(rows, said, strict=True)]  # fmt: skip
    return brought(newcomers, _seats(tx, sorted({one.inviter for one in newcomers if one.inviter})))


def _invited(tx: Tx, members: list[str]) -> dict[str, list[Event]]:
    """Invitations of these persons, under whichever of their ids."""
    found: dict[str, list[Event]] = {}
    for start in range(0, len(members), PAGE):
        ids = {one: one for one in members[start : start + PAGE]}
        ids |= {row["id"]: row["person"] for row in tx.rows("stay_ids", persons=list(ids))}
        for event in history.of(tx, list(ids), (Happened.INVITED,)):
            found.setdefault(ids[event.member], []).append(event)
    return found


def _latest(events: list[Event], at: int) -> str:
    return next((one.other for one in reversed(events) if one.at <= at), "")


def _seats(tx: Tx, people: list[str]) -> dict[str, list[Seat]]:
    found: dict[str, list[Seat]] = {}
    for start in range(0, len(people), PAGE):
        for row in tx.rows("brought_seats", members=people[start : start + PAGE]):
            seat = Seat(row["circle"], row["since"], row["until"])
            found.setdefault(row["member"], []).append(seat)
    return found
