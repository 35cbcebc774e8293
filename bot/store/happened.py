"""What happened to members that a flow may wait for. Told where it is seen, once for each key; the
tick begins the flows (``scheduler.begin``)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store import schedule
from bot.store.engine import Row, Tx


def tell(
    tx: Tx, event: str, key: str, member: str, now: int, *, account: str = "", which: str = "",
    persona: str = "",
) -> bool:  # fmt: skip
    """Something happened to a member; False when it was told before.

    ``event`` and ``which`` are as in scheduler/triggers.py. ``account``: where; empty when it has
    nothing to do with one. ``persona``: whose flows may begin; empty: that of the account, or those
    of all accounts that he is a friend of.
    """
    if not tx.run("happening_add", event=event, key=key, member=member, account=account,
                  which=which, at=now):  # fmt: skip
        return False
    data = {"event": event, "key": key, "member": member, "account": account, "which": which,
            "persona": persona}  # fmt: skip
    schedule.add_due(tx, f"happened/{event}/{key}", "happened", now, data)
    return True


def told(tx: Tx, event: str, keys: Sequence[str]) -> bool:
    """True when one of these was told."""
    return bool(tx.rows("happening_told", event=event, keys=list(keys)))


def complaint_closed(tx: Tx, talk: Row, now: int) -> None:
    """Somebody closed a conversation; ``talk`` is its row from before. Nothing when nobody had
    complained in it."""
    if talk["complaint_at"] is not None and talk["member"]:
        tell(tx, "complaint_closed", f"{talk['id']}/{talk['complaint_at']}", talk["member"], now,
             account=talk["account"], persona=talk["persona"])  # fmt: skip


def tagged(tx: Tx, pairs: Sequence[tuple[str, str, str]], now: int) -> None:
    """Friendships (member, account) got a tag that they had not."""
    wanted = sorted({tag for *_, tag in pairs})
    found = tx.rows("tag_names", ids=wanted) if wanted else []
    names = {row["id"]: row["name"] for row in found}
    for member, account, tag in pairs:
        if tag in names:
            tell(tx, "tag_added", f"{member}/{account}/{tag}/{now}", member, now, account=account,
                 which=names[tag])  # fmt: skip


def before(tx: Tx, member: str, event: str, at: int) -> bool:
    """True when it had happened to him already before that time."""
    return tx.row("happening_earlier", member=member, event=event, at=at) is not None
