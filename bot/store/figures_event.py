"""What happened in a conversation that is counted and leaves no row elsewhere."""

from __future__ import annotations

from bot.store.engine import Tx


def called(tx: Tx, key: str, why: str, now: int, persona: str) -> None:
    """The persona calls a person, with a code of docs/handoff.md. Written before the conversation
    itself changes: while the member waits already it counts no second time."""
    _note(tx, key, "handoff", why, now, persona, first=True)


def put_back(tx: Tx, key: str, why: str, now: int) -> None:
    """A conversation goes to the queue: its holder put it there, was silent, or the client did not
    take it."""
    _note(tx, key, "handoff", why, now)


def opted_out(tx: Tx, key: str, now: int, persona: str) -> None:
    """The member wants no more promotion."""
    _note(tx, key, "opt_out", "", now, persona)


def _note(
    tx: Tx, key: str, what: str, code: str, now: int, persona: str = "", *, first: bool = False
) -> None:
    tx.run("figure_event_add", conversation=key, what=what, code=code, at=now, persona=persona,
           first=int(first))  # fmt: skip
