"""A circuit breaker: a service that fails again and again is left alone for a while."""

from __future__ import annotations


class Breaker:
    """Opens after ``failures`` in a row, for ``rest`` ms; then one call may try again."""

    def __init__(self, failures: int, rest: int) -> None:
        self._most, self._rest = failures, rest
        self._failed = 0
        self._until: int | None = None

    def admits(self, now: int) -> bool:
        """True when a call may go out. After the rest only one may, until it has ended."""
        if self._until is None:
            return True
        if now < self._until:
            return False
        self._until = now + self._rest
        return True

    def note(self, ok: bool, now: int) -> None:
        """How a call ended."""
        if ok:
            self._failed, self._until = 0, None
            return
        self._failed += 1
        if self._failed >= self._most:
            self._until = now + self._rest

    def state(self, now: int) -> str:
        """``ok`` or ``resting``, for whoever operates the product."""
        return "ok" if self._until is None or now >= self._until else "resting"
