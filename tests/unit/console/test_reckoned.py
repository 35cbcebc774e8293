"""What takes long is reckoned behind the page, once, and is there when somebody looks again."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from bot.console.reckoned import Reckoned
from bot.core.audience import Everybody
from bot.core.clock import ManualClock
from bot.core.errors import Busy
from bot.core.rfm import Thresholds
from bot.store.engine import Store


class Slow:
    """A store whose reads last until they are let go."""

    def __init__(self) -> None:
        self.go, self.reads = asyncio.Event(), 0
        self.fails = False

    async def read(self, *_: Any) -> str:
        self.reads += 1
        await self.go.wait()
        if self.fails:
            raise Busy("no")
        return "numbers"


def test_a_page_does_not_wait_and_nobody_begins_twice() -> None:
    async def story() -> None:
        store, clock = Slow(), ManualClock()
        kept = Reckoned(cast(Store, store), clock, "UTC", Thresholds())
        for _ in range(3):
            assert await kept.soon(Everybody(), 0) is None
        assert store.reads == 1
        store.go.set()
        found = await kept.soon(Everybody(), 60)
        assert found is not None and found.together == cast(Any, "numbers") and store.reads == 1
        store.fails = True
        with pytest.raises(Busy):
            await kept.soon(Everybody(), 60)

    asyncio.run(story())
