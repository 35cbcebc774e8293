"""Whom somebody brought, as events of his own: what points and seed users are counted by.

The log says it of the newcomer, and whether it stands follows from the claims of others, too. So it
is no event of the log: one of the kind INVITED is made of each edge as it stands, with the newcomer
as ``other`` and the ``dedupe`` of the event by which he came. An edge that goes takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core.event import Event, Happened
from bot.members import invites
from bot.store import codes, history
from bot.store.engine import Row, Tx
from bot.store.parts import listed
from bot.store.persons import all_of

# Events that may make or break an edge, or say that one does not count.
KINDS = invites.ARRIVALS | invites.CLAIMING | {Happened.STRUCK}


def concerned(tx: Tx, members: Iterable[str]) -> set[str]:
    """Whoever brought one of these, or says so: what he has may change with them."""
    ids = sorted({id for mine in all_of(tx, sorted({*members} - {""})).values() for id in mine})
    rows = listed(tx, "invite_claims", "members", ids)
    return {row["inviter"] for row in rows if row["inviter"]}


def told(tx: Tx, ids: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Event]]:
    """(person, event) for everybody whom these persons brought, and whatever was struck out of it.
    ``ids``: all ids of each person."""
    owner = {id: person for person, mine in ids.items() for id in mine}
    rows = list(listed(tx, "edges_by", "inviters", owner))
    known = codes.known(tx, {row["code"] for row in rows})
    for row in rows:
        code = known.get(row["code"])
        yield owner[row["inviter"]], _event(row, owner[row["inviter"]], code.circle if code else "")
    yield from _struck(tx, {row["event"]: owner[row["inviter"]] for row in rows},
                       {row["member"] for row in rows})  # fmt: skip


def _event(row: Row, person: str, circle: str) -> Event:
    return Event(kind=Happened.INVITED, at=row["at"], dedupe=row["event"], member=person,
                 other=row["member"], which=row["code"], data={"circle": circle})  # fmt: skip


def _struck(
    tx: Tx, edges: Mapping[str, str], newcomers: Iterable[str]
) -> Iterator[tuple[str, Event]]:  # fmt: skip
    ids = [id for mine in all_of(tx, sorted(newcomers)).values() for id in mine]
    for event in history.of(tx, ids, [Happened.STRUCK]):
        if event.place in edges:
            yield edges[event.place], event
