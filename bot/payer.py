"""The worker that pays red packets, where the configuration says who does."""

from __future__ import annotations

import contextlib

from bot.adapters.pay import open_pay
from bot.core.config import Config
from bot.pipeline.loop import Bells
from bot.store.engine import Store
from bot.store.leases import Lead
from scheduler.paying import Paying

# Bells after which somebody may have earned a red packet, or a colleague decided about one.
PAID_AFTER = frozenset({"outbox.bulk", "rewards"})


async def payer(
    stack: contextlib.AsyncExitStack, config: Config, sandbox: str | None, store: Store,
    bells: Bells, lead: Lead,
) -> list[Paying]:  # fmt: skip
    """That worker, or none. ``stack`` closes what it opened. Raises BadInput."""
    payments = await stack.enter_async_context(open_pay(config, sandbox))
    if payments is None:
        return []
    made = Paying(store, payments, config, lead)
    bells.listen(lambda name: made.bell.set() if name in PAID_AFTER else None)
    return [made]
