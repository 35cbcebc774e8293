"""How far the sandbox's clock is ahead, noted for commands that run beside the service."""

from __future__ import annotations

import contextlib

from bot.core.clock import SystemClock
from bot.core.config import Config

OFFSET = "clock"  # file in the data folder: milliseconds


def keep_offset(config: Config, clock: SystemClock) -> None:
    """Notes it; on the real platform there is nothing to note."""
    if config.sandbox:
        config.data_dir.mkdir(parents=True, exist_ok=True)  # with PostgreSQL nothing else is there
        made = config.data_dir / f"{OFFSET}.new"
        made.write_text(str(clock.offset), "ascii")
        made.replace(config.data_dir / OFFSET)


def clock_of(config: Config) -> SystemClock:
    """The time as the service has it: in sandbox mode with what was noted last."""
    clock = SystemClock()
    if config.sandbox:
        with contextlib.suppress(OSError, ValueError):
            clock.offset = int((config.data_dir / OFFSET).read_text("ascii"))
    return clock
