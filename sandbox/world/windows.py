"""Frequency windows on platform time: fixed windows that start with the first call."""

from __future__ import annotations

MAX_KEYS = 100_000


class Windows:
    """Counts per key and window. Not part of a snapshot: a restart forgives."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], list[int]] = {}

    def hit(self, key: str, now: int, limit: int, span_ms: int = 60_000) -> bool:
        """Count one; False when the key already had `limit` in the running window."""
        if limit <= 0:
            return True
        window = self._open.get((key, span_ms))
        if window is None or now - window[0] >= span_ms:
            self._make_room(now)
            window = self._open[key, span_ms] = [now, 0]
        window[1] += 1
        return window[1] <= limit

    def count(self, key: str, now: int, span_ms: int = 60_000) -> int:
        """Hits in the running window."""
        window = self._open.get((key, span_ms))
        return window[1] if window is not None and now - window[0] < span_ms else 0

    def _make_room(self, now: int) -> None:
        if len(self._open) < MAX_KEYS:
            return
        over = [key for key, window in self._open.items() if now - window[0] >= key[1]]
        for key in over or list(self._open)[: MAX_KEYS // 2]:
            del self._open[key]
