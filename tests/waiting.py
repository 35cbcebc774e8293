"""Waiting for a condition, with a bound that only a failure reaches; and a place where nobody answers."""

from __future__ import annotations

import asyncio
import atexit
import socket
from collections.abc import Awaitable, Callable
from functools import cache
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


@cache
def deaf_port() -> int:
    """A port of 127.0.0.1 that refuses everybody: it is held, so nobody else is given it."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    atexit.register(held.close)
    return int(held.getsockname()[1])
