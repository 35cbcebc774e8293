"""Who holds a conversation: the persona, staff, or the WeCom client."""

from __future__ import annotations

from bot.core.lifecycle import CONVERSATION, advance
from bot.store import audit, closing, withdrawing
from bot.store.engine import Row, Tx

# With these somebody answers the member.
ANSWERS = frozenset({"reply", "staff"})


def speak(tx: Tx, key: str, kind: str, now: int) -> None:
    """The brand has a new line there; until the end nobody else changes the conversation."""
    tx.run("conversation_speak", id=key, now=now, answer=int(kind in ANSWERS))


def unsay(tx: Tx, key: str, kind: str) -> None:
    """A line of the brand did not reach the member: whom it answered is not answered by it."""
    if key and kind in ANSWERS:
        tx.run("conversation_unsaid", id=key)
        row = get(tx, key)
        if row is not None and row["joined"]:
            _unsaid_too(tx, row)


def _unsaid_too(tx: Tx, row: Row) -> None:
    """In conversations that are shown as one, words of staff answer all of them."""
    ids = [each["id"] for each in tx.rows("joins_of", joined=row["joined"])]
    for each in ids:
        tx.run("conversation_unsaid", id=each)
    said = [tx.row("joins_last_staff", id=each) for each in ids]
    at = max((found["at"] for found in said if found is not None), default=0)
    tx.run("joins_answered", ids=ids, at=at)


def get(tx: Tx, key: str) -> Row | None:
    """The conversation's row, or None."""
    return tx.row("conversation_get", id=key)


def change_mode(
    tx: Tx, key: str, event: str, now: int, *, actor: str, reason: str, holder: str | None = None
) -> bool:
    """take, release, transfer, end, mute, … by the lifecycle table. False when somebody was faster.

    ``holder`` has the conversation from then on; who takes it, if nobody else is named. Raises
    IllegalTransition when the conversation's mode does not allow the event.
    """
    row = get(tx, key)
    if row is None:
        return False
    if holder is None:
        holder = actor if event == "take" else ""
    after = advance("conversation", row["mode"], event)
    if not tx.run("conversation_mode", id=key, before=row["mode"], holder=row["held_by"],
                  mode=after, held_by=holder, held_at=now if holder else None):  # fmt: skip
        return False
    audit.record(tx, [audit.entry("conversation", key, row["mode"], event, at=now, actor=actor,
                                  reason=reason)])  # fmt: skip
    closing.plan(tx, row, event, now, actor)
    withdrawing.moved(tx, key, event, now, actor, reason)
    return True


def to_client(tx: Tx, key: str, now: int, *, actor: str, reason: str, holder: str = "") -> bool:
    """The WeCom client holds the session from now on; False when it did already.

    ``holder`` is the servicer there, if he is known.
    """
    row = get(tx, key)
    if row is None or (row["mode"], "transfer") not in CONVERSATION:
        return False
    return change_mode(tx, key, "transfer", now, actor=actor, reason=reason, holder=holder)


def wait(tx: Tx, key: str, now: int, reason: str, actor: str = "scheduler") -> bool:
    """Somebody waits for a person from now on; False when he does already."""
    if not tx.run("conversation_wait", id=key, now=now, reason=reason):
        return False
    audit.record(tx, [audit.note("conversation", key, "wait", at=now, actor=actor,
                                 reason=reason)])  # fmt: skip
    return True


def answered_by_person(tx: Tx, talk: Row, since: int) -> bool:
    """True when somebody of the staff has said something there since then."""
    found = tx.row("conversation_answered", id=talk["id"], member=talk["member"], since=since)
    return found is not None


def calm(tx: Tx, key: str) -> None:
    """Nobody waits for a person any more."""
    tx.run("conversation_calm", id=key)
