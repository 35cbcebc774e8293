"""The last decisions, for the page beside the sandbox's phone: what was said, and why."""

from __future__ import annotations

from collections import deque
from typing import Any

from bot.core.model import WHY
from bot.persona.because import named
from bot.pipeline.turn import Result
from bot.store.turns import Claimed

KEPT = 500


class Trace:
    """A bounded memory of decisions; nothing depends on it."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def add(self, held: Claimed, result: Result, queued: list[int], now: int) -> None:
        """Notes one finished turn."""
        why = "；".join(result.why)
        for out in result.finish.outbounds:
            why = named(why, out.data[WHY]) if WHY in out.data else why
        self._entries.append({
            "at": now, "conversation": held.conversation.id,
            "callback": [m.event or m.kind for m in held.messages],
            "rule": result.rules[0] if result.rules else None,
            "why": why, "outbox": queued,
        })  # fmt: skip

    def since(self, at: int) -> list[dict[str, Any]]:
        """Entries later than ``at``, oldest first."""
        return [entry for entry in self._entries if entry["at"] > at]
