"""Through which account a member can be reached, read for a page of members at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.store.engine import Tx


@dataclass(slots=True)
class Reach:
    """What leads to one member. ``friends``: accounts, the oldest friendship first; ``talked``:
    those he talked with, the latest first; ``windows``: (kf account, conversation) in which a
    message may leave, the latest first."""

    friends: list[str] = field(default_factory=list)
    talked: list[str] = field(default_factory=list)
    windows: list[tuple[str, str]] = field(default_factory=list)


def of(
    tx: Tx, members: Sequence[str], accounts: Sequence[str], since: int, quota: int
) -> dict[str, Reach]:  # fmt: skip
    """By member. ``accounts``: whose friendships count; a kf window is open to whoever wrote later
    than ``since`` and got fewer than ``quota`` messages since."""
    found = {member: Reach() for member in members}
    for row in tx.rows("way_friends", members=list(members), accounts=list(accounts)):
        found[row["member"]].friends.append(row["account"])
    for row in tx.rows("way_talks", members=list(members)):
        reach = found[row["member"]]
        if row["channel"] != "kf":
            reach.talked.append(row["account"])
        elif row["mode"] == "auto" and row["last_in_at"] > since and row["sent_since"] < quota:
            reach.windows.append((row["account"], row["id"]))
    return found
