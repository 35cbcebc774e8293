"""What people are called who write to customer service, and by what union id the platform knows
them and followers of official accounts: callbacks and messages carry neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.contacts import Profile
from bot.store import merging, people
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A conversation whose customer was not asked for; ``name`` is known from elsewhere, or empty.
    ``last_in_at``: when he wrote last, in ms."""

    conversation: str
    account: str
    peer: str
    member: str
    last_in_at: int
    name: str
    union_id: str


def unasked(tx: Tx, n: int) -> list[Unnamed]:
    """At most ``n`` conversations of customer service."""
    return [Unnamed(**row) for row in tx.rows("names_unasked", n=n)]


def followers(tx: Tx, n: int) -> list[Unnamed]:
    """At most ``n`` conversations with followers, all of one official account."""
    return [Unnamed(**row) for row in tx.rows("names_followers", n=n)]


def keep(tx: Tx, asked: Sequence[Unnamed], told: Mapping[str, Profile], now: int) -> int:
    """These conversations are done with; ``told``: what the platform said, by peer. Who turns out
    to be somebody whom we know by another id is merged; how many. Whoever was erased meanwhile has
    no conversation any more, and is not brought back."""
    if not asked:
        return 0
    ids = sorted(one.conversation for one in asked)
    there = {row["id"] for row in tx.rows("names_asked", ids=ids, now=now)}
    found = {one.member: told[one.peer] for one in asked
             if one.conversation in there and one.peer in told}  # fmt: skip
    known = {member: said for member, said in sorted(found.items()) if said.name or said.union_id}
    for member, said in known.items():
        people.ensure_member(tx, member, now, said.name)
    united = {member: said.union_id for member, said in known.items() if said.union_id}
    tx.many("names_united", [{"id": id, "union_id": one} for id, one in united.items()])
    return merging.by_union(tx, list(united), now)
