"""A day and a time as people write them in a file: ``2026-12-18 20:00``."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.clock import to_ms

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\s+(\d{1,2}):(\d{2})")


def moment(text: str, zone: str) -> int | None:
    """``2026-12-18 20:00`` in a zone as UTC ms; None when it is written otherwise.

    Raises ValueError for a day or time that does not exist.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute = map(int, found.groups())
    try:
        return to_ms(datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)))
    except ValueError:
        raise ValueError(f"there is no {text!r}") from None
