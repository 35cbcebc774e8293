"""Kind words to one person that sell nothing: what was said, and what a flow is going to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.engine import Tx

SHOWN = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """``at`` UTC ms; ``origin`` as the reply log has it; ``account``: who said it; ``status`` of
    the reply log."""

    at: int
    content: str
    origin: str
    persona: str
    channel: str
    account: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """A step of a flow that waits for its time."""

    at: int
    flow: str
    step: str
    persona: str


def said(tx: Tx, ids: Sequence[str], n: int = SHOWN) -> list[Touch]:
    """Texts of kind ``care`` that reached one of these ids or wait for a tap, the latest first."""
    return [Touch(**row) for row in tx.rows("touches_said", ids=list(ids), n=n)]


def planned(tx: Tx, ids: Sequence[str]) -> list[Ahead]:
    """Steps of flows that wait for these ids, the next first."""
    return [Ahead(**row) for row in tx.rows("touches_planned", ids=list(ids))]
