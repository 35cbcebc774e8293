"""What circles are like now, derived from the log: who applies, who leads, who holds which role.
Who is in is in ``stays.py``; what people do with circles is in ``circling.py``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from bot.core.door import FULL, INSIDE, WAITING
from bot.core.event import Event, Happened
from bot.members import applying, roles
from bot.members.circle import Circle, Metric, parse_circle, shown
from bot.store import history, persons, stays
from bot.store.codec import from_json, to_json
from bot.store.engine import Row, Tx

_ROLES = frozenset({Happened.ROLE, Happened.UNROLE})
KINDS = applying.FOLLOWED | _ROLES | {Happened.LED}
TABLES = ("application", "holding", "leadership")
PAGE = 500
MOST = 1_000


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """Derives what is said of the persons concerned, and who leads."""
    if any(one.kind is Happened.LED for one in events):
        _lead_again(tx)
    _derive(tx, [one.member for one in events if one.kind is not Happened.LED])


def again(tx: Tx, members: Sequence[str]) -> None:
    """The same for all persons behind these ids."""
    for page in _pages(members):
        tx.run("applications_drop", members=page)
        tx.run("holdings_drop", members=page)
    _lead_again(tx)
    _derive(tx, members)


def clear(tx: Tx) -> None:
    """Empties the tables."""
    for query in ("applications_clear", "holdings_clear", "leading_clear"):
        tx.run(query)


def serve(tx: Tx, name: str, source: str | None) -> None:
    """A version of a circle serves from now on, or (None) the circle does not any more."""
    if source is None:
        tx.run("circle_drop", id=name)
    else:
        tx.run("circle_put", id=name, title=parse_circle(source, shown(name)).title)


def known(tx: Tx) -> dict[str, str]:
    """Titles of the circles that serve, by id."""
    return {row["id"]: row["title"] for row in tx.rows("circles_known")}


def queue(tx: Tx, circle: str | None = None, n: int = MOST) -> list[Row]:
    """Applications that wait, the oldest first; ``answers`` as they were given."""
    rows = tx.rows("applications_waiting", circle=circle, n=n)
    return [row | {"answers": from_json(row["answers"])} for row in rows]


def waiting(tx: Tx) -> dict[str, int]:
    """How many wait, by circle."""
    return {row["circle"]: int(row["n"]) for row in tx.rows("applications_count")}


def application(tx: Tx, circle: str, person: str) -> Row | None:
    """One person's latest application to a circle, or None."""
    return tx.row("application_of", circle=circle, member=person)


def standing(tx: Tx, member: str, most: Mapping[str, int]) -> dict[str, str]:
    """How somebody stands to some circles, of those to which he stands in some way: he is inside,
    he waits, or it is full. ``most``: how many each may have, 0 for any number."""
    person = persons.person_of(tx, [member])[member]
    found: dict[str, str] = {}
    for circle, bound in most.items():
        asked = application(tx, circle, person)
        if stays.inside(tx, "circle", circle, person):
            found[circle] = INSIDE
        elif asked is not None and asked["state"] == "waiting":
            found[circle] = WAITING
        elif full(tx, circle, bound):
            found[circle] = FULL
    return found


def full(tx: Tx, circle: str, most: int) -> bool:
    """True when ``most`` or more are in a circle; never for 0."""
    return most > 0 and tx.row("circle_full", circle=circle, last=most - 1) is not None


def roles_of(tx: Tx, person: str) -> list[Row]:
    """All roles that he holds and held, the latest first."""
    return tx.rows("holdings_of", member=person)


def holders(tx: Tx, circle: str | None = None, n: int = MOST) -> list[Row]:
    """Who holds which role now."""
    return tx.rows("holders", circle=circle, n=n)


def leaders(tx: Tx, circle: str) -> list[Row]:
    """Who was made leader, the latest first; before the first of them whoever the file names."""
    return tx.rows("leading_of", circle=circle)


def led_by(tx: Tx, circle: Circle) -> str:
    """Who leads it now, a persona or a member: who was made leader last, else whom its file
    names."""
    last = next(iter(leaders(tx, circle.id)), None)
    if last is None:
        return circle.leader.persona or circle.leader.member
    return str(last["persona"] or last["member"])


def sizes(tx: Tx) -> dict[str, int]:
    """How many are in each circle."""
    return {row["place"]: int(row["n"]) for row in tx.rows("circle_sizes")}


def shares(tx: Tx, circle: str, since: int) -> dict[Metric, int]:
    """What a goal may count, but for who was brought: members, percent of them who wrote since, and
    newcomers since."""
    members = sizes(tx).get(circle, 0)
    counts = {name: int((tx.row(query, circle=circle, since=since) or {"n": 0})["n"])
              for name, query in _COUNTS.items()}  # fmt: skip
    active = round(100 * counts["active"] / members) if members else 0
    return {"members": members, "active": active, "newcomers": counts["newcomers"]}


_COUNTS: Mapping[Metric, str] = {"active": "circle_active", "newcomers": "circle_newcomers"}


def left_for_good(tx: Tx, circle: str, people: Sequence[str], rule: str) -> set[str]:
    """Those who are in, or were and did not go by ``rule`` alone: no rule takes them in again."""
    return {row["member"] for page in _pages(people)
            for row in tx.rows("circle_was_in", circle=circle, members=page)
            if row["ended"] != rule}  # fmt: skip


def _derive(tx: Tx, members: Sequence[str]) -> None:
    who = persons.person_of(tx, [one for one in members if one]).values()
    for page in _pages(dict.fromkeys(who)):
        found = _told(tx, page)
        tx.run("applications_drop", members=page)
        tx.many("application_add", [_asked(one, each) for one in page
                for each in applying.fold(_of(found[one], applying.FOLLOWED))])  # fmt: skip
        tx.run("holdings_drop", members=page)
        tx.many("holding_add", [_row(each) | {"member": one} for one in page
                for each in roles.fold(_of(found[one], _ROLES))])  # fmt: skip


def _told(tx: Tx, page: Sequence[str]) -> dict[str, list[Event]]:
    ids = {one: one for one in page}
    ids |= {row["id"]: row["person"] for row in tx.rows("stay_ids", persons=list(page))}
    found: dict[str, list[Event]] = {one: [] for one in page}
    for event in history.of(tx, list(ids), KINDS):
        found[ids[event.member]].append(event)
    return found


def _of(events: Iterable[Event], kinds: frozenset[Happened]) -> list[Event]:
    return [one for one in events if one.kind in kinds]


def _asked(person: str, one: applying.Application) -> Row:
    return _row(one) | {"member": person, "answers": to_json(one.answers)}


def _row(one: Any) -> Row:
    return {name: getattr(one, name) for name in type(one).__slots__}


def _lead_again(tx: Tx) -> None:
    tx.run("leading_clear")
    events = [history.event_of(row) for row in tx.rows("leading_events")]
    who = persons.person_of(tx, [one.member for one in events if one.member])
    tx.many("leading_add", [
        {"circle": one.place, "since": one.at, "persona": one.persona,
         "member": who.get(one.member, ""), "actor": str(one.data.get("by", "")),
         "note": str(one.data.get("note", "")), "event": one.dedupe} for one in events
    ])  # fmt: skip


def _pages(members: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(members)
    while page := list(islice(rest, PAGE)):
        yield page
