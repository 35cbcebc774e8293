"""A room: who was asked to be a seed user, and what he said (``bot/community/seeding.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from bot.community import seeding as pure
from bot.core.event import Event, Happened
from bot.store import following
from bot.store.engine import Row, Tx

KINDS = frozenset({Happened.SEED, Happened.STRUCK})
TABLES = ("seed",)


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """New events of its kinds; see store/projections.py."""
    again(tx, [one.member for one in events])


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives these ids anew; see store/projections.py."""
    following.derive(tx, members, KINDS, _rows, "seeds_drop", "seed_put")


def clear(tx: Tx) -> None:
    """Empties its tables."""
    tx.run("seeds_clear")


def _rows(events: Sequence[Event]) -> list[Row]:
    return [asdict(one) for one in pure.fold(events)]
