"""The worker that pays red packets, where the configuration says who does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.adapters.pay import open_pay
from scheduler.paying import Paying

if TYPE_CHECKING:
    from bot.parts import Parts

# Bells after which somebody may have earned a red packet, or a colleague decided about one.
PAID_AFTER = frozenset({"outbox.bulk", "rewards"})


async def payer(parts: Parts) -> list[Paying]:
    """That worker, or none. Raises BadInput."""
    payments = await parts.stack.enter_async_context(open_pay(parts.config, parts.sandbox))
    if payments is None:
        return []
    made = Paying(parts.store, payments, parts.config, parts.lead)
    parts.bells.listen(lambda name: made.bell.set() if name in PAID_AFTER else None)
    return [made]
