"""What happened to members that a flow may wait for. Told where it is seen, once for each key; the
tick begins the flows (``scheduler.begin``)."""

from __future__ import annotations

from bot.store import schedule
from bot.store.engine import Tx


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


def before(tx: Tx, member: str, event: str, at: int) -> bool:
    """True when it had happened to him already before that time."""
    return tx.row("happening_earlier", member=member, event=event, at=at) is not None
