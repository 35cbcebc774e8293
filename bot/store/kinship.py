"""Staff say for whom somebody buys (``bot/members/kin.py``), and take it back."""

from __future__ import annotations

from bot.members import kin
from bot.store import audit, events, people, persons, purchases
from bot.store.engine import Tx


class NotKin(ValueError):
    """Why a link is not made: ``nobody`` (one of the two is no member), ``self`` (both are one
    person), ``same`` (it stands as it is already). ``str()`` is the code."""


def say(
    tx: Tx, member: str, other: str, how: str, category: str, now: int, actor: str, *,
    on: bool = True,
) -> tuple[str, str]:  # fmt: skip
    """Notes that the person buys for the other, of a category (empty: whatever it is), or no more.
    Both persons. Raises NotKin. The trail does not name the other: he may be erased."""
    who = persons.person_of(tx, [member, other])
    buyer, user = who[member], who[other]
    if people.known(tx, buyer) is None or people.known(tx, user) is None:
        raise NotKin("nobody")
    if buyer == user:
        raise NotKin("self")
    stands = any((row["beneficiary"], row["how"], row["category"]) == (user, how, category)
                 for row in purchases.kin_of(tx, buyer)[0])  # fmt: skip
    if stands is on:
        raise NotKin("same")
    events.record(tx, [kin.link(buyer, user, how, category, now, on=on)], now)
    audit.record(tx, [audit.note("member", buyer, "linked" if on else "unlinked", at=now,
                                 actor=actor, after=f"{how} {category}".strip())])  # fmt: skip
    return buyer, user
