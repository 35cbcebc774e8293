"""When people became members, by the first event of all their ids that makes somebody one."""

from __future__ import annotations

from collections.abc import Collection

from bot.members.invites import ARRIVALS
from bot.store.engine import Tx
from bot.store.parts import listed
from bot.store.persons import all_of


def came_of(tx: Tx, persons: Collection[str]) -> dict[str, int]:
    """When these persons became members, UTC ms; who has no such event is not in it."""
    person = {member: stays for stays, mine in all_of(tx, sorted(persons)).items()
              for member in mine}  # fmt: skip
    found: dict[str, int] = {}
    for row in listed(tx, "invite_came", "members", person, kinds=sorted(ARRIVALS)):
        if row["at"] is not None:
            stays = person[row["id"]]
            found[stays] = min(row["at"], found.get(stays, row["at"]))
    return found
