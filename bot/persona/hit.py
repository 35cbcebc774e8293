"""What a text was found to mean: one rule that answers it, or one wish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.core.taking import Wish
from bot.persona.intents import Intent
from bot.persona.porter import Wants
from bot.persona.rule import Rule

BUILTIN = "builtin:"
HitKind = Literal["event", "menu", "intent", "rule", "wording", "opener", "form", "circle",
                  "taking"]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One rule that answers a text or event. ``key`` is a rule id, ``faq:…`` or ``builtin:…``.
    ``wants``: into which circle he wants, or out of it; ``take``: in what he takes part."""

    key: str
    kind: HitKind
    score: float = 1.0
    rule: Rule | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    wish: Intent | None = None
    wants: Wants | None = None
    take: Wish | None = None

    @property
    def strong(self) -> bool:
        """True when somebody wrote down that exactly this text means that rule."""
        return self.kind in ("intent", "rule", "circle", "taking")
