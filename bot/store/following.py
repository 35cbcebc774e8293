"""What a room does that derives rows of persons from their own events alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from bot.core.event import Event, Happened
from bot.store import history
from bot.store.engine import Row, Tx
from bot.store.parts import parts
from bot.store.persons import all_of

PAGE = 200  # persons
Fold = Callable[[Sequence[Event]], Iterable[Row]]


def derive(
    tx: Tx, members: Iterable[str], kinds: Collection[Happened], fold: Fold, drop: str, put: str
) -> None:  # fmt: skip
    """Writes what ``fold`` makes of all events of these persons, in the place of what stood there:
    ``drop`` takes a list of ``members``, ``put`` a row with the ``member`` it belongs to."""
    for part in parts(sorted({one for one in members if one}), PAGE):
        ids = all_of(tx, part)
        person = {id: who for who, mine in ids.items() for id in mine}
        told: defaultdict[str, list[Event]] = defaultdict(list)
        for event in history.of(tx, list(person), list(kinds)):
            told[person[event.member]].append(event)
        tx.run(drop, members=list(person))
        tx.many(put, [row | {"member": who} for who in ids for row in fold(told[who])])
