"""Scripted trouble: faults that tests and people switch on by a control call.

Several may be active at once; each time one applies it uses up one of its `n`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import ControlError
from sandbox.fields import Json

# which kinds mean something on which side
KINDS: dict[str, tuple[str, ...]] = {
    "api": (
        "slow",
        "http500",
        "drop_before",
        "drop_after",
        "rate_limit",
        "token_expired",
        "bad_json",
    ),
    "callback": (
        "slow",
        "http500",
        "drop_before",
        "drop_after",
        "bad_json",
        "duplicate",
        "reorder",
        "bad_signature",
    ),
    "ws": ("slow", "drop_before", "drop_after", "rate_limit", "bad_json", "duplicate", "reorder"),
}


@dataclass
class Fault:
    """One active fault; `left` None = until deleted."""

    id: str
    on: str
    kind: str
    path: str
    left: int | None
    delay_ms: tuple[int, int]
    errcode: int | None

    def view(self) -> Json:
        return {
            "id": self.id,
            "on": self.on,
            "kind": self.kind,
            "path": self.path,
            "n": self.left,
            "delay_ms": list(self.delay_ms),
            "errcode": self.errcode,
        }


@dataclass(frozen=True)
class Trouble:
    """The faults that hit one call, combined."""

    kinds: frozenset[str] = frozenset()
    delay_s: float = 0
    errcode: int | None = None

    def __contains__(self, kind: str) -> bool:
        return kind in self.kinds


CALM = Trouble()


def _delay(value: object) -> tuple[int, int]:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value, value
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, int) for v in value):
        low, high = value
        if 0 <= low <= high:
            return low, high
    raise ControlError("delay_ms must be a number of milliseconds or [min, max]")


class Faults:
    """The active faults. `next_id` names new ones, `rng` draws delays."""

    def __init__(self, next_id: Callable[[], str], rng: random.Random) -> None:
        self._next_id = next_id
        self._rng = rng
        self._active: list[Fault] = []

    def add(self, spec: Json) -> str:
        """Switch one on; ControlError for a combination that means nothing."""
        on, kind, times = spec.get("on"), spec.get("kind"), spec.get("n")
        if on not in KINDS:
            raise ControlError(f"on must be one of {', '.join(KINDS)}")
        if kind not in KINDS[on]:
            raise ControlError(f"kind on {on} must be one of {', '.join(KINDS[on])}")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise ControlError("n must be a number above 0")
        delay = _delay(spec.get("delay_ms", 1000 if kind == "slow" else 0))
        code = spec.get("errcode")
        made = Fault(
            self._next_id(),
            on,
            kind,
            str(spec.get("path") or ""),
            times,
            delay,
            None if code is None else int(code),
        )
        self._active.append(made)
        return made.id

    def clear(self, fault_id: str | None = None) -> int:
        """Switch one off, or all; how many there were."""
        kept = [each for each in self._active if fault_id is not None and each.id != fault_id]
        gone = len(self._active) - len(kept)
        self._active = kept
        return gone

    def hit(self, on: str, path: str, only: tuple[str, ...] | None = None) -> Trouble:
        """What befalls this call; uses up the faults that apply."""
        if not self._active:
            return CALM
        found = [
            each
            for each in self._active
            if each.on == on and each.path in path and (only is None or each.kind in only)
        ]
        if not found:
            return CALM
        for each in found:
            if each.left is not None:
                each.left -= 1
        self._active = [each for each in self._active if each.left is None or each.left > 0]
        delay = sum(self._rng.randint(*each.delay_ms) for each in found)
        codes = [each.errcode for each in found if each.errcode is not None]
        kinds = frozenset(each.kind for each in found)
        return Trouble(kinds, delay / 1000, codes[0] if codes else None)

    def view(self) -> list[Json]:
        return [each.view() for each in self._active]
