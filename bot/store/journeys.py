"""How far people come with each category (``members/journey.py``): derived from the log
(``store/projections.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from bot.core.event import Event
from bot.core.stages import Stage
from bot.members import journey, orders
from bot.members.journey import Move, Signs
from bot.store import categories, history, persons, purchases
from bot.store.engine import Row, Tx

KINDS = journey.KINDS
TABLES = ("journey",)
PAGE = 500


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """Derives the journeys of the people whom these events may move."""
    signs = categories.signs(tx)
    concerned = {one.member for one in events
                 if one.kind in journey.SIGNS and journey.speaks(one, signs)}  # fmt: skip
    ids = {one.place for one in events if one.kind in orders.KINDS}
    for told_of in purchases.told(tx, sorted(ids)).values():
        concerned |= {one.member for one in told_of}
    _derive(tx, concerned, signs)


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives the journeys of these people."""
    signs = categories.signs(tx)
    for start in range(0, len(members), PAGE):
        part = list(members[start : start + PAGE])
        tx.run("journey_drop", members=part)
        _derive(tx, part, signs)


def clear(tx: Tx) -> None:
    """Empties the table."""
    tx.run("journey_clear")


def _derive(tx: Tx, members: Iterable[str], signs: Mapping[str, Signs]) -> None:
    people = set(persons.person_of(tx, [one for one in members if one]).values())
    for person in sorted(people):
        tx.run("journey_drop", members=[person])
        moves = _moves(tx, person, signs)
        tx.many("journey_put", _rows(person, moves))


def _moves(tx: Tx, person: str, signs: Mapping[str, Signs]) -> list[Move]:
    ids = persons.ids_of(tx, person)
    told = history.of(tx, ids, journey.SIGNS) if signs else []
    bought = [row["id"] for row in tx.rows("journey_orders", member=person)]
    return journey.fold(told, purchases.told(tx, bought), signs)


def _rows(person: str, moves: Sequence[Move]) -> list[Row]:
    last = {move.category: move for move in moves}
    made: list[Row] = []
    numbers: dict[str, int] = {}
    for move in moves:
        numbers[move.category] = numbers.get(move.category, 0) + 1
        made.append(asdict(move) | {
            "member": person, "no": numbers[move.category], "stage": move.stage.value,
            "was": move.was.value, "latest": int(last[move.category] is move),
        })  # fmt: skip
    return made


# -- reading ---------------------------------------------------------------------------------------


def of(tx: Tx, member: str) -> list[Row]:
    """All moves of a person, in order: category, stage, was, at, event; ``latest`` 1: where he is
    now."""
    person = persons.person_of(tx, [member])[member]
    return tx.rows("journey_of", member=person)


def people(tx: Tx, after: str = "", n: int = PAGE) -> list[str]:
    """Everybody of whom something is known that may move him, a page in the order of ids."""
    rows = tx.rows("journey_people", after=after, kinds=list(KINDS), n=n)
    return [row["member"] for row in rows]


def funnel(tx: Tx) -> dict[str, dict[Stage, int]]:
    """By category: how many are at each stage now. Of those who came further, each was at the
    stages before: what has passed a stage is the sum from there on."""
    found: dict[str, dict[Stage, int]] = {}
    for row in tx.rows("journey_funnel"):
        found.setdefault(row["category"], {})[Stage(row["stage"])] = int(row["n"])
    return found


def backs(tx: Tx) -> dict[tuple[str, Stage, Stage], int]:
    """By category, from where and to where: how many went back and are still there."""
    return {(row["category"], Stage(row["was"]), Stage(row["stage"])): int(row["n"])
            for row in tx.rows("journey_backs")}  # fmt: skip


def at(
    tx: Tx, category: str, stage: Stage, after: str = "", n: int = 50, was: Stage | None = None
) -> list[Row]:  # fmt: skip
    """Who is at a stage of a category now: member, since when, moved by which event, from where.
    ``was``: only those who came from there."""
    wanted = {"category": category, "stage": stage.value, "after": after, "n": n}
    if was is None:
        return tx.rows("journey_at", **wanted)
    return tx.rows("journey_at_from", was=was.value, **wanted)
