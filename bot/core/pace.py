"""Keeping to a rate: at most ``burst`` in ``period``, per key (GCRA)."""

from __future__ import annotations


class Pacer:
    """In memory; keys that were idle for a period are forgotten."""

    def __init__(self, burst: int, period: int) -> None:
        self._step = period / burst
        self._slack = period - self._step
        self._next: dict[str, float] = {}

    def reserve(self, key: str, now: int) -> int:
        """0 when it may happen now (and is counted), else the ms to wait before asking again."""
        due = max(self._next.get(key, 0.0), float(now))
        wait = due - self._slack - now
        if wait > 0:
            return int(wait) + 1
        self._next = {k: t for k, t in self._next.items() if t > now}
        self._next[key] = due + self._step
        return 0
