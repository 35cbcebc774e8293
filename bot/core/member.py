"""A member, as dialogues and templates may know him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A person as far as the dialogue may know him. ``facts`` are those of his portrait,
    ``corrected`` the ones of them that staff put right: they go before what a persona remembers."""

    id: str
    name: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    corrected: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    promo_ok: bool = True
    promo_less: bool = False
