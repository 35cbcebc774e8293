"""A member, as dialogues and templates may know him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.taking import Took, Wish

ORDER = "order"  # by this name conditions know the state of his latest order


@dataclass(frozen=True, kw_only=True, slots=True)
class Bought:
    """An order of his, as he may be told of it. ``state``: paid, shipped, delivered, refunded or
    cancelled; ``tracking``: the parcel's number, or empty."""

    id: str
    at: int
    category: str
    state: str
    tracking: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A person as far as the dialogue may know him. ``facts`` are those of his portrait,
    ``corrected`` the ones of them that staff put right: they go before what a persona remembers.
    ``orders``: his latest ones, the newest first. ``circles``: how he stands to those that he asks
    for (``bot.core.door``). ``took``: what came of what he wants just now."""

    id: str
    name: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    corrected: Mapping[str, str] = field(default_factory=dict)
    orders: tuple[Bought, ...] = ()
    tags: tuple[str, ...] = ()
    promo_ok: bool = True
    promo_less: bool = False
    circles: Mapping[str, str] = field(default_factory=dict)
    took: Mapping[Wish, Took] = field(default_factory=dict)
