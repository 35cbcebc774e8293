"""Waiting for a condition: the bound is far away, for only a failure reaches it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

# Seconds. A machine that does much else may need half a minute for what takes 10 ms elsewhere.
PATIENCE = 90.0


async def until(
    check: Callable[[], Awaitable[Any]] | Callable[[], Any], what: str, patience: float = PATIENCE,
    pause: float = 0.03,
) -> Any:  # fmt: skip
    """Waits for something to become true; fails with ``what`` when it does not."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while True:
        found = check()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if loop.time() > end:
            raise AssertionError(f"in {patience} s this did not happen: {what}")
        await asyncio.sleep(pause)


def until_now(check: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The same where no loop runs."""
    end = time.monotonic() + patience
    while not (found := check()):
        if time.monotonic() > end:
            raise AssertionError(f"in {patience} s this did not happen: {what}")
        time.sleep(0.03)
    return found
