"""One person behind several member ids. ``member.person`` names the id that stays, or is NULL where
an id is the person himself; it never points to an id that points on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.store.engine import Tx

PAGE = 500


def ids_of(tx: Tx, member: str) -> list[str]:
    """All ids of the person behind an id, the one that stays first, the others in order. Of an id
    without a record: itself."""
    stays = person_of(tx, [member])[member]
    return [stays, *(row["id"] for row in tx.rows("person_others", person=stays))]


def person_of(tx: Tx, members: Sequence[str]) -> dict[str, str]:
    """Who each of these ids is: the id of the person that stays. Ids without a record are
    themselves."""
    ids = list(dict.fromkeys(members))
    merged = {row["id"]: row["person"] for part in _parts(ids)
              for row in tx.rows("persons_of", members=part)}  # fmt: skip
    return {member: merged.get(member, member) for member in ids}


def all_of(tx: Tx, members: Sequence[str]) -> dict[str, list[str]]:
    """The persons behind these ids, each with all his ids, the one that stays first."""
    stays = dict.fromkeys(person_of(tx, members).values())
    found = {person: [person] for person in stays}
    for part in _parts(list(stays)):
        for row in tx.rows("persons_others", persons=part):
            found[row["person"]].append(row["id"])
    return found


def _parts(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), PAGE):
        yield ids[start : start + PAGE]
