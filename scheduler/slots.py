"""When a pool becomes a task: late enough that one tap serves many, and at an hour at which its
owner may tap. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.clock import HOUR, MINUTE, local, to_ms

# Pools of one account that are ripe within so long of each other are looked at together.
GRAIN = 5 * MINUTE
# Whoever sees a task this long before the quiet hours can still tap it.
MARGIN = 1 * HOUR


# Many steps of one page are due at one time.
@lru_cache(1_024)
def ripe(due: int, pool: int, quiet: tuple[int, int], zone: str, now: int) -> int:
    """When the pool of a step that was due at ``due`` is to become a task: ``pool`` ms later, and
    not within the quiet hours (minutes of the local day) nor shortly before them.

    What would get that late is made at once where there is time, else when the night is over.
    """
    at = -(-(due + pool) // GRAIN) * GRAIN if pool else due
    night = _night(at + MARGIN, quiet, zone) or _night(at, quiet, zone)
    if night is None:
        return max(at, now)
    begins, ends = night
    early = min(at, begins - MARGIN)
    return max(early, now) if max(due, now) <= early else max(ends, now)


def _night(at: int, quiet: tuple[int, int], zone: str) -> tuple[int, int] | None:
    """The quiet hours that hold ``at``, in UTC ms; None by day."""
    if quiet[0] == quiet[1]:
        return None
    day = local(at, zone).date()
    for back in (1, 0):
        first = day - timedelta(days=back)
        begins = _at(first, quiet[0], zone)
        ends = _at(first + timedelta(days=quiet[1] <= quiet[0]), quiet[1], zone)
        if begins <= at < ends:
            return begins, ends
    return None


def _at(day: date, minute: int, zone: str) -> int:
    return to_ms(datetime.combine(day, time(*divmod(minute, 60)), ZoneInfo(zone)))
