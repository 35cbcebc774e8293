"""``[mix]`` of config.toml: how much of what is posted may sell, and how varied it should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

SHARES = ("promo_share", "group_promo_share", "genre_share", "origin_share")
SPANS = ("window", "unseen", "rest")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cap:
    """What one persona has of its own: the most of its posts that may sell."""

    promo_share: float = 0.2
    group_promo_share: float = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Mix:
    """Shares are of the posts in one feed; ``promo_gap`` is a number of posts."""

    promo_share: float = 0.2
    group_promo_share: float = 0.2
    window: str = "7d"
    promo_gap: int = 4
    genre_share: float = 0.5
    origin_share: float = 0.8
    wished: tuple[str, ...] = ("story", "knowledge", "emotion", "funny")
    unseen: str = "14d"
    rest: str = "28d"
    personas: dict[str, Cap] = field(default_factory=dict)

    def cap(self, persona: str, feed: str) -> float:
        """The most of a persona's posts in ``moment`` or ``group`` that may sell, 0 to 1."""
        own = self.personas.get(persona)
        key = "group_promo_share" if feed == "group" else "promo_share"
        return float(getattr(own or self, key))

    def ms(self, key: str) -> int:
        """A length of time in ms."""
        return parse_span(getattr(self, key))


def check_mix(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    mix = config.mix
    for key in SPANS:
        try:
            mix.ms(key)
        except ValueError as exc:
            raise fail(doc, ("mix", key), str(exc), 'write "7d" or "14d"') from None
    for key in SHARES:
        _check_share(getattr(mix, key), doc, ("mix", key))
    for name, own in mix.personas.items():
        for key in Cap.__slots__:
            _check_share(getattr(own, key), doc, ("mix", "personas", name, key))
    if not 0 <= mix.promo_gap <= 100:
        raise fail(doc, ("mix", "promo_gap"), "wants a number of posts from 0 to 100")


def _check_share(value: float, doc: TomlDoc, at: KeyPath) -> None:
    if not 0 <= value <= 1:
        raise fail(doc, at, "wants a share from 0 to 1", "20 % is 0.2")
