"""Lengths of time as people write them: 1.2s, 5m, 2h, 3d."""

from __future__ import annotations

import re
from functools import lru_cache

_SPAN = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(ms|s|m|h|d)")
SPAN_MAX = 100 * 366 * 86_400_000
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


@lru_cache(maxsize=256)
def parse_span(text: str) -> int:
    """Milliseconds, at most a hundred years. Raises ValueError for anything else than NUMBER and
    unit."""
    found = _SPAN.fullmatch(text.strip())
    span = round(float(found[1]) * _UNITS[found[2]]) if found else SPAN_MAX + 1
    if span > SPAN_MAX:
        raise ValueError(f"{text[:40]!r} is no length of time")
    return span
