"""A room: who named which code, and who came by whose (``bot/members/invites.py``).

Claims come from a person's own events. The verdicts on them also rest on the claims of others on
the same inviter, and on when the inviter came; so these are judged anew, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from bot.core.event import Event, Happened
from bot.members import invites
from bot.members.invites import ARRIVALS, CLAIMING, Around, Claim, Code, Verdict
from bot.members.terms import Adopted
from bot.store import codes, history, terms
from bot.store.arrivals import came_of
from bot.store.engine import Row, Tx
from bot.store.parts import listed, parts
from bot.store.persons import all_of, person_of

KINDS = ARRIVALS | CLAIMING
TABLES = ("invite_claim", "invite_edge")
EVER = 2**62
# What of a claim the verdicts on others rest on: inviter, at, event, member.
Trace = tuple[str, int, str, str]


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """New events of its kinds; see store/projections.py."""
    said = any(event.kind is Happened.INVITED for event in events)
    if not said and tx.row("code_any") is None:
        return
    mine = [event for event in events if event.member]
    persons = person_of(tx, [event.member for event in mine])
    known = codes.known(tx, map(invites.word, mine))
    claiming, moved = _claiming(tx, mine, persons, known), _came_first(tx, mine, persons)
    if claiming or moved:
        owners = moved | {code.owner for code in known.values() if code.owner}
        ids = [id for each in all_of(tx, sorted(owners)).values() for id in each]
        codes.hold(tx, known, ids)
        _derive(tx, claiming, moved)


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives these ids anew; see store/projections.py."""
    ids = [member for member in members if member]
    codes.hold(tx, (), ids)
    before = _traces(listed(tx, "invite_claims", "members", ids))
    _drop(tx, ids)
    named = {row["member"] for row in listed(tx, "invite_named", "owners", ids)}
    _derive(tx, set(person_of(tx, [*ids, *sorted(named)]).values()), (), before)


def clear(tx: Tx) -> None:
    """Empties its tables."""
    tx.run("invite_edges_clear")
    tx.run("invite_claims_clear")


def _claiming(
    tx: Tx, events: Sequence[Event], persons: Mapping[str, str], known: Mapping[str, Code]
) -> set[str]:
    """Persons with a claim: a new one, or others that the new events may bear upon."""
    new = {persons[event.member] for event in events if invites.claim_of(event, known)}
    old = listed(tx, "invite_claiming", "members", sorted(set(persons.values())))
    return new | {row["member"] for row in old}


def _came_first(tx: Tx, events: Sequence[Event], persons: Mapping[str, str]) -> set[str]:
    """Owners of codes who became members by one of the new events."""
    first: dict[str, int] = {}
    for event in events:
        if event.kind in ARRIVALS:
            person = persons[event.member]
            first[person] = min(event.at, first.get(person, event.at))
    came = came_of(tx, {row["member"] for row in listed(tx, "invite_owning", "persons", first)})
    return {person for person, at in came.items() if first[person] <= at}


def _derive(
    tx: Tx, persons: Collection[str], moved: Iterable[str], before: Iterable[Trace] = ()
) -> None:
    """Claims of these persons, and the verdicts that change with them or with when the owners
    ``moved`` came. ``before``: claims that went."""
    touched = {*before, *_claim(tx, persons)}
    longest = terms.adopted(tx).longest.burst_in
    others: set[str] = set()
    for inviter in {trace[0] for trace in touched}:
        at = [trace[1] for trace in touched if trace[0] == inviter]
        others |= _after(tx, inviter, min(at), max(at) + longest)
    for owner in moved:
        others |= _after(tx, owner, 0, EVER)
    for part in parts(sorted({*persons, *others})):
        _judge(tx, part)


def _after(tx: Tx, inviter: str, at: int, until: int) -> set[str]:
    rows = tx.rows("invite_after", inviter=inviter, at=at, until=until)
    return {row["member"] for row in rows}


def _claim(tx: Tx, persons: Collection[str]) -> Iterator[Trace]:
    """Writes the claims of these persons; those that came or went."""
    for part in parts(sorted(persons)):
        ids = all_of(tx, part)
        every = [member for mine in ids.values() for member in mine]
        before = _traces(listed(tx, "invite_claims", "members", every))
        rows = list(_rows(tx, ids, history.of(tx, every, CLAIMING)))
        _drop(tx, every)
        tx.many("invite_claim_add", rows)
        yield from before ^ _traces(rows)


def _rows(tx: Tx, ids: Mapping[str, Sequence[str]], events: Sequence[Event]) -> Iterator[Row]:
    person = {member: stays for stays, mine in ids.items() for member in mine}
    known = codes.known(tx, map(invites.word, events))
    for event in events:
        if (claim := invites.claim_of(event, known)) is not None:
            columns = {name: getattr(claim, name) for name in Claim.__slots__}
            yield columns | {"via": claim.via.value, "member": person[event.member]}


def _judge(tx: Tx, persons: Sequence[str]) -> None:
    """Verdicts and edges of these persons, whose claims stand."""
    rows = list(listed(tx, "invite_claims", "members", persons))
    came = came_of(tx, {*persons, *(row["inviter"] for row in rows)} - {""})
    known, held = codes.known(tx, {row["code"] for row in rows}), terms.adopted(tx)
    mine: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        mine[row["member"]].append(row)
    tx.run("invite_edges_drop", members=list(persons))
    for person, each in mine.items():
        around = Around(codes=known, came=came, crowd=partial(_crowd, tx, held, person),
                        terms=held)  # fmt: skip
        made = [_claim_of(row) for row in each]
        found = invites.judge(person, came.get(person), made, around)
        tx.many(
            "invite_verdict",
            [
                {"event": row["event"], "verdict": found[row["event"]].value}
                for row in each
                if row["verdict"] != found[row["event"]]
            ],
        )
        tx.many("invite_edge_add", [_edge(person, came[person], claim) for claim in made
                                    if found[claim.event] is Verdict.TAKEN])  # fmt: skip


def _crowd(tx: Tx, held: Adopted, person: str, claim: Claim) -> int:
    then = held.at(claim.at)
    row = tx.row("invite_crowd", inviter=claim.inviter, member=person, at=claim.at,
                 event=claim.event, since=claim.at - then.burst_in, most=then.burst)  # fmt: skip
    return int(row["n"]) if row else 0


def _edge(person: str, came: int, claim: Claim) -> Row:
    return {"member": person, "inviter": claim.inviter, "at": came, "code": claim.code,
            "event": claim.event}  # fmt: skip


def _claim_of(row: Row) -> Claim:
    return Claim(event=row["event"], at=row["at"], via=Happened(row["via"]), code=row["code"],
                 inviter=row["inviter"])  # fmt: skip


def _traces(rows: Iterable[Row]) -> set[Trace]:
    return {(row["inviter"], row["at"], row["event"], row["member"])
            for row in rows if row["inviter"]}  # fmt: skip


def _drop(tx: Tx, members: Iterable[str]) -> None:
    for part in parts(members):
        tx.run("invite_edges_drop", members=part)
        tx.run("invite_claims_drop", members=part)
