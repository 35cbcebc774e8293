"""A room: what persons have in circles by taking part (``bot/community/standing.py``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.community.matching import WHEN
from bot.community.standing import InForce, Span, Standing, fold
from bot.core.event import Event, Happened
from bot.members import orders
from bot.store import brought, codenames, communityterms, history, purchases
from bot.store.codec import to_json
from bot.store.engine import Row, Tx
from bot.store.parts import listed, parts
from bot.store.persons import all_of, person_of

# What concerns it whatever the rules say.
_ALWAYS = frozenset({
    Happened.JUDGED, Happened.STRUCK, Happened.POINTED, Happened.HONOURED, Happened.UNHONOURED,
    Happened.NAMED, Happened.FADED, Happened.CLAIMED, Happened.CLAWED, Happened.ENTERED,
    Happened.WITHDREW, Happened.GRANTED,
})  # fmt: skip
KINDS = _ALWAYS | {kind for kind, _ in WHEN.values()} | orders.KINDS | brought.KINDS
TABLES = ("standing", "point", "community_level", "badge", "codename", "entitlement")
STANDING = "standing"  # the kind of what becomes due when somebody reached something
PAGE = 200  # persons
EVER = 2**62
Found = Mapping[tuple[str, str], Standing]  # by person and circle


def follow(tx: Tx, events: Sequence[Event]) -> Sequence[Event]:
    """New events of its kinds; see store/projections.py. Whoever enters a circle that gives names
    gets one."""
    terms = communityterms.all_of(tx)
    if not terms:
        return ()
    wanted = _wanted(terms)
    mine = [event for event in events if event.kind in wanted]
    concerned = {event.member for event in mine if event.kind not in orders.KINDS}
    bought = {event.place for event in mine if event.kind in orders.KINDS}
    concerned |= {one.member for told in purchases.told(tx, sorted(bought)).values()
                  for one in told}  # fmt: skip
    if Happened.INVITED in wanted:
        concerned |= brought.concerned(
            tx, {one.member for one in events if one.kind in brought.KINDS}
        )
    _derive(tx, concerned, terms, tell=True)
    return codenames.given(tx, mine, terms)


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives these ids anew; see store/projections.py."""
    terms, ids = communityterms.all_of(tx), [member for member in members if member]
    if Happened.INVITED in _wanted(terms):
        ids = sorted({*ids, *brought.concerned(tx, ids)})
    for part in parts(ids):
        merged = [id for id, person in person_of(tx, part).items() if id != person]
        if merged:
            _drop(tx, merged)
            tx.run("points_drop", members=merged)
    _derive(tx, ids, terms, tell=False)


def clear(tx: Tx) -> None:
    """Empties its tables."""
    for query in ("community_clear_entitlements", "community_clear_codenames",
                  "community_clear_badges", "community_clear_levels", "community_clear_points",
                  "community_clear_standings"):  # fmt: skip
        tx.run(query)


def standings(tx: Tx, members: Sequence[str]) -> Found:
    """What these ids have, worked out from the log; the rows of the tables say the same."""
    return _fold(tx, all_of(tx, [one for one in members if one]), communityterms.all_of(tx))


def _wanted(terms: Mapping[str, InForce]) -> frozenset[Happened]:
    """The kinds that some rules, of any version, are about."""
    named = {rule.when for force in terms.values() for _, made in force.rows if made is not None
             for rule in (*made.points.rules, *made.badges) if rule.when}  # fmt: skip
    kinds = {WHEN[when][0] for when in named}
    if Happened.ORDERED in kinds:
        kinds |= orders.KINDS
    return _ALWAYS | kinds | (brought.KINDS if Happened.INVITED in kinds else frozenset())


def _derive(
    tx: Tx, members: Iterable[str], terms: Mapping[str, InForce], *, tell: bool
) -> None:  # fmt: skip
    for part in parts(sorted({one for one in members if one}), PAGE):
        ids = all_of(tx, part)
        found = _fold(tx, ids, terms)
        people = list(ids)
        if tell and found:
            _tell(tx, found, _known(tx, people))
        _put(tx, people, found)


def _fold(
    tx: Tx, ids: Mapping[str, Sequence[str]], terms: Mapping[str, InForce]
) -> dict[tuple[str, str], Standing]:
    if not terms:
        return {}
    wanted = _wanted(terms)
    told = told_of(tx, ids, wanted)
    inside: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
    for row in listed(tx, "community_inside", "members", ids):
        inside[row["member"], row["place"]].append((row["since"], row["until"]))
    made = {(person, circle): fold(told[person], circle, force, inside[person, circle])
            for person in ids if person in told for circle, force in terms.items()}  # fmt: skip
    return {key: one for key, one in made.items() if one != Standing()}


def told_of(
    tx: Tx, ids: Mapping[str, Sequence[str]], wanted: Collection[Happened], before: int = EVER
) -> Mapping[str, list[Event]]:  # fmt: skip
    """By person: what happened to him before a moment; each of his orders as one event of what he
    had paid and kept then, each person whom he brought as one of his own."""
    person = {member: stays for stays, mine in ids.items() for member in mine}
    found: defaultdict[str, list[Event]] = defaultdict(list)
    made = orders.KINDS | {Happened.INVITED}
    for event in history.of(tx, list(person), [one for one in wanted if one not in made]):
        found[person[event.member]].append(event)
    if Happened.ORDERED in wanted:
        owner = {row["id"]: row["member"] for row in listed(tx, "community_orders", "members", ids)}
        for id, events in purchases.told(tx, sorted(owner)).items():
            found[owner[id]] += _kept([one for one in events if one.at < before])
    if Happened.INVITED in wanted:
        for who, event in brought.told(tx, ids):
            found[who].append(event)
    return {who: [one for one in events if one.at < before] for who, events in found.items()}


def _kept(events: Sequence[Event]) -> Iterator[Event]:
    bought = orders.fold(events) if events else None
    if bought is None or not bought.counts:
        return
    last = max((one for one in events if one.kind is Happened.ORDERED),
               key=lambda one: (orders.said(one), one.dedupe))  # fmt: skip
    yield replace(last, amount=bought.net_cents, data={})


def _known(tx: Tx, people: Sequence[str]) -> set[tuple[str, ...]]:
    """Levels that these had, and badges that they have."""
    levels = {("level", row["member"], row["circle"], row["level"])
              for row in listed(tx, "levels_reached", "members", people)}  # fmt: skip
    return levels | {("badge", row["member"], row["circle"], row["badge"])
                     for row in listed(tx, "badges_held", "members", people)}  # fmt: skip


def _tell(tx: Tx, found: Found, known: Collection[tuple[str, ...]]) -> None:
    """What is new becomes due: somebody hears of it, once (``scheduler/reached.py``)."""
    for (person, circle), one in found.items():
        news = [("level", one.level.level, one.level.at)] if one.level else []
        news += [("badge", held.badge, held.at) for held in one.badges if held.until is None]
        for what, id, at in news:
            if (what, person, circle, id) not in known:
                data = {"what": what, "member": person, "circle": circle, "id": id, "at": at}
                # store/schedule.py stands above this room
                tx.run("due_add", key=f"{what}/{circle}/{person}/{id}", kind=STANDING, at=at,
                       data=to_json(data))  # fmt: skip


def _put(tx: Tx, people: Sequence[str], found: Found) -> None:
    # most have nothing, and had nothing: whoever has anything has a standing
    if not found and not tx.rows("standings_of", members=list(people)):
        return
    _points(tx, people, found)
    _drop(tx, people)
    tx.many("standing_put", [_standing(person, circle, one)
                             for (person, circle), one in found.items()])  # fmt: skip
    for query, rows in (
        ("level_put", [_row(each) | key for key, one in _keyed(found) for each in one.levels]),
        ("badge_put", [_row(each, "by", "causes") | key | {
            "given": each.by, "mark": f"{key['circle']}/{each.badge}"}
            for key, one in _keyed(found) for each in one.badges]),
        ("codename_put", [key | {"name": one.codename, "at": one.named_at}
                          for key, one in _keyed(found) if one.codename]),
        ("entitlement_put", [_row(each, "right") | key | {"entitled": each.right}
                             for key, one in _keyed(found) for each in one.claims]),
    ):  # fmt: skip
        tx.many(query, rows)


def _points(tx: Tx, people: Sequence[str], found: Found) -> None:
    """Only what differs is written: somebody may have thousands."""
    old = {_mark(row): row for row in listed(tx, "points_of", "members", people)}
    new = {_mark(row): row for key, one in _keyed(found) for each in one.grants
           for row in (_row(each) | key,)}  # fmt: skip
    gone = [dict(zip(_MARK, mark, strict=True)) for mark in old.keys() - new.keys()]
    tx.many("point_drop", sorted(gone, key=_mark))
    tx.many("point_put", [row for mark, row in new.items() if old.get(mark) != row])


_MARK = ("member", "circle", "cause", "rule")


def _mark(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in _MARK)


def _keyed(found: Found) -> Iterator[tuple[Row, Standing]]:
    return (({"member": person, "circle": circle}, one) for (person, circle), one in found.items())


def _row(one: object, *but: str) -> Row:
    return {name: getattr(one, name) for name in type(one).__slots__  # type: ignore[attr-defined]
            if name not in but}  # fmt: skip


def _standing(person: str, circle: str, one: Standing) -> Row:
    level = one.level
    return {"member": person, "circle": circle, "points": one.points, "spent": one.spent,
            "level": level.level if level else "",
            "mark": f"{circle}/{level.level}" if level else "",
            "level_at": level.at if level else None, "earned_at": one.earned_at,
            "faded_at": one.faded_at}  # fmt: skip


def _drop(tx: Tx, people: Sequence[str]) -> None:
    for query in ("entitlements_drop", "codenames_drop", "badges_drop", "levels_drop",
                  "standing_drop"):  # fmt: skip
        tx.run(query, members=list(people))
