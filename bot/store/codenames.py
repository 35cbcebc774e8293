"""Code-names in circles: nobody has another's, as long as the pool lasts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.community.rules import Community
from bot.community.standing import InForce
from bot.core.event import Event, Happened
from bot.store.engine import Tx
from bot.store.parts import listed
from bot.store.persons import person_of


def given(tx: Tx, events: Sequence[Event], terms: Mapping[str, InForce]) -> list[Event]:
    """A name for each of these who entered a circle that gives names, and has none there."""
    made: list[Event] = []
    for event in events:
        rules = _gives(event, terms)
        if rules is not None and not _named(tx, event):
            held = {one.which for one in made if one.place == event.place}
            made.append(Event(
                kind=Happened.NAMED, at=event.at, dedupe=f"named/{event.dedupe}",
                member=event.member, place=event.place,
                which=free(tx, event.place, rules.codenames.pool, held), data={"by": "rule"},
            ))  # fmt: skip
    return made


def _gives(event: Event, terms: Mapping[str, InForce]) -> Community | None:
    if event.kind is not Happened.ENTERED or event.place not in terms:
        return None
    rules = terms[event.place].at(event.at)
    return rules if rules is not None and rules.codenames.chosen == "given" else None


def _named(tx: Tx, event: Event) -> bool:
    person = person_of(tx, [event.member])[event.member]
    return any(row["circle"] == event.place for row in tx.rows("codenames_of", members=[person]))


def free(tx: Tx, circle: str, pool: Sequence[str], held: Iterable[str] = ()) -> str:
    """The first name of the pool that nobody has, else the first with the least number behind it.
    ``held``: names that are about to be given. Nobody else chooses one there meanwhile."""
    tx.rows("circle_hold", circle=circle)
    taken = {row["name"] for row in listed(tx, "codenames_taken", "names", pool, circle=circle)}
    taken |= set(held)
    found = next((name for name in pool if name not in taken), None)
    return found or numbered(tx, circle, pool[len(taken) % len(pool)], held)


def unused(tx: Tx, circle: str, pool: Sequence[str]) -> list[str]:
    """The names of the pool that nobody has."""
    rows = listed(tx, "codenames_taken", "names", pool, circle=circle) if pool else []
    taken = {row["name"] for row in rows}
    return [name for name in pool if name not in taken]


def numbered(tx: Tx, circle: str, name: str, held: Iterable[str] = ()) -> str:
    """The name with the least number behind it that nobody has: ``茶则·2``."""
    rows = tx.rows("codename_numbered", circle=circle, prefix=f"{name}·")
    taken = {row["name"] for row in rows} | set(held)
    n = 2
    while f"{name}·{n}" in taken:
        n += 1
    return f"{name}·{n}"


def holder(tx: Tx, circle: str, name: str) -> str:
    """The person who has a name; empty: nobody."""
    rows = tx.rows("codenames_taken", circle=circle, names=[name])
    return str(rows[0]["member"]) if rows else ""
