"""A room: which missions persons took, and what became of them (``bot/community/takes.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from bot.community import takes as pure
from bot.core.event import Event, Happened
from bot.store import following
from bot.store.codec import to_json
from bot.store.engine import Row, Tx

KINDS = frozenset({Happened.MISSION, Happened.STRUCK})
TABLES = ("mission_take",)


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """New events of its kinds; see store/projections.py."""
    again(tx, [one.member for one in events])


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives these ids anew; see store/projections.py."""
    following.derive(tx, members, KINDS, _rows, "takes_drop", "take_put")


def clear(tx: Tx) -> None:
    """Empties its tables."""
    tx.run("takes_clear")


def _rows(events: Sequence[Event]) -> list[Row]:
    return [asdict(one) | {"proof": to_json(one.proof)} for one in pure.fold(events)]
