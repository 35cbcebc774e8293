"""Everything that the page of one person shows, in one read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.event import Happened
from bot.core.model import conversation_key
from bot.members.invites import REFUSALS
from bot.members.portrait import Fact
from bot.members.value import Worth
from bot.store import (
    circles,
    doubles,
    facts,
    feedback,
    friendships,
    history,
    journeys,
    optouts,
    people,
    purchases,
    reachable,
    stays,
    tree,
    value,
    whois,
    wished,
)
from bot.store.called import by_id
from bot.store.called import names as account_names
from bot.store.doubles import Double
from bot.store.engine import Row, Tx
from bot.store.friendships import Friendship
from bot.store.history import Line
from bot.store.optouts import Wish
from bot.store.outbox import KfWindow
from bot.store.reachable import Way
from bot.store.tree import Branch, Size, Step
from bot.store.wished import Said

ORDERS, GUESTS, LINES = 10, 10, 20
_PEOPLE = frozenset({"other", "inviter", "member", "beneficiary", "away", "stays"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Orders:
    """What he bought, the latest first, one more than is shown; ``used``: what others bought for
    him; ``buys_for`` and ``buyers``: gifts and households."""

    worth: Worth
    rows: Sequence[Row]
    used: Sequence[Row]
    buys_for: Sequence[Row]
    buyers: Sequence[Row]


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """``by``: who brought him; ``guests``: whom he brought; ``refused``: codes that he named and
    that count for nobody."""

    by: Step | None
    size: Size
    guests: Sequence[Branch]
    refused: Sequence[Row]


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """What people call things that rows name by ids: members; circles and groups; tags; accounts
    of the brand."""

    people: Mapping[str, str]
    places: Mapping[str, str]
    tags: Mapping[str, str]
    accounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One person. ``known``: as ``whois.of`` tells it; ``talks``: conversations that there are
    with his ways; ``stays``: in circles; ``wishes``: what he agrees to, ``said``: how that came;
    ``spoken``: where the messages stand that something was learned from; ``lines``: one more than
    is shown."""

    known: Mapping[str, Any]
    ways: Sequence[Way]
    talks: frozenset[str]
    facts: Sequence[Fact]
    needs: Sequence[Row]
    feedback: Sequence[Row]
    stays: Sequence[Row]
    roles: Sequence[Row]
    orders: Orders
    journey: Mapping[str, Sequence[Row]]
    invited: Invited
    wishes: Sequence[Wish]
    said: Sequence[Said]
    friendships: Sequence[Friendship]
    doubles: Sequence[Double]
    spoken: Mapping[str, tuple[str, int]]
    lines: Sequence[Line]
    called: Called

    @property
    def id(self) -> str:
        """The id by which he goes."""
        return str(self.known["id"])


def read(tx: Tx, member: str, now: int, window: KfWindow) -> Record | None:
    """The person behind an id; None when nobody has it."""
    known = whois.of(tx, member, now, window)
    if known is None:
        return None
    id, ids = known["id"], known["ids"]
    circling = [row for row in stays.of(tx, id) if row["kind"] == "circle"]
    bought, brought = _orders(tx, id), _invited(tx, id)
    ways = reachable.of(tx, id, now, window).ways
    lines, alike = history.timeline(tx, ids, n=LINES + 1), doubles.of(tx, id)
    return Record(
        known=known, ways=ways, talks=_talks(tx, ways), friendships=friendships.of(tx, id),
        doubles=alike, stays=circling, roles=circles.roles_of(tx, id), orders=bought,
        journey=_journey(tx, id), invited=brought, lines=lines, **_portrait(tx, id),
        called=called(tx, lines, *circling, *bought.rows, *bought.used, *bought.buys_for,
                      *bought.buyers, *known["merged"], *({"other": one.other} for one in alike)),
    )  # fmt: skip


def _portrait(tx: Tx, id: str) -> dict[str, Any]:
    """What is known of him and what he agreed to, each with where it comes from."""
    needs, quotes = feedback.of_member(tx, id)
    told, said = facts.of(tx, id), wished.history(tx, id)
    return {"facts": told, "needs": needs, "feedback": quotes, "wishes": optouts.of(tx, id) or (),
            "said": said,
            "spoken": facts.said_at(tx, [*(one.origin for one in told),
                                     *(one.origin for one in said)])}  # fmt: skip


def talk_of(way: Way) -> str:
    """The conversation that stands for a way, if there is one."""
    return conversation_key(way.channel, way.account, way.peer)


def _talks(tx: Tx, ways: Sequence[Way]) -> frozenset[str]:
    return frozenset(key for key in map(talk_of, ways) if tx.row("conversation_get", id=key))


def _orders(tx: Tx, id: str) -> Orders:
    buys_for, buyers = purchases.kin_of(tx, id)
    return Orders(worth=value.worth(tx, [id])[id], rows=purchases.of(tx, id, n=ORDERS + 1),
                  used=purchases.used(tx, id, ORDERS), buys_for=buys_for,
                  buyers=buyers)  # fmt: skip


def _invited(tx: Tx, id: str) -> Invited:
    refused = [row for row in tree.claims(tx, id, GUESTS) if row["verdict"] in REFUSALS]
    return Invited(by=next(iter(tree.above(tx, id)), None), size=tree.size(tx, id),
                   guests=tree.below(tx, id, n=GUESTS), refused=refused)  # fmt: skip


def _journey(tx: Tx, id: str) -> dict[str, list[Row]]:
    """His moves by category, each in order."""
    found: dict[str, list[Row]] = {}
    for row in journeys.of(tx, id):
        found.setdefault(row["category"], []).append(row)
    return found


def called(tx: Tx, lines: Sequence[Line], *rows: Row) -> Called:
    """What lines and rows name."""
    told = [line.event for line in lines]
    ids = {one.other for one in told}
    ids |= {row[name] for row in rows for name in _PEOPLE & row.keys()}
    places = circles.known(tx)
    for place in {one.place for one in told if one.channel == "group"}:
        if (chat := tx.row("chat_get", id=place)) and chat["name"]:
            places[place] = chat["name"]
    tags = {one.which for one in told if one.kind in (Happened.TAGGED, Happened.UNTAGGED)}
    rows_of_tags = tx.rows("tags_named", ids=sorted(tags)) if tags else []
    return Called(people=people.names_of(tx, sorted(ids - {"", None})), places=places,
                  tags={row["id"]: row["name"] for row in rows_of_tags},
                  accounts=by_id(account_names(tx)))  # fmt: skip
