"""Lengths of time as people write them: 1.2s, 5m, 2h, 3d."""

from __future__ import annotations

import re

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def parse_span(text: str) -> int:
    """Milliseconds. Raises ValueError for anything else than NUMBER and unit."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no length of time")
    return round(float(found[1]) * _UNITS[found[2]])
