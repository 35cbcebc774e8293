"""What needs somebody now: how many of each kind, since when, and which comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.store.engine import Tx

MOST = 1_000  # counts go no further
Kind = Literal[
    "waiting", "handed", "mine", "named", "complaints", "lead", "appeals", "taps", "late",
    "prompts", "unsure", "grants", "paused", "applications", "moderation", "entries", "winners",
    "missions", "questions", "comments", "given_up",
]  # fmt: skip
# Of these one can say which is the first.
_FIRST = frozenset(("waiting", "lead", "appeals", "paused", "entries", "winners"))


@dataclass(frozen=True, slots=True)
class Need:
    """So many things. ``since``: how long the oldest has waited, UTC ms; None where nobody can
    say. ``first``: the id of the one to begin with, or empty."""

    n: int = 0
    since: int | None = None
    first: str = ""


def of(tx: Tx, kind: Kind, **asked: Any) -> Need:
    """One kind; ``asked`` fills in what its query wants of login, userid, now, state, after."""
    given = {"most": MOST} | asked
    row = tx.row(f"need_{kind}", **given) or {"n": 0, "since": None}
    if not row["n"]:
        return Need()
    first = tx.row(f"need_{kind}_first", **given) if kind in _FIRST else None
    return Need(int(row["n"]), row["since"], str(first["id"]) if first else "")
