"""The role ``deliver``: what leaves, and the governor at its door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from bot.core.model import Outbound
from bot.core.policy import Verdict
from bot.library.speech import Setting
from bot.parts import Parts, Worker, sockets
from bot.pipeline.deliver import Deliver, Recover
from bot.pipeline.lastlook import LastLook
from bot.store.engine import Tx
from bot.store.outbox import ANYBODY, Gate, Reach
from scheduler import gate

POOLS = ("welcome", "reply", "bulk")


async def deliver(parts: Parts) -> list[Worker]:
    """One sender for each pool, and whoever looks after the calls of dead senders."""
    made = [Worker("recover", asyncio.Event(), Recover(parts.store, parts.bells).step)]
    made += [sender(parts, pool, pool, lambda: ANYBODY) for pool in POOLS]
    elsewhere = Reach(sockets(parts.config))
    return [*made, sender(parts, "robot", "robot", lambda: elsewhere)]


def sender(parts: Parts, pool: str, name: str, reach: Callable[[], Reach]) -> Worker:
    """Sends what of a pool it reaches."""
    door = LastLook(parts.store, parts.library, parts.config)
    sender = Deliver(pool, parts.store, parts.gateway, parts.config, parts.clock, parts.bells,
                     door, lead=parts.lead, sender=name, reach=reach,
                     gate=governor(parts))  # fmt: skip
    return Worker(f"deliver-{name}", parts.bells.outbox[name], sender.step, sender)


def governor(parts: Parts) -> Gate:
    """The governor at the door, by what is published at that moment."""

    def rule(tx: Tx, rows: Sequence[Outbound], now: int) -> Mapping[int, Verdict]:
        setting = Setting.of(parts.config, parts.library.cast, now)
        return gate.gate(tx, setting, rows)

    return rule
