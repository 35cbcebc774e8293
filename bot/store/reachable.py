"""Where a person can be reached now, over all of his ids, and how many can be."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.clock import HOUR
from bot.store import persons
from bot.store.engine import Tx
from bot.store.outbox import KfWindow


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a person. ``account``: who writes; of a group its id. ``peer``: the id of his that
    the platform knows there. ``since``: he was a friend or sat there since; ``until``: so long may
    be written. Times in UTC ms, 0: no such time is known or set."""

    channel: str
    account: str
    peer: str
    name: str = ""
    since: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """Friends and groups the oldest first, windows of customer service the latest first."""

    friends: tuple[Way, ...] = ()
    groups: tuple[Way, ...] = ()
    kf: tuple[Way, ...] = ()
    oa: tuple[Way, ...] = ()

    @property
    def ways(self) -> tuple[Way, ...]:
        """All of them."""
        return (*self.friends, *self.groups, *self.kf, *self.oa)


def of(tx: Tx, member: str, now: int, window: KfWindow) -> Reach:
    """Of the person behind an id."""
    ids = persons.ids_of(tx, member)
    lasts = window.hours * HOUR
    return Reach(
        friends=tuple(Way("contact", row["account"], row["member"], since=row["since"])
                      for row in tx.rows("reachable_friends", members=ids)),
        groups=tuple(Way("group", row["id"], row["member"], row["name"], row["joined_at"])
                     for row in tx.rows("reachable_groups", members=ids)),
        kf=tuple(Way("kf", row["account"], row["peer"], until=row["last_in_at"] + lasts)
                 for row in tx.rows("reachable_kf", members=ids, since=now - lasts,
                                    quota=window.messages)),
        oa=tuple(Way("oa", row["account"], row["member"], until=row["until"])
                 for row in tx.rows("reachable_oa", members=ids, now=now)),
    )  # fmt: skip
