"""What the platform's profile of a customer says, as events: the weakest word but a guess."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.contacts import Customer
from bot.core.event import Event, Happened
from bot.members.portrait import PLATFORM
from bot.store import events
from bot.store.engine import Row, Tx

GENDERS = {1: "男", 2: "女"}


def tell(tx: Tx, customers: Sequence[Customer], now: int) -> None:
    """Notes what is new of these profiles, before they are written down; a profile that lost
    something takes nothing back."""
    rows = tx.rows("members_get", ids=[one.id for one in customers]) if customers else []
    before = {row["id"]: row for row in rows}
    told = [event for one in customers for event in _news(one, before.get(one.id), now)]
    if told:
        events.record(tx, told, now)


def _news(one: Customer, before: Row | None, now: int) -> Iterator[Event]:
    known = before or {"gender": 0, "company": ""}
    found = {"gender": (GENDERS.get(one.gender, ""), GENDERS.get(known["gender"], "")),
             "company": (one.company, known["company"])}  # fmt: skip
    for name, (value, old) in found.items():
        if value and value != old:
            yield Event(kind=Happened.FACT, at=now, dedupe=f"profile/{one.id}/{name}/{now}",
                        member=one.id, which=name, place=PLATFORM,
                        data={"value": value})  # fmt: skip
