"""Who leads what, over all processes: leases whose holders raise a beat (``bot.core.watch``)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Protocol

from bot.core.watch import Seen
from bot.store import outbox, turns
from bot.store.engine import Tx

TICK, LIBRARY, FETCH = "tick", "library", "fetch"
PROCESS, ROBOT, TOKEN = "process/", "robot/", "token/"
ALONE = "alone"


class Lead(Protocol):
    """What a process may do alone, by the leases it holds."""

    process: str

    @property
    def alive(self) -> bool:
        """False when the others may take this process for dead, so that it had better wait."""
        ...

    def leads(self, name: str) -> bool:
        """True while this process believes that it leads: good for deciding whether to begin."""
        ...

    def holds(self, tx: Tx, name: str) -> bool:
        """Whether it leads, for sure until the end of this transaction."""
        ...

    def mark(self) -> str:
        """A new lease for rows; it begins with the name of the process."""
        ...

    def owns(self, mark: str) -> bool:
        """False for rows that somebody else may have settled: no call of theirs may begin now."""
        ...


class Alone:
    """The only process leads everything."""

    process = ALONE
    alive = True

    def leads(self, name: str) -> bool:
        return True

    def holds(self, tx: Tx, name: str) -> bool:
        return True

    def mark(self) -> str:
        return mark(self.process)

    def owns(self, mark: str) -> bool:
        return True


def mark(process: str) -> str:
    """A lease for rows that names its process."""
    return f"{process}/{secrets.token_hex(6)}"


def beat(tx: Tx, holder: str) -> dict[str, Seen]:
    """Renews what ``holder`` holds; then all leases by name."""
    tx.run("lease_renew", holder=holder)
    return {r["name"]: Seen(r["holder"], r["beat"]) for r in tx.rows("leases_all")}


def take(tx: Tx, name: str, holder: str, gone: Seen | None = None) -> bool:
    """Takes a free lease, or one that stood still at ``gone``. False: somebody else was faster, or
    its holder lives after all."""
    if gone is None:
        return bool(tx.run("lease_take", name=name, holder=holder))
    return bool(tx.run("lease_take_over", name=name, holder=holder, seen_holder=gone.holder,
                       seen_beat=gone.beat))  # fmt: skip


def look(tx: Tx, name: str) -> Seen | None:
    """Who holds one lease, at which beat."""
    row = tx.row("lease_look", name=name)
    return None if row is None else Seen(row["holder"], row["beat"])


def holds(tx: Tx, name: str, holder: str) -> bool:
    """Whether ``holder`` holds it; nobody takes it over before this transaction ends."""
    return tx.row("lease_held", name=name, holder=holder) is not None


def release(tx: Tx, holder: str, names: Sequence[str]) -> None:
    """Free for anybody, at once."""
    tx.run("lease_release", holder=holder, names=names)


def release_all(tx: Tx, holder: str) -> None:
    """A process ends in good order."""
    tx.run("lease_release_all", holder=holder)


def bury(tx: Tx, gone: Seen, now: int) -> bool:
    """A process stood still at ``gone``: its turns are due at once, its calls are judged.

    One of those who noticed does it. False: not this one, or the process lives after all. Should it
    only have slept, its results meet fences when it wakes up.
    """
    ended = tx.run("lease_end", name=PROCESS + gone.holder, seen_holder=gone.holder,
                   seen_beat=gone.beat)  # fmt: skip
    if not ended:
        return False
    turns.release_of(tx, gone.holder + "/", now)
    outbox.recover_of(tx, gone.holder + "/", now)
    return True
