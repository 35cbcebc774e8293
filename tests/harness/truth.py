"""What really happened, as the platform knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.scenario.house import Phone

Row = dict[str, Any]
PAGE = 20_000


async def pages(phone: Phone, path: str, key: str = "") -> list[Any]:
    """A long list of the control plane, page by page."""
    found: list[Any] = []
    mark = "&" if "?" in path else "?"
    while True:
        page = await phone.get(f"{path}{mark}cursor={len(found)}&limit={PAGE}")
        rows = page[key] if key else page
        found += rows
        if len(rows) < PAGE:
            return found


@dataclass(frozen=True)
class Truth:
    """What customers, staff and chats received, what stands in the kf logs, and what was tapped."""

    received: Sequence[Row]
    said: Sequence[Row]
    kf_messages: Sequence[Row]
    tasks: Sequence[Row]
    customers: Sequence[Row]
    now: int

    def counts(self, channel: str) -> Counter[str]:
        """Messages by customer, of one channel."""
        return Counter(row["box"] for row in self.received if row["channel"] == channel)


async def read(phone: Phone) -> Truth:
    """The truth at this moment."""

    async def part(name: str) -> list[Row]:
        return await pages(phone, f"/state?part={name}", name)

    return Truth(
        await part("received"), await part("said"), await part("kf_messages"), await part("tasks"),
        await part("customers"), (await phone.get("/clock"))["now_ms"],
    )  # fmt: skip
