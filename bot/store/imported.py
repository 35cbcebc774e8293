"""Room: tags and acquisition costs that files brought, by person. Follows the rows of the files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core.event import Event, Happened
from bot.members.identity import KINDS as READ
from bot.members.identity import Told, told, told_once
from bot.store import history, persons
from bot.store import numbers as no_of
from bot.store.engine import Tx

KINDS = frozenset({Happened.IMPORTED})
TABLES = ("member_tag",)
PAGE = 500


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """Derives anew whom the rows are about. A row that is all that was ever said of a member, who
    is himself, need not be looked up: a file of newcomers has nothing else."""
    first = {one.member: one for one in events}
    known = set(_known_before(tx, list(first)))
    fresh = {id: told_once(one) for id, one in first.items() if id not in known}
    _put_first(tx, fresh)
    _derive(tx, list(known))


def _known_before(tx: Tx, members: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(members), PAGE):
        part = list(members[start : start + PAGE])
        yield from (row["id"] for row in tx.rows("imports_more", members=part, persons=part))


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives these persons anew; an id that is somebody else by now wears nothing."""
    _derive(tx, [member for member in members if member])


def clear(tx: Tx) -> None:
    """Forgets all of it; the names of tags stay."""
    tx.run("member_tags_clear")
    tx.run("member_costs_clear")


def tags_of(tx: Tx, member: str) -> list[str]:
    """Names of the tags that files brought to a person, in order."""
    stays = persons.person_of(tx, [member])[member]
    return named(tx, [stays]).get(stays, [])


def named(tx: Tx, people: Sequence[str]) -> dict[str, list[str]]:
    """The same of several persons, by the id that stays; those without tags are left out."""
    found: dict[str, list[str]] = {}
    for start in range(0, len(people), PAGE):
        for row in tx.rows("member_tags_named", members=list(people[start : start + PAGE])):
            found.setdefault(row["member"], []).append(row["name"])
    return {person: sorted(tags) for person, tags in found.items()}


def _derive(tx: Tx, members: Sequence[str]) -> None:
    everybody = persons.all_of(tx, members)
    people = list(everybody)
    for start in range(0, len(people), PAGE):
        part = {person: everybody[person] for person in people[start : start + PAGE]}
        ids = [id for of_one in part.values() for id in of_one]
        by_id: dict[str, list[Event]] = {id: [] for id in ids}
        for event in history.of(tx, ids, READ):
            by_id[event.member].append(event)
        found = {person: told(event for id in of_one for event in by_id[id])
                 for person, of_one in part.items()}  # fmt: skip
        nobody = {id: Told() for id in ids if id not in part}
        _write(tx, {**found, **nobody})


def _write(tx: Tx, found: Mapping[str, Told]) -> None:
    members = list(found)
    for start in range(0, len(members), PAGE):
        _put(tx, {member: found[member] for member in members[start : start + PAGE]})


def _put_first(tx: Tx, found: Mapping[str, Told]) -> None:
    """Writes what is told of members of whom nothing was told before."""
    tx.many("member_cost", [{"id": id, "cost": one.cost} for id, one in found.items()
                            if one.cost is not None])  # fmt: skip
    numbers = no_of.known(tx, [id for id, one in found.items() if one.tags])
    wearers: defaultdict[str, list[int]] = defaultdict(list)
    for id, no in numbers.items():
        for tag in found[id].tags:
            wearers[tag].append(no)
    tags = _tags(tx, wearers)
    # by tag, and of each tag from left to right, as the table lies
    tx.many("member_tag_add", [{"tag": tags[tag], "no": no}
                               for tag in sorted(wearers, key=tags.__getitem__)
                               for no in wearers[tag]])  # fmt: skip


def _put(tx: Tx, found: Mapping[str, Told]) -> None:
    rows = tx.rows("member_numbers", members=list(found))
    tx.many("member_cost", ({"id": row["member"], "cost": found[row["member"]].cost}
                            for row in rows
                            if row["acquisition_cost"] != found[row["member"]].cost))  # fmt: skip
    numbers = {row["member"]: row["no"] for row in rows if row["no"] is not None}
    tags = _tags(tx, {tag for one in found.values() for tag in one.tags})
    worn = {
        (row["tag"], row["no"]) for row in tx.rows("member_tags_of", nos=list(numbers.values()))
    }
    wanted = {(tags[tag], numbers[member]) for member, one in found.items() if member in numbers
              for tag in one.tags}  # fmt: skip
    tx.many("member_tag_drop", _pairs(worn - wanted))
    tx.many("member_tag_add", _pairs(wanted - worn))


def _pairs(pairs: Iterable[tuple[int, int]]) -> list[dict[str, int]]:
    return [{"tag": tag, "no": no} for tag, no in sorted(pairs)]


def _tags(tx: Tx, names: Iterable[str]) -> dict[str, int]:
    """Numbers of tags by name; new ones are made."""
    wanted = sorted(names)
    known = _known(tx, wanted)
    if new := [name for name in wanted if name not in known]:
        tx.many("own_tag_add", [{"name": name} for name in new])
        known |= _known(tx, new)
    return known


def _known(tx: Tx, names: Sequence[str]) -> dict[str, int]:
    return {row["name"]: row["id"] for start in range(0, len(names), PAGE)
            for row in tx.rows("own_tags", names=list(names[start : start + PAGE]))}  # fmt: skip
