"""Work that must not hold up what people wait for: processes that run behind this one."""

from __future__ import annotations

import contextlib
import os

LAST = 19  # the system knows no later place


def put_behind(pid: int, by: int) -> None:
    """So many places behind this process, wherever that stands; nothing for one that has ended."""
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, pid, min(own + by, LAST))
